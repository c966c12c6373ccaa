"""Commands that help: finding commands, the keyboard, the log file, About."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices

from app.gui.text import tr
from app.log_file import log_file
from poses.errors import UserError

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow


class HelpCommands:
    """Boxes that block nothing; they are made when they are asked for."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def search(self) -> None:
        """A line to type a command's name in."""
        from app.gui.panels.search import CommandSearch

        box = CommandSearch(self._actions(), self._window)
        box.move(self._window.mapToGlobal(self._window.rect().center()) - box.rect().center())
        box.show()

    def shortcuts(self) -> None:
        from app.gui.panels.about import ShortcutBox

        ShortcutBox(self._window, self._actions()).show()

    def about(self) -> None:
        from app.gui.panels.about import AboutBox

        scene = self._window.workspace.scene
        where = tr("OpenGL") if scene.surface and not scene.problem else tr("QPainter: ") + scene.problem
        AboutBox(self._window, where if scene.surface else tr("not opened yet")).show()

    def log(self) -> None:
        path = log_file()
        if not path.exists():
            raise UserError(tr("there is no log file yet; it would be {0}").format(path))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _actions(self) -> list[QAction]:
        docks = [dock.toggleViewAction() for dock in self._window.docks.values()]
        return [*self._window.actions_.by_id.values(), *docks]
