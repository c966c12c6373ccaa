"""Reading video: the file's own time stamps, upright pictures with square pixels, exact seeking.

Time is presentation time stamp x time base as the file has it; nothing is subtracted, so a stream that starts at 1.4 s
starts at 1.4 s here. Frames are the places of a time axis (`app.pipeline.time_axis`), numbered from 0 in the order of
presentation; one that cannot be decoded leaves its number and its time free. Pictures are turned and mirrored as the
file asks for, and where its pixels are not square the shorter direction is stretched, so that one pixel is as wide as
it is high; x_px and y_px mean this picture. A folder of numbered pictures is a video too.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from app.pipeline.container import Content, ReadWarnings, read_content
from app.pipeline.orientation import Orientation, orientation_of
from app.pipeline.picture_folder import RATE, read_pictures
from app.pipeline.source import REACH, FileSource, PictureSource, Placed, Source, decoded_picture, in_order
from app.pipeline.time_axis import TimeAxis, time_axis
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.files import escaped
from poses.sequences import VideoFrame

CACHE_BYTES = 150_000_000


@dataclass(frozen=True)
class VideoInfo:
    """What is known of a video before its pictures are decoded.

    size: (width, height) px of the upright picture with square pixels. stored_size: as coded. axis: the places of its
    frames in time. stream: number of the film among the streams of the file. pictures: of a folder, the picture of each
    place. notes: what was odd about it.
    """

    path: str
    size: tuple[int, int]
    stored_size: tuple[int, int]
    orientation: Orientation
    axis: TimeAxis
    codec: str
    stream: int = 0
    pictures: tuple[Path | None, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Number of frames, by the index of the file (a damaged frame may still not decode)."""
        return len(self.axis)

    @property
    def time_s(self) -> FloatArray:
        """(N) seconds, increasing."""
        return self.axis.time_s

    @property
    def rate(self) -> Fraction:
        """Nominal frames per second."""
        return self.axis.rate

    @property
    def variable_rate(self) -> bool:
        """Whether the frames are not evenly spaced."""
        return self.axis.variable

    @property
    def duration_s(self) -> float:
        """From the first frame to the end of the last."""
        return float(self.time_s[-1] - self.time_s[0] + 1 / self.rate) if len(self) else 0.0

    def number_at(self, time_s: float) -> int:
        """Number of the frame shown at a time: the last one that is not later."""
        return int(np.clip(np.searchsorted(self.time_s, time_s + 1e-6, side="right") - 1, 0, max(len(self) - 1, 0)))

    def time_at(self, number: int) -> float:
        """Time of a frame, also of one after the last that the index knows, s."""
        beyond = number - len(self) + 1
        return float(self.time_s[number] if beyond <= 0 else self.time_s[-1] + beyond / self.rate)

    def numbers_in(self, start_s: float | None, end_s: float | None) -> range:
        """Numbers of the frames from start_s to end_s, both included; None is the file's own end."""
        first = 0 if start_s is None else int(np.searchsorted(self.time_s, start_s - 1e-6))
        stop = len(self) if end_s is None else int(np.searchsorted(self.time_s, end_s + 1e-6, side="right"))
        return range(first, max(stop, first))

    def source(self, threads: bool = True) -> Source:
        """The video opened for decoding."""
        if self.pictures:
            return PictureSource(self.pictures)
        return FileSource(self.path, self.stream, self.axis, threads)

    def picture(self, frame: Any, size: tuple[int, int] | None = None) -> np.ndarray:
        """(H, W, 3) uint8 RGB, upright, of `size` (width, height) whatever the size of this PyAV frame."""
        width, height = size or self.size
        if self.orientation.sideways:
            width, height = height, width
        image = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
        return self.orientation.upright(image)


def probe(path: str | Path, fps: float | None = None) -> VideoInfo:
    """Size, rate and time stamps of a video: one pass over the file, which decodes its first picture alone.

    fps: pictures a second of a folder of pictures (30 where it is None). UserError where there is no video.
    """
    if Path(path).is_dir():
        return _probe_folder(path, fps)
    content = read_content(path)
    if content.first is None:
        raise UserError(f"{escaped(path)} holds no picture that can be decoded; is the file damaged?")
    axis = time_axis(content.packets)
    orientation = orientation_of(content.first)
    stored = (content.first.width, content.first.height)
    size = _upright_size(stored, content.aspect, orientation.sideways)
    notes = [*axis.notes, *_ends_early(content, axis), *([orientation.note] if orientation.note else [])]
    return VideoInfo(str(path), size, stored, orientation, axis, content.codec, content.stream, notes=tuple(notes))


def _ends_early(content: Content, axis: TimeAxis) -> Iterator[str]:
    # Frames that an AVI leaves out (the one before stands on) count in what it says it holds.
    there = content.listed - len(content.packets) + round((axis.time_s[-1] - axis.time_s[0]) * float(axis.rate)) + 1
    if max(content.listed, there) < content.declared:
        yield f"the file ends early: it should hold {content.declared} frames, {content.listed} are there"


