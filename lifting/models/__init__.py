"""Architectures: one file in this folder is one, its name is the id. Each has `Config` and `Model`.

`Config` is a frozen dataclass with at least `window` and `skeleton`; `Model(config)` maps normalised 2D windows
(B, window, J, 2) to the joints of the centre frames (B, J, 3), metres, root at the origin. A model also has
`maps(x)` (its own inner maps) and `fast()` (the same numbers over a whole sequence, quicker).
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from types import ModuleType
from typing import Any

import msgspec

from poses.schema import plain
from poses.skeleton import Skeleton
from poses.skeletons import SKELETONS

# Of every number among the settings: widths, layers, frames. Published networks stay far below; what is beyond would
# only take memory and time before anything else tells that it is wrong.
LARGEST_SETTING = 4096


def list_architectures() -> list[str]:
    """The names of the architectures there are; imports none of them."""
    return sorted(found.name for found in pkgutil.iter_modules(__path__))


def load_architecture(name: str) -> ModuleType:
    """The module of an architecture; ValueError with the names there are."""
    if name not in list_architectures():
        raise ValueError(f"architecture must be one of {', '.join(list_architectures())}, got {name!r}")
    return importlib.import_module(f"{__name__}.{name}")


def make_config(architecture: str, settings: dict[str, Any]) -> Any:
    """The architecture's Config from plain settings (of a TOML or JSON file), lists as tuples.

    Raises ValueError where a setting is unknown, of another type, or too large.
    """
    kind = load_architecture(architecture).Config
    known = [field.name for field in dataclasses.fields(kind)]
    unknown = sorted(set(settings) - set(known))
    if unknown:
        raise ValueError(f"{architecture} has no setting {', '.join(unknown)}, only {', '.join(known)}")
    for name, value in settings.items():
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, int | float) and not 0 <= number <= LARGEST_SETTING:
                raise ValueError(f"{name} of {architecture} must be from 0 to {LARGEST_SETTING}, got {number:g}")
    try:
        # Made again, as convert leaves what is not said to the class, where vars() does not see it.
        return dataclasses.replace(msgspec.convert(settings, kind))
    except msgspec.ValidationError as error:
        raise ValueError(f"{architecture} cannot have these settings: {plain(error)}") from None
    except ZeroDivisionError:
        raise ValueError(f"{architecture} cannot have these settings: one that divides is 0") from None


def make_model(architecture: str, settings: dict[str, Any]) -> Any:
    """A fresh network of the architecture with these settings (see `make_config`)."""
    return load_architecture(architecture).Model(make_config(architecture, settings))


def find_skeleton(name: str) -> Skeleton:
    """The known skeleton of that name; ValueError with the names there are."""
    if name not in SKELETONS:
        raise ValueError(f"skeleton must be one of {', '.join(SKELETONS)}, got {name!r}")
    return SKELETONS[name]


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raise ValueError unless `value` is one of `choices`."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}")
