"""Ending a training so that nothing is lost."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from lifting.trainings import STOP
from poses.errors import Ended, ending_signals

_LOOK_EVERY_S = 0.3


class Interrupt:
    """Whether a training is to end: Ctrl-C, SIGTERM, SIGHUP, or a file called "stop" in its folder.

    A signal may come while weights are being changed, and what would be saved then is neither one step nor the next. So
    it is noted, and `check` raises KeyboardInterrupt between two steps. A second Ctrl-C ends at once (`at_once`), with
    the checkpoint that is there.
    """

    def __init__(self, out: Path) -> None:
        self._file = out / STOP
        self._looked = time.monotonic()
        self._before: dict[int, Callable[..., Any] | int | None] = {}
        self.asked = self.at_once = False
        self._number = int(signal.SIGINT)

    def __enter__(self) -> Interrupt:
        self._file.unlink(missing_ok=True)
        if threading.current_thread() is threading.main_thread():
            for number in ending_signals():
                self._before[number] = signal.signal(number, self._signalled)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, signal.SIG_DFL if before is None else before)
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def check(self) -> None:
        """KeyboardInterrupt where the end was requested."""
        now = time.monotonic()
        if now - self._looked > _LOOK_EVERY_S:
            self._looked = now
            self.asked = self.asked or self._file.exists()
        if self.asked:
            raise Ended(self._number)

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            self.at_once = True
            raise Ended(number)
        self.asked, self._number = True, number


def ignore_ctrl_c(_worker: int) -> None:
    """For processes that make batches: Ctrl-C in a terminal reaches them too, but it is not theirs to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
