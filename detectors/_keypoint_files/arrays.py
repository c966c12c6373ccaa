"""NPZ: the arrays that `marey run` writes, or any file with xy_px, score and joint_names like them."""

from __future__ import annotations

import struct
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

KEYS = ("xy_px", "joint_names", "score", "frame", "time_s", "parents")


def read_npz(path: Path) -> Recording:
    """xy_px (P, T, J, 2), joint_names (J); optional score (P, T, J), frame (T), time_s (T), parents (J)."""
    held = _load(path)
    absent = [key for key in ("xy_px", "joint_names") if key not in held]
    if absent:
        raise UserError(f"{path} must hold xy_px and joint_names, {' and '.join(absent)} is missing: export it again")
    names, xy = held["joint_names"].ravel(), held["xy_px"]
    _check(path, "xy_px", xy, (None, None, len(names), 2), "fiu")
    score = held.get("score", np.isfinite(xy).all(axis=-1).astype(float))
    frame = held.get("frame", np.arange(xy.shape[1]))
    time_s = held.get("time_s")
    _check(path, "joint_names", names, (None,), "US")
    _check(path, "score", score, xy.shape[:3], "fiu")
    _check(path, "frame", frame, xy.shape[1:2], "iu")
    if time_s is not None:
        _check(path, "time_s", time_s, xy.shape[1:2], "fiu")
    kind = _skeleton(path, held)
    rows = np.concatenate([xy.astype(float), score.astype(float)[..., None]], axis=-1)
    frames = {int(n): people(kind, list(rows[:, t])) for t, n in enumerate(frame)}
    known = time_s is not None and bool(np.isfinite(time_s).all())
    times = {int(n): float(t) for n, t in zip(frame, time_s, strict=True)} if known and time_s is not None else None
    return Recording(path, kind, frames, 0, dense=True, time_s=times)


def _check(path: Path, name: str, values: NDArray, shape: tuple[int | None, ...], kinds: str) -> None:
    fits = values.ndim == len(shape) and all(n in (None, m) for n, m in zip(shape, values.shape, strict=True))
    if not fits or values.dtype.kind not in kinds:
        wanted = ", ".join("any" if n is None else str(n) for n in shape)
        raise damaged(path, f"{name} must be ({wanted}) of kind {kinds}, found {values.shape} of {values.dtype}")


def _load(path: Path) -> dict[str, NDArray]:
    """Every array of an NPZ, read without pickles."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            if not hasattr(held, "files"):
                raise damaged(path, "one array, no NPZ")
            if "xy_px" not in held.files:
                _refuse(path, set(held.files))
            return {key: held[key] for key in held.files if key in KEYS}
    except (ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise damaged(path, str(error).splitlines()[0][:80] if str(error) else "cut off") from None
    except (MemoryError, OverflowError, RuntimeError, SyntaxError, TypeError, struct.error) as error:
        raise damaged(path, f"no NPZ that can be read: {type(error).__name__}") from None
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from None


def _refuse(path: Path, keys: set[str]) -> None:
    """UserError for arrays that are known from other programs and cannot be taken."""
    if keys & {"positions_2d", "boxes"} or {"keypoints", "metadata"} <= keys:
        raise UserError(
            f"{path} is VideoPose3D's, whose 2D keypoints are pickled objects, which could run any program: save them "
            "as plain arrays xy_px (people, frames, joints, 2) and joint_names, or give what its detector wrote"
        )
    if "positions_3d" in keys:
        raise UserError(f"{path} holds positions_3d, so it is a 3D result: give the 2D keypoints, which Marey lifts")


def _skeleton(path: Path, held: dict[str, NDArray]) -> Skeleton:
    names = [
        n.decode(errors="replace") if isinstance(n, bytes) else str(n) for n in held["joint_names"].ravel().tolist()
    ]
    try:
        made, parents = skeleton_of_names("NPZ", names), held.get("parents", np.zeros(0))
        if made not in SKELETONS.values() and parents.shape == (len(names),) and parents.dtype.kind in "iu":
            return Skeleton(made.name, made.joint_names, tuple(int(p) for p in parents), made.pairs)
        return made
    except ValueError as error:
        raise UserError(f"{path}: {error}") from None
