"""Joint angles in the clinical convention, from joint positions: zero is standing upright, arms hanging.

Left and right are the person's, positive is the same movement on both sides. What 17 joints cannot show is not there:
the twist of thighs, upper arms and forearms, feet, hands. All in degrees.

| angle | zero | positive |
|---|---|---|
| Hip tilt, list, heading | trunk upright; hips level; facing +z | bowed forwards; left hip higher; turned to the left |
| Spine flexion, bending, twist | chest in line with the lower trunk | forwards; to the left; chest turned to the left |
| Head flexion, bending | head in line with the chest | forwards; to the left |
| L/RHip flexion, abduction | thigh in line with the trunk | forwards; outwards |
| L/RKnee, L/RElbow flexion | straight | bent |
| L/RShoulder elevation | upper arm along the chest | raised (180: overhead) |
| L/RShoulder plane | raised sideways | raised in front (90), behind (-90); undefined for hanging and upright arms |

Trunk, lower trunk and chest are frames of joints: from side to side through both hips (chest: shoulders) and, square to
that, along Hip-Thorax, Hip-Spine and Spine-Thorax. Hips are measured against the trunk, shoulders
against the chest. Angles of trunk and spine are Cardan angles: heading, tilt, list, and flexion, bending, twist;
elevation and its plane are those of the International Society of Biomechanics (Wu et al. 2005, J. Biomech. 38).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, partial

import numpy as np

from poses.arrays import FloatArray
from poses.rotations import apply, dot, normal_part, transpose, unit
from poses.skeleton import Skeleton

# Angles that may go round more than once, so that they are continued instead of wrapped.
TURNING = ("Hip heading", "Spine twist", "LHip flexion", "RHip flexion")
# Nearer than this to hanging or upright, degrees, an arm is raised in no plane.
NO_PLANE = 5.0
# Where outwards is, along the axis to the left.
_OUTWARD = {"L": 1.0, "R": -1.0}

Angles = dict[str, FloatArray]


class _Body:
    """Joints (T, 3) by name, and the frames of the trunk and its parts where the skeleton gives them."""

    def __init__(self, xyz: FloatArray, skeleton: Skeleton) -> None:
        self.at = {name: xyz[:, i] for i, name in enumerate(skeleton.joint_names)}

    def has(self, *names: str) -> bool:
        return self.at.keys() >= set(names)

    def bone(self, start: str, end: str) -> FloatArray:
        return unit(self.at[end] - self.at[start])

    @cached_property
    def trunk(self) -> FloatArray | None:
        return self._frame("LHip", "RHip", "Hip", "Thorax")

    @cached_property
    def lower_trunk(self) -> FloatArray | None:
        return self._frame("LHip", "RHip", "Hip", "Spine")

    @cached_property
    def chest(self) -> FloatArray | None:
        return self._frame("LShoulder", "RShoulder", "Spine", "Thorax")

    def _frame(self, left: str, right: str, low: str, high: str) -> FloatArray | None:
        """(T, 3, 3): columns to the person's left, upwards and forwards."""
        if not self.has(left, right, low, high):
            return None
        x = self.bone(right, left)
        y = unit(normal_part(self.at[high] - self.at[low], x))
        return np.stack([x, y, np.cross(x, y)], axis=-1)


def joint_angles(xyz: FloatArray, skeleton: Skeleton, joints: Iterable[str] | None = None) -> dict[str, FloatArray]:
    """Angles (T) in degrees by "JOINT angle" of the table above, from xyz (T, J, 3) m in WORLD axes (y up).

    Those of `joints` (None: all) for which the skeleton has what it takes; NaN where a joint is missing. Angles that
    can pass 180 degrees go on beyond it, so that no curve jumps.
    """
    body = _Body(xyz, skeleton)
    degrees: Angles = {}
    for joint in _MEASURES if joints is None else joints:
        if joint in _MEASURES:
            degrees |= {f"{joint} {name}": np.degrees(angle) for name, angle in _MEASURES[joint](body).items()}
    return {name: _continued(angle) if name in TURNING else angle for name, angle in degrees.items()}


