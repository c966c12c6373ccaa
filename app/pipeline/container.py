"""Video files as PyAV sees them: opening, all packets of a file in one pass, the film among its streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from app.pipeline.time_axis import NONE, Packets
from poses.errors import UserError
from poses.files import escaped

# Formats whose packets are found one after the other, so that damage can take some away without a trace; bytes between
# two packets that are more than this belong to packets that are lost.
IN_A_ROW, SPARE_BYTES = ("matroska", "webm", "flv", "avi", "mpegts"), 512
TRIES = 3  # reading goes on after this many errors in a row at most


@dataclass
class ReadWarnings:
    """Warnings collected while reading, one of each kind; lost: places of the time axis that could not be decoded."""

    texts: list[str] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)

    def add(self, text: str) -> None:
        if text and text not in self.texts:
            self.texts.append(text)


@dataclass
class Content:
    """What one pass over a file found: the number of its film's stream, that stream's packets, its first picture.

    listed: coded frames with those outside the file's edit list; declared: how many the file says it has, 0 where it
    does not; aspect: width of a pixel by its height; codec: its name.
    """

    stream: int
    packets: Packets
    first: Any
    listed: int
    declared: int
    aspect: Fraction | None
    codec: str


@contextmanager
def opened(path: str | Path) -> Iterator[Any]:
    """The container; every way it can fail is a UserError."""
    import av

    file, name = Path(path), escaped(path)
    if not file.exists():
        raise UserError(f"{name} does not exist")
    if file.is_dir():
        raise UserError(f"{name} is a folder; name a video file in it")
    if file.stat().st_size == 0:
        raise UserError(f"{name} is empty (0 bytes)")
    _refuse_animated_webp(file)
    try:
        # Without the "file:" a name with a colon would be taken for a protocol.
        container = av.open(f"file:{file}")
    except PermissionError:
        raise UserError(f"{name} may not be read; check its permissions") from None
    except (av.FFmpegError, ValueError):
        raise UserError(f"{name} is not a video that can be read, or it is cut off before its index") from None
    with container:
        yield container


def _refuse_animated_webp(file: Path) -> None:
    try:
        with file.open("rb") as start:
            head = start.read(21)
    except OSError:
        return  # `opened` says why
    if head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X" and len(head) > 20 and head[20] & 2:
        raise UserError(f"{escaped(file)} is an animated WebP, which cannot be read; turn it into MP4 or GIF first")


def film_streams(container: Any, path: str | Path) -> list[Any]:
    """The video streams that may be the film; UserError where there is none."""
    import av

    cover = av.stream.Disposition.attached_pic
    streams = [s for s in container.streams.video if not s.disposition & cover]
    if not streams:
        what = "only a cover picture" if container.streams.video else "only sound"
        raise UserError(f"{escaped(path)} holds {what if len(container.streams) else 'nothing'}, no video")
    streams = [s for s in streams if s.codec_context is not None]
    if not streams:
        raise UserError(f"{escaped(path)} uses a video codec that cannot be decoded here")
    for stream in streams:
        stream.thread_type = "AUTO"
    return streams


def all_packets(container: Any, streams: Sequence[Any]) -> Iterator[Any]:
    """Every packet of these streams; None where reading met an error and went on."""
    import av

    errors = 0
    packets = container.demux(streams)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.FFmpegError:
            errors += 1
            yield None
            if errors > TRIES:
                return
            packets = container.demux(streams)
            continue
        errors = 0
        yield packet


class _Listing:
    """What is noted of the packets of one stream."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.first = stream, None
        self.rows: list[tuple[int, int, bool, bool]] = []
        self.bytes, self.lost_bytes = 0, dict[int, int]()  # of packets that are there; missing before a packet
        self.listed = 0

    def add(self, packet: Any, after_damage: bool, lost_bytes: int) -> None:
        if packet.size:
            self.listed += 1
            self.bytes += packet.size
        if lost_bytes:
            self.lost_bytes[len(self.rows)] = lost_bytes
        if is_frame(packet):
            stamps = (NONE if packet.pts is None else packet.pts, NONE if packet.dts is None else packet.dts)
            self.rows.append((*stamps, packet.is_keyframe, after_damage or packet.is_corrupt))
        self._decode(packet)

    def _decode(self, packet: Any) -> None:
        import av

        if self.first is None:
            try:
                self.first = next(iter(self.stream.decode(packet)), None)
            except (av.FFmpegError, av.EOFError):
                return

    def packets(self, format_name: str) -> Packets:
        columns = list(zip(*self.rows, strict=True)) or [(), (), (), ()]
        pts, dts = (np.array(c, dtype=np.int64) for c in columns[:2])
        key, broken = (np.array(c, dtype=bool) for c in columns[2:])
        s = self.stream
        moved = self._shifted(len(pts)) if format_name == "avi" else np.zeros(len(pts), dtype=np.int64)
        pts, dts = np.where(pts == NONE, NONE, pts + moved), np.where(dts == NONE, NONE, dts + moved)
        if format_name == "avi" and s.codec_context.has_b_frames and len(pts) and np.ptp(pts - dts) == 0:
            pts = np.full_like(pts, NONE)  # AVI knows the order of coding alone: what stands for a stamp is a guess
        said = tuple(Fraction(r) for r in (s.average_rate, s.guessed_rate, s.base_rate) if r and r > 0)
        joins = format_name in ("mpegts", "mpeg")
        tick = Fraction(s.time_base or Fraction(1, 1000))
        return Packets(pts, dts, key, broken, tick, said, joins, bool(moved.any()))

    def _shifted(self, count: int) -> np.ndarray:
        """How many frames were lost before each packet of an AVI, whose clock counts the chunks that are there: those
        that the file says it had, shared out by the bytes that are missing."""
        lost, total = int(self.stream.frames or 0) - self.listed, sum(self.lost_bytes.values())
        moved = np.zeros(count, dtype=np.int64)
        if lost > 0 and total * 2 > lost * self.bytes / max(self.listed, 1):
            so_far = 0
            for place, missing in self.lost_bytes.items():
                before, so_far = so_far, so_far + missing
                moved[place:] += round(lost * so_far / total) - round(lost * before / total)
        return moved


