"""What the source tells of its structure: who imports whom, and how many methods a class has."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path


def modules(root: Path, *packages: str) -> dict[str, ast.Module]:
    """Every module of the packages below `root`, by its dotted name."""
    found = {}
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Module -> the modules it imports, anywhere in it, also only for its types."""
    return {name: {target for target in _targets(tree) if target in trees} - {name} for name, tree in trees.items()}


def _targets(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import each other, directly or by a detour (strongly connected, two or more)."""
    reach = {name: _reachable(graph, name) for name in graph}
    found: list[list[str]] = []
    for name in sorted(graph):
        group = sorted(other for other in reach[name] if name in reach[other])
        if name in group and group not in found:
            found.append(group)
    return found


def _reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    left = list(graph[start])
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += graph[name]
    return seen


def large_classes(trees: Mapping[str, ast.Module], at_most: int) -> list[str]:
    """Classes with more functions in their body than that."""
    found = []
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                methods = sum(isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body)
                if methods > at_most:
                    found.append(f"{name}.{node.name}: {methods}")
    return found
