"""Left-right flips of the detector: found from the motion of the joints and repaired, in 2D.

A detector that takes a front for a back flips all joints at once and stays wrong for a while; others flip the
legs or the hands for some frames. Each flip begins and ends with joints that jump to the position of their opposites.
A state says which joint groups are flipped (none, an arm pair from the shoulder, elbow or wrist on, a leg pair
likewise). The sequence of states is chosen in which the joints move most smoothly: each is expected to keep its
velocity. A change of state has a cost, and so have being flipped, a small one so that in doubt the detector is right,
a trunk twisted by more than a right angle, and bones longer than this person's (Viterbi over pairs of states).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from poses.arrays import BoolArray, FloatArray, IntArray, check_shape
from poses.skeleton import Skeleton

Pairs = list[tuple[int, int]]

# Joints of a limb from the trunk outwards, without their leading L or R; those in one place form a group.
ARM = (("Shoulder",), ("Elbow",), ("Wrist", "Pinky", "Index", "Thumb"))
LEG = (("Hip",), ("Knee",), ("Ankle", "Foot", "Heel", "FootIndex", "BigToe", "SmallToe"))
# Which groups of a limb are flipped: from some group on, or up to some group. With every state there is its opposite,
# or else a clip would not be free to be right in its longer half.
LIMB_STATES = ((0, 0, 0), (1, 1, 1), (0, 1, 1), (0, 0, 1), (1, 0, 0), (1, 1, 0))
# Cost of a change of state; for one frame, of each group that is flipped and of each that differs from the next.
CHANGE, FLIPPED, DIFFERS = 4.0, 0.005, 0.2
# Cost for one frame of shoulders and hips that point opposite ways (times both widths), and of bones too long.
TWIST, STRETCH = 10.0, 2.0
# Joints are expected to keep this share of their speed.
KEPT_SPEED = 0.7
# ... over a step at most this many times as long as the one before.
LONGEST_STEP = 1.5
# Residuals are relative to the usual one of the clip, which is at least this share of the person's size;
# beyond FAR of them a joint is lost rather than far.
LEAST_NOISE, FAR = 0.01, 12.0
# Longest absence over which the motion is followed.
BREAK_S = 0.5
# A group has collapsed where its sides are apart by less than FALLEN of the median of the AROUND frames about it,
# if that is more than APART, in sizes of the person.
FALLEN, AROUND, APART = 0.6, 9, 0.08
# Such a frame is flipped where that brings it nearer by this factor.
CLEARLY = 0.6
# One repair can reveal another flip.
ROUNDS = 3


@dataclass(frozen=True)
class FlipGroups:
    """The joint groups of a skeleton that can be flipped: `pairs` (left, right) of each; the states (S, groups), 0 or
    1."""

    skeleton: Skeleton
    pairs: tuple[Pairs, ...]
    states: BoolArray

    def inner(self, group: int) -> tuple[int, int] | None:
        """The parents of the group's first pair (elbows: shoulders), None for shoulders, hips and the head."""
        left, right = self.pairs[group][0]
        pair = self.skeleton.parents[left], self.skeleton.parents[right]
        return pair if group not in (0, 3, 6) and pair in self.skeleton.pairs else None


def flip_groups(skeleton: Skeleton) -> FlipGroups:
    """Groups: shoulders, elbows, wrists and hands, hips, knees, ankles and feet, head. The head goes with the arms."""
    limbs = [[p for p in skeleton.pairs if skeleton.joint_names[p[0]][1:] in names] for names in (*ARM, *LEG)]
    head = [p for p in skeleton.pairs if not any(p in limb for limb in limbs)]
    states = [(*arm, *leg, arm[0] and leg[0]) for arm, leg in product(LIMB_STATES, LIMB_STATES)]
    return FlipGroups(skeleton, (*limbs, head), np.array(states, dtype=bool))


