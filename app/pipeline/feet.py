"""Feet that stand keep their place: what a picture sees standing must not slide in the world.

Depth is what one camera sees worst, so a lifted foot that stands still wanders along the line of sight, by decimetres.
The picture knows better: there the foot rests. The legs take it up: the ankle is put on its place, hip and bone lengths
stay, the knee bends in the plane it was bent in.

Measured with two lifters on two clips with a reference (`python -m tests.benchmarks.feet`). Moving the whole
body along its line of sight instead, by least squares, was tried too: it made the depth of the root worse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from app.pipeline.fill import segments
from app.pipeline.gravity import side_joints
from app.pipeline.smooth import smooth
from poses.arrays import BoolArray, FloatArray
from poses.rotations import normal_part, unit
from poses.sequences import PoseSequence2D
from poses.skeleton import Skeleton, from_the_root

# A foot stands while it moves slower than this in the picture (metres a second at the person's distance), is seen and
# is not lifted above the lower foot by more than LIFTED_M, for SHORTEST_S at least.
STILL_M_S, SEEN, LIFTED_M, SHORTEST_S = 0.4, 0.4, 0.15, 0.12
# A person who is back at the same place so soon has not made a step: the detector flickered.
FLICKER_S, SAME_PLACE_M = 0.35, 0.04
# What the picture is freed of before: errors of less than half of FLASH frames, and what changes faster than JITTER_HZ.
FLASH, JITTER_HZ = 5, 4.0
# The leg lets go of a place, and takes hold of it, within this time.
FADE_S = 0.15
FREE, NUDGE_M = 0.5, 0.02


@dataclass(frozen=True)
class Stance:
    """Frames start to stop, in which foot `side` (0 left, 1 right) stands in one place."""

    side: int
    start: int
    stop: int


def find_stances(pose_2d: PoseSequence2D, xyz: FloatArray, feet: tuple[int, int], px_per_m: FloatArray) -> list[Stance]:
    """xyz (T, J, 3) WORLD, feet the two ankles, px_per_m (T,) how large a metre is seen where the person is."""
    time_s = pose_2d.time_s
    if len(time_s) < FLASH:
        return []
    height = xyz[:, list(feet), 1]
    found = []
    for side, foot in enumerate(feet):
        seen = pose_2d.xy[:, foot]
        padded = np.pad(seen, ((FLASH // 2, FLASH // 2), (0, 0)), mode="edge")
        calm = np.median(sliding_window_view(padded, FLASH, axis=0), axis=-1)
        xy = smooth(np.where(np.isfinite(calm), calm, seen), time_s, JITTER_HZ)  # beside a gap there is no median
        with np.errstate(invalid="ignore"):
            speed = np.linalg.norm(np.gradient(xy, time_s, axis=0), axis=-1) / px_per_m
            still: BoolArray = np.asarray(speed < STILL_M_S) & (pose_2d.score[:, foot] > SEEN)
            still &= height[:, side] < height.min(axis=1) + LIFTED_M
        for start, stop in segments(~still):  # a flicker does not end a stand
            if start == 0 or stop == len(still) or time_s[stop] - time_s[start - 1] > FLICKER_S:
                continue
            if np.linalg.norm(xy[stop] - xy[start - 1]) < SAME_PLACE_M * px_per_m[stop]:
                still[start:stop] = np.isfinite(height[start:stop, side])
        found += [
            Stance(side, start, stop)
            for start, stop in segments(still)
            if time_s[stop - 1] - time_s[start] >= SHORTEST_S
        ]
    return found


def plant_feet(xyz: FloatArray, pose_2d: PoseSequence2D, skeleton: Skeleton, px_per_m: FloatArray) -> FloatArray:
    """xyz (T, J, 3) m WORLD, smoothed, with standing feet in their places; frames without a pose stay as they are.

    px_per_m (T,): how many pixels a metre is long in the picture where the person is.
    """
    legs = [(side["Hip"], side["Knee"], side["Ankle"]) for side in (side_joints(skeleton, s) for s in "LR")]
    stances = find_stances(pose_2d, xyz, (legs[0][2], legs[1][2]), px_per_m)
    planted = xyz.copy()
    ahead = unit(np.cross(xyz[:, legs[0][0]] - xyz[:, legs[1][0]], [0.0, 1.0, 0.0]))
    for side, (hip, knee, ankle) in enumerate(legs):
        own = [stance for stance in stances if stance.side == side]
        if own:
            wanted = xyz[:, ankle] + place_steps(xyz[:, ankle], own, pose_2d.time_s)
            bent = bend_leg(xyz[:, hip], xyz[:, knee], xyz[:, ankle], wanted, ahead)
            planted[:, knee], planted[:, ankle] = bent
            toes = from_the_root(skeleton, ankle)
            planted[:, toes] += (planted - xyz)[:, [ankle]]
    return planted


def place_steps(ankle: FloatArray, stances: list[Stance], time_s: FloatArray) -> FloatArray:
    """(T, 3) from the ankle (T, 3) to its places, fading where no foot stands; the place of a stand is the median."""
    step, weight = np.zeros_like(ankle), np.zeros(len(ankle))
    for stance in stances:
        span = slice(stance.start, stance.stop)
        place = np.nanmedian(ankle[span], axis=0)
        before, after = time_s[stance.start] - time_s, time_s - time_s[stance.stop - 1]
        late = np.clip(np.maximum(before, after) / FADE_S, 0, 1)
        hold = (1 + np.cos(np.pi * late)) / 2
        # Outside the foot keeps the step it had at the edge.
        edge = np.clip(np.arange(len(ankle)), stance.start, stance.stop - 1)
        step += hold[:, None] * (place - ankle[edge])
        weight += hold
    return np.asarray(step / np.maximum(weight, 1)[:, None])


def bend_leg(
    hip: FloatArray, knee: FloatArray, ankle: FloatArray, wanted: FloatArray, ahead: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Knee and ankle (T, 3) for a leg whose ankle shall be at `wanted` (T, 3), as far as the leg reaches.

    Two bones of unchanged length: the knee lies on the circle that both allow, on the side where it was; that of a
    straight leg goes `ahead` (T, 3), where the person looks.
    """
    thigh, shank = (np.linalg.norm(b - a, axis=-1, keepdims=True) for a, b in ((hip, knee), (knee, ankle)))
    length, line = np.linalg.norm(wanted - hip, axis=-1, keepdims=True), unit(wanted - hip)
    now = np.linalg.norm(ankle - hip, axis=-1, keepdims=True)
    reach = np.maximum(_stretched(now, length, thigh + shank), np.abs(thigh - shank) + 1e-6)
    along = (thigh**2 - shank**2 + reach**2) / (2 * reach)
    side = unit(normal_part(normal_part(knee - hip, unit(ankle - hip)) + NUDGE_M * ahead, line))
    off = np.sqrt(np.maximum(thigh**2 - along**2, 0))
    return hip + along * line + off * side, hip + reach * line


def _stretched(now: FloatArray, wanted: FloatArray, whole: FloatArray) -> FloatArray:
    """Distance (T, 1) from hip to ankle on the way from `now` to `wanted`, of a leg that is `whole` long when straight.

    A leg bends as it must, and stretches so over the first FREE of what is left to its whole length; beyond that the
    less the straighter it is, and is never quite straight. A plain limit would stand in the curve of the knee's angle
    for frames on end, as if it had been measured.
    """
    left = np.maximum(whole - now, 1e-9)
    freely = now + FREE * left
    more = np.maximum(wanted - freely, 0) / ((1 - FREE) * left)
    return np.asarray(np.where(wanted > freely, freely + (1 - FREE) * left * more / (1 + more), wanted))
