"""A first 3D pose of the newest frame while a video is still being analysed. Knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.gui.shown import Figure3D
from app.pipeline.guess import guess_missing
from app.protocols import Lifter
from poses.arrays import FloatArray
from poses.camera import normalise, turn_back
from poses.sequences import Keypoints
from poses.skeleton import Skeleton, map_skeleton


def live_figure(
    seen: Sequence[Keypoints], skeleton: Skeleton, lifter: Lifter, image_size: tuple[int, int]
) -> tuple[Figure3D, ...]:
    """The main person of the last of `seen`, lifted with the frames before it; the last frame stands for what follows.

    It stands on the floor at the origin, not turned by the camera's tilt: the path, the true upright and smoothing need
    the whole video and come with the final result. Empty where too little of the body is seen.
    """
    pad = lifter.window // 2
    xy = _main_person(seen[-pad - 1 :], skeleton, lifter.skeleton)
    if np.isnan(xy).any():
        return ()
    window = xy[np.clip(np.arange(-pad, pad + 1) + len(xy) - 1, 0, len(xy) - 1)]
    root = lifter.skeleton.root
    screen, rotation = normalise(lifter.normalisation, window, image_size, root)
    xyz = turn_back(np.asarray(lifter.lift(screen[None]), dtype=float)[0], rotation[pad])
    world = (xyz - xyz[root]) * [1, -1, -1]
    world[:, 1] -= world[:, 1].min()
    return (Figure3D(0, world, lifter.skeleton, np.empty((0, 3))),)


def _main_person(seen: Sequence[Keypoints], source: Skeleton, target: Skeleton) -> FloatArray:
    """(T, J, 2) px; a frame without the person takes the nearest that has one; NaN where none has."""
    rows = np.full((len(seen), len(target), 2), np.nan)
    for row, keypoints in enumerate(seen):
        if len(keypoints):
            best = int(keypoints.score.mean(axis=1).argmax())
            rows[row], _ = map_skeleton(keypoints.xy[best], keypoints.score[best], source, target)
    rows, _ = guess_missing(rows, target)
    there = np.flatnonzero(np.isfinite(rows).all(axis=(1, 2)))
    if not len(there) or there[-1] != len(rows) - 1:
        return np.full((1, len(target), 2), np.nan)
    return rows[there[np.abs(np.arange(len(rows))[:, None] - there).argmin(axis=1)]]
