"""HumanEva-I in the files of VideoPose3D: data_3d_humaneva15.npz and data_2d_humaneva15_<detections>.npz.

Made by the scripts that VideoPose3D's DATASETS.md describes; the original data come from humaneva.is.tue.mpg.de.
3D is in the world of the room, metres, 60 frames a second, 15 joints; 2D in pixels of 640 x 480, three cameras.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lifting.data import Recording
from lifting.data.camera_calibrations import HUMANEVA_EXTRINSICS, HUMANEVA_SIZE, to_camera
from lifting.data.pickled import check_array, check_dictionary, load_pickled
from poses.errors import UserError
from poses.sequences import PoseSequence2D, PoseSequence3D, Space
from poses.skeleton import Skeleton
from poses.skeletons import HUMANEVA15

FPS = 60
SPLITS = {"train": "Train", "val": "Validate", "test": "Validate"}
SOURCE_3D = "data_3d_humaneva15.npz of VideoPose3D (key positions_3d: subject, action, frames x 15 x 3)"
SOURCE_2D = "data_2d_humaneva15_<detections>.npz of VideoPose3D (key positions_2d: subject, action, camera)"


def read_recordings(folder: Path, split: str, skeleton: Skeleton, detections: str = "gt") -> Iterator[Recording]:
    """Every chunk of S1 to S3 in a split before its three cameras; the action is subject and word ("S1 Walking").

    Frames whose 3D is missing are not scored. Raises UserError naming the file where it is missing or damaged.
    """
    path_3d, path_2d = folder / "data_3d_humaneva15.npz", folder / f"data_2d_humaneva15_{detections}.npz"
    if skeleton != HUMANEVA15:
        raise UserError(f"HumanEva has the 15 joints of HUMANEVA15, but this network has {skeleton.name}")
    all_3d = load_pickled(path_3d, ("positions_3d",), SOURCE_3D)["positions_3d"]
    all_2d = load_pickled(path_2d, ("positions_2d",), SOURCE_2D)["positions_2d"]
    for subject, places in HUMANEVA_EXTRINSICS.items():
        key = f"{SPLITS[split]}/{subject}"
        actions = check_dictionary(
            path_3d, key, check_dictionary(path_3d, "positions_3d", all_3d, SOURCE_3D).get(key), SOURCE_3D
        )
        seen = check_dictionary(
            path_2d, key, check_dictionary(path_2d, "positions_2d", all_2d, SOURCE_2D).get(key), SOURCE_2D
        )
        for action, positions in actions.items():
            world = check_array(path_3d, f"{key} {action}", positions, (15, 3), SOURCE_3D).astype(np.float64)
            for number, place in enumerate(places):
                xy = check_array(path_2d, f"{key} {action}", seen[action][number], (15, 2), SOURCE_2D)
                if len(xy) < len(world):
                    raise UserError(f"{path_2d}: {key} {action} has {len(xy)} frames in 2D and {len(world)} in 3D")
                yield _recording(f"{subject} {action.split()[0]}", subject, number, xy, to_camera(world, place))


def _recording(action: str, subject: str, number: int, xy: np.ndarray, xyz: np.ndarray) -> Recording:
    time_s, xy = np.arange(len(xyz)) / FPS, xy[: len(xyz)].astype(np.float64)
    return Recording(
        subject,
        action,
        f"C{number + 1}",
        PoseSequence2D(xy, np.ones(xy.shape[:2]), time_s, HUMANEVA_SIZE, HUMANEVA15),
        PoseSequence3D(xyz, time_s, Space.CAMERA, HUMANEVA15),
        valid=tuple(np.isfinite(xyz).all(axis=(1, 2)).tolist()),
    )
