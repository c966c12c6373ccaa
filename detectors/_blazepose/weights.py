"""BlazePose's weight files: in the models folder, or inside an installed mediapipe package (Apache-2.0, Google)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from detectors import models
from poses.errors import UserError
from poses.parts import check_packages

DETECTION = "blazepose-detection"
# The landmark networks, from the fastest to the most accurate; inputs and outputs are the same.
SIZES = ("lite", "full", "heavy")
# Where a mediapipe package has them; which of the sizes it has depends on its version.
IN_PACKAGE = {
    DETECTION: "modules/pose_detection/pose_detection.tflite",
    **{f"blazepose-{size}": f"modules/pose_landmark/pose_landmark_{size}.tflite" for size in SIZES},
}


def landmark(size: str) -> str:
    """Name in the manifest of the landmark network of a size."""
    return f"blazepose-{size}"


def package_folder() -> Path | None:
    """Folder of the installed mediapipe package, found without importing it; None where it is not installed."""
    spec = importlib.util.find_spec("mediapipe")
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def find_weights(name: str) -> Path | None:
    """File of DETECTION or of a `landmark`, None where it is not here; not checked yet (`read_weights`)."""
    if path := models.find_model(name):
        return path
    place = package_folder()
    path = place / IN_PACKAGE[name] if place else None
    return path if path is not None and path.is_file() else None


def sizes_here() -> list[str]:
    """Sizes whose weights are here, from the fastest to the most accurate."""
    return [size for size in SIZES if find_weights(landmark(size))]


def choose_size() -> tuple[str, tuple[str, ...]]:
    """The most accurate size whose weights are here, and a line about it where that is not the best there is."""
    size = (sizes_here() or ["full"])[-1]
    if size == SIZES[-1]:
        return size, ()
    get = f"'marey models --fetch {landmark(SIZES[-1])}' gets the more accurate network"
    return size, (f"people were detected with BlazePose's {size} network: {get}",)


def why_not() -> str:
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
    missing = [name for name in (DETECTION, landmark(size)) if find_weights(name) is None]
    return models.how_to_get(missing) if missing else ""


def read_weights(name: str) -> bytes:
    """Contents of a weight file; UserError where it is missing or not a known one."""
    path = find_weights(name)
    if path is None:
        raise UserError(f"BlazePose {models.how_to_get([name])}")
    models.check_model(path, models.read_manifest()[name])
    return path.read_bytes()
