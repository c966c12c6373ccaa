"""2D detectors: one file in this folder is one detector, its name is the id. Loads nothing heavy."""

from __future__ import annotations

from typing import Any

from poses.errors import UserError
from poses.parts import Part, check_packages, find_parts


def list_detectors() -> dict[str, Part]:
    """Every detector there is, by id, and whether it can run here."""
    return find_parts(__name__, __path__)


def create_detector(id: str, **options: object) -> Any:
    """The detector of that id (an app.protocols.Detector); UserError where there is none or it cannot run here.

    What stands in its way by default (a model that was not fetched) may be what the options bring along: with options
    the detector itself says whether it can run.
    """
    parts = list_detectors()
    if id not in parts:
        raise UserError(f"no detector is called {id!r}; there are {', '.join(parts)}")
    part = parts[id]
    why = check_packages(part.info.packages) if options else part.why
    if why:
        raise UserError(f"detector {id} cannot run here: {why}")
    assert part.info.create is not None, f"detector {id} says nothing of how to create it"
    return part.info.create(**options)
