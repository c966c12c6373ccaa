"""The eye of the 3D view: where it stands, what it sees. numpy only, shared by both ways of drawing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from poses.arrays import FloatArray
from poses.skeleton import Skeleton

PRESETS = {"front": (0.0, 8.0), "side": (90.0, 8.0), "top": (0.0, 89.0), "corner": (35.0, 18.0)}


@dataclass(frozen=True)
class Orbit:
    """An eye that looks at `centre` (3,) m in the world (y up) from `distance` m.

    azimuth_deg: 0 looks along -z (from the front), 90 from the person's left (+x). elevation_deg: above the floor.
    view_deg: opening angle along the shorter side of the picture. orthographic: without perspective, as large as it
    is at the distance of the centre.
    """

    centre: tuple[float, float, float] = (0.0, 0.9, 0.0)
    distance: float = 4.2
    azimuth_deg: float = 35.0
    elevation_deg: float = 18.0
    view_deg: float = 36.0
    orthographic: bool = False

    def turned(self, azimuth_deg: float, elevation_deg: float) -> Orbit:
        """Turned by these angles; stays short of the poles, where up is undefined."""
        up = float(np.clip(self.elevation_deg + elevation_deg, -89.0, 89.0))
        return replace(self, azimuth_deg=(self.azimuth_deg + azimuth_deg + 180) % 360 - 180, elevation_deg=up)

    def zoomed(self, factor: float) -> Orbit:
        return replace(self, distance=float(np.clip(self.distance / factor, 0.4, 60.0)))

    def moved(self, right: float, up: float) -> Orbit:
        """The centre moved in the picture's plane, metres."""
        axes = self.axes()
        return self.looking_at(np.asarray(self.centre) + right * axes[0] + up * axes[1])

    def looking_at(self, centre: FloatArray) -> Orbit:
        return replace(self, centre=(float(centre[0]), float(centre[1]), float(centre[2])))

    def axes(self) -> FloatArray:
        """(3, 3): right, up and backwards of the eye as world directions."""
        a, e = np.radians([self.azimuth_deg, self.elevation_deg])
        back = np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])
        right = np.array([np.cos(a), 0.0, -np.sin(a)])
        return np.stack([right, np.cross(back, right), back])

    @property
    def eye(self) -> FloatArray:
        """(3,) m."""
        return np.asarray(self.centre) + self.distance * self.axes()[2]

    def matrix(self, width: float, height: float) -> FloatArray:
        """(4, 4) world -> clip space, for column vectors (OpenGL: x right, y up; w is the depth, 1 if orthographic)."""
        axes = self.axes()
        view = np.eye(4)
        view[:3, :3], view[:3, 3] = axes, -axes @ self.eye
        near, far = 0.02 * self.distance, self.distance + 60.0
        f = 1 / np.tan(np.radians(self.view_deg) / 2) / (self.distance if self.orthographic else 1.0)
        short = min(width, height)
        projection = np.zeros((4, 4))
        projection[0, 0], projection[1, 1] = f * short / max(width, 1), f * short / max(height, 1)
        if self.orthographic:  # also what lies behind the eye is seen
            projection[2, 2:] = -1 / far, 0.0
            projection[3, 3] = 1
        else:
            projection[2, 2:] = (far + near) / (near - far), 2 * far * near / (near - far)
            projection[3, 2] = -1
        return projection @ view

    def project(self, xyz: FloatArray, width: float, height: float) -> tuple[FloatArray, FloatArray]:
        """(..., 3) world m -> (..., 2) pixels of a picture of this size (y down; NaN behind the eye), (...) depth m."""
        points = np.asarray(xyz, dtype=float)
        homogeneous = np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1)
        clip = homogeneous @ self.matrix(width, height).T
        depth = (self.eye - points) @ self.axes()[2]
        with np.errstate(invalid="ignore", divide="ignore"):
            ndc = np.where(clip[..., 3:] > 1e-6, clip[..., :2] / clip[..., 3:], np.nan)
        return (ndc * [0.5, -0.5] + 0.5) * [width, height], depth

    def metres_per_pixel(self, width: float, height: float) -> float:
        """At the distance of the centre."""
        return float(2 * self.distance * np.tan(np.radians(self.view_deg) / 2) / max(min(width, height), 1))


def facing(xyz: FloatArray, skeleton: Skeleton) -> float:
    """Azimuth (degrees) from which a person (J, 3) is seen from the front: 0 for one who faces +z.

    From the lines through hips and shoulders together, laid on the floor; 0 where they are not there.
    """
    names = skeleton.joint_names
    to_left = np.zeros(3)
    for part in ("Hip", "Shoulder"):
        if f"L{part}" in names and f"R{part}" in names:
            line = xyz[skeleton.index(f"L{part}")] - xyz[skeleton.index(f"R{part}")]
            to_left += np.nan_to_num(line)
    return float(np.degrees(np.arctan2(-to_left[2], to_left[0]))) if np.hypot(*to_left[[0, 2]]) > 1e-6 else 0.0


def video_direction(camera: FloatArray, world: FloatArray) -> tuple[float, float]:
    """Azimuth and elevation (degrees) from which the video's camera sees the person.

    camera, world (T, J, 3): the same joints in camera axes and in the world, NaN where missing; the rotation between
    the two is fitted over all frames (Kabsch 1976).
    """
    seen = np.isfinite(camera).all(axis=(1, 2)) & np.isfinite(world).all(axis=(1, 2))
    if not seen.any():
        return PRESETS["front"]
    a = camera[seen] - camera[seen].mean(axis=1, keepdims=True)
    b = world[seen] - world[seen].mean(axis=1, keepdims=True)
    u, _, vt = np.linalg.svd(np.einsum("tji,tjk->ik", a, b))
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    back = -(np.array([0.0, 0.0, 1.0]) @ (u @ flip @ vt))
    return float(np.degrees(np.arctan2(back[0], back[2]))), float(np.degrees(np.arcsin(np.clip(back[1], -1, 1))))
