"""Left and right exchanged by the detector: found by how the joints move, and put back, in 2D.

A detector that takes a front for a back exchanges all joints at once and stays wrong for a while; others exchange the
legs or the hands for some frames. Each exchange begins and ends with joints that jump to the place of their opposites.
For the whole body first, then for ever smaller limbs, the sequence of states (as detected, exchanged) is chosen that
moves most smoothly: every joint is expected to go on at its speed, a change of state has its price, and so has being
exchanged, a small one, so that in doubt the detector is right (Viterbi over pairs of successive states).
"""

from __future__ import annotations

import numpy as np

from poses.arrays import BoolArray, FloatArray, check_shape
from poses.skeleton import Skeleton

# Joints of a limb from the trunk outwards, without their leading L or R; those in one place move together.
ARM = (("Shoulder",), ("Elbow",), ("Wrist", "Pinky", "Index", "Thumb"))
LEG = (("Hip",), ("Knee",), ("Ankle", "Foot", "Heel", "FootIndex", "BigToe", "SmallToe"))
# Price of a change of state, and of being exchanged for one frame.
CHANGE, EXCHANGED = 3.0, 0.004
# Joints are expected to keep this part of their speed.
KEPT_SPEED = 0.7
# Residuals are measured in parts of the usual one of the clip, which is at least this part of the person's size;
# beyond FAR of them a joint is lost rather than far.
LEAST_NOISE, FAR = 0.01, 12.0
# Price for one frame of shoulders and hips that point opposite ways (times both widths), and of bones too long.
TWIST, STRETCH = 10.0, 2.0
# Longest absence over which the motion is followed.
BREAK_S = 0.5


