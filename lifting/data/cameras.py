"""Virtual cameras: people of motion capture as a camera somewhere in the room would see them.

A camera is drawn by what it makes of the person: how far away, from which height and side, where in the picture. The
focal length is drawn around the one that the program assumes when it knows nothing (`poses.camera.ASSUMED_FOCAL`), so
that a lifter learns to live with that guess.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poses.arrays import FloatArray
from poses.camera import ASSUMED_FOCAL, rotation_to

# Width and height of pictures: phones upright and lying, webcams, old video, squares.
SIZES = np.array([(1080, 1920), (1920, 1080), (640, 480), (1000, 1000), (720, 1280), (1280, 720), (768, 1024)])


@dataclass(frozen=True)
class CameraRange:
    """What is drawn. Lengths in metres, angles in degrees, `place` in half pictures from the centre.

    focal: factors of the assumed focal length. level: share of cameras whose line of sight follows from their height;
    the others look from `elevation` (positive: from above). tilt: standard deviation of the whole body's lean; `lying`
    the share that is turned to any angle.
    """

    focal: tuple[float, float] = (0.6, 1.8)
    distance: tuple[float, float] = (1.8, 9.0)
    height: tuple[float, float] = (0.3, 3.0)
    level: float = 0.6
    elevation: tuple[float, float] = (-25.0, 50.0)
    roll: float = 8.0
    place: float = 0.7
    tilt: float = 8.0
    lying: float = 0.05


# The cameras that the mocap sets are scored with: like those of Human3.6M.
H36M_LIKE = CameraRange(focal=(1.347, 1.347), distance=(3.0, 6.0), height=(1.0, 2.0), level=1.0, roll=0.0, place=0.0,
                        tilt=0.0, lying=0.0)  # fmt: skip


@dataclass(frozen=True)
class CameraBatch:
    """B cameras: rotation (B, 3, 3) world -> camera, offset (B, 3) of the root at the centre frame in camera axes (m),
    focal (B,) px, size (B, 2) px (width, height)."""

    rotation: FloatArray
    offset: FloatArray
    focal: FloatArray
    size: FloatArray

    def to_camera(self, xyz: FloatArray, path: FloatArray) -> FloatArray:
        """xyz (B, W, J, 3) minus root and path (B, W, 3) of the root from the centre frame -> CAMERA (B, W, J, 3)."""
        count, frames, joints = xyz.shape[:3]
        world = (xyz + path[:, :, None]).reshape(count, frames * joints, 3)
        seen = world @ np.swapaxes(self.rotation, 1, 2) + self.offset[:, None]
        return seen.reshape(xyz.shape)

    def project(self, xyz: FloatArray) -> FloatArray:
        """(B, W, J, 3) CAMERA m -> (B, W, J, 2) px. Points nearer than 20 cm are taken as 20 cm away."""
        z = np.maximum(xyz[..., 2:], 0.2)
        return xyz[..., :2] / z * self.focal[:, None, None, None] + self.size[:, None, None] / 2


def axis_rotation(axis: int, angle: FloatArray) -> FloatArray:
    """(B,) radians about x, y or z -> (B, 3, 3)."""
    c, s = np.cos(angle), np.sin(angle)
    matrix = np.zeros((*angle.shape, 3, 3))
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix[..., axis, axis] = 1
    matrix[..., i, i], matrix[..., j, j] = c, c
    matrix[..., i, j], matrix[..., j, i] = -s, s
    return matrix


def _log_uniform(rng: np.random.Generator, low: float, high: float, count: int) -> FloatArray:
    return np.exp(rng.uniform(np.log(low), np.log(high), count))


def _lean(rng: np.random.Generator, ranges: CameraRange, count: int) -> FloatArray:
    """(B, 3, 3): the whole body leaning in any direction, a few of them lying."""
    heading = rng.uniform(-np.pi, np.pi, count)
    angle = np.radians(rng.normal(0, 1, count) * ranges.tilt)
    lying = rng.random(count) < ranges.lying
    angle = np.where(lying, rng.uniform(-np.pi, np.pi, count), angle)
    turn = axis_rotation(1, heading)
    return turn @ axis_rotation(2, angle) @ np.swapaxes(turn, 1, 2)


def sample_cameras(rng: np.random.Generator, count: int, ranges: CameraRange, hip_height: float = 0.95) -> CameraBatch:
    """`count` cameras, each for one person whose root is at `hip_height` above the floor."""
    sizes = np.array([(1000, 1000)]) if ranges.place == 0 else SIZES
    size = sizes[rng.integers(len(sizes), size=count)].astype(float)
    focal = ASSUMED_FOCAL * size.max(axis=1) * _log_uniform(rng, *ranges.focal, count)
    distance = _log_uniform(rng, *ranges.distance, count)
    above = rng.uniform(*ranges.height, count) - hip_height
    elevation = np.arcsin(np.clip(above / distance, -0.9, 0.9))
    anywhere = np.radians(rng.uniform(*ranges.elevation, count))
    elevation = np.where(rng.random(count) < ranges.level, elevation, anywhere)
    # Look along the line to the root: turn by the heading, then nod; world y up becomes camera y down.
    upright = np.diag([1.0, -1.0, -1.0])
    look = axis_rotation(0, elevation) @ upright @ axis_rotation(1, rng.uniform(-np.pi, np.pi, count))
    roll = axis_rotation(2, np.radians(rng.normal(0, 1, count) * ranges.roll))
    place = rng.uniform(-1, 1, (count, 2)) * ranges.place * size / 2
    ray = np.concatenate([place / focal[:, None], np.ones((count, 1))], axis=1)
    aim = rotation_to(ray)
    rotation = roll @ aim @ look @ _lean(rng, ranges, count)
    offset = (roll @ aim)[..., 2] * distance[:, None]
    return CameraBatch(rotation.astype(np.float32), offset.astype(np.float32), focal, size)
