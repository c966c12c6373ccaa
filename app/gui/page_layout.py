"""The two pages of the window, the first page and the workspace, and the layout of docks that belongs to the second."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from app.gui.panels.docks import Dock, arrange
from app.gui.workspace import Workspace

LAYOUT_VERSION = 2


class PageLayout:
    """Which page is shown; on the first one the docks are out of sight, and their layout is kept."""

    def __init__(
        self, window: QMainWindow, stack: QStackedWidget, welcome: QWidget, workspace: Workspace,
        docks: Mapping[str, Dock], layout: QByteArray,
    ) -> None:  # fmt: skip
        """window: whose docks these are. layout: as it was remembered."""
        self._window, self._stack, self._welcome, self._workspace = window, stack, welcome, workspace
        self._docks, self._layout = docks, layout

    @property
    def on_workspace(self) -> bool:
        return self._stack.currentWidget() is self._workspace

    def layout(self) -> QByteArray:
        """The layout to remember; on the first page that of the workspace before it."""
        return self._window.saveState(LAYOUT_VERSION) if self.on_workspace else self._layout

    def show_welcome(self) -> None:
        self._window.setWindowTitle("Marey")
        self._layout = self.layout()
        self._stack.setCurrentWidget(self._welcome)
        for dock in self._docks.values():
            dock.hide()

    def show_workspace(self, title: str = "") -> None:
        """title: what is open, for the window's title."""
        if title:
            self._window.setWindowTitle(f"{title}[*] — Marey")
        if self.on_workspace:
            return
        self._stack.setCurrentWidget(self._workspace)
        if self._layout.isEmpty() or not self._window.restoreState(self._layout, LAYOUT_VERSION):
            arrange(self._window, self._docks)
        for dock in self._docks.values():
            dock.show_title()
        self._workspace.timeline.setFocus()

    def reset(self) -> None:
        """Docks and panes as at the first start."""
        self._layout = QByteArray()
        if self.on_workspace:
            arrange(self._window, self._docks)
            self._workspace.splitter.setSizes([500, 500])
