"""Positions, speeds and joint angles over time, for the plots. Knows no Qt."""

from __future__ import annotations

import numpy as np

from app.gui.text import mark, tr
from poses.angles import joint_angles
from poses.arrays import FloatArray
from poses.motion import Motion
from poses.sequences import PoseSequence3D

QUANTITIES = (mark("Position"), mark("Speed"), mark("Angle"), mark("Score"))
UNITS = {"Position": "m", "Speed": "m/s", "Angle": "°", "Score": ""}
# What `poses.angles` calls them, and how they are shown.
ANGLES = {
    "tilt": mark("tilt forwards"),
    "list": mark("left hip up"),
    "heading": mark("heading, left"),
    "flexion": mark("flexion"),
    "bending": mark("bending, left"),
    "twist": mark("twist, left"),
    "abduction": mark("abduction"),
    "elevation": mark("elevation"),
    "plane": mark("plane (0 aside, 90 in front)"),
}


def curves(motion: Motion, person: int, joint: int, quantity: str) -> dict[str, FloatArray]:
    """Curves by label, (T) each, NaN where missing: m, m/s, degrees or 0..1."""
    who = motion.persons[person]
    xyz = who.world.xyz[:, joint]
    if quantity == "Position":
        return {axis: xyz[:, i] for i, axis in enumerate("xyz")}
    if quantity == "Speed":
        return {tr("speed"): speed(xyz, motion.time_s)}
    if quantity == "Angle":
        return angles_of(who.world, joint)
    return {tr("score"): np.where(who.pose_2d.present[:, joint], who.pose_2d.score[:, joint], np.nan)}


def angles_of(world: PoseSequence3D, joint: int) -> dict[str, FloatArray]:
    """The joint's own angles (`poses.angles`) by what they are called at it, (T) degrees."""
    name = world.skeleton.joint_names[joint]
    found = joint_angles(world.xyz, world.skeleton, [name])
    return {tr(ANGLES[angle.removeprefix(name + " ")]): values for angle, values in found.items()}


def speed(xyz: FloatArray, time_s: FloatArray) -> FloatArray:
    """(T, 3) m -> (T) m/s, central differences by the time stamps."""
    if len(xyz) < 2:
        return np.full(len(xyz), np.nan)
    return np.asarray(np.linalg.norm(np.gradient(xyz, time_s, axis=0), axis=1))
