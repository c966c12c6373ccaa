"""Rotations of the character from lifted joints: constant lengths, every joint as near to its target as can be.

Pelvis, chest and head turn as their joints show. Arms and legs are two-bone limbs with a hinge: the plane of the bent
elbow or knee gives the twist of the upper bone; where the limb is straight the twist is carried over time and drawn to
the shortest rotation from the rest pose. The twist of forearms, hands and feet cannot be seen in these joints: they
have none. Feet point from the ankle to the toes, and the head looks where the nose points, where these were lifted
(H36M23); else feet are level while the ankle is near the floor and otherwise at right angles to the shank, and the head
nods about its mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.export._character import SAME_POINT, TOES, TOES_POINT, Character, at, chest_frame, has, head_frame
from poses.arrays import FloatArray
from poses.rotations import (
    apply,
    axis_angle_rotation,
    basis,
    bisecting_basis,
    dot,
    fit_two_bones,
    limit_swing,
    normal_part,
    shortest_rotation,
    smoothed_axes,
    transpose,
    unit,
)

CARRY_S = 0.04  # how long a well seen hinge axis (bent by 90 degrees) is carried
# Weight of the usual axis, as sin^2 of the bend at which the pose counts as much.
ARM_TRUST, LEG_TRUST = np.sin(np.radians(4)) ** 2, np.sin(np.radians(12)) ** 2
HEAD_TRUST, HEAD_CARRY = 0.1, 2.5  # heads turn more slowly than limbs and their joints lie close together
NOD_LIMIT, COLLAR_LIMIT = np.radians(40), np.radians(35)
EXACT_FROM, EXACT_AT = np.sin(np.radians([30, 60]))  # from here a bend's own plane is taken, fully from the second on
TOES_DOWN, TOES_UP = np.radians(-40), np.radians(35)
LEVEL_M, FREE_M = 0.12, 0.25  # height of the ankle up to which a foot is level, and from which it hangs free
ROOT_ROUNDS = 4
FOOT_WEIGHT = 4.0  # of an ankle, against 1 of every other joint, where the root is placed

SIDES = (("Left", 1.0), ("Right", -1.0))
X = np.array([1.0, 0.0, 0.0])
Turns = dict[str, FloatArray]


@dataclass(frozen=True)
class Fit:
    """The animated character: root (T, 3) m, local rotations (T, B, 3, 3), and xyz (T, B, 3) m, where these put it.

    miss_m (T, K): how far the K joints that were lifted are from where they were lifted.
    """

    character: Character
    root: FloatArray
    rotation: FloatArray
    xyz: FloatArray
    miss_m: FloatArray


def solve(joints: FloatArray, character: Character, rate: float) -> Fit:
    """Turn `character` so that it follows joints (T, J, 3) m of H36M17 or H36M23 (the nose may be NaN), `rate` fps.

    The root is not simply Hip: it is shifted by the mean of what is left over, ankles counting more, because a leg that
    is longer than its targets would otherwise push only the foot through the floor.
    """
    reach = CARRY_S * rate
    root = at(joints, "Hip").copy()
    turn = _trunk(joints, character, reach)
    for _ in range(ROOT_ROUNDS):
        points = _follow(joints, character, root, turn)[1]
        names = list(points)
        weight = np.array([FOOT_WEIGHT if name.endswith("Foot") else 1.0 for name in names])
        left_over = np.stack([at(joints, _target(n)) - points[n] for n in names])
        root += np.einsum("k,ktd->td", weight / weight.sum(), left_over)
    bones, _ = _follow(joints, character, root, turn)
    for side, sign in SIDES:
        _turn_arm(side, sign, bones, turn, reach)
        _turn_leg(side, bones, turn, reach)
    if TOES[0] in character.names:
        _point_feet(character, joints, turn)
    else:
        _turn_feet(character, root, turn, bones)
    world, parents = np.stack([turn[name] for name in character.names], axis=1), character.parents
    local = np.stack([world[:, j] if p < 0 else transpose(world[:, p]) @ world[:, j] for j, p in enumerate(parents)], 1)
    xyz, placed = character.place(root, local)
    reached = {name: xyz[:, character.names.index(name)] for name in (*SAME_POINT, *TOES) if name in character.names}
    reached["Head"] = character.end_points(xyz, placed)["Head"]
    miss = [np.linalg.norm(at(joints, _target(n)) - p, axis=-1) for n, p in reached.items()]
    return Fit(character, root, local, xyz, np.stack(miss, axis=1))


def _target(name: str) -> str:
    return {**SAME_POINT, **TOES_POINT}.get(name, name)


def _trunk(joints: FloatArray, character: Character, reach: float) -> Turns:
    """Global rotations of pelvis, chest, neck and head."""
    across = at(joints, "LHip") - at(joints, "RHip")
    hips = bisecting_basis(across, at(joints, "Spine") - at(joints, "Hip"))
    chest = chest_frame(joints)
    # Spine and Spine1 lie on one line; each takes half of the twist between pelvis and chest.
    untwisted = shortest_rotation(hips[..., 1], chest[..., 1]) @ hips
    spine = basis(chest[..., 1], untwisted[..., 0] + chest[..., 0])
    head = _head(joints, chest, reach)
    # The base of the skull lies below the top of the head, along the head's own axis.
    skull = apply(head, character.ends[character.names.index("Head")])
    neck_up = unit(at(joints, "Head") - skull - at(joints, "Thorax"))
    neck_rest = shortest_rotation(chest[..., 1], neck_up) @ chest
    neck = basis(neck_up, neck_rest[..., 0] + head[..., 0])
    return {"Hips": hips, "Spine": spine, "Spine1": chest, "Neck": neck, "Head": head}


def _head(joints: FloatArray, chest: FloatArray, reach: float) -> FloatArray:
    """(T, 3, 3) head: x from the plane of Thorax, nose and top; nods as the line from nose to top nods in that plane.

    Nodding is measured against its median, for which the head's y axis is the line from Thorax to Head. Without a nose
    the head follows the neck. With a face none of this is needed.
    """
    up = unit(at(joints, "Head") - at(joints, "Thorax"))
    usual = apply(shortest_rotation(chest[..., 1], up) @ chest, X)
    if has(joints, "SkullBase", "NoseTip"):
        return head_frame(joints)
    nose = at(joints, "Neck/Nose")
    if not np.isfinite(nose).all():
        return basis(up, usual)
    normal = np.cross(up, nose - at(joints, "Thorax"))
    far = np.linalg.norm(normal, axis=-1)
    weight = np.minimum(far / max(np.median(far), 1e-6), 1) ** 2 * _agreement(normal, usual) ** 2
    trust = np.full(len(joints), HEAD_TRUST)
    left = _steady(up, normal, weight, usual, trust, HEAD_CARRY * reach, chest)
    crown = at(joints, "Head") - nose
    nod = np.unwrap(np.arctan2(dot(np.cross(up, crown), left), dot(up, crown))[:, 0])
    nod = np.clip(nod - np.median(nod), -NOD_LIMIT, NOD_LIMIT)
    return basis(apply(axis_angle_rotation(left, nod), up), left)


def _agreement(seen: FloatArray, usual: FloatArray) -> FloatArray:
    """(T) from 0, opposite directions, to 1, the same direction."""
    return np.asarray((1 + dot(unit(seen), usual)[:, 0]) / 2)


def _exact(axis: FloatArray, bend: FloatArray) -> FloatArray:
    """The steady axis; where the limb is well bent, the axis of the bend itself.

    A knee bent by 90 degrees then turns about one axis only, which keeps its Euler angles calm.
    """
    sine = np.linalg.norm(bend, axis=-1, keepdims=True)
    share = np.clip((sine - EXACT_FROM) / (EXACT_AT - EXACT_FROM), 0, 1)
    share = share * (dot(axis, bend) > 0)
    return unit(axis + share * (unit(bend) - axis))


def _steady(
    direction: FloatArray,
    seen: FloatArray,
    weight: FloatArray,
    usual: FloatArray,
    trust: FloatArray,
    reach: float,
    parent: FloatArray,
) -> FloatArray:
    """`smoothed_axes` in the axes of `parent` (T, 3, 3), so that the turning of the whole body does not count."""
    back = transpose(parent)
    local = [apply(back, v) for v in (direction, seen, usual)]
    return apply(parent, smoothed_axes(local[0], local[1], weight, local[2], trust, reach))


def _follow(
    joints: FloatArray, character: Character, root: FloatArray, turn: Turns
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Directions of the limbs' bones (T, 3) and the points (T, 3) that they reach, with `root` and trunk given."""
    offset = dict(zip(character.names, character.offsets, strict=True))
    spine = root + apply(turn["Hips"], offset["Spine"])
    chest = spine + apply(turn["Spine"], offset["Spine1"])
    neck = chest + apply(turn["Spine1"], offset["Neck"])
    head = neck + apply(turn["Neck"], offset["Head"])
    top = head + apply(turn["Head"], character.ends[character.names.index("Head")])
    bones: dict[str, FloatArray] = {}
    points = {"Hips": root, "Spine": spine, "Neck": neck, "Head": top}
    for side, sign in SIDES:
        collar = chest + apply(turn["Spine1"], offset[f"{side}Shoulder"])
        along = at(joints, f"{side[0]}Shoulder") - collar
        bones[f"{side}Shoulder"] = limit_swing(along, sign * turn["Spine1"][..., 0], COLLAR_LIMIT)
        shoulder = collar + character.length(f"{side}Arm") * bones[f"{side}Shoulder"]
        hip = root + apply(turn["Hips"], offset[f"{side}UpLeg"])
        for start, (upper, lower, end) in ((shoulder, ("Arm", "ForeArm", "Hand")), (hip, ("UpLeg", "Leg", "Foot"))):
            first, second = character.length(side + lower), character.length(side + end)
            middle, goal = at(joints, SAME_POINT[side + lower]), at(joints, SAME_POINT[side + end])
            u, v = fit_two_bones(start, middle, goal, (first, second))
            bones[side + upper], bones[side + lower] = u, v
            points[side + upper] = start
            points[side + lower] = start + first * u
            points[side + end] = start + first * u + second * v
    return bones, points


