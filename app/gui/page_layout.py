"""The two pages of the window, the first page and the workspace, and the layout of docks that belongs to the second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray

from app.gui.panels.docks import arrange

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow

LAYOUT_VERSION = 2


class PageLayout:
    """Which page is shown; on the first one the docks are out of sight, and their layout is kept."""

    def __init__(self, window: MainWindow, layout: QByteArray) -> None:
        self._window = window
        self._layout = layout

    @property
    def on_workspace(self) -> bool:
        return self._window.stack.currentWidget() is self._window.workspace

    def layout(self) -> QByteArray:
        """The layout to remember; on the first page that of the workspace before it."""
        return self._window.saveState(LAYOUT_VERSION) if self.on_workspace else self._layout

    def show_welcome(self) -> None:
        window = self._window
        window.setWindowTitle("Marey")
        window.status.set_facts("")
        self._layout = self.layout()
        window.renew_welcome()
        window.stack.setCurrentWidget(window.welcome)
        for dock in window.docks.values():
            dock.hide()

    def show_workspace(self) -> None:
        window = self._window
        if self.on_workspace:
            return
        window.stack.setCurrentWidget(window.workspace)
        if self._layout.isEmpty() or not window.restoreState(self._layout, LAYOUT_VERSION):
            arrange(window, window.docks)
        for dock in window.docks.values():
            dock.show_title()
        window.workspace.timeline.setFocus()

    def reset(self) -> None:
        """Docks and panes as at the first start."""
        self._layout = QByteArray()
        if self.on_workspace:
            arrange(self._window, self._window.docks)
            self._window.workspace.splitter.setSizes([500, 500])
