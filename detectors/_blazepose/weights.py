"""BlazePose's weight files: in the models folder, or inside an installed mediapipe package (Apache-2.0, Google)."""

from __future__ import annotations

from detectors import models
from poses.errors import UserError
from poses.plugins import check_packages

DETECTION = "blazepose-detection"
# The landmark networks, from the fastest to the most accurate; inputs and outputs are the same.
SIZES = ("lite", "full", "heavy")


def landmark(size: str) -> str:
    """Name in the manifest of the landmark network of a size."""
    return f"blazepose-{size}"


def sizes_here() -> list[str]:
    """Sizes whose weights are here, from the fastest to the most accurate."""
    return [size for size in SIZES if models.find_model(landmark(size))]


def choose_size() -> tuple[str, tuple[str, ...]]:
    """The most accurate size whose weights are here, and a line about it where that is not the best there is."""
    size = (sizes_here() or ["full"])[-1]
    if size == SIZES[-1]:
        return size, ()
    best = landmark(SIZES[-1])
    return size, (
        f"people were detected with BlazePose's {size} network: 'marey models --fetch {best}' gets the most accurate "
        "one",
    )


def unavailable_reason() -> str:
    """Why BlazePose cannot run here, "" where it can: it needs the detection network and one landmark network."""
    if litert := check_packages(("ai_edge_litert",)):
        # mediapipe's own graph does it as well (`solutions`).
        return litert if check_packages(("mediapipe",)) else ""
    return _missing((sizes_here() or ["full"])[-1])


def check_here(size: str) -> None:
    """UserError that says how to get what BlazePose of this size lacks."""
    if missing := _missing(size):
        raise UserError(f"BlazePose {missing}")


def _missing(size: str) -> str:
    missing = [name for name in (DETECTION, landmark(size)) if models.find_model(name) is None]
    return models.missing_models_hint(missing) if missing else ""


def read_weights(name: str) -> bytes:
    """Contents of a weight file; UserError where it is missing or not a known one."""
    return models.require_model(name).read_bytes()
