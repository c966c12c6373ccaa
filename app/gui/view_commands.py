"""Commands that change how things look, and nothing that was computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui import theme
from app.gui.text import tr

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow


class ViewCommands:
    """Colours, layout, and what is drawn; the window gives it its parts."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.arcs_on = False

    def show_skeleton(self, on: bool) -> None:
        self._window.workspace.video.set_option("show_skeleton", on)

    def show_names(self, on: bool) -> None:
        self._window.workspace.video.set_option("show_names", on)

    def set_theme(self, name: str) -> None:
        """Take other colours at once, and at the next start."""
        self._window.preferences.set("theme", name)
        self.apply(name)

    def set_language(self, code: str) -> None:
        """Speak another language from the next start on; "" is the system's."""
        self._window.preferences.set("language", code)
        self._window.notices.show("info", tr("The language changes when Marey is started again."))

    def apply(self, name: str) -> None:
        theme.apply(theme.chosen(name))
        window = self._window
        self.tick_theme()
        window.actions_.set_icons()
        window.show_playing(window.player.playing)
        window.workspace.scene.refresh()
        window.workspace.video.update()
        window.workspace.timeline.update()
        window.renew_welcome()
        for dock in window.docks.values():
            if dock.content is not None and hasattr(dock.content, "set_theme"):
                dock.content.set_theme()

    def tick_theme(self) -> None:
        """Mark the chosen colours in the menu."""
        chosen = self._window.preferences.text("theme")
        self._window.actions_.by_id[f"theme_{chosen if chosen in theme.THEMES else 'system'}"].setChecked(True)

    def system_changed(self) -> None:
        """The system went from light to dark or back."""
        if self._window.preferences.text("theme") not in theme.THEMES:
            self.apply("system")

    def toggle_full_screen(self) -> None:
        window = self._window
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    def look_from(self, name: str) -> None:
        self._window.workspace.scene.set_preset(name)

    def turn(self, degrees: tuple[float, float]) -> None:
        """Turn the eye of the 3D view by azimuth and elevation."""
        self._window.workspace.scene.turn(*degrees)

    def pan(self, parts: tuple[float, float]) -> None:
        """Move the eye of the 3D view by parts of its height, right and up."""
        self._window.workspace.scene.pan(*parts)

    def zoom_scene(self, factor: float) -> None:
        self._window.workspace.scene.zoom(factor)

    def frame_figures(self) -> None:
        self._window.workspace.scene.frame_figures()

    def follow(self, on: bool) -> None:
        self._window.workspace.scene.set_follow(on)

    def orthographic(self, on: bool) -> None:
        self._window.workspace.scene.set_orthographic(on)

    def ghost(self, on: bool) -> None:
        self._window.workspace.scene.set_option("ghost", on)
        self._window.view_controller.show_badges()

    def trails(self, on: bool) -> None:
        self._window.workspace.scene.set_option("trails", on)

    def shadow(self, on: bool) -> None:
        self._window.workspace.scene.set_option("shadow", on)

    def floor(self, on: bool) -> None:
        self._window.workspace.scene.set_option("floor", on)

    def axes(self, on: bool) -> None:
        self._window.workspace.scene.set_option("axes", on)

    def arcs(self, on: bool) -> None:
        """Weights of the shown map as arcs; needs maps, which are asked for while it is on."""
        self.arcs_on = on
        if on:
            self._window.open_dock("attention")
        self._window.dock_controller.show_arcs()
