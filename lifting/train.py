"""Training, read from top to bottom: settings, checkpoint, one loop. `marey train PRESET --data DIR --out DIR`.

A batch is a pure function of the seed and the number of the step, and a checkpoint holds everything else (weights,
optimiser, random state, step), so that a run which was killed goes on bit for bit where its last checkpoint was. OUT
holds: checkpoint.pt (at least once a minute), NAME.safetensors and NAME.json (the weights to use and their card, the
best so far), last/ (the same of the last step), progress.jsonl, metrics.jsonl, curves.png, TensorBoard's event files.

Several GPUs: `torchrun --nproc-per-node 4 -m app train PRESET ...`; every process makes its own part of the batch, and
the first one writes.
"""

from __future__ import annotations

import io
import json
import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lifting import find_weights
from lifting.card import ModelCard, read_card
from lifting.checkpoint import save_weights
from lifting.data import Source, open_source
from lifting.lifter import pick_device
from lifting.losses import LOSSES
from lifting.metrics import METRICS
from lifting.models import find_skeleton, make_model
from lifting.preset import Preset, list_presets, read_preset
from lifting.report import Report, Run
from lifting.start import start_from
from poses.errors import UserError
from poses.files import check_folder, explain, write_bytes

__all__ = ["Run", "list_presets", "train"]

CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True)
class Settings:
    """[training] of a preset.

    weights: name of the weights to write; the preset's own if empty. optimiser: adam, amsgrad or adamw. schedule:
    "cosine" (to zero at the end, after `warmup` steps), or "step": times `decay` every `decay_steps` and `drop` every
    `drop_steps`. precision: "float32", or "bfloat16" for mixed precision. epoch_steps: steps between two evaluations.
    workers: processes that make batches; 0 makes them in between, -1 takes as many as there are cores on a GPU machine
    and none otherwise. half: weights are written in 16-bit floats.
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

    def __post_init__(self) -> None:
        choices = {
            "optimiser": ("adam", "amsgrad", "adamw"),
            "schedule": ("cosine", "step"),
            "loss": tuple(LOSSES),
            "precision": ("float32", "bfloat16"),
        }
        for name, allowed in choices.items():
            if getattr(self, name) not in allowed:
                raise UserError(f"[training] {name} must be one of {', '.join(allowed)}, got {getattr(self, name)!r}")
        for name in ("steps", "batch", "epoch_steps"):
            if getattr(self, name) < 1:
                raise UserError(f"[training] {name} must be 1 or more, got {getattr(self, name)}")


def make_settings(preset: Preset, changes: dict[str, Any]) -> Settings:
    """The preset's [training] with `changes`; UserError where a setting is unknown."""
    values = {**preset.training, **changes}
    unknown = sorted(set(values) - {f.name for f in fields(Settings)})
    if unknown:
        raise UserError(f"[training] of {preset.name} has no setting called {', '.join(unknown)}")
    return Settings(**values)


def make_optimiser(model: nn.Module, settings: Settings) -> torch.optim.Optimizer:
    if settings.optimiser == "adamw":
        return torch.optim.AdamW(model.parameters(), lr=settings.lr, weight_decay=settings.weight_decay)
    return torch.optim.Adam(model.parameters(), lr=settings.lr, amsgrad=settings.optimiser == "amsgrad")


