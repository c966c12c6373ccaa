"""The one long job beside the window: what runs, how long it still takes, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial as bound
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.gui.jobs import Report
from app.gui.worker import BACKGROUND_SHARE, Steps, Worker
from app.progress import Pace
from app.session.request import Request


class JobRunner(QObject):
    """Every signal comes in the window's thread, and only of the job that runs.

    began(name). reported(report, seconds left or -1). ended: no job runs any more, after what it brought was taken.
    failed(name, error): before `ended`.
    """

    began = Signal(str)
    reported = Signal(object, float)
    ended = Signal()
    failed = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = ""
        self._request = Request()
        self._pace, self._lifting = Pace(), Pace()  # of the stage that runs, and of the lifting beside it
        self._worker = Worker(self)

    @property
    def busy(self) -> bool:
        return bool(self.name)

    def start(
        self, name: str, steps: Steps, done: Callable[[Any], object], within: Request | None = None,
        share: float = BACKGROUND_SHARE,
    ) -> None:  # fmt: skip
        """Run `steps()` in place of what runs now; `done` gets what it returns.

        within: over together with that. share: see `Worker.start_job`.
        """
        self._request.end()
        self.name, self._request = name, Request(within)
        self._pace, self._lifting = Pace(), Pace()
        self._worker.start_job(self._request, steps, self._report, bound(self._finish, done), self._fail, share)
        self.began.emit(name)
        self.reported.emit(Report(""), -1.0)

    def stop(self) -> str:
        """End the job at its next step and forget it; returns its name, "" where none ran."""
        name, self.name = self.name, ""
        self._request.end()
        if name:
            self.ended.emit()
        return name

    def wait_idle(self) -> bool:
        """Wait (in another thread) until the last step of what was stopped is over."""
        return self._worker.wait_idle()

    def close(self) -> None:
        """End the thread."""
        self.name = ""
        self._request.end()
        self._worker.close()

    def _report(self, report: Report) -> None:
        self._pace.see(report.text, report.done)
        self._lifting.see("lift", report.lifted)
        left = [self._pace.left_s(report.total)]
        if left[0] is not None and report.lifted:  # what is detected last is lifted after it
            left.append(self._lifting.left_s(report.total))
        self.reported.emit(report, max((s for s in left if s is not None), default=-1.0))

    def _finish(self, done: Callable[[Any], object], result: Any) -> None:
        self.name = ""
        self._request.end()
        done(result)
        if not self.busy:  # it may have begun another one
            self.ended.emit()

    def _fail(self, error: Exception) -> None:
        name, self.name = self.name, ""
        self._request.end()
        self.failed.emit(name, error)
        if not self.busy:
            self.ended.emit()
