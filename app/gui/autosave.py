"""Nothing is lost: what is not saved is asked for, and what a killed window had computed is offered at the next start.

What is not saved lies in a file of its own (`app.project`) in the user's folder for state, written anew every ten
seconds while something changes, and gone as soon as it is saved or thrown away. A lock beside it tells whether the
window it belongs to still runs.
"""

from __future__ import annotations

import logging
import uuid
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer
from PySide6.QtWidgets import QMessageBox

from app.gui.text import tr
from app.gui.widgets import configured
from app.gui.worker import LatestAnswer
from app.project import ENDING, SavedAnalysis, read_analysis, write_analysis
from poses.errors import UserError

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow

INTERVAL_MS = 10_000
OFFERED = 3
_log = logging.getLogger(__name__)


def autosave_folder() -> Path:
    """Where the files of running (and killed) windows lie."""
    import platformdirs

    return Path(platformdirs.user_state_dir("marey", appauthor=False)) / "unsaved"


class Autosave(QObject):
    """Put on a window by the program; a window without it asks nothing and keeps nothing."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self._window, self._folder = window, folder
        self._place, self._lock = self._new_place()
        self._kept: object = None
        self._writer = LatestAnswer(self)
        self._writer.failed.connect(self._not_written)
        self._timer = configured(QTimer(self), interval=INTERVAL_MS)
        self._timer.timeout.connect(self.keep)
        self._timer.start()
        window.may_leave = self.may_leave
        window.closing.connect(self._end)

    # ------------------------------------------------------------ asking

    def may_leave(self) -> bool:
        """Ask what is to become of what is not saved; False where the user would rather stay."""
        window = self._window
        name = window.document.name
        if (found := window.controller.partial_detections()) is not None:
            text = tr("{0} frames were analysed. They are kept, and offered when Marey is started the next time.")
            if not self._ask(tr("Stop the analysis of {0}?").format(name), text.format(len(found)), tr("Stop")):
                return False
            self._set_aside()
            return True
        if not window.document.unsaved:
            return True
        count = len(window.document.edits)
        text = tr("Without it everything has to be detected again.")
        if count:
            text = tr("{0} corrections made by hand would be lost.").format(count) if count > 1 else ""
            text = text or tr("A correction made by hand would be lost.")
        answer = self._ask(tr("Save the analysis of {0}?").format(name), text, tr("Save…"), tr("Don't save"))
        if answer == tr("Save…"):
            window.files.save_analysis()
            return not window.document.unsaved
        return bool(answer)

    def _ask(self, question: str, text: str, *answers: str) -> str:
        """The answer that was chosen, "" for Cancel. Modal: it is a decision."""
        box = QMessageBox(QMessageBox.Icon.Question, "Marey", question, parent=self._window)
        box.setInformativeText(text)
        roles = (QMessageBox.ButtonRole.AcceptRole, QMessageBox.ButtonRole.DestructiveRole)
        for answer, role in zip(answers, roles, strict=False):
            box.addButton(answer, role)
        box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        chosen = box.clickedButton()
        box.deleteLater()
        return chosen.text() if chosen is not None and chosen.text() in answers else ""

    # ------------------------------------------------------------ keeping

    def keep(self) -> None:
        """Write what is not saved, where it changed since the last time; take the file away where all is saved."""
        saved = self._unsaved()
        if saved is None:
            self._forget()
            return
        state = (len(saved.detections), saved.detections.detector, saved.edits, saved.lifter, saved.detections.video)
        if state != self._kept:
            self._kept = state
            self._writer.ask(partial(_write, self._place, saved))

    def _unsaved(self) -> SavedAnalysis | None:
        controller, document = self._window.controller, self._window.document
        if (found := controller.partial_detections()) is not None:
            return SavedAnalysis(found, (), document.settings, controller.lifter)
        if document.unsaved and document.detections is not None and document.motion is not None:
            return SavedAnalysis(document.detections, document.edits, document.settings, document.motion.lifter)
        return None

    def _set_aside(self) -> None:
        """Leave what was detected so far for the next start, and go on with another file."""
        saved = self._unsaved()
        if saved is not None:
            self._window.attempt(_write, self._place, saved)
        self._lock.unlock()
        self._place, self._lock = self._new_place()
        self._kept = None

    def _forget(self) -> None:
        if self._kept is not None:
            self._kept = None
            place = self._place
            self._writer.ask(partial(place.unlink, missing_ok=True))

    def _not_written(self, _number: int, error: Exception) -> None:
        """A full disk must not disturb the work that it would have kept; the log file has it."""
        _log.warning("what is not saved could not be kept: %s", error)

    def _end(self) -> None:
        """The window was closed in order: what it asked about is settled."""
        self._timer.stop()
        self._writer.close()
        with suppress(OSError):  # a folder that could never be made holds nothing
            self._place.unlink(missing_ok=True)
        self._lock.unlock()

    def _new_place(self) -> tuple[Path, QLockFile]:
        place = self._folder / f"{uuid.uuid4().hex}{ENDING}"
        lock = _lock(place)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock.tryLock(0)
        except OSError as error:
            _log.warning("%s cannot be made: %s", self._folder, error)
        return place, lock

    # ------------------------------------------------------------ at the next start

    def offer(self) -> None:
        """Offer what windows that did not end in order left behind, newest first."""
        left = sorted(self._folder.glob(f"*{ENDING}"), key=lambda p: p.stat().st_mtime, reverse=True)
        for place in left[:OFFERED]:
            lock = _lock(place)
            if place == self._place or not lock.tryLock(0):
                continue  # of a window that still runs
            when = datetime.fromtimestamp(place.stat().st_mtime).strftime("%x %H:%M")
            actions = (
                (tr("Open it"), partial(self._open, place, lock)),
                (tr("Throw it away"), partial(_remove, place, lock)),
            )
            text = tr("An analysis of {0} was not saved when Marey ended. It is still there.").format(when)
            self._window.notices.show("info", text, actions=actions)

    def _open(self, place: Path, lock: QLockFile) -> None:
        """Go on with it, in the same file; where it cannot be opened (its video is gone) it stays for later."""
        saved = self._window.attempt(read_analysis, place)
        if not isinstance(saved, SavedAnalysis) or not self._window.may_leave():
            lock.unlock()
            return
        self._place.unlink(missing_ok=True)
        self._lock.unlock()
        self._place, self._lock, self._kept = place, lock, None
        self._window.player.pause()
        self._window.controller.open(saved.detections.video, saved)


def _lock(place: Path) -> QLockFile:
    """Nobody holds it any more when its process is gone, however old it is."""
    lock = QLockFile(str(place.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    return lock


def _write(place: Path, saved: SavedAnalysis) -> None:
    write_analysis(place, saved, compress=False)


def _remove(place: Path, lock: QLockFile) -> None:
    try:
        place.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(tr("{0} cannot be removed: {1}").format(place, error)) from error
    finally:
        lock.unlock()
