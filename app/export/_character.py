"""The character that exporters animate: named joints with constant offsets, turned about, only the root moves.

Rest pose: T-pose, y up, facing +z, left at +x; metres here. Lengths are medians over the clip, the same left and right.

Which joint of the character stands where (Human3.6M's names): Hips at Hip, Spine at Spine, Neck at Thorax, Arm,
ForeArm and Hand at shoulder, elbow and wrist, UpLeg, Leg and Foot at hip, knee and ankle, the end of Head at Head.
Spine1 lies half way from Spine to Neck, Head half way from Neck to its end, Shoulder (collar bone) a fifth of the way
from the middle of the chest to Arm. Hand and foot end where a body of these lengths has its fingertips and its toes.
Of a skeleton with feet (H36M23) there is also ToeBase, at the ball of the foot, which ends at the tip; and with a face
Head stands at the base of the skull.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poses.arrays import FloatArray, frozen
from poses.errors import UserError
from poses.rotations import apply, basis, normal_part, transpose, unit
from poses.sequences import PoseSequence3D
from poses.skeleton import mapping_matrix
from poses.skeletons import H36M17, H36M23

_ARM, _LEG = ("Shoulder", "Arm", "ForeArm", "Hand"), ("UpLeg", "Leg", "Foot")
NAMES = (
    *("Hips", "Spine", "Spine1", "Neck", "Head"),
    *(side + part for parts in (_ARM, _LEG) for side in ("Left", "Right") for part in parts),
)
PARENTS = (-1, 0, 1, 2, 3, 2, 5, 6, 7, 2, 9, 10, 11, 0, 13, 14, 0, 16, 17)
TOES = ("LeftToeBase", "RightToeBase")
# Joint of the character -> joint of H36M23 at the same point.
SAME_POINT = {
    "Hips": "Hip",
    "Spine": "Spine",
    "Neck": "Thorax",
    **{f"{side}{ours}": f"{side[0]}{theirs}" for side in ("Left", "Right") for ours, theirs in (
        ("Arm", "Shoulder"), ("ForeArm", "Elbow"), ("Hand", "Wrist"), ("UpLeg", "Hip"), ("Leg", "Knee"),
        ("Foot", "Foot"))},
}  # fmt: skip
TOES_POINT = {"LeftToeBase": "LToeBase", "RightToeBase": "RToeBase"}

COLLAR = 0.2  # of the way from the middle of the chest to the shoulder
SKULL = 0.5  # of the way from the base of the neck to the top of the head
# From body proportions (Drillis and Contini 1966): hand 0.108, forearm 0.146, shank 0.246, ankle height 0.039, foot
# 0.152 of the stature. The hand ends at the fingertips, the foot at the toes' base, on the sole.
HAND_TO_FOREARM = 0.108 / 0.146
SOLE_TO_SHANK = 0.039 / 0.246
TOES_TO_SHANK = 0.1 / 0.246
# By how much the ball of a standing foot lies below the ankle, radians: the usual and the limits; a foot whose ankle is
# lower than STANDING_M is taken as standing.
BALL_BELOW, BALL_LIMITS, STANDING_M = np.radians(21), np.radians([10, 45]), 0.12


@dataclass(frozen=True)
class Character:
    """offsets (B, 3): from the parent joint, rest pose, metres; ends: offsets (3,) of the end sites by joint."""

    offsets: FloatArray
    ends: dict[int, FloatArray]
    names: tuple[str, ...] = NAMES
    parents: tuple[int, ...] = PARENTS

    def __post_init__(self) -> None:
        object.__setattr__(self, "offsets", frozen("offsets", self.offsets, (len(self.names), 3), np.float64))

    def length(self, name: str) -> float:
        """Metres from a joint to its parent."""
        return float(np.linalg.norm(self.offsets[self.names.index(name)]))

    def place(self, root: FloatArray, rotation: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Forward kinematics: root (T, 3), local rotations (T, B, 3, 3) -> xyz (T, B, 3), global rotations."""
        xyz = np.empty((*rotation.shape[:2], 3))
        turn = np.empty_like(rotation)
        for joint, parent in enumerate(self.parents):
            if parent < 0:
                xyz[:, joint], turn[:, joint] = root, rotation[:, joint]
            else:
                xyz[:, joint] = xyz[:, parent] + apply(turn[:, parent], self.offsets[joint])
                turn[:, joint] = turn[:, parent] @ rotation[:, joint]
        return xyz, turn

    def end_points(self, xyz: FloatArray, turn: FloatArray) -> dict[str, FloatArray]:
        """(T, 3) end sites by joint name, of what `place` returned."""
        return {self.names[j]: xyz[:, j] + apply(turn[:, j], end) for j, end in self.ends.items()}