def learning_rate(settings: Settings, step: int) -> float:
    """Of the step that comes next."""
    if settings.schedule == "step":
        dropped = settings.drop ** (step // settings.drop_steps)
        return settings.lr * dropped * settings.decay ** (step // settings.decay_steps)
    warm = min(1.0, (step + 1) / max(settings.warmup, 1))
    return settings.lr * warm * 0.5 * (1 + math.cos(math.pi * step / settings.steps))


class Batches(torch.utils.data.Dataset[tuple[Tensor, Tensor]]):
    """Batch number `step` of this process."""

    def __init__(self, source: Source, settings: Settings, rank: int, ranks: int) -> None:
        self.source, self.settings, self.rank = source, settings, rank
        self.count = max(settings.batch // ranks, 1)

    def __len__(self) -> int:
        return self.settings.steps

    def __getitem__(self, step: int) -> tuple[Tensor, Tensor]:
        xy, xyz = self.source.batch(self.count, (self.settings.seed, step, self.rank))
        return torch.from_numpy(xy), torch.from_numpy(xyz)


def batches_from(data: Batches, step: int, device: torch.device) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches from `step` to the end, made ahead by worker processes where there are any; the same with any number."""
    workers = data.settings.workers
    if workers < 0:
        workers = min(os.cpu_count() or 1, 12) if device.type == "cuda" else 0
    loader = torch.utils.data.DataLoader(
        data,
        batch_size=None,
        sampler=range(step, data.settings.steps),
        num_workers=workers,
        # A loader draws a seed for its workers when it starts; from the common generator, that would make dropout
        # after a resume differ from that of a run that was never stopped.
        generator=torch.Generator(),
        pin_memory=device.type == "cuda",
    )
    for xy, xyz in loader:
        yield xy.to(device, non_blocking=True), xyz.to(device, non_blocking=True)


def save_checkpoint(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer, run: Run, about: str) -> None:
    state = {
        "about": about,
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
        "run": json.dumps(asdict(run)),
        "random": torch.get_rng_state(),
        "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_bytes(path, buffer.getvalue())


def load_checkpoint(path: Path, model: nn.Module, optimiser: torch.optim.Optimizer, about: str) -> Run:
    """Put the state of `path` into model, optimiser and random generators; UserError where it is not of this preset."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise UserError(f"there is nothing to resume: {path} does not exist; leave --resume out to start") from None
    except Exception as error:
        raise UserError(f"{path} must be a checkpoint, but cannot be read ({type(error).__name__})") from None
    if state["about"] != about:
        raise UserError(f"{path} comes from other settings; use the same preset, or another --out to start anew")
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    torch.set_rng_state(state["random"])
    if state["random_cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(state["random_cuda"])
    return Run(**json.loads(state["run"]))


@torch.no_grad()
def predict(model: nn.Module, xy: np.ndarray, device: torch.device, batch: int = 512) -> np.ndarray:
    """(N, window, J, 2) -> (N, J, 3) in eval mode; the model is left as it was."""
    was_training = model.training
    model.eval()
    parts = [model(torch.from_numpy(xy[i : i + batch]).to(device)).float().cpu() for i in range(0, len(xy), batch)]
    model.train(was_training)
    return torch.cat(parts).numpy()


def evaluate_held_out(model: nn.Module, source: Source, device: torch.device) -> dict[str, float]:
    """MPJPE and P-MPJPE, mm, of every held-out set; "held_out" is the MPJPE of the last."""
    scores: dict[str, float] = {}
    for name, (xy, xyz) in source.held_out().items():
        pred = predict(model, xy, device)
        for metric in ("mpjpe", "p_mpjpe"):
            scores[f"{name}_{metric}"] = METRICS[metric](pred, xyz)
        scores["held_out"] = scores[f"{name}_mpjpe"]
    return scores


def make_card(preset: Preset, model: Any, source: Source, settings: Settings, run: Run) -> ModelCard:
    scores = {k: round(v, 2) for k, v in run.history[-1].items() if k.endswith("mpjpe")} if run.history else {}
    begun = f" --start {run.start}" if run.start else ""
    return ModelCard(
        name=settings.weights or preset.name,
        label=preset.label,
        architecture=preset.architecture,
        config=preset.config,
        window=model.config.window,
        skeleton=model.config.skeleton,
        normalisation=str(preset.data.get("normalisation", "person")),
        trained_on=source.description,
        command=f"marey train {preset.name} --data DIR --out DIR{begun}",
        seed=settings.seed,
        scores={"held out, mm": scores},
        licence="Apache-2.0; motion capture: mocap.cs.cmu.edu, created with funding from NSF EIA-0196217",
        notes=f"{preset.source}. {run.step} steps of {settings.batch}.",
    )


def train(
    preset: str | Path,
    data: Path,
    out: Path,
    resume: bool = False,
    device: str = "auto",
    quiet: bool = False,
    changes: dict[str, Any] | None = None,
    on_step: Callable[[Run], None] | None = None,
    save_every_s: float = 60.0,
    start: str | Path = "",
) -> ModelCard:
    """Train a preset on the data in `data`, everything written to `out`; returns the card of the weights to use.

    resume: go on from OUT/checkpoint.pt. start: weights to start from (a lifter's id, or a card), also those of a
    shorter window (`lifting.start`); a new network if empty. changes: settings of [training] to replace. on_step is
    called after each step; KeyboardInterrupt, from it or from Ctrl-C, ends the training after a checkpoint. Raises
    UserError for what the user can mend.
    """
    chosen = read_preset(preset)
    settings = make_settings(chosen, changes or {})
    rank, ranks = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    several_gpus = ranks > 1 and device in ("auto", "cuda") and torch.cuda.is_available()
    where = pick_device(f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if several_gpus else device)
    torch.manual_seed(settings.seed)
    model = make_model(chosen.architecture, chosen.config).to(where)
    source = open_source(chosen.data, Path(data), find_skeleton(model.config.skeleton), model.config.window)
    training = Training(chosen, settings, model, source, Path(out), rank)
    training.start(resume, find_weights(start) if start and not resume else None)
    report = Report(training.out, settings.steps, training.run.step, quiet or rank > 0)
    try:
        _loop(training, _spread(model, ranks, where), ranks, report, on_step, save_every_s)
        if ranks > 1:
            torch.distributed.barrier()
    except KeyboardInterrupt:
        training.keep()
        raise
    finally:
        report.close(training.run)
        if ranks > 1:
            torch.distributed.destroy_process_group()
    return read_card(training.out / f"{settings.weights or chosen.name}.json")


def _loop(
    training: Training,
    network: nn.Module,
    ranks: int,
    report: Report,
    on_step: Callable[[Run], None] | None,
    save_every_s: float,
) -> None:
    """Step after step to the end; a checkpoint at least every `save_every_s`, an evaluation every epoch."""
    settings, run = training.settings, training.run
    training.model.train()
    saved = time.monotonic()
    data = Batches(training.source, settings, training.rank, ranks)
    for xy, xyz in batches_from(data, run.step, training.device):
        loss = train_step(network, training.optimiser, xy, xyz, settings, run.step)
        run.step += 1
        if run.step % settings.epoch_steps == 0 or run.step == settings.steps:
            training.evaluate(loss.item())
            report.evaluated(run)
            saved = time.monotonic()
        elif time.monotonic() - saved > save_every_s:
            training.keep()
            saved = time.monotonic()
        if report.due():
            report.progress(run, loss.item())
        if on_step is not None:
            on_step(run)


class Training:
    """What lies on disk and in memory of one training: network, optimiser, data, where it stands."""

    def __init__(
        self, preset: Preset, settings: Settings, model: nn.Module, source: Source, out: Path, rank: int
    ) -> None:
        self.preset, self.settings, self.model, self.source = preset, settings, model, source
        self.out, self.rank = out, rank
        self.device = next(model.parameters()).device
        self.optimiser = make_optimiser(model, settings)
        self.run = Run()
        what = {key: value for key, value in asdict(settings).items() if key != "workers"}
        self.about = json.dumps([what, preset.architecture, preset.config, preset.data], sort_keys=True)

    def start(self, resume: bool, card: ModelCard | None = None) -> None:
        """Take up the checkpoint, or begin one where there is none, from the weights of `card` if it is given."""
        path = self.out / CHECKPOINT
        if resume:
            self.run = load_checkpoint(path, self.model, self.optimiser, self.about)
            return
        if card is not None:
            start_from(self.model, card, self.preset.architecture)
            self.run.start = card.name
        if self.rank > 0:
            return
        if path.exists():
            raise UserError(f"{self.out} holds a training already: use --resume to go on with it, or another --out")
        check_folder(self.out)
        self.keep()

    def keep(self) -> None:
        if self.rank == 0:
            save_checkpoint(self.out / CHECKPOINT, self.model, self.optimiser, self.run, self.about)

    def evaluate(self, loss: float) -> None:
        """Score the weights on the people who are not in training; write them, and as the best where they are."""
        run = self.run
        scores = evaluate_held_out(self.model, self.source, self.device)
        rate = learning_rate(self.settings, run.step - 1)
        run.history.append({"step": run.step, "loss": loss, "lr": rate, **scores})
        if self.rank > 0:
            return
        self.save(self.out / "last")
        if scores["held_out"] < run.best:
            run.best = scores["held_out"]
            self.save(self.out)
        self.keep()

    def save(self, folder: Path) -> None:
        """Write the weights to use and their card."""
        card = make_card(self.preset, self.model, self.source, self.settings, self.run)
        try:
            save_weights(self.model, card, folder, half=self.settings.half)
        except OSError as error:
            raise explain(error, folder) from error


def _spread(model: nn.Module, ranks: int, device: torch.device) -> nn.Module:
    """The model on all processes of torchrun."""
    if ranks == 1:
        return model
    torch.distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return nn.parallel.DistributedDataParallel(model)


def train_step(
    network: nn.Module, optimiser: torch.optim.Optimizer, xy: Tensor, xyz: Tensor, settings: Settings, step: int
) -> Tensor:
    """One step of training; returns the loss, which must be finite."""
    for group in optimiser.param_groups:
        group["lr"] = learning_rate(settings, step)
    with torch.autocast(xy.device.type, torch.bfloat16, enabled=settings.precision == "bfloat16"):
        pred = network(xy)
    loss = LOSSES[settings.loss](pred.float(), xyz)
    if not torch.isfinite(loss):
        raise UserError(f"the loss of step {step} is {loss.item()}: lower lr in the preset, or set clip = 1.0")
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    if settings.clip:
        nn.utils.clip_grad_norm_(network.parameters(), settings.clip)
    optimiser.step()
    return loss.detach()
