"""Commands about who is who: exchange, split, merge and rename the people of a video."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from app.edits import IdentitySwap, Merge, Rename, Split
from app.gui.document import Document
from app.gui.editor import Editor
from app.gui.people import label_of
from app.gui.reporter import Reporter
from app.gui.text import tr
from poses.arrays import BoolArray
from poses.errors import UserError
from poses.motion import Motion


class PeopleCommands:
    """Turns wishes about people into edits; each can be undone. The selected person is meant, else the first one."""

    def __init__(self, document: Document, editor: Editor, reporter: Reporter, parent: QWidget) -> None:
        """parent: of dialogs."""
        self._document, self._editor, self._reporter, self._parent = document, editor, reporter, parent
        self.dialog: QInputDialog | None = None
        self._before_split: set[int] | None = None
        document.motion_changed.connect(self._select_new)

    def exchange(self) -> None:
        """From this frame on the selected person and the next one are each other."""
        motion, person = self._chosen()
        other = self._next(motion, person)
        self._editor.push(
            IdentitySwap(motion.persons[person].track, motion.persons[other].track, self._editor.row()),
            tr("exchange people"),
        )

    def merge(self) -> None:
        """The selected person and another one are the same; with more than two people the other one is asked for."""
        motion, person = self._chosen()
        others = [n for n in range(len(motion.persons)) if n != person]
        if len(others) <= 1:
            self._merge(person, self._next(motion, person))
            return
        names = {label_of(motion, n): n for n in others}
        dialog = self._ask(tr("Merge with"), tr("{0} is the same person as").format(label_of(motion, person)))
        dialog.setComboBoxItems(list(names))
        dialog.textValueSelected.connect(lambda text: self._reporter.attempt(self._merge, person, names[text]))
        dialog.open()

    def split(self) -> None:
        """From this frame on the selected person is somebody else."""
        motion, person = self._chosen()
        row = self._editor.row()
        there = _there(motion, person)
        if not there[:row].any() or not there[row:].any():
            label = label_of(motion, person)
            raise UserError(tr("{0} must be there before and after the cursor to be split: move it").format(label))
        self._before_split = {p.track for p in motion.persons}
        self._editor.push(Split(motion.persons[person].track, row), tr("split person"))

    def _select_new(self) -> None:
        """The person that a split has made is the one to go on with."""
        before, self._before_split = self._before_split, None
        motion = self._document.motion
        if before is not None and motion is not None:
            new = [n for n, person in enumerate(motion.persons) if person.track not in before]
            if new:
                self.select(new[0])

    def rename(self, person: int | None = None) -> None:
        """Ask for the name of a person (the selected one)."""
        motion, chosen = self._chosen()
        person = chosen if person is None else person
        dialog = self._ask(tr("Rename person"), tr("Name of {0}").format(label_of(motion, person)))
        dialog.setTextValue(label_of(motion, person))
        dialog.textValueSelected.connect(lambda text: self._reporter.attempt(self._rename, person, text))
        dialog.open()
        line = dialog.findChild(QLineEdit)
        assert line is not None
        line.selectAll()

    def select(self, person: int) -> None:
        """Choose a person, by the joint that is chosen already or the root."""
        document = self._document
        if document.motion is not None and person < len(document.motion.persons):
            root = document.motion.persons[person].world.skeleton.root
            document.select(person, document.selected[1] if document.selected else root)

    def next(self) -> None:
        """Select the next person."""
        motion, person = self._chosen()
        chosen = self._document.selected is not None
        self.select((person + 1) % len(motion.persons) if chosen else 0)

    def _merge(self, person: int, other: int) -> None:
        motion, _ = self._chosen()
        both = _there(motion, person) & _there(motion, other)
        if both.any():
            frame = int(motion.frame[both.argmax()])
            text = tr("only people who are never there at once can be one: both are in frame {0}")
            raise UserError(text.format(frame))
        self._editor.push(Merge(motion.persons[person].track, motion.persons[other].track), tr("merge people"))

    def _rename(self, person: int, name: str) -> None:
        motion, _ = self._chosen()
        if name.strip() != label_of(motion, person):
            self._editor.push(Rename(motion.persons[person].track, name.strip()), tr("rename person"))

    def _chosen(self) -> tuple[Motion, int]:
        document = self._document
        if document.motion is None or not document.motion.persons:
            raise UserError(tr("nobody was found in this video"))
        return document.motion, document.selected[0] if document.selected else 0

    def _next(self, motion: Motion, person: int) -> int:
        count = len(motion.persons)
        if count < 2:
            raise UserError(tr("there are not two people: set 'People to follow' to 2 or more and analyse"))
        return (person + 1) % count

    def _ask(self, title: str, label: str) -> QInputDialog:
        self.dialog = QInputDialog(self._parent)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.setWindowTitle(title)
        self.dialog.setLabelText(label)
        return self.dialog


def _there(motion: Motion, person: int) -> BoolArray:
    """(T) rows in which the detector saw the person."""
    return np.asarray(motion.persons[person].keypoints.present.any(axis=1))
