"""A first 3D pose of the newest frame while a video is still being analysed. Knows no Qt."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.gui.frame_maps import FrameMaps
from app.gui.frame_view import Pose3D
from app.pipeline.missing_joints import estimate_missing_joints
from app.protocols import Lifter
from poses.arrays import FloatArray
from poses.camera import normalise, turn_back
from poses.sequences import Keypoints
from poses.skeleton import Skeleton, map_skeleton
from poses.windows import window_reach, window_step, windows_at

MAPS_INTERVAL_S = 0.2
# Newest frames by which the rate is measured.
TIMED = 32


@dataclass(frozen=True)
class LivePose:
    """figures: nobody or the main person; window (window, J, 2) normalised: what the lifter saw of him, its frames
    `step` apart."""

    poses: tuple[Pose3D, ...] = ()
    window: FloatArray | None = None
    step: float = 1


def live_pose(
    seen: Sequence[Keypoints],
    time_s: Sequence[float],
    skeleton: Skeleton,
    lifter: Lifter,
    image_size: tuple[int, int],
) -> LivePose:
    """The main person of the last of `seen`, lifted with the frames before it; the last frame stands for what follows.

    time_s: when the newest were seen, TIMED of them at least where there are as many.

    It stands on the floor at the origin, not turned by the camera's tilt: the path, the true upright and smoothing need
    the whole video and come with the final result. Empty where too little of the body is seen.
    """
    step = window_step(np.array(time_s[-TIMED:]), lifter.window_hz)
    stride = max(int(step), 1)  # frames between those of a window are not looked at
    xy = _main_person(seen[-window_reach(lifter.window, step) - 1 :][::-stride][::-1], skeleton, lifter.skeleton)
    if np.isnan(xy).any():
        return LivePose()
    root = lifter.skeleton.root
    shown, rotation = normalise(lifter.normalisation, xy, image_size, root)
    screen = windows_at(shown, np.array([len(xy) - 1]), lifter.window, step / stride)[0]
    xyz = turn_back(np.asarray(lifter.lift(screen[None]), dtype=float)[0], rotation[-1])
    world = (xyz - xyz[root]) * [1, -1, -1]
    world[:, 1] -= world[:, 1].min()
    return LivePose((Pose3D(0, world, lifter.skeleton, np.empty((0, 3))),), screen, step)


class LiveMaps:
    """The lifter's maps of what is seen live, a few times a second, and only while somebody looks at them."""

    def __init__(self, wanted: Callable[[], bool]) -> None:
        self._wanted = wanted
        self._last = 0.0

    def of(self, pose: LivePose, frame: int, lifter: Lifter) -> FrameMaps | None:
        """None where nobody looks, nobody is there, or the last maps are still fresh."""
        if pose.window is None or not self._wanted() or time.monotonic() - self._last < MAPS_INTERVAL_S:
            return None
        self._last = time.monotonic()
        return FrameMaps(frame, lifter.maps(pose.window), lifter.skeleton.joint_names, lifter.window, pose.step)


def _main_person(seen: Sequence[Keypoints], source: Skeleton, target: Skeleton) -> FloatArray:
    """(T, J, 2) px; a frame without the person takes the nearest that has one; NaN where none has."""
    rows = np.full((len(seen), len(target), 2), np.nan)
    for row, keypoints in enumerate(seen):
        if len(keypoints):
            best = int(keypoints.score.mean(axis=1).argmax())
            rows[row], _ = map_skeleton(keypoints.xy[best], keypoints.score[best], source, target)
    rows, _ = estimate_missing_joints(rows, target)
    there = np.flatnonzero(np.isfinite(rows).all(axis=(1, 2)))
    if not len(there) or there[-1] != len(rows) - 1:
        return np.full((1, len(target), 2), np.nan)
    return rows[there[np.abs(np.arange(len(rows))[:, None] - there).argmin(axis=1)]]
