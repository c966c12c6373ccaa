"""Training, read from top to bottom: settings, checkpoint, one loop. `marey train PRESET --data DIR --out DIR`.

A batch is a pure function of the seed and the number of the step, and a checkpoint holds everything else (weights,
optimiser, random state, step), so that a run which was killed goes on bit for bit where its last checkpoint was. OUT
holds: checkpoint.pt (at least once a minute), NAME.safetensors and NAME.json (the weights to use and their card, the
best so far), last/ (the same of the last step), training.jsonl (what was asked for), progress.jsonl, metrics.jsonl,
curves.png, TensorBoard's event files.

Several GPUs: `torchrun --nproc-per-node 4 -m app train PRESET ...`; every process makes its own part of the batch, and
the first one writes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from lifting import find_weights
from lifting.card import ModelCard, read_card
from lifting.checkpoint import load_checkpoint, save_checkpoint, save_weights
from lifting.data import Source, open_source
from lifting.interrupt import Interrupt, ignore_ctrl_c
from lifting.lifter import pick_device
from lifting.models import find_skeleton, make_model
from lifting.preset import Preset, list_presets, read_preset
from lifting.report import TrainingReport, TrainingState
from lifting.settings import Settings, learning_rate, make_settings
from lifting.step import evaluate_held_out, make_average, make_optimiser, train_step
from lifting.trainings import CHECKPOINT, TrainingRequest, append_request, lock_folder
from lifting.warm_start import warm_start
from poses.errors import UserError

__all__ = ["CHECKPOINT", "TrainingState", "list_presets", "train"]


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
        worker_init_fn=ignore_ctrl_c,
        # A loader draws a seed for its workers when it starts; from the common generator, that would make dropout
        # after a resume differ from that of a run that was never stopped.
        generator=torch.Generator(),
        pin_memory=device.type == "cuda",
    )
    for xy, xyz in loader:
        yield xy.to(device, non_blocking=True), xyz.to(device, non_blocking=True)


def make_card(preset: Preset, model: Any, source: Source, settings: Settings, run: TrainingState) -> ModelCard:
    scores = {k: round(v, 2) for k, v in run.history[-1].items() if k.endswith("mpjpe")} if run.history else {}
    plain = make_settings(preset, {})
    words = ["marey train", preset.name, "--data DIR --out DIR"]
    for option, key in (("name", "weights"), ("steps", "steps"), ("seed", "seed"), ("lr", "lr")):
        if getattr(settings, key) != getattr(plain, key):
            words.append(f"--{option} {getattr(settings, key)}")
    words += [f"--start {run.start}"] if run.start else []
    onto = f", on top of {run.start} (SHA-256 {run.start_sha256[:12]})" if run.start else ""
    name = settings.weights or preset.name
    return ModelCard(
        name=name,
        label=preset.label if settings.weights == plain.weights else f"{name} ({preset.label})",
        architecture=preset.architecture,
        config=preset.config,
        window=model.config.window,
        skeleton=model.config.skeleton,
        normalisation=str(preset.data.get("normalisation", "person")),
        window_hz=preset.data.get("window_hz"),
        trained_on=source.description,
        command=" ".join(words),
        seed=settings.seed,
        scores={"held out, mm": scores},
        licence=source.licence,
        notes=f"{preset.source}. {run.step} steps of {settings.batch}{onto}.",
    )


def train(
    preset: str | Path,
    data: Path,
    out: Path,
    resume: bool = False,
    device: str = "auto",
    quiet: bool = False,
    changes: dict[str, Any] | None = None,
    on_step: Callable[[TrainingState], None] | None = None,
    save_every_s: float = 60.0,
    start: str | Path = "",
) -> ModelCard:
    """Train a preset on the data in `data`, everything written to `out`; returns the card of the weights to use.

    resume: go on from OUT/checkpoint.pt. start: weights to start from (a lifter's id, or a card), also those of a
    shorter window (`lifting.warm_start`); a new network if empty. changes: settings of [training] to replace. on_step
    is called after each step; KeyboardInterrupt, from it or from Ctrl-C, ends the training after a checkpoint. Raises
    UserError for what the user can fix.
    """
    out, chosen = Path(out), read_preset(preset)
    settings = make_settings(chosen, changes or {})
    _check_out(out, resume)
    rank, ranks = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    several_gpus = ranks > 1 and device in ("auto", "cuda") and torch.cuda.is_available()
    where = pick_device(f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if several_gpus else device)
    name = settings.weights or chosen.name
    chosen_so = (settings.steps, settings.seed, settings.lr)
    asked = TrainingRequest(str(preset), str(Path(data).absolute()), name, str(start), device, *chosen_so)
    with lock_folder(out) if rank == 0 else nullcontext():
        torch.manual_seed(settings.seed)
        model = make_model(chosen.architecture, chosen.config).to(where)
        source = open_source(chosen.data, Path(data), find_skeleton(model.config.skeleton), model.config.window)
        training = Training(chosen, settings, model, source, out, rank)
        training.start(resume, find_weights(start) if start and not resume else None)
        if rank == 0:
            append_request(out, asked)
        report = TrainingReport(out, settings.steps, training.run.step, quiet or rank > 0)
        _run(training, _spread(model, ranks, where), ranks, report, on_step, save_every_s)
    return read_card(out / f"{name}.json")


def _check_out(out: Path, resume: bool) -> None:
    """UserError where there is nothing to resume, or a training that would be overwritten."""
    there = (out / CHECKPOINT).exists()
    if resume and not there:
        raise UserError(f"there is nothing to resume: {out / CHECKPOINT} does not exist; leave --resume out to start")
    if there and not resume:
        raise UserError(f"{out} holds a training already: use --resume to go on with it, or another --out")


def _run(
    training: Training,
    network: nn.Module,
    ranks: int,
    report: TrainingReport,
    on_step: Callable[[TrainingState], None] | None,
    save_every_s: float,
) -> None:
    """The loop, and what is kept when it is ended from outside."""
    with Interrupt(training.out) as stop:
        try:
            _loop(training, network, ranks, report, on_step, save_every_s, stop)
            if ranks > 1:
                torch.distributed.barrier()
        except KeyboardInterrupt:
            if not stop.at_once:
                training.keep()
            raise
        finally:
            report.close()
            if ranks > 1:
                torch.distributed.destroy_process_group()


def _loop(
    training: Training,
    network: nn.Module,
    ranks: int,
    report: TrainingReport,
    on_step: Callable[[TrainingState], None] | None,
    save_every_s: float,
    stop: Interrupt,
) -> None:
    """Step after step to the end; a checkpoint at least every `save_every_s`, an evaluation every epoch."""
    settings, run = training.settings, training.run
    training.model.train()
    saved = time.monotonic()
    data = Batches(training.source, settings, training.rank, ranks)
    if training.due() and not any(record["step"] == run.step for record in run.history):
        _evaluate(training, report, stop)  # it was ended in mid-evaluation
    for xy, xyz in batches_from(data, run.step, training.device):
        loss = train_step(network, training.optimiser, xy, xyz, settings, run.step)
        if training.average is not None:
            training.average.update_parameters(training.model)
        run.step += 1
        if training.due():
            run.loss = loss.item()
            _evaluate(training, report, stop)
            saved = time.monotonic()
        elif time.monotonic() - saved > save_every_s:
            training.keep()
            saved = time.monotonic()
        if report.due():
            report.progress(run, loss.item())
        if on_step is not None:
            on_step(run)
        stop.check()


def _evaluate(training: Training, report: TrainingReport, stop: Interrupt) -> None:
    training.evaluate(stop.check)
    report.evaluated(training.run)


class Training:
    """What lies on disk and in memory of one training: network, optimiser, data, where it stands."""

    def __init__(
        self, preset: Preset, settings: Settings, model: nn.Module, source: Source, out: Path, rank: int
    ) -> None:
        self.preset, self.settings, self.model, self.source = preset, settings, model, source
        self.out, self.rank = out, rank
        self.device = next(model.parameters()).device
        self.optimiser = make_optimiser(model, settings)
        self.average = make_average(model, settings)
        self.run = TrainingState()
        what = {key: value for key, value in asdict(settings).items() if key != "workers"}
        self.about = json.dumps([what, preset.architecture, preset.config, preset.data], sort_keys=True)

    def start(self, resume: bool, card: ModelCard | None = None) -> None:
        """Take up the checkpoint, or begin one where there is none, from the weights of `card` if it is given."""
        if resume:
            self.run = load_checkpoint(self.out / CHECKPOINT, self.model, self.average, self.optimiser, self.about)
            return
        if card is not None:
            warm_start(self.model, card, self.preset.architecture)
            self.average = make_average(self.model, self.settings)
            self.run.start, self.run.start_sha256 = card.name, card.sha256
        self.keep()

    def due(self) -> bool:
        """Whether the weights are to be evaluated as they are now."""
        return self.run.step > 0 and (
            self.run.step % self.settings.epoch_steps == 0 or self.run.step == self.settings.steps
        )

    def keep(self) -> None:
        if self.rank == 0:
            save_checkpoint(self.out / CHECKPOINT, self.model, self.average, self.optimiser, self.run, self.about)

    def evaluate(self, check: Callable[[], None]) -> None:
        """Score the weights on motion that is not in training; write them, and as the best where they are."""
        run = self.run
        better, scores = self.model, evaluate_held_out(self.model, self.source, self.device, check)
        if self.average is not None:
            averaged = evaluate_held_out(self.average.module, self.source, self.device, check)
            if averaged["held_out"] < scores["held_out"]:
                better, scores = self.average.module, averaged
        rate = learning_rate(self.settings, run.step - 1)
        run.history.append({"step": run.step, "loss": run.loss, "lr": rate, **scores})
        if self.rank > 0:
            return
        self.save(better, self.out / "last")
        if scores["held_out"] < run.best:
            run.best = scores["held_out"]
            self.save(better, self.out)
        self.keep()

    def save(self, model: nn.Module, folder: Path) -> None:
        """Write weights to use and their card."""
        card = make_card(self.preset, model, self.source, self.settings, self.run)
        save_weights(model, card, folder, half=self.settings.half)


def _spread(model: nn.Module, ranks: int, device: torch.device) -> nn.Module:
    """The model on all processes of torchrun."""
    if ranks == 1:
        return model
    torch.distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return nn.parallel.DistributedDataParallel(model)
