"""Nothing is lost: what is not saved is asked for, and what a killed window had computed is offered at the next start.

What is not saved lies in files of its own (`app.project`) in the user's folder for state, written anew every ten
seconds while something changes: one for what is shown, one for the analysis that runs. They are gone as soon as their
content is saved or thrown away. A lock beside each tells whether the window it belongs to still runs.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer
from PySide6.QtWidgets import QMessageBox, QWidget

from app.gui.analysis_controller import AnalysisController
from app.gui.document import Document
from app.gui.reporter import Reporter
from app.gui.text import tr
from app.gui.widgets import configured
from app.gui.worker import LatestAnswer
from app.project import ENDING, SavedAnalysis, read_analysis, write_analysis
from poses.errors import UserError

INTERVAL_MS = 10_000
OFFERED = 3
_log = logging.getLogger(__name__)


def autosave_folder() -> Path:
    """Where the files of running (and killed) windows lie."""
    import platformdirs

    return Path(platformdirs.user_state_dir("marey", appauthor=False)) / "unsaved"


@dataclass
class Slot:
    """A file for something that is not saved, the lock that says whose it is, and what was written to it last."""

    path: Path
    lock: QLockFile = field(init=False)
    kept: SavedAnalysis | None = None

    def __post_init__(self) -> None:
        self.lock = _lock(self.path)

    @staticmethod
    def new(folder: Path) -> Slot:
        return Slot(folder / f"{uuid.uuid4().hex}{ENDING}")

    def write(self, saved: SavedAnalysis | None) -> None:
        """Write it, or take the file away (None). UserError where that is not possible."""
        if saved is None:
            self.path.unlink(missing_ok=True)
            self.lock.unlock()
        else:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self.lock.isLocked():
                self.lock.tryLock(0)
            write_analysis(self.path, saved, compress=False)
        self.kept = saved

    def holds(self, saved: SavedAnalysis | None) -> bool:
        """Whether that is what was written last."""
        kept = self.kept
        if saved is None or kept is None:
            return saved is kept
        choices = [(len(s.detections), s.edits, s.settings, s.lifter) for s in (saved, kept)]
        frames = zip(saved.detections.keypoints, kept.detections.keypoints, strict=False)
        return choices[0] == choices[1] and all(a is b for a, b in frames)


class Autosave(QObject):
    """Put on a window by the program; a window without it asks nothing and keeps nothing."""

    def __init__(
        self, document: Document, controller: AnalysisController, save: Callable[[], object], reporter: Reporter,
        folder: Path, parent: QWidget,
    ) -> None:  # fmt: skip
        """save: asks for a file where it is needed. parent: of the questions."""
        super().__init__(parent)
        self._document, self._controller, self._save, self._reporter = document, controller, save, reporter
        self._folder, self._parent = folder, parent
        self._shown, self._part = Slot.new(folder), Slot.new(folder)
        self._discard = False
        self._writer = LatestAnswer(self)
        self._timer = configured(QTimer(self), interval=INTERVAL_MS)
        self._timer.timeout.connect(self.keep)
        self._timer.start()
        document.may_leave = self.may_leave
        self._document.leaving.connect(self._leave)

    # ------------------------------------------------------------ asking

    def may_leave(self) -> bool:
        """Ask what is to become of what is not saved; False where the user would rather stay."""
        self._discard = False
        return self._may_stop() and self._may_close()

    def _may_stop(self) -> bool:
        if (found := self._controller.partial_detections()) is None:
            return True
        text = tr("{0} frames were analysed. They are kept, and offered when Marey is started the next time.")
        question = tr("Stop the analysis of {0}?").format(self._document.name)
        return bool(self._ask(question, text.format(len(found)), tr("Stop")))

    def _may_close(self) -> bool:
        if not self._document.unsaved:
            return True
        count = len(self._document.edits)
        text = tr("Without it everything has to be detected again.")
        if count:
            text = tr("{0} corrections made by hand would be lost.").format(count) if count > 1 else ""
            text = text or tr("A correction made by hand would be lost.")
        question = tr("Save the analysis of {0}?").format(self._document.name)
        answer = self._ask(question, text, tr("Save…"), tr("Don't save"))
        if answer == tr("Save…"):
            self._save()
            return not self._document.unsaved
        self._discard = bool(answer)
        return self._discard

    def _ask(self, question: str, text: str, *answers: str) -> str:
        """The answer that was chosen, "" for Cancel. Modal: it is a decision."""
        box = QMessageBox(QMessageBox.Icon.Question, "Marey", question, parent=self._parent)
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
        """Write what is not saved, where it changed since the last time; take files away where all is saved."""
        slots = ((self._shown, self._unsaved()), (self._part, self._so_far()))
        tasks = [(slot, saved) for slot, saved in slots if not slot.holds(saved)]
        if tasks:
            self._writer.ask(partial(_write, tasks), _done, self._not_written)

    def _unsaved(self) -> SavedAnalysis | None:
        document = self._document
        if not document.unsaved or document.detections is None:
            return None
        recipe = document.state.analysis.recipe or document.state.recipe
        return SavedAnalysis(document.detections, document.edits, document.state.settings, recipe.lifter)

    def _so_far(self) -> SavedAnalysis | None:
        found, state = self._controller.partial_detections(), self._document.state
        return None if found is None else SavedAnalysis(found, (), state.settings, state.lifter)

    def _leave(self) -> None:
        """What is open is given up: what was not thrown away stays for the next start."""
        self._writer.wait_idle()
        tasks = ((self._shown, None if self._discard else self._unsaved()), (self._part, self._so_far()))
        for slot, saved in tasks:
            try:
                slot.write(saved)
            except (UserError, OSError) as error:
                self._not_written(error)
            slot.lock.unlock()
        self._discard = False
        self._shown, self._part = Slot.new(self._folder), Slot.new(self._folder)

    def _not_written(self, error: Exception) -> None:
        """A full disk must not disturb the work that it would have kept; the log file has it."""
        _log.warning("what is not saved could not be kept: %s", error)

    def end(self) -> None:
        """The window was closed in order: what it asked about is settled."""
        self._timer.stop()
        self._leave()
        self._writer.close()

    # ------------------------------------------------------------ at the next start

    def offer(self) -> None:
        """Offer what windows that did not end in order left behind, newest first."""
        left = sorted(self._folder.glob(f"*{ENDING}"), key=lambda p: p.stat().st_mtime, reverse=True)
        for path in left[:OFFERED]:
            slot = Slot(path)
            if path in (self._shown.path, self._part.path) or not slot.lock.tryLock(0):
                continue  # of a window that still runs
            when = datetime.fromtimestamp(path.stat().st_mtime).strftime("%x %H:%M")
            actions = (
                (tr("Open it"), partial(self._open, slot)),
                (tr("Throw it away"), partial(self._reporter.attempt, _remove, slot)),
            )
            text = tr("An analysis of {0} was not saved when Marey ended. It is still there.").format(when)
            self._reporter.notices.show("info", text, actions=actions)

    def _open(self, slot: Slot) -> None:
        """Go on with it, in the same file; where it cannot be opened (its video is gone) it stays for later."""
        saved = self._reporter.attempt(read_analysis, slot.path)
        if not isinstance(saved, SavedAnalysis) or not self._document.may_leave():
            slot.lock.unlock()
            return
        self._controller.open(saved.detections.video, saved, then=partial(self._opened, slot, saved))

    def _opened(self, slot: Slot, saved: SavedAnalysis, opened: bool) -> None:
        """Only now it is what is shown, and the file with it."""
        if opened:
            slot.kept = saved
            self._shown = slot
        else:
            slot.lock.unlock()


def _lock(path: Path) -> QLockFile:
    """Nobody holds it any more when its process is gone, however old it is."""
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    return lock


def _write(tasks: Sequence[tuple[Slot, SavedAnalysis | None]]) -> None:
    for slot, saved in tasks:
        slot.write(saved)


def _done(_value: object) -> None:
    """Each slot knows what was written."""


def _remove(slot: Slot) -> None:
    try:
        slot.path.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(tr("{0} cannot be removed: {1}").format(slot.path, error)) from error
    finally:
        slot.lock.unlock()
