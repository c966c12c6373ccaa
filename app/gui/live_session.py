"""A camera or stream that is followed live: its latency, its recording, and what is done when it is lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial as bound
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.gui.job_runner import JobRunner
from app.gui.jobs import Parts
from app.gui.live_pose import LiveMaps
from app.gui.live_stream import Latency, LiveReport, live_steps
from app.session.state import LIVE
from poses.errors import UserError

DRAWING_SHARE = 1.0  # see worker.BACKGROUND_SHARE: here the picture is what counts


class LiveSession(QObject):
    """started(source). lost(error, again): it ended by itself; again() follows it once more.

    recorded(path): to be opened like any file. noted(error): something to be told once; the stream goes on.
    """

    started = Signal(str)
    lost = Signal(object, object)
    recorded = Signal(object)
    noted = Signal(object)

    def __init__(self, job_runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job_runner = job_runner
        self._recording: Path | None = None
        self.kept: Path | None = None  # the recording that was opened last
        self._again: Callable[[], None] = lambda: None
        self._noted = ""
        self.latency = Latency.empty()

    def follow(
        self, source: str, record: Path | None, make: Callable[[], Parts], persons: int, maps: LiveMaps
    ) -> None:  # fmt: skip
        """Detect and lift live until it ends, is lost or stopped. make: the detector and the lifter to use."""
        self.latency, self._noted = Latency.empty(), ""
        self._recording = record
        self._again = lambda: self.follow(source, record and unused(record), make, persons, maps)
        steps = bound(live_steps, source, record, *make(), persons, maps)
        self._job_runner.start(LIVE, steps, self._open_recording, share=DRAWING_SHARE)
        self.started.emit(source)

    def text(self, report: LiveReport) -> str:
        """For the status bar; also tells what the report has to tell."""
        if report.problem and report.problem != self._noted:
            self._noted = report.problem
            self.noted.emit(UserError(report.problem))
        return f"{report.text}    {self.latency.text(report)}"

    def drawn(self, report: LiveReport) -> None:
        """A report is on the screen now."""
        if report.frame is not None:
            self.latency.values_ms.append((time.perf_counter() - report.captured_s) * 1000)

    @property
    def recording(self) -> bool:
        """Whether there will be a recording to open: the first page need not be shown meanwhile."""
        return self._recording is not None

    def forget(self) -> None:
        """Something else is opened: the recording stays where it is."""
        self._recording = None

    def stopped(self) -> None:
        """The user has stopped it."""
        self._open_recording()

    def failed(self, error: Exception) -> None:
        """It was lost: told once; what was recorded until then is opened."""
        self.lost.emit(error, self._again)
        self._open_recording()

    def _open_recording(self, _result: Any = None) -> None:
        """Nothing where nothing was recorded."""
        recording, self._recording = self._recording, None
        self.kept = recording
        if recording is not None and recording.exists():
            self.recorded.emit(recording)


def unused(path: Path) -> Path:
    """This path, or one with a number in its name where there is such a file already."""
    number, found = 2, path
    while found.exists():
        found = path.with_stem(f"{path.stem}_{number}")
        number += 1
    return found
