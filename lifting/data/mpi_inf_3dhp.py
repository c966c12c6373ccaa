"""MPI-INF-3DHP in both public layouts; the original data come from vcai.mpi-inf.mpg.de/3dhp-dataset.

P-STMO's: data_train_3dhp.npz and data_test_3dhp.npz, key data, 17 joints in the order of MPI17, mm in camera axes.
GraphMLP's: data_3d_3dhp.npz and data_2d_3dhp.npz, 17 joints in Human3.6M order, metres.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lifting.data import Recording
from lifting.data.pickled import check_array, check_dictionary, load_pickled
from poses.errors import UserError
from poses.sequences import PoseSequence2D, PoseSequence3D, Space
from poses.skeleton import Skeleton
from poses.skeletons import H36M16, H36M17, MPI17

TO_H36M17 = [14, 8, 9, 10, 11, 12, 13, 15, 1, 16, 0, 5, 6, 7, 2, 3, 4]
WIDE = ("TS5", "TS6")
SOURCE_TRAIN = "data_train_3dhp.npz of P-STMO (key data: sequence, then [cameras, frame rate])"
SOURCE_TEST = "data_test_3dhp.npz of P-STMO (key data: TS1 ... TS6, each data_2d, data_3d, valid)"
SOURCE_GRAPHMLP = "data_{2d,3d}_3dhp.npz of GraphMLP (keys positions_2d and positions_3d: subject, action, camera)"


def read_recordings(folder: Path, split: str, skeleton: Skeleton) -> Iterator[Recording]:
    """Every sequence and camera of a split, in MPI17, H36M17 or H36M16; whichever layout is in the folder.

    Of the test set, frames that are not valid are in the windows but are not scored; sequences are the actions.
    Raises UserError naming the file where it is missing or damaged.
    """
    if skeleton not in (MPI17, H36M17, H36M16):
        raise UserError(f"MPI-INF-3DHP is read as MPI17, H36M17 or H36M16, but this network has {skeleton.name}")
    if (folder / "data_3d_3dhp.npz").is_file():
        return _graphmlp(folder, split, skeleton)
    return _train(folder, skeleton) if split == "train" else _test(folder, skeleton)


def _train(folder: Path, skeleton: Skeleton) -> Iterator[Recording]:
    path = folder / "data_train_3dhp.npz"
    data = check_dictionary(path, "data", load_pickled(path, ("data",), SOURCE_TRAIN)["data"], SOURCE_TRAIN)
    for name, sequence in data.items():
        if not isinstance(sequence, list | tuple | np.ndarray) or len(sequence) != 2:
            raise UserError(f"{path}: {name} must be [cameras, frame rate]; expected {SOURCE_TRAIN}")
        cameras, fps = sequence[0], float(np.asarray(sequence[1]).item())
        for camera, seen in check_dictionary(path, name, cameras, SOURCE_TRAIN).items():
            yield _recording(path, name, camera, seen, (2048, 2048), fps, skeleton, SOURCE_TRAIN)


def _test(folder: Path, skeleton: Skeleton) -> Iterator[Recording]:
    path = folder / "data_test_3dhp.npz"
    data = check_dictionary(path, "data", load_pickled(path, ("data",), SOURCE_TEST)["data"], SOURCE_TEST)
    for name, seen in data.items():
        size = (1920, 1080) if name in WIDE else (2048, 2048)
        yield _recording(
            path, name, "0", check_dictionary(path, name, seen, SOURCE_TEST), size, 25.0, skeleton, SOURCE_TEST
        )


def _recording(
    path: Path, name: str, camera: str, seen: Any, size: tuple[int, int], fps: float, skeleton: Skeleton, source: str
) -> Recording:
    if not isinstance(seen, dict) or not {"data_2d", "data_3d"} <= set(seen):
        raise UserError(f"{path}: {name} camera {camera} must have data_2d and data_3d; expected {source}")
    xy = check_array(path, f"{name} data_2d", seen["data_2d"], (17, 2), source).astype(np.float64)
    xyz = check_array(path, f"{name} data_3d", seen["data_3d"], (17, 3), source).astype(np.float64) / 1000
    if skeleton != MPI17:
        xy, xyz = xy[:, TO_H36M17], xyz[:, TO_H36M17]
    valid = np.asarray(seen.get("valid", np.ones(len(xyz)))).astype(bool).ravel()
    if not len(xy) == len(xyz) == len(valid):
        raise UserError(f"{path}: {name} has {len(xy)} frames in 2D, {len(xyz)} in 3D and {len(valid)} in valid")
    return _made(name.split()[0], name, camera, xy, xyz, size, fps, skeleton, valid)


def _graphmlp(folder: Path, split: str, skeleton: Skeleton) -> Iterator[Recording]:
    parts = {}
    for key in ("2d", "3d"):
        path = folder / f"data_{key}_3dhp.npz"
        loaded = load_pickled(path, (f"positions_{key}",), SOURCE_GRAPHMLP)[f"positions_{key}"]
        parts[key] = check_dictionary(path, f"positions_{key}", loaded, SOURCE_GRAPHMLP)
    if skeleton == MPI17:
        raise UserError("GraphMLP's files have the joints of Human3.6M, but this network has MPI17")
    for subject, actions in parts["3d"].items():
        if subject.startswith("TS") != (split != "train"):
            continue
        size = (1920, 1080) if subject in WIDE else (2048, 2048)
        for action, cameras in actions.items():
            for number, positions in enumerate(cameras):
                name = f"{subject} {action} camera {number}"
                xyz = check_array(folder / "data_3d_3dhp.npz", name, positions, (17, 3), SOURCE_GRAPHMLP)
                seen = parts["2d"].get(subject, {}).get(action, [])
                if number >= len(seen):
                    raise UserError(f"{folder / 'data_2d_3dhp.npz'} has no {name}; expected {SOURCE_GRAPHMLP}")
                xy = check_array(folder / "data_2d_3dhp.npz", name, seen[number], (17, 2), SOURCE_GRAPHMLP)[: len(xyz)]
                yield _made(subject, subject, str(number), xy, xyz, size, 25.0, skeleton, np.ones(len(xyz), bool))


def _made(
    subject: str,
    action: str,
    camera: str,
    xy: np.ndarray,
    xyz: np.ndarray,
    size: tuple[int, int],
    fps: float,
    skeleton: Skeleton,
    valid: np.ndarray,
) -> Recording:
    if skeleton == H36M16:
        keep = [H36M17.index(name) for name in H36M16.joint_names]
        xy, xyz = xy[:, keep], xyz[:, keep]
    time_s = np.arange(len(xyz)) / fps
    return Recording(
        subject,
        action,
        camera,
        PoseSequence2D(xy.astype(np.float64), np.ones(xy.shape[:2]), time_s, size, skeleton),
        PoseSequence3D(xyz.astype(np.float64), time_s, Space.CAMERA, skeleton),
        valid=tuple(valid.tolist()),
    )
