"""Settings of a training: [training] of a preset, and the learning rate they make."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from lifting.preset import Preset
from lifting.trainings import check_name
from poses.errors import UserError

# What `lifting.losses` has; named here so that settings are read without torch.
LOSSES = ("mpjpe", "mse", "squared_and_absolute", "distance_and_absolute")


@dataclass(frozen=True)
class Settings:
    """[training] of a preset.

    weights: name of the weights to write; the preset's own if empty. optimiser: adam, amsgrad or adamw. schedule:
    "cosine" (to zero at the end, after `warmup` steps), or "step": times `decay` every `decay_steps` and `drop` every
    `drop_steps`. precision: "float32", "bfloat16" for mixed precision, or "auto": mixed where the device multiplies
    16-bit floats in hardware (`lifting.step.fast_bfloat16`). epoch_steps: steps between two evaluations. workers:
    processes that make batches; 0 makes them in between, -1 takes as many as there are cores on a GPU machine and none
    otherwise. half: weights are written in 16-bit floats. average: share of the weights' running average that each step
    keeps (Polyak averaging); the average is evaluated beside the weights, and what is better is written. 0: none.
    """

    weights: str = ""
    steps: int = 20_000
    batch: int = 256
    optimiser: str = "adamw"
    lr: float = 1e-3
    weight_decay: float = 0.01
    schedule: str = "cosine"
    warmup: int = 200
    decay: float = 0.95
    decay_steps: int = 1000
    drop: float = 1.0
    drop_steps: int = 1
    clip: float = 0.0
    loss: str = "mpjpe"
    precision: str = "float32"
    seed: int = 0
    epoch_steps: int = 500
    workers: int = -1
    half: bool = True
    average: float = 0.0

    def __post_init__(self) -> None:
        choices = {
            "optimiser": ("adam", "amsgrad", "adamw"),
            "schedule": ("cosine", "step"),
            "loss": LOSSES,
            "precision": ("float32", "bfloat16", "auto"),
        }
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                raise UserError(f"[training] {name} must be one of {', '.join(allowed)}, got {getattr(self, name)!r}")
        for name in ("steps", "batch", "epoch_steps"):
            if getattr(self, name) < 1:
                raise UserError(f"[training] {name} must be 1 or more, got {getattr(self, name)}")
        if not 0 < self.lr < math.inf:
            raise UserError(f"[training] lr must be more than 0, got {self.lr}")
        if not 0 <= self.average < 1:
            raise UserError(f"[training] average must be at least 0 and less than 1, got {self.average}")
        if self.weights:
            check_name(self.weights)


def make_settings(preset: Preset, changes: dict[str, Any]) -> Settings:
    """The preset's [training] with `changes`; UserError where a setting is unknown."""
    values = {**preset.training, **changes}
    unknown = sorted(set(values) - {f.name for f in fields(Settings)})
    if unknown:
        raise UserError(f"[training] of {preset.name} has no setting called {', '.join(unknown)}")
    return Settings(**values)


def learning_rate(settings: Settings, step: int) -> float:
    """Of the step that comes next."""
    if settings.schedule == "step":
        dropped = settings.drop ** (step // settings.drop_steps)
        return settings.lr * dropped * settings.decay ** (step // settings.decay_steps)
    warm = min(1.0, (step + 1) / max(settings.warmup, 1))
    return settings.lr * warm * 0.5 * (1 + math.cos(math.pi * step / settings.steps))
