"""Training: what it writes, how it stops, resumes and fails."""

from __future__ import annotations

import errno
import json
import math
import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import lifting.settings
import lifting.train
from app.cli import PARSERS, main
from lifting.card import read_card
from lifting.checkpoint import load_model
from lifting.data import open_source
from lifting.losses import LOSSES
from lifting.metrics import mpjpe
from lifting.models import make_model
from lifting.preset import read_preset
from lifting.report import Report, Run
from lifting.runs import CHECKPOINT, LOCK, STOP, Request, note_request, read_request, request_stop, running
from lifting.settings import Settings, learning_rate, make_settings
from lifting.train import list_presets, make_optimiser, train, train_step
from poses.errors import UserError
from poses.skeletons import H36M16
from tests.lifting.mocap_files import write_mocap

# A GraphSH small enough for a test, with dropout, whose random state has to survive too.
PRESET = """
label = "tiny"
source = "a test"
[model]
architecture = "graphsh"
convolution = "vanilla"
channels = 16
stacks = 2
reduction = 4
dropout = 0.1
[training]
steps = 12
batch = 16
epoch_steps = 5
lr = 3e-3
warmup = 2
half = false
[data]
kind = "mocap"
held_out = 128
"""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def tiny(tmp_path: Path) -> tuple[Path, Path]:
    """A preset and a data folder."""
    preset = tmp_path / "tiny.toml"
    preset.write_text(PRESET)
    return preset, write_mocap(tmp_path / "data")


def _weights(out: Path) -> dict[str, torch.Tensor]:
    return load_model(read_card(out / "last" / "tiny.json")).state_dict()


def _same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(a[name], b[name]) for name in a)


def test_a_training_leaves_weights_card_record_and_curves(
    tiny: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Report, "due", lambda _: True)
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
    a, b, c = (_weights(tmp_path / name) for name in "abc")
    assert _same(a, b) and not _same(a, c)


