"""BVH: one animated character a file, for Blender and other animation programs.

Right-handed, y up, facing +z in the rest pose, T-pose at zero rotations, centimetres unless a variant has metres; only
the root translates; bone lengths are constant; Euler angles are continuous. Every frame of the video is a frame of the
file, those that could not be decoded too.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from app.export._bvh_text import to_text
from app.export._character import Character, h36m_joints, measure
from app.export._rate import even_rows
from app.export._solve import Fit, solve
from poses.arrays import BoolArray, FloatArray
from poses.bvh import parse_bvh
from poses.errors import UserError
from poses.files import write_text
from poses.motion import Motion
from poses.plugins import PluginInfo
from poses.rotations import euler_zxy, slerp

READ_BACK_LIMIT_M = 1e-4


@dataclass(frozen=True)
class Variant:
    """What a program expects: units a metre; rest_first: whether the frame before the first is the rest pose."""

    label: str
    units: float = 100.0
    rest_first: bool = False


VARIANTS = {
    "maya": Variant("Maya, Unreal: centimetres"),
    "motionbuilder": Variant("MotionBuilder: centimetres, T-pose first", rest_first=True),
    "blender": Variant("Blender: metres", units=1.0),
}
INFO = PluginInfo(
    "BVH animation (Blender, Maya, MotionBuilder)",
    extension="bvh",
    per_person=True,
    variants={name: variant.label for name, variant in VARIANTS.items()},
)


def write(motion: Motion, person: int | None, path: Path, variant: str = "maya") -> list[str]:
    """Write person number `person` (from 0) to `path`, atomically, as `variant` has it; returns warnings.

    The last warning is the report: how far the joints of the written file, read back, are from what was meant, and how
    far a character of constant lengths is from the lifted joints. UserError where the person is in no frame.
    """
    if person is None:
        raise ValueError("a BVH file holds one person: say which")
    warnings: list[str] = []
    world = motion.persons[person].world
    joints, present = h36m_joints(world), world.present
    if not present.any():
        raise UserError(f"person {person + 1} is in no frame, so there is no motion to write as BVH")
    even = even_rows(motion, joints, present, "BVH", "there the pose is held or blended from before to after")
    joints, present = even.joints, even.present
    if not present.any():
        raise UserError(f"person {person + 1} is in one frame of a variable rate only, too little to write as BVH")
    warnings += even.notes
    if (absent := int((~present).sum()) - len(motion.lost_s)) > 0:
        warnings.append(_absence(present, absent))
    seen = joints[present]
    fit = solve(seen, measure(seen), float(motion.rate))
    root, rotation = fill(fit, present)
    way = VARIANTS[variant]
    if way.rest_first:
        root, rotation = with_rest(fit.character, root, rotation)
        warnings.append("the first frame is the T-pose, so that every frame of the video is one later")
    text = _text(fit.character, root, rotation, motion.rate, way.units)
    warnings.append(_report(fit, root, rotation, text, way.units))
    write_text(path, text)
    return warnings


def _absence(present: BoolArray, absent: int) -> str:
    edges = np.flatnonzero(np.diff(np.concatenate([[True], present, [True]]).astype(int)))
    spans = [f"{a}-{b - 1}" if b > a + 1 else f"{a}" for a, b in edges.reshape(-1, 2).tolist()]
    shown = ", ".join(spans[:8]) + (", ..." if len(spans) > 8 else "")
    return (
        f"nobody is there in {absent} of {len(present)} frames and BVH cannot say so: in its frames "
        f"{shown} (counted from 0) the pose is held or blended from before to after"
    )


def fill(fit: Fit, present: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Root (T, 3) and local rotations (T, B, 3, 3) of every frame: absent ones are blended or held."""
    frames = np.flatnonzero(present)
    place = np.interp(np.arange(len(present)), frames, np.arange(len(frames)))
    low = np.floor(place).astype(int)
    high, share = np.minimum(low + 1, len(frames) - 1), place - low
    root = fit.root[low] + share[:, None] * (fit.root[high] - fit.root[low])
    rotation = fit.rotation[low].copy()
    inside = share > 0
    if inside.any():
        a, b = fit.rotation[low[inside]], fit.rotation[high[inside]]
        rotation[inside] = slerp(a, b, share[inside, None])
    return root, rotation


def with_rest(character: Character, root: FloatArray, rotation: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The same with the rest pose as one more frame in front: where the motion starts, soles on the floor."""
    still = np.broadcast_to(np.eye(3), rotation[:1].shape)
    joints, turn = character.place(np.zeros((1, 3)), still)
    lowest = min(float(end[0, 1]) for end in character.end_points(joints, turn).values())
    first = np.array([[root[0, 0], -lowest, root[0, 2]]])
    return np.concatenate([first, root]), np.concatenate([still, rotation])


def _text(character: Character, root: FloatArray, rotation: FloatArray, rate: Fraction, units: float) -> str:
    angles = euler_zxy(rotation).reshape(len(root), -1)
    values = np.concatenate([root * units, angles], axis=1)
    ends = {joint: end * units for joint, end in character.ends.items()}
    return to_text(character.names, character.parents, character.offsets * units, ends, values, float(1 / rate))


def _report(fit: Fit, root: FloatArray, rotation: FloatArray, text: str, units: float) -> str:
    """Compare the written text, read back, with what was meant."""
    meant, _ = fit.character.place(root, rotation)
    error = np.linalg.norm(parse_bvh(text).joints() / units - meant, axis=-1).max()
    if error > READ_BACK_LIMIT_M:
        raise RuntimeError(f"the BVH reads back {error * 1000:.3f} mm from what was meant")
    miss = fit.miss_m * 1000
    return (
        f"read back, its joints are at most {error * 1000:.5f} mm from what was meant; with constant bone lengths they "
        f"are {miss.mean():.1f} mm from the lifted joints on average, {miss.max():.0f} mm at most"
    )
