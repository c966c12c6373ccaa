"""A first 3D pose of the newest frame while a video is still being analysed. Knows no Qt."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import numpy as np

from app.gui.allowance import Allowance
from app.gui.frame_maps import FrameMaps, compute_window_maps
from app.gui.frame_view import Pose3D
from app.pipeline.missing_joints import estimate_missing_joints
from app.protocols import ChunkLifter, Lifter
from poses.arrays import FloatArray
from poses.camera import normalise, turn_back
from poses.sequences import Keypoints
from poses.skeleton import Skeleton, map_skeleton
from poses.windows import window_reach, window_step, windows_at

MAPS_INTERVAL_S = 0.2  # between two maps, however fast they are made: drawing them takes time too
# Of the time of an analysis; together with what the window itself takes (worker.BACKGROUND_SHARE) a tenth.
MAPS_SHARE, POSE_SHARE = 0.03, 0.03
POSE_INTERVAL_S = 0.12
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
    if isinstance(lifter, ChunkLifter):  # the fast way: half the work, it need not look at the repeated frame twice
        lifted = lifter.lift_chunk(shown, len(xy) - 1, len(xy), None, step / stride)
    else:
        lifted = lifter.lift(screen[None])
    xyz = turn_back(np.asarray(lifted, dtype=float)[0], rotation[-1])
    world = (xyz - xyz[root]) * [1, -1, -1]
    world[:, 1] -= world[:, 1].min()
    return LivePose((Pose3D(0, world, lifter.skeleton, np.empty((0, 3))),), screen, step)


class LivePoses:
    """`live_pose` of the newest frame now and then: in a small share of the time (POSE_SHARE), however slow the lifter.

    newest: the last one; frame: of which frame it is.
    """

    def __init__(self, share: float = POSE_SHARE, clock: Callable[[], float] = time.perf_counter) -> None:
        self._allowance, self._clock, self._last = Allowance(share, clock), clock, -math.inf
        self.newest, self.frame = LivePose(), 0

    def see(
        self, frame: int, seen: Sequence[Keypoints], time_s: Sequence[float], skeleton: Skeleton, lifter: Lifter,
        image_size: tuple[int, int],
    ) -> None:  # fmt: skip
        """Of frame `frame`, which `seen` and `time_s` end with."""
        start = self._clock()
        first = self._last == -math.inf
        if not (first or self._allowance.there()) or start - self._last < POSE_INTERVAL_S:
            return
        self.newest, self.frame = live_pose(seen, time_s, skeleton, lifter, image_size), frame
        self._last = self._clock()
        self._allowance.spend(self._last - start)


class LiveMaps:
    """The map in sight of what is seen live, made bit by bit in a small share of the time (MAPS_SHARE).

    wanted: its name, "" for the one to begin with, None where nobody looks: then nothing is made. A map that was begun
    is dropped when another one is wanted.
    """

    def __init__(self, wanted: Callable[[], str | None], clock: Callable[[], float] = time.perf_counter) -> None:
        self._wanted, self._clock = wanted, clock
        self._steps: Generator[None, None, FrameMaps] | None = None
        self._name = ""
        self._begun = -math.inf
        self._allowance = Allowance(MAPS_SHARE, clock)

    def of(self, pose: LivePose, frame: int, lifter: Lifter) -> FrameMaps | None:
        """To be called for every frame: goes on with the map, or begins one of this frame; None until it is done."""
        name = self._wanted()
        if name is None or name != self._name:
            self.drop()
            self._name = name or ""
        if name is None:
            self._allowance.forget()
            return None
        if not self._allowance.there():
            return None
        if self._steps is None:
            if pose.window is None or self._clock() - self._begun < MAPS_INTERVAL_S:
                return None
            self._begun = self._clock()
            self._steps = compute_window_maps(pose.window, pose.step, frame, lifter, name)
        return self._go_on(self._steps)

    def _go_on(self, steps: Generator[None, None, FrameMaps]) -> FrameMaps | None:
        """As many steps as there is time for, one at least."""
        while True:
            start = self._clock()
            try:
                next(steps)
            except StopIteration as end:
                self._steps = None
                done: FrameMaps = end.value
                return done
            finally:
                self._allowance.spend(self._clock() - start)
            if not self._allowance.there():
                return None

    def drop(self) -> None:
        """Leave off what was begun: of another video, or by another lifter."""
        if self._steps is not None:
            self._steps.close()
            self._steps = None


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
