"""Video files as PyAV sees them: opening, the index of time stamps, decoding past damage, turning pictures upright."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from poses.arrays import IntArray
from poses.errors import UserError


@dataclass
class ReadWarnings:
    """Warnings collected while reading; one of each kind."""

    texts: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        if text not in self.texts:
            self.texts.append(text)


@contextmanager
def opened(path: str | Path) -> Iterator[tuple[Any, Any]]:
    """The container and its first real video stream; every way it can fail is a UserError."""
    import av

    file = Path(path)
    if not file.exists():
        raise UserError(f"{path} does not exist")
    if file.is_dir():
        raise UserError(f"{path} is a folder; name a video file in it")
    if file.stat().st_size == 0:
        raise UserError(f"{path} is empty (0 bytes)")
    try:
        container = av.open(str(file))
    except PermissionError:
        raise UserError(f"{path} may not be read; check its permissions") from None
    except (av.FFmpegError, ValueError):
        raise UserError(f"{path} is not a video that can be read, or it is cut off before its index") from None
    with container:
        cover = av.stream.Disposition.attached_pic
        streams = [s for s in container.streams.video if not s.disposition & cover]
        if not streams:
            what = "only a cover picture" if container.streams.video else "only sound"
            raise UserError(f"{path} holds {what if len(container.streams) else 'nothing'}, no video")
        stream = streams[0]
        if stream.codec_context is None:
            raise UserError(f"{path} uses a video codec that cannot be decoded here")
        stream.thread_type = "AUTO"
        yield container, stream


def index_of(container: Any, stream: Any) -> tuple[IntArray, int]:
    """Time stamps of all frames by demuxing alone, sorted, empty where they are missing or repeat; number of frames."""
    import av

    pts: list[int | None] = []
    with suppress(av.FFmpegError):
        pts.extend(p.pts for p in container.demux(stream) if p.size and not p.is_discard)
    if any(p is None for p in pts) or len(set(pts)) != len(pts):
        return np.empty(0, dtype=np.int64), len(pts)
    return np.sort(np.asarray(pts, dtype=np.int64)), len(pts)


def decoded(container: Any, stream: Any, notes: ReadWarnings) -> Iterator[Any]:
    """All frames that can be decoded; packets that cannot are skipped and noted."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.FFmpegError as error:
            notes.add(f"the file ends early: {error.strerror}")
            packet = None
        try:
            yield from stream.decode(packet) if packet is not None else stream.decode(None)
        except av.EOFError:
            return
        except av.FFmpegError:
            notes.add("some frames are damaged and were left out")
        if packet is None:
            return


def turned(image: np.ndarray, rotation: int) -> np.ndarray:
    """np.rot90(image, rotation // 90) in a quarter of its time."""
    if rotation % 360 == 0:
        return image
    import cv2

    ways = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
    return np.asarray(cv2.rotate(image, ways[rotation % 360]))
