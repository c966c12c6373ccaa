"""Corrections by hand, with undo and redo; each one is lifted again at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.edits import Edit, LeftRightFlip, Mask, Move, as_detected, source_joint, source_joints
from app.gui.document import Document
from app.gui.frame_view import row_of
from app.gui.reporter import Reporter
from app.gui.text import tr
from app.gui.views.video_view import VideoView
from app.session.state import ANALYSIS, Analysis
from poses.errors import UserError


class Editor(QObject):
    """Turns what the user does on the picture into edits of the document. changed: what can be undone or redone."""

    changed = Signal()

    def __init__(
        self, document: Document, video: VideoView, reporter: Reporter, parent: QObject | None = None
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._document, self._video, self._reporter = document, video, reporter
        self.stack = QUndoStack(self)
        video.joint_moved.connect(self._joint_moved)
        document.opened.connect(self.stack.clear)
        self.stack.indexChanged.connect(self.changed)

    def there(self) -> set[str]:
        """Needs of commands that are met: "undo", "redo"."""
        can = {"undo": self.stack.canUndo(), "redo": self.stack.canRedo()}
        return {name for name, yes in can.items() if yes}

    def undo(self) -> None:
        self._check_free()
        self.stack.undo()

    def redo(self) -> None:
        self._check_free()
        self.stack.redo()

    def set_editing(self, on: bool) -> None:
        """Whether dragging a joint moves it."""
        self._video.set_option("editable", on)

    def move_joint(self, person: int, joint: int, x: float, y: float) -> None:
        """Put a joint of the lifter's skeleton elsewhere in the current frame; NaN takes it away."""
        document = self._document
        row = self.row()
        assert document.detections is not None and document.motion is not None
        source, target = document.detections.skeleton, document.motion.persons[person].pose_2d.skeleton
        place = source_joint(joint, source, target)
        if place is None:
            names = ", ".join(source_joints(joint, source, target))
            raise UserError(tr("{0} is made of {1}: correct those").format(target.joint_names[joint], names))
        place = as_detected(document.motion.persons[person], row, joint, place)
        text = tr("move {0}") if np.isfinite(x) else tr("delete {0}")
        track = document.motion.persons[person].track
        self.push(Move(track, row, place, x, y), text.format(target.joint_names[joint]))

    def delete_joint(self) -> None:
        """Take the selected joint out of the current frame; it is filled in from its neighbours."""
        selected = self._document.selected
        if selected is None:
            raise UserError(tr("select a joint first: click it on the picture or in 3D"))
        self.move_joint(*selected, float("nan"), float("nan"))

    def nudge(self, step: tuple[int, int]) -> None:
        """Move the selected joint by px of the picture, as dragging it does."""
        document = self._document
        row = self.row()
        if document.selected is None or document.motion is None:
            raise UserError(tr("select a joint first: click it on the picture or in 3D"))
        person, joint = document.selected
        x, y = document.motion.persons[person].pose_2d.xy[row, joint]
        if not np.isfinite([x, y]).all():
            raise UserError(tr("this joint is nowhere in this frame: put it somewhere with the mouse first"))
        self.move_joint(person, joint, float(x) + step[0], float(y) + step[1])

    def mask_span(self) -> None:
        """The selected person is not there between in and out."""
        person, first, last = self._span()
        self.push(Mask(person, first, last), tr("remove person"))

    def flip_span(self) -> None:
        """Left and right of the selected person were exchanged between in and out."""
        person, first, last = self._span()
        self.push(LeftRightFlip(person, first, last), tr("swap left and right"))

    def _joint_moved(self, person: int, joint: int, x: float, y: float) -> None:
        self._reporter.attempt(self.move_joint, person, joint, x, y)

    def row(self) -> int:
        """Row of the current frame; UserError where it was not analysed."""
        document = self._document
        row = row_of(document.motion, document.frame) if document.motion else None
        if row is None:
            raise UserError(tr("this frame was not analysed"))
        return row

    def _span(self) -> tuple[int, int, int]:
        document = self._document
        assert document.motion is not None
        if document.range is None:
            raise UserError(tr("set in and out first (keys I and O): the change is made between them"))
        first, last = np.searchsorted(document.motion.frame, document.range)
        person = document.motion.persons[document.selected[0] if document.selected else 0]
        return person.track, int(first), int(last)

    def push(self, edit: Edit, text: str) -> None:
        """Do an edit so that it can be undone; text says what it is."""
        self._check_free()
        self.stack.push(_EditCommand(self._document, edit, text))

    def take(self, analysis: Analysis) -> None:
        """A finished analysis takes the place of the one that is there, which `undo` brings back."""
        if self._document.detections is None:
            self._document.set_analysis(analysis)
        else:
            self.stack.push(_AnalysisCommand(self._document, analysis))

    def _check_free(self) -> None:
        """Lifting again ends the job before it, and a detection must not be lost for a correction of the last one."""
        if self._document.state.job == ANALYSIS:
            raise UserError(tr("an analysis is running: correct when it is through, or cancel it first"))


class _AnalysisCommand(QUndoCommand):
    """Another analysis in place of the one that is there, with all that was corrected in it."""

    def __init__(self, document: Document, after: Analysis) -> None:
        super().__init__(tr("analyse"))
        self._document, self._before, self._after = document, document.state.analysis, after

    def redo(self) -> None:
        self._before = self._document.state.analysis
        self._document.set_analysis(self._after)

    def undo(self) -> None:
        self._after = self._document.state.analysis
        self._document.set_analysis(self._before)


class _EditCommand(QUndoCommand):
    """One edit; doing and undoing it sets the document's edits, which are lifted again."""

    def __init__(self, document: Document, edit: Edit, text: str) -> None:
        super().__init__(text)
        self._document = document
        self._before = document.edits
        self._after = (*self._before, edit)

    def redo(self) -> None:
        self._set(self._after)

    def undo(self) -> None:
        self._set(self._before)

    def _set(self, edits: tuple[Edit, ...]) -> None:
        self._document.change(analysis=replace(self._document.state.analysis, edits=edits))
