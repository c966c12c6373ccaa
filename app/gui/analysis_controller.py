"""Brings the document, the threads and the choices together: opening, analysing, lifting again, pictures, maps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial as bound
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.gui import jobs
from app.gui.catalogue import Catalogue
from app.gui.comparison import compare_lifters
from app.gui.document import Document
from app.gui.frame_loader import FrameLoader
from app.gui.frame_maps import FrameMaps
from app.gui.frame_view import frame_view
from app.gui.job_runner import JobRunner
from app.gui.live_pose import LiveMaps
from app.gui.live_session import LiveSession
from app.gui.live_stream import LiveReport
from app.pipeline.detect import Detections
from app.pipeline.video import VideoInfo
from app.project import SavedAnalysis
from app.protocols import Detector
from app.session.live_lifter import LiveLifter
from app.session.request import Request
from app.session.state import ANALYSIS, COMPARISON, LIFTING, LIVE, Analysis, Recipe, settings_of_range
from app.unfinished import PartialDetections
from poses.motion import Motion
from poses.sequences import VideoFrame


class AnalysisController(QObject):
    """Every signal comes in the window's thread.

    frame_ready(frame, frame_view): to be shown now, in all views. progressed(text, done, total, seconds left or -1).
    maps_ready(FrameMaps): of what is seen live. ended: no job runs. failed(error): to be told once.
    finished(Analysis): it may take the place of the one that is shown. left_part(Detections): of an analysis that did
    not come to its end, while another one is shown. compared(list of Compared). camera: what is followed live.
    map_in_sight: tells (any thread) which of the lifter's maps somebody looks at, as `LiveMaps` wants it.
    """

    frame_ready = Signal(object, object)
    progressed = Signal(str, int, int, float)
    ended = Signal()
    failed = Signal(object)
    maps_ready = Signal(object)
    finished = Signal(object)
    left_part = Signal(object)
    compared = Signal(object)

    def __init__(self, document: Document, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.catalogue = document, catalogue
        self.live = False
        self._partial: PartialDetections | None = None
        self.map_in_sight: Callable[[], str | None] = lambda: None
        self._frame_maps: FrameMaps | None = None
        self._maps = LiveMaps(lambda: self.map_in_sight() if self.live or self.is_live else None)
        self._live_lifter: LiveLifter | None = None
        self.job_runner = JobRunner(self)
        self.job_runner.began.connect(lambda name: document.change(job=name))
        self.job_runner.reported.connect(self._reported)
        self.job_runner.ended.connect(self._ended)
        self.job_runner.failed.connect(self._job_failed)
        self.frame_loader = FrameLoader(self)
        self.frame_loader.read.connect(self._frame_read)
        self.frame_loader.failed.connect(self.failed)
        self.camera = LiveSession(self.job_runner, self)
        self.camera.noted.connect(self.failed)
        self.camera.recorded.connect(self._open_recording)
        document.frame_changed.connect(self.frame_loader.show)
        document.changed.connect(self._follow_up)

    @property
    def busy(self) -> bool:
        return bool(self.document.state.job)

    @property
    def detecting(self) -> bool:
        return self.document.state.job == ANALYSIS

    @property
    def is_live(self) -> bool:
        """Whether a camera or stream is followed."""
        return self.document.state.job == LIVE

    @property
    def opening(self) -> bool:
        """Whether a file is being opened, or will be as soon as it is recorded."""
        return self.frame_loader.opening or self.camera.recording

    def open(
        self,
        path: str,
        saved: SavedAnalysis | None = None,
        place: Path | None = None,
        then: Callable[[bool], object] = lambda opened: None,
    ) -> None:
        """Open a video; what is computed for the one before ends when this one is open.

        saved: an analysis of it, lifted again at once; place: the file it comes from, None where it is not saved. then:
        called with whether it could be opened; never where something else was opened or closed meanwhile.
        """

        def not_opened(error: Exception) -> None:
            then(False)
            self.failed.emit(error)
            self.frame_loader.show(self.document.frame)

        def opened(info: VideoInfo, request: Request) -> None:
            self._file_opened(info, request, saved, place)
            then(True)

        self.frame_loader.open(path, opened, not_opened)

    def close_video(self) -> None:
        self.frame_loader.close_file()
        self.document.close()
        self.camera.forget()
        self.job_runner.stop()

    def close(self) -> None:
        """End every thread."""
        self.job_runner.close()
        self.frame_loader.close()

    def analyse(self) -> None:
        """Detect and lift the chosen range of the open video."""
        state = self.document.state
        if state.info is None or not state.detector or not state.lifter:
            return
        self._partial = PartialDetections()
        self.live = True
        recipe = Recipe(state.lifter, state.settings, (), state.device)
        make_lifter = bound(self.catalogue.lifter, state.lifter, "worker")
        settings = settings_of_range(state)
        steps = bound(jobs.analysis, state.info, self._detector(), make_lifter, settings, self._partial, self._maps)

        def done(result: tuple[Detections, Motion]) -> None:
            self._partial = None
            self.finished.emit(Analysis(result[0], (), result[1], None, recipe))

        self.job_runner.start(ANALYSIS, steps, done, state.request)

    def follow(self, source: str, record: Path | None = None) -> None:
        """Detect and lift a camera or stream live until `cancel`; the recording is opened afterwards."""
        self.close_video()
        self.live = True
        load = bound(self.catalogue.lifter, thread="worker")
        lifter = self._live_lifter = LiveLifter(lambda: self.document.state.lifter, load)

        def make() -> jobs.Parts:
            return self._detector(), lifter

        self.camera.follow(source, record, make, self.document.state.settings.persons, self._maps)

    def compare(self) -> None:
        """Lift the detections with every lifter that runs, and measure; the document keeps its result."""
        analysis, state = self.document.state.analysis, self.document.state
        if analysis.motion is None or analysis.detections is None:
            return
        lifters = [
            (id, plugin.info.label, bound(self.catalogue.lifter, id, "worker"), self.catalogue.card(id))
            for id, plugin in self.catalogue.lifters().items()
            if plugin.available
        ]
        steps = bound(compare_lifters, analysis.detections, analysis.motion, lifters, state.settings, analysis.edits)
        self.job_runner.start(COMPARISON, steps, self.compared.emit, state.request)

    def cancel(self) -> None:
        """End the running job. What was detected so far is not lost: see `left_part`."""
        name = self.document.state.job
        if name == LIFTING:
            self.document.give_up_lifting()
        self.job_runner.stop()
        if name == LIVE:
            self.camera.stopped()
        elif name == ANALYSIS:
            self._keep_partial()

    def partial_detections(self) -> Detections | None:
        """What the running analysis has detected until now; None where none runs or nothing was seen yet."""
        state, partial = self.document.state, self._partial
        job_runner = self.job_runner.name == ANALYSIS
        return partial.detections(state.info, state.detector) if job_runner and state.info and partial else None

    def take_part(self, found: Detections) -> None:
        """The first part of an analysis that was cancelled in place of what is shown."""
        self.finished.emit(Analysis(found))

    def _detector(self) -> Callable[[], Detector]:
        """What makes the chosen detector, in the worker's thread."""
        state = self.document.state
        return bound(self.catalogue.make_detector, state.detector, state.settings.persons, state.detector_options)

    def _follow_up(self) -> None:
        """Whatever changed: lift where what is shown is not what is wanted."""
        if not self.document.resolved_state.lift:
            return
        state = self.document.state
        assert state.analysis.detections is not None
        recipe = state.recipe
        make_lifter = bound(self.catalogue.lifter, recipe.lifter, "worker")
        steps = bound(jobs.lifting, state.analysis.detections, make_lifter, recipe.settings, recipe.edits)
        self.document.change(lifting=recipe)
        done = bound(self._lifted, recipe)
        self.job_runner.start(LIFTING, steps, done, state.request)

    def _lifted(self, recipe: Recipe, motion: Motion) -> None:
        self.document.set_lifted(motion, recipe)

    def _ended(self) -> None:
        self.live = False
        self.document.change(job="", lifting=None)
        if not self.busy:
            self.ended.emit()

    def _reported(self, report: jobs.Report, left_s: float) -> None:
        followed = report if isinstance(report, LiveReport) else None
        text = report.text if followed is None else self.camera.text(followed)
        if report.frame is not None and (self.live or self.is_live):
            self.frame_ready.emit(report.frame, report.frame_view)
            if report.frame_maps is not None and report.frame_maps is not self._frame_maps:
                self._frame_maps = report.frame_maps
                self.maps_ready.emit(report.frame_maps)
        self.progressed.emit(text, 0 if self.is_live else report.done, report.total, left_s)
        if followed is not None:
            self.camera.drawn(followed)
        if self._live_lifter is not None and (failure := self._live_lifter.take_failure()) is not None:
            self.document.change(lifter=self._live_lifter.name)
            self.failed.emit(failure)

    def _job_failed(self, name: str, error: Exception) -> None:
        if name == LIVE:
            self.camera.failed(error)
            return
        if name == LIFTING:
            self.document.give_up_lifting()
        self.failed.emit(error)
        if name == ANALYSIS:
            self._keep_partial()

    def _keep_partial(self) -> None:
        """An analysis did not come to its end: its part is shown where nothing else is, else it is offered."""
        info, partial = self.document.info, self._partial
        self._partial = None
        found = partial.detections(info, self.document.state.detector) if info and partial else None
        if found is None:
            return
        if self.document.detections is None:
            self.document.set_analysis(Analysis(found))
        else:
            self.left_part.emit(found)

    def _open_recording(self, path: Path) -> None:
        """As soon as its writer is done."""
        opened = bound(self._file_opened, saved=None, place=None)
        self.frame_loader.open(str(path), opened, self.failed.emit, self.job_runner.wait_idle)

    def _file_opened(self, info: VideoInfo, request: Request, saved: SavedAnalysis | None, place: Path | None) -> None:
        document = self.document
        document.open(info, request)
        self.camera.forget()
        self.job_runner.stop()
        self.frame_loader.show(0)
        if saved is None:
            return
        runs = {id for id, plugin in self.catalogue.lifters().items() if plugin.available}
        lifter = saved.lifter if saved.lifter in runs else document.state.lifter
        document.change(settings=saved.settings, lifter=lifter)
        document.set_analysis(Analysis(saved.detections, saved.edits))
        if place is not None:
            document.set_saved(place)

    def _frame_read(self, frame: VideoFrame) -> None:
        if not (self.busy and self.live):
            self.frame_ready.emit(
                frame, frame_view(self.document.motion, self.document.state.analysis.ghost, frame.index)
            )
