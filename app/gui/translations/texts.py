"""Which texts the program has, found in its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

GUI = Path(__file__).resolve().parents[1]
EXPORT = GUI.parent / "export"  # the labels of the formats
# Calls that take a text for the user, and where it is: place among the arguments, or name.
TAKES: dict[str, tuple[int | str, ...]] = {
    "tr": (0,),
    "mark": (0,),
    "tr_n": (0,),
    "_c": (1, "tip"),
    "DockKind": (1,),
    "PluginInfo": (0, "label"),
    "Variant": (0, "label"),
}


def texts_of_the_program() -> dict[str, bool]:
    """Texts in the order of the files, each with whether it depends on a count."""
    found: dict[str, bool] = {}
    for path in (*sorted(GUI.rglob("*.py")), *sorted(EXPORT.glob("*.py"))):
        for text, counted in texts_in(path.read_text(encoding="utf-8")):
            found[text] = found.get(text, False) or counted
    return found


def texts_in(source: str) -> Iterator[tuple[str, bool]]:
    """(text, depends on a count) of one file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TAKES:
            for argument in arguments(node, TAKES[node.func.id]):
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value:
                    yield argument.value, node.func.id == "tr_n"


def arguments(call: ast.Call, places: tuple[int | str, ...]) -> Iterator[ast.expr]:
    """Those of a call's arguments that are at these places or have these names."""
    for place in places:
        if isinstance(place, int) and place < len(call.args):
            yield call.args[place]
        yield from (k.value for k in call.keywords if k.arg == place)
