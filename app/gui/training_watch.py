"""What a training's folder tells, read again and again; knows no Qt."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lifting import trainings
from poses.arrays import FloatArray

LOG_TAIL = 6000
POINTS_AT_MOST = 6000  # of the loss; then every other one is left out
SMOOTHING = 0.9  # of the loss, from one second to the next


@dataclass(frozen=True)
class TrainingStatus:
    """Where a training stands.

    state: "starting", "running", "finished", "stopped" or "failed". steps (N), loss (N): one of each second, and
    smoothed (N). record: one entry for each evaluation. problem: what ended it, "" for nothing. resumable: whether
    there is a checkpoint.
    """

    out: Path
    request: trainings.TrainingRequest | None
    state: str
    step: int
    total: int
    steps_per_s: float
    left_s: float
    steps: FloatArray
    loss: FloatArray
    smoothed: FloatArray
    record: tuple[dict[str, float], ...]
    log: str
    problem: str
    resumable: bool

    @property
    def name(self) -> str:
        return self.request.name if self.request is not None else self.out.name

    @property
    def active(self) -> bool:
        return self.state in ("starting", "running")

    @property
    def best(self) -> tuple[int, float] | None:
        """Step and held-out MPJPE, mm, of the best evaluation."""
        return trainings.best_score(list(self.record))


class TrainingWatcher:
    """One training's folder; reads only what was added since it looked last."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._offset = 0
        self._lines: list[tuple[float, float]] = []
        self._rate, self._left, self._total = 0.0, math.nan, 0

    def look(self, starting: bool = False, failed: str = "") -> TrainingStatus:
        """starting: it was started but does not hold its folder yet. failed: what its process ended with."""
        self._read_progress()
        record = tuple(trainings.read_lines(self.out / trainings.RECORD)[0])
        request = trainings.read_request(self.out)
        busy = bool(trainings.running_pid(self.out))
        total = request.steps if request is not None and request.steps else self._total
        evaluated = int(record[-1]["step"]) if record else 0
        step = max(int(self._lines[-1][0]) if self._lines else 0, evaluated)
        problem = "" if busy or starting else failed or trainings.read_problem(self.out)
        if busy or starting:
            state = "running" if busy and self._has_begun() else "starting"
        elif problem:
            state = "failed"
        else:
            state = "finished" if total and evaluated >= total else "stopped"
        steps, loss = (np.array([line[i] for line in self._lines]) for i in (0, 1))
        return TrainingStatus(
            self.out, request, state, step, total, self._rate, self._left, steps, loss, smooth(loss), record,
            self._log(), problem, (self.out / trainings.CHECKPOINT).exists(),
        )  # fmt: skip

    def _read_progress(self) -> None:
        lines, offset = trainings.read_lines(self.out / trainings.PROGRESS, self._offset)
        if offset < self._offset:  # written anew
            self._lines = []
        self._offset = offset
        for line in lines:
            try:
                step, loss = float(line["step"]), float(line["loss"])
                self._rate, self._left = float(line["steps_per_s"]), float(line["left_s"])
                self._total = int(line["total"])
            except (KeyError, TypeError, ValueError):
                continue
            while self._lines and self._lines[-1][0] >= step:  # resumed from a checkpoint before these
                self._lines.pop()
            self._lines.append((step, loss))

        if len(self._lines) > POINTS_AT_MOST:
            self._lines = self._lines[::2]

    def _has_begun(self) -> bool:
        """Whether it made steps since it was started."""
        try:
            return (self.out / trainings.PROGRESS).stat().st_mtime >= (self.out / trainings.LOCK).stat().st_mtime
        except OSError:
            return False

    def _log(self) -> str:
        try:
            with (self.out / trainings.LOG).open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(size - LOG_TAIL, 0))
                text = file.read().decode("utf-8", "replace")
        except OSError:
            return ""
        return text if size <= LOG_TAIL else text.partition("\n")[2]


def smooth(values: FloatArray) -> FloatArray:
    """Running mean that forgets; the start counts for no more than its share."""
    out, mean, weight = np.empty(len(values)), 0.0, 0.0
    for i, value in enumerate(values):
        mean, weight = SMOOTHING * mean + (1 - SMOOTHING) * value, SMOOTHING * weight + (1 - SMOOTHING)
        out[i] = mean / weight
    return out


def curves(record: tuple[dict[str, float], ...]) -> dict[str, FloatArray]:
    """Errors (N) in mm by name ("noisy_mpjpe"), NaN where an evaluation has none."""
    names = [key for key in (record[-1] if record else {}) if key.endswith("mpjpe")]
    return {name: np.array([line.get(name, math.nan) for line in record], dtype=float) for name in names}
