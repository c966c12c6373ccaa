"""What the drives of commands act on: an analysed window, and file dialogs that answer at once."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from poses.skeletons import H36M17
from tests.app.gui.conftest import wait_idle, wait_shown

WRIST = H36M17.index("LWrist")


@dataclass
class Stage:
    """The window, and what stands in for the file dialogs of the system: the answer they give next."""

    window: MainWindow
    qtbot: QtBot
    folder: Path
    answer: str = ""
    opened: str = ""

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=20000)

    def edited(self, kind: type) -> None:
        """An edit of that kind was made and lifted."""
        wait_idle(self.window, self.qtbot)
        assert isinstance(self.window.document.edits[-1], kind), self.window.document.edits

    def clean(self) -> None:
        """As analysed first: no corrections, no range, nobody selected, frame 10."""
        while self.window.editor.stack.canUndo():
            self.window.editor.undo()
            wait_idle(self.window, self.qtbot)
        self.window.notices.clear("note")  # of an analysis that was gone back over
        self.window.document.set_range(None, None)
        self.go(10)

    def go(self, frame: int) -> None:
        self.window.player.seek(frame)
        wait_shown(self.window, self.qtbot, frame)

    def dialog(self, kind: type[QWidget]) -> None:
        """A box of that kind came up; it is closed with Escape."""
        self.until(lambda: [box for box in self.window.findChildren(kind) if box.isVisible()])
        for box in self.window.findChildren(kind):
            self.qtbot.keyClick(box, Qt.Key.Key_Escape)
        self.until(lambda: not [box for box in self.window.findChildren(kind) if box.isVisible()])


Drive = Generator[None, None, None]
