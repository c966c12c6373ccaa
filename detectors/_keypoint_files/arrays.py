"""NPZ: the arrays that `marey run` writes, or any file with xy_px, score and joint_names like them."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors._keypoint_files.names import skeleton_of_names
from detectors._keypoint_files.recording import Recording, damaged, people
from poses.errors import UserError
from poses.skeleton import Skeleton
from poses.skeletons import SKELETONS


def read_npz(path: Path) -> Recording:
    """xy_px (P, T, J, 2), joint_names (J); optional score (P, T, J), frame (T), time_s (T), parents (J)."""
    held = _load(path)
    absent = [key for key in ("xy_px", "joint_names") if key not in held]
    if absent:
        raise UserError(f"{path} must hold xy_px and joint_names, {' and '.join(absent)} is missing: export it again")
    xy = held["xy_px"]
    if xy.ndim != 4 or xy.shape[-1] != 2 or xy.dtype.kind not in "fiu" or xy.shape[2] != len(held["joint_names"]):
        names = len(held["joint_names"])
        raise damaged(path, f"xy_px must be (P, T, J, 2) with J = {names} joint names, found {xy.shape}")
    score = held.get("score", np.isfinite(xy).all(axis=-1).astype(float))
    frame = held.get("frame", np.arange(xy.shape[1]))
    time_s = held.get("time_s")
    if (
        score.shape != xy.shape[:3]
        or frame.shape != xy.shape[1:2]
        or (time_s is not None and time_s.shape != frame.shape)
    ):
        raise damaged(path, "xy_px, score, frame and time_s do not fit each other")
    kind = _skeleton(path, held)
    rows = np.concatenate([xy.astype(float), score.astype(float)[..., None]], axis=-1)
    frames = {int(n): people(kind, list(rows[:, t])) for t, n in enumerate(frame)}
    times = None if time_s is None else {int(n): float(t) for n, t in zip(frame, time_s, strict=True)}
    return Recording(path, kind, frames, 0, dense=True, time_s=times)


def _load(path: Path) -> dict[str, NDArray]:
    """Every array of an NPZ, read without pickles."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            if not hasattr(held, "files"):
                raise damaged(path, "one array, no NPZ")
            return {key: held[key] for key in held.files}
    except (ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise damaged(path, str(error).splitlines()[0][:80] if str(error) else "cut off") from None
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from None


def _skeleton(path: Path, held: dict[str, NDArray]) -> Skeleton:
    names = [str(n) for n in held["joint_names"]]
    try:
        made = skeleton_of_names("NPZ", names)
        if made not in SKELETONS.values() and "parents" in held and held["parents"].shape == (len(names),):
            return Skeleton(made.name, made.joint_names, tuple(int(p) for p in held["parents"]), made.pairs)
        return made
    except ValueError as error:
        raise UserError(f"{path}: {error}") from None
