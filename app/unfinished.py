"""Autosave of a running detection, so that a stopped or killed program loses little of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from app.pipeline.detect import Detections, Step, detected
from app.pipeline.settings import Settings
from app.pipeline.video import VideoInfo
from app.project import ENDING, SavedAnalysis, write_analysis
from poses.errors import UserError
from poses.sequences import Keypoints
from poses.skeleton import Skeleton

INTERVAL_S = 10.0
NOTE = "the analysis was stopped before the end: only its first part is there"


@dataclass
class PartialDetections:
    """What was detected so far: written by one thread only; any thread may ask for `detections`."""

    frames: list[tuple[int, float]] = field(default_factory=list)
    keypoints: list[Keypoints] = field(default_factory=list)
    skeleton: Skeleton | None = None

    def add(self, frame: int, time_s: float, keypoints: Keypoints) -> None:
        self.frames.append((frame, time_s))
        self.keypoints.append(keypoints)  # last: `detections` counts these

    def detections(self, info: VideoInfo, detector: str) -> Detections | None:
        """Detections up to where it stopped; None where nothing was seen."""
        count = len(self.keypoints)
        if self.skeleton is None or not count:
            return None
        rows = [(*frame, found) for frame, found in zip(self.frames[:count], self.keypoints, strict=False)]
        return detected(info, rows, self.skeleton, detector, (NOTE,))


def unfinished_path(folder: Path, video: str) -> Path:
    """Where the unfinished analysis of a video is kept; never the name of a file that the user saved."""
    return folder / f"{Path(video).stem}.unfinished{ENDING}"


class DetectionAutosave:
    """Saves a running analysis to disk; as a context manager: the file stays after an early end and is removed else.

        with DetectionAutosave(path, info, "blazepose", detector.skeleton, settings, "") as kept:
            for step in steps:
                kept.add(step)

    path: the file (`app.project`), written every ten seconds and at an early end. Where it cannot be written, the
    analysis continues, nothing is saved and `written` stays False.
    """

    def __init__(
        self, path: Path, info: VideoInfo, detector: str, skeleton: Skeleton, settings: Settings, lifter: str
    ) -> None:
        self.path, self.written = path, False
        self._info, self._detector, self._settings, self._lifter = info, detector, settings, lifter
        self._partial = PartialDetections(skeleton=skeleton)
        self._whole: Detections | None = None
        self._last = time.monotonic()

    def __enter__(self) -> DetectionAutosave:
        return self

    def add(self, step: Step) -> None:
        """Add one step of the analysis."""
        self._whole = step.detections or self._whole
        if step.frame is not None and step.keypoints is not None:
            self._partial.add(step.frame.index, step.frame.time_s, step.keypoints)
        if self._whole is None and time.monotonic() - self._last > INTERVAL_S:
            self._write()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.path.unlink(missing_ok=True)
        else:
            self._write()

    def _write(self) -> None:
        found = self._whole or self._partial.detections(self._info, self._detector)
        if found is None:
            return
        try:
            write_analysis(self.path, SavedAnalysis(found, (), self._settings, self._lifter), compress=False)
        except UserError:
            return
        finally:
            self._last = time.monotonic()
        self.written = True
