"""Undetected joints that a lifter needs: estimated for its input only, so that the rest of the body is lifted.

A lifter takes whole poses. Where a detector gives no ankles because they are outside the picture, the alternative is
no pose at all. The guess never reaches a table as a 2D point: there the joint is missing, with score 0.
"""

from __future__ import annotations

import numpy as np

from poses.arrays import BoolArray, FloatArray, check_shape
from poses.skeleton import Skeleton, from_the_root

# Where a joint hangs below its parent in a person who stands, in trunk lengths (y down), if it was never seen.
# Toes that were never seen are at the ankle, which tells a lifter that they were not (`poses.skeleton.RULES`).
HANGING = {"Knee": 0.85, "Ankle": 0.8, "Foot": 0.8, "Elbow": 0.55, "Wrist": 0.5, "Head": -0.4, "HeadTop": -0.4}
HANGING |= {"SkullBase": -0.3}
# Share of the joints that must have been seen.
ENOUGH = 0.5


def estimate_missing_joints(xy: FloatArray, skeleton: Skeleton) -> tuple[FloatArray, BoolArray]:
    """xy (T, J, 2) px with missing joints at the offset from their parent interpolated between detections; guessed (T,
    J).

    A joint that was never seen hangs straight from its parent. Frames without root or neck, or with fewer than half of
    the joints, stay as they are.
    """
    check_shape("xy", xy, ("T", len(skeleton), 2))
    seen: BoolArray = np.asarray(np.isfinite(xy).all(axis=-1))
    neck = next((skeleton.index(n) for n in ("Thorax", "Neck") if n in skeleton.joint_names), skeleton.root)
    able = seen[:, skeleton.root] & seen[:, neck] & (seen.mean(axis=1) >= ENOUGH)
    guessed = able[:, None] & ~seen
    if not guessed.any():
        return xy, guessed
    out = xy.copy()
    trunk = np.linalg.norm(xy[:, neck] - xy[:, skeleton.root], axis=-1)
    trunk = np.where(np.isfinite(trunk), np.maximum(trunk, 0.5 * np.nanmedian(trunk)), 1.0)
    for joint in from_the_root(skeleton):
        parent, rows = skeleton.parents[joint], np.flatnonzero(guessed[:, joint])
        if not len(rows):
            continue
        known = np.flatnonzero(seen[:, joint] & seen[:, parent])
        offset = np.tile([0.0, _hanging(skeleton.joint_names[joint])], (len(rows), 1))
        if len(known):
            offsets = (xy[known, joint] - xy[known, parent]) / trunk[known, None]
            offset = np.stack([np.interp(rows, known, offsets[:, axis]) for axis in (0, 1)], axis=-1)
        out[rows, joint] = out[rows, parent] + offset * trunk[rows, None]
    return out, guessed


def _hanging(joint_name: str) -> float:
    return next((y for part, y in HANGING.items() if joint_name.endswith(part)), 0.0)
