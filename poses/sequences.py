"""Keypoints of one frame and pose sequences of one person. Missing is NaN with score 0."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from poses.arrays import BoolArray, FloatArray, check_shape, frozen
from poses.skeleton import Skeleton


class Space(Enum):
    """Coordinate system of 3D joints, in metres.

    CAMERA_ROOT: camera axes (x right, y down, z forward), root joint at the origin. CAMERA: the same axes, origin at
    the camera. WORLD: right-handed, y up, floor at y = 0.
    """

    CAMERA_ROOT = "camera_root"
    CAMERA = "camera"
    WORLD = "world"


@dataclass(frozen=True)
class VideoFrame:
    """One decoded frame: index from 0 in the file, the file's time stamp, image (H, W, 3) uint8 RGB, upright."""

    index: int
    time_s: float
    image: np.ndarray

    def __post_init__(self) -> None:
        check_shape("image", self.image, ("H", "W", 3))
        if self.image.size == 0:
            raise ValueError(f"image must have pixels, got shape {self.image.shape}")
        if self.image.dtype != np.uint8:
            raise ValueError(f"image must hold uint8, got {self.image.dtype}")
        self.image.flags.writeable = False

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.image.shape[1], self.image.shape[0]


@dataclass(frozen=True)
class Keypoints:
    """2D keypoints of P people in one frame.

    xy (P, J, 2) px, image origin top-left, x right, y down; score (P, J) 0..1; boxes (P, 4) px, x0 y0 x1 y1.
    world_m (P, J, 3) metres, optional: the detector's own 3D estimate in camera axes (x right, y down, z forward).
    """

    xy: FloatArray
    score: FloatArray
    boxes: FloatArray
    world_m: FloatArray | None = None

    def __post_init__(self) -> None:
        xy = frozen("xy", self.xy, ("P", "J", 2), np.float64)
        people, joints = xy.shape[:2]
        object.__setattr__(self, "xy", xy)
        object.__setattr__(self, "score", _scores(self.score, (people, joints), xy))
        object.__setattr__(self, "boxes", frozen("boxes", self.boxes, (people, 4), np.float64))
        if self.world_m is not None:
            object.__setattr__(self, "world_m", frozen("world_m", self.world_m, (people, joints, 3), np.float64))

    def __len__(self) -> int:
        return len(self.xy)

    @staticmethod
    def none(joints: int) -> Keypoints:
        """Nobody in the picture."""
        return Keypoints(np.empty((0, joints, 2)), np.empty((0, joints)), np.empty((0, 4)))


@dataclass(frozen=True)
class PoseSequence2D:
    """One person over T frames: xy (T, J, 2) px, score (T, J) 0..1, time_s (T), image_size (width, height) px."""

    xy: FloatArray
    score: FloatArray
    time_s: FloatArray
    image_size: tuple[int, int]
    skeleton: Skeleton

    def __post_init__(self) -> None:
        xy = frozen("xy", self.xy, ("T", len(self.skeleton), 2), np.float64)
        object.__setattr__(self, "xy", xy)
        object.__setattr__(self, "score", _scores(self.score, xy.shape[:2], xy))
        object.__setattr__(self, "time_s", _times(self.time_s, len(xy)))

    def __len__(self) -> int:
        return len(self.xy)

    @property
    def present(self) -> BoolArray:
        """(T, J) bool: where there is a keypoint."""
        return np.asarray(np.isfinite(self.xy).all(axis=-1))


@dataclass(frozen=True)
class PoseSequence3D:
    """One person over T frames: xyz (T, J, 3) m in `space`, time_s (T)."""

    xyz: FloatArray
    time_s: FloatArray
    space: Space
    skeleton: Skeleton

    def __post_init__(self) -> None:
        xyz = frozen("xyz", self.xyz, ("T", len(self.skeleton), 3), np.float64)
        object.__setattr__(self, "xyz", xyz)
        object.__setattr__(self, "time_s", _times(self.time_s, len(xyz)))

    def __len__(self) -> int:
        return len(self.xyz)

    @property
    def present(self) -> BoolArray:
        """(T,) bool: frames where every joint is there."""
        return np.asarray(np.isfinite(self.xyz).all(axis=(1, 2)))


def _scores(values: FloatArray, shape: tuple[int, ...], xy: FloatArray) -> FloatArray:
    score = frozen("score", values, tuple(shape), np.float64)
    if not ((score >= 0) & (score <= 1)).all():
        raise ValueError(f"score must lie in 0..1, got {np.nanmin(score)} to {np.nanmax(score)}")
    if (score[np.isnan(xy).any(axis=-1)] > 0).any():
        raise ValueError("score must be 0 where a keypoint is missing (NaN)")
    return score


def _times(values: FloatArray, count: int) -> FloatArray:
    time_s = frozen("time_s", values, (count,), np.float64)
    if not np.isfinite(time_s).all() or (np.diff(time_s) <= 0).any():
        raise ValueError("time_s must increase from frame to frame")
    return time_s
