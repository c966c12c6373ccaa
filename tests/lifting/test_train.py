"""Training: what it writes, what it is told, what it learns."""

from __future__ import annotations

import itertools
import json
import math
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

import lifting.settings
import lifting.train
from app.cli import PARSERS, main
from lifting.checkpoint import load_model
from lifting.data import open_source
from lifting.losses import LOSSES
from lifting.metrics import mpjpe
from lifting.models import make_model
from lifting.preset import read_preset
from lifting.report import TrainingReport, TrainingState
from lifting.settings import Settings, learning_rate, make_settings
from lifting.step import make_optimiser, train_step
from lifting.train import list_presets, train
from lifting.trainings import CHECKPOINT, TrainingRequest, append_request, read_request
from poses.errors import UserError
from poses.skeletons import H36M16
from tests.lifting.tiny_training import last_weights, same, tiny

__all__ = ["tiny"]
ROOT = Path(__file__).resolve().parents[2]


def test_a_training_leaves_weights_card_record_and_curves(
    tiny: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TrainingReport, "due", lambda _: True)
    card = train(*tiny, tmp_path / "out", quiet=False)
    assert card.seed == 0 and card.skeleton == "H36M16" and "made of" not in card.trained_on
    assert "3 people" in card.trained_on and card.command.startswith("marey train tiny")
    assert load_model(card)(torch.zeros(1, 1, 16, 2)).shape == (1, 16, 3)
    lines = [json.loads(line) for line in (tmp_path / "out" / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [5, 10, 12]
    assert all(math.isfinite(value) for line in lines for value in line.values())
    assert min(line["held_out"] for line in lines) == pytest.approx(
        card.scores["held out, mm"]["noisy_mpjpe"], abs=0.01
    )
    shown = [json.loads(line) for line in (tmp_path / "out" / "progress.jsonl").read_text().splitlines()]
    assert [line["step"] for line in shown] == list(range(1, 13))
    assert all(line["total"] == 12 and 0 < line["step"] <= 12 and line["loss"] > 0 for line in shown)
    assert (tmp_path / "out" / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert _tensorboard_steps(tmp_path / "out", "noisy_mpjpe") == [5, 10, 12]
    assert not list((tmp_path / "out").rglob("*.part"))


def _tensorboard_steps(out: Path, name: str) -> list[int]:
    pytest.importorskip("tensorboard")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        events = EventAccumulator(str(out))
        events.Reload()
        return [event.step for event in events.Scalars(name)]


def test_the_same_seed_trains_the_same_weights_and_another_does_not(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        train(*tiny, tmp_path / name, quiet=True, changes={"steps": 5, "seed": seed})
    a, b, c = (last_weights(tmp_path / name) for name in "abc")
    assert same(a, b) and not same(a, c)


def test_weights_of_ones_own_have_a_name_label_and_command_of_their_own(
    tiny: tuple[Path, Path], tmp_path: Path
) -> None:
    card = train(*tiny, tmp_path / "out", quiet=True, changes={"weights": "mine_2", "steps": 3, "seed": 4, "lr": 2e-4})
    assert (card.name, card.label) == ("mine_2", "mine_2 (tiny)")
    assert card.command == "marey train tiny --data DIR --out DIR --name mine_2 --steps 3 --seed 4 --lr 0.0002"
    asked = read_request(tmp_path / "out")
    assert asked is not None and (asked.name, asked.data) == ("mine_2", str(tiny[1]))
    assert (asked.steps, asked.seed, asked.lr) == (3, 4, 2e-4)
    for name in ("two words", "../up", ""):
        if name:
            with pytest.raises(UserError, match="name of weights"):
                train(*tiny, tmp_path / "bad", quiet=True, changes={"weights": name})
    assert not (tmp_path / "bad").exists()


def test_batches_made_by_worker_processes_are_the_same(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    for name, workers in (("none", 0), ("two", 2)):
        train(*tiny, tmp_path / name, quiet=True, changes={"steps": 5, "workers": workers})
    assert same(last_weights(tmp_path / "none"), last_weights(tmp_path / "two"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="gloo needs libuv there")
def test_two_processes_train_one_network(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    script = tmp_path / "both.py"
    script.write_text(
        f"import sys, pathlib\nsys.path.insert(0, {str(ROOT)!r})\nfrom lifting.train import train\n"
        "p, d, o = map(pathlib.Path, sys.argv[1:])\n"
        "train(p, d, o, quiet=True, device='cpu', changes={'steps': 5})\n"
    )
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", str(script)]
    arguments = [*launcher, *map(str, tiny), str(tmp_path / "out")]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    weights = last_weights(tmp_path / "out")
    assert all(torch.isfinite(value).all() for value in weights.values())
    assert int(weights["embed.norm.num_batches_tracked"]) == 5


def test_a_training_that_starts_from_weights_says_so_and_from_which(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    first = train(*tiny, tmp_path / "first", quiet=True)
    card = train(*tiny, tmp_path / "second", quiet=True, start=tmp_path / "first" / "tiny.json", changes={"steps": 1})
    assert "--steps 1" in card.command and card.command.endswith("--start tiny")
    assert f"1 steps of 16, on top of tiny (SHA-256 {first.sha256[:12]})" in card.notes


def test_mixed_precision_trains(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    card = train(*tiny, tmp_path / "out", quiet=True, changes={"precision": "bfloat16", "steps": 5})
    assert all(torch.isfinite(v).all() for v in load_model(card).state_dict().values())


@pytest.mark.parametrize(
    ("can", "precision", "expected"),
    [
        ({}, "auto", torch.float32),
        ({"avx512_bf16": True}, "auto", torch.bfloat16),
        ({}, "bfloat16", torch.bfloat16),
        ({"avx512_bf16": True}, "float32", torch.float32),
    ],
)
def test_precision_is_mixed_where_asked_or_where_the_processor_does_it_in_hardware(
    monkeypatch: pytest.MonkeyPatch, can: dict[str, bool], precision: str, expected: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: can)
    network, seen = torch.nn.Linear(2, 3), []
    network.register_forward_hook(lambda _module, _given, out: seen.append(out.dtype))
    optimiser = torch.optim.Adam(network.parameters())
    train_step(network, optimiser, torch.ones(4, 5, 2), torch.ones(4, 5, 3), Settings(precision=precision), 0)
    assert seen == [expected]


def test_what_the_user_got_wrong_is_one_line(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    preset, data = tiny
    with pytest.raises(UserError, match="nothing to resume"):
        train(preset, data, tmp_path / "new", resume=True, quiet=True)
    train(preset, data, tmp_path / "out", quiet=True, changes={"steps": 2})
    with pytest.raises(UserError, match="holds a training already"):
        train(preset, data, tmp_path / "out", quiet=True)
    with pytest.raises(UserError, match="other settings"):
        train(preset, data, tmp_path / "out", resume=True, quiet=True)
    (tmp_path / "out" / CHECKPOINT).write_bytes(b"nonsense")
    with pytest.raises(UserError, match="cannot be read"):
        train(preset, data, tmp_path / "out", resume=True, quiet=True, changes={"steps": 2})
    with pytest.raises(UserError, match="no setting called colour"):
        train(preset, data, tmp_path / "x", quiet=True, changes={"colour": 1})
    with pytest.raises(UserError, match="does not exist"):
        train(preset, tmp_path, tmp_path / "x", quiet=True)
    for lr in (0.0, -1e-3, float("nan"), float("inf")):
        with pytest.raises(UserError, match="lr must be more than 0"):
            make_settings(read_preset(tiny[0]), {"lr": lr})
    with pytest.raises(UserError, match="optimiser must be one of"):
        Settings(optimiser="magic")


def test_learning_rates_follow_their_schedule() -> None:
    cosine = Settings(steps=100, warmup=10, lr=1.0)
    assert learning_rate(cosine, 0) == pytest.approx(0.1)
    assert learning_rate(cosine, 50) == pytest.approx(0.5)
    assert learning_rate(cosine, 99) < 0.001
    steps = Settings(schedule="step", decay=0.5, decay_steps=10, lr=1.0)
    assert [learning_rate(steps, n) for n in (0, 9, 10, 20)] == [1, 1, 0.5, 0.25]
    both = Settings(schedule="step", decay=0.5, decay_steps=10, drop=0.1, drop_steps=20, lr=1.0)
    assert [learning_rate(both, n) for n in (0, 10, 20)] == pytest.approx([1, 0.5, 0.025])


def test_settings_name_the_losses_there_are() -> None:
    assert tuple(LOSSES) == lifting.settings.LOSSES


def test_losses_are_what_their_papers_say() -> None:
    pred = torch.tensor([[[3.0, 4.0, 0.0]]], requires_grad=True)
    zero = torch.zeros(1, 1, 3)
    expected = {
        "mpjpe": 5.0,
        "mse": 25 / 3,
        "squared_and_absolute": 0.99 * 25 + 0.01 * 7,
        "distance_and_absolute": 0.99 * 5 + 0.01 * 7 / 3,
    }
    assert {name: loss(pred, zero).item() for name, loss in LOSSES.items()} == pytest.approx(expected)
    for loss in LOSSES.values():
        (grad,) = torch.autograd.grad(loss(pred - pred.detach(), zero), pred)
        assert torch.isfinite(grad).all()


def test_presets_that_come_with_the_program_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert {"graphsh", "mlp_graphwj_t1", "convformer_t27"} <= set(list_presets())
    assert main(["train", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list_presets()
    assert any(line.split("  ", 1)[1].strip() == "ConvFormer, 27 frames, data: h36m" for line in lines)


def test_a_training_is_asked_for_by_the_command_that_was_noted(tmp_path: Path) -> None:
    asked = TrainingRequest("mocap_graphsh", "/data", "mine", "graphsh", "cpu", 30, 2, 2e-4)
    words = asked.arguments(tmp_path, resume=True)
    options = PARSERS["train"]().parse_args(words[1:])
    chosen = (options.name, options.start, options.device, options.steps, options.seed, options.lr)
    found = TrainingRequest(options.preset, str(options.data), *chosen)
    assert words[0] == "train" and found == asked and options.resume and options.out == tmp_path
    append_request(tmp_path, TrainingRequest("other", "/", "x"))
    append_request(tmp_path, asked)
    with (tmp_path / "training.jsonl").open("a") as file:
        file.write("a line cut off")
    assert read_request(tmp_path) == asked


@pytest.mark.parametrize("name", list_presets())
def test_every_preset_says_how_it_is_trained(name: str) -> None:
    from lifting.data.paired import PairedData
    from lifting.data.virtual import make_settings as make_virtual

    preset = read_preset(name)
    assert {"steps", "batch", "lr", "loss", "schedule"} <= set(preset.training)
    make_settings(preset, {})
    data = dict(preset.data)
    if data.pop("kind") == "mocap":
        make_virtual(data, H36M16, 1)
    else:
        PairedData(**data)


@pytest.mark.slow
@pytest.mark.parametrize("name", list_presets())
def test_one_batch_of_each_preset_is_learned_by_heart(name: str) -> None:
    """The network in its full size, with its own loss, optimiser and learning rate, without chance."""
    preset = read_preset(name)
    settings = make_settings(preset, {"warmup": 1, "precision": "float32", "steps": 100_000})
    torch.manual_seed(0)
    chance = {"dropout": 0.0, **({"drop_path": 0.0} if preset.architecture == "convformer" else {})}
    model = make_model(preset.architecture, {**preset.config, **chance}).train()
    optimiser = make_optimiser(model, settings)
    joints, count = len(model.skeleton), 2 if model.config.window > 27 else 4
    xy, xyz = 0.3 * torch.randn(count, model.config.window, joints, 2), 0.3 * torch.randn(count, joints, 3)
    losses: list[float] = []
    while len(losses) < 300 and (not losses or losses[-1] > 0.15 * losses[0]):
        losses.append(train_step(model, optimiser, xy, xyz, settings, len(losses)).item())
    assert losses[-1] <= 0.15 * losses[0]


@pytest.mark.slow
def test_a_tiny_training_learns_the_made_up_figure(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    card = train(*tiny, tmp_path / "out", quiet=True, changes={"steps": 400, "batch": 64, "epoch_steps": 400})
    source = open_source({"kind": "mocap", "held_out": 128}, tiny[1], H36M16, 1)
    xyz = source.held_out()["exact"][1]
    mean_pose = mpjpe(np.broadcast_to(xyz.mean(axis=0), xyz.shape), xyz)
    assert card.scores["held out, mm"]["exact_mpjpe"] < min(140, 0.8 * mean_pose)


@pytest.mark.parametrize("better", ["average", "weights"])
def test_a_running_average_of_the_weights_is_written_where_it_is_better_and_survives_a_stop(
    tiny: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, better: str
) -> None:
    scores = itertools.cycle([2.0, 1.0] if better == "average" else [1.0, 2.0])
    monkeypatch.setattr(lifting.train, "evaluate_held_out", lambda *_: {"held_out": next(scores)})
    changes = {"average": 0.8, "epoch_steps": 12}
    card = train(*tiny, tmp_path / "whole", quiet=True, changes=changes)
    state = torch.load(tmp_path / "whole" / CHECKPOINT, weights_only=True)
    average = {name[7:]: value for name, value in state["average"].items() if name.startswith("module.")}
    written = load_model(card).state_dict()
    assert same(written, average if better == "average" else state["model"])
    assert not torch.equal(average["embed.conv.weight"], state["model"]["embed.conv.weight"])

    def stop(run: TrainingState) -> None:
        if run.step == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(*tiny, tmp_path / "parts", quiet=True, changes=changes, on_step=stop)
    again = train(*tiny, tmp_path / "parts", quiet=True, resume=True, changes=changes)
    assert same(load_model(again).state_dict(), written)
    with pytest.raises(UserError, match="average must be at least 0"):
        Settings(average=1.0)
