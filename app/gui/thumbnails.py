"""Small pictures for the timeline, read in a thread of their own a few at a time; the newest wish wins."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import OrderedDict
from functools import partial as bound

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.gui.worker import LatestAnswer
from app.pipeline.thumbnails import ThumbnailReader, reachable
from app.pipeline.video import VideoInfo
from app.session.request import Request

KEPT_BYTES = 24_000_000
BUDGET_S = 0.06  # at most some sixteen answers a second
_log = logging.getLogger(__name__)
Answer = tuple[dict[int, np.ndarray], dict[int, int], set[int]]


class Thumbnails(QObject):
    """changed: pictures came in."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: LatestAnswer | None = None  # made when first needed
        self._reader: ThumbnailReader | None = None
        self._asked = Request()
        self._paused = False
        self._forget()

    def _forget(self) -> None:
        self._kept: OrderedDict[int, QImage] = OrderedDict()
        self._there: list[int] = []  # the same frames, rising
        self._keyframe: dict[int, int] = {}
        self._lost: set[int] = set()
        self._wanted: tuple[int, ...] = ()
        self._slack = 0

    @property
    def width(self) -> int:
        """Px of the pictures, 0 where there is no video."""
        return self._reader.size[0] if self._reader is not None else 0

    def set_video(self, info: VideoInfo | None, height: int) -> None:
        """Another video, or another height of the pictures; what was read before is let go."""
        before = self._reader
        if info is not None and before is not None and before.info is info and before.size[1] == height:
            return
        self._forget()
        self._reader = ThumbnailReader(info, height) if info is not None and len(info) else None
        if before is not None and self._thread is not None:
            self._asked.end()
            self._asked = self._thread.ask(before.close, self._closed, self._closed)  # in its own thread

    def want(self, frames: tuple[int, ...], slack: int) -> None:
        """Frames in sight, the most useful first. A picture at most `slack` frames away stands for a frame for good."""
        if (frames, slack) != (self._wanted, self._slack):
            self._wanted, self._slack = frames, slack
            self._go_on()

    def pause(self, paused: bool) -> None:
        """While something else decodes the file nothing is read here: `offer` gives what is at hand."""
        if paused != self._paused:
            self._paused = paused
            if not paused:
                self._go_on()

    def offer(self, frame: int, image: np.ndarray) -> None:
        """A frame (H, W, 3) uint8 that was decoded for something else: kept small where one is missing."""
        wanted = [n for n in self._wanted if abs(n - frame) <= self._slack]
        if self._reader is None or not wanted or any(_near(self._there, n, self._slack) for n in wanted):
            return
        height, width = image.shape[:2]
        whole = QImage(np.ascontiguousarray(image).data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self._kept[frame] = whole.scaled(*self._reader.size)  # each pixel from one: as quick as it can be
        self._drop_far()
        self.changed.emit()

    def picture(self, frame: int) -> QImage | None:
        """The picture that stands for a frame, or for now its keyframe's; None where there is none yet."""
        place = bisect_left(self._there, frame - self._slack)
        near = [n for n in self._there[place : place + 2 * self._slack + 2] if abs(n - frame) <= self._slack]
        if near:
            return self._kept[min(near, key=lambda n: abs(n - frame))]
        return self._kept.get(self._keyframe.get(frame, -1))

    def close(self) -> None:
        """End the thread, let go of the file."""
        if self._thread is not None:
            self._thread.close()
        if self._reader is not None:
            self._reader.close()
        self._reader = None

    def _go_on(self) -> None:
        """Ask for what is missing, if anything is."""
        if self._reader is None or self._paused:
            return
        missing = [n for n in self._wanted if n not in self._lost and not _near(self._there, n, self._slack)]
        coarse = [n for n in missing if n not in self._keyframe]
        fine = [n for n in missing if n in self._keyframe and reachable(n, self._keyframe[n])]
        if coarse or fine:
            if self._thread is None:
                self._thread = LatestAnswer(self)
            self._asked.end()
            self._asked = self._thread.ask(bound(_read, self._reader, coarse, fine), self._answered, self._failed)

    def _answered(self, answer: Answer) -> None:
        if self._reader is None:
            return
        pictures, keyframes, lost = answer
        self._keyframe |= keyframes
        self._lost |= lost
        for frame, pixels in pictures.items():
            height, width = pixels.shape[:2]
            self._kept[frame] = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
            self._kept.move_to_end(frame)
        self._drop_far()
        self._go_on()
        self.changed.emit()

    def _drop_far(self) -> None:
        """Keep within bounds: what is in sight stays, of the rest the oldest goes first."""
        room = max(KEPT_BYTES // max(3 * self.width * (self._reader.size[1] if self._reader else 1), 1), 64)
        used = set(self._wanted) | {self._keyframe.get(n, -1) for n in self._wanted}
        for frame in [n for n in self._kept if n not in used][: max(len(self._kept) - room, 0)]:
            del self._kept[frame]
        self._there = sorted(self._kept)

    def _closed(self, _value: object) -> None:
        """A reader of another video; nothing is to be done."""

    def _failed(self, error: Exception) -> None:
        """The pictures are an ornament: whoever shows the frames themselves tells what is wrong with the file."""
        _log.info("no thumbnails: %s", error)
        self._reader = None


def _near(there: list[int], frame: int, within: int) -> bool:
    place = bisect_left(there, frame - within)
    return place < len(there) and there[place] <= frame + within


def _read(reader: ThumbnailReader, coarse: list[int], fine: list[int]) -> Answer:
    """Pictures by their frame, keyframes by the frame they stand for, frames that cannot be had."""
    pictures: dict[int, np.ndarray] = {}
    keyframes: dict[int, int] = {}
    if coarse:
        for wanted, frame, image in reader.keyframes(coarse, BUDGET_S):
            pictures[frame] = image
            keyframes[wanted] = frame
        if not keyframes:  # no index to seek by, or damaged there: frame after frame, then
            keyframes = {n: n for n in coarse}
        return pictures, keyframes, set()
    lost: set[int] = set()
    for frame, found in reader.frames(fine, BUDGET_S):
        if found is None:
            lost.add(frame)
        else:
            pictures[frame] = found
    return pictures, keyframes, lost


def slots(first: float, last: float, count: int, px_per_frame: float, width: float) -> tuple[tuple[int, ...], int]:
    """Frames to be shown along a strip, and how many frames apart: pictures `width` px wide that do not overlap.

    They are multiples of the distance, so that they stay the same while the strip is moved.
    """
    if count < 1 or width <= 0:
        return (), 1
    step = max(1, int(np.ceil(width / max(px_per_frame, 1e-9))))
    start = max(int(first) // step, 0) * step
    return tuple(range(start, min(int(last) + step, count), step)), step


def coarse_first(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """The same numbers: the middle, then the middles of the halves, and so on."""
    out: list[int] = []
    parts = [(0, len(numbers) - 1)]
    for low, high in parts:  # grows while it is gone through
        if low <= high:
            middle = (low + high) // 2
            out.append(numbers[middle])
            parts += [(low, middle - 1), (middle + 1, high)]
    return tuple(out)
