"""Positions, speeds and joint angles over time, for the plots. Knows no Qt."""

from __future__ import annotations

import numpy as np

from app.gui.text import mark, tr
from poses.arrays import FloatArray
from poses.motion import Motion
from poses.skeleton import Skeleton

QUANTITIES = (mark("Position"), mark("Speed"), mark("Angle"), mark("Score"))


def curves(motion: Motion, person: int, joint: int, quantity: str) -> dict[str, FloatArray]:
    """Curves by label, (T) each, NaN where missing: m, m/s, degrees or 0..1."""
    who = motion.persons[person]
    xyz = who.world.xyz[:, joint]
    if quantity == "Position":
        return {axis: xyz[:, i] for i, axis in enumerate("xyz")}
    if quantity == "Speed":
        return {tr("speed"): speed(xyz, motion.time_s)}
    if quantity == "Angle":
        angle = joint_angle(who.world.xyz, who.world.skeleton, joint)
        return {} if angle is None else {tr("angle"): angle}
    return {tr("score"): np.where(who.pose_2d.present[:, joint], who.pose_2d.score[:, joint], np.nan)}


def speed(xyz: FloatArray, time_s: FloatArray) -> FloatArray:
    """(T, 3) m -> (T) m/s, central differences by the time stamps."""
    if len(xyz) < 2:
        return np.full(len(xyz), np.nan)
    return np.asarray(np.linalg.norm(np.gradient(xyz, time_s, axis=0), axis=1))


def joint_angle(xyz: FloatArray, skeleton: Skeleton, joint: int) -> FloatArray | None:
    """(T) degrees between the bones that meet in a joint, 180 where stretched; None where there are not two."""
    children = [c for p, c in skeleton.bones if p == joint]
    if skeleton.parents[joint] < 0 or len(children) != 1:
        return None
    a, b = xyz[:, skeleton.parents[joint]] - xyz[:, joint], xyz[:, children[0]] - xyz[:, joint]
    cosine = (a * b).sum(axis=1) / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), 1e-12)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


UNITS = {"Position": "m", "Speed": "m/s", "Angle": "°", "Score": ""}
