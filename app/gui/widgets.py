"""Widgets with their properties in one line."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject

Q = TypeVar("Q", bound=QObject)


def configured(object: Q, **properties: object) -> Q:
    """The object, with these Qt properties set; ValueError for one it does not have."""
    for name, value in properties.items():
        if not object.setProperty(name, value):
            raise ValueError(f"{type(object).__name__} has no property {name!r}")
    return object
