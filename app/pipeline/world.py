"""From camera axes to the world: right-handed, y up, metres, floor at y = 0.

The root trajectory comes from position and size of the pose in the picture (`root_trajectory`), the direction up from
balance, floor and habit (`gravity`), the floor from feet that stand; ankles stand 7 cm above it, as they do in motion
capture. A person has one floor for the whole clip, so a jump stays a jump. The camera looks along -z, so a person who
faces the camera faces +z; the origin is on the floor below where the first person is first seen. World axes are a
rotation of the camera's (never a mirror): x right, y up, z towards the camera.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.pipeline.body_height import body_height_m
from app.pipeline.gravity import GravityCues, ankles, contacts, estimate_up, pitch_roll_deg
from app.pipeline.lift import Lifted, focal_px
from app.pipeline.root_trajectory import root_trajectory
from app.pipeline.settings import Settings
from poses.arrays import FloatArray

ANKLE_M = 0.07
SEEN = 0.5


@dataclass(frozen=True)
class WorldPlacement:
    """xyz: one (T, J, 3) WORLD array a person, unsmoothed. rotation (3, 3), origin (3,): world = R (camera - origin).

    pitch_deg: how far the camera looks down, roll_deg: how far it is turned to its right, both as estimated.
    """

    xyz: tuple[FloatArray, ...]
    rotation: FloatArray
    origin: FloatArray
    pitch_deg: float
    roll_deg: float
    warnings: tuple[str, ...]

    def depth(self, xyz: FloatArray) -> FloatArray:
        """(..., 3) WORLD -> (...) m along the camera's line of sight; nothing is nearer than 10 cm."""
        return np.asarray(np.maximum(xyz @ self.rotation[:, 2] + self.origin[2], 0.1))


def place_in_world(people: Sequence[Lifted], settings: Settings) -> WorldPlacement:
    """Place lifted people in one world."""
    scale = _scale(people, settings)
    in_camera = [_to_camera(one, settings, scale) for one in people]
    bodies = [_body(one, xyz) for one, xyz in zip(people, in_camera, strict=True)]
    seen = [body for body in bodies if body is not None]
    up = estimate_up(seen, settings.pitch_deg)
    rotation = world_rotation(up)
    origin: FloatArray = np.zeros(3)
    if seen:
        root = seen[0].root
        origin = root - up * (root @ up - floor_height(seen[0], up))
    warnings = []
    if seen and max(float(body.seen.max(axis=1).mean()) for body in seen) < SEEN:
        warnings.append("the feet are hardly seen: floor and tilt of the camera are guesses")
    placed = []
    for one, body, xyz in zip(people, bodies, in_camera, strict=True):
        world: FloatArray = (xyz - origin) @ rotation.T
        if body is not None:
            world[..., 1] -= floor_height(body, up) - origin @ up
            world = _above_floor(world, one)
        placed.append(world)
    return WorldPlacement(tuple(placed), rotation, origin, *pitch_roll_deg(up), tuple(warnings))


def world_rotation(up: FloatArray) -> FloatArray:
    """(3, 3) camera -> world axes for the direction up (3,) in camera axes: rows are the world's x, y, z."""
    ahead = np.array([0.0, 0.0, 1.0]) - up * up[2]
    z = -ahead / np.linalg.norm(ahead)
    return np.stack([np.cross(up, z), up, z])


def floor_height(body: GravityCues, up: FloatArray) -> float:
    """Height of a person's floor along `up` (m, from the camera): the weighted median of standing feet, less the ankle.

    Everyone has a floor of their own: how large people are is a guess, so the floors that follow from it differ by
    decimetres, and nobody should float or sink.
    """
    heights = (body.feet @ up).ravel()
    weights = contacts(body, up).ravel() + 1e-6
    order = np.argsort(heights)
    share = np.cumsum(weights[order]) / weights.sum()
    return float(heights[order][np.searchsorted(share, 0.5)]) - ANKLE_M


def _body(one: Lifted, xyz: FloatArray) -> GravityCues | None:
    """The person's cues for the vertical direction; None where there is no frame with a pose."""
    there = np.isfinite(xyz).all(axis=(1, 2))
    if not there.any():
        return None
    return GravityCues.of(xyz[there], one.pose_2d.score[there], one.pose_2d.time_s[there], one.camera.skeleton)


def _above_floor(xyz: FloatArray, one: Lifted) -> FloatArray:
    """xyz (T, J, 3) WORLD, raised where feet that are hardly seen would be below the floor.

    Where a person is cut off by the edge of the picture, detectors squeeze the legs into it, and the body comes to
    stand too low. Feet that are seen are believed: they may be on a lower step.
    """
    feet = ankles(one.camera.skeleton)
    lowest = xyz[:, feet, 1].min(axis=1)
    doubt = np.clip((0.7 - one.pose_2d.score[:, feet].max(axis=1)) / 0.4, 0, 1)
    raised = xyz.copy()
    raised[..., 1] += (doubt * np.maximum(0, ANKLE_M - lowest))[:, None]
    return raised


def _scale(people: Sequence[Lifted], settings: Settings) -> float:
    """What makes the first person as tall as the settings say; the others, and all trajectories, are scaled alike."""
    if settings.height_m is None:
        return 1.0
    heights = [body_height_m(one.camera.xyz, one.camera.skeleton) for one in people]
    return next((settings.height_m / height for height in heights if np.isfinite(height)), 1.0)


def _to_camera(one: Lifted, settings: Settings, scale: float) -> FloatArray:
    """(T, J, 3) CAMERA space."""
    size = one.pose_2d.image_size
    centre = np.array(size, dtype=float) / 2
    focal = focal_px(settings, size)
    pose, xyz = one.pose_2d, scale * one.camera.xyz
    return np.asarray(xyz + root_trajectory(xyz, pose.xy, pose.score, pose.time_s, focal, centre)[:, None])
