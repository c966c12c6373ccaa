"""Frames of the open file, read in a thread of their own; the newest wish wins."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial as bound

from PySide6.QtCore import QObject, Signal

from app.gui.worker import LatestAnswer
from app.pipeline.video import FrameReader, VideoInfo
from app.session.request import Request
from poses.sequences import VideoFrame


class FrameLoader(QObject):
    """read(VideoFrame): what `show` asked for, or something newer; failed(error): once a file."""

    read = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told = False
        self._reader: FrameReader | None = None
        self._request = Request()
        self._opening: Request | None = None
        self._thread = LatestAnswer(self)

    @property
    def opening(self) -> bool:
        """Whether a file is being opened."""
        return self._opening is not None

    def open(
        self,
        path: str,
        opened: Callable[[VideoInfo, Request], object],
        failed: Callable[[Exception], object],
        when: Callable[[], object] | None = None,
    ) -> None:
        """Open a file in place of the one before, which stays where that is not possible.

        opened gets what is known of it and a request that is over when it is not the open file any more. when: waits
        (in the thread) until it may be opened.
        """
        self._stop_opening()
        self._opening = self._thread.ask(
            bound(_open_reader, path, when), bound(self._opened, opened), bound(self._not_opened, failed)
        )

    def show(self, frame: int) -> None:
        """Ask for a frame of the open file."""
        if self._reader is not None and self._opening is None:
            self._thread.ask(bound(self._reader.frame, frame), self._read, self._not_read, self._request)

    def close_file(self) -> None:
        """Nothing is open any more, nor shall anything be opened that was asked for."""
        self._stop_opening()
        self._request.end()
        reader, self._reader = self._reader, None
        if reader is not None:
            self._thread.ask(reader.close, _nothing, _nothing)

    def close(self) -> None:
        """End the thread."""
        self._thread.close()
        if self._reader is not None and self._thread.isFinished():
            self._reader.close()

    def _stop_opening(self) -> None:
        if self._opening is not None:
            self._opening.end()
            self._opening = None

    def _opened(self, opened: Callable[[VideoInfo, Request], object], reader: FrameReader) -> None:
        before, self._reader = self._reader, reader
        self._request.end()
        self._request, self._opening, self._told = Request(), None, False
        if before is not None:
            before.close()
        opened(reader.info, self._request)

    def _not_opened(self, failed: Callable[[Exception], object], error: Exception) -> None:
        self._opening = None
        failed(error)

    def _read(self, frame: VideoFrame) -> None:
        self._told = False
        self.read.emit(frame)

    def _not_read(self, error: Exception) -> None:
        """A file that was pulled away is told once, not for every frame."""
        if not self._told:
            self._told = True
            self.failed.emit(error)


def _open_reader(path: str, when: Callable[[], object] | None) -> FrameReader:
    if when is not None:
        when()
    return FrameReader(path)


def _nothing(_value: object) -> None:
    """For questions whose answer nobody needs."""
