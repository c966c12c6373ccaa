"""SLEAP's analysis export as HDF5. DeepLabCut's tables hold pickled attributes, which could run any program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from detectors._keypoint_files.recording import Recording, damaged, people
from detectors._keypoint_files.tables import skeleton_of_parts
from poses.arrays import FloatArray
from poses.errors import UserError

NEEDED = ("tracks", "node_names")


def read_h5(path: Path, skeleton: str | None) -> Recording:
    """A SLEAP analysis file: tracks (P, 2, J, T) px, node_names (J), and, mostly, point_scores (P, J, T).

    Arrays lie transposed, as MATLAB wants them. Corrected by hand, points have no score and count as sure.
    """
    try:
        import h5py
    except ImportError:
        raise UserError(f"reading {path} needs h5py: pip install h5py, or export it as CSV") from None
    try:
        with h5py.File(path, "r") as file:
            if "df_with_missing" in file:
                raise UserError(f"{path} is DeepLabCut's, whose .h5 could run any program: use save_as_csv=True there")
            missing = [name for name in NEEDED if not isinstance(file.get(name), h5py.Dataset)]
            if missing:
                raise damaged(path, f"no SLEAP analysis: {', '.join(missing)} is missing")
            tracks, names, scores = (_values(file, name) for name in (*NEEDED, "point_scores"))
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise damaged(path, f"no HDF5: {str(error).splitlines()[0]}") from None
    parts = [name.decode(errors="replace") if isinstance(name, bytes) else str(name) for name in names.ravel()]
    points = _points(path, tracks, scores, len(parts))
    kind = skeleton_of_parts(path, "SLEAP", parts, skeleton)
    frames = {t: people(kind, list(one)) for t, one in enumerate(points)}
    return Recording(path, kind, frames, 0, dense=False)


def _values(file: Any, name: str) -> Any:
    return np.asarray(file[name][()]) if name in file else None


def _points(path: Path, tracks: Any, scores: Any, count: int) -> FloatArray:
    """(T, P, J, 3) x, y, score from the arrays of the file."""
    if tracks.dtype.kind not in "fiu" or tracks.ndim != 4 or tracks.shape[1:3] != (2, count):
        raise damaged(path, f"tracks must be numbers (P, 2, {count}, T), found {tracks.dtype} {tracks.shape}")
    xy = np.moveaxis(tracks.astype(np.float64), (3, 0, 2, 1), (0, 1, 2, 3))
    score = np.full(xy.shape[:3], np.nan)
    if scores is not None:
        wanted = (tracks.shape[0], count, tracks.shape[3])
        if scores.dtype.kind not in "fiu" or scores.shape != wanted:
            raise damaged(path, f"point_scores must be numbers {wanted}, found {scores.dtype} {scores.shape}")
        score = np.moveaxis(scores.astype(np.float64), (2, 0, 1), (0, 1, 2))
    return np.concatenate([xy, np.where(np.isnan(score), 1.0, score)[..., None]], axis=-1)
