"""The three sizes of BlazePose in tests: whether they are here, and mediapipe's own graph of each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from detectors._blazepose import weights
from detectors._blazepose.solutions import SolutionsPose
from detectors.models import require_model


def need_size(size: str) -> None:
    """Skip a test whose size of the network is not here; in CI, where npm has it, that is a failure."""
    if size in weights.sizes_here():
        return
    text = f"needs {weights.landmark(size)}: run 'marey models --fetch {weights.landmark(size)}'"
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(text)
    pytest.skip(text)


@contextmanager
def mediapipe_graph(size: str, folder: Path) -> Iterator[SolutionsPose]:
    """mediapipe's own graph with the network of a size.

    mediapipe reads networks out of its own package and would download them into it. It is shown `folder` instead, with
    links to all that the package has and to the networks of the models folder.
    """
    import mediapipe
    from mediapipe.python import solution_base
    from mediapipe.python.solutions import download_utils

    package, place = Path(mediapipe.__file__).parent, folder / "mediapipe" / "modules"
    place.mkdir(parents=True, exist_ok=True)
    for part in (package / "modules").iterdir():
        if part.is_dir():
            (place / part.name).mkdir(exist_ok=True)
            for file in part.iterdir():
                link(place / part.name / file.name, file)
    link(place / "pose_landmark" / f"pose_landmark_{size}.tflite", require_model(weights.landmark(size)))
    kept = solution_base.__file__, download_utils.__file__
    solution_base.__file__ = str(folder / "mediapipe" / "python" / "solution_base.py")
    download_utils.__file__ = str(folder / "mediapipe" / "python" / "solutions" / "download_utils.py")
    graph = SolutionsPose(weights.SIZES.index(size))
    try:
        yield graph
    finally:
        graph.close()
        solution_base.__file__, download_utils.__file__ = kept


def link(place: Path, file: Path) -> None:
    if not place.exists():
        place.symlink_to(file)