def _probe_folder(folder: str | Path, fps: float | None) -> VideoInfo:
    pictures = read_pictures(folder)
    first = next((f for f in map(decoded_picture, pictures.paths) if f is not None), None)
    if first is None:
        raise UserError(f"{escaped(folder)} holds no picture that can be decoded")
    rate = Fraction(fps).limit_denominator(1001) if fps else RATE
    places = np.arange(len(pictures.paths))
    axis = TimeAxis(places / float(rate), places, places, True, True, rate, False)
    notes = [f"pictures have no times: they are taken as {float(rate):.6g} a second"] if fps is None else []
    if pictures.first:
        notes.append(f"frame 0 is the picture numbered {pictures.first}")
    orientation, stored = orientation_of(first), (first.width, first.height)
    size = _upright_size(stored, None, orientation.sideways)
    codec = next(p.suffix[1:].lower() for p in pictures.paths if p is not None)
    return VideoInfo(str(folder), size, stored, orientation, axis, codec, pictures=pictures.paths, notes=tuple(notes))


def read_frames(
    video: str | Path | VideoInfo,
    start_s: float | None = None,
    end_s: float | None = None,
    notes: ReadWarnings | None = None,
) -> Generator[VideoFrame, None, None]:
    """Every frame whose time lies in start_s .. end_s (both included), in order of presentation.

    Nothing is left out and nothing repeated, whatever the rate. `notes` collects what was odd about the file, and which
    frames could not be decoded.
    """
    info = video if isinstance(video, VideoInfo) else probe(video)
    notes = notes if notes is not None else ReadWarnings()
    for text in info.notes:
        notes.add(text)
    wanted = info.numbers_in(start_s, end_s)
    source, seen = info.source(), []
    try:
        source.start(wanted.start if 0 < wanted.start < len(info) else 0)
        for place, frame in in_order(source.steps()):
            if place < wanted.start:
                continue
            if place >= wanted.stop and end_s is not None and info.time_at(place) > end_s + 1e-6:
                break
            _note_size(frame, info, notes)
            yield VideoFrame(place, info.time_at(place), info.picture(frame))
            seen.append(place)
        read_to = source.read_to
    finally:
        source.close()
    _note_lost(info, wanted, seen, read_to, notes)


def _note_size(frame: Any, info: VideoInfo, notes: ReadWarnings) -> None:
    if (frame.width, frame.height) != info.stored_size:
        notes.add(
            f"the picture changes size within the file, from {info.stored_size[0]} x {info.stored_size[1]} to "
            f"{frame.width} x {frame.height}: every frame is scaled to the first size"
        )


def _note_lost(info: VideoInfo, wanted: range, seen: list[int], read_to: int, notes: ReadWarnings) -> None:
    """What of the wanted frames was not there: those after the end of the file, and those that did not decode."""
    lost = sorted(set(wanted) - set(seen))
    last = seen[-1] if seen else -1
    if lost and lost[-1] > max(read_to, last):
        after = [n for n in lost if n > last]
        lost = lost[: len(lost) - len(after)]
        notes.add(f"the file ends early: {len(wanted) - len(after)} of {len(wanted)} frames")
    if lost and seen and lost[-1] < seen[0]:
        notes.add(f"the first {len(lost)} frames cannot be decoded: the file starts between two key frames")
    elif lost:
        what = "are missing or damaged" if info.pictures else "cannot be decoded"
        notes.add(f"{len(lost)} of {len(wanted)} frames {what} (numbers {spans(lost)}): their times are kept free")
    notes.lost.extend(lost)


def spans(numbers: list[int], most: int = 6) -> str:
    """Whole numbers, rising, as text: "3, 7-9"."""
    parts: list[list[int]] = []
    for n in numbers:
        if parts and n == parts[-1][1] + 1:
            parts[-1][1] = n
        else:
            parts.append([n, n])
    shown = ", ".join(f"{a}-{b}" if b > a else f"{a}" for a, b in parts[:most])
    return shown + (", ..." if len(parts) > most else "")


class FrameReader:
    """Any frame of a video by its number, exactly; for playing and scrubbing. Not thread-safe: one thread, one reader.

    Decoded frames of the last stretch are kept (about 150 MB), so that stepping backwards does not decode again.
    """

    def __init__(self, video: str | Path | VideoInfo) -> None:
        self.info = video if isinstance(video, VideoInfo) else probe(video)
        self._source = self.info.source()
        self._kept: OrderedDict[int, Any] = OrderedDict()
        self._next: Iterator[list[Placed]] = iter(())
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
            raise UserError(f"frame {number} of {escaped(self.info.path)} cannot be decoded; the file is damaged there")
        self._kept.move_to_end(number)
        return VideoFrame(number, float(self.info.time_s[number]), self.info.picture(self._kept[number]))

    def close(self) -> None:
        """Let go of the file and of the kept frames."""
        self._kept.clear()
        self._next = iter(())
        self._source.close()

    def _restart(self, number: int) -> None:
        self._source.start(number)
        self._position = -1
        self._next = self._source.steps()

    def _decode_to(self, number: int) -> None:
        room = max(8, CACHE_BYTES // max(1, 2 * self.info.stored_size[0] * self.info.stored_size[1]))
        for found in self._next:
            for place, frame in found:
                self._position = max(self._position, place)
                self._kept[place] = frame
            while len(self._kept) > room:
                self._kept.popitem(last=False)
            if number in self._kept or self._position >= number + REACH:
                return


def _upright_size(stored: tuple[int, int], aspect: Fraction | None, sideways: bool) -> tuple[int, int]:
    width, height = stored
    if aspect and aspect > 1:
        width = round(width * aspect)
    elif aspect and 0 < aspect < 1:
        height = round(height / aspect)
    return (height, width) if sideways else (width, height)
