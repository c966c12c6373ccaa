"""People made by rule who walk past each other, and how well tracks keep them apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from app.pipeline.tracks import Track
from poses.arrays import FloatArray, IntArray
from poses.sequences import Keypoints
from poses.skeletons import COCO17

# A standing person, side parts of body height from the middle of the hips: nose, eyes, ears, then limbs in pairs.
STANDING = np.array(
    [
        (0, -0.42), (0.015, -0.44), (-0.015, -0.44), (0.03, -0.43), (-0.03, -0.43), (0.1, -0.3), (-0.1, -0.3),
        (0.13, -0.14), (-0.13, -0.14), (0.14, 0.02), (-0.14, 0.02), (0.05, 0), (-0.05, 0), (0.06, 0.24), (-0.06, 0.24),
        (0.06, 0.48), (-0.06, 0.48),
    ]
)  # fmt: skip


def walker(time_s: FloatArray, start: tuple[float, float], speed: float, height: float, phase: float = 0) -> FloatArray:
    """(T, 17, 2) px: COCO17 keypoints of a person of `height` px who walks to the side at `speed` px/s."""
    swing = np.sin(2 * np.pi * time_s + phase)
    xy = np.tile(STANDING * height, (len(time_s), 1, 1))
    for names, amount in ((("LWrist", "RAnkle"), 0.12), (("RWrist", "LAnkle"), -0.12), (("LKnee",), -0.05)):
        for name in names:
            xy[:, COCO17.index(name), 0] += amount * height * swing
    xy[:, :, 0] += (start[0] + speed * time_s)[:, None]
    xy[:, :, 1] += start[1]
    return xy


def film(
    people: Sequence[FloatArray], seed: int = 0, noise_px: float = 2.0, hidden: float = 0.5
) -> tuple[list[Keypoints], IntArray]:
    """What a detector would see of people (T, 17, 2), nearest first, in rows of random order.

    A person whose box another's in front covers by more than `hidden` is not seen. Returns the keypoints and who is in
    which row: (T, people) rows, -1 where not seen.
    """
    rng = np.random.default_rng(seed)
    boxes = [np.concatenate([p.min(axis=1), p.max(axis=1)], axis=1) for p in people]
    keypoints, rows = [], np.full((len(people[0]), len(people)), -1)
    for t in range(len(people[0])):
        seen = [i for i in range(len(people)) if all(covered(boxes[i][t], boxes[k][t]) <= hidden for k in range(i))]
        order = rng.permutation(seen)
        rows[t, order] = np.arange(len(order))
        xy = np.array([people[i][t] + rng.normal(0, noise_px, (17, 2)) for i in order]).reshape(-1, 17, 2)
        keypoints.append(
            Keypoints(xy, np.full(xy.shape[:2], 0.9), np.array([boxes[i][t] for i in order]).reshape(-1, 4))
        )
    return keypoints, rows


def covered(box: FloatArray, by: FloatArray) -> float:
    """Part 0..1 of a box (4) that another hides."""
    shared = np.clip(np.minimum(box[2:], by[2:]) - np.maximum(box[:2], by[:2]), 0, None).prod()
    return float(shared / (box[2:] - box[:2]).prod())


def idf1(tracks: Sequence[Track], rows: IntArray) -> float:
    """IDF1 (Ristani et al. 2016): agreement 0..1 of tracks with the true rows (T, people), -1 where not seen."""
    from scipy.optimize import linear_sum_assignment

    shared = np.array([[((t.person == p) & (p >= 0)).sum() for p in rows.T] for t in tracks]).reshape(len(tracks), -1)
    chosen = shared[linear_sum_assignment(-shared)].sum()
    return float(2 * chosen / ((rows >= 0).sum() + sum(len(t.frames) for t in tracks)))


def switches(tracks: Sequence[Track], rows: IntArray) -> int:
    """How often the track that holds a person changes."""
    count = 0
    for person in rows.T:
        held = [i for t, row in enumerate(person) if row >= 0 for i, k in enumerate(tracks) if k.person[t] == row]
        count += sum(a != b for a, b in pairwise(held))
    return count