def test_ctrl_c_keeps_a_checkpoint_and_resume_goes_on_bit_for_bit(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    train(*tiny, tmp_path / "whole", quiet=True)

    def stop(run: Run) -> None:
        if run.step == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(*tiny, tmp_path / "halves", quiet=True, on_step=stop)
    torch.manual_seed(123)
    train(*tiny, tmp_path / "halves", resume=True, quiet=True)
    assert _same(_weights(tmp_path / "whole"), _weights(tmp_path / "halves"))
    assert not list((tmp_path / "halves").glob("*.part"))


class Slow:
    """`marey train` on the tiny preset in another process, with a short rest after each step."""

    def __init__(self, tiny: tuple[Path, Path], out: Path, *options: str) -> None:
        script = (
            "import sys, time, lifting.train as t\n"
            "from app.__main__ import main\n"
            "step = t.train_step\n"
            "t.train_step = lambda *a: (print(a[-1], flush=True), time.sleep(0.02), step(*a))[-1]\n"
            "sys.exit(main())\n"
        )
        words = ["train", str(tiny[0]), "--data", str(tiny[1]), "--out", str(out), "--device", "cpu", *options]
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def wait_for(self, step: int) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if int(line) >= step:
                return
        raise AssertionError(self.process.communicate()[1])

    def end(self) -> tuple[int, str]:
        errors = self.process.communicate(timeout=120)[1]
        return self.process.returncode, errors


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_between_two_steps(
    tiny: tuple[Path, Path], tmp_path: Path, number: signal.Signals
) -> None:
    steps = {"steps": 60}
    train(*tiny, tmp_path / "whole", quiet=True, changes=steps)
    run = Slow(tiny, tmp_path / "out", "--steps", "60")
    run.wait_for(3)
    assert running(tmp_path / "out") == run.process.pid
    with pytest.raises(UserError, match="a training is writing to"):
        train(*tiny, tmp_path / "out", resume=True, quiet=True, changes=steps)
    run.process.send_signal(number)
    code, errors = run.end()
    assert code == 130 and errors.splitlines()[-1] == "marey: stopped"
    assert running(tmp_path / "out") == 0 and not (tmp_path / "out" / LOCK).exists()
    reached: list[int] = []
    train(*tiny, tmp_path / "out", resume=True, quiet=True, changes=steps, on_step=lambda r: reached.append(r.step))
    assert 3 < reached[0] < 60
    assert _same(_weights(tmp_path / "whole"), _weights(tmp_path / "out"))


def test_another_program_can_ask_for_the_end_by_a_file(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    out, steps = tmp_path / "out", []

    def ask(run: Run) -> None:
        steps.append(run.step)
        time.sleep(0.1)
        if run.step == 3:
            (out / STOP).touch()

    with pytest.raises(KeyboardInterrupt):
        train(*tiny, out, quiet=True, on_step=ask)
    assert 3 <= steps[-1] < 10 and not (out / STOP).exists()
    train(*tiny, out, resume=True, quiet=True, on_step=lambda run: steps.append(run.step))
    assert steps == list(range(1, 13))
    assert not request_stop(out), "nothing runs there any more"


def test_a_training_ended_in_mid_evaluation_makes_up_for_it(
    tiny: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(*tiny, tmp_path / "whole")
    predict = lifting.train.predict

    def interrupted(*values: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    def second(*values: Any, **more: Any) -> np.ndarray:
        monkeypatch.setattr(lifting.train, "predict", interrupted)
        return predict(*values, **more)

    monkeypatch.setattr(lifting.train, "predict", second)
    with pytest.raises(KeyboardInterrupt):
        train(*tiny, tmp_path / "out")
    monkeypatch.setattr(lifting.train, "predict", predict)
    train(*tiny, tmp_path / "out", resume=True)
    whole, mended = ((tmp_path / name / "metrics.jsonl").read_text() for name in ("whole", "out"))
    assert whole == mended
    assert read_card(tmp_path / "whole" / "tiny.json").sha256 == read_card(tmp_path / "out" / "tiny.json").sha256


def test_weights_of_ones_own_have_a_name_label_and_command_of_their_own(
    tiny: tuple[Path, Path], tmp_path: Path
) -> None:
    card = train(*tiny, tmp_path / "out", quiet=True, changes={"weights": "mine_2", "steps": 3, "seed": 4})
    assert (card.name, card.label) == ("mine_2", "mine_2 (tiny)")
    assert card.command == "marey train tiny --data DIR --out DIR --name mine_2 --steps 3 --seed 4"
    asked = read_request(tmp_path / "out")
    assert asked is not None and (asked.name, asked.steps, asked.data) == ("mine_2", 3, str(tiny[1]))
    for name in ("two words", "../up", ""):
        if name:
            with pytest.raises(UserError, match="name of weights"):
                train(*tiny, tmp_path / "bad", quiet=True, changes={"weights": name})
    assert not (tmp_path / "bad").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
def test_a_killed_training_resumes_to_the_same_weights(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    train(*tiny, tmp_path / "whole", quiet=True, changes={"steps": 25})
    script = (
        "import sys, pathlib, lifting.train as t\n"
        "p, d, o = map(pathlib.Path, sys.argv[1:])\n"
        "t.train(p, d, o, quiet=True, changes={'steps': 25}, save_every_s=0,\n"
        "        on_step=lambda run: (print(run.step, flush=True), __import__('time').sleep(0.05)))\n"
    )
    arguments = [sys.executable, "-c", script, *map(str, tiny), str(tmp_path / "killed")]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= 13:
                break
        time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    train(*tiny, tmp_path / "killed", resume=True, quiet=True, changes={"steps": 25})
    assert _same(_weights(tmp_path / "whole"), _weights(tmp_path / "killed"))


def test_batches_made_by_worker_processes_are_the_same(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    for name, workers in (("none", 0), ("two", 2)):
        train(*tiny, tmp_path / name, quiet=True, changes={"steps": 5, "workers": workers})
    assert _same(_weights(tmp_path / "none"), _weights(tmp_path / "two"))


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
    weights = _weights(tmp_path / "out")
    assert all(torch.isfinite(value).all() for value in weights.values())
    assert int(weights["embed.norm.num_batches_tracked"]) == 5


def test_mixed_precision_trains(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    card = train(*tiny, tmp_path / "out", quiet=True, changes={"precision": "bfloat16", "steps": 5})
    assert all(torch.isfinite(v).all() for v in load_model(card).state_dict().values())


def test_a_full_disk_is_reported_and_the_checkpoint_survives(
    tiny: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(*tiny, tmp_path / "whole", quiet=True)
    write, room = Path.write_bytes, 3

    def full(path: Path, content: bytes) -> int:
        nonlocal room
        room -= 1
        if room < 0:
            write(path, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match="the disk is full"):
        train(*tiny, tmp_path / "out", quiet=True, save_every_s=0)
    monkeypatch.undo()
    assert not list((tmp_path / "out").rglob("*.part"))
    train(*tiny, tmp_path / "out", resume=True, quiet=True)
    assert _same(_weights(tmp_path / "whole"), _weights(tmp_path / "out"))


def test_a_full_disk_while_weights_are_written_keeps_the_weights_before(
    tiny: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, count = Path.write_bytes, 0

    def full(path: Path, content: bytes) -> int:
        nonlocal count
        count += path.name.startswith(".tiny.safetensors")
        if count > 2:
            write(path, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match="the disk is full"):
        train(*tiny, tmp_path / "out", quiet=True)
    monkeypatch.undo()
    load_model(read_card(tmp_path / "out" / "tiny.json"))
    train(*tiny, tmp_path / "out", resume=True, quiet=True)
    assert not list((tmp_path / "out").rglob("*.part"))


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
    asked = Request("mocap_graphsh", "/data", "mine", "graphsh", "cpu", 30)
    words = asked.arguments(tmp_path, resume=True)
    options = PARSERS["train"]().parse_args(words[1:])
    found = Request(options.preset, str(options.data), options.name, options.start, options.device, options.steps)
    assert words[0] == "train" and found == asked and options.resume and options.out == tmp_path
    note_request(tmp_path, Request("other", "/", "x"))
    note_request(tmp_path, asked)
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
@pytest.mark.parametrize("name", [name for name in list_presets() if name.startswith("mocap_")])
def test_one_batch_of_each_preset_of_ours_is_learned_by_heart(name: str) -> None:
    """The network as it is trained, with its own loss and optimiser; published ones: small ones in test_models."""
    preset = read_preset(name)
    settings = make_settings(preset, {"warmup": 1, "precision": "float32", "steps": 100_000})
    torch.manual_seed(0)
    model = make_model(preset.architecture, {**preset.config, "dropout": 0.0}).train()
    optimiser = make_optimiser(model, settings)
    joints = len(model.skeleton)
    xy, xyz = 0.3 * torch.randn(4, model.config.window, joints, 2), 0.3 * torch.randn(4, joints, 3)
    losses: list[float] = []
    while len(losses) < 60 and (not losses or losses[-1] > 0.15 * losses[0]):
        losses.append(train_step(model, optimiser, xy, xyz, settings, len(losses)).item())
    assert losses[-1] <= 0.15 * losses[0]


@pytest.mark.slow
def test_a_tiny_training_learns_the_made_up_figure(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    card = train(*tiny, tmp_path / "out", quiet=True, changes={"steps": 400, "batch": 64, "epoch_steps": 400})
    source = open_source({"kind": "mocap", "held_out": 128}, tiny[1], H36M16, 1)
    xyz = source.held_out()["exact"][1]
    mean_pose = mpjpe(np.broadcast_to(xyz.mean(axis=0), xyz.shape), xyz)
    assert card.scores["held out, mm"]["exact_mpjpe"] < min(140, 0.8 * mean_pose)
