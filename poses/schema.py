"""JSON of others, checked against a declared shape: msgspec does it, and says where in the file something is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from poses.errors import UserError
from poses.files import read_text

T = TypeVar("T")


def read_json(path: Path) -> Any:
    """What a JSON file holds; NaN and Infinity count as numbers, as Python writes them. UserError where it is none."""
    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        why = str(error).splitlines()[0][:80]
        raise UserError(f"{path} must be JSON, but is damaged or cut off ({why}): get it again") from None


def shaped(content: Any, kind: type[T], path: Path, what: str) -> T:
    """`content` of `path` as a `kind`: a dataclass, a msgspec.Struct, or lists and tables of them.

    UserError in one line where it is shaped otherwise: `path` must be `what` ("a model card"), expected and found at a
    place in the file.
    """
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        raise UserError(f"{path} must be {what}, but is not shaped so: {plain(error)}") from None


def plain(error: msgspec.ValidationError) -> str:
    """What is wrong, in our words: expected int, found str at [0].id"""
    if isinstance(error.__cause__, ValueError | TypeError):  # said by the dataclass itself
        return str(error.__cause__)
    text, at, place = str(error).splitlines()[0].replace("`", "").replace(", got ", ", found ").partition(" - at $")
    return text[:1].lower() + text[1:] + (f" at {place.removeprefix('.')}" if at and place else "")
