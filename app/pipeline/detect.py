"""2D detection over a video: one Keypoints for every decoded frame."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from app.pipeline.container import ReadWarnings
from app.pipeline.rate import nominal_rate
from app.pipeline.read_ahead import read_ahead
from app.pipeline.settings import Settings
from app.pipeline.video import VideoInfo, probe, read_frames
from app.protocols import Detector
from poses.arrays import FloatArray, IntArray, frozen
from poses.errors import UserError
from poses.files import escaped
from poses.motion import Motion
from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton


@dataclass(frozen=True)
class Detections:
    """What a detector saw in one video (or a range of it): a row for every decoded frame, T of them.

    frame (T) numbers in the file; time_s (T) the file's own time stamps; keypoints: T of them, in `skeleton`.
    lost_s (L): times of the frames that could not be decoded.
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
    lost_s: FloatArray = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        count = len(self.keypoints)
        object.__setattr__(self, "lost_s", frozen("lost_s", self.lost_s, ("L",), np.float64))
        object.__setattr__(self, "frame", frozen("frame", self.frame, (count,), np.int64))
        object.__setattr__(self, "time_s", frozen("time_s", self.time_s, (count,), np.float64))

    def __len__(self) -> int:
        return len(self.keypoints)

    def in_life(self, slow_motion: float) -> Detections:
        """The same with the times and the rate of life, of a file that plays `slow_motion` times slower."""
        if slow_motion == 1:
            return self
        factor = Fraction(slow_motion).limit_denominator(100_000)
        times, lost_s = self.time_s / slow_motion, self.lost_s / slow_motion
        return replace(self, time_s=times, lost_s=lost_s, rate=self.rate * factor)


@dataclass(frozen=True)
class Step:
    """One step of a run, small enough to stop after it.

    stage: "detect" or "lift". done, total: frames of this stage (total 0: not known). frame and keypoints: what was
    just detected. detections: all of them, on the last step of the detection. motion: on the last step of all.
    lifted: frames that were lifted already beside the detection, as far as that is known.
    """

    stage: str
    done: int
    total: int
    frame: VideoFrame | None = None
    keypoints: Keypoints | None = None
    detections: Detections | None = None
    motion: Motion | None = None
    lifted: int = 0


def detector_id(detector: Detector) -> str:
    """Id of a detector: the name of the file that defines it; parts of it may live in a folder named after it."""
    parts = type(detector).__module__.split(".")
    return parts[1].lstrip("_") if parts[0] == "detectors" and len(parts) > 1 else parts[-1]


def detect_video(video: str | Path | VideoInfo, detector: Detector, settings: Settings) -> Generator[Step, None, None]:
    """Detect every frame of the chosen range; a Step a frame, then one more that carries the Detections.

    Frames are decoded in a thread of their own, a few in advance. Closing the generator stops both. The detector is
    not closed. UserError where the file cannot be read or the range holds no frame.
    """
    info = video if isinstance(video, VideoInfo) else probe(video)
    notes, total = ReadWarnings(), len(info.numbers_in(settings.start_s, settings.end_s))
    rows: list[tuple[int, float, Keypoints]] = []
    with closing(read_ahead(read_frames(info, settings.start_s, settings.end_s, notes))) as frames:
        for frame in frames:
            keypoints = detector.detect(frame)
            rows.append((frame.index, frame.time_s, keypoints))
            yield Step("detect", len(rows), max(total, len(rows)), frame, keypoints)
    if not rows:
        found = f"{info.time_s[0]:.3f} to {info.time_s[-1]:.3f} s" if len(info) else "none"
        raise UserError(f"{escaped(info.path)} has no frame in the chosen range; its time stamps are {found}")
    warnings = (*notes.texts, *getattr(detector, "warnings", ()))
    lost_s = [info.time_at(n) for n in notes.lost]
    detections = detected(info, rows, detector.skeleton, detector_id(detector), warnings, np.array(lost_s))
    yield Step("detect", len(rows), len(rows), detections=detections)


def detected(
    info: VideoInfo,
    rows: Sequence[tuple[int, float, Keypoints]],
    skeleton: Skeleton,
    detector: str,
    warnings: Sequence[str] = (),
    lost_s: FloatArray | None = None,
) -> Detections:
    """Detections of a video from rows of number, time and keypoints; their rate is judged by what was decoded."""
    numbers, times, keypoints = zip(*rows, strict=True)
    frame, time_s = np.array(numbers), np.array(times)
    rate, variable = info.rate, info.variable_rate
    if len(rows) > 2:
        rate, variable = nominal_rate(time_s, info.axis.tick, (info.rate,), frame)
    return Detections(
        info.path, frame, time_s, rate, variable, info.size, skeleton, detector, keypoints, tuple(warnings),
        np.empty(0) if lost_s is None else lost_s,
    )  # fmt: skip
