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
from app.gui.job_runner import JobRunner
from app.gui.live_pose import LiveMaps
from app.gui.live_session import JOB as LIVE
from app.gui.live_session import LiveSession
from app.gui.live_stream import LiveReport
from app.pipeline.detect import Detections
from app.pipeline.video import VideoInfo
from app.project import SavedAnalysis
from app.unfinished import PartialDetections
from poses.motion import Motion
from poses.sequences import VideoFrame


class AnalysisController(QObject):
    """Every signal comes in the window's thread.

    frame_ready(frame, frame_view): to be shown now, in all views. progressed(text, done, total, seconds left or -1).
    maps_ready(FrameMaps): of what is seen live. ended: no job runs. failed(error): to be told once.
    compared(list of Compared). camera: what is followed live. map_in_sight: tells (any thread) which of the lifter's
    maps somebody looks at, as `LiveMaps` wants it.
    """

    frame_ready = Signal(object, object)
    progressed = Signal(str, int, int, float)
    ended = Signal()
    failed = Signal(object)
    maps_ready = Signal(object)
    compared = Signal(object)

    def __init__(self, document: Document, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.catalogue = document, catalogue
        self.detector, self.lifter = "", ""
        self.detector_options: tuple[str, ...] = ()
        self.live = False
        self._partial: PartialDetections | None = None
        self._saved: SavedAnalysis | None = None
        self._saved_at: Path | None = None
        self.map_in_sight: Callable[[], str | None] = lambda: None
        self._frame_maps: FrameMaps | None = None
        self._maps = LiveMaps(lambda: self.map_in_sight() if self.live or self.is_live else None)
        self.job_runner = JobRunner(self)
        self.job_runner.reported.connect(self._reported)
        self.job_runner.ended.connect(self._ended)
        self.job_runner.failed.connect(self._job_failed)
        self.frame_loader = FrameLoader(self)
        self.frame_loader.opened.connect(self._file_opened)
        self.frame_loader.read.connect(self._frame_read)
        self.frame_loader.failed.connect(self.failed)
        self.camera = LiveSession(self.job_runner, self.frame_loader, self)
        self.camera.noted.connect(self.failed)
        document.frame_changed.connect(self.frame_loader.show)

    @property
    def busy(self) -> bool:
        return self.job_runner.busy

    @property
    def detecting(self) -> bool:
        return self.job_runner.name == "analysis"

    @property
    def is_live(self) -> bool:
        """Whether a camera or stream is followed."""
        return self.job_runner.name == LIVE

    def open(self, path: str, saved: SavedAnalysis | None = None, place: Path | None = None) -> None:
        """Open a video; what is computed for the one before ends.

        saved: an analysis of it, lifted again at once; place: the file it comes from, None where it is not saved.
        """
        self.job_runner.stop()
        self._saved, self._saved_at = saved, place
        self.frame_loader.open(path)

    def close_video(self) -> None:
        self.job_runner.stop()
        self.frame_loader.close_file()
        self.document.close()

    def close(self) -> None:
        """End every thread."""
        self.job_runner.close()
        self.frame_loader.close()

    def analyse(self) -> None:
        """Detect and lift the chosen range of the open video."""
        info = self.document.info
        if info is None or not self.detector or not self.lifter:
            return
        self._partial = PartialDetections()
        self.live = True
        settings = self.document.run_settings()
        steps = bound(jobs.analysis, info, *self._parts(), settings, self._partial, self._maps)
        self.job_runner.start("analysis", steps, lambda result: self.document.set_result(*result))

    def follow(self, source: str, record: Path | None = None) -> None:
        """Detect and lift a camera or stream live until `cancel`; the recording is opened afterwards."""
        self.close_video()
        self.live = True
        self._saved = None
        self.camera.follow(source, record, self._parts, self.document.settings.persons, self._maps)

    def relift(self) -> None:
        """Lift the detections that are there with the chosen lifter; nothing is detected again."""
        detections = self.document.detections
        if detections is None or not self.lifter:
            return
        steps = bound(jobs.lifting, detections, self._parts()[1], self.document.settings, self.document.edits)
        self.job_runner.start("lifting", steps, self.document.set_lifted)

    def compare(self) -> None:
        """Lift the detections with every lifter that runs, and measure; the document keeps its result."""
        motion, detections = self.document.motion, self.document.detections
        if motion is None or detections is None:
            return
        lifters = [
            (id, plugin.info.label, bound(self.catalogue.lifter, id, "worker"), self.catalogue.card(id))
            for id, plugin in self.catalogue.lifters().items()
            if plugin.available
        ]
        settings, edits = self.document.settings, self.document.edits
        steps = bound(compare_lifters, detections, motion, lifters, settings, edits)
        self.job_runner.start("comparison", steps, self.compared.emit)

    def cancel(self) -> None:
        """End the running job; what was detected so far stays and is lifted."""
        if self.is_live:
            self.camera.before_stop()
        name = self.job_runner.stop()
        if name == LIVE:
            self.camera.stopped()
        elif name == "analysis":
            self._keep_partial()

    def partial_detections(self) -> Detections | None:
        """What the running analysis has detected until now; None where none runs or nothing was seen yet."""
        info, partial = self.document.info, self._partial
        return partial.detections(info, self.detector) if self.detecting and info and partial else None

    def _parts(self) -> jobs.Parts:
        """What makes the chosen detector and the chosen lifter, in the worker's thread."""
        persons = self.document.settings.persons
        make_detector = bound(self.catalogue.make_detector, self.detector, persons, self.detector_options)
        return make_detector, bound(self.catalogue.lifter, self.lifter, "worker")

    def _ended(self) -> None:
        self.live = False
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

    def _job_failed(self, name: str, error: Exception) -> None:
        if name == LIVE:
            self.camera.failed(error)
            return
        self.failed.emit(error)
        if name == "analysis":
            self._keep_partial()

    def _keep_partial(self) -> None:
        info, partial = self.document.info, self._partial
        self._partial = None
        found = partial.detections(info, self.detector) if info and partial else None
        if found is None:
            return
        steps = bound(jobs.lifting, found, self._parts()[1], self.document.settings)
        self.job_runner.start("lifting", steps, lambda motion: self.document.set_result(found, motion))

    def _file_opened(self, info: VideoInfo) -> None:
        self.document.open(info)
        self.frame_loader.show(0)
        if (saved := self._saved) is None:
            return
        document = self.document
        document.settings = saved.settings
        runs = {id for id, plugin in self.catalogue.lifters().items() if plugin.available}
        self.lifter = saved.lifter if saved.lifter in runs else self.lifter
        steps = bound(jobs.lifting, saved.detections, self._parts()[1], saved.settings, saved.edits)
        place = self._saved_at

        def restored(motion: Motion) -> None:
            document.set_result(saved.detections, motion, saved.edits)
            if place is not None:
                document.set_saved(place)

        self.job_runner.start("lifting", steps, restored)

    def _frame_read(self, frame: VideoFrame) -> None:
        if not (self.busy and self.live):
            self.frame_ready.emit(frame, self.document.frame_view(frame.index))
