"""Docks, as a table; what is in one is made when it is first seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QScrollArea, QTabBar, QVBoxLayout, QWidget

from app.gui.text import tr
from app.gui.widgets import configured

RIGHT, BOTTOM = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea


def _attention() -> QWidget:
    from app.gui.views.attention_view import AttentionView

    return AttentionView()


def _joints() -> QWidget:
    from app.gui.panels.joints import JointTable

    return JointTable()


def _plots() -> QWidget:
    from app.gui.views.plot_view import PlotView

    return PlotView()


def _settings() -> QWidget:
    from app.gui.panels.settings import SettingsPanel

    return SettingsPanel()


def _compare() -> QWidget:
    from app.gui.panels.compare import CompareTable

    return CompareTable()


def _training() -> QWidget:
    from app.gui.panels.training import TrainingPanel

    return TrainingPanel()


@dataclass(frozen=True)
class DockKind:
    """What the window knows of a dock before it is made."""

    id: str
    title: str
    area: Qt.DockWidgetArea
    make: Callable[[], QWidget]
    shown: bool = True
    shortcut: str = ""
    scrolls: bool = False


DOCKS = (
    DockKind("attention", "Attention", RIGHT, _attention, shortcut="Ctrl+1"),
    DockKind("joints", "Joints", RIGHT, _joints, shortcut="Ctrl+2"),
    DockKind("settings", "Settings", RIGHT, _settings, shortcut="Ctrl+3", scrolls=True),
    DockKind("training", "Training", RIGHT, _training, shown=False, shortcut="Ctrl+6"),
    DockKind("compare", "Compare lifters", BOTTOM, _compare, shown=False, shortcut="Ctrl+5"),
    DockKind("plots", "Plots", BOTTOM, _plots, shown=False, shortcut="Ctrl+4"),
)


class Dock(QDockWidget):
    """A dock whose content is made when it is first visible; `ready` is called with it then."""

    def __init__(self, kind: DockKind, window: QMainWindow, ready: Callable[[str, QWidget], None]) -> None:
        super().__init__(tr(kind.title), window)
        self.kind, self._ready = kind, ready
        self.setObjectName(f"dock_{kind.id}")
        self.content: QWidget | None = None
        self.in_sight = False
        holder = configured(QWidget(), objectName="panel")
        if kind.area is RIGHT:
            holder.setMinimumWidth(330)
        else:
            holder.setMinimumHeight(220)
        self._layout = QVBoxLayout(holder)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.setWidget(holder)
        self._behind = False
        self.toggleViewAction().setShortcut(kind.shortcut)
        self.toggleViewAction().triggered.connect(self._toggled)
        self._no_title = QWidget(self)
        self._no_title.hide()
        self.topLevelChanged.connect(self.show_title)
        self.dockLocationChanged.connect(self.show_title)
        self.visibilityChanged.connect(self._visibility_changed)

    def show_title(self) -> None:
        """Where docks lie over each other the tabs name them; a title would say it twice."""
        window = self.parentWidget()
        assert isinstance(window, QMainWindow)
        tabbed = bool(window.tabifiedDockWidgets(self)) and not self.isFloating()
        if tabbed and self.titleBarWidget() is None:
            self.setTitleBarWidget(self._no_title)
        elif not tabbed and self.titleBarWidget() is not None:
            self.setTitleBarWidget(None)  # type: ignore[arg-type]

    def _toggled(self, shown: bool) -> None:
        """By its menu entry or its key: what comes into sight lies in front, and what lay behind others comes first."""
        if shown or self._behind:
            self.show()
            self.raise_()

    def bring_up(self) -> None:
        """Show it in front of its neighbours."""
        self.show()
        self.raise_()

    def _visibility_changed(self, visible: bool) -> None:
        self.in_sight = visible
        if visible or not self.isHidden():
            self._behind = not visible
        self.show_title()
        if visible and self.content is None:
            self.content = self.kind.make()
            self._layout.addWidget(_scrolled(self.content) if self.kind.scrolls else self.content)
        if visible and self.content is not None:
            self._ready(self.kind.id, self.content)


def _scrolled(content: QWidget) -> QScrollArea:
    """With bars where a dock is made smaller than what is in it needs: nothing is squeezed together."""
    area = configured(QScrollArea(), objectName="dock", widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    for part in (area.viewport(), content):
        part.setAutoFillBackground(False)  # the dock's own ground is seen
    return area


class FullTabTitles(QObject):
    """Tabs of docks keep their whole names; where there is no room for all, they can be scrolled."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt makes the bars when docks come to lie over each other, also those the user puts there."""
        if event.type() == QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
            bar = event.child()
            if isinstance(bar, QTabBar):
                bar.setElideMode(Qt.TextElideMode.ElideNone)
                bar.setUsesScrollButtons(True)
        return False


def arrange(window: QMainWindow, docks: Mapping[str, Dock]) -> None:
    """The layout of a first start: the right ones as tabs, the bottom ones hidden."""
    for dock in docks.values():
        dock.setFloating(False)
        window.removeDockWidget(dock)
        window.addDockWidget(dock.kind.area, dock)
    right = [d for d in docks.values() if d.kind.area is RIGHT]
    bottom = [d for d in docks.values() if d.kind.area is BOTTOM]
    for row in (right, bottom):
        for dock in row[1:]:
            window.tabifyDockWidget(row[0], dock)
    for dock in docks.values():
        dock.setVisible(dock.kind.shown)
    right[0].raise_()
    window.resizeDocks([right[0]], [420], Qt.Orientation.Horizontal)
    window.resizeDocks(bottom, [260] * len(bottom), Qt.Orientation.Vertical)
    for dock in docks.values():
        dock.show_title()
