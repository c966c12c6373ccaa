"""Decoded frames and the places on the time axis that they fill: of a video file, or of a folder of pictures."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from app.pipeline.container import all_packets, is_frame, opened
from app.pipeline.time_axis import TimeAxis

# Behind a place that was passed over, this many frames are held back: decoders lose the order beside damage.
REACH = 16
Placed = tuple[int, Any]


class Source(Protocol):
    """One open video. Not thread-safe: one thread, one source.

    read_to: the last place that there was something to decode for (decoded or not), -1 at the start.
    """

    read_to: int

    def start(self, place: int) -> None:
        """Go to the last key frame at or before a place, or to the start where that is not possible."""
        ...

    def steps(self) -> Iterator[list[Placed]]:
        """(place, PyAV frame) of what each further packet brings, mostly one, often none; to the end of the file."""
        ...

    def key_picture(self, place: int) -> Placed | None:
        """The key frame at or before a place, decoded alone; None where it cannot be had."""
        ...

    def close(self) -> None: ...


class FileSource:
    """Frames of a video file. threads: decode several frames at once, which lets each come out later."""

    def __init__(self, path: str, stream: int, axis: TimeAxis, threads: bool = True) -> None:
        self.read_to = -1
        self._path, self._number, self._axis, self._threads = path, stream, axis, threads
        self._context: AbstractContextManager[Any] | None = None
        self._container: Any = None
        self._stream: Any = None
        self._packets: Iterator[Any] = iter(())
        self._last = -1  # place given last
        self._count = 0  # packets since the start of the file

    def start(self, place: int) -> None:
        if self._context is not None and not self._axis.seekable:
            self.close()
        fresh = self._context is None
        self._open()
        if self._axis.seekable and (place > 0 or not fresh):
            self._container.seek(int(self._axis.pts[max(place, 0)]), stream=self._stream, backward=True)
        self._packets = all_packets(self._container, [self._stream])
        self._last = self.read_to = -1
        self._count = 0

    def steps(self) -> Iterator[list[Placed]]:
        for packet in self._packets:
            if packet is None:
                continue
            self._note(packet)
            placed = [(self._place(frame), frame) for frame in self._decoded(packet)]
            yield [one for one in placed if one[0] >= 0]
            if not packet.size and packet.dts is None:
                return  # that was the flush at the end

    def key_picture(self, place: int) -> Placed | None:
        self.start(place)
        packet = next((p for p in self._packets if p is not None and p.is_keyframe and p.size), None)
        if packet is None:
            return None
        for frame in (*self._decoded(packet), *self._decoded(None)):
            return self._place(frame), frame
        return None

    def close(self) -> None:
        self._packets = iter(())
        if self._context is not None:
            context, self._context = self._context, None
            context.__exit__(None, None, None)
            self._container = self._stream = None

    def _open(self) -> None:
        if self._context is not None:
            return
        import av

        context = opened(self._path)
        self._container = context.__enter__()
        self._context = context
        self._stream = self._container.streams[self._number]
        self._stream.thread_type = "AUTO" if self._threads else "SLICE"
        if not self._axis.seekable:
            self._stream.codec_context.flags |= av.codec.context.Flags.copy_opaque

    def _note(self, packet: Any) -> None:
        if not is_frame(packet):
            return
        if self._axis.seekable:
            place = self._by_stamp(packet.pts)
        else:
            packet.opaque = self._count
            place = int(self._axis.place_of[self._count]) if self._count < len(self._axis.place_of) else -1
        self._count += 1
        self.read_to = max(self.read_to, place)

    def _decoded(self, packet: Any) -> list[Any]:
        import av

        try:
            return list(self._stream.decode(packet))
        except av.FFmpegError:
            return []  # its place stays empty

    def _place(self, frame: Any) -> int:
        """The place of a decoded frame; the next one where nothing tells, -1 for a piece of one beside damage."""
        if self._axis.seekable and frame.pts is None:
            return -1
        place = self._by_stamp(frame.pts) if self._axis.seekable else self._by_packet(frame)
        self._last = place if place >= 0 else self._last + 1
        return self._last

    def _by_stamp(self, pts: int | None) -> int:
        if pts is None:
            return -1
        low, high = (int(np.searchsorted(self._axis.pts, pts, side=side)) for side in ("left", "right"))
        if low == high:
            return -1
        return min(max(low, self._last + 1), high - 1)  # of several with one stamp the next

    def _by_packet(self, frame: Any) -> int:
        places, packet = self._axis.place_of, frame.opaque
        if not isinstance(packet, int) or packet >= len(places):
            return -1
        if not self._axis.timed and self._stream.codec_context.has_b_frames:
            # The order of packets is not that of pictures: they are counted as they come, anew from each key frame.
            return max(int(places[packet]), self._last + 1) if frame.key_frame else -1
        return int(places[packet])


def in_order(steps: Iterator[list[Placed]]) -> Iterator[Placed]:
    """The frames of a source with rising places; one that comes later than REACH frames is left out."""
    waiting: list[tuple[int, int, Any]] = []
    last, count = -2, 0
    for found in steps:
        for place, frame in found:
            last = place - 1 if last == -2 else last
            if place > last:
                heapq.heappush(waiting, (place, count, frame))
                count += 1
        while waiting and (waiting[0][0] <= last + 1 or len(waiting) > REACH):
            place, _, frame = heapq.heappop(waiting)
            if place > last:
                last = place
                yield place, frame
    while waiting:
        place, _, frame = heapq.heappop(waiting)
        if place > last:
            last = place
            yield place, frame


class PictureSource:
    """The pictures of a folder, one a place; an empty path is a place without a picture."""

    def __init__(self, paths: Sequence[Path | None]) -> None:
        self.read_to = -1
        self._paths = paths
        self._next = 0

    def start(self, place: int) -> None:
        self._next, self.read_to = max(place, 0), -1

    def steps(self) -> Iterator[list[Placed]]:
        while self._next < len(self._paths):
            place = self.read_to = self._next
            self._next += 1
            frame = decoded_picture(self._paths[place])
            yield [] if frame is None else [(place, frame)]

    def key_picture(self, place: int) -> Placed | None:
        frame = decoded_picture(self._paths[place])
        return None if frame is None else (place, frame)

    def close(self) -> None:
        pass


def decoded_picture(path: Path | None) -> Any:
    """The first picture of a file as a PyAV frame; None where there is none that can be decoded."""
    import av

    if path is None:
        return None
    try:
        with av.open(f"file:{path}") as container:
            return next(container.decode(video=0), None)
    except (av.FFmpegError, OSError, ValueError, IndexError, StopIteration):
        return None
