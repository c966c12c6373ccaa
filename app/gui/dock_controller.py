"""What the docks show: connects them when they are made, keeps those in sight up to date."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.gui.analysis_controller import AnalysisController
from app.gui.catalogue import Catalogue
from app.gui.comparison import ComparisonRow
from app.gui.detection_choice import DetectionChoice
from app.gui.document import Document
from app.gui.frame_maps import FrameMaps
from app.gui.frame_maps_thread import FrameMapsThread
from app.gui.frame_view import FrameView, row_of
from app.gui.map_picture import strongest
from app.gui.panels.docks import Dock
from app.gui.player import Player
from app.gui.reporter import Reporter
from app.gui.text import tr
from app.gui.view_commands import ViewCommands
from app.gui.views.scene_view import SceneView
from app.gui.widgets import configured
from app.pipeline.settings import Settings

MAPS_INTERVAL_S = 0.1  # while playing: drawing a map takes longer than drawing the picture
TURN_MS = 20  # while frames come by themselves: between picture and first dock, and from dock to dock


class DockController(QObject):
    """Slots between the state and the docks; all of them run in the window's thread."""

    plot_save_requested = Signal()
    comparison_requested = Signal()
    device_chosen = Signal(str)

    def __init__(
        self, document: Document, controller: AnalysisController, player: Player, catalogue: Catalogue,
        docks: Mapping[str, Dock], scene: SceneView, view: ViewCommands, detection: DetectionChoice,
        reporter: Reporter,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._document, self._controller, self._player = document, controller, player
        self._catalogue, self._docks, self._scene, self._view = catalogue, docks, scene, view
        self._frame_view = FrameView(0)
        self._frame_maps: FrameMaps | None = None
        self._compared: list[ComparisonRow] = []
        self._lifter = ""
        self._stale_plots = True
        document.job_changed.connect(self._job_changed)
        self._asked = 0.0
        self._to_refresh: list[Callable[[], None]] = []
        self._turn = configured(QTimer(self), singleShot=True, interval=TURN_MS)
        self._turn.timeout.connect(self._refresh_next)
        self.frame_maps_thread = FrameMapsThread(document, catalogue, self)
        self.frame_maps_thread.maps_ready.connect(self._show_maps)
        self.frame_maps_thread.failed.connect(self._no_maps)
        self.frame_maps_thread.failed.connect(reporter.show_error)
        self.detection = detection
        controller.maps_ready.connect(self._show_maps)
        controller.map_in_sight = self._map_in_sight
        controller.compared.connect(self._compare_done)
        controller.ended.connect(lambda: self.refresh(self._frame_view, in_turns=True))
        player.playing_changed.connect(self._playing_changed)
        view.options_changed.connect(self.show_arcs)

    def dock_created(self, id: str, content: QWidget) -> None:
        """A dock came into sight: the first time connect it, bring it up to date."""
        if not content.property("connected"):
            content.setProperty("connected", True)
            self._connect(id, content)
        self.refresh(self._frame_view)

    def close_threads(self) -> None:
        self.frame_maps_thread.close()
        self.detection.close()

    def forget(self) -> None:
        """Another file: nothing is known of it."""
        self._frame_maps, self._compared = None, []
        self.motion_changed(FrameView(0))

    def motion_changed(self, frame_view: FrameView) -> None:
        """Something was computed."""
        self._stale_plots = True
        motion = self._document.motion
        lifter = motion.lifter if motion else ""
        if lifter != self._lifter:
            self._frame_maps = None  # maps of another network, with joints of its own
            self.show_arcs()
        self._compare_done(self._compared if lifter != self._lifter else [])  # same lifter, other poses: out of date
        self._lifter = lifter
        settings: Any = self._content("settings")
        if settings is not None:
            self._show_settings(settings)
        self.refresh(frame_view, in_turns=True)

    def refresh(self, frame_view: FrameView, in_turns: bool = False) -> None:
        """Bring those in sight up to date with the frame that is shown.

        in_turns, and while frames come by themselves, in playing and analysing: one dock after the other. Drawn all at
        once together with the picture they would keep the window from answering.
        """
        self._frame_view = frame_view
        all_of_them = [self._refresh_joints, self._refresh_plots, self._refresh_maps]
        if in_turns or self._player.playing or (self._controller.busy and self._controller.live):
            self._to_refresh = self._to_refresh or all_of_them
            if not self._turn.isActive():
                self._turn.start()
            return
        self._to_refresh = []
        for bring_up_to_date in all_of_them:
            bring_up_to_date()

    def _refresh_next(self) -> None:
        if self._to_refresh:
            self._to_refresh.pop(0)()
        if self._to_refresh:
            self._turn.start()

    def _selected(self) -> tuple[int, int | None]:
        """The person and the joint that docks are about."""
        return self._document.selected or (0, None)

    def _refresh_joints(self) -> None:
        person, joint = self._selected()
        table: Any = self._content("joints")
        if table is not None:
            table.set_frame_view(self._frame_view, person)
            table.set_selected(joint)

    def show_arcs(self) -> None:
        """Weights of the shown map on the 3D skeleton, while that is switched on."""
        view: Any = self._docks["attention"].content
        arcs: tuple[tuple[int, int, float], ...] = ()
        if self._view.arcs_on and view is not None and view.shown_map is not None and self._frame_maps:
            arcs = strongest(view.shown_map, view.picks, len(self._frame_maps.joints))
        selected = self._document.selected
        self._scene.set_arcs(arcs, selected[0] if selected else 0)

    def _content(self, id: str) -> QWidget | None:
        """What is in a dock, None while it is out of sight."""
        dock = self._docks[id]
        return dock.content if dock.in_sight else None

    def _connect(self, id: str, content: Any) -> None:
        if id in ("attention", "joints", "plots"):
            content.joint_requested.connect(self._select_joint)
        if id == "attention":
            content.offset_requested.connect(self._player.step)
            content.choice_changed.connect(self.show_arcs)
            content.map_requested.connect(self._refresh_maps)
        elif id == "plots":
            content.seek_requested.connect(self._seek_time)
            content.save_requested.connect(self.plot_save_requested)
        elif id == "compare":
            content.run_requested.connect(self.comparison_requested)
            content.lifter_requested.connect(lambda id: self._document.change(lifter=id))
            self._compare_done(self._compared)
        elif id == "settings":
            self.detection.connect_panel(content)
            self._show_settings(content)
            content.changed.connect(self._settings_changed)
            content.device_chosen.connect(self.device_chosen)

    def _refresh_plots(self) -> None:
        person, joint = self._selected()
        plots: Any = self._content("plots")
        document = self._document
        if plots is None or (self._controller.busy and self._controller.live):
            return  # what is drawn is of the analysis before
        if self._stale_plots or plots.person != person:
            self._stale_plots = False
            plots.set_motion(document.motion, document.state.analysis.ghost, person)
        if joint is not None:
            plots.set_joint(joint)
        if document.info is not None and len(document.info):
            time_s = float(document.info.time_s[min(self._frame_view.frame, len(document.info) - 1)])
            plots.set_time(time_s / self._slow_motion)

    def _refresh_maps(self) -> None:
        person, joint = self._selected()
        view: Any = self._docks["attention"].content
        if view is None:
            return
        view.set_selected(joint)
        if self._controller.busy:
            self.frame_maps_thread.drop()
            return
        if self._document.motion is None:
            view.set_message(tr("Analyse a video to see what the lifter looks at."))
            return
        if self._frame_maps is None:
            view.set_message(tr("Loading the lifter…"))
        wanted = self._map_in_sight()
        fresh = self.frame_maps_thread.busy or time.monotonic() - self._asked < MAPS_INTERVAL_S
        if wanted is not None and not (self._player.playing and fresh):
            self._asked = time.monotonic()
            self.frame_maps_thread.ask(self._frame_view.frame, person, wanted)

    def _job_changed(self) -> None:
        """Another analysis began: the maps of the one before say nothing of what is seen from now on."""
        view: Any = self._docks["attention"].content
        if self._controller.detecting and view is not None:
            self.frame_maps_thread.drop()
            self._frame_maps = None
            view.set_message(tr("The maps come with the first poses of this analysis."))

    def _map_in_sight(self) -> str | None:
        """Name of the map that somebody looks at, "" for the first; None where nobody does. Asked by any thread."""
        dock = self._docks["attention"]
        view: Any = dock.content
        return view.wanted if view is not None and (dock.in_sight or self._view.arcs_on) else None

    def _playing_changed(self, playing: bool) -> None:
        """What was skipped while playing is made good when it stops."""
        if not playing:
            self.refresh(self._frame_view)

    def _no_maps(self, _error: Exception) -> None:
        view: Any = self._docks["attention"].content
        if view is not None and self._frame_maps is None:
            view.set_message(tr("There are no maps of this lifter now."))

    def _nobody(self) -> str:
        """Why the frame that is shown has no maps."""
        motion, frame = self._document.motion, self._frame_view.frame
        if motion is not None and row_of(motion, frame) is None:
            return tr("This frame was not analysed.")
        # an answer about a frame left behind says nothing about this one
        return tr("Loading the lifter…") if self._frame_view.poses_3d else tr("Nobody in this frame.")

    def _show_maps(self, frame_maps: FrameMaps | None) -> None:
        self._frame_maps = frame_maps
        view: Any = self._docks["attention"].content
        if view is None or (self._document.motion is None and not self._controller.busy):
            return
        if frame_maps is None:
            view.set_message(self._nobody())
        elif frame_maps.map is None:
            view.set_message(tr("This lifter has no maps."))
        else:
            info = self._document.info
            even = info is not None and not info.variable_rate
            rate = float(info.rate) * self._slow_motion if info is not None and even else 0.0
            maps = {frame_maps.map.name: frame_maps.map}
            view.set_maps(maps, frame_maps.joints, frame_maps.window, rate, frame_maps.step, frame_maps.names)
        self.show_arcs()

    def _compare_done(self, rows: list[ComparisonRow]) -> None:
        self._compared = rows
        table: Any = self._docks["compare"].content
        motion = self._document.motion
        if table is not None:
            table.set_compared(rows, motion.lifter if motion else "")

    def _show_settings(self, panel: Any) -> None:
        catalogue = self._catalogue
        panel.set_settings(self._document.state.settings)
        panel.set_devices(catalogue.devices(), catalogue.device)
        self.detection.show()

    def _settings_changed(self, settings: Settings) -> None:
        self._document.change(settings=settings)

    def _select_joint(self, joint: int) -> None:
        document = self._document
        document.select(document.selected[0] if document.selected else 0, joint)

    def _seek_time(self, time_s: float) -> None:
        info = self._document.info
        if info is not None:
            self._player.go(info.number_at(time_s * self._slow_motion))

    @property
    def _slow_motion(self) -> float:
        """Times of a motion are those of life, the file's divided by this."""
        motion = self._document.motion
        return motion.slow_motion if motion is not None else 1.0
