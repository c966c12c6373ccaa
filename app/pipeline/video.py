"""Reading video with PyAV: the file's own time stamps, upright pictures with square pixels, exact seeking.

Time is presentation time stamp x time base as the file has it; nothing is subtracted, so a stream that starts at 1.4 s
starts at 1.4 s here. Frames are numbered from 0 in the order of presentation. Pictures are turned by the rotation the
file asks for, and where its pixels are not square the shorter direction is stretched, so that one pixel is as wide as
it is high; x_px and y_px mean this picture.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from app.pipeline.container import ReadWarnings, decoded, index_of, opened, turned
from app.pipeline.rate import nominal_rate
from poses.arrays import FloatArray, IntArray, frozen
from poses.errors import UserError
from poses.sequences import VideoFrame

CACHE_BYTES = 150_000_000


@dataclass(frozen=True)
class VideoInfo:
    """What is known of a video before its pictures are decoded.

    size: (width, height) px of the upright picture with square pixels. stored_size: as coded. rotation: degrees, a
    multiple of 90. pts: time stamps of the frames in the order of presentation, in units of `time_base`, empty where
    the file has none. time_s (N) seconds. rate: nominal frames per second. declared: frames the file says it has, 0 if
    it does not say.
    """

    path: str
    size: tuple[int, int]
    stored_size: tuple[int, int]
    rotation: int
    rate: Fraction
    variable_rate: bool
    time_base: Fraction
    pts: IntArray
    time_s: FloatArray
    codec: str
    declared: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "pts", frozen("pts", self.pts, ("N",), np.int64))
        object.__setattr__(self, "time_s", frozen("time_s", self.time_s, ("M",), np.float64))

    def __len__(self) -> int:
        """Number of frames, by the index of the file (a damaged frame may still not decode)."""
        return len(self.time_s)

    @property
    def duration_s(self) -> float:
        """From the first frame to the end of the last."""
        return float(self.time_s[-1] - self.time_s[0] + 1 / self.rate) if len(self) else 0.0

    def number_at(self, time_s: float) -> int:
        """Number of the frame shown at a time: the last one that is not later."""
        return int(np.clip(np.searchsorted(self.time_s, time_s + 1e-6, side="right") - 1, 0, max(len(self) - 1, 0)))


def probe(path: str | Path) -> VideoInfo:
    """Size, rate and time stamps of a video: reads the index, decodes one frame. UserError where there is no video."""
    with opened(path) as (container, stream):
        index, count = index_of(container, stream)
    with opened(path) as (container, stream):
        first = next(decoded(container, stream, ReadWarnings()), None)
        if first is None:
            raise UserError(f"{path} holds no picture that can be decoded; is the file damaged?")
        rotation = int(first.rotation) % 360
        stored = (first.width, first.height)
        size = _upright_size(stored, stream.sample_aspect_ratio, rotation)
        rate, variable = nominal_rate(index, stream)
        times = np.asarray(index) * float(stream.time_base) if len(index) else np.arange(count) / float(rate)
        codec, base = stream.codec_context.name, Fraction(stream.time_base)
        declared = int(stream.frames or 0)
    return VideoInfo(str(path), size, stored, rotation, rate, variable, base, index, times, codec, declared)


def read_frames(
    path: str | Path,
    start_s: float | None = None,
    end_s: float | None = None,
    info: VideoInfo | None = None,
    notes: ReadWarnings | None = None,
) -> Generator[VideoFrame, None, None]:
    """Every frame whose time stamp lies in start_s .. end_s (both included), in order of presentation.

    Nothing is left out and nothing repeated, whatever the rate. `notes` collects what was odd about the file.
    """
    info = info or probe(path)
    notes = notes if notes is not None else ReadWarnings()
    with opened(path) as (container, stream):
        if start_s is not None and len(info.pts):
            first = int(np.searchsorted(info.time_s, start_s - 1e-6))
            if 0 < first < len(info.pts):
                container.seek(int(info.pts[first]), stream=stream, backward=True)
        yield from _timed(container, stream, info, notes, start_s, end_s)
    whole = start_s is None and end_s is None
    if whole and len(info.pts) < info.declared:
        notes.add(f"the file ends early: it should hold {info.declared} frames, {len(info.pts)} are there")


def _timed(
    container: Any, stream: Any, info: VideoInfo, notes: ReadWarnings, start_s: float | None, end_s: float | None
) -> Iterator[VideoFrame]:
    last_time, number = -np.inf, -1
    for frame in decoded(container, stream, notes):
        number = number_of(frame, info, number)
        time_s = float(frame.pts * stream.time_base) if frame.pts is not None else number / float(info.rate)
        if time_s <= last_time:
            notes.add("some time stamps do not increase: those frames follow the one before by a microsecond")
            time_s = last_time + 1e-6
        last_time = time_s
        if start_s is not None and time_s < start_s - 1e-6:
            continue
        if end_s is not None and time_s > end_s + 1e-6:
            return
        yield VideoFrame(number, time_s, _picture(frame, info, notes))


def number_of(frame: Any, info: VideoInfo, last: int) -> int:
    """Number of a decoded frame: its place in the index, or the one after the last where it has none."""
    if frame.pts is not None and len(info.pts):
        place = int(np.searchsorted(info.pts, frame.pts))
        if place < len(info.pts) and info.pts[place] == frame.pts and place > last:
            return place
    return last + 1


class FrameReader:
    """Any frame of a video by its number, exactly; for playing and scrubbing. Not thread-safe: one thread, one reader.

    Decoded frames of the last stretch are kept (about 150 MB), so that stepping backwards does not decode again.
    """

    def __init__(self, path: str | Path) -> None:
        self.info = probe(path)
        self.notes = ReadWarnings()
        self._path = path
        self._kept: OrderedDict[int, Any] = OrderedDict()
        self._next: Iterator[Any] = iter(())
        self._context: Any = None
        self._position = -1
        self._restart(0)

    def __len__(self) -> int:
        return len(self.info)

    def frame(self, number: int) -> VideoFrame:
        """Frame `number` (0 .. len - 1), RGB, upright; UserError where the file is damaged there."""
        if not 0 <= number < len(self.info):
            raise IndexError(f"frame must be 0 to {len(self.info) - 1}, got {number}")
        if number not in self._kept:
            if not self._position < number <= self._position + 48:
                self._restart(number)
            self._decode_to(number)
        if number not in self._kept:
            raise UserError(f"frame {number} of {self._path} cannot be decoded; the file is damaged there")
        self._kept.move_to_end(number)
        image = _picture(self._kept[number], self.info, self.notes)
        return VideoFrame(number, float(self.info.time_s[number]), image)

    def close(self) -> None:
        """Let go of the file and of the kept frames."""
        self._kept.clear()
        self._next = iter(())
        if self._context is not None:
            context, self._context = self._context, None
            context.__exit__(None, None, None)

    def _restart(self, number: int) -> None:
        if self._context is not None:
            self._context.__exit__(None, None, None)
        self._context = opened(self._path)
        container, stream = self._context.__enter__()
        self._position = -1
        if len(self.info.pts) and number > 0:
            container.seek(int(self.info.pts[number]), stream=stream, backward=True)
        self._next = decoded(container, stream, self.notes)

    def _decode_to(self, number: int) -> None:
        room = max(8, CACHE_BYTES // max(1, 2 * self.info.stored_size[0] * self.info.stored_size[1]))
        for frame in self._next:
            self._position = number_of(frame, self.info, self._position)
            self._kept[self._position] = frame
            while len(self._kept) > room:
                self._kept.popitem(last=False)
            if self._position >= number:
                return


def _upright_size(stored: tuple[int, int], aspect: Fraction | None, rotation: int) -> tuple[int, int]:
    width, height = stored
    if aspect and aspect > 1:
        width = round(width * aspect)
    elif aspect and 0 < aspect < 1:
        height = round(height / aspect)
    return (height, width) if rotation % 180 else (width, height)


def _picture(frame: Any, info: VideoInfo, notes: ReadWarnings) -> np.ndarray:
    """(H, W, 3) uint8 RGB, upright, of the size of `info` whatever the size of this frame."""
    if (frame.width, frame.height) != info.stored_size:
        notes.add(
            f"the picture changes size within the file, from {info.stored_size[0]} x {info.stored_size[1]} to "
            f"{frame.width} x {frame.height}: every frame is scaled to the first size"
        )
    width, height = info.size if info.rotation % 180 == 0 else info.size[::-1]
    image = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    return turned(image, info.rotation)
