"""The first page: open, recent files, the example."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.gui import theme
from app.gui.made import made
from app.gui.text import tr

SHOWN_RECENT = 6


class Welcome(QWidget):
    """open_requested, example_requested, recent_requested(path)."""

    open_requested = Signal()
    example_requested = Signal()
    recent_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        outer = QHBoxLayout(self)
        column = QVBoxLayout()
        outer.addStretch(1)
        outer.addLayout(column)
        outer.addStretch(1)
        column.addStretch(2)
        column.addLayout(_head())
        column.addSpacing(28)
        column.addLayout(self._buttons())
        column.addSpacing(28)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        column.addLayout(self._recent)
        column.addSpacing(20)
        hint = made(QLabel(tr("or drop a video anywhere in this window")), objectName="muted")
        column.addWidget(hint)
        column.addStretch(3)

    def set_recent(self, paths: list[str]) -> None:
        """Files opened before, newest first."""
        while (item := self._recent.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if paths:
            title = made(QLabel(tr("Recent")), objectName="muted")
            title.setContentsMargins(10, 0, 0, 4)
            self._recent.addWidget(title)
        for path in paths[:SHOWN_RECENT]:
            button = made(QPushButton(Path(path).name), objectName="link", toolTip=path)
            button.setIcon(theme.icon("camera"))
            button.clicked.connect(lambda _checked=False, path=path: self.recent_requested.emit(path))
            self._recent.addWidget(button)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        first = made(QPushButton(tr("Open video…")), objectName="primary")
        first.setIcon(theme.tinted("open", theme.current().on_accent))
        first.clicked.connect(self.open_requested)
        second = QPushButton(tr("Open example"))
        second.clicked.connect(self.example_requested)
        for button in (first, second):
            button.setMinimumHeight(38)
            button.setMinimumWidth(150)
            row.addWidget(button)
        row.addStretch()
        return row


def _head() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(18)
    sign = QLabel()
    sign.setPixmap(theme.program_icon().pixmap(QSize(72, 72)))
    row.addWidget(sign)
    words = QVBoxLayout()
    name = QLabel("Marey")
    font = name.font()
    font.setPointSizeF(font.pointSizeF() * 2.6)
    font.setWeight(font.Weight.DemiBold)
    name.setFont(font)
    words.addWidget(name)
    line = made(QLabel(tr("Video in, 3D motion out.")), objectName="muted")
    words.addWidget(line)
    row.addLayout(words)
    row.addStretch()
    row.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return row
