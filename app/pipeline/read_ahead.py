"""Frames decoded in a thread of their own, a few in advance, so that decoding and detection overlap."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator

from poses.sequences import VideoFrame


def read_ahead(frames: Iterator[VideoFrame], size: int = 4) -> Generator[VideoFrame, None, None]:
    """The same frames, decoded in a thread of their own, at most `size` in advance; closing it ends the thread."""
    waiting: queue.Queue[tuple[VideoFrame | None, BaseException | None]] = queue.Queue(maxsize=size)
    stop = threading.Event()

    def put(item: tuple[VideoFrame | None, BaseException | None]) -> bool:
        while not stop.is_set():
            try:
                waiting.put(item, timeout=0.05)
                return True
            except queue.Full:
                continue
        return False

    def work() -> None:
        try:
            for frame in frames:
                if not put((frame, None)):
                    return
            put((None, None))
        except BaseException as error:
            put((None, error))

    thread = threading.Thread(target=work, name="decode", daemon=True)
    thread.start()
    try:
        while True:
            frame, error = waiting.get()
            if error is not None:
                raise error
            if frame is None:
                return
            yield frame
    finally:
        stop.set()
        thread.join(timeout=1.0)
