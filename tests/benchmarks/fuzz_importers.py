"""Spoils keypoint files, BVH files, cards and weights at random and reports every error but the user's.

    .venv/bin/python -m tests.benchmarks.fuzz_importers [--minutes 5] [--seed N]

Files are spoilt and read in a process of their own, so that a crash of a library is found too. Each find is printed
with the number that makes it again (--once N). Ends with 1 where there was one.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from poses.bvh import read_bvh
from poses.errors import UserError
from tests.detectors.keypoint_mutations import KINDS, read_all, spoil, spoil_bytes
from tests.poses.test_bvh import TEXT

BATCH = 400
SMALL = {"window": 5, "width": 16, "heads": 4, "spatial_blocks": 1, "temporal_blocks": 1, "kernels": [3, 5]}


def spoil_keypoints(folder: Path, rng: random.Random) -> Callable[[], object]:
    name = rng.choice(list(KINDS))
    whole = folder / name
    if not whole.exists():
        KINDS[name](whole)
    path = folder / "spoilt" / Path(name).stem / name
    path.parent.mkdir(parents=True, exist_ok=True)
    spoil(path, whole.read_bytes(), rng)
    return lambda: read_all(path)


def spoil_bvh(folder: Path, rng: random.Random) -> Callable[[], object]:
    path = folder / "spoilt.bvh"
    words = TEXT.split()
    if rng.random() < 0.3:
        path.write_bytes(spoil_bytes(TEXT.encode(), rng))
    else:
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(words))
            words[place : place + rng.randint(0, 2)] = [rng.choice([*words, "-1", "nan", "1e400", "9" * 30, "{", "}"])]
        path.write_text(" ".join(words))
    return lambda: read_bvh(path).joints_and_ends()


def spoil_lifter(folder: Path, rng: random.Random) -> Callable[[], object]:
    """A small network's card, or its weights with a card that has their checksum."""
    from lifting.card import ModelCard, read_card
    from lifting.checkpoint import checksum, load_model, save_weights
    from lifting.models import make_model

    card_path = folder / "models" / "small.json"
    if not card_path.exists():
        card = ModelCard("small", "Small", "convformer", SMALL, 5, "H36M17", "person")
        save_weights(make_model("convformer", SMALL), card, card_path.parent)
    other = folder / "spoilt_models"
    other.mkdir(exist_ok=True)
    weights = card_path.with_suffix(".safetensors").read_bytes()
    if rng.random() < 0.5:
        spoil(other / "small.json", card_path.read_bytes(), rng)
    else:
        weights = spoil_bytes(weights, rng)
        (other / "small.json").write_text(card_path.read_text())
    (other / "small.safetensors").write_bytes(weights)

    def load() -> None:
        card = read_card(other / "small.json")
        load_model(dataclasses.replace(card, sha256=checksum(other / "small.safetensors")))

    return load


# Loading a network takes longest, so that it is tried least.
PARTS = (spoil_keypoints,) * 12 + (spoil_bvh,) * 7 + (spoil_lifter,)


def once(number: int, folder: Path) -> str:
    """What went wrong in case `number`, "" where nothing did."""
    rng = random.Random(number)
    part = rng.choice(PARTS)
    try:
        part(folder, rng)()
    except UserError as error:
        return "" if "\n" not in str(error) else f"{part.__name__}: more than one line: {error}"
    except Exception:
        return f"{part.__name__}: {traceback.format_exc(limit=-3)}"
    return ""


def batch(first: int, count: int) -> int:
    """Cases one after the other; each find is a line of JSON."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + count):
            print(json.dumps({"case": number, "found": ""}), flush=True)
            if found := once(number, Path(folder)):
                print(json.dumps({"case": number, "found": found}), flush=True)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--once", type=int, default=None, help="one case alone")
    parser.add_argument("--batch", type=int, default=None, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.once is not None or chosen.batch is not None:
        return batch(chosen.once, 1) if chosen.once is not None else batch(chosen.batch, BATCH)
    first = chosen.seed if chosen.seed is not None else int(time.time()) * 1000
    until, done, finds = time.monotonic() + 60 * chosen.minutes, 0, 0
    while time.monotonic() < until:
        command = [sys.executable, "-m", "tests.benchmarks.fuzz_importers", "--batch", str(first)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
        done += len({line["case"] for line in lines})
        for line in lines:
            if line["found"]:
                finds += 1
                print(f"case {line['case']}: {line['found']}", flush=True)
        if ran.returncode:
            finds += 1
            print(f"case {lines[-1]['case'] if lines else first}: ended with {ran.returncode}: {ran.stderr[-600:]}")
        first += BATCH
    print(f"{done} files spoilt and read, {finds} errors that are not the user's")
    return int(finds > 0)


if __name__ == "__main__":
    sys.exit(main())
