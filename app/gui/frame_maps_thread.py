"""The lifter's maps of the current frame, made in a thread of their own; the newest wish wins."""

from __future__ import annotations

from functools import partial as bound

from PySide6.QtCore import QObject, Signal

from app.gui.catalogue import Catalogue
from app.gui.document import Document
from app.gui.frame_maps import compute_frame_maps
from app.gui.worker import LatestAnswer


class FrameMapsThread(QObject):
    """maps_ready(FrameMaps, or None where nobody is); failed(error)."""

    maps_ready = Signal(object)
    failed = Signal(object)

    def __init__(self, document: Document, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._catalogue = document, catalogue
        self._thread = LatestAnswer(self)
        self._thread.answered.connect(self._answered)
        self._thread.failed.connect(self._not_answered)

    def ask(self, frame: int, person: int = 0) -> None:
        """Ask for the maps of a frame of the file, by the lifter that lifted it."""
        motion, settings = self._document.motion, self._document.settings
        if motion is None or motion.lifter not in self._catalogue.lifters():
            return
        lifter = bound(self._catalogue.lifter, motion.lifter, "maps")
        self._thread.ask(lambda: compute_frame_maps(motion, person, frame, lifter(), settings))

    def close(self) -> None:
        """End the thread."""
        self._thread.close()

    def _answered(self, _number: int, frame_maps: object) -> None:
        self.maps_ready.emit(frame_maps)

    def _not_answered(self, _number: int, error: Exception) -> None:
        self.failed.emit(error)
