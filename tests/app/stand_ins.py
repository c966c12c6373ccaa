"""Stand-ins for what is slow or heavy: a person moving by formula, a detector that sees it, a lifter without a net."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

import numpy as np

from poses.arrays import FloatArray
from poses.camera import Camera, assumed_focal_px
from poses.maps import LiftMap
from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton
from poses.skeletons import H36M17

# Metres, y up, facing +z, left is +x: standing, arms hanging; ankles 7 cm above the floor.
STANDING = np.array(
    [
        [0, 0.92, 0], [-0.13, 0.92, 0], [-0.13, 0.48, 0.02], [-0.13, 0.07, 0], [0.13, 0.92, 0], [0.13, 0.48, 0.02],
        [0.13, 0.07, 0], [0, 1.15, 0], [0, 1.4, 0], [0, 1.5, 0.08], [0, 1.62, 0.02], [0.17, 1.38, 0], [0.2, 1.1, 0],
        [0.2, 0.85, 0.03], [-0.17, 1.38, 0], [-0.2, 1.1, 0], [-0.2, 0.85, 0.03],
    ]
)  # fmt: skip


def figure(time_s: float) -> FloatArray:
    """(17, 3) m WORLD of H36M17: standing on both feet, swinging the arms."""
    pose = STANDING.copy()
    swing = 0.25 * np.sin(2 * np.pi * time_s)
    pose[[12, 13], 2] += swing * np.array([0.6, 1.0])
    pose[[15, 16], 2] -= swing * np.array([0.6, 1.0])
    return pose


def camera_at(size: tuple[int, int], pitch_deg: float = 0.0, distance: float = 4.0, roll_deg: float = 0.0) -> Camera:
    """A camera that looks at the hips of `figure` from the front, down by pitch."""
    pitch, roll = np.radians(pitch_deg), np.radians(roll_deg)
    ahead = np.array([0, -np.sin(pitch), -np.cos(pitch)])
    right = np.array([1.0, 0, 0])
    down = np.cross(ahead, right)
    right, down = (
        np.cos(roll) * right + np.sin(roll) * down,
        -np.sin(roll) * right + np.cos(roll) * down,
    )
    rotation = np.stack([right, down, ahead])
    eye = np.array([0, 0.92, 0]) - ahead * distance
    focal = assumed_focal_px(size)
    return Camera(np.array([focal, focal]), np.array(size) / 2, size, rotation, -rotation @ eye)


class StandInDetector:
    """Sees `figure` in every frame for which `present` says so; `wait_s` makes it slow."""

    def __init__(self, present: Callable[[int], bool] = lambda index: True, wait_s: float = 0.0) -> None:
        self._present, self._wait_s = present, wait_s
        self.seen: list[int] = []
        self.closed = False

    @property
    def skeleton(self) -> Skeleton:
        return H36M17

    def detect(self, frame: VideoFrame) -> Keypoints:
        time.sleep(self._wait_s)
        self.seen.append(frame.index)
        if not self._present(frame.index):
            return Keypoints.none(len(H36M17))
        camera = camera_at(frame.size)
        xy = camera.project(camera.to_camera(figure(frame.time_s)))
        box = np.concatenate([xy.min(axis=0), xy.max(axis=0)])
        return Keypoints(xy[None], np.full((1, 17), 0.9), box[None])

    def close(self) -> None:
        self.closed = True


class FlatLifter:
    """Lifts to a person of the right height without any depth: good enough to see what the chain does with it."""

    name = "flat"
    normalisation = "person"
    window_hz: float | None = None

    def __init__(self, window: int = 3, wait_s: float = 0.0) -> None:
        self.window, self._wait_s = window, wait_s
        self.runs: list[int] = []

    @property
    def skeleton(self) -> Skeleton:
        return H36M17

    def lift(self, windows: FloatArray) -> FloatArray:
        flat = windows[:, self.window // 2] * 0.5
        return np.concatenate([flat, np.zeros((*flat.shape[:-1], 1))], axis=-1)

    def lift_sequence(
        self, xy: FloatArray, progress: Callable[[int], None] | None = None, step: float = 1
    ) -> FloatArray:
        self.runs.append(len(xy))
        for done in range(1, len(xy) + 1):
            time.sleep(self._wait_s)
            if progress:
                progress(done)
        return self.lift(np.repeat(xy[:, None], self.window, axis=1))

    @property
    def map_names(self) -> tuple[str, ...]:
        return ()

    def map_steps(self, window: FloatArray, name: str) -> Generator[None, None, LiftMap]:
        yield
        raise KeyError(name)
