"""Plugins found by their file: one file in a folder is one detector or exporter, the file name is its id."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class PluginInfo:
    """What a plugin declares without loading anything heavy.

    label: a name for menus. packages: importable packages it needs. create: makes it (a detector).
    unavailable_reason: a further check; returns why the plugin cannot run here and what to do, "" where it can.
    options: what the options of `create` mean that a user may choose, a few words each. former_options: earlier names
    of options, which are still accepted, and the ones they have now. choices: the words that an option may be, for
    options that are one of a few. measure: frames a second here with each word of the first of these that can be used;
    takes a second or two.
    extension: of the files an exporter writes, without the dot. per_person: one file a person. variants: ways in which
    it can write them, by a word for each, and a name for menus; the first is meant where none is asked for.
    """

    label: str
    packages: tuple[str, ...] = ()
    create: Callable[..., Any] | None = None
    unavailable_reason: Callable[[], str] | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    former_options: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    measure: Callable[[], Mapping[str, float]] | None = None
    extension: str = ""
    per_person: bool = False
    variants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plugin:
    """A plugin that was found: its id, what it declares, and why it cannot run here ("" where it can)."""

    id: str
    info: PluginInfo
    module: ModuleType
    unavailable_reason: str

    @property
    def available(self) -> bool:
        return not self.unavailable_reason


def find_plugins(package: str, path: Iterable[str]) -> dict[str, Plugin]:
    """Every module in the folder of `package` that has an INFO, by id, in alphabetical order.

    A module whose name begins with an underscore belongs to other modules and is not imported here.
    """
    plugins: dict[str, Plugin] = {}
    public = (m for m in pkgutil.iter_modules(list(path)) if not m.name.startswith("_"))
    for found in sorted(public, key=lambda m: m.name):
        module = importlib.import_module(f"{package}.{found.name}")
        info = getattr(module, "INFO", None)
        if isinstance(info, PluginInfo):
            plugins[found.name] = Plugin(found.name, info, module, _unavailable_reason(info))
    return plugins


def check_packages(packages: Iterable[str]) -> str:
    """Which of the packages are missing and what to do about it; "" where all are there."""
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    return f"needs the package {', '.join(missing)}: run 'python3 start.py setup'" if missing else ""


def _unavailable_reason(info: PluginInfo) -> str:
    return check_packages(info.packages) or (info.unavailable_reason() if info.unavailable_reason else "")
