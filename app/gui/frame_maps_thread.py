"""The lifter's map of the current frame, made in a thread of its own; the newest wish wins."""

from __future__ import annotations

from functools import partial as bound

from PySide6.QtCore import QObject, Signal

from app.gui.catalogue import Catalogue
from app.gui.document import Document
from app.gui.frame_maps import compute_frame_maps
from app.gui.worker import LatestAnswer
from app.session.request import Request


class FrameMapsThread(QObject):
    """maps_ready(FrameMaps, or None where nobody is); failed(error)."""

    maps_ready = Signal(object)
    failed = Signal(object)

    def __init__(self, document: Document, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._catalogue = document, catalogue
        self._thread = LatestAnswer(self)
        self._asked = Request()
        self._asked.end()
        for other in (document.opened, document.motion_changed):
            other.connect(self.drop)  # maps of the motion before are not wanted any more

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return not self._asked.over

    def ask(self, frame: int, person: int = 0, name: str = "") -> None:
        """Ask for a map of a frame of the file ("": the one to begin with), by the lifter that lifted it."""
        motion, settings = self._document.motion, self._document.state.settings
        if motion is None or motion.lifter not in self._catalogue.lifters():
            return
        lifter = bound(self._catalogue.lifter, motion.lifter, "maps")
        self._asked.end()
        self._asked = self._thread.ask(
            lambda: compute_frame_maps(motion, person, frame, lifter(), settings, name), self._answer, self._fail
        )

    def drop(self) -> None:
        """Leave off what is being made; nothing is answered."""
        self._asked.end()

    def close(self) -> None:
        """End the thread."""
        self._thread.close()

    def _answer(self, frame_maps: object) -> None:
        self._asked.end()
        self.maps_ready.emit(frame_maps)

    def _fail(self, error: Exception) -> None:
        self._asked.end()
        self.failed.emit(error)
