"""Score trained weights and put them where the program ships them: a script, run after a training.

    python -m tests.benchmarks.ship OUT/NAME.json [--data DIR]

The card gets the errors on the motion capture test subjects (exact 2D, Human3.6M-like cameras) and on real video.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from lifting import SHIPPED
from lifting.card import read_card
from lifting.checkpoint import load_model, save_weights
from lifting.evaluate import evaluate_weights
from tests.benchmarks.real_video import CAMERAS, read_clip, score_blazepose, score_lifter, table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("card", type=Path)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    options = parser.parse_args()
    card = read_card(options.card)
    test = evaluate_weights(options.card, options.data / "mocap", flip=True)
    means = {name: round(value, 2) for name, value in test.over_frames.items() if name != "frames"}
    clips = [read_clip(options.data / "videos", camera) for camera in CAMERAS]
    real = score_lifter(str(options.card), clips)
    print(test.markdown())
    print(table({"blazepose world landmarks": score_blazepose(clips), card.name: real}))
    scores = {
        **card.scores,
        "mocap test, exact 2D, with flip": means,
        "real video, P-MPJPE of 12 limb joints": {name: round(value, 1) for name, value in real.items()},
    }
    save_weights(load_model(card), replace(card, scores=scores), SHIPPED, half=True)


if __name__ == "__main__":
    main()