def _turn_arm(side: str, sign: float, bones: dict[str, FloatArray], turn: Turns, reach: float) -> None:
    """Collar bone: the shortest rotation. Upper arm: y at right angles to the plane of the bent elbow."""
    chest = turn["Spine1"]
    turn[f"{side}Shoulder"] = shortest_rotation(sign * chest[..., 0], bones[f"{side}Shoulder"]) @ chest
    u, v = bones[f"{side}Arm"], bones[f"{side}ForeArm"]
    rest = sign * chest[..., 0]
    usual = apply(shortest_rotation(rest, u), chest[..., 1])
    bend = -sign * np.cross(u, v)
    weight = (bend**2).sum(axis=-1)
    # A slightly bent elbow that seems to bend the wrong way is more often noise than a turned arm.
    weight = weight * (1 - (1 - weight) * (1 - _agreement(bend, usual)))
    trust = ARM_TRUST * (1 + dot(rest, u)[:, 0]) / 2
    axis = _exact(_steady(u, bend, weight, usual, trust, reach, chest), bend)
    for name, direction in (("Arm", u), ("ForeArm", v)):
        x, y = sign * direction, unit(normal_part(axis, direction))
        turn[side + name] = np.stack([x, y, np.cross(x, y)], axis=-1)
    turn[f"{side}Hand"] = turn[f"{side}ForeArm"]