def repair_left_right(
    xy: FloatArray, score: FloatArray, skeleton: Skeleton, time_s: FloatArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """xy (T, J, 2) px, NaN where missing, and score (T, J) with left-right flips repaired.

    time_s (T) seconds. Returns copies and flips (T, J): which joints were flipped with their opposite.
    """
    check_shape("xy", xy, (len(time_s), len(skeleton), 2))
    check_shape("score", score, (len(time_s), len(skeleton)))
    xy, score = np.array(xy, dtype=float), np.array(score, dtype=float)
    flips = np.zeros(score.shape, dtype=bool)
    size, body = person_size(xy), flip_groups(skeleton)
    if not np.isfinite(size) or size <= 0:
        return xy, score, flips
    for _ in range(ROUNDS):
        flipped: BoolArray = find_flips(xy / size, score, body, np.asarray(time_s, dtype=float))
        if not np.any(flipped):
            break
        for group, pairs in enumerate(body.pairs):
            flip_pairs(xy, flipped[:, group], pairs)
            flip_pairs(score, flipped[:, group], pairs)
            for joint in (j for pair in pairs for j in pair):
                flips[:, joint] ^= flipped[:, group]
    return xy, score, flips


def flip_pairs(values: FloatArray, rows: BoolArray, pairs: Pairs) -> None:
    """Flip left and right of `pairs` in the rows of `values` (T, J, ...), in place."""
    for left, right in pairs:
        values[rows, left], values[rows, right] = values[rows, right].copy(), values[rows, left].copy()


def flip_joints(values: FloatArray, flips: BoolArray, skeleton: Skeleton) -> FloatArray:
    """The flips of `repair_left_right` applied to other values (T, J, ...) of the same joints: a detector's own 3D,
    maps.

    flips (T, J) as returned there. Returns a copy.
    """
    check_shape("flips", flips, (len(values), len(skeleton)))
    out = np.array(values)
    frames, joints = np.nonzero(flips)
    out[frames, joints] = values[frames, np.array(skeleton.mirror)[joints]]
    return out


def person_size(xy: FloatArray) -> float:
    """Size of the person px: median over the frames of the root of the box area; NaN where too little is there."""
    rows = xy[np.isfinite(xy).all(axis=-1).sum(axis=1) >= 3]
    if not len(rows):
        return float("nan")
    extent = np.nanmax(rows, axis=1) - np.nanmin(rows, axis=1)
    return float(np.median(np.sqrt(np.maximum(extent, 1e-6).prod(axis=1))))


def find_flips(xy: FloatArray, score: FloatArray, body: FlipGroups, time_s: FloatArray) -> BoolArray:
    """(T, groups) where joint groups are flipped. xy (T, J, 2) in sizes of the person."""
    flipped = np.zeros((len(xy), len(body.pairs)), dtype=bool)
    there = np.isfinite(xy).all(axis=-1).sum(axis=1) > 0
    mixed = _mixed(xy, body)
    frames = np.flatnonzero(there & ~mixed)
    breaks = np.flatnonzero(np.diff(time_s[frames]) > BREAK_S) + 1
    usual = [_usual_residual(xy[frames], pairs, time_s[frames]) for pairs in body.pairs]
    price = _prices(xy, body)
    for run in np.split(frames, breaks):
        if len(run) > 2:
            groups = [
                _residuals(xy[run], score[run], pairs, time_s[run], noise)
                for pairs, noise in zip(body.pairs, usual, strict=True)
            ]
            flipped[run] = body.states[_best_states(np.stack(groups, axis=1), price[run])]
    _between(xy, flipped, body, time_s, frames, np.flatnonzero(there & mixed))
    return flipped


def _mixed(xy: FloatArray, body: FlipGroups) -> BoolArray:
    """(T,) frames where left and right of two groups or more collapse for a moment.

    A detector in doubt between two answers gives their mean. Such frames tell nothing of sides, and worse, they would
    let a sequence go over from one side to the other without a jump.
    """
    fallen = np.zeros(len(xy), dtype=int)
    for pairs in body.pairs[:6]:
        if not pairs or len(xy) < AROUND:
            continue
        apart = np.linalg.norm(np.subtract(*(xy[:, j] for j in pairs[0])), axis=-1)
        padded = np.pad(np.nan_to_num(apart), AROUND // 2, mode="edge")
        usual = np.median(np.lib.stride_tricks.sliding_window_view(padded, AROUND), axis=1)
        fallen += (apart < FALLEN * usual) & (usual > APART)
    return np.asarray(fallen >= 2)


def _between(
    xy: FloatArray, flipped: BoolArray, body: FlipGroups, time_s: FloatArray, known: IntArray, rest: IntArray
) -> None:
    """States of the frames `rest`, in place: groups are flipped where that is nearer to the frames around."""
    if not len(known) or not len(rest):
        return
    for group, pairs in enumerate(body.pairs):
        if not pairs:
            continue
        repaired = xy.copy()
        flip_pairs(repaired, flipped[:, group], pairs)
        cost = np.zeros((len(rest), 2))
        for pair in pairs:
            for side in (0, 1):
                path = [np.interp(time_s[rest], time_s[known], repaired[known, pair[side], axis]) for axis in (0, 1)]
                for state in (0, 1):
                    off = xy[rest, pair[side ^ state]] - np.stack(path, axis=-1)
                    cost[:, state] += np.nan_to_num(np.linalg.norm(off, axis=-1))
        flipped[rest, group] = cost[:, 1] < CLEARLY * cost[:, 0]


def _off(points: FloatArray, time_s: FloatArray, signs: tuple[int, int, int]) -> FloatArray:
    """(T - 2, K) distance of pairs (T, 2, K, 2) from where they were expected; a sign of -1 exchanges that frame's.

    Nobody keeps a speed for long, and after a long step joints may be further from the expected place.
    """
    steps = np.diff(time_s)
    ratio = KEPT_SPEED * np.minimum(steps[1:] / steps[:-1], LONGEST_STEP)[:, None, None, None]
    late = np.maximum(steps[1:] / np.median(steps), 1.0)[:, None]
    old, last, now = (points[i : len(points) - 2 + i, ::sign] for i, sign in enumerate(signs))
    return np.asarray(np.linalg.norm(now - last - (last - old) * ratio, axis=-1).mean(axis=1) / late)


def _usual_residual(xy: FloatArray, pairs: Pairs, time_s: FloatArray) -> float:
    """How far the joints of `pairs` usually are from where they were expected, in sizes of the person."""
    if not pairs or len(xy) < 3:
        return LEAST_NOISE
    off = _off(_sides(xy, pairs), time_s, (1, 1, 1))
    off = off[np.isfinite(off)]
    return max(float(np.median(off)), LEAST_NOISE) if len(off) else LEAST_NOISE


def _sides(xy: FloatArray, pairs: Pairs) -> FloatArray:
    """(T, 2, K, 2): left and right of K pairs."""
    return np.stack([xy[:, [p[0] for p in pairs]], xy[:, [p[1] for p in pairs]]], axis=1)


def _residuals(xy: FloatArray, score: FloatArray, pairs: Pairs, time_s: FloatArray, usual: float) -> FloatArray:
    """(T - 2, 2, 2, 2): mean residual of the pairs, in usual ones, for as detected or flipped in three frames."""
    out = np.zeros((len(xy) - 2, 2, 2, 2))
    if not pairs:
        return out
    weight = np.sqrt(_sides(score[..., None], pairs).prod(axis=1)[..., 0])
    weight = np.minimum(np.minimum(weight[:-2], weight[1:-1]), weight[2:])
    points = _sides(xy, pairs)
    for a, b, c in product((0, 1), repeat=3):
        off = _off(points, time_s, (1 - 2 * a, 1 - 2 * b, 1 - 2 * c))
        out[:, a, b, c] = (np.minimum(np.nan_to_num(off) / usual, FAR) * weight).mean(axis=1)
    return out


def _prices(xy: FloatArray, body: FlipGroups) -> FloatArray:
    """(T, S) cost of each state in each frame: flipped groups, a twisted trunk, bones too long."""
    bits = body.states
    differs = sum((bits[:, a] ^ bits[:, b]).astype(float) for a, b in ((0, 1), (1, 2), (3, 4), (4, 5), (0, 3)))
    price = np.tile(FLIPPED * bits.sum(axis=1) + DIFFERS * differs, (len(xy), 1))
    if body.pairs[0] and body.pairs[3]:
        (a, b), (c, d) = body.pairs[0][0], body.pairs[3][0]
        along = np.nan_to_num(((xy[:, a] - xy[:, b]) * (xy[:, c] - xy[:, d])).sum(axis=-1))[:, None]
        opposite = body.states[:, 0] ^ body.states[:, 3]
        price += TWIST * np.maximum(np.where(opposite, along, -along), 0)
    for group, pairs in enumerate(body.pairs):
        inner = body.inner(group) if pairs else None
        if inner is None:
            continue
        too_long = [_stretch(xy, inner, ends) for ends in (pairs[0], pairs[0][::-1])]
        crossed = body.states[:, group] ^ body.states[:, group - 1]
        price += STRETCH * np.where(crossed, too_long[1][:, None], too_long[0][:, None])
    return np.asarray(price)


def _stretch(xy: FloatArray, inner: tuple[int, int], ends: tuple[int, int]) -> FloatArray:
    """(T,) by how much the longer of two bones exceeds what this person's bones are, in sizes of the person."""
    lengths = np.stack([np.linalg.norm(xy[:, a] - xy[:, b], axis=-1) for a, b in zip(inner, ends, strict=True)])
    straight = np.stack(
        [np.linalg.norm(xy[:, a] - xy[:, b], axis=-1) for a, b in zip(inner, sorted(ends), strict=True)]
    )
    known = straight[np.isfinite(straight)]
    longest = np.quantile(known, 0.9) if len(known) else np.inf
    return np.asarray(np.maximum(np.nan_to_num(lengths - longest, neginf=0.0), 0).max(axis=0))


def _best_states(residuals: FloatArray, price: FloatArray) -> IntArray:
    """(T,) states of least cost (Viterbi): residuals (T - 2, groups, 2, 2, 2), price (T, S)."""
    limb = len(LIMB_STATES)
    count = limb * limb
    change = CHANGE * (1 - np.eye(count))
    total = price[0][:, None] + price[1][None, :] + change
    back = np.zeros((len(residuals), count, count), dtype=np.int8)
    for t, residual in enumerate(residuals):
        arm, leg = (_limb_moves(groups) for groups in (residual[:3], residual[3:6]))
        moves = arm[:, None, :, None, :, None] + leg[None, :, None, :, None, :]
        paths = total[:, :, None] + moves.reshape(count, count, count)
        back[t] = paths.argmin(axis=0)
        total = paths.min(axis=0) + change + price[t + 2]
    before, here = np.unravel_index(int(total.argmin()), (count, count))
    path = [int(here), int(before)]
    for choice in back[::-1]:
        path.append(int(choice[path[-1], path[-2]]))
    return np.array(path[::-1])


def _limb_moves(residual: FloatArray) -> FloatArray:
    """(6, 6, 6) residual of a limb for its states in three frames, from those (3, 2, 2, 2) of its groups."""
    bits = np.array(LIMB_STATES)
    old, last, now = bits[:, None, None], bits[None, :, None], bits[None, None, :]
    return np.asarray(residual[np.arange(3), old, last, now].sum(axis=-1))
