"""Trainings seen from outside: what lies in a training's folder, whether it runs, and how to end it. Loads no torch.

A training writes into its folder OUT: training.jsonl (one line each time it is started: what was asked for),
checkpoint.pt, progress.jsonl, metrics.jsonl, NAME.safetensors with its card. While it runs it holds OUT/training.lock,
which the operating system takes back when the process ends, however it ends.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any

from lifting import SHIPPED, list_cards, user_folder
from lifting.card import ModelCard, read_card
from poses.errors import UserError
from poses.files import check_folder, describe_write_error, write_aside

CHECKPOINT = "checkpoint.pt"
RECORD, PROGRESS, REQUESTS = "metrics.jsonl", "progress.jsonl", "training.jsonl"
LOCK, STOP, LOG = "training.lock", "stop", "training.log"
_PATIENCE_S = 1.0


@dataclass(frozen=True)
class TrainingRequest:
    """What was asked for when a training was started. name: of its weights. start: weights it began from, "" for none.
    steps: 0 for as many as the preset says. seed, lr (peak learning rate): None for what it says."""

    preset: str
    data: str
    name: str
    start: str = ""
    device: str = "auto"
    steps: int = 0
    seed: int | None = None
    lr: float | None = None

    def arguments(self, out: Path, resume: bool) -> list[str]:
        """Of the command that starts it: `marey` and these."""
        words = ["train", self.preset, "--data", self.data, "--out", str(out), "--name", self.name]
        words += ["--device", self.device]
        for option, value in (("--steps", self.steps or None), ("--seed", self.seed), ("--lr", self.lr)):
            words += [option, str(value)] if value is not None else []
        words += ["--start", self.start] if self.start else []
        return [*words, "--resume"] if resume else words


def check_name(name: str) -> None:
    """UserError unless weights can be called so: their files are named after them, and so is the lifter's id."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise UserError(f"the name of weights must be letters, digits, _ . or -, without blanks, got {name!r}")


def free_name(wish: str) -> str:
    """`wish`, with a number where a lifter is called so already."""
    taken, number, name = set(list_cards()), 1, wish
    while name in taken:
        number += 1
        name = f"{wish}_{number}"
    return name


def trainings_folder() -> Path:
    """Where trainings are kept unless the user says otherwise: beside the user's lifters."""
    return user_folder().parent / "trainings"


def list_trainings(folder: Path) -> list[Path]:
    """The trainings in the sub-folders of `folder`, the one started last first."""
    marks = [path for path in folder.glob(f"*/{REQUESTS}") if path.is_file()]
    return [path.parent for path in sorted(marks, key=lambda path: path.stat().st_mtime, reverse=True)]


def new_folder(folder: Path, name: str) -> Path:
    """FOLDER/NAME, with a number where there is one already; not made yet."""
    out, number = folder / name, 1
    while out.exists():
        number += 1
        out = folder / f"{name}_{number}"
    return out


# ---------------------------------------------------------------- what is written


