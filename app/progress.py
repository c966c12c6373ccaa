"""Progress on stderr: how far, how fast, how long still."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

EVERY_S = 0.1
EVERY_S_LOG = 2.0
# The rate follows the last seconds, not the average since the start, so that the time left is honest.
FORGET_S = 3.0
# No time left is told before so much was seen of a stage: its first frames load and warm up what the others use.
SEEN_S, SEEN = 2.0, 5

WORDS = {"detect": "detecting", "lift": "lifting"}


class Pace:
    """How fast a job gets on, and how long it still takes. Each stage has a pace of its own.

    clock: seconds; any that does not go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stage: str | None = None
        self._begun = self._last = clock()
        self._first = self._done = 0
        self.rate = 0.0  # of what is counted, a second; 0 where it is not known yet

    def see(self, stage: str, done: int) -> None:
        """`done` of a stage are through now."""
        now = self._clock()
        if stage != self._stage or done < self._done:
            self._stage, self._begun, self._last, self._first, self._done, self.rate = stage, now, now, done, done, 0.0
        if not self._first and done:  # what came before the first was loading
            self._begun, self._last, self._first, self._done = now, now, done, done
        span = now - self._last
        if span < 0.05 or done <= self._done:
            return
        rate = (done - self._done) / span
        keep = 0.0 if self.rate == 0 else 0.5 ** (span / FORGET_S)
        self.rate = keep * self.rate + (1 - keep) * rate
        self._last, self._done = now, done

    def left_s(self, total: int) -> float | None:
        """Until `total` are through; None where too little was seen to say, or the total is not known (0)."""
        seen = self._last - self._begun >= SEEN_S and self._done - self._first >= SEEN
        if not total or not self.rate or not seen:
            return None
        return max(total - self._done, 0) / self.rate


class Progress:
    """One line a video, rewritten in place on a terminal; a line every two seconds where stderr is a file."""

    def __init__(
        self,
        label: str,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        unit: str = "frames",
    ) -> None:
        self._label, self._stream, self._clock, self._unit = label, stream or sys.stderr, clock, unit
        self._terminal = self._stream.isatty()
        self._stage = ""
        self._shown = clock()
        self._pace = Pace(clock)
        self._width = 0

    def update(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` frames of `stage` ("detect", "lift") are through; shown when it is time."""
        now = self._clock()
        self._stage = stage
        self._pace.see(stage, done)
        if now - self._shown >= (EVERY_S if self._terminal else EVERY_S_LOG) or (self._terminal and done == total):
            self._shown = now
            self._write(self.line(done, total))

    def line(self, done: int, total: int) -> str:
        """What is shown, e.g. "squats.mp4: detecting 40 of 65, 28.1 frames/s, 1 s left"."""
        left_s, rate = self._pace.left_s(total), self._pace.rate
        left = f", {duration(left_s)} left" if left_s is not None else ""
        speed = f", {rate:.1f} {self._unit}/s" if rate > 0 else ""
        return f"{self._label}: {WORDS.get(self._stage, self._stage)} {done} of {total or '?'}{speed}{left}"

    def close(self) -> None:
        """Take the line away, so that what follows stands alone."""
        if self._terminal and self._width:
            self._put("\r" + " " * self._width + "\r")
            self._width = 0

    def _write(self, text: str) -> None:
        if self._terminal:
            self._put("\r" + text.ljust(self._width))
            self._width = len(text)
        else:
            self._put(text + "\n")

    def _put(self, text: str) -> None:
        with suppress(OSError):  # a terminal that was closed ends nothing by itself
            self._stream.write(text)
            self._stream.flush()


def duration(seconds: float) -> str:
    """ "8 s", "3 min 20 s", "1 h 05 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