def _turn_leg(side: str, bones: dict[str, FloatArray], turn: Turns, reach: float) -> None:
    """Thigh and shank: x at right angles to the plane of the bent knee, which bends one way only."""
    hips = turn["Hips"]
    u, v = bones[f"{side}UpLeg"], bones[f"{side}Leg"]
    usual = apply(shortest_rotation(-hips[..., 1], u), hips[..., 0])
    bend = np.cross(u, v)
    weight = (bend**2).sum(axis=-1) * _agreement(bend, usual) ** 2
    trust = LEG_TRUST * (1 - dot(hips[..., 1], u)[:, 0]) / 2
    axis = _exact(_steady(u, bend, weight, usual, trust, reach, hips), bend)
    turn[f"{side}UpLeg"], turn[f"{side}Leg"] = basis(-u, axis), basis(-v, axis)


def _turn_feet(character: Character, root: FloatArray, turn: Turns, bones: dict[str, FloatArray]) -> None:
    """Level near the floor (y = 0), else at right angles to the shank, within the limits of an ankle."""
    offset = dict(zip(character.names, character.offsets, strict=True))
    for side, _ in SIDES:
        shank = turn[f"{side}Leg"]
        hip = root + apply(turn["Hips"], offset[f"{side}UpLeg"])
        ankle = hip + character.length(f"{side}Leg") * bones[f"{side}UpLeg"]
        ankle = ankle + character.length(f"{side}Foot") * bones[f"{side}Leg"]
        upright = np.clip(shank[:, 1, 1], 0, 1)
        raised = np.clip((FREE_M - ankle[:, 1]) / (FREE_M - LEVEL_M), 0, 1)
        near = raised**2 * (3 - 2 * raised) * upright
        level = np.clip(np.arctan2(-shank[:, 1, 2], np.maximum(shank[:, 1, 1], 1e-6)), TOES_DOWN, TOES_UP)
        turn[f"{side}Foot"] = shank @ axis_angle_rotation(np.broadcast_to(X, (len(root), 3)), -near * level)


def _point_feet(character: Character, joints: FloatArray, turn: Turns) -> None:
    """From the ankle to the toes; about that line as the shank is turned. Toes lie in the foot's direction."""
    for (side, _), toes in zip(SIDES, TOES, strict=True):
        name = side[0]
        middle = (at(joints, f"{name}ToeBase") + at(joints, f"{name}ToeTip")) / 2
        ahead = unit(middle - at(joints, f"{name}Foot"))
        joint = character.names.index(toes)
        rest = unit(character.offsets[joint] + character.ends[joint] / 2)
        seen = basis(ahead, turn[f"{side}Leg"][..., 0])
        turn[f"{side}Foot"] = seen @ transpose(basis(rest, X))
        turn[toes] = turn[f"{side}Foot"]
