"""Threads beside the window: one long job at a time, and small questions of which only the newest counts.

Jobs and questions are plain Python (a generator, a function) and know no Qt. Only immutable values cross threads.
Signals of these classes must be connected to methods of QObjects, so that Qt brings them to the window's thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from threading import Condition
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from app.gui.allowance import Allowance

BACKGROUND_SHARE = 0.04  # of the time, for the window's thread while a job runs
REPORT_INTERVAL_S = 0.05  # at most twenty reports a second: more freeze the window (measured)
Steps = Callable[[], Generator[Any, None, Any]]


class LatestTaskThread(QThread):
    """Works in its own thread on what it was given last; what was given before and has not begun is forgotten.

    failed(number, error): the number that `give` returned, and what the work raised.
    """

    failed = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = Condition()
        self._next: tuple[int, Callable[[], Any]] | None = None
        self._closing = self._working = False
        self.current = 0

    def give(self, task: Callable[[], Any]) -> int:
        """Ask for `task` to be worked on; returns its number, which always grows."""
        with self._changed:
            self.current += 1
            self._next = (self.current, task)
            self._changed.notify_all()
        if not self.isRunning():
            self.start()
        return self.current

    def wait_idle(self, timeout_s: float = 10.0) -> bool:
        """Wait (in another thread) until nothing is worked on, nor waits for it; False where it takes too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._working and self._next is None, timeout_s)

    def close(self) -> None:
        """Forget what was given, end the thread; waits for the step under way."""
        with self._changed:
            self._closing = True
            self.current += 1
            self._next = None
            self._changed.notify_all()
        self.wait()

    def work(self, number: int, task: Callable[[], Any]) -> None:
        """What is done with a task, in the thread."""
        raise NotImplementedError

    def run(self) -> None:
        while True:
            with self._changed:
                self._working = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._closing or self._next is not None)
                if self._closing:
                    return
                assert self._next is not None
                number, task = self._next
                self._next, self._working = None, True
            try:
                self.work(number, task)
            except Exception as error:
                self.failed.emit(number, error)


class LatestAnswer(LatestTaskThread):
    """Answers questions; while one is answered, of those that come only the newest is kept.

    A question may answer in steps, as a generator: it is left off between two of them when a newer one has come.
    answered(number, answer) and failed(number, error): number as returned by `ask`.
    """

    answered = Signal(int, object)

    def ask(self, question: Callable[[], Any]) -> int:
        return self.give(question)

    def drop(self) -> None:
        """Forget what was asked; what is being answered in steps is left off."""
        with self._changed:
            self.current += 1
            self._next = None

    def work(self, number: int, task: Callable[[], Any]) -> None:
        answer = task()
        if not isinstance(answer, Generator):
            self.answered.emit(number, answer)
            return
        while number == self.current:
            try:
                next(answer)
            except StopIteration as end:
                self.answered.emit(number, end.value)
                return
        answer.close()


class Worker(LatestTaskThread):
    """Runs one generator at a time; a new job ends the one before it at its next step.

    reported(number, report): the newest thing yielded, at most twenty a second and never more than one on its way: a
    window that was busy gets the newest report and not all that it missed. It gets the next one only when what it did
    since the last (drawing, mostly) is no more than its share of the time: work in the window takes the processor, and
    the interpreter, from the job. finished_job(number, result): what the
    generator returned. failed(number, error): what it raised. stopped(number): cancelled. `number` is what `start_job`
    returned; compare it with `current` and drop what is late.
    """

    reported = Signal(int, object)
    finished_job = Signal(int, object)
    stopped = Signal(int)
    _came = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._report: tuple[int, Any] | None = None
        self._allowance = Allowance(BACKGROUND_SHARE)
        self._worked_s = time.thread_time()
        self._came.connect(self._deliver)

    def start_job(self, steps: Steps, share: float = BACKGROUND_SHARE) -> int:
        """Ask for `steps()` to be run; returns its number. share: of the time, that the window's thread may work."""
        with self._changed:
            self._allowance, self._worked_s = Allowance(share), time.thread_time()
        return self.give(steps)

    def cancel(self) -> None:
        """End the running job at its next step."""
        with self._changed:
            number = self.current
            self.current += 1
            self._next = None
        self.stopped.emit(number)

    def work(self, number: int, task: Steps) -> None:
        job, last = task(), 0.0
        while True:
            try:
                report = next(job)
            except StopIteration as end:
                self.finished_job.emit(number, end.value)
                return
            if number != self.current:
                job.close()
                return
            if time.monotonic() - last >= REPORT_INTERVAL_S:
                last = time.monotonic()
                self._post(number, report)

    def _post(self, number: int, report: Any) -> None:
        with self._changed:
            waits = self._report is not None
            if not waits and not self._allowance.there():
                return
            self._report = (number, report)
        if not waits:
            self._came.emit()

    def _deliver(self) -> None:
        """In the window's thread: the newest report there is; its work until now is accounted for."""
        worked_s = time.thread_time()
        with self._changed:
            self._allowance.spend(worked_s - self._worked_s)
            self._worked_s = worked_s
            newest, self._report = self._report, None
        if newest is not None:
            self.reported.emit(*newest)
