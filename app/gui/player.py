"""Playing and stepping by the file's own time stamps."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from poses.arrays import FloatArray

SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0)
TICK_MS = 8


class Player(QObject):
    """Which frame is wanted now. Frames keep the distances in time that the file gives them; late ones are skipped.

    moved(row): another frame is wanted. playing_changed(playing).
    """

    moved = Signal(int)
    playing_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._times = np.zeros(0)
        self._row = 0
        self._first, self._last = 0, 0
        self._clock = QElapsedTimer()
        self._start_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.speed = 1.0
        self.loop = True

    @property
    def row(self) -> int:
        return self._row

    @property
    def count(self) -> int:
        return len(self._times)

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def set_times(self, time_s: FloatArray) -> None:
        """Time stamps (T) of a file that was opened; goes to its first frame."""
        self.pause()
        self._times = np.asarray(time_s, dtype=float)
        self._row, self._first, self._last = 0, 0, max(len(self._times) - 1, 0)

    def set_range(self, first: int, last: int) -> None:
        """Play only rows first..last."""
        self._first, self._last = max(first, 0), min(last, self.count - 1)

    def set_speed(self, speed: float) -> None:
        self.speed = speed
        self._restart_clock()

    def play(self) -> None:
        if self.count < 2 or self.playing:
            return
        if not self._first <= self._row < self._last:
            self._move(self._first)
        self._restart_clock()
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def toggle(self) -> None:
        self.pause() if self.playing else self.play()

    def step(self, frames: int) -> None:
        self.pause()
        self.seek(self._row + frames)

    def go(self, row: int) -> None:
        """Stop playing and go to a row."""
        self.pause()
        self.seek(row)

    def seek(self, row: int) -> None:
        """Go to a row; the nearest there is where it lies outside."""
        if self.count:
            self._move(min(max(row, 0), self.count - 1))
            self._restart_clock()

    def _restart_clock(self) -> None:
        if self.count:
            self._start_s = float(self._times[self._row])
            self._clock.start()

    def _tick(self) -> None:
        now = self._start_s + self._clock.elapsed() / 1000 * self.speed
        row = int(np.searchsorted(self._times, now, side="right")) - 1
        if row >= self._last and now >= self._times[self._last] + self._frame_s():
            if not self.loop:
                self._move(self._last)
                self.pause()
                return
            self._move(self._first)
            self._restart_clock()
            return
        self._move(min(max(row, self._first), self._last))

    def _frame_s(self) -> float:
        """How long the last frame is shown before playing starts again."""
        return float(np.median(np.diff(self._times))) if self.count > 1 else 0.0

    def _move(self, row: int) -> None:
        if row != self._row:
            self._row = row
            self.moved.emit(row)