def h36m_joints(world: PoseSequence3D) -> FloatArray:
    """Joints (T, 23, 3) of H36M23; nose, toes and skull NaN where the skeleton has none, UserError where others are
    missing."""
    matrix, names = mapping_matrix(world.skeleton, H36M23).copy(), np.array(H36M23.joint_names)
    # Toes and skull of a skeleton without them would be other joints again.
    guessed = [n not in H36M17.joint_names and n not in world.skeleton.joint_names for n in names]
    matrix[guessed] = np.nan
    missing = [n for n in names[np.isnan(matrix).any(axis=1) & ~np.array(guessed)] if n != "Neck/Nose"]
    if missing:
        raise UserError(
            f"this format needs the joints {', '.join(missing)}, which {world.skeleton.name} has not; "
            "lift with another model or export CSV"
        )
    out = np.einsum("kj,tjd->tkd", np.nan_to_num(matrix), world.xyz)
    out[:, np.isnan(matrix).any(axis=1)] = np.nan
    return out


def at(joints: FloatArray, name: str) -> FloatArray:
    """(T, 3) a joint by its name in H36M23, of joints (T, 17 or 23, 3)."""
    return joints[:, H36M23.index(name)]


def has(joints: FloatArray, *names: str) -> bool:
    """Whether these joints are there in all frames of joints (T, 17 or 23, 3)."""
    indices = [H36M23.index(name) for name in names]
    return max(indices) < joints.shape[1] and bool(np.isfinite(joints[:, indices]).all())


def head_frame(joints: FloatArray) -> FloatArray:
    """(T, 3, 3) of joints with a face: z from the base of the skull to the tip of the nose, which is level where one
    looks straight ahead; y towards the top of the head."""
    skull = at(joints, "SkullBase")
    up, ahead = at(joints, "Head") - skull, unit(at(joints, "NoseTip") - skull)
    return basis(normal_part(up, ahead), np.cross(up, ahead))


def chest_frame(joints: FloatArray) -> FloatArray:
    """Joints (T, J, 3) of H36M23 -> (T, 3, 3): y from Spine to Thorax, x along the shoulders to the left."""
    across = at(joints, "LShoulder") - at(joints, "RShoulder")
    return basis(at(joints, "Thorax") - at(joints, "Spine"), across)


