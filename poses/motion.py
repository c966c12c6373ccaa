"""Motion: the result of the pipeline for one video, the input of exporters and views."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from poses.arrays import BoolArray, FloatArray, IntArray, frozen
from poses.sequences import PoseSequence2D, PoseSequence3D, Space


@dataclass(frozen=True)
class Person:
    """One person over the T frames of a Motion; rows without the person are NaN in every array.

    keypoints: as tracked, in the detector's skeleton. pose_2d: in the lifter's skeleton, short gaps filled; `filled`
    (T, J) says where. camera: the lifter's output, CAMERA_ROOT, unsmoothed. world: WORLD, placed and smoothed.
    sigma (T, J) m: the expected error of each joint of `camera`, seen from the hip (poses.uncertainty); None where the
    lifter does not know. track: place among the people who were followed (some may have been left out); name: given
    by the user, or "".
    """

    keypoints: PoseSequence2D
    pose_2d: PoseSequence2D
    filled: BoolArray
    camera: PoseSequence3D
    world: PoseSequence3D
    track: int = 0
    name: str = ""
    sigma: FloatArray | None = None

    def __post_init__(self) -> None:
        shape = self.pose_2d.xy.shape[:2]
        object.__setattr__(self, "filled", frozen("filled", self.filled, shape, np.bool_))
        if self.sigma is not None:
            object.__setattr__(self, "sigma", frozen("sigma", self.sigma, shape, np.float64))
        if self.camera.xyz.shape[:2] != shape or self.world.xyz.shape[:2] != shape:
            raise ValueError(f"2D and 3D must have the same frames and joints, got {shape} and {self.world.xyz.shape}")
        if self.camera.space is not Space.CAMERA_ROOT or self.world.space is not Space.WORLD:
            raise ValueError(f"spaces must be CAMERA_ROOT and WORLD, got {self.camera.space} and {self.world.space}")


@dataclass(frozen=True)
class Motion:
    """All people in one video (or a range of it), a row for every decoded frame.

    frame (T) numbers of the frames in the file; time_s (T) the file's own time stamps; rate: nominal frames per second,
    exact; variable_rate: the time stamps are not evenly spaced; image_size (width, height) px of the upright picture;
    roll_deg: how far up is turned clockwise in the picture, as it was taken out of the 2D poses to lift them.
    lost_s (L): times of frames that could not be decoded and so have no row. slow_motion: how many times slower the
    file plays than life; all times and the rate here are those of life, the file's divided and multiplied by it.
    """

    video: str
    frame: IntArray
    time_s: FloatArray
    rate: Fraction
    variable_rate: bool
    image_size: tuple[int, int]
    persons: tuple[Person, ...]
    detector: str
    lifter: str
    warnings: tuple[str, ...] = ()
    roll_deg: float = 0.0
    lost_s: FloatArray = field(default_factory=lambda: np.empty(0))
    slow_motion: float = 1.0

    def __post_init__(self) -> None:
        count = len(self.time_s)
        object.__setattr__(self, "lost_s", frozen("lost_s", self.lost_s, ("L",), np.float64))
        object.__setattr__(self, "frame", frozen("frame", self.frame, (count,), np.int64))
        object.__setattr__(self, "time_s", frozen("time_s", self.time_s, (count,), np.float64))
        for person in self.persons:
            if len(person.world) != count:
                raise ValueError(f"every person must have {count} rows, one a frame, got {len(person.world)}")

    def __len__(self) -> int:
        return len(self.time_s)
