"""The one long job beside the window: what runs, how long it still takes, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.gui.jobs import Report
from app.gui.worker import Steps, Worker


class JobRunner(QObject):
    """Every signal comes in the window's thread, and only of the job that runs; what is late is dropped.

    reported(report, seconds left or -1). ended: no job runs any more. failed(name, error): after `ended`.
    """

    reported = Signal(object, float)
    ended = Signal()
    failed = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = ""
        self._job = 0
        self._since = 0.0
        self._done: Callable[[Any], object] | None = None
        self._worker = Worker(self)
        self._worker.reported.connect(self._reported)
        self._worker.finished_job.connect(self._finished)
        self._worker.failed.connect(self._failed)

    @property
    def busy(self) -> bool:
        return self._job != 0

    def start(self, name: str, steps: Steps, done: Callable[[Any], object]) -> None:
        """Run `steps()` in place of what runs now; `done` gets what it returns."""
        self.name, self._done, self._since = name, done, time.monotonic()
        self._job = self._worker.start_job(steps)
        self.reported.emit(Report(""), -1.0)

    def stop(self) -> str:
        """End the job at its next step and forget it; returns its name, "" where none ran."""
        if not self.busy:
            return ""
        self._worker.cancel()
        return self._end()

    def wait_idle(self) -> bool:
        """Wait (in another thread) until the last step of what was stopped is over."""
        return self._worker.wait_idle()

    def close(self) -> None:
        """End the thread."""
        self._job = 0
        self._worker.close()

    def _end(self) -> str:
        name, self._job, self.name = self.name, 0, ""
        self.ended.emit()
        return name

    def _reported(self, number: int, report: Report) -> None:
        if number != self._job:
            return
        elapsed = time.monotonic() - self._since
        known = report.total and report.done and elapsed > 1
        self.reported.emit(report, elapsed / report.done * (report.total - report.done) if known else -1.0)

    def _finished(self, number: int, result: Any) -> None:
        if number == self._job and self._done is not None:
            done = self._done
            self._end()
            done(result)

    def _failed(self, number: int, error: Exception) -> None:
        if number == self._job:
            self.failed.emit(self._end(), error)
