"""Small pictures of a video for a timeline: keyframes by seeking, then the frames themselves, a little at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from app.pipeline.container import opened, turned
from app.pipeline.video import VideoInfo, number_of

REACH = 300  # frames decoded at most to get from a keyframe to the frame that is wanted


class ThumbnailReader:
    """Reads small pictures of one file. Not thread-safe: one thread, one reader; the file is opened when first read.

    height: px of the pictures; the width follows from the video.
    """

    def __init__(self, info: VideoInfo, height: int) -> None:
        self.info = info
        width = max(1, round(info.size[0] * height / max(info.size[1], 1)))
        self.size = (width, max(1, height))
        self._context: AbstractContextManager[tuple[Any, Any]] | None = None
        self._container: Any = None
        self._stream: Any = None
        self._packets: Iterator[Any] = iter(())
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
        self._packets = iter(())
        if self._context is not None:
            context, self._context = self._context, None
            context.__exit__(None, None, None)
            self._container = self._stream = None

    @property
    def _seekable(self) -> bool:
        return len(self.info.pts) > 0

    def _open(self) -> None:
        if self._context is None:
            context = opened(self.info.path)
            self._container, self._stream = context.__enter__()
            self._context = context
            self._stream.thread_type = "SLICE"  # frames come out as soon as they are in, and the other core stays free

    def _seek(self, number: int) -> None:
        self._open()
        if self._seekable:
            self._container.seek(int(self.info.pts[number]), stream=self._stream, backward=True)
        else:
            self.close()
            self._open()
        self._packets = self._container.demux(self._stream)

    def _keyframe(self, number: int) -> tuple[int, np.ndarray] | None:
        """The frame decoded from the last keyframe packet at or before `number` alone."""
        import av

        self._decoding = False
        self._seek(number)
        try:
            packet = next((p for p in self._packets if p.is_keyframe and p.size), None)
            if packet is None:
                return None
            for frame in (*self._stream.decode(packet), *self._stream.decode(None)):
                return number_of(frame, self.info, -1), self._small(frame)
        except av.FFmpegError:
            pass  # damaged there: another thumbnail stands for it
        return None

    def _reaches(self, number: int) -> bool:
        """Whether decoding on is better than seeking."""
        place = self._position if self._position >= 0 else self._sought
        return not self._seekable or number <= place + REACH

    def _go_to(self, number: int) -> None:
        self._seek(number)
        self._position, self._sought, self._decoding = -1, number, True

    def _decode(self, wanted: list[int], end: float) -> list[tuple[int, np.ndarray | None]]:
        """The next of the wanted frames (rising); none where the time is used up before."""
        import av

        for packet in self._packets:
            found: dict[int, np.ndarray | None] = {}
            try:
                for frame in self._stream.decode(packet):
                    self._position = number_of(frame, self.info, self._position)
                    if self._position in wanted:
                        found[self._position] = self._small(frame)
            except av.FFmpegError:
                continue
            reached = [n for n in wanted if n <= self._position]
            if reached or time.monotonic() > end:
                return [(n, found.get(n)) for n in reached]
        self._decoding = False
        return [(n, None) for n in wanted]  # the file ends before them

    def _small(self, frame: Any) -> np.ndarray:
        upright = self.size if self.info.rotation % 180 == 0 else self.size[::-1]
        image = frame.reformat(width=upright[0], height=upright[1], format="rgb24").to_ndarray()
        return np.ascontiguousarray(turned(image, self.info.rotation))


def reachable(number: int, keyframe: int) -> bool:
    """Whether decoding on from a keyframe to a frame is worth it."""
    return 0 <= number - keyframe <= REACH
