"""Trainings that are stopped, killed or run out of disk, and go on."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import lifting.settings
import lifting.step
from lifting.card import read_card
from lifting.checkpoint import load_model
from lifting.report import TrainingState
from lifting.train import train
from lifting.trainings import LOCK, STOP, request_stop, running_pid
from poses.errors import UserError
from tests.lifting.tiny_training import last_weights, same, tiny

__all__ = ["tiny"]
ROOT = Path(__file__).resolve().parents[2]


def test_ctrl_c_keeps_a_checkpoint_and_resume_goes_on_bit_for_bit(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    train(*tiny, tmp_path / "whole", quiet=True)

    def stop(run: TrainingState) -> None:
        if run.step == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(*tiny, tmp_path / "halves", quiet=True, on_step=stop)
    torch.manual_seed(123)
    train(*tiny, tmp_path / "halves", resume=True, quiet=True)
    assert same(last_weights(tmp_path / "whole"), last_weights(tmp_path / "halves"))
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
    assert running_pid(tmp_path / "out") == run.process.pid
    with pytest.raises(UserError, match="a training is writing to"):
        train(*tiny, tmp_path / "out", resume=True, quiet=True, changes=steps)
    run.process.send_signal(number)
    code, errors = run.end()
    assert code == 128 + number and errors.splitlines()[-1] == "marey: stopped"
    assert running_pid(tmp_path / "out") == 0 and not (tmp_path / "out" / LOCK).exists()
    reached: list[int] = []
    train(*tiny, tmp_path / "out", resume=True, quiet=True, changes=steps, on_step=lambda r: reached.append(r.step))
    assert 3 < reached[0] < 60
    assert same(last_weights(tmp_path / "whole"), last_weights(tmp_path / "out"))


def test_another_program_can_ask_for_the_end_by_a_file(tiny: tuple[Path, Path], tmp_path: Path) -> None:
    out, steps = tmp_path / "out", []

    def ask(run: TrainingState) -> None:
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
    predict = lifting.step.predict

    def interrupted(*values: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    def second(*values: Any, **more: Any) -> np.ndarray:
        monkeypatch.setattr(lifting.step, "predict", interrupted)
        return predict(*values, **more)

    monkeypatch.setattr(lifting.step, "predict", second)
    with pytest.raises(KeyboardInterrupt):
        train(*tiny, tmp_path / "out")
    monkeypatch.setattr(lifting.step, "predict", predict)
    train(*tiny, tmp_path / "out", resume=True)
    whole, mended = ((tmp_path / name / "metrics.jsonl").read_text() for name in ("whole", "out"))
    assert whole == mended
    assert read_card(tmp_path / "whole" / "tiny.json").sha256 == read_card(tmp_path / "out" / "tiny.json").sha256


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
    assert same(last_weights(tmp_path / "whole"), last_weights(tmp_path / "killed"))


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
    assert same(last_weights(tmp_path / "whole"), last_weights(tmp_path / "out"))


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
