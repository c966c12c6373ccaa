"""Export: which formats, persons and range, where to; shows what was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme
from app.gui.message_translation import translate_message
from app.gui.text import tr, tr_n
from app.gui.widgets import configured
from poses.arrays import IntArray
from poses.motion import Motion, Person
from poses.plugins import Plugin
from poses.sequences import PoseSequence2D, PoseSequence3D

DEFAULT_FORMATS = ("bvh", "csv", "npz")


class ExportDialog(QDialog):
    """export_requested(formats, persons, whole, folder, stem): the user pressed Export."""

    export_requested = Signal(list, list, bool, str, str)

    def __init__(
        self,
        parent: QWidget,
        motion: Motion,
        formats: dict[str, Plugin],
        chosen: list[str],
        folder: str,
        has_range: bool,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Export"))
        self.setMinimumWidth(520)
        before = dict(text.partition(":")[::2] for text in chosen or DEFAULT_FORMATS)
        self.formats = {id: _format_box(plugin, id in before) for id, plugin in formats.items()}
        self.variants = {
            id: _variant_box(plugin, before.get(id, "")) for id, plugin in formats.items() if plugin.info.variants
        }
        self.persons = [configured(QCheckBox(_describe(motion, n)), checked=True) for n in range(len(motion.persons))]
        self.range = configured(QCheckBox(tr("Only between in and out")), enabled=has_range)
        self.folder = configured(QLineEdit(folder), accessibleName=tr("Folder"))
        self.stem = configured(QLineEdit(Path(motion.video).stem), accessibleName=tr("File name"))
        self.outcome = configured(QPlainTextEdit(), readOnly=True)
        self.outcome.setMinimumHeight(110)
        self.outcome.hide()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.go = self._buttons.addButton(tr("Export"), QDialogButtonBox.ButtonRole.ActionRole)
        self.go.setObjectName("primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self._ask)
        self.show_folder = self._buttons.addButton(tr("Show folder"), QDialogButtonBox.ButtonRole.ActionRole)
        self.show_folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(self.folder.text())))
        self.show_folder.hide()
        self._buttons.rejected.connect(self.close)
        for box in (*self.formats.values(), *self.persons):
            box.toggled.connect(self._check)
        self._lay_out()
        self._check()

    def set_written(self, paths: list[Path], warnings: list[str]) -> None:
        """What was written, and what is to be known of it."""
        lines = [str(path) for path in paths] + [f"⚠ {in_words(text)}" for text in warnings]
        self.outcome.setPlainText("\n".join(lines))
        self.outcome.show()
        self.show_folder.setVisible(bool(paths))
        self.go.setEnabled(True)
        self.adjustSize()

    def set_failed(self, text: str) -> None:
        self.outcome.setPlainText("⚠ " + text)
        self.outcome.show()
        self.go.setEnabled(True)

    def chosen_formats(self) -> list[str]:
        """Ids of the formats, with a colon and the variant where it is not the usual one."""
        return [id + self._variant(id) for id, box in self.formats.items() if box.isChecked()]

    def _variant(self, id: str) -> str:
        box = self.variants.get(id)
        return f":{box.currentData()}" if box is not None and box.currentIndex() > 0 else ""

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(_group(tr("Formats"), [self._format_row(id) for id in self.formats]))
        people: Sequence[QWidget] = self.persons or [
            configured(QLabel(tr("Nobody was found in this video.")), objectName="muted")
        ]
        layout.addWidget(_group(tr("People"), people))
        layout.addWidget(self.range)
        layout.addWidget(configured(QLabel(tr("Folder")), objectName="muted"))
        row = QHBoxLayout()
        browse = QPushButton(tr("Choose…"))
        browse.clicked.connect(self._browse)
        row.addWidget(self.folder, 1)
        row.addWidget(browse)
        layout.addLayout(row)
        layout.addWidget(configured(QLabel(tr("File name without ending")), objectName="muted"))
        layout.addWidget(self.stem)
        layout.addWidget(self.outcome, 1)
        layout.addWidget(self._buttons)
        self.go.setIcon(theme.tinted("export", theme.current().on_accent))

    def _format_row(self, id: str) -> QWidget:
        """The box of a format, with its variants behind it where it has some."""
        box, variant = self.formats[id], self.variants.get(id)
        if variant is None:
            return box
        row = QWidget()
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(box)
        inside.addWidget(variant, 1)
        variant.setEnabled(box.isChecked())
        box.toggled.connect(variant.setEnabled)
        return row

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Folder for the files"), self.folder.text())
        if folder:
            self.folder.setText(folder)

    def _check(self) -> None:
        people = not self.persons or any(box.isChecked() for box in self.persons)
        self.go.setEnabled(bool(self.chosen_formats()) and people)

    def _ask(self) -> None:
        self.go.setEnabled(False)
        persons = [n for n, box in enumerate(self.persons) if box.isChecked()]
        stem = self.stem.text().strip() or "motion"
        self.export_requested.emit(
            self.chosen_formats(), persons, not self.range.isChecked(), self.folder.text().strip(), stem
        )


def in_words(warning: str) -> str:
    """In the language of the window, also behind the name of the file that it is about."""
    name, colon, note = warning.partition(": ")
    return (
        f"{name}: {translate_message(note)}"
        if colon and translate_message(note) != note
        else translate_message(warning)
    )


def _group(title: str, rows: Sequence[QWidget]) -> QGroupBox:
    group = QGroupBox(title)
    inside = QVBoxLayout(group)
    inside.setSpacing(6)
    for row in rows:
        inside.addWidget(row)
    return group


def _variant_box(plugin: Plugin, chosen: str) -> QComboBox:
    box = configured(QComboBox(), accessibleName=tr("{0} for").format(plugin.id.upper()))
    for variant, label in plugin.info.variants.items():
        box.addItem(tr(label), variant)
    box.setCurrentIndex(max(box.findData(chosen), 0))
    return box


def _format_box(plugin: Plugin, on: bool) -> QCheckBox:
    ending = f"  (.{plugin.info.extension})"
    box = configured(
        QCheckBox(tr(plugin.info.label) + ending), checked=on and plugin.available, enabled=plugin.available
    )
    box.setToolTip(plugin.unavailable_reason)
    box.setCursor(Qt.CursorShape.ArrowCursor)
    return box


def _describe(motion: Motion, number: int) -> str:
    there = motion.persons[number].world.present
    name = motion.persons[number].name
    text = tr_n("Person {0}: in %n frames of {1}", int(there.sum())).format(number + 1, len(motion))
    return f"{text}  ({name})" if name else text


def part_of(motion: Motion, persons: list[int], rows: IntArray | None) -> Motion:
    """Only these persons and rows of a motion."""
    kept = np.arange(len(motion)) if rows is None else rows
    people = tuple(_rows(motion.persons[n], kept) for n in persons)
    times, lost = motion.time_s[kept], motion.lost_s
    if rows is not None:
        lost = lost[(lost > times.min()) & (lost < times.max())] if len(times) else lost[:0]
    return replace(motion, frame=motion.frame[kept], time_s=times, persons=people, lost_s=lost)


def _rows(person: Person, rows: IntArray) -> Person:
    def flat(pose: PoseSequence2D) -> PoseSequence2D:
        return replace(pose, xy=pose.xy[rows], score=pose.score[rows], time_s=pose.time_s[rows])

    def deep(pose: PoseSequence3D) -> PoseSequence3D:
        return replace(pose, xyz=pose.xyz[rows], time_s=pose.time_s[rows])

    return replace(
        person,
        keypoints=flat(person.keypoints),
        pose_2d=flat(person.pose_2d),
        filled=person.filled[rows],
        camera=deep(person.camera),
        world=deep(person.world),
    )
