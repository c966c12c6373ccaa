"""What reaches the screen: connects document, player and conductor with the views."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject

from app.gui.analysis_controller import AnalysisController
from app.gui.dock_controller import DockController
from app.gui.document import Document
from app.gui.frame_view import FrameView, frame_view
from app.gui.page_layout import PageLayout
from app.gui.player import Player
from app.gui.text import tr
from app.gui.views.orbit import video_direction
from app.gui.views.timeline_drawing import lanes_of
from app.gui.workspace import Workspace
from poses.sequences import VideoFrame


class ViewController(QObject):
    """Slots between the state and the views; all of them run in the window's thread."""

    def __init__(
        self, document: Document, controller: AnalysisController, player: Player, views: Workspace, pages: PageLayout,
        docks: DockController, label_of: Callable[[str], str], parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """label_of: what the user reads for the id of a lifter."""
        super().__init__(parent)
        self._document, self._controller, self._player = document, controller, player
        self._views, self._pages, self._docks, self._label_of = views, pages, docks, label_of
        self.frame_view = FrameView(0)
        self._stays = False  # a lost camera's last picture, when its job ends
        self._framed = False
        self._listen()

    def _listen(self) -> None:
        document, controller, player = self._document, self._controller, self._player
        document.opened.connect(self._opened)
        document.analysed.connect(self._analysed)
        document.motion_changed.connect(self._motion_changed)
        document.range_changed.connect(self._range_changed)
        document.selection_changed.connect(self._selection_changed)
        document.resolved.connect(self.show_badges)
        document.choices_changed.connect(self.show_badges)
        player.moved.connect(self._moved)
        controller.frame_ready.connect(self._pictured)
        controller.progressed.connect(self._progressed)
        controller.ended.connect(self._ended)
        controller.camera.started.connect(self._following)
        controller.camera.lost.connect(self._lost)
        views = self._views
        views.timeline.seek_requested.connect(player.go)
        views.timeline.range_requested.connect(document.set_range)
        views.transport.speed_requested.connect(player.set_speed)
        views.video.joint_selected.connect(document.select)
        views.scene.joint_selected.connect(document.select)

    def show_badges(self) -> None:
        """Notes on the views: what to do next, or what is missing."""
        motion = self._document.motion
        video = scene = ""
        if self._controller.busy:
            pass
        elif self._document.detections is not None and self._document.resolved_state.outdated:
            video = tr("Not lifted as chosen: press Ctrl+Shift+R to lift again")
        elif motion is None:
            video = tr("Press Analyse to find the person")
        elif self._document.state.detector != motion.detector:
            video = tr("Analyse again to use the other detector")
        elif not self.frame_view.poses_2d:
            video = tr("Nobody in this frame")
        if motion is not None and not self._controller.busy:
            label = self._label_of(motion.lifter)
            scene = label if self.frame_view.poses_3d else tr("{0}: no 3D in this frame").format(label)
            ghost = self._document.state.analysis.ghost
            if ghost is not None and self._views.scene.options.ghost:
                scene += tr("   grey: {0}").format(self._label_of(ghost.lifter))
        self._views.video_badge.set_text(video)
        self._views.scene_badge.set_text(scene)

    def _opened(self) -> None:
        info = self._document.info
        self.frame_view, self._framed = FrameView(0), False
        views = self._views
        views.video.set_frame(None)
        views.scene.set_poses(())
        times = info.time_s if info else np.zeros(0)
        self._player.set_times(times)
        views.timeline.set_times(times)
        views.timeline.set_video(info)
        if info is None:
            self._pages.show_welcome()
        else:
            self._pages.show_workspace(self._document.name)
        self._show_position()
        self.show_badges()
        self._docks.forget()

    def _analysed(self) -> None:
        """What was shown live stood at the origin; the result is looked at anew."""
        self._framed = False
        if self._document.motion is None:
            self._motion_changed()

    def _motion_changed(self) -> None:
        motion = self._document.motion
        if motion is not None:
            self._views.timeline.set_lanes(lanes_of(motion))
        else:
            self._views.timeline.set_lanes((), "detected" if self._document.detections is not None else "")
        if motion is not None and motion.persons:
            person = motion.persons[0]
            self._views.scene.eye.camera_direction = video_direction(person.camera.xyz, person.world.xyz)
        self._controller.frame_loader.show(self._document.frame)
        self._show(frame_view(motion, self._document.state.analysis.ghost, self._document.frame))
        self._docks.motion_changed(self.frame_view)

    def _moved(self, frame: int) -> None:
        """The player wants a frame: the cursor goes there at once, the views when the picture is there."""
        self._controller.live = False
        self._document.change(frame=frame)
        self._views.timeline.set_cursor(frame)
        self._show_position()

    def _pictured(self, frame: VideoFrame, frame_view: FrameView) -> None:
        self._views.video.set_frame(frame)
        if self._controller.busy and self._controller.live and not self._controller.is_live:
            self._views.timeline.thumbnails.offer(frame.index, frame.image)
            self._views.timeline.set_progress(frame.index)
            self._views.timeline.set_cursor(frame.index)
            self._show_position(frame.index)
        self._show(frame_view)
        if self._controller.is_live:
            self._views.video.repaint()  # so that the latency counts the drawing

    def _show(self, frame_view: FrameView) -> None:
        self.frame_view = frame_view
        self._views.video.set_poses(frame_view.poses_2d)
        live, scene = self._controller.busy and self._controller.live, self._views.scene
        # Live, a pose stays for several pictures, and the last one while nobody is lifted.
        if not live or (frame_view.poses_3d and frame_view.poses_3d is not scene.poses):
            scene.set_poses(frame_view.poses_3d)
            if not self._framed and frame_view.poses_3d:
                self._framed = True
                scene.frame_figures()
        self.show_badges()
        self._docks.refresh(frame_view)

    def _following(self, source: str) -> None:
        """A camera: the workspace without a file behind it."""
        self._framed = False
        self._pages.show_workspace(source)

    def _lost(self, _error: Exception, _again: object) -> None:
        """A camera: what was seen last stays in sight."""
        self._stays = self._views.video.has_picture
        if self._stays:
            self._pages.show_workspace()

    def _progressed(self) -> None:
        self._views.timeline.thumbnails.pause(True)
        self.show_badges()

    def _ended(self) -> None:
        self._views.timeline.thumbnails.pause(False)
        self._views.timeline.set_progress(-1)
        self.show_badges()
        self._views.timeline.set_cursor(self._document.frame)
        self._show_position()
        self._controller.frame_loader.show(self._document.frame)
        if self._document.info is None and not self._controller.opening and not self._stays:
            self._pages.show_welcome()
        self._stays = False

    def _range_changed(self) -> None:
        chosen = self._document.range
        self._views.timeline.set_range(*(chosen or (None, None)))
        self._player.set_range(*(chosen or (0, self._player.count - 1)))

    def _selection_changed(self) -> None:
        selected = self._document.selected
        self._views.video.set_selected(selected)
        self._views.scene.set_selected(selected)
        self._views.timeline.set_selected(selected[0] if selected else None)
        self._docks.refresh(self.frame_view)

    def _show_position(self, frame: int | None = None) -> None:
        info = self._document.info
        if info is None or not len(info):
            self._views.transport.set_position(0, 0, 0, 0)
            return
        frame = min(self._player.row if frame is None else frame, len(info) - 1)
        now = float(info.time_s[frame] - info.time_s[0])
        self._views.transport.set_position(frame, len(info), now, info.duration_s)
