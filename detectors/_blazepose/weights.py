"""The two weight files of BlazePose: they come inside the mediapipe wheel (Apache-2.0)."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from poses.errors import UserError

DETECTION = "modules/pose_detection/pose_detection.tflite"
LANDMARK = "modules/pose_landmark/pose_landmark_full.tflite"
SHA256 = {
    DETECTION: "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    LANDMARK: "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
}


def package_folder() -> Path | None:
    """Folder of the installed mediapipe package, found without importing it; None where it is not installed."""
    spec = importlib.util.find_spec("mediapipe")
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def why_not() -> str:
    """Why the weights cannot be used here, "" where they can."""
    folder = package_folder()
    if folder is None:
        return "needs the package mediapipe: run 'python3 start.py setup'"
    missing = [name for name in SHA256 if not (folder / name).is_file()]
    if missing:
        return f"this mediapipe has no {missing[0]}: install a version from 0.10.9 to 0.10.21"
    return ""


def read_weights(name: str, folder: Path | None = None) -> bytes:
    """Contents of the weight file DETECTION or LANDMARK; UserError where it is missing or not the known file."""
    place = folder or package_folder()
    path = place / name if place else None
    if path is None or not path.is_file():
        raise UserError(f"BlazePose needs its weights: {why_not() or f'{name} is missing'}")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise UserError(f"{path} is not the known file (its SHA-256 differs): install mediapipe again")
    return content