def _hips(body: _Body) -> Angles:
    if (trunk := body.trunk) is None:
        return {}
    # Ry(heading) Rx(tilt) Rz(list)
    return {
        "tilt": _arcsin(-trunk[:, 1, 2]),
        "list": np.arctan2(trunk[:, 1, 0], trunk[:, 1, 1]),
        "heading": np.arctan2(trunk[:, 0, 2], trunk[:, 2, 2]),
    }


def _spine(body: _Body) -> Angles:
    if body.lower_trunk is None or body.chest is None:
        return {}
    # Rx(flexion) Rz(-bending) Ry(twist)
    turn = transpose(body.lower_trunk) @ body.chest
    return {
        "flexion": np.arctan2(turn[:, 2, 1], turn[:, 1, 1]),
        "bending": _arcsin(turn[:, 0, 1]),
        "twist": np.arctan2(turn[:, 0, 2], turn[:, 0, 0]),
    }


def _head(body: _Body) -> Angles:
    if body.chest is None or not body.has("Thorax", "Head"):
        return {}
    head = apply(transpose(body.chest), body.bone("Thorax", "Head"))
    return {"flexion": np.arctan2(head[:, 2], head[:, 1]), "bending": _arcsin(head[:, 0])}


def _hip(side: str, body: _Body) -> Angles:
    if body.trunk is None or not body.has(f"{side}Knee"):
        return {}
    thigh = apply(transpose(body.trunk), body.bone(f"{side}Hip", f"{side}Knee"))
    return {"flexion": np.arctan2(thigh[:, 2], -thigh[:, 1]), "abduction": _arcsin(_OUTWARD[side] * thigh[:, 0])}


def _shoulder(side: str, body: _Body) -> Angles:
    if body.chest is None or not body.has(f"{side}Elbow"):
        return {}
    arm = apply(transpose(body.chest), body.bone(f"{side}Shoulder", f"{side}Elbow"))
    elevation = np.arccos(np.clip(-arm[:, 1], -1, 1))
    clear = np.sin(elevation) > np.sin(np.radians(NO_PLANE))
    plane = np.where(clear, np.arctan2(arm[:, 2], _OUTWARD[side] * arm[:, 0]), np.nan)
    return {"elevation": elevation, "plane": plane}


def _bend(start: str, middle: str, ends: tuple[str, ...], body: _Body) -> Angles:
    end = next((name for name in ends if body.has(name)), "")
    if not body.has(start, middle) or not end:
        return {}
    return {"flexion": _between(body.bone(start, middle), body.bone(middle, end))}


_MEASURES: dict[str, Callable[[_Body], Angles]] = {"Hip": _hips, "Spine": _spine, "Head": _head}
for _side in _OUTWARD:
    _MEASURES[f"{_side}Hip"] = partial(_hip, _side)
    _MEASURES[f"{_side}Knee"] = partial(_bend, f"{_side}Hip", f"{_side}Knee", (f"{_side}Foot", f"{_side}Ankle"))
for _side in _OUTWARD:
    _MEASURES[f"{_side}Shoulder"] = partial(_shoulder, _side)
    _MEASURES[f"{_side}Elbow"] = partial(_bend, f"{_side}Shoulder", f"{_side}Elbow", (f"{_side}Wrist",))


def _between(a: FloatArray, b: FloatArray) -> FloatArray:
    """(T) radians between unit vectors (T, 3): exact also near 0, where the arc cosine is not."""
    return np.arctan2(np.linalg.norm(np.cross(a, b), axis=-1), dot(a, b)[..., 0])


def _arcsin(sine: FloatArray) -> FloatArray:
    return np.arcsin(np.clip(sine, -1, 1))


def _continued(angle: FloatArray) -> FloatArray:
    """(T) degrees without jumps of whole turns, also across gaps."""
    out, there = angle.copy(), np.isfinite(angle)
    out[there] = np.unwrap(angle[there], period=360)
    return out
