"""Pinhole cameras, pixels and screens, and the normalisation of 2D poses that training and the program share.

Pixels: origin top-left, x right, y down. Screen: x from -1 to 1 across the picture, y by the same factor (VideoPose3D).
Camera: x right, y down, z forward. World: right-handed, y up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poses.arrays import FloatArray, check_shape, frozen

# Horizontal view of a phone or a webcam is 60 to 70 degrees along the longer side: focal length of 0.8 of it.
ASSUMED_FOCAL = 0.85

# Kinds of `normalise`.
NORMALISATIONS = ("screen", "person")


@dataclass(frozen=True)
class Camera:
    """Pinhole camera without distortion: x_camera = rotation @ x_world + translation (metres).

    focal_px, centre_px: (2,) pixels. image_size (width, height). rotation (3, 3), translation (3,).
    """

    focal_px: FloatArray
    centre_px: FloatArray
    image_size: tuple[int, int]
    rotation: FloatArray
    translation: FloatArray

    def __post_init__(self) -> None:
        shapes = {"focal_px": (2,), "centre_px": (2,), "rotation": (3, 3), "translation": (3,)}
        for name, shape in shapes.items():
            object.__setattr__(self, name, frozen(name, getattr(self, name), shape, np.float64))
        if not np.allclose(self.rotation @ self.rotation.T, np.eye(3), atol=1e-6) or np.linalg.det(self.rotation) < 0:
            raise ValueError("rotation must be a rotation matrix (orthonormal, determinant 1)")

    def to_camera(self, xyz_world: FloatArray) -> FloatArray:
        """(..., 3) world -> camera, metres."""
        return xyz_world @ self.rotation.T + self.translation

    def to_world(self, xyz_camera: FloatArray) -> FloatArray:
        """(..., 3) camera -> world, metres."""
        return (xyz_camera - self.translation) @ self.rotation

    def project(self, xyz_camera: FloatArray) -> FloatArray:
        """(..., 3) camera metres -> (..., 2) pixels; NaN for points that are not in front of the camera."""
        z = np.where(xyz_camera[..., 2:] > 1e-6, xyz_camera[..., 2:], np.nan)
        return xyz_camera[..., :2] / z * self.focal_px + self.centre_px


def assumed_focal_px(image_size: tuple[int, int]) -> float:
    """Focal length taken for a video whose camera is not known."""
    return ASSUMED_FOCAL * max(image_size)


def to_screen(xy_px: FloatArray, image_size: tuple[int, int]) -> FloatArray:
    """(..., 2) pixels -> screen: u = 2 x / w - 1, v = 2 y / w - h / w (Pavllo et al. 2019)."""
    width, height = image_size
    return np.asarray(xy_px) * (2 / width) - np.array([1.0, height / width])


def rotation_to(direction: FloatArray) -> FloatArray:
    """(..., 3) directions d -> (..., 3, 3) smallest rotations that turn the z axis into them: R @ z = d / |d|."""
    d = direction / np.linalg.norm(direction, axis=-1, keepdims=True)
    x, y, z = d[..., 0], d[..., 1], d[..., 2]
    k = 1 / (1 + z)
    rows = [1 - x * x * k, -x * y * k, x, -x * y * k, 1 - y * y * k, y, -x, -y, z]
    return np.stack(rows, axis=-1).reshape(*d.shape[:-1], 3, 3)


def normalise_person(
    xy_px: FloatArray, image_size: tuple[int, int], root: int = 0, focal_px: float | None = None
) -> tuple[FloatArray, FloatArray]:
    """2D poses (..., J, 2) px as seen by a virtual camera that looks straight at the root, at unit size.

    Each frame stands alone. A camera of `focal_px` (assumed where None) is turned until the root joint lies on its
    axis, which takes the perspective of the place in the picture out of the pose; then the root is at the origin and
    the root mean square distance of the joints from their mean is 1. Returns xy (..., J, 2) and the rotations
    (..., 3, 3) that take what is lifted from it back into the real camera's axes: `xyz @ rotation^T` (`turn_back`).
    """
    focal = assumed_focal_px(image_size) if focal_px is None else focal_px
    rays = np.ones((*xy_px.shape[:-1], 3))
    rays[..., :2] = (xy_px - np.array(image_size, dtype=float) / 2) / focal
    rotation = rotation_to(rays[..., root, :])
    seen = rays @ rotation
    flat = seen[..., :2] / seen[..., 2:]
    spread = flat - flat.mean(axis=-2, keepdims=True)
    size = np.sqrt((spread**2).sum(axis=-1).mean(axis=-1))
    return flat / np.maximum(size, 1e-9)[..., None, None], rotation


def turn_back(xyz: FloatArray, rotation: FloatArray) -> FloatArray:
    """(..., J, 3) in the axes of `normalise_person`'s virtual camera -> axes of the real camera."""
    check_shape("rotation", rotation, (*xyz.shape[:-2], 3, 3))
    return xyz @ np.swapaxes(rotation, -1, -2)


def roll_rotation(roll_deg: float) -> FloatArray:
    """(3, 3) axes of a level camera -> those of one in whose picture up is turned clockwise by roll_deg."""
    angle = np.radians(roll_deg)
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def normalise(
    kind: str,
    xy_px: FloatArray,
    image_size: tuple[int, int],
    root: int = 0,
    focal_px: float | None = None,
    roll_deg: float = 0.0,
) -> tuple[FloatArray, FloatArray]:
    """2D poses (..., J, 2) px as a card's `normalisation` wants them, and the rotations back: "screen" or "person".

    roll_deg: how far up is turned clockwise in the picture, which is first turned back by it about its middle.
    """
    roll = roll_rotation(roll_deg)
    if roll_deg:
        centre = np.array(image_size, dtype=float) / 2
        xy_px = (xy_px - centre) @ roll[:2, :2] + centre
    if kind == "person":
        xy, rotation = normalise_person(xy_px, image_size, root, focal_px)
        return xy, roll @ rotation if roll_deg else rotation
    if kind == "screen":
        xy = to_screen(xy_px, image_size)
        return xy, np.broadcast_to(roll, (*xy.shape[:-2], 3, 3))
    raise ValueError(f"normalisation must be 'screen' or 'person', got {kind!r}")
