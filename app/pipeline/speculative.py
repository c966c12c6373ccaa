"""Lifting while the rest of the video is still being detected.

Who the main person is, where left and right are flipped and how a gap is filled is known only after the last frame. So
this is speculative: an excerpt of the newest frames goes through the same steps as the whole video will later, and the
result is cached with a digest of its input (`app.pipeline.lift.LiftCache`). In the end the whole video is prepared as
usual; chunks with the same input are taken from the cache, the others are lifted. Wrong speculation costs time on a
core that is mostly idle and never changes the result.

The lifter may be given as a function that loads it, which is called here, during the first frames.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from fractions import Fraction
from types import TracebackType

import numpy as np

from app.pipeline.association import Track
from app.pipeline.detect import Detections, Step
from app.pipeline.lift import (
    LiftCache,
    PreparedPerson,
    check_serves,
    chunk_size,
    chunks_of,
    lift_chunk,
    normalised_segments,
    to_lifter_skeleton,
)
from app.pipeline.main_people import select_people
from app.pipeline.roll import estimate_roll
from app.pipeline.settings import Settings
from app.pipeline.tracks import make_track
from app.protocols import ChunkLifter, Lifter
from poses.sequences import Keypoints
from poses.skeleton import Skeleton
from poses.windows import window_reach, window_step

# What is kept of a step (not the picture): time s, size of the picture, the people in it.
DetectedFrame = tuple[float, tuple[int, int], Keypoints]
# Further frames on both sides of the windows, from which gaps are filled.
MARGIN = 8
# Chunks that are lifted as they are seen before the roll of the camera is estimated from the newest frames.
ROLL_AFTER = 2


class StoppedError(Exception):
    """Raised inside the lifting when it was cancelled."""


class SpeculativeLifter:
    """A thread that loads the lifter and lifts the frames given to `add`; `cache` holds the results.

    Use it as a context; leaving it ends the thread at its next report, within half a second unless it is loading.
    """

    def __init__(self, lifter: Lifter | Callable[[], Lifter], skeleton: Skeleton, settings: Settings) -> None:
        self.cache: LiftCache = {}
        self._given, self._skeleton, self._settings = lifter, skeleton, settings
        self._lifter: Lifter | None = None
        self.lifted = 0
        self._error: BaseException | None = None
        self._roll_deg = 0.0
        self._seen: queue.SimpleQueue[DetectedFrame | None] = queue.SimpleQueue()
        self._enough, self._stopped = threading.Event(), threading.Event()
        # No daemon: the interpreter must not end in the middle of loading torch.
        self._thread = threading.Thread(target=self._work, name="lift early", daemon=False)

    def __enter__(self) -> SpeculativeLifter:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stopped.set()
        self._seen.put(None)
        self._thread.join(timeout=0.5)

    def add(self, step: Step) -> None:
        """Take one step of the detection; raises the error of loading the lifter, UserError where it lacks joints."""
        if self._error is not None:
            raise self._error
        if step.frame is not None and step.keypoints is not None:
            self._seen.put((step.frame.time_s / self._settings.slow_motion, step.frame.size, step.keypoints))

    def wait(self, timeout_s: float) -> Lifter | None:
        """The lifter, when it is loaded and the current chunk is done; None where that takes longer. Raises as
        `add`."""
        self._enough.set()
        self._seen.put(None)
        self._thread.join(timeout_s)
        if self._error is not None:
            raise self._error
        return None if self._thread.is_alive() else self._lifter

    def _work(self) -> None:
        try:
            lifter: Lifter = self._given() if callable(self._given) else self._given
            check_serves(self._skeleton, lifter)
            self._lifter = lifter
        except BaseException as error:
            self._error = error
            return
        # An error in speculative work occurs again, and is reported, when the whole video is lifted.
        with suppress(Exception):
            _load_packages(self._settings)
            if isinstance(lifter, ChunkLifter):
                self._lift(lifter)

    def _lift(self, lifter: ChunkLifter) -> None:
        """Lift each chunk as soon as the frames of its windows, and the margin, are there."""
        size = chunk_size(lifter)
        seen: list[DetectedFrame] = []
        first = begin = 0
        while not self._enough.is_set() and (one := self._seen.get()) is not None:
            seen.append(one)
            step = window_step(np.array([time_s for time_s, _, _ in seen[-size:]]), lifter.window_hz)
            around = window_reach(lifter.window, step) + MARGIN
            if first + len(seen) < begin + size + around:
                continue
            self._lift_segment_rows(seen, first, begin, begin + size, lifter)
            begin += size
            self.lifted = begin
            outdated = max(begin - around - first, 0)
            del seen[:outdated]
            first += outdated

    def _lift_segment_rows(
        self, seen: Sequence[DetectedFrame], first: int, begin: int, end: int, lifter: ChunkLifter
    ) -> None:
        """Lift frames begin to end of the people who would be chosen now; `seen` starts with frame `first`."""
        excerpt = _detections(seen, self._skeleton)
        people = select_people(excerpt, self._settings, _only_person(excerpt.keypoints))[0]
        prepared = [PreparedPerson(*to_lifter_skeleton(person, lifter, self._settings)) for person in people]
        if begin == ROLL_AFTER * (end - begin):
            self._roll_deg = estimate_roll(prepared, lifter, self._settings, self.cache, first, (begin, end))
        for person in prepared:
            for segment in normalised_segments(person.pose_2d, lifter, self._settings, self._roll_deg):
                start = first + segment.start
                low, high = max(begin, start), min(end, start + len(segment.screen))
                for a, b in chunks_of(low, high, chunk_size(lifter)) if low < high else ():
                    lift_chunk(segment, a - start, b - start, lifter, self._report, self.cache)

    def _report(self, _: int) -> None:
        if self._stopped.is_set():
            raise StoppedError


def _load_packages(settings: Settings) -> None:
    """Import early what tracking several people needs."""
    if settings.persons > 1:
        import scipy.optimize  # noqa: F401


def _detections(seen: Sequence[DetectedFrame], skeleton: Skeleton) -> Detections:
    times, sizes, keypoints = zip(*seen, strict=True)
    numbers = np.arange(len(seen))
    return Detections("", numbers, np.array(times), Fraction(1), False, sizes[0], skeleton, "", keypoints)


def _only_person(keypoints: Sequence[Keypoints]) -> list[Track] | None:
    """The track of the only person, without tracking; None where some frame has more."""
    if any(len(found) > 1 for found in keypoints):
        return None
    return [make_track(np.array([len(found) - 1 for found in keypoints]), keypoints)]
