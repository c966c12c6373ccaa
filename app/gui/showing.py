"""What reaches the screen: connects document, player and conductor with the views."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QByteArray, QObject
from PySide6.QtWidgets import QWidget

from app.gui.comparison import Compared
from app.gui.explain import Explanation
from app.gui.log import describe
from app.gui.map_picture import strongest
from app.gui.panels.docks import arrange
from app.gui.shown import Shown
from app.gui.text import tr
from app.gui.views.orbit import video_direction
from app.gui.views.timeline import lanes_of
from poses.sequences import VideoFrame

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow

LAYOUT_VERSION = 1


class Showing(QObject):
    """Slots between the state and the views; all of them run in the window's thread."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.layout = QByteArray()
        self.shown = Shown(0)
        self._explanation: Explanation | None = None
        self._framed = False
        self._compared: list[Compared] = []

    def connect_all(self) -> None:
        window = self._window
        document, conductor, player = window.document, window.conductor, window.player
        document.opened.connect(self._opened)
        document.motion_changed.connect(self._motion_changed)
        document.range_changed.connect(self._range_changed)
        document.selection_changed.connect(self._selection_changed)
        player.moved.connect(self._moved)
        conductor.pictured.connect(self._pictured)
        conductor.progressed.connect(self._progressed)
        conductor.ended.connect(self._ended)
        conductor.failed.connect(self._failed)
        conductor.explained.connect(self._explained)
        conductor.following.connect(self._following)
        conductor.compared.connect(self._compare_done)
        views = window.workspace
        views.timeline.seek_requested.connect(self._seek)
        views.timeline.range_requested.connect(document.set_range)
        views.transport.speed_requested.connect(player.set_speed)
        views.video.joint_selected.connect(document.select)
        views.scene.joint_selected.connect(document.select)
        views.scene.preset_requested.connect(window.looks.look_from)

    def dock_made(self, id: str, content: QWidget) -> None:
        """A dock came into sight: bring it up to date, the first time connect it."""
        if not content.property("connected"):
            content.setProperty("connected", True)
            self._connect_dock(id, content)
        self._update_docks()
        if id == "attention":
            self._ask_maps()

    def current_layout(self) -> QByteArray:
        """The layout to remember; on the first page that of the workspace before it."""
        on_workspace = self._window.stack.currentWidget() is self._window.workspace
        return self._window.saveState(LAYOUT_VERSION) if on_workspace else self.layout

    def show_badges(self) -> None:
        """Notes on the views: what to do next, or what is missing."""
        window = self._window
        motion = window.document.motion
        video = scene = ""
        if window.conductor.busy:
            pass
        elif motion is None:
            video = tr("Press Analyse to find the person")
        elif window.conductor.detector != motion.detector:
            video = tr("Analyse again to use the other detector")
        elif not self.shown.figures_2d:
            video = tr("Nobody in this frame")
        if motion is not None and not window.conductor.busy:
            label = window.lifter_choice.itemText(window.lifter_choice.findData(motion.lifter)) or motion.lifter
            scene = label if self.shown.figures_3d else tr("{0}: no 3D in this frame").format(label)
            if window.document.ghost is not None:
                scene += tr("   grey: {0}").format(window.document.ghost.lifter)
        window.workspace.video_badge.set_text(video)
        window.workspace.scene_badge.set_text(scene)

    def show_arcs(self) -> None:
        """Weights of the shown map on the 3D skeleton, while that is switched on."""
        window = self._window
        view = window.attention()
        arcs: tuple[tuple[int, int, float], ...] = ()
        if window.looks.arcs_on and view is not None and view.shown_map is not None and self._explanation:
            arcs = strongest(view.shown_map, view.picks, len(self._explanation.joints))
        window.workspace.scene.set_arcs(arcs)

    def _connect_dock(self, id: str, content: Any) -> None:
        window = self._window
        if id == "attention":
            content.joint_requested.connect(self._select_joint)
            content.offset_requested.connect(window.player.step)
            content.choice_changed.connect(self.show_arcs)
        elif id == "joints":
            content.joint_requested.connect(self._select_joint)
        elif id == "plots":
            content.joint_requested.connect(self._select_joint)
            content.seek_requested.connect(self._seek_time)
            content.save_requested.connect(window.command("files.save_plot"))
        elif id == "compare":
            content.run_requested.connect(window.command("run.compare"))
            content.lifter_requested.connect(self._show_lifter)
            content.set_compared(self._compared, window.document.motion.lifter if window.document.motion else "")
        elif id == "settings":
            content.set_settings(window.document.settings)
            content.changed.connect(self._settings_changed)

    def _opened(self) -> None:
        window, info = self._window, self._window.document.info
        self.shown, self._explanation, self._framed = Shown(0), None, False
        self._compare_done([])
        views = window.workspace
        views.video.set_frame(None)
        views.scene.set_figures(())
        times = info.time_s if info else np.zeros(0)
        window.player.set_times(times)
        views.timeline.set_times(times)
        if info is None:
            self._show_welcome()
        else:
            window.preferences.add_recent(str(Path(info.path).resolve()))
            window.setWindowTitle(f"{window.document.name} — Marey")
            self._show_workspace()
            rate = f"{float(info.rate):.2f}".rstrip("0").rstrip(".") + (tr(" (variable)") if info.variable_rate else "")
            window.status.set_facts(f"{info.size[0]} × {info.size[1]}    {rate} fps    {info.codec}")
        self._update_commands()
        self._show_position()
        self.show_badges()
        self._update_docks()

    def _show_welcome(self) -> None:
        window = self._window
        window.setWindowTitle("Marey")
        window.status.set_facts("")
        if window.stack.currentWidget() is not window.welcome:
            self.layout = window.saveState(LAYOUT_VERSION)
        window.renew_welcome()
        window.stack.setCurrentWidget(window.welcome)
        for dock in window.docks.values():
            dock.hide()

    def _show_workspace(self) -> None:
        window = self._window
        if window.stack.currentWidget() is window.workspace:
            return
        window.stack.setCurrentWidget(window.workspace)
        arrange(window, window.docks)
        if not self.layout.isEmpty() and not window.restoreState(self.layout, LAYOUT_VERSION):
            arrange(window, window.docks)
        for dock in window.docks.values():
            dock.show_title()
        window.workspace.timeline.setFocus()

    def _motion_changed(self) -> None:
        window, motion = self._window, self._window.document.motion
        assert motion is not None
        window.workspace.timeline.set_lanes(lanes_of(motion))
        if motion.persons:
            person = motion.persons[0]
            window.workspace.scene.set_camera_direction(*video_direction(person.camera.xyz, person.world.xyz))
        window.lifter_choice.set_id(motion.lifter)
        for text in motion.warnings:
            window.notices.show("warning", text)
        self._update_commands()
        window.conductor.show_frame(window.document.frame)
        self._show(window.document.shown(window.document.frame))
        if not self._framed and self.shown.figures_3d:
            self._framed = True
            window.workspace.scene.frame_figures()
        self._compare_done(self._compared)
        self._update_docks(motion_changed=True)

    def _moved(self, frame: int) -> None:
        """The player wants a frame: the cursor goes there at once, the views when the picture is there."""
        self._window.conductor.live = False
        self._window.document.set_frame(frame)
        self._window.workspace.timeline.set_cursor(frame)
        self._show_position()

    def _pictured(self, frame: VideoFrame, shown: Shown) -> None:
        window = self._window
        window.workspace.video.set_frame(frame)
        if window.conductor.busy and window.conductor.live and not window.conductor.is_live:
            window.workspace.timeline.set_progress(frame.index)
            window.workspace.timeline.set_cursor(frame.index)
            self._show_position(frame.index)
        self._show(shown)
        if window.conductor.is_live:
            window.workspace.video.repaint()  # so that the latency counts the drawing

    def _show(self, shown: Shown) -> None:
        self.shown = shown
        window = self._window
        window.workspace.video.set_figures(shown.figures_2d)
        live_without_3d = window.conductor.busy and window.conductor.live and not shown.figures_3d
        if not live_without_3d:
            window.workspace.scene.set_figures(shown.figures_3d)
            if not self._framed and shown.figures_3d:
                self._framed = True
                window.workspace.scene.frame_figures()
        self.show_badges()
        self._update_docks()
        self._ask_maps()

    def _update_docks(self, motion_changed: bool = False) -> None:
        window, document = self._window, self._window.document
        person = document.selected[0] if document.selected else 0
        joint = document.selected[1] if document.selected else None
        docks = window.docks
        table: Any = docks["joints"].content
        if table is not None and docks["joints"].in_sight:
            table.set_shown(self.shown, person)
            table.set_selected(joint)
        plots = window.plots()
        if plots is not None and docks["plots"].in_sight:
            if motion_changed or plots.motion is not document.motion or plots.person != person:
                plots.set_motion(document.motion, document.ghost, person)
                if joint is not None:
                    plots.set_joint(joint)
            if document.info is not None and len(document.info):
                plots.set_time(float(document.info.time_s[min(self.shown.frame, len(document.info) - 1)]))
        view = window.attention()
        if view is not None:
            view.set_selected(joint)
            if document.motion is None:
                view.set_message(tr("Analyse a video to see what the lifter looks at."))
            elif self._explanation is None:
                view.set_message(tr("Loading the lifter…"))

    def _ask_maps(self) -> None:
        window = self._window
        window.conductor.explaining = window.docks["attention"].in_sight or window.looks.arcs_on
        if not window.conductor.busy:
            person = window.document.selected[0] if window.document.selected else 0
            window.conductor.explain_frame(self.shown.frame, person)

    def _explained(self, explanation: Explanation | None) -> None:
        self._explanation = explanation
        view = self._window.attention()
        if view is None or self._window.document.motion is None:
            return
        if explanation is None:
            view.set_message(tr("Nobody in this frame."))
        elif not explanation.maps:
            view.set_message(tr("This lifter has no maps."))
        else:
            view.set_maps(explanation.maps, explanation.joints, explanation.window)
        self.show_arcs()

    def _following(self, source: str) -> None:
        """A camera: the workspace without a file behind it."""
        self._framed = False
        self._show_workspace()
        self._window.setWindowTitle(f"{source} — Marey")
        self._update_commands()

    def _compare_done(self, rows: list[Compared]) -> None:
        self._compared = rows
        table: Any = self._window.docks["compare"].content
        motion = self._window.document.motion
        if table is not None and motion is not None:
            table.set_compared(rows, motion.lifter)

    def _show_lifter(self, id: str) -> None:
        self._window.lifter_choice.set_id(id)
        self._window.lifter_choice.chosen.emit(id)

    def _progressed(self, text: str, done: int, total: int, left_s: float) -> None:
        self._window.status.set_progress(text, done, total, left_s)
        self._update_commands()
        self.show_badges()

    def _ended(self) -> None:
        self._window.status.set_idle()
        self._window.workspace.timeline.set_progress(-1)
        self._update_commands()
        self.show_badges()
        self._window.workspace.timeline.set_cursor(self._window.document.frame)
        self._show_position()
        self._window.conductor.show_frame(self._window.document.frame)
        if self._window.document.info is None and not self._window.conductor.opening:
            self._show_welcome()

    def _failed(self, _what: str, error: Exception) -> None:
        self._window.player.pause()
        self._window.show_error(error)
        self._window.status.showMessage(describe(error)[0], 5000)

    def _range_changed(self) -> None:
        window, chosen = self._window, self._window.document.range
        window.workspace.timeline.set_range(*(chosen or (None, None)))
        window.player.set_range(*(chosen or (0, window.player.count - 1)))

    def _selection_changed(self) -> None:
        window = self._window
        selected = window.document.selected
        window.workspace.video.set_selected(selected)
        window.workspace.scene.set_selected(selected)
        plots = window.plots()
        if plots is not None and selected is not None:
            plots.set_joint(selected[1])
        self._update_docks()

    def _settings_changed(self, settings: object) -> None:
        document = self._window.document
        document.settings = settings  # type: ignore[assignment]
        if not self._window.conductor.detecting:
            self._window.attempt(self._window.conductor.relift)

    def _select_joint(self, joint: int) -> None:
        document = self._window.document
        document.select(document.selected[0] if document.selected else 0, joint)

    def _seek(self, frame: int) -> None:
        self._window.player.pause()
        self._window.player.seek(frame)

    def _seek_time(self, time_s: float) -> None:
        info = self._window.document.info
        if info is not None:
            self._seek(info.number_at(time_s))

    def _show_position(self, frame: int | None = None) -> None:
        window, info = self._window, self._window.document.info
        if info is None or not len(info):
            window.workspace.transport.set_position(0, 0, 0, 0)
            return
        frame = min(window.player.row if frame is None else frame, len(info) - 1)
        now = float(info.time_s[frame] - info.time_s[0])
        window.workspace.transport.set_position(frame, len(info), now, info.duration_s)

    def _update_commands(self) -> None:
        window, document = self._window, self._window.document
        there = {"video"} if document.info is not None else set()
        there |= {"motion"} if document.motion is not None else set()
        if window.conductor.busy:
            there.add("job")
        elif document.info is not None:
            there.add("ready")
        there |= window.editor.there()
        window.actions_.set_there(there)
