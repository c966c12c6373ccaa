"""Skeleton: joint names, parents and left-right pairs; mapping of keypoints from one skeleton to another by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike

from poses.arrays import FloatArray, check_shape


@dataclass(frozen=True)
class Skeleton:
    """J named joints in a tree (or, for detectors, a forest).

    `parents[j]` is the index of joint j's parent, -1 for a root. `pairs` holds (left, right) joint indices.
    """

    name: str
    joint_names: tuple[str, ...]
    parents: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        n = len(self.joint_names)
        if len(set(self.joint_names)) != n:
            raise ValueError(f"joint names of {self.name} must differ, got {self.joint_names}")
        if len(self.parents) != n:
            raise ValueError(f"{self.name} must have {n} parents, one a joint, got {len(self.parents)}")
        for joint, parent in enumerate(self.parents):
            if not -1 <= parent < n or parent == joint:
                raise ValueError(f"parent of joint {joint} of {self.name} must be -1 or another joint, got {parent}")
        sides = [j for pair in self.pairs for j in pair]
        if len(set(sides)) != len(sides) or any(not 0 <= j < n for j in sides):
            raise ValueError(f"pairs of {self.name} must name each joint once at most, got {self.pairs}")

    def __len__(self) -> int:
        return len(self.joint_names)

    @cached_property
    def root(self) -> int:
        """Index of the first joint without a parent."""
        return self.parents.index(-1)

    @cached_property
    def bones(self) -> tuple[tuple[int, int], ...]:
        """(parent, child) of every bone."""
        return tuple((p, j) for j, p in enumerate(self.parents) if p >= 0)

    @cached_property
    def left(self) -> tuple[int, ...]:
        return tuple(pair[0] for pair in self.pairs)

    @cached_property
    def right(self) -> tuple[int, ...]:
        return tuple(pair[1] for pair in self.pairs)

    @cached_property
    def mirror(self) -> tuple[int, ...]:
        """Joint order with left and right exchanged: `xy[..., list(s.mirror), :]`."""
        order = list(range(len(self)))
        for a, b in self.pairs:
            order[a], order[b] = b, a
        return tuple(order)

    def side(self, joint: int) -> str:
        """ "left", "right" or "middle"."""
        return "left" if joint in self.left else "right" if joint in self.right else "middle"

    def index(self, joint_name: str) -> int:
        """Index of a joint by name; ValueError with the names there are."""
        try:
            return self.joint_names.index(joint_name)
        except ValueError:
            raise ValueError(f"{self.name} has no joint {joint_name!r}, only {', '.join(self.joint_names)}") from None


def from_the_root(skeleton: Skeleton, start: int | None = None) -> list[int]:
    """All joints that have a parent, or those that hang on `start`; parents before their children."""
    order = [j for j, parent in enumerate(skeleton.parents) if parent < 0] if start is None else [start]
    first = len(order)
    for joint in order:
        order += [child for parent, child in skeleton.bones if parent == joint]
    return order[first:]


def _mix(**weights: float) -> dict[str, float]:
    return weights


def _same(*names: str) -> list[dict[str, float]]:
    return [{name: 1.0} for name in names]


# What a joint can be made of, best first, where the source skeleton has no joint of that name. Limbs are the same
# point under other names; points of the trunk and head are weighted means (specs of COCO, Halpe and MediaPipe maps
# agree on the limbs; for trunk and head we follow mmpose and MotionBERT).
RULES: dict[str, list[dict[str, float]]] = {
    "RFoot": _same("RAnkle"),
    "LFoot": _same("LAnkle"),
    "RAnkle": _same("RFoot"),
    "LAnkle": _same("LFoot"),
    "Hip": [*_same("Pelvis"), _mix(LHip=0.5, RHip=0.5)],
    "Pelvis": [*_same("Hip"), _mix(LHip=0.5, RHip=0.5)],
    "Thorax": [*_same("Neck"), _mix(LShoulder=0.5, RShoulder=0.5)],
    "Neck": [*_same("Thorax"), _mix(LShoulder=0.5, RShoulder=0.5)],
    "Spine": [
        _mix(Hip=0.5, Thorax=0.5),
        _mix(Pelvis=0.5, Neck=0.5),
        _mix(LHip=0.25, RHip=0.25, LShoulder=0.25, RShoulder=0.25),
    ],
    "Neck/Nose": _same("Nose"),
    "Nose": _same("Neck/Nose"),
    "Head": [*_same("HeadTop"), _mix(LEar=0.5, REar=0.5), _mix(LEye=0.5, REye=0.5)],
    "HeadTop": [*_same("Head"), _mix(LEar=0.5, REar=0.5), _mix(LEye=0.5, REye=0.5)],
    # The ball of the foot lies about 70 % of the way from the heel to the toes. A detector without feet has them at the
    # ankle: lifters are trained to know what that means.
    **{
        f"{side}ToeTip": [
            *_same(f"{side}FootIndex"),
            {f"{side}BigToe": 0.7, f"{side}SmallToe": 0.3},
            *_same(f"{side}Ankle", f"{side}Foot"),
        ]
        for side in "LR"
    },
    **{
        f"{side}ToeBase": [
            {f"{side}FootIndex": 0.7, f"{side}Heel": 0.3},
            {f"{side}BigToe": 0.5, f"{side}SmallToe": 0.2, f"{side}Heel": 0.3},
            *_same(f"{side}Ankle", f"{side}Foot"),
        ]
        for side in "LR"
    },
    "SkullBase": [
        _mix(LEar=0.35, REar=0.35, LShoulder=0.15, RShoulder=0.15),
        _mix(Head=0.7, Thorax=0.3),
        _mix(HeadTop=0.7, Neck=0.3),
    ],
    "NoseTip": [*_same("Nose"), {"Neck/Nose": 1.0}],
}


@lru_cache
def mapping_matrix(source: Skeleton, target: Skeleton) -> FloatArray:
    """(J_target, J_source) weights so that `matrix @ xy_source` are the target's joints; a row of NaN cannot be made.

    Joints are matched by name, else by the first of RULES whose joints the source has.
    """
    matrix = np.full((len(target), len(source)), np.nan)
    for row, name in enumerate(target.joint_names):
        for recipe in [{name: 1.0}, *RULES.get(name, [])]:
            if all(part in source.joint_names for part in recipe):
                matrix[row] = 0.0
                for part, weight in recipe.items():
                    matrix[row, source.index(part)] = weight
                break
    matrix.flags.writeable = False
    return matrix


def map_skeleton(xy: ArrayLike, score: ArrayLike, source: Skeleton, target: Skeleton) -> tuple[FloatArray, FloatArray]:
    """Keypoints xy (..., J_source, D) and score (..., J_source) as joints of `target`.

    A joint made of several takes the lowest of their scores. A joint that needs a missing keypoint, or that cannot be
    made of this source at all, is NaN with score 0.
    """
    points, scores = np.asarray(xy, dtype=float), np.asarray(score, dtype=float)
    check_shape("score", scores, points.shape[:-1])
    if source == target:
        return points.copy(), scores.copy()
    matrix = mapping_matrix(source, target)
    out = np.full((*points.shape[:-2], len(target), points.shape[-1]), np.nan)
    out_score = np.zeros(out.shape[:-1])
    for row, weights in enumerate(matrix):
        used = np.flatnonzero(weights)
        if np.isnan(weights).any():
            continue
        out[..., row, :] = np.einsum("j,...jd->...d", weights[used], points[..., used, :])
        out_score[..., row] = scores[..., used].min(axis=-1)
    missing = np.isnan(out).any(axis=-1)
    out[missing], out_score[missing] = np.nan, 0.0
    return out, out_score
