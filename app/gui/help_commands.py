"""Commands that help: finding commands, the keyboard, the log file, About."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QWidget

from app.gui.actions import Actions
from app.gui.panels.docks import Dock
from app.gui.text import tr
from app.gui.views.scene_view import SceneView
from app.log_file import log_file
from poses.errors import UserError


class HelpCommands:
    """Boxes that block nothing; they are made when they are asked for."""

    def __init__(self, actions: Actions, docks: Mapping[str, Dock], scene: SceneView, parent: QWidget) -> None:
        """parent: of the boxes."""
        self._commands, self._docks, self._scene, self._parent = actions, docks, scene, parent

    def search(self) -> None:
        """A line to type a command's name in."""
        from app.gui.panels.search import CommandSearch

        box = CommandSearch(self._actions(), self._parent)
        box.move(self._parent.mapToGlobal(self._parent.rect().center()) - box.rect().center())
        box.show()

    def shortcuts(self) -> None:
        from app.gui.panels.about import ShortcutBox

        ShortcutBox(self._parent, self._actions()).show()

    def about(self) -> None:
        from app.gui.panels.about import AboutBox

        scene = self._scene
        where = tr("OpenGL") if scene.surface and not scene.problem else tr("QPainter: ") + scene.problem
        AboutBox(self._parent, where if scene.surface else tr("not opened yet")).show()

    def log(self) -> None:
        path = log_file()
        if not path.exists():
            raise UserError(tr("there is no log file yet; it would be {0}").format(path))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _actions(self) -> list[QAction]:
        docks = [dock.toggleViewAction() for dock in self._docks.values()]
        return [*self._commands.by_id.values(), *docks]
