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

REPORT_INTERVAL_S = 0.05  # at most twenty reports a second: more freeze the window (measured)
Steps = Callable[[], Generator[Any, None, Any]]


class Worker(QThread):
    """Runs one generator at a time in its own thread; a new job ends the one before it at its next step.

    reported(number, report): the newest thing yielded, at most twenty a second. finished_job(number, result): what the
    generator returned. failed(number, error): what it raised. stopped(number): cancelled. `number` is what `start_job`
    returned; compare it with `current` and drop what is late.
    """

    reported = Signal(int, object)
    finished_job = Signal(int, object)
    failed = Signal(int, object)
    stopped = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = Condition()
        self._next: tuple[int, Steps] | None = None
        self._closing = self._running = False
        self.current = 0

    def start_job(self, steps: Steps) -> int:
        """Ask for `steps()` to be run; returns its number."""
        with self._changed:
            self.current += 1
            self._next = (self.current, steps)
            self._changed.notify_all()
        if not self.isRunning():
            self.start()
        return self.current

    def cancel(self) -> None:
        """End the running job at its next step."""
        with self._changed:
            number = self.current
            self.current += 1
            self._next = None
        self.stopped.emit(number)

    def wait_idle(self, timeout_s: float = 10.0) -> bool:
        """Wait (in another thread) until no job runs, a cancelled one included; False where it takes too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running and self._next is None, timeout_s)

    def close(self) -> None:
        """End the thread; waits for the running step."""
        with self._changed:
            self._closing = True
            self.current += 1
            self._next = None
            self._changed.notify()
        self.wait()

    def run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._next is not None)
                if self._closing:
                    return
                assert self._next is not None
                number, steps = self._next
                self._next, self._running = None, True
            self._run_job(number, steps)
            with self._changed:
                self._running = False
                self._changed.notify_all()

    def _run_job(self, number: int, steps: Steps) -> None:
        last = 0.0
        try:
            job = steps()
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
                    self.reported.emit(number, report)
        except Exception as error:
            self.failed.emit(number, error)


class Newest(QThread):
    """Answers questions in its own thread; while one is answered, of those that come only the newest is kept.

    answered(number, answer) and failed(number, error): number as returned by `ask`, always growing.
    """

    answered = Signal(int, object)
    failed = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = Condition()
        self._next: tuple[int, Callable[[], Any]] | None = None
        self._closing = False
        self._count = 0

    def ask(self, question: Callable[[], Any]) -> int:
        with self._changed:
            self._count += 1
            self._next = (self._count, question)
            self._changed.notify()
        if not self.isRunning():
            self.start()
        return self._count

    def close(self) -> None:
        """Forget what was asked, end the thread; waits for the answer under way."""
        with self._changed:
            self._closing = True
            self._next = None
            self._changed.notify()
        self.wait()

    def run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or self._next is not None)
                if self._closing:
                    return
                assert self._next is not None
                number, question = self._next
                self._next = None
            try:
                answer = question()
            except Exception as error:
                self.failed.emit(number, error)
            else:
                self.answered.emit(number, answer)
