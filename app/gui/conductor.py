"""Brings the document, the threads and the choices together: opening, analysing, lifting again, pictures, maps."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial as bound
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.gui import jobs, stream
from app.gui.catalogue import Catalogue
from app.gui.comparison import comparison
from app.gui.document import Document
from app.gui.explain import Explanation
from app.gui.live import LiveMaps
from app.gui.pictures import Pictures
from app.gui.stream import Latency
from app.gui.worker import Worker
from app.pipeline.detect import Detections
from app.pipeline.video import VideoInfo
from app.project import Saved
from app.protocols import Detector, Lifter
from app.unfinished import Partial
from poses.motion import Motion
from poses.sequences import VideoFrame


class Conductor(QObject):
    """Every signal comes in the window's thread.

    pictured(frame, shown): to be shown now, in all views. progressed(text, done, total, seconds left or -1).
    explained(Explanation): of what is seen live. ended: no job runs. failed(error): to be told once.
    compared(list of Compared). following(source): a camera.
    """

    pictured = Signal(object, object)
    progressed = Signal(str, int, int, float)
    ended = Signal()
    failed = Signal(object)
    explained = Signal(object)
    following = Signal(str)
    compared = Signal(object)

    def __init__(self, document: Document, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.catalogue = document, catalogue
        self.detector, self.lifter = "", ""
        self.detector_options: tuple[str, ...] = ()
        self.live = False
        self._partial: Partial | None = None
        self._job = 0
        self._job_name = ""
        self._started = 0.0
        self._done: Callable[[Any], None] | None = None
        self._saved: Saved | None = None
        self._saved_at: Path | None = None
        self._recording: Path | None = None
        self.maps_wanted = False
        self._explanation: Explanation | None = None
        self._maps = LiveMaps(lambda: self.maps_wanted)
        self.latency = Latency.empty()
        self.worker = Worker(self)
        self.worker.reported.connect(self._reported)
        self.worker.finished_job.connect(self._finished)
        self.worker.failed.connect(self._job_failed)
        self.pictures = Pictures(self)
        self.pictures.opened.connect(self._file_opened)
        self.pictures.read.connect(self._picture_read)
        self.pictures.failed.connect(self.failed)
        document.frame_changed.connect(self.pictures.show)

    @property
    def busy(self) -> bool:
        return self._job != 0

    @property
    def detecting(self) -> bool:
        return self.busy and self._job_name == "analysis"

    @property
    def is_live(self) -> bool:
        """Whether a camera or stream is followed."""
        return self.busy and self._job_name == "live"

    def open(self, path: str, saved: Saved | None = None, place: Path | None = None) -> None:
        """Open a video; what is computed for the one before ends.

        saved: an analysis of it, lifted again at once; place: the file it comes from, None where it is not saved.
        """
        self.stop()
        self._saved, self._saved_at = saved, place
        self.pictures.open(path)

    def close_video(self) -> None:
        self.stop()
        self.pictures.close_file()
        self.document.close()

    def close(self) -> None:
        """End every thread."""
        self._job = 0
        self.worker.close()
        self.pictures.close()

    def analyse(self) -> None:
        """Detect and lift the chosen range of the open video."""
        info = self.document.info
        if info is None or not self.detector or not self.lifter:
            return
        self._partial = Partial()
        self.live = True
        settings = self.document.run_settings()
        steps = bound(
            jobs.analysis, info.path, self._make_detector(), self._make_lifter(), settings, self._partial, self._maps
        )
        self._start("analysis", steps, self._analysed)

    def follow(self, source: str, record: Path | None = None) -> None:
        """Detect and lift a camera or stream live until `cancel`; the recording is opened afterwards."""
        self.close_video()
        self.live = True
        self.latency = Latency.empty()
        persons = self.document.settings.persons
        steps = bound(stream.live, source, record, self._make_detector(), self._make_lifter(), persons, self._maps)
        self._recording = record
        self._start("live", steps, self._followed)
        self.following.emit(source)

    def relift(self) -> None:
        """Lift the detections that are there with the chosen lifter; nothing is detected again."""
        detections = self.document.detections
        if detections is None or not self.lifter:
            return
        steps = bound(jobs.lifting, detections, self._make_lifter(), self.document.settings, self.document.edits)
        self._start("lifting", steps, self.document.set_lifted)

    def compare(self) -> None:
        """Lift the detections with every lifter that runs, and measure; the document keeps its result."""
        motion, detections = self.document.motion, self.document.detections
        if motion is None or detections is None:
            return
        lifters = [
            (id, part.info.label, bound(self.catalogue.lifter, id, "worker"), self.catalogue.card(id))
            for id, part in self.catalogue.lifters().items()
            if part.runs
        ]
        settings, edits = self.document.settings, self.document.edits
        steps = bound(comparison, detections, motion, lifters, settings, edits)
        self._start("comparison", steps, self.compared.emit)

    def stop(self) -> None:
        """End the running job and forget it."""
        if self.busy:
            self.worker.cancel()
            self._end()

    def cancel(self) -> None:
        """End the running job; what was detected so far stays and is lifted."""
        was_analysis, was_live = self.detecting, self.is_live
        if was_live and self._recording is not None:
            self.pictures.opening = True
        self.stop()
        if was_live:
            self._followed(self._recording)
        if was_analysis:
            self._keep_partial()

    def so_far(self) -> Detections | None:
        """What the running analysis has detected until now; None where none runs or nothing was seen yet."""
        info, partial = self.document.info, self._partial
        return partial.detections(info, self.detector) if self.detecting and info and partial else None

    def _make_detector(self) -> Callable[[], Detector]:
        persons = self.document.settings.persons
        return bound(self.catalogue.make_detector, self.detector, persons, self.detector_options)

    def _make_lifter(self) -> Callable[[], Lifter]:
        return bound(self.catalogue.lifter, self.lifter, "worker")

    def _start(self, name: str, steps: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._job_name, self._done, self._started = name, done, time.monotonic()
        self._job = self.worker.start_job(steps)
        self.progressed.emit("", 0, 0, -1.0)

    def _end(self) -> None:
        self._job, self.live = 0, False
        self.ended.emit()

    def _reported(self, number: int, report: jobs.Report) -> None:
        if number != self._job:
            return
        left = -1.0
        elapsed = time.monotonic() - self._started
        if report.total and report.done and elapsed > 1:
            left = elapsed / report.done * (report.total - report.done)
        text = report.text
        if isinstance(report, stream.LiveReport):
            text = f"{text}    {self.latency.text(report)}"
        if report.frame is not None and (self.live or self.is_live):
            self.pictured.emit(report.frame, report.shown)
            if report.explanation is not None and report.explanation is not self._explanation:
                self._explanation = report.explanation
                self.explained.emit(report.explanation)
        # Last: a progress bar paints at once, and with it everything that waits to be painted; so that is done once.
        self.progressed.emit(text, 0 if self.is_live else report.done, report.total, left)
        if isinstance(report, stream.LiveReport) and report.frame is not None:
            self.latency.values_ms.append((time.perf_counter() - report.captured_s) * 1000)

    def _finished(self, number: int, result: Any) -> None:
        if number == self._job:
            self._end()
            assert self._done is not None
            self._done(result)

    def _followed(self, recording: Path | None) -> None:
        """The stream ended: what was recorded is opened like any file, once its writer is done."""
        if recording is not None:
            self._saved = None
            self.pictures.open(str(recording), self.worker.wait_idle)

    def _analysed(self, result: Any) -> None:
        self.document.set_result(*result)

    def _job_failed(self, number: int, error: Exception) -> None:
        if number == self._job:
            name = self._job_name
            self._end()
            self.failed.emit(error)
            if name == "analysis":
                self._keep_partial()

    def _keep_partial(self) -> None:
        info, partial = self.document.info, self._partial
        self._partial = None
        found = partial.detections(info, self.detector) if info and partial else None
        if found is None:
            return
        steps = bound(jobs.lifting, found, self._make_lifter(), self.document.settings)
        self._start("lifting", steps, lambda motion: self.document.set_result(found, motion))

    def _file_opened(self, info: VideoInfo) -> None:
        self.document.open(info)
        self.pictures.show(0)
        if self._saved is not None:
            self._restore(self._saved)

    def _picture_read(self, frame: VideoFrame) -> None:
        if not (self.busy and self.live):
            self.pictured.emit(frame, self.document.shown(frame.index))

    def _restore(self, saved: Saved) -> None:
        document = self.document
        document.settings = saved.settings
        runs = {id for id, part in self.catalogue.lifters().items() if part.runs}
        self.lifter = saved.lifter if saved.lifter in runs else self.lifter
        steps = bound(jobs.lifting, saved.detections, self._make_lifter(), saved.settings, saved.edits)
        place = self._saved_at

        def restored(motion: Motion) -> None:
            document.set_result(saved.detections, motion, saved.edits)
            if place is not None:
                document.set_saved(place)

        self._start("lifting", steps, restored)