def repair_swaps(
    xy: FloatArray, score: FloatArray, skeleton: Skeleton, time_s: FloatArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """xy (T, J, 2) px, NaN where missing, and score (T, J) with left and right put back where they were exchanged.

    time_s (T) seconds. Returns copies and swapped (T, J): which joints were exchanged with their opposite.
    """
    check_shape("xy", xy, (len(time_s), len(skeleton), 2))
    check_shape("score", score, (len(time_s), len(skeleton)))
    xy, score = np.array(xy, dtype=float), np.array(score, dtype=float)
    swapped = np.zeros(score.shape, dtype=bool)
    size = _size(xy)
    if not np.isfinite(size) or size <= 0:
        return xy, score, swapped
    for pairs in groups(skeleton):
        exchanged = find_swaps(xy / size, score, pairs, skeleton, np.asarray(time_s, dtype=float))
        for left, right in pairs:
            _exchange(xy, exchanged, left, right)
            _exchange(score, exchanged, left, right)
            for joint in (left, right):
                swapped[:, joint] ^= exchanged
    return xy, score, swapped


def groups(skeleton: Skeleton) -> list[list[tuple[int, int]]]:
    """(left, right) pairs that are exchanged together: all, then limbs, then limbs without their inner joints."""
    found = [list(skeleton.pairs)] if skeleton.pairs else []
    for start in range(3):
        for limb in (ARM, LEG):
            names = {name for part in limb[start:] for name in part}
            found.append([p for p in skeleton.pairs if skeleton.joint_names[p[0]][1:] in names])
    # A skeleton without hands has the same pairs twice.
    return [pairs for i, pairs in enumerate(found) if pairs and pairs not in found[:i]]


def find_swaps(
    xy: FloatArray, score: FloatArray, pairs: list[tuple[int, int]], skeleton: Skeleton, time_s: FloatArray
) -> BoolArray:
    """(T,) where the joints of `pairs` are exchanged. xy (T, J, 2) in sizes of the person."""
    left, right = [p[0] for p in pairs], [p[1] for p in pairs]
    points = np.stack([xy[:, left], xy[:, right]], axis=1)
    weights = np.sqrt(score[:, left] * score[:, right])
    there = np.isfinite(points).all(axis=(1, 3)) & (weights > 0)
    exchanged = np.zeros(len(xy), dtype=bool)
    frames = np.flatnonzero(there.any(axis=1))
    twisted = _twisted(xy, pairs, skeleton)
    breaks = np.flatnonzero(np.diff(time_s[frames]) > BREAK_S) + 1
    for run in np.split(frames, breaks):
        if len(run) > 2:
            moves = _costs(points[run], weights[run] * there[run], time_s[run])
            exchanged[run] = _best_states(moves, twisted[run])
    return exchanged


def _twisted(xy: FloatArray, pairs: list[tuple[int, int]], skeleton: Skeleton) -> FloatArray:
    """(T, 2): how unlikely the body is with the joints of `pairs` as detected and exchanged, 0 where nothing tells.

    A trunk does not twist by more than a right angle, so shoulders and hips point the same way; and exchanged elbows,
    wrists, knees and ankles make bones that are longer than this person's ever are.
    """
    price = np.zeros((len(xy), 2))
    trunk = [p for p in skeleton.pairs if skeleton.joint_names[p[0]] in ("LShoulder", "LHip")]
    if len(trunk) == 2 and sum(pair in pairs for pair in trunk) == 1:
        across = [xy[:, left] - xy[:, right] for left, right in trunk]
        along = np.nan_to_num((across[0] * across[1]).sum(axis=-1))
        price += TWIST * np.maximum(np.stack([-along, along], axis=1), 0)
    for left, right in pairs:
        inner = [skeleton.parents[left], skeleton.parents[right]]
        if (inner[0], inner[1]) not in skeleton.pairs or (inner[0], inner[1]) in pairs or (left, right) in trunk:
            continue
        straight, crossed = (
            np.stack([xy[:, a] - xy[:, b] for a, b in zip(inner, ends, strict=True)], axis=1)
            for ends in ((left, right), (right, left))
        )
        lengths = np.nan_to_num(np.linalg.norm(np.stack([straight, crossed], axis=1), axis=-1))
        longest = np.quantile(lengths[:, 0], 0.9)
        price += STRETCH * np.maximum(lengths - longest, 0).max(axis=-1)
    return np.asarray(price)


def _size(xy: FloatArray) -> float:
    """Size of the person px: median over the frames of the root of the box area."""
    there = np.isfinite(xy).all(axis=-1)
    rows = xy[there.sum(axis=1) >= 3]
    if not len(rows):
        return float("nan")
    extent = np.nanmax(rows, axis=1) - np.nanmin(rows, axis=1)
    return float(np.median(np.sqrt(np.maximum(extent, 1e-6).prod(axis=1))))


def _exchange(values: FloatArray, rows: BoolArray, left: int, right: int) -> None:
    values[rows, left], values[rows, right] = values[rows, right].copy(), values[rows, left].copy()


def _costs(points: FloatArray, weights: FloatArray, time_s: FloatArray) -> FloatArray:
    """(T - 2, 2, 2, 2): residual of frame t + 2 for the states of frames t, t + 1, t + 2, in usual residuals.

    points (T, 2, K, 2): left and right of K pairs. weights (T, K), 0 where missing.
    """
    steps = np.diff(time_s)
    ratio = KEPT_SPEED * (steps[1:] / steps[:-1])[:, None, None, None]
    points = np.where(weights[:, None, :, None] > 0, points, 0.0)
    known = weights[:-2] * weights[1:-1] * weights[2:]
    known = known / np.maximum(known.sum(axis=1, keepdims=True), 1e-9)
    residual = np.zeros((len(points) - 2, 2, 2, 2, points.shape[2]))
    for a in (0, 1):
        for b in (0, 1):
            for c in (0, 1):
                old, last, now = (points[i : len(points) - 2 + i, ::sign] for i, sign in enumerate(_signs(a, b, c)))
                off = now - last - (last - old) * ratio
                residual[:, a, b, c] = np.linalg.norm(off, axis=-1).mean(axis=1)
    still = residual[:, 0, 0, 0]
    usual = np.median(still[known > 0]) if (known > 0).any() else 0.0
    scaled = np.minimum(residual / max(float(usual), LEAST_NOISE), FAR)
    return np.asarray((scaled * known[:, None, None, None]).sum(axis=-1))


def _signs(*states: int) -> list[int]:
    """Slice steps that exchange left and right where the state is 1."""
    return [-1 if state else 1 for state in states]


def _best_states(costs: FloatArray, price: FloatArray) -> BoolArray:
    """(T,) states of least cost: `costs` (T - 2, 2, 2, 2) of three successive states, `price` (T, 2) of each."""
    price = price + EXCHANGED * np.arange(2)
    change = CHANGE * (1 - np.eye(2))
    total = price[0][:, None] + price[1][None, :] + change
    back = np.zeros((len(costs), 2, 2), dtype=int)
    for t, cost in enumerate(costs):
        paths = total[:, :, None] + cost + change[None] + price[t + 2][None, None]
        back[t] = paths.argmin(axis=0)
        total = paths.min(axis=0)
    last, now = np.unravel_index(int(total.argmin()), (2, 2))
    states = [int(now), int(last)]
    for choice in back[::-1]:
        states.append(int(choice[states[-1], states[-2]]))
    return np.array(states[::-1], dtype=bool)
