"""Score trained weights and put them where the program ships them: a script, run after a training.

    python -m tests.benchmarks.ship OUT/NAME.json ... [--data DIR] [--size S]

The card gets the errors on held-out people as today's code makes them (the program's default lifter is chosen by
them, so they must be alike for all), on the motion capture test subjects (exact 2D, Human3.6M-like cameras), and on
real video, found by the heavy detector.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from lifting import SHIPPED
from lifting.card import ModelCard, read_card
from lifting.checkpoint import load_model, save_weights
from lifting.data.pose_sampler import PoseSampler
from lifting.data.virtual import VirtualSource, make_settings, read_motions
from lifting.evaluate import evaluate_weights
from lifting.models import find_skeleton
from lifting.step import evaluate_held_out
from tests.benchmarks.real_video import CAMERAS, Clip, read_clip, score_blazepose, score_lifter, table

TESTED = "mocap test, exact 2D, with flip"


def held_out(card: ModelCard, data: Path) -> dict[str, float]:
    """MPJPE and P-MPJPE, mm, of people who are not in the training, windows cut as in the program."""
    settings = {"normalisation": card.normalisation, "window_hz": card.window_hz}
    made = make_settings(settings, find_skeleton(card.skeleton), card.window)
    val = PoseSampler(read_motions("mocap", data / "mocap", "val"))
    source = VirtualSource(made, val, val, "held out")
    scores = evaluate_held_out(load_model(card), source, torch.device("cpu"))
    return {name: round(value, 2) for name, value in scores.items() if name.endswith("mpjpe")}


def ship(path: Path, clips: list[Clip], data: Path) -> dict[str, float]:
    """One card; returns its errors on real video. The errors on the test subjects are taken over where these very
    weights are shipped already."""
    card, shipped = read_card(path), SHIPPED / path.name
    known = read_card(shipped) if shipped.exists() else None
    real = score_lifter(str(path), clips)
    if known is not None and known.sha256 == card.sha256:
        tested = known.scores[TESTED]
    else:
        test = evaluate_weights(path, data / "mocap", flip=True)
        print(test.markdown())
        tested = {k: round(v, 2) for k, v in test.over_frames.items() if k != "frames"}
    scores = {
        "held out, mm": held_out(card, data),
        TESTED: tested,
        "real video, P-MPJPE of 12 limb joints": {
            k: round(v, 1) for k, v in real.items() if " velocity" not in k and " root-relative" not in k
        },
        "real video, root-relative up to scale": {k: round(v, 1) for k, v in real.items() if " root-relative" in k},
        "real video, velocity off by, mm/s": {k: round(v) for k, v in real.items() if " velocity" in k},
    }
    save_weights(load_model(card), replace(card, scores=scores), SHIPPED, half=True)
    return real


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cards", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--size", default="heavy", help="of the detector's network: lite, full or heavy")
    options = parser.parse_args()
    clips = [read_clip(options.data / "videos", camera, size=options.size) for camera in CAMERAS]
    rows = {path.stem: ship(path, clips, options.data) for path in options.cards}
    print(table({**score_blazepose(clips), **rows}))


if __name__ == "__main__":
    main()
