"""Live: a detector of several sizes takes the most accurate one that keeps up with the camera."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

import numpy as np

from app.protocols import Detector
from poses.sequences import VideoFrame

# Part of the time between two frames that detection and lifting may take together; drawing and reading want some, too.
SHARE = 0.9
# Frames by which the camera's rate and the rest of the work are measured.
TIMED = 8


@runtime_checkable
class SizedDetector(Detector, Protocol):
    """A detector that has networks of several sizes."""

    def measure_sizes(self, frame: VideoFrame) -> Mapping[str, float]:
        """Seconds a frame takes with each size that is here, from the fastest to the most accurate one.

        Empty where the user chose a size.
        """
        ...

    def use_size(self, size: str) -> None:
        """Go on with another size."""
        ...


def size_that_keeps_up(seconds: Mapping[str, float], interval_s: float, beside_s: float) -> str:
    """The most accurate size with which every frame is done before the next one comes, else the fastest.

    seconds: of a frame, by size, from the fastest to the most accurate. interval_s: between two frames. beside_s: what
    else is done with each frame.
    """
    enough = [size for size, needed in seconds.items() if needed + beside_s <= SHARE * interval_s]
    return enough[-1] if enough else next(iter(seconds))


class Pace:
    """Measures at the start of a stream, then chooses the detector's size once.

    The first frame tells what the sizes cost here, the next ones, with the fastest, what else is done with a frame and
    how often frames come.
    """

    def __init__(self, detector: Detector, clock: Callable[[], float] = time.perf_counter) -> None:
        self._detector = detector if isinstance(detector, SizedDetector) else None
        self._clock = clock
        self._seconds: Mapping[str, float] = {}
        self._busy: list[float] = []
        self._first = (0.0, 0)

    @contextmanager
    def frame(self, frame: VideoFrame, captured: int) -> Iterator[None]:
        """Around all that is done with a frame, the detection first. captured: frames that have come so far."""
        came = self._clock()
        if self._detector is not None and not self._seconds:
            self._first = came, captured
            self._measure(frame)
        began = self._clock()
        yield
        if self._detector is not None:
            self._busy.append(self._clock() - began)
            if len(self._busy) > TIMED:
                self._choose((came - self._first[0]) / max(captured - self._first[1], 1))

    def _measure(self, frame: VideoFrame) -> None:
        assert self._detector is not None
        self._seconds = self._detector.measure_sizes(frame)
        if len(self._seconds) < 2:
            self._detector = None
            return
        self._detector.use_size(next(iter(self._seconds)))

    def _choose(self, interval_s: float) -> None:
        assert self._detector is not None
        # The first frame searches the whole picture.
        beside_s = max(float(np.median(self._busy[1:])) - next(iter(self._seconds.values())), 0.0)
        self._detector.use_size(size_that_keeps_up(self._seconds, interval_s, beside_s))
        self._detector = None
