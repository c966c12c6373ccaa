"""Toolbar and menu bar of the window, filled from the table of commands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QLabel, QMenu, QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from app.gui.actions import TOOLBAR, Actions
from app.gui.language import languages
from app.gui.panels.docks import Dock
from app.gui.preferences import Preferences
from app.gui.text import tr
from app.gui.widgets import configured


def toolbar(actions: Actions, boxes: Mapping[str, QWidget]) -> QToolBar:
    """Buttons and boxes (by their name in the table) of the main toolbar."""
    bar = configured(QToolBar(tr("Main toolbar")), objectName="toolbar")
    bar.setMovable(False)
    bar.setIconSize(QSize(20, 20))
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    for name in TOOLBAR:
        if not name:
            bar.addSeparator()
        elif name == "STRETCH":
            stretch = QWidget()
            stretch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            bar.addWidget(stretch)
        elif name in boxes:
            bar.addWidget(configured(QLabel(boxes[name].accessibleName()), objectName="muted"))
            bar.addWidget(boxes[name])
        else:
            bar.addWidget(_button(actions, name))
    return bar


def _button(actions: Actions, name: str) -> QToolButton:
    action, button = actions.by_id[name], QToolButton()
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setDefaultAction(action)
    button.setText(action.text().replace("&", "").rstrip("…"))
    if name == "analyse":
        button.setObjectName("primary")
    return button


class WindowMenus(QObject):
    """The menus, with docks, languages and files opened last among the commands.

    recent_requested(path); language_requested(code): "" is the system's.
    """

    recent_requested = Signal(str)
    language_requested = Signal(str)

    def __init__(
        self, bar: QMenuBar, actions: Actions, docks: Mapping[str, Dock], preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._preferences = preferences
        menus = actions.fill_menus(bar)
        for dock in docks.values():
            menus["View"].insertAction(actions.by_id["theme_system"], dock.toggleViewAction())
        self.language = menus["View"].addMenu(tr("Lan&guage"))
        menus["View"].insertMenu(actions.by_id["full_screen"], self.language)
        self._fill_languages(self.language)
        self.recent = menus["File"].addMenu(tr("Open &recent"))
        menus["File"].insertMenu(actions.by_id["open_example"], self.recent)
        self.recent.aboutToShow.connect(self._fill_recent)

    def _fill_languages(self, menu: QMenu) -> None:
        """The system's language and those there are, each under its own name."""
        group = QActionGroup(self)
        chosen = self._preferences.text("language")
        for code, name in {"": tr("Language of the s&ystem"), **languages()}.items():
            action = menu.addAction(name)
            action.setObjectName(f"language_{code or 'system'}")
            action.setCheckable(True)
            action.setChecked(code == chosen)
            action.triggered.connect(partial(self._choose_language, code))
            group.addAction(action)

    def _choose_language(self, code: str, _checked: bool = False) -> None:
        self.language_requested.emit(code)

    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in self._preferences.recent():
            self.recent.addAction(path).triggered.connect(partial(self._open, path))
        if self.recent.isEmpty():
            self.recent.addAction(tr("Nothing yet")).setEnabled(False)

    def _open(self, path: str, _checked: bool = False) -> None:
        self.recent_requested.emit(path)
