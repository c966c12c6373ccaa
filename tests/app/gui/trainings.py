"""A training as it lies in its folder, without one having run."""

from __future__ import annotations

import json
from pathlib import Path

from lifting import trainings


def fake_run(home: Path, name: str = "mine", steps: int = 40, done: int = 20) -> Path:
    """What a stopped training leaves."""
    out = home / "trainings" / name
    out.mkdir(parents=True)
    trainings.append_request(out, trainings.TrainingRequest("mocap_graphsh", "/data", name, steps=steps))
    lines = [
        {"step": n, "total": steps, "loss": 1 / n, "steps_per_s": 2.0, "left_s": (steps - n) / 2}
        for n in range(1, done + 1)
    ]
    (out / trainings.PROGRESS).write_text("".join(json.dumps(line) + "\n" for line in lines))
    record = [{"step": n, "held_out": 100.0 - n, "noisy_mpjpe": 100.0 - n, "loss": 0.1} for n in (5, 10, 15)]
    (out / trainings.RECORD).write_text("".join(json.dumps(line) + "\n" for line in record))
    (out / trainings.CHECKPOINT).touch()
    return out
