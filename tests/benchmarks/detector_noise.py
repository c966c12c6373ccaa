"""The detector's errors, and the noise that training puts on virtual cameras, measured the same way. A script.

    python -m tests.benchmarks.detector_noise [--data DIR]

Errors in the picture, in millimetres at the person's distance. Of the detector: BlazePose's keypoints, sides repaired,
minus the projected reference of balance_cam01 and cam02, both as joints of Human3.6M. Of the model: `add_noise` on
motion capture as `marey train` sees it, at the clips' 60 frames a second. offset: spread of the mean error of a joint
over a clip (systematic); slow: spread about that mean; fast: jitter, from third differences over time; hold: seconds
until slow errors are down to 1/e; outliers: share beyond five times the median error. The reference is itself good to
15 or 20 mm and smoothed, so what is measured is an upper bound for offset and slow.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.pipeline.lift import repaired_sides
from lifting.data.augment import widen
from lifting.data.cameras import CameraRange, draw_views
from lifting.data.draw import Drawer
from lifting.data.mocap import read_mocap
from lifting.data.noise import NoiseModel, add_noise, detector_points
from lifting.data.virtual import VirtualData
from poses.arrays import FloatArray
from poses.skeleton import map_skeleton
from poses.skeletons import COCO17, H36M17
from tests.benchmarks.real_video import CAMERAS, read_clip

FPS, FRAMES = 60.0, 98


def detector_errors(folder: Path, camera: str) -> FloatArray:
    """(T, 17, 2) mm of one clip."""
    clip = read_clip(folder, camera)
    track, _ = repaired_sides(clip.track)
    found, _ = map_skeleton(track.xy, track.score, track.skeleton, H36M17)
    meant, _ = map_skeleton(clip.reference_2d.xy, clip.reference_2d.score, COCO17, H36M17)
    with np.load(folder / "balance_gt.npz") as truth:
        px_per_m = truth[f"{camera}_K"][0, 0] / truth[f"{camera}_joints3d_cam"][:, 0, 2]
    return 1000 * (found[clip.rows] - meant) / px_per_m[:, None, None]


def model_errors(folder: Path, count: int = 200) -> FloatArray:
    """(count, T, 17, 2) mm: the noise of training on as many pieces of motion capture."""
    rng = np.random.default_rng(0)
    motions, data = read_mocap(folder / "train.npz"), VirtualData()
    noise = replace(NoiseModel(), swap=0.0, lost=0.0)
    rows, centre = Drawer(motions).draw(rng, count, FRAMES, np.full(count, motions.fps / FPS))
    xyz = widen(rng, motions.xyz[rows], data.widening)
    views = draw_views(rng, count, CameraRange())
    seen = views.to_camera(xyz, motions.root[rows] - motions.root[centre][:, None])
    px_per_m = views.focal / np.maximum(views.offset[:, 2], 0.5)
    meant = views.project(detector_points(rng, seen, noise.offsets, noise.hip_drop))
    found = add_noise(rng, meant, px_per_m, views.size, np.full(count, 1 / FPS), noise)
    errors = 1000 * (found - views.project(seen[:, :, :17])) / px_per_m[:, None, None, None]
    inside = (np.abs(views.project(seen) - views.size[:, None, None] / 2) < views.size[:, None, None] / 2).all(
        (1, 2, 3)
    )
    return errors[inside & (views.offset[:, 2] > 2.5)]


def measure(errors: FloatArray) -> dict[str, FloatArray]:
    """Numbers by joint, of one clip (T, 17, 2)."""
    mean = np.nanmean(errors, axis=0)
    around = errors - mean
    steady = np.nanmean(around**2, axis=0)
    lags = np.arange(1, 31)
    alike = [np.nanmean(np.nanmean(around[k:] * around[:-k], axis=0) / steady) for k in lags]
    below = np.flatnonzero(np.array(alike) < np.exp(-1))
    size = np.linalg.norm(around, axis=-1)
    return {
        "offset": np.sqrt((mean**2).mean(axis=-1)),
        "slow": np.sqrt(steady.mean(axis=-1)),
        "fast": np.sqrt(np.nanmean(np.diff(errors, 3, axis=0) ** 2, axis=(0, 2)) / 20),
        "hold": np.full(17, (lags[below[0]] if len(below) else lags[-1]) / FPS),
        "outliers": 100 * np.nanmean(size > 5 * np.nanmedian(size, axis=0), axis=0),
        "downwards": mean[:, 1],
    }


def row(name: str, values: list[dict[str, FloatArray]], joints: list[int]) -> str:
    """Root mean squares over clips and joints (means where a sign or a share is meant)."""
    cells = []
    for key, form in (("offset", "{:.0f}"), ("slow", "{:.0f}"), ("fast", "{:.1f}")):
        cells.append(form.format(np.sqrt(np.mean([np.square(v[key][joints]) for v in values]))))
    for key, form in (("hold", "{:.2f}"), ("outliers", "{:.1f}"), ("downwards", "{:.0f}")):
        cells.append(form.format(np.mean([v[key][joints] for v in values])))
    return f"| {name} | " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    options = parser.parse_args()
    clips = {camera: [measure(detector_errors(options.data / "videos", camera))] for camera in CAMERAS[:2]}
    clips["training"] = [measure(errors) for errors in model_errors(options.data / "mocap")]
    groups = {"hips": (1, 4), "knees, feet": (2, 3, 5, 6), "shoulders": (11, 14), "elbows, wrists": (12, 13, 15, 16)}
    names = ("", "offset, mm", "slow, mm", "fast, mm", "hold, s", "outliers, %", "mean downwards, mm")
    print(f"| {' | '.join(names)} |\n|{'---|' * len(names)}")
    for group, joints in groups.items():
        for name, values in clips.items():
            print(row(f"{group}, {name}", values, list(joints)))


if __name__ == "__main__":
    main()
