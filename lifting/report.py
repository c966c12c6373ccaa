"""What a training tells while it runs: a line in progress.jsonl every second, and on stderr (every ten seconds where
that is a file); metrics.jsonl, TensorBoard and a picture of the curves after every evaluation."""

from __future__ import annotations

import io
import json
import math
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lifting.trainings import PROGRESS, RECORD
from poses.files import write_bytes, write_text

LOG_EVERY_S = 10.0


@dataclass
class TrainingState:
    """Where a training stands. history: one record for each evaluation. best: the lowest held-out MPJPE so far, mm.
    start: the lifter whose weights it started from, and their checksum. loss: of the last step before an evaluation."""

    step: int = 0
    best: float = math.inf
    history: list[dict[str, float]] = field(default_factory=list)
    start: str = ""
    start_sha256: str = ""
    loss: float = math.nan


class TrainingReport:
    """Of one training; `quiet` writes nothing at all."""

    def __init__(self, out: Path, total: int, first: int, quiet: bool) -> None:
        self.out, self.total, self.first, self.quiet = out, total, first, quiet
        self.began = self.shown = time.monotonic()
        self.told = -math.inf
        self.writer = None if quiet else _tensorboard(out)

    def due(self) -> bool:
        """A line a second is enough."""
        return time.monotonic() - self.shown > 1

    def progress(self, run: TrainingState, loss: float) -> None:
        self.shown = now = time.monotonic()
        if self.quiet:
            return
        rate = (run.step - self.first) / (now - self.began)
        left = (self.total - run.step) / max(rate, 1e-9)
        line = {"step": run.step, "total": self.total, "loss": loss, "steps_per_s": rate, "left_s": left}
        with suppress(OSError), (self.out / PROGRESS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        text = f"step {run.step}/{self.total}  loss {loss:.4f}  {rate:.1f} steps/s  {left / 60:.0f} min left"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{text}\x1b[K")
        elif now - self.told >= LOG_EVERY_S:
            self.told = now
            sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def evaluated(self, run: TrainingState) -> None:
        if self.quiet:
            return
        record = run.history[-1]
        lines = "".join(json.dumps(line) + "\n" for line in run.history)
        write_text(self.out / RECORD, lines)
        if self.writer is not None:
            for name, value in record.items():
                self.writer.add_scalar(name, value, run.step)
            self.writer.flush()
        draw_curves(run.history, self.out / "curves.png")
        shown = "  ".join(f"{k} {v:.1f}" for k, v in record.items() if k.endswith("mpjpe"))
        start = "\n" if sys.stderr.isatty() else ""
        sys.stderr.write(f"{start}evaluated at step {run.step}: {shown}\n")
        sys.stderr.flush()

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


def _tensorboard(out: Path) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(str(out))


def draw_curves(history: list[dict[str, float]], path: Path) -> None:
    """Loss and held-out errors over the steps, as a picture; skipped where matplotlib is not installed."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return
    figure = Figure(figsize=(8, 5))
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(xlabel="step", ylabel="error, mm", title="error on motion that is not in training")
    steps = [record["step"] for record in history]
    for name in [key for key in history[-1] if key.endswith("mpjpe")]:
        axes.plot(steps, [record.get(name, math.nan) for record in history], label=name)
    axes.legend()
    axes.grid(alpha=0.3)
    picture = io.BytesIO()
    figure.savefig(picture, dpi=100)
    write_bytes(path, picture.getvalue())
