"""Which way is up, from nothing but the people in the picture.

Three hints, joined as one least squares problem (a maximum a posteriori estimate):
1. Balance. A body that does not fall has its centre of mass above its feet; segment masses are Winter's (2009, table
   4.1). This sees pitch and roll, and needs feet in the picture.
2. Floor. Feet that stand still are on one plane, once they have been in places far enough apart.
3. Habit. Cameras are held level more often than not: little roll, a moderate pitch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poses.arrays import BoolArray, FloatArray
from poses.rotations import unit
from poses.skeleton import Skeleton

HABIT_PITCH_DEG, HABIT_ROLL_DEG = 25.0, 10.0
BALANCE_DEG = 5.0
FLOOR_M = 0.06
STILL_M_S = 0.35
FOOT_AHEAD_M = 0.05
LEVEL = np.array([0.0, -1.0, 0.0])

# (from, to, place of the segment's centre between them, part of the body's mass), each limb once a side.
SEGMENTS = (
    ("Shoulder", "Elbow", 0.436, 0.028),
    ("Elbow", "Wrist", 0.682, 0.022),
    ("Hip", "Knee", 0.433, 0.100),
    ("Knee", "Ankle", 0.606, 0.061),
)
TRUNK, HEAD = 0.497, 0.081


@dataclass(frozen=True)
class GravityCues:
    """The joints of one person that say something about gravity, CAMERA space: T frames, sides left and right.

    feet (T, 2, 3) m (ankles); mass (T, 3) m, the centre of mass; across (T, 3) unit vector from the right to the left
    hip; trunk (T, 3) unit vector from hips to neck; root (3,) where the
    root is first seen; seen (T, 2) score of the feet; still (T, 2) the foot hardly moves.
    """

    feet: FloatArray
    mass: FloatArray
    across: FloatArray
    seen: FloatArray
    still: BoolArray
    trunk: FloatArray
    root: FloatArray

    @staticmethod
    def of(xyz: FloatArray, score: FloatArray, time_s: FloatArray, skeleton: Skeleton) -> GravityCues:
        """From xyz (T, J, 3) m CAMERA without NaN, score (T, J), time_s (T)."""
        left, right = (side_joints(skeleton, s) for s in "LR")
        feet = xyz[:, [left["Ankle"], right["Ankle"]]]
        hips = (xyz[:, left["Hip"]] + xyz[:, right["Hip"]]) / 2
        neck = (xyz[:, left["Shoulder"]] + xyz[:, right["Shoulder"]]) / 2
        mass = TRUNK * (hips + neck) / 2 + HEAD * xyz[:, head_joint(skeleton)]
        for side in (left, right):
            for start, end, place, part in SEGMENTS:
                mass = mass + part * ((1 - place) * xyz[:, side[start]] + place * xyz[:, side[end]])
        speed = np.zeros(feet.shape[:2])
        if len(feet) > 1:
            speed = np.linalg.norm(np.gradient(feet, time_s, axis=0), axis=-1)
        across = unit(xyz[:, left["Hip"]] - xyz[:, right["Hip"]])
        seen = score[:, [left["Ankle"], right["Ankle"]]]
        return GravityCues(feet, mass, across, seen, speed < STILL_M_S, unit(neck - hips), xyz[0, skeleton.root])


def estimate_up(bodies: list[GravityCues], pitch_deg: float | None = None) -> FloatArray:
    """(3,) unit vector that points up, in camera axes; pitch_deg: how far the camera looks down, where known."""
    up = LEVEL if pitch_deg is None else up_at(pitch_deg)
    if pitch_deg is not None or not bodies:
        return up
    for _ in range(8):
        up = _improved(up, bodies)
    return up


def up_at(pitch_deg: float, roll_deg: float = 0.0) -> FloatArray:
    """(3,) the direction up in the axes of a camera that looks down by pitch and is rolled to its right by roll."""
    pitch, roll = np.radians(pitch_deg), np.radians(roll_deg)
    return np.array([np.sin(roll) * np.cos(pitch), -np.cos(roll) * np.cos(pitch), -np.sin(pitch)])


def pitch_roll_deg(up: FloatArray) -> tuple[float, float]:
    """Inverse of `up_at`."""
    return float(np.degrees(np.arcsin(-up[2]))), float(np.degrees(np.arctan2(up[0], -up[1])))


def contacts(body: GravityCues, up: FloatArray) -> FloatArray:
    """(T, 2) from 0 to 1: how surely a foot stands on the floor: it is the lower one, it is still, and it is seen."""
    height = body.feet @ up
    low = np.exp(-(((height - height.min(axis=1, keepdims=True)) / 0.06) ** 2))
    return np.asarray(low * np.where(body.still, 1.0, 0.1) * body.seen)


def _improved(up: FloatArray, bodies: list[GravityCues]) -> FloatArray:
    """One Gauss-Newton step: small turns a, b about two axes across `up`, in radians; unknowns (a, b)."""
    sideways = unit(np.array([1.0, 0, 0]) - up * up[0])
    axes = np.stack([sideways, np.cross(sideways, up)])
    normal, right = _habit(up, axes)
    for hint in (_balance, _floor):
        more, value = hint(up, axes, bodies)
        normal, right = normal + more, right + value
    return unit(up + np.linalg.solve(normal, right) @ axes)


def _habit(up: FloatArray, axes: FloatArray) -> tuple[FloatArray, FloatArray]:
    weights = 1 / np.radians([HABIT_ROLL_DEG, HABIT_PITCH_DEG]) ** 2
    return np.diag(weights), weights * (axes @ (LEVEL - up))


def _balance(up: FloatArray, axes: FloatArray, bodies: list[GravityCues]) -> tuple[FloatArray, FloatArray]:
    """The mean direction from the standing feet to the centre of mass, robust; as sure as BALANCE_DEG at best."""
    found, sure = [np.empty((0, 2))], [np.empty(0)]
    for body in bodies:
        weight = contacts(body, up)
        ahead = unit(np.cross(body.across, up))
        support = (body.feet * weight[..., None]).sum(axis=1) / (weight.sum(axis=1)[:, None] + 1e-9)
        direction = unit(body.mass - support - FOOT_AHEAD_M * ahead)
        standing = (direction @ up > 0.7) & (body.trunk @ up > 0.3)
        found.append(((direction - up) @ axes.T)[standing])
        sure.append(weight.max(axis=1)[standing])
    turns, weights = np.concatenate(found), np.concatenate(sure)
    if weights.sum() < 1e-6:
        return np.zeros((2, 2)), np.zeros(2)
    for _ in range(10):
        middle = np.average(turns, axis=0, weights=weights)
        weights = np.concatenate(sure) / (np.linalg.norm(turns - middle, axis=1) + 0.05)
    # Frames are not independent witnesses: a whole clip of well seen feet counts once.
    trust = np.concatenate(sure).mean() * min(1.0, len(turns) / 10) / np.radians(BALANCE_DEG) ** 2
    return trust * np.eye(2), trust * middle


def _floor(up: FloatArray, axes: FloatArray, bodies: list[GravityCues]) -> tuple[FloatArray, FloatArray]:
    """Feet that stand must have one height: each person's contacts, spread over the floor, say how it is tilted."""
    normal, right = np.zeros((2, 2)), np.zeros(2)
    for body in bodies:
        weight = contacts(body, up).ravel()
        weight[weight < 0.3] = 0.0
        if weight.sum() < 5:
            continue
        feet = body.feet.reshape(-1, 3)
        for _ in range(3):
            centred = feet - np.average(feet, axis=0, weights=weight)
            height, across = centred @ up, centred @ axes.T
            robust = weight / (1 + (height / FLOOR_M) ** 2)
            # Steps, not frames, are independent: about two a second of contact, here ten at the most.
            scale = min(10.0, robust.sum() / 15) / robust.sum() / FLOOR_M**2
        normal += scale * np.einsum("t,ta,tb->ab", robust, across, across)
        right -= scale * np.einsum("t,ta,t->a", robust, across, height)
    return normal, right


def ankles(skeleton: Skeleton) -> list[int]:
    """Left and right ankle."""
    return [side_joints(skeleton, side)["Ankle"] for side in "LR"]


def side_joints(skeleton: Skeleton, side: str) -> dict[str, int]:
    """Shoulder, Elbow, Wrist, Hip, Knee and Ankle of side "L" or "R"."""
    names = {part: side + part for part in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee")}
    names["Ankle"] = side + ("Foot" if side + "Foot" in skeleton.joint_names else "Ankle")
    return {part: skeleton.index(name) for part, name in names.items()}


def head_joint(skeleton: Skeleton) -> int:
    """The highest joint there is."""
    known = [n for n in ("Head", "HeadTop", "Nose") if n in skeleton.joint_names]
    return skeleton.index(known[0])