def append_request(out: Path, request: TrainingRequest) -> None:
    """Add a line to training.jsonl."""
    line = {"time": time.strftime("%Y-%m-%dT%H:%M:%S"), **asdict(request)}
    try:
        with (out / REQUESTS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    except OSError as error:
        raise describe_write_error(error, out / REQUESTS) from error


def read_request(out: Path) -> TrainingRequest | None:
    """What was asked for last, None where nothing readable says so."""
    lines = read_lines(out / REQUESTS)[0]
    known = {field.name for field in fields(TrainingRequest)}
    for line in reversed(lines):
        with suppress(TypeError):
            return TrainingRequest(**{key: value for key, value in line.items() if key in known})
    return None


def read_lines(path: Path, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
    """JSON objects in a file of lines from byte `offset`, and where to go on; a last line without its end waits.

    Damaged lines are left out; where the file is absent there are none. A file that has become shorter is read again.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(offset if offset <= size else 0)
            start, data = file.tell(), file.read()
    except OSError:
        return [], 0
    whole = data[: data.rfind(b"\n") + 1]
    found = []
    for line in whole.splitlines():
        with suppress(ValueError):
            value = json.loads(line)
            if isinstance(value, dict):
                found.append(value)
    return found, start + len(whole)


def read_problem(out: Path) -> str:
    """The last line of the log of a training that the window started, where it is an error; "" where all went well."""
    try:
        with (out / LOG).open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - 4096, 0))
            lines = file.read().decode("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    last = lines[-1] if lines else ""
    return last.removeprefix("marey: ") if last.startswith("marey: ") and last != "marey: stopped" else ""


# ---------------------------------------------------------------- whether it runs


@contextmanager
def lock_folder(out: Path) -> Iterator[None]:
    """Hold the folder of a training for this process; UserError where another training is writing there.

    Leaves no folder behind that has nothing in it.
    """
    check_folder(out)
    file = _hold(out / LOCK)
    try:
        yield
    finally:
        with suppress(OSError):
            (out / LOCK).unlink()
        file.close()
        with suppress(OSError):
            out.rmdir()


def _hold(path: Path) -> IO[bytes]:
    end = time.monotonic() + _PATIENCE_S  # another process that only checks the lock holds it for a moment
    while True:
        file = path.open("a+b")
        # the file may have been removed by the one who held it before
        if _try_lock(file) and path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            file.truncate(0)
            file.write(str(os.getpid()).encode())
            file.flush()
            return file
        file.close()
        if time.monotonic() > end:
            raise UserError(f"a training is writing to {path.parent} now: wait for it, or use another --out")
        time.sleep(0.05)


def _try_lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 20)  # far behind the text, which others want to read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def running_pid(out: Path) -> int:
    """The process id of the training that runs in `out`, 0 where none does."""
    try:
        with (out / LOCK).open("r+b") as file:
            if _try_lock(file):
                return 0
            file.seek(0)
            return int(file.read(32) or b"0")
    except (OSError, ValueError):
        return 0


def request_stop(out: Path) -> bool:
    """Ask the training in `out` to save and end, as Ctrl-C does; False where none runs."""
    process = running_pid(out)
    if not process:
        return False
    if sys.platform == "win32":
        (out / STOP).touch()
    else:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGINT)
    return True


# ---------------------------------------------------------------- weights


def finished_card(out: Path, name: str) -> ModelCard | None:
    """The card of the best weights of a training so far, None where there are none yet."""
    try:
        return read_card(out / f"{name}.json")
    except UserError:
        return None


def publish(out: Path, name: str) -> bool:
    """Put the best weights of a training where lifters are looked for; False where nothing new is to be put there.

    Raises UserError where the name is that of a shipped lifter or of one from elsewhere, or nothing can be written.
    """
    card = finished_card(out, name)
    if card is None or not card.weights.is_file():
        return False
    folder = user_folder()
    if folder.resolve() == out.resolve():
        return False
    there = folder / f"{name}.json"
    if (SHIPPED / there.name).exists():
        raise UserError(f"the weights in {out} cannot be called {name}: a lifter of that name came with the program")
    if there.exists():
        old = read_card(there)
        if old.sha256 == card.sha256:
            return False
        if (old.command, old.trained_on) != (card.command, card.trained_on):
            raise UserError(f"{there} belongs to other weights: rename it, or train under another name")
    check_folder(folder)
    for path in (card.weights, out / there.name):
        with write_aside(folder / path.name) as aside:
            shutil.copyfile(path, aside)
    return True


def best_score(record: list[dict[str, float]]) -> tuple[int, float] | None:
    """Step and error, mm, of the evaluation with the least error on motion that is not in training."""
    scores = [(line.get("held_out", math.inf), int(line.get("step", 0))) for line in record]
    if not scores:
        return None
    error, step = min(scores)
    return step, error
