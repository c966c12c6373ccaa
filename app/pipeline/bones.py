"""Bones of constant length: a person does not grow and shrink from frame to frame, as what is lifted does by some
per cent.

Every bone gets the median of its lengths over the clip, left as right. The trunk keeps its directions, a limb goes
where its two joints come nearest to where they were lifted, and the middle of all joints stays. That costs no accuracy
on real video (tests/app/test_real.py).
"""

from __future__ import annotations

import numpy as np

from app.pipeline.gravity import side_joints
from poses.arrays import FloatArray, check_shape
from poses.rotations import fit_two_bones, unit
from poses.skeleton import Skeleton, from_the_root

LIMBS = (("Hip", "Knee", "Ankle"), ("Shoulder", "Elbow", "Wrist"))


def constant_bones(xyz: FloatArray, skeleton: Skeleton) -> FloatArray:
    """xyz (T, J, 3) m in any space -> the same with constant bone lengths; rows with NaN stay."""
    check_shape("xyz", xyz, ("T", len(skeleton), 3))
    out = np.array(xyz, dtype=float)
    there = np.isfinite(out).all(axis=(1, 2))
    if there.any():
        out[there] = _fitted(out[there], skeleton)
    return out


def _fitted(xyz: FloatArray, skeleton: Skeleton) -> FloatArray:
    lengths, out = _lengths(xyz, skeleton), xyz.copy()
    bones = {joint: lengths[joint] * unit(xyz[:, joint] - xyz[:, parent]) for parent, joint in skeleton.bones}
    for joint in from_the_root(skeleton):
        out[:, joint] = out[:, skeleton.parents[joint]] + bones[joint]
    for side in "LR":
        joints = side_joints(skeleton, side)
        for start, middle, end in ([joints[part] for part in limb] for limb in LIMBS):
            both = (float(lengths[middle]), float(lengths[end]))
            upper, lower = fit_two_bones(out[:, start], xyz[:, middle], xyz[:, end], both)
            out[:, middle] = out[:, start] + both[0] * upper
            out[:, end] = out[:, middle] + both[1] * lower
            for joint in from_the_root(skeleton, end):
                out[:, joint] = out[:, skeleton.parents[joint]] + bones[joint]
    return np.asarray(out + (xyz - out).mean(axis=1, keepdims=True))


def _lengths(xyz: FloatArray, skeleton: Skeleton) -> FloatArray:
    """(J,) m from each joint to its parent; 0 at a root."""
    lengths = np.zeros(len(skeleton))
    for parent, joint in skeleton.bones:
        lengths[joint] = np.median(np.linalg.norm(xyz[:, joint] - xyz[:, parent], axis=-1))
    for left, right in skeleton.pairs:
        lengths[[left, right]] = lengths[[left, right]].mean()
    return lengths