def measure(joints: FloatArray) -> Character:
    """The character with the median lengths of joints (T, J, 3) of H36M17 or H36M23."""

    def far(*pairs: tuple[str, str]) -> float:
        spans = [at(joints, a) - at(joints, b) for a, b in pairs]
        return float(np.mean([np.median(np.linalg.norm(s, axis=-1)) for s in spans]))

    def both(a: str, b: str) -> float:
        return far((f"L{a}", f"L{b}"), (f"R{a}", f"R{b}"))

    chest, shoulders = far(("Spine", "Thorax")), far(("LShoulder", "RShoulder")) / 2
    head = far(("Thorax", "Head"))
    upper_arm, forearm = both("Shoulder", "Elbow"), both("Elbow", "Wrist")
    thigh, shank = both("Hip", "Knee"), both("Knee", "Foot")
    height, depth = _shoulder_place(joints)
    offsets: dict[str, tuple[float, float, float]] = {
        "Spine": (0, far(("Hip", "Spine")), 0),
        "Spine1": (0, chest / 2, 0),
        "Neck": (0, chest / 2, 0),
        "Head": (0, SKULL * head, 0),
    }
    for side, sign in (("Left", 1), ("Right", -1)):
        offsets[f"{side}Shoulder"] = (sign * COLLAR * shoulders, chest / 2 + height, depth)
        offsets[f"{side}Arm"] = (sign * (1 - COLLAR) * shoulders, 0, 0)
        offsets[f"{side}ForeArm"] = (sign * upper_arm, 0, 0)
        offsets[f"{side}Hand"] = (sign * forearm, 0, 0)
        offsets[f"{side}UpLeg"] = (sign * far(("LHip", "RHip")) / 2, 0, 0)
        offsets[f"{side}Leg"] = (0, -thigh, 0)
        offsets[f"{side}Foot"] = (0, -shank, 0)
    ends = {"Head": np.array([0, (1 - SKULL) * head, 0])}
    if has(joints, "SkullBase", "NoseTip"):
        offsets["Head"] = (0, far(("Thorax", "SkullBase")), 0)
        crown = apply(transpose(head_frame(joints)), at(joints, "Head") - at(joints, "SkullBase"))
        ends["Head"] = np.median(crown, axis=0) * [0, 1, 1]
    for side, sign in (("Left", 1), ("Right", -1)):
        ends[f"{side}Hand"] = np.array([sign * HAND_TO_FOREARM * forearm, 0, 0])
        ends[f"{side}Foot"] = np.array([0, -SOLE_TO_SHANK * shank, TOES_TO_SHANK * shank])
    if has(joints, *TOES_POINT.values()):
        ball, tip, below = both("Foot", "ToeBase"), both("ToeBase", "ToeTip"), _ball_below(joints)
        for side in ("Left", "Right"):
            del ends[f"{side}Foot"]
            offsets[f"{side}ToeBase"] = (0, -np.sin(below) * ball, np.cos(below) * ball)
            ends[f"{side}ToeBase"] = np.array([0, 0, tip])
    return _assemble(offsets, ends)


def _assemble(offsets: dict[str, tuple[float, float, float]], ends: dict[str, FloatArray]) -> Character:
    """The joints of NAMES, each foot followed by its toes where there are any."""
    names = tuple(
        n for name in NAMES for n in dict.fromkeys((name, name.replace("Foot", "ToeBase"))) if n == name or n in offsets
    )
    above = {name: NAMES[parent] for name, parent in zip(NAMES, PARENTS, strict=True) if parent >= 0}
    above |= {toes: toes.replace("ToeBase", "Foot") for toes in TOES}
    table = np.array([offsets.get(name, (0, 0, 0)) for name in names], dtype=float)
    parents = tuple(names.index(above[name]) if name in above else -1 for name in names)
    return Character(table, {names.index(name): end for name, end in ends.items()}, names, parents)


def _ball_below(joints: FloatArray) -> float:
    """Angle, radians, by which the line from ankle to ball falls where the foot stands (y up, floor at 0)."""
    falls = []
    for side in "LR":
        foot = unit(at(joints, f"{side}ToeBase") - at(joints, f"{side}Foot"))
        falls.append(-np.arcsin(foot[at(joints, f"{side}Foot")[:, 1] < STANDING_M, 1]))
    standing = np.concatenate(falls)
    return float(np.clip(np.median(standing), *BALL_LIMITS)) if len(standing) else float(BALL_BELOW)


def _shoulder_place(joints: FloatArray) -> tuple[float, float]:
    """Median height and depth of the middle of the shoulders over Thorax, along the axes of the chest."""
    thorax = at(joints, "Thorax")
    middle = (at(joints, "LShoulder") + at(joints, "RShoulder")) / 2
    place = np.median(apply(transpose(chest_frame(joints)), middle - thorax), axis=0)
    return float(place[1]), float(place[2])
