"""What reaches the screen: connects document, player and conductor with the views."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

from app.gui.frame_view import FrameView
from app.gui.log import describe
from app.gui.message_translation import translate_message
from app.gui.text import tr
from app.gui.views.orbit import video_direction
from app.gui.views.timeline_drawing import lanes_of
from poses.sequences import VideoFrame

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow
    from app.gui.panels.notice import Notice


NUMBER = re.compile(r"(?<!person )\d+")  # how many; who is meant stays


class ViewController(QObject):
    """Slots between the state and the views; all of them run in the window's thread."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.frame_view = FrameView(0)
        self._framed = False
        self._told: set[str] = set()
        self._lost_card: Notice | None = None

    def connect_all(self) -> None:
        window = self._window
        document, controller, player = window.document, window.controller, window.player
        document.opened.connect(self._opened)
        document.analysed.connect(self._analysed)
        document.motion_changed.connect(self._motion_changed)
        document.range_changed.connect(self._range_changed)
        document.selection_changed.connect(self._selection_changed)
        player.moved.connect(self._moved)
        controller.frame_ready.connect(self._pictured)
        controller.progressed.connect(self._progressed)
        controller.ended.connect(self._ended)
        controller.failed.connect(self._failed)
        controller.camera.started.connect(self._following)
        controller.camera.lost.connect(self._lost)
        views = window.workspace
        views.timeline.seek_requested.connect(player.go)
        views.timeline.person_requested.connect(window.people.select)
        views.timeline.rename_requested.connect(window.command("people.rename"))
        views.timeline.range_requested.connect(document.set_range)
        views.transport.speed_requested.connect(player.set_speed)
        views.video.joint_selected.connect(document.select)
        views.scene.joint_selected.connect(document.select)
        views.scene.preset_requested.connect(window.view.look_from)

    def show_badges(self) -> None:
        """Notes on the views: what to do next, or what is missing."""
        window = self._window
        motion = window.document.motion
        video = scene = ""
        if window.controller.busy:
            pass
        elif motion is None:
            video = tr("Press Analyse to find the person")
        elif window.controller.detector != motion.detector:
            video = tr("Analyse again to use the other detector")
        elif not self.frame_view.poses_2d:
            video = tr("Nobody in this frame")
        if motion is not None and not window.controller.busy:
            label = window.lifter_choice.label_of(motion.lifter)
            scene = label if self.frame_view.poses_3d else tr("{0}: no 3D in this frame").format(label)
            if window.document.ghost is not None and window.workspace.scene.options.ghost:
                scene += tr("   grey: {0}").format(window.lifter_choice.label_of(window.document.ghost.lifter))
        window.workspace.video_badge.set_text(video)
        window.workspace.scene_badge.set_text(scene)

    def _opened(self) -> None:
        window, info = self._window, self._window.document.info
        self.frame_view, self._framed, self._told = FrameView(0), False, set()
        for kind in ("note", "warning"):
            window.notices.clear(kind)
        if info is not None and Path(info.path) != window.controller.camera.kept:
            self._forget_lost()
        views = window.workspace
        views.video.set_frame(None)
        views.scene.set_poses(())
        times = info.time_s if info else np.zeros(0)
        window.player.set_times(times)
        views.timeline.set_times(times)
        views.timeline.set_video(info)
        if info is None:
            window.page_layout.show_welcome()
        else:
            window.preferences.add_recent(str(Path(info.path).resolve()))
            window.setWindowTitle(f"{window.document.name}[*] — Marey")
            window.page_layout.show_workspace()
            rate = f"{float(info.rate):.2f}".rstrip("0").rstrip(".") + (tr(" (variable)") if info.variable_rate else "")
            window.status.set_facts(f"{info.size[0]} × {info.size[1]}    {rate} fps    {info.codec}")
        self.update_commands()
        self._show_position()
        self.show_badges()
        window.dock_controller.forget()

    def _analysed(self) -> None:
        """What was shown live stood at the origin; the result is looked at anew."""
        self._framed = False
        self._told = set()

    def _tell(self, warnings: tuple[str, ...]) -> None:
        """What an analysis has to tell, once: a correction or another lifter changes the numbers in it at most."""
        for text in warnings:
            if (kind := NUMBER.sub("", text)) not in self._told:
                self._told.add(kind)
                self._window.notices.show("note", translate_message(text))

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
        window.controller.frame_loader.show(window.document.frame)
        self._show(window.document.frame_view(window.document.frame))
        window.dock_controller.motion_changed(self.frame_view)

    def _moved(self, frame: int) -> None:
        """The player wants a frame: the cursor goes there at once, the views when the picture is there."""
        self._window.controller.live = False
        self._window.document.set_frame(frame)
        self._window.workspace.timeline.set_cursor(frame)
        self._show_position()

    def _pictured(self, frame: VideoFrame, frame_view: FrameView) -> None:
        window = self._window
        window.workspace.video.set_frame(frame)
        if window.controller.busy and window.controller.live and not window.controller.is_live:
            window.workspace.timeline.thumbnails.offer(frame.index, frame.image)
            window.workspace.timeline.set_progress(frame.index)
            window.workspace.timeline.set_cursor(frame.index)
            self._show_position(frame.index)
        self._show(frame_view)
        if window.controller.is_live:
            window.workspace.video.repaint()  # so that the latency counts the drawing

    def _show(self, frame_view: FrameView) -> None:
        self.frame_view = frame_view
        window = self._window
        window.workspace.video.set_poses(frame_view.poses_2d)
        live, scene = window.controller.busy and window.controller.live, window.workspace.scene
        # Live, a pose stays for several pictures, and the last one while nobody is lifted.
        if not live or (frame_view.poses_3d and frame_view.poses_3d is not scene.poses):
            scene.set_poses(frame_view.poses_3d)
            if not self._framed and frame_view.poses_3d:
                self._framed = True
                scene.frame_figures()
        self.show_badges()
        window.dock_controller.refresh(frame_view)

    def _following(self, source: str) -> None:
        """A camera: the workspace without a file behind it."""
        self._forget_lost()
        self._framed = False
        self._window.page_layout.show_workspace()
        self._window.setWindowTitle(f"{source} — Marey")
        self.update_commands()

    def _forget_lost(self) -> None:
        """Something else is open: nobody wants to connect again to what was lost."""
        if self._lost_card is not None and self._lost_card in self._window.notices.cards:
            self._lost_card.dismiss()
        self._lost_card = None

    def _lost(self, error: Exception, again: Callable[[], None]) -> None:
        """A camera: told once, with the way back; what was seen last stays in sight."""
        window = self._window
        if window.workspace.video.has_picture:
            window.page_layout.show_workspace()
        text, details = describe(error)
        actions = ((tr("Connect again"), lambda: window.attempt(again)),)
        self._lost_card = window.notices.show(
            "error", text, details, actions=actions
        )  # warnings go when the recording is opened

    def _progressed(self, text: str, done: int, total: int, left_s: float) -> None:
        self._window.workspace.timeline.thumbnails.pause(True)
        self._window.status.set_progress(text, done, total, left_s)
        self.update_commands()
        self.show_badges()

    def _ended(self) -> None:
        window = self._window
        window.status.set_idle()
        window.workspace.timeline.thumbnails.pause(False)
        window.workspace.timeline.set_progress(-1)
        self.update_commands()
        self.show_badges()
        window.workspace.timeline.set_cursor(window.document.frame)
        self._show_position()
        window.controller.frame_loader.show(window.document.frame)
        if window.document.info is None and not window.controller.frame_loader.opening:
            window.page_layout.show_welcome()

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
        window.dock_controller.refresh(self.frame_view)

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
        if window.controller.busy:
            there.add("job")
        elif document.info is not None:
            there.add("ready")
        there |= window.editor.there()
        window.actions_.set_there(there)
