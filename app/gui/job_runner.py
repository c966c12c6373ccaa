"""The one long job beside the window: what runs, how long it still takes, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.gui.jobs import Report
from app.gui.worker import BACKGROUND_SHARE, Steps, Worker
from app.progress import Pace


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
        self._pace, self._lifting = Pace(), Pace()  # of the stage that runs, and of the lifting beside it
        self._done: Callable[[Any], object] | None = None
        self._worker = Worker(self)
        self._worker.reported.connect(self._reported)
        self._worker.finished_job.connect(self._finished)
        self._worker.failed.connect(self._failed)

    @property
    def busy(self) -> bool:
        return self._job != 0

    def start(
        self, name: str, steps: Steps, done: Callable[[Any], object], share: float = BACKGROUND_SHARE
    ) -> None:  # fmt: skip
        """Run `steps()` in place of what runs now; `done` gets what it returns. share: see `Worker.start_job`."""
        self.name, self._done = name, done
        self._pace, self._lifting = Pace(), Pace()
        self._job = self._worker.start_job(steps, share)
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
        self._pace.see(report.text, report.done)
        self._lifting.see("lift", report.lifted)
        left = [self._pace.left_s(report.total)]
        if left[0] is not None and report.lifted:  # what is detected last is lifted after it
            left.append(self._lifting.left_s(report.total))
        self.reported.emit(report, max((s for s in left if s is not None), default=-1.0))

    def _finished(self, number: int, result: Any) -> None:
        if number == self._job and self._done is not None:
            done = self._done
            self._end()
            done(result)

    def _failed(self, number: int, error: Exception) -> None:
        if number == self._job:
            self.failed.emit(self._end(), error)
