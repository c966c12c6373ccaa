"""Why a window's thread is late: a timer that should tick every few milliseconds, and a look at what ran meanwhile.

Every gap between two ticks is taken apart into what the thread did itself (its own CPU time), what it waited for the
processor (other programs on the machine: the scheduler's own count, Linux), and the rest, which is waiting inside the
program: for the interpreter, a lock, software OpenGL, the screen. Whom it waits for may itself wait for the processor,
so on a busy machine the rest is too long as well; on a machine of its own it is at most the CPU time that the other
threads of the program had meanwhile. `quiet` is that: own work and that bound. While a tick is overdue, faulthandler's
own thread, which needs no leave of the interpreter, notes what all threads are at.
"""

from __future__ import annotations

import faulthandler
import re
import statistics
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

TICK_MS = 5
LATE_S = 0.020
LIMIT_MS = 50.0


@dataclass(frozen=True)
class Gap:
    """Between two ticks, ms. own: CPU of the window's thread; others: of the other threads; machine: see above."""

    whole: float
    own: float
    others: float
    machine: float

    @property
    def waiting(self) -> float:
        """For something inside the program, the machine's other work in it."""
        return max(self.whole - self.own - self.machine - TICK_MS, 0.0)

    @property
    def quiet(self) -> float:
        """Busy or kept waiting by us: what a machine with nothing else to do would have shown, at most."""
        return self.own + min(self.waiting, self.others)


class Watchdog(QObject):
    """Ticks in the thread that makes it, from `start` to `stop`. looks: note what runs while a tick is overdue."""

    def __init__(self, looks: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.gaps: list[Gap] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._thread = f"0x{threading.get_ident():016x}"
        self._schedule = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._last = (0.0, 0.0, 0.0, 0.0)
        self._file = tempfile.TemporaryFile() if looks else None  # noqa: SIM115 (open from start to stop)
        self._looks: list[str] = []

    def start(self) -> None:
        self._last = self._now()
        self._timer.start()
        self._look()

    def stop(self) -> None:
        self._timer.stop()
        if self._file is not None:
            faulthandler.cancel_dump_traceback_later()
            self._file.seek(0)
            self._looks = self._file.read().decode().split("Timeout (")
            self._file.close()

    def report(self, name: str, places: int = 12) -> str:
        """Lines for the terminal."""
        parts = {
            "between ticks": [g.whole for g in self.gaps],
            "on a quiet machine, at most": [g.quiet for g in self.gaps],
            "own work": [g.own for g in self.gaps],
        }
        lines = [f"{name}: {len(self.gaps)} ticks, ms"]
        lines += [f"  {title:30s}{_summary(values)}" for title, values in parts.items()]
        ours, others = self._places()
        for title, found in (("window's thread", ours), ("other threads", others)):
            total = sum(found.values())
            if total:
                lines.append(f"  {title}, at {total} looks while it was late:")
                lines += [f"    {100 * n / total:3.0f} %  {text}" for text, n in found.most_common(places)]
        return "\n".join(lines)

    def _now(self) -> tuple[float, float, float, float]:
        try:
            waited = int(self._schedule.read_text().split()[1]) / 1e6
        except OSError:  # not Linux
            waited = 0.0
        own = time.thread_time()
        return time.perf_counter() * 1000, own * 1000, (time.process_time() - own) * 1000, waited

    def _tick(self) -> None:
        now = self._now()
        self.gaps.append(Gap(*(b - a for a, b in zip(self._last, now, strict=True))))
        self._last = now
        self._look()

    def _look(self) -> None:
        """Look as soon as it is late, without the interpreter's leave: who keeps it is what we want to know."""
        if self._file is not None:
            faulthandler.dump_traceback_later(LATE_S, repeat=True, file=self._file)

    def _places(self) -> tuple[Counter[str], Counter[str]]:
        ours: Counter[str] = Counter()
        others: Counter[str] = Counter()
        for look in self._looks:
            for block in look.split("Thread ")[1:]:
                stack = _stack(block.splitlines())
                if block.startswith(self._thread):
                    ours[stack] += 1
                elif not stack.startswith(("threading.wait", "queue.")):
                    others[stack] += 1
        return ours, others


def _stack(places: list[str], depth: int = 5) -> str:
    """`File "a/b.py", line 3 in run` lines as `b.run:3`, the innermost first."""
    found = [re.match(r'  File "(.*)", line (\d+) in (.*)', place) for place in places]
    parts = [f"{Path(m[1]).stem}.{m[3]}:{m[2]}" for m in found if m]
    return " < ".join(parts[:depth])


def _summary(values: list[float]) -> str:
    ordered = sorted(values)
    late = ordered[int(0.95 * len(ordered))]
    over = sum(v > LIMIT_MS for v in ordered)
    usual = statistics.median(ordered)
    return f"median {usual:6.1f}   95 % {late:6.1f}   most {ordered[-1]:6.0f}   {over} > {LIMIT_MS:.0f}"
