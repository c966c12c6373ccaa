"""2D detection over a video: one Keypoints for every decoded frame."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from app.pipeline.container import ReadWarnings
from app.pipeline.read_ahead import read_ahead
from app.pipeline.settings import Settings
from app.pipeline.video import VideoInfo, probe, read_frames
from app.protocols import Detector
from poses.arrays import FloatArray, IntArray, frozen
from poses.errors import UserError
from poses.motion import Motion
from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton


@dataclass(frozen=True)
class Detections:
    """What a detector saw in one video (or a range of it): a row for every decoded frame, T of them.

    frame (T) numbers in the file; time_s (T) the file's own time stamps; keypoints: T of them, in `skeleton`.
    """

    video: str
    frame: IntArray
    time_s: FloatArray
    rate: Fraction
    variable_rate: bool
    image_size: tuple[int, int]
    skeleton: Skeleton
    detector: str
    keypoints: tuple[Keypoints, ...]
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.keypoints)
        object.__setattr__(self, "frame", frozen("frame", self.frame, (count,), np.int64))
        object.__setattr__(self, "time_s", frozen("time_s", self.time_s, (count,), np.float64))

    def __len__(self) -> int:
        return len(self.keypoints)


@dataclass(frozen=True)
class Step:
    """One step of a run, small enough to stop after it.

    stage: "detect" or "lift". done, total: frames of this stage (total 0: not known). frame and keypoints: what was
    just detected. detections: all of them, on the last step of the detection. motion: on the last step of all.
    """

    stage: str
    done: int
    total: int
    frame: VideoFrame | None = None
    keypoints: Keypoints | None = None
    detections: Detections | None = None
    motion: Motion | None = None


def detector_id(detector: Detector) -> str:
    """Id of a detector: the name of the file that defines it; parts of it may live in a folder named after it."""
    parts = type(detector).__module__.split(".")
    return parts[1].lstrip("_") if parts[0] == "detectors" and len(parts) > 1 else parts[-1]


def detect_video(path: str | Path, detector: Detector, settings: Settings) -> Generator[Step, None, None]:
    """Detect every frame of the chosen range; a Step a frame, then one more that carries the Detections.

    Frames are decoded in a thread of their own, a few in advance. Closing the generator stops both. The detector is
    not closed. UserError where the file cannot be read or the range holds no frame.
    """
    info, notes = probe(path), ReadWarnings()
    total = frames_in_range(info, settings)
    rows: list[tuple[int, float, Keypoints]] = []
    with closing(read_ahead(read_frames(path, settings.start_s, settings.end_s, info, notes))) as frames:
        for frame in frames:
            keypoints = detector.detect(frame)
            rows.append((frame.index, frame.time_s, keypoints))
            yield Step("detect", len(rows), max(total, len(rows)), frame, keypoints)
    if not rows:
        found = f"{info.time_s[0]:.3f} to {info.time_s[-1]:.3f} s" if len(info) else "none"
        raise UserError(f"{path} has no frame in the chosen range; its time stamps are {found}")
    numbers, times, keypoints_rows = zip(*rows, strict=True)
    detections = Detections(
        str(path), np.array(numbers), np.array(times), info.rate, info.variable_rate, info.size, detector.skeleton,
        detector_id(detector), tuple(keypoints_rows), (*notes.texts, *getattr(detector, "warnings", ())),
    )  # fmt: skip
    yield Step("detect", len(rows), len(rows), detections=detections)


def frames_in_range(info: VideoInfo, settings: Settings) -> int:
    """Frames to expect between start and end, by the file's index."""
    low = -np.inf if settings.start_s is None else settings.start_s - 1e-6
    high = np.inf if settings.end_s is None else settings.end_s + 1e-6
    return int(((info.time_s >= low) & (info.time_s <= high)).sum())
