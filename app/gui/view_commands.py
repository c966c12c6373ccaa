"""Commands that change how things look, and nothing that was computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from app.gui import theme
from app.gui.actions import Actions
from app.gui.panels.docks import Dock
from app.gui.preferences import Preferences
from app.gui.reporter import Reporter
from app.gui.text import tr
from app.gui.workspace import Workspace


class ViewCommands(QObject):
    """Colours, layout, and what is drawn. theme_changed; options_changed: what is drawn beside the poses."""

    theme_changed = Signal()
    options_changed = Signal()

    def __init__(
        self, workspace: Workspace, docks: Mapping[str, Dock], actions: Actions, preferences: Preferences,
        reporter: Reporter, open_dock: Callable[[str], None], parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._workspace, self._docks, self._actions = workspace, docks, actions
        self._preferences, self._reporter, self._open_dock = preferences, reporter, open_dock
        self.arcs_on = False

    def show_skeleton(self, on: bool) -> None:
        self._workspace.video.set_option("show_skeleton", on)

    def show_names(self, on: bool) -> None:
        self._workspace.video.set_option("show_names", on)

    def set_theme(self, name: str) -> None:
        """Take other colours at once, and at the next start."""
        self._preferences.set("theme", name)
        self.apply(name)

    def set_language(self, code: str) -> None:
        """Speak another language from the next start on; "" is the system's."""
        self._preferences.set("language", code)
        self._reporter.notices.show("info", tr("The language changes when Marey is started again."))

    def apply(self, name: str) -> None:
        theme.apply(theme.chosen(name))
        self.tick_theme()
        self._actions.set_icons()
        self._workspace.scene.refresh()
        self._workspace.video.update()
        self._workspace.timeline.update()
        self.theme_changed.emit()
        for dock in self._docks.values():
            if dock.content is not None and hasattr(dock.content, "set_theme"):
                dock.content.set_theme()

    def tick_theme(self) -> None:
        """Mark the chosen colours in the menu."""
        chosen = self._preferences.text("theme")
        self._actions.by_id[f"theme_{chosen if chosen in theme.THEMES else 'system'}"].setChecked(True)

    def system_changed(self) -> None:
        """The system went from light to dark or back."""
        if self._preferences.text("theme") not in theme.THEMES:
            self.apply("system")

    def toggle_full_screen(self) -> None:
        window = self._workspace.window()
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    def look_from(self, name: str) -> None:
        self._workspace.scene.set_preset(name)

    def turn(self, degrees: tuple[float, float]) -> None:
        """Turn the eye of the 3D view by azimuth and elevation."""
        self._workspace.scene.turn(*degrees)

    def pan(self, parts: tuple[float, float]) -> None:
        """Move the eye of the 3D view by parts of its height, right and up."""
        self._workspace.scene.pan(*parts)

    def zoom_scene(self, factor: float) -> None:
        self._workspace.scene.zoom(factor)

    def frame_figures(self) -> None:
        self._workspace.scene.frame_figures()

    def follow(self, on: bool) -> None:
        self._workspace.scene.set_follow(on)

    def orthographic(self, on: bool) -> None:
        self._workspace.scene.set_orthographic(on)

    def ghost(self, on: bool) -> None:
        self._workspace.scene.set_option("ghost", on)
        self.options_changed.emit()

    def trails(self, on: bool) -> None:
        self._workspace.scene.set_option("trails", on)

    def shadow(self, on: bool) -> None:
        self._workspace.scene.set_option("shadow", on)

    def floor(self, on: bool) -> None:
        self._workspace.scene.set_option("floor", on)

    def axes(self, on: bool) -> None:
        self._workspace.scene.set_option("axes", on)

    def arcs(self, on: bool) -> None:
        """Weights of the shown map as arcs; needs maps, which are asked for while it is on."""
        self.arcs_on = on
        if on:
            self._open_dock("attention")
        self.options_changed.emit()
