"""2D detectors: one file in this folder is one detector, its name is the id. Loads nothing heavy."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from poses.errors import UserError
from poses.plugins import Plugin, check_packages, find_plugins

T = TypeVar("T")


def list_detectors() -> dict[str, Plugin]:
    """Every detector there is, by id, and whether it can run here."""
    return find_plugins(__name__, __path__)


def create_detector(id: str, **options: object) -> Any:
    """The detector of that id (an app.protocols.Detector); UserError where there is none or it cannot run here.

    What stands in its way by default (a model that was not fetched) may be what the options bring along: with options
    the detector itself says whether it can run.
    """
    plugins = list_detectors()
    if id not in plugins:
        raise UserError(f"no detector is called {id!r}; there are {', '.join(plugins)}")
    plugin = plugins[id]
    why = check_packages(plugin.info.packages) if options else plugin.unavailable_reason
    if why:
        raise UserError(f"detector {id} cannot run here: {why}")
    assert plugin.info.create is not None, f"detector {id} says nothing of how to create it"
    return plugin.info.create(**current_options(id, options))


def current_options(id: str, options: Mapping[str, T]) -> dict[str, T]:
    """Options of a detector, by name, with earlier names replaced by those of today; unknown ones stay."""
    plugin = list_detectors().get(id)
    former = {} if plugin is None else plugin.info.former_options
    return {former.get(name, name): value for name, value in options.items()}


def option_kinds(id: str) -> dict[str, str]:
    """The options of a detector and what they must be, by the annotations of its `create`."""
    plugin = list_detectors().get(id)
    if plugin is None or plugin.info.create is None:
        return {}
    return {name: str(one.annotation) for name, one in inspect.signature(plugin.info.create).parameters.items()}


def read_options(id: str, texts: Iterable[str]) -> dict[str, object]:
    """Options for `create_detector` from texts NAME=VALUE, as a command line gives them; UserError for wrong ones."""
    kinds, values = option_kinds(id), {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UserError(f"a detector option must be NAME=VALUE, got {text!r}")
        name = next(iter(current_options(id, {name: value})))
        if name not in kinds:
            raise UserError(f"detector {id} has no option {name}; it has {', '.join(kinds) or 'none'}")
        values[name] = _value(name, value, kinds[name])
    return values


def _value(name: str, text: str, kind: str) -> object:
    """The text of an option as what `create` wants, by the words of its annotation."""
    words = {word.strip() for word in kind.split("|")}
    if "None" in words and text.lower() == "none":
        return None
    if "bool" in words and text.lower() in ("1", "yes", "true", "0", "no", "false"):
        return text.lower() in ("1", "yes", "true")
    for word, convert in (("int", int), ("float", float)):
        if word in words:
            try:
                return convert(text)
            except ValueError:
                break
    if "str" in words:
        return text
    raise UserError(f"detector option {name} must be {kind}, got {text!r}")
