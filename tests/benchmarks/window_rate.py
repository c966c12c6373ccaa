"""At how many frames a second the windows of a lifter are best cut: its errors on held-out people. A script, on demand.

    python -m tests.benchmarks.window_rate [--data DIR] [--count N] [LIFTER or WEIGHTS ...]

MPJPE, mm, on people who are not in the training, with the noise of a detector, each window cut at the rate on top of
the column. Of a faster video the program takes every second, third ... frame around each frame. Slow windows see more
of a movement and damp it more, so `window_hz`, in the preset and on the card, is about the fastest rate whose error is
within 1 % of the best.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from lifting import find_weights, list_cards, load_lifter
from lifting.data import open_source
from lifting.data.virtual import Augmentation, VirtualSource, make_batch
from lifting.metrics import mpjpe

RATES = (60.0, 50.0, 30.0, 20.0, 15.0, 10.0, 7.5)


def errors(name: str, data: Path, count: int) -> list[float]:
    """MPJPE at each of RATES."""
    lifter = load_lifter(find_weights(name))
    source = open_source({"kind": "mocap"}, data, lifter.skeleton, lifter.window)
    assert isinstance(source, VirtualSource)
    plain = replace(source.data, widening=Augmentation(0, 0, 0, 0, 0, 0), noise=replace(source.data.noise, exact=0.0))
    found = []
    for rate in RATES:
        xy, xyz = make_batch(source.val, replace(plain, rate=(rate, rate)), count, (1, 1))
        found.append(mpjpe(lifter.lift(xy), xyz))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lifters", nargs="*", help="those with windows of several frames if none is named")
    parser.add_argument("--count", type=int, default=1024)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    options = parser.parse_args()
    print("| windows cut at | " + " | ".join(f"{rate:g} Hz" for rate in RATES) + " |")
    print("|---|" + "---|" * len(RATES))
    for name in options.lifters or [name for name, card in list_cards().items() if card.window > 1]:
        row = errors(name, options.data / "mocap", options.count)
        print(f"| {Path(name).stem} | " + " | ".join(f"{value:.1f}" for value in row) + " |", flush=True)


if __name__ == "__main__":
    main()
