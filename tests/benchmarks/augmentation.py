"""What each way of widening the motion capture is worth: the same small net, trained without it. A script, on demand.

    python -m tests.benchmarks.augmentation [--data DIR] [--seeds N] [--steps N] [VARIANT ...]

A plain fully connected net (`tests.benchmarks.baselines`, 512 wide) is trained once for each variant and seed; its
errors stand beside those of "all", which is what `marey train` does. Columns, mm, means over the seeds: MPJPE on
people who are not in the training, exact 2D and noisy 2D, and PA-MPJPE on the two clips of real video, with the
detector's keypoints and with the projected reference; then how far the elbows' angles are off on real video. With
several seeds the last line is how far those of one variant lie apart.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch

from app.pipeline.analysis import Settings as Run
from app.pipeline.roll import lift_person
from lifting.data import open_source
from lifting.settings import Settings
from lifting.step import evaluate_held_out, train_step
from lifting.train import Batches, batches_from
from poses.skeletons import H36M16
from tests.benchmarks.angles import COLUMNS as ANGLES
from tests.benchmarks.angles import row
from tests.benchmarks.baselines import PlainLifter, PlainMlp
from tests.benchmarks.real_video import CAMERAS, LIMBS, Clip, read_clip, score_lifter

VARIANTS: dict[str, dict[str, Any]] = {
    "all": {},
    "poses as often as recorded": {"evenness": 0.0},
    "no other proportions": {"widening": {"proportions": 0.0}},
    "half the other proportions": {"widening": {"proportions": 0.5}},
    "no exchanged limbs": {"widening": {"exchange": 0.0}},
    "no redrawn limbs": {"widening": {"redraw": 0.0}},
    "more limbs and elbows drawn anew": {"widening": {"redraw": 0.5, "elbows": 0.4}},
    "trunks not bent": {"widening": {"bend": 0.0}},
    "trunks bent twice as far": {"widening": {"bend": 30.0}},
    "elbows bent evenly": {"widening": {"straight": 1.0}},
    "elbows as recorded": {"widening": {"elbows": 0.0}},
    "neither": {"widening": {"elbows": 0.0, "bend": 0.0}},
    "no mirror images": {"widening": {"mirror": 0.0}},
    "nobody leans or lies": {"cameras": {"tilt": 0.0, "lying": 0.0}},
    "cameras never roll": {"cameras": {"roll": 0.0}},
    "no systematic offsets": {"noise": {"offsets": 0.0}},
    "hips not lower": {"noise": {"hip_drop": 0.0}},
    "noise half as strong again": {"noise": {"slow": 0.018, "fast": 0.0045}},
    "no noise": {"noise": {"exact": 1.0}},
}
COLUMNS = ("exact", "noisy", "cam01 detector", "cam02 detector", "cam01 reference 2D", "cam02 reference 2D")
ELBOWS = "elbows off, degrees"


def train_one(change: dict[str, Any], settings: Settings, data: Path) -> PlainLifter:
    torch.manual_seed(settings.seed)
    model, source = PlainMlp(len(H36M16), 512), open_source(change, data, H36M16, 1)
    optimiser = torch.optim.AdamW(model.parameters(), lr=settings.lr, weight_decay=settings.weight_decay)
    for step, (xy, xyz) in enumerate(batches_from(Batches(source, settings, 0, 1), 0, torch.device("cpu"))):
        train_step(model.train(), optimiser, xy, xyz, settings, step)
    return PlainLifter("mlp", model.eval(), 1)


def measure(lifter: PlainLifter, clips: list[Clip], data: Path) -> list[float]:
    """One row: the held-out sets are those of "all", whatever the net was trained with."""
    held_out = evaluate_held_out(lifter.model, open_source({}, data, H36M16, 1), torch.device("cpu"))
    real = score_lifter(lifter, clips)  # type: ignore[arg-type]
    elbows = np.mean([elbows_off(lifter, clip) for clip in clips])
    return [held_out["exact_mpjpe"], held_out["noisy_mpjpe"], *(real[name] for name in COLUMNS[2:]), float(elbows)]


def elbows_off(lifter: PlainLifter, clip: Clip) -> float:
    """Mean error of the flexion of both elbows, degrees, as lifted from the detector's keypoints."""
    xyz = lift_person(clip.track, lifter, Run()).camera.xyz[clip.rows]  # type: ignore[arg-type]
    return row(clip, xyz[:, [lifter.skeleton.index(joint) for joint in LIMBS]])[ANGLES.index("Elbow flexion")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("variants", nargs="*", help=f"all of them if none is named: {', '.join(VARIANTS)}")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    options = parser.parse_args()
    clips = [read_clip(options.data / "videos", camera) for camera in CAMERAS]
    columns = (*COLUMNS, ELBOWS)
    print("| trained with | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns), flush=True)
    apart = []
    for name in options.variants or VARIANTS:
        rows = []
        for seed in range(options.seeds):
            settings = Settings(steps=options.steps, batch=64, precision="auto", workers=0, seed=seed)
            lifter = train_one(VARIANTS[name], settings, options.data / "mocap")
            rows.append(measure(lifter, clips, options.data / "mocap"))
        apart.append(np.ptp(rows, axis=0))
        print(f"| {name} | " + " | ".join(f"{value:.1f}" for value in np.mean(rows, axis=0)) + " |", flush=True)
    if options.seeds > 1:
        print(
            "| two seeds apart | " + " | ".join(f"{value:.1f}" for value in np.mean(apart, axis=0)) + " |", flush=True
        )


if __name__ == "__main__":
    main()
