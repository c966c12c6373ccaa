"""Threads beside the window: one long job at a time, and small questions of which only the newest counts.

Jobs and questions are plain Python (a generator, a function) and know no Qt. Only immutable values cross threads. Every
answer carries the request it belongs to (app.session.request); late ones are dropped in `_is_wanted`, nowhere else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from threading import Condition
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from app.gui.allowance import Allowance
from app.session.request import Request

# Of the time, for the window's thread while a job runs. OpenGL without a graphics card takes twice
# as much again in threads of its own.
BACKGROUND_SHARE = 0.04
LONGEST_S = 0.5  # but so often at least it is told how far the job is
REPORT_INTERVAL_S = 0.05  # at most twenty reports a second: more freeze the window (measured)
PATIENCE_MS = 400  # how long a window that is closed waits for a thread; then it ends by itself (`wait_for_the_last`)
Steps = Callable[[], Generator[Any, None, Any]]
Receive = Callable[[Any], object]
_ending: set[TaskThread] = set()


@dataclass(frozen=True)
class _Answer:
    request: Request
    receive: Receive
    value: Any


class TaskThread(QThread):
    """Works in its own thread on what it was given last; what was given before and has not begun is forgotten.

    What comes of it is brought to the window's thread, and there to whoever asked, unless its request is over by then.
    """

    _came = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = Condition()
        self._next: tuple[Request, Callable[[], object]] | None = None
        self._working = False
        self._open = Request()
        self._came.connect(self._deliver)

    def give(self, request: Request, work: Callable[[], object], failed: Receive) -> None:
        """Ask for `work` to be done; `failed` gets what it raises."""

        def guarded() -> None:
            try:
                work()
            except Exception as error:
                self.send(request, failed, error)

        with self._changed:
            self._next = (request, guarded)
            self._changed.notify_all()
        if not self.isRunning() and not self._open.over:
            self.start()

    def send(self, request: Request, receive: Receive, value: Any) -> None:
        """From the thread: bring a value to the window's thread, where somebody still waits for it."""
        answer = _Answer(request, receive, value)
        if self._is_wanted(answer):
            self._came.emit(answer)

    def wait_idle(self, timeout_s: float = 10.0) -> bool:
        """Wait (in another thread) until nothing is worked on, nor waits for it; False where it takes too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._working and self._next is None, timeout_s)

    def close(self) -> None:
        """Forget what was given, end the thread after the step under way; one that takes long ends by itself."""
        with self._changed:
            self._open.end()
            self._next = None
            self._changed.notify_all()
        if not self.wait(PATIENCE_MS):
            self.setParent(None)
            _ending.add(self)

    def is_over(self, request: Request) -> bool:
        return request.over or self._open.over

    def run(self) -> None:
        while True:
            with self._changed:
                self._working = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._open.over or self._next is not None)
                if self._open.over:
                    return
                assert self._next is not None
                request, work = self._next
                self._next, self._working = None, True
            if not request.over:
                work()

    def _deliver(self, answer: _Answer) -> None:
        """In the window's thread."""
        if self._is_wanted(answer):
            answer.receive(answer.value)

    def _is_wanted(self, answer: _Answer) -> bool:
        """The one place where what comes late is dropped, and let go of."""
        wanted = not self.is_over(answer.request)
        close = getattr(answer.value, "close", None)
        if not wanted and close is not None:
            with suppress(Exception):
                close()
        return wanted


def wait_for_the_last(timeout_ms: int = 30_000) -> None:
    """Before the program ends: threads of closed windows that had a long step under way."""
    for thread in list(_ending):
        thread.wait(timeout_ms)
        _ending.discard(thread)


class LatestAnswer(TaskThread):
    """Answers questions; while one is answered, of those that come only the newest is kept.

    A question may answer in steps, as a generator: it is left off between two of them when its request is over.
    """

    def ask(
        self, question: Callable[[], Any], answered: Receive, failed: Receive, within: Request | None = None
    ) -> Request:
        """`answered` gets the answer, `failed` what it raised, in the window's thread, unless the request is over.

        within: what the question is about; the returned request is over together with it.
        """
        request = Request(within)
        self.give(request, lambda: self._answer(request, question(), answered), failed)
        return request

    def _answer(self, request: Request, answer: Any, answered: Receive) -> None:
        if not isinstance(answer, Generator):
            self.send(request, answered, answer)
            return
        while not self.is_over(request):
            try:
                next(answer)
            except StopIteration as end:
                self.send(request, answered, end.value)
                return
        answer.close()


class Worker(TaskThread):
    """Runs one generator at a time, until its end or until its request is over, and looks at that after each step.

    Of what it yields the newest is brought to the window, at most twenty a second and never more than one on its way: a
    window that was busy gets the newest report and not all that it missed. It gets the next one only when what it did
    since the last (drawing, mostly) is no more than its share of the time: work in the window takes the
    processor, and the interpreter, from the job.
    """

    _reported = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._report: _Answer | None = None
        self._allowance = Allowance(BACKGROUND_SHARE)
        self._worked_s = time.thread_time()
        self._posted = 0.0
        self._reported.connect(self._deliver_newest)

    def start_job(
        self, request: Request, steps: Steps, reported: Receive, finished: Receive, failed: Receive,
        share: float = BACKGROUND_SHARE,
    ) -> None:  # fmt: skip
        """Run `steps()`: `reported` gets the newest thing yielded, `finished` what is returned, `failed` an error.

        share: see BACKGROUND_SHARE.
        """
        with self._changed:
            self._allowance, self._worked_s = Allowance(share), time.thread_time()
            self._posted = 0.0
        self.give(request, lambda: self._run_job(request, steps, reported, finished), failed)

    def _run_job(self, request: Request, steps: Steps, reported: Receive, finished: Receive) -> None:
        job, last = steps(), 0.0
        while True:
            try:
                report = next(job)
            except StopIteration as end:
                self.send(request, finished, end.value)
                return
            if self.is_over(request):
                job.close()
                return
            if time.monotonic() - last >= REPORT_INTERVAL_S:
                last = time.monotonic()
                self._post(_Answer(request, reported, report))

    def _post(self, report: _Answer) -> None:
        with self._changed:
            waits = self._report is not None
            now = time.monotonic()
            if not waits and not self._allowance.there() and now - self._posted < LONGEST_S:
                return
            self._report, self._posted = report, now
        if not waits:
            self._reported.emit()

    def _deliver_newest(self) -> None:
        """The newest report there is; the window's work until now is accounted for."""
        worked_s = time.thread_time()
        with self._changed:
            self._allowance.spend(worked_s - self._worked_s)
            self._worked_s = worked_s
            newest, self._report = self._report, None
        if newest is not None:
            self._deliver(newest)
