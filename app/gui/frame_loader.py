"""Frames of the open file, read in a thread of their own; the newest wish wins."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial as bound

from PySide6.QtCore import QObject, Signal

from app.gui.worker import LatestAnswer
from app.pipeline.video import FrameReader
from poses.sequences import VideoFrame


class FrameLoader(QObject):
    """opened(VideoInfo); read(VideoFrame): what `show` asked for, or something newer; failed(error): once a file."""

    opened = Signal(object)
    read = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.opening = False
        self._told = False
        self._reader: FrameReader | None = None
        self._thread = LatestAnswer(self)
        self._thread.answered.connect(self._answered)
        self._thread.failed.connect(self._not_read)

    def open(self, path: str, when: Callable[[], object] | None = None) -> None:
        """Open a file in place of the one before; when: waits (in the thread) until it may be opened."""
        self._told, self.opening = False, True
        self._thread.ask(bound(_open_reader, path, self._reader, when))

    def show(self, frame: int) -> None:
        """Ask for a frame of the open file."""
        if self._reader is not None and not self.opening:
            self._thread.ask(bound(self._reader.frame, frame))

    def close_file(self) -> None:
        if self._reader is not None:
            self._thread.ask(self._reader.close)
            self._reader = None

    def close(self) -> None:
        """End the thread."""
        self._thread.close()
        if self._reader is not None:
            self._reader.close()

    def _answered(self, _number: int, answer: object) -> None:
        if isinstance(answer, FrameReader):
            self._reader, self.opening = answer, False
            self.opened.emit(answer.info)
        elif isinstance(answer, VideoFrame) and self._reader is not None:
            self._told = False
            self.read.emit(answer)

    def _not_read(self, _number: int, error: Exception) -> None:
        """A file that was pulled away is told once, not for every frame."""
        if self.opening or not self._told:
            self._told = not self.opening
            self.opening = False
            self.failed.emit(error)


def _open_reader(path: str, before: FrameReader | None, when: Callable[[], object] | None) -> FrameReader:
    """A reader of another file; the one before is closed in its own thread, and only where the new one opened."""
    if when is not None:
        when()
    reader = FrameReader(path)
    if before is not None:
        before.close()
    return reader