def is_frame(packet: Any) -> bool:
    """Whether a packet holds a frame that is to be shown: not empty, not outside the edit list."""
    return bool(packet.size) and not packet.is_discard


def read_content(path: str | Path) -> Content:
    """One pass over a file: all time stamps, and the first picture that can be decoded. UserError: there is none."""
    with opened(path) as container:
        films = {s.index: _Listing(s) for s in film_streams(container, path)}
        in_a_row = any(name in IN_A_ROW for name in container.format.name.split(","))
        everything = [s for s in container.streams if s.type in ("video", "audio", "subtitle", "data")]
        end, damage, lost_bytes, packet_size = None, False, 0, 0
        for packet in all_packets(container, everything if in_a_row else [f.stream for f in films.values()]):
            if packet is None:
                damage = True
                continue
            if in_a_row and packet.size and packet.pos is not None:
                spare = SPARE_BYTES + (packet_size // 8 if container.format.name == "mpegts" else 0)
                if end is not None and packet.pos - end > spare:
                    damage, lost_bytes = True, lost_bytes + packet.pos - end
                packet_size = packet.size
                end = max(packet.pos + packet.size, end or 0)
            if packet.stream_index in films:
                films[packet.stream_index].add(packet, damage, lost_bytes)
                damage, lost_bytes = damage and not packet.size, 0
        film = _film(list(films.values()))
        stream = film.stream
        return Content(
            stream.index, film.packets(container.format.name), film.first, film.listed, int(stream.frames or 0),
            stream.sample_aspect_ratio, stream.codec_context.name,
        )  # fmt: skip


def _film(found: list[_Listing]) -> _Listing:
    """The stream that the file calls its default where it has nearly as many frames as any, else the one with most."""
    import av

    most = max(len(f.rows) for f in found)
    chosen = [f for f in found if f.stream.disposition & av.stream.Disposition.default and 2 * len(f.rows) >= most]
    return max(chosen or found, key=lambda f: len(f.rows))
