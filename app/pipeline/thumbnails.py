"""Small pictures of a video for a timeline: keyframes by seeking, then the frames themselves, a little at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from app.pipeline.source import Placed
from app.pipeline.video import VideoInfo

REACH = 300  # frames decoded at most to get from a keyframe to the frame that is wanted


class ThumbnailReader:
    """Reads small pictures of one file. Not thread-safe: one thread, one reader; the file is opened when first read.

    height: px of the pictures; the width follows from the video.
    """

    def __init__(self, info: VideoInfo, height: int) -> None:
        self.info = info
        width = max(1, round(info.size[0] * height / max(info.size[1], 1)))
        self.size = (width, max(1, height))
        # One thread: frames come out as soon as they are in, and the other core stays free.
        self._source = info.source(threads=False)
        self._steps: Iterator[list[Placed]] = iter(())
        self._position = -1  # number of the frame decoded last
        self._sought = 0
        self._decoding = False

    def keyframes(self, wanted: Sequence[int], budget_s: float) -> Iterator[tuple[int, int, np.ndarray]]:
        """(wanted frame, number of the keyframe at or before it, picture (h, w, 3)) until the time is used up."""
        end = time.monotonic() + budget_s
        for number in wanted if self._seekable else ():
            found = self._keyframe(number)
            if found is not None:
                yield number, *found
            if time.monotonic() > end:
                return

    def frames(self, wanted: Sequence[int], budget_s: float) -> Iterator[tuple[int, np.ndarray | None]]:
        """(frame, picture (h, w, 3)) of wanted frames, in rising order, until the time is used up; None: it is damaged.

        Goes on where it stopped when it is asked again: what lies between is decoded only once.
        """
        end = time.monotonic() + budget_s
        missing = sorted(set(wanted))
        while missing and time.monotonic() < end:
            if not (self._decoding and self._position < missing[0] and self._reaches(missing[0])):
                self._go_to(missing[0])
            found = self._decode(missing, end)
            yield from found
            missing = missing[len(found) :]

    def close(self) -> None:
        """Let go of the file."""
        self._steps = iter(())
        self._source.close()

    @property
    def _seekable(self) -> bool:
        return self.info.axis.seekable

    def _keyframe(self, number: int) -> tuple[int, np.ndarray] | None:
        """The last keyframe at or before `number`, decoded alone."""
        self._decoding = False
        found = self._source.key_picture(number)  # None: damaged there, another thumbnail stands for it
        return None if found is None else (found[0], self._small(found[1]))

    def _reaches(self, number: int) -> bool:
        """Whether decoding on is better than seeking."""
        place = self._position if self._position >= 0 else self._sought
        return not self._seekable or number <= place + REACH

    def _go_to(self, number: int) -> None:
        self._source.start(number)
        self._steps = self._source.steps()
        self._position, self._sought, self._decoding = -1, number, True

    def _decode(self, wanted: list[int], end: float) -> list[tuple[int, np.ndarray | None]]:
        """The next of the wanted frames (rising); none where the time is used up before."""
        for step in self._steps:
            found: dict[int, np.ndarray | None] = {}
            for place, frame in step:
                self._position = max(self._position, place)
                if place in wanted:
                    found[place] = self._small(frame)
            reached = [n for n in wanted if n <= self._position]
            if reached or time.monotonic() > end:
                return [(n, found.get(n)) for n in reached]
        self._decoding = False
        return [(n, None) for n in wanted]  # the file ends before them

    def _small(self, frame: Any) -> np.ndarray:
        return np.ascontiguousarray(self.info.picture(frame, self.size))


def reachable(number: int, keyframe: int) -> bool:
    """Whether decoding on from a keyframe to a frame is worth it."""
    return 0 <= number - keyframe <= REACH
