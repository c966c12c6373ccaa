"""Human3.6M in the files of VideoPose3D (Pavllo et al. 2019): data_3d_h36m.npz and data_2d_h36m_<detections>.npz.

Both come from the instructions in VideoPose3D's DATASETS.md; the original data need a licence from vision.imar.ro.
3D is in the world of the room, metres, 50 frames a second, 32 joints of which 17 move; 2D in pixels, four cameras.
A trap: files of the SemGCN family have the same name as VideoPose3D's, but 16 joints (no Neck/Nose).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lifting.data import Recording
from lifting.data.camera_calibrations import H36M_CAMERAS, H36M_EXTRINSICS, to_camera
from lifting.data.pickled import check_array, check_dictionary, load_pickled
from poses.errors import UserError
from poses.sequences import PoseSequence2D, PoseSequence3D, Space
from poses.skeleton import Skeleton
from poses.skeletons import H36M16, H36M17

FPS = 50
SPLITS = {"train": ("S1", "S5", "S6", "S7", "S8"), "val": ("S9", "S11"), "test": ("S9", "S11")}
MOVING = [0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 15, 17, 18, 19, 25, 26, 27]
WITHOUT_NECK = [H36M17.index(name) for name in H36M16.joint_names]
SOURCE_3D = "data_3d_h36m.npz of VideoPose3D (key positions_3d: subject, action, frames x 32 x 3)"
SOURCE_2D = (
    "data_2d_h36m_<detections>.npz of VideoPose3D (key positions_2d: subject, action, camera, frames x joints x 2)"
)


def read_recordings(folder: Path, split: str, skeleton: Skeleton, detections: str = "gt") -> Iterator[Recording]:
    """Every subject, action and camera of a split, in `skeleton` (H36M17 or H36M16). 2D is cut to the length of 3D.

    detections: the last part of the 2D file's name, "gt", "cpn_ft_h36m_dbb", ... Raises UserError naming the file.
    """
    path_3d, path_2d = folder / "data_3d_h36m.npz", folder / f"data_2d_h36m_{detections}.npz"
    all_3d = load_pickled(path_3d, ("positions_3d",), SOURCE_3D)["positions_3d"]
    all_2d = load_pickled(path_2d, ("positions_2d",), SOURCE_2D)["positions_2d"]
    for subject in SPLITS[split]:
        actions_3d = check_dictionary(path_3d, subject, _part(path_3d, all_3d, subject, SOURCE_3D), SOURCE_3D)
        actions_2d = check_dictionary(path_2d, subject, _part(path_2d, all_2d, subject, SOURCE_2D), SOURCE_2D)
        for action, positions in actions_3d.items():
            if (subject, action) == ("S11", "Directions"):  # a corrupt recording, which everybody leaves out
                continue
            world = check_array(path_3d, f"{subject} {action}", positions, (32, 3), SOURCE_3D)[:, MOVING]
            cameras = _part(path_2d, actions_2d, action, SOURCE_2D)
            if len(cameras) < len(H36M_CAMERAS):
                raise UserError(f"{path_2d}: {subject} {action} must have 4 cameras, got {len(cameras)}")
            for number in range(len(H36M_CAMERAS)):
                xy = check_array(path_2d, f"{subject} {action}", cameras[number], (-1, 2), SOURCE_2D)
                yield _recording(path_2d, subject, action, number, xy, world, skeleton)


def _part(path: Path, values: Any, name: str, source: str) -> Any:
    if not isinstance(values, dict) or name not in values:
        raise UserError(f"{path} has nothing called {name!r}; expected {source}")
    return values[name]


def _recording(
    path: Path, subject: str, action: str, number: int, xy: np.ndarray, world: np.ndarray, skeleton: Skeleton
) -> Recording:
    name, size, focal, _ = H36M_CAMERAS[number]
    count = len(world)
    if len(xy) < count:
        raise UserError(f"{path}: {subject} {action} has {len(xy)} frames in 2D and {count} in 3D; get the file again")
    xyz = to_camera(world.astype(np.float64), H36M_EXTRINSICS[subject][number])
    xy = xy[:count].astype(np.float64)
    if skeleton == H36M16:
        xyz = xyz[:, WITHOUT_NECK]
        xy = xy[:, WITHOUT_NECK] if xy.shape[1] == 17 else xy
    if xy.shape[1] != len(skeleton):
        raise UserError(
            f"{path} has {xy.shape[1]} joints, but this network takes {len(skeleton)}: use VideoPose3D's file, with 17"
        )
    time_s = np.arange(count) / FPS
    return Recording(
        subject,
        action.split()[0],
        name,
        PoseSequence2D(xy, np.ones(xy.shape[:2]), time_s, size, skeleton),
        PoseSequence3D(xyz, time_s, Space.CAMERA, skeleton),
        focal[0],
    )
