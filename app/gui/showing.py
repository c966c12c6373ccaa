"""What reaches the screen: connects document, player and conductor with the views."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from app.gui.log import describe
from app.gui.shown import Shown
from app.gui.text import tr
from app.gui.told import told
from app.gui.views.orbit import video_direction
from app.gui.views.timeline_drawing import lanes_of
from poses.sequences import VideoFrame

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow


NUMBER = re.compile(r"(?<!person )\d+")  # how many; who is meant stays


class Showing(QObject):
    """Slots between the state and the views; all of them run in the window's thread."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.shown = Shown(0)
        self._framed = False
        self._told: set[str] = set()

    def connect_all(self) -> None:
        window = self._window
        document, conductor, player = window.document, window.conductor, window.player
        document.opened.connect(self._opened)
        document.analysed.connect(self._analysed)
        document.motion_changed.connect(self._motion_changed)
        document.range_changed.connect(self._range_changed)
        document.selection_changed.connect(self._selection_changed)
        player.moved.connect(self._moved)
        conductor.pictured.connect(self._pictured)
        conductor.progressed.connect(self._progressed)
        conductor.ended.connect(self._ended)
        conductor.failed.connect(self._failed)
        conductor.camera.started.connect(self._following)
        conductor.camera.lost.connect(self._lost)
        views = window.workspace
        views.timeline.seek_requested.connect(player.go)
        views.timeline.person_requested.connect(window.people.select)
        views.timeline.rename_requested.connect(window.command("people.rename"))
        views.timeline.range_requested.connect(document.set_range)
        views.transport.speed_requested.connect(player.set_speed)
        views.video.joint_selected.connect(document.select)
        views.scene.joint_selected.connect(document.select)
        views.scene.preset_requested.connect(window.looks.look_from)

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
            label = window.lifter_choice.label_of(motion.lifter)
            scene = label if self.shown.figures_3d else tr("{0}: no 3D in this frame").format(label)
            if window.document.ghost is not None and window.workspace.scene.options.ghost:
                scene += tr("   grey: {0}").format(window.lifter_choice.label_of(window.document.ghost.lifter))
        window.workspace.video_badge.set_text(video)
        window.workspace.scene_badge.set_text(scene)

    def _opened(self) -> None:
        window, info = self._window, self._window.document.info
        self.shown, self._framed, self._told = Shown(0), False, set()
        for kind in ("note", "warning"):
            window.notices.clear(kind)
        views = window.workspace
        views.video.set_frame(None)
        views.scene.set_figures(())
        times = info.time_s if info else np.zeros(0)
        window.player.set_times(times)
        views.timeline.set_times(times)
        views.timeline.set_video(info)
        if info is None:
            window.pages.show_welcome()
        else:
            window.preferences.add_recent(str(Path(info.path).resolve()))
            window.setWindowTitle(f"{window.document.name}[*] — Marey")
            window.pages.show_workspace()
            rate = f"{float(info.rate):.2f}".rstrip("0").rstrip(".") + (tr(" (variable)") if info.variable_rate else "")
            window.status.set_facts(f"{info.size[0]} × {info.size[1]}    {rate} fps    {info.codec}")
        self.update_commands()
        self._show_position()
        self.show_badges()
        window.dock_showing.forget()

    def _analysed(self) -> None:
        """What was shown live stood at the origin; the result is looked at anew."""
        self._framed = False
        self._told = set()

    def _tell(self, warnings: tuple[str, ...]) -> None:
        """What an analysis has to tell, once: a correction or another lifter changes the numbers in it at most."""
        for text in warnings:
            if (kind := NUMBER.sub("", text)) not in self._told:
                self._told.add(kind)
                self._window.notices.show("note", told(text))

    def _motion_changed(self) -> None:
        window, motion = self._window, self._window.document.motion
        assert motion is not None
        window.workspace.timeline.set_lanes(lanes_of(motion))
        if motion.persons:
            person = motion.persons[0]
            window.workspace.scene.eye.camera_direction = video_direction(person.camera.xyz, person.world.xyz)
        window.lifter_choice.set_id(motion.lifter)
        self._tell(motion.warnings)
        self.update_commands()
        window.conductor.pictures.show(window.document.frame)
        self._show(window.document.shown(window.document.frame))
        window.dock_showing.motion_changed(self.shown)

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
        live, scene = window.conductor.busy and window.conductor.live, window.workspace.scene
        # Live, a pose stays for several pictures, and the last one while nobody is lifted.
        if not live or (shown.figures_3d and shown.figures_3d is not scene.figures):
            scene.set_figures(shown.figures_3d)
            if not self._framed and shown.figures_3d:
                self._framed = True
                scene.frame_figures()
        self.show_badges()
        window.dock_showing.refresh(shown)

    def _following(self, source: str) -> None:
        """A camera: the workspace without a file behind it."""
        self._framed = False
        self._window.pages.show_workspace()
        self._window.setWindowTitle(f"{source} — Marey")
        self.update_commands()

    def _lost(self, error: Exception, again: Callable[[], None]) -> None:
        """A camera: told once, with the way back; what was seen last stays in sight."""
        window = self._window
        if window.workspace.video.has_picture:
            window.pages.show_workspace()
        text, details = describe(error)
        actions = ((tr("Connect again"), lambda: window.attempt(again)),)
        window.notices.show("error", text, details, actions=actions)  # warnings go when the recording is opened

    def _progressed(self, text: str, done: int, total: int, left_s: float) -> None:
        self._window.status.set_progress(text, done, total, left_s)
        self.update_commands()
        self.show_badges()

    def _ended(self) -> None:
        window = self._window
        window.status.set_idle()
        window.workspace.timeline.set_progress(-1)
        self.update_commands()
        self.show_badges()
        window.workspace.timeline.set_cursor(window.document.frame)
        self._show_position()
        window.conductor.pictures.show(window.document.frame)
        if window.document.info is None and not window.conductor.pictures.opening:
            window.pages.show_welcome()

    def _failed(self, error: Exception) -> None:
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
        window.workspace.timeline.set_selected(selected[0] if selected else None)
        window.dock_showing.refresh(self.shown)

    def _show_position(self, frame: int | None = None) -> None:
        window, info = self._window, self._window.document.info
        if info is None or not len(info):
            window.workspace.transport.set_position(0, 0, 0, 0)
            return
        frame = min(window.player.row if frame is None else frame, len(info) - 1)
        now = float(info.time_s[frame] - info.time_s[0])
        window.workspace.transport.set_position(frame, len(info), now, info.duration_s)

    def update_commands(self) -> None:
        window, document = self._window, self._window.document
        there = {"video"} if document.info is not None else set()
        there |= {"motion"} if document.motion is not None else set()
        if window.conductor.busy:
            there.add("job")
        elif document.info is not None:
            there.add("ready")
        there |= window.editor.there()
        window.actions_.set_there(there)
