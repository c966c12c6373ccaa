"""Error models: fit them, and tell how well the estimated error of a joint ranks the true ones: on demand.

    python -m tests.benchmarks.uncertainty [--fit] [--data DIR] [LIFTER ...]

--fit writes NAME.error.safetensors beside the weights. The table is of the test subjects of the motion capture, seen by
cameras of every kind with a detector's errors: rank correlation (Spearman) of estimated and true errors over all joints
and frames, but the hip, and within each joint; AUROC of finding the tenth of joints that are furthest off; how large
the true errors are where 3, 6, 10, 15 cm are estimated.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.stats import rankdata, spearmanr

from lifting import find_weights, list_cards, load_lifter
from lifting.data import Recording
from lifting.data.cameras import CameraRange
from lifting.data.mocap import read_mocap
from lifting.data.noise import NoiseModel
from lifting.data.virtual import record_clips
from lifting.uncertainty import ErrorSamples, error_samples, fit_error_model, write_error_model
from poses.arrays import FloatArray
from poses.skeleton import Skeleton
from poses.uncertainty import ErrorModel

FRAMES = 400
BANDS_M = (0.02, 0.045, 0.08, 0.125, 0.2)


def noisy_clips(path: Path, skeleton: Skeleton, clips: int, seed: int) -> Iterator[tuple[Recording, FloatArray]]:
    """Up to `clips` clips, evenly taken, at most FRAMES of each, by cameras of training, with a detector's errors and
    how far off the keypoints are, metres."""
    motions, noise = read_mocap(path), NoiseModel(exact=0.0)
    chosen = np.unique(np.linspace(0, len(motions.start) - 1, clips).astype(int))
    motions = replace(
        motions,
        start=motions.start[chosen],
        length=np.minimum(motions.length[chosen], FRAMES),
        subject=motions.subject[chosen],
        name=tuple(motions.name[n] for n in chosen),
    )
    exact = record_clips(motions, skeleton, seed, cameras=CameraRange())
    found = record_clips(motions, skeleton, seed, noise, CameraRange())
    for true, noisy in zip(exact, found, strict=True):
        assert noisy.focal_px is not None
        px_per_m = noisy.focal_px / np.maximum(noisy.pose_3d.xyz[:, :1, 2], 0.5)
        yield noisy, np.linalg.norm(noisy.pose_2d.xy - true.pose_2d.xy, axis=-1) / px_per_m


def auroc(score: np.ndarray, bad: np.ndarray) -> float:
    """Probability that a bad one has the higher score."""
    ranks, count = rankdata(score), int(bad.sum())
    return float((ranks[bad].sum() - count * (count + 1) / 2) / (count * (len(bad) - count)))


def table_row(model: ErrorModel, samples: ErrorSamples) -> str:
    sigma = np.exp(np.tanh(samples.features @ model.hidden + model.hidden_bias) @ model.out + model.out_bias)
    sigma, errors = sigma[:, 1:], samples.errors[:, 1:]
    within = np.mean([spearmanr(sigma[:, j], errors[:, j]).statistic for j in range(errors.shape[1])])
    bad = errors.ravel() >= np.quantile(errors, 0.9)
    cells = [f"{spearmanr(sigma.ravel(), errors.ravel()).statistic:.2f}", f"{within:.2f}"]
    cells.append(f"{auroc(sigma.ravel(), bad):.2f}")
    for low, high in pairwise(BANDS_M):
        chosen = (sigma >= low) & (sigma < high)
        cells.append(f"{1000 * sigma[chosen].mean():.0f}: {1000 * errors[chosen].mean():.0f}" if chosen.any() else "")
    return " | ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lifters", nargs="*", help="ids or weights files; all that are installed if none is named")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--fit", action="store_true", help="write the error models beside the weights")
    parser.add_argument("--clips", type=int, default=80, help="clips of the training people to fit with")
    options = parser.parse_args()
    mocap = options.data / "mocap"
    print("| lifter | rank correlation | within a joint | AUROC | estimated: true error, mm | | | |\n|" + "---|" * 8)
    for name in options.lifters or list_cards():
        card = find_weights(name)
        lifter = load_lifter(card, flip=True)
        model = lifter.error_model
        if options.fit:
            train = error_samples(lifter, noisy_clips(mocap / "train.npz", lifter.skeleton, options.clips, 11))
            val = error_samples(lifter, noisy_clips(mocap / "val.npz", lifter.skeleton, 16, 12))
            model = fit_error_model(train, val)
            write_error_model(card, model)
        if model is None:
            print(f"| {card.name} | has no error model: run with --fit |")
            continue
        test = error_samples(lifter, noisy_clips(mocap / "test.npz", lifter.skeleton, 47, 13))
        print(f"| {card.name} | {table_row(model, test)} |", flush=True)


if __name__ == "__main__":
    main()
