"""The first page: open, the example, files opened before, and the keys to begin with."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.gui import theme
from app.gui.actions import COMMANDS
from app.gui.text import tr
from app.gui.widgets import configured

SHOWN_RECENT = 6
FIRST_KEYS = ("open", "analyse", "play", "next_doubt", "export", "search")
WIDTH = 640


class Welcome(QWidget):
    """open_requested, example_requested, camera_requested, recent_requested(path)."""

    open_requested = Signal()
    example_requested = Signal()
    camera_requested = Signal()
    recent_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        page = QWidget()
        page.setMaximumWidth(WIDTH)
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        outer.addWidget(page, 100)
        outer.addStretch(1)
        column = QVBoxLayout(page)
        column.addStretch(2)
        column.addLayout(_head())
        column.addSpacing(24)
        column.addWidget(self._ways_in())
        column.addSpacing(24)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        lists = QHBoxLayout()
        lists.setSpacing(32)
        lists.addLayout(self._recent, 1)
        lists.addLayout(_keys(), 1)
        column.addLayout(lists)
        column.addStretch(3)

    def set_recent(self, paths: list[str]) -> None:
        """Files opened before, newest first."""
        while (item := self._recent.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._recent.addWidget(_title(tr("Recent")))
        for path in paths[:SHOWN_RECENT]:
            button = configured(QPushButton(), objectName="link", toolTip=path)
            button.setText(button.fontMetrics().elidedText(Path(path).name, Qt.TextElideMode.ElideMiddle, 240))
            button.setIcon(theme.icon("film"))
            button.clicked.connect(lambda _checked=False, path=path: self.recent_requested.emit(path))
            self._recent.addWidget(button)
        if not paths:
            self._recent.addWidget(configured(QLabel(tr("Nothing yet")), objectName="muted", margin=10))
        self._recent.addStretch()

    def _ways_in(self) -> QFrame:
        """Where to begin; it says that files can be dropped, and looks like it."""
        frame = configured(QFrame(), objectName="dropzone")
        column = QVBoxLayout(frame)
        column.setContentsMargins(22, 22, 22, 16)
        row = QHBoxLayout()
        row.setSpacing(10)
        first = configured(QPushButton(tr("Open video…")), objectName="primary")
        first.setIcon(theme.tinted("open", theme.current().on_accent))
        first.clicked.connect(self.open_requested)
        second, third = QPushButton(tr("Open example")), QPushButton(tr("Open camera…"))
        second.clicked.connect(self.example_requested)
        third.clicked.connect(self.camera_requested)
        for button in (first, second, third):
            button.setMinimumHeight(40)
            row.addWidget(button, 1)
        column.addLayout(row)
        column.addSpacing(8)
        hint = configured(QLabel(tr("or drop a video anywhere in this window")), objectName="muted")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(hint)
        return frame


def _head() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(20)
    sign = QLabel()
    sign.setPixmap(theme.program_icon().pixmap(QSize(88, 88)))
    row.addWidget(sign)
    words = QVBoxLayout()
    words.setSpacing(2)
    name = QLabel("Marey")
    font = name.font()
    font.setPointSizeF(font.pointSizeF() * 3)
    font.setWeight(font.Weight.DemiBold)
    name.setFont(font)
    words.addStretch()
    words.addWidget(name)
    words.addWidget(configured(QLabel(tr("Video in, 3D motion out.")), objectName="muted"))
    words.addStretch()
    row.addLayout(words)
    row.addStretch()
    return row


def _keys() -> QGridLayout:
    """Commands to begin with, each with its key."""
    grid = QGridLayout()
    grid.setVerticalSpacing(10)
    grid.addWidget(_title(tr("Keys to begin with")), 0, 0, 1, 2)
    by_id = {command.id: command for command in COMMANDS}
    for row, id in enumerate(FIRST_KEYS, start=1):
        keys = QKeySequence(by_id[id].shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        grid.addWidget(QLabel(tr(by_id[id].text).replace("&", "").rstrip("…")), row, 0)
        grid.addWidget(configured(QLabel(keys), objectName="key"), row, 1, Qt.AlignmentFlag.AlignRight)
    grid.setColumnStretch(0, 1)
    grid.setRowStretch(len(FIRST_KEYS) + 1, 1)
    return grid


def _title(text: str) -> QLabel:
    title = configured(QLabel(text), objectName="muted")
    title.setContentsMargins(0, 0, 0, 6)
    return title
