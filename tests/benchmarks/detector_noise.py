"""The detector's errors, and the noise that training puts on virtual cameras, measured the same way. A script.

    python -m tests.benchmarks.detector_noise [--data DIR] [--size S ...] [--by-joint] [--unseen]

Errors in the picture, in millimetres at the person's distance. Of the detector: BlazePose's keypoints, sides repaired,
minus the projected reference of balance_cam01, cam02 and two_people_cam02, both as joints of Human3.6M; px: the root
mean square of all of them in pixels. Of the model: `add_noise` on motion capture as `marey train` sees it, at the
clips' 60 frames a second. offset: spread of the mean error of a joint over a clip (systematic); slow: spread about that
mean; fast: jitter, from third differences over time; hold: seconds until slow errors are down to 1/e; outliers: share
beyond five times the median error. The reference is itself good to 15 or 20 mm and smoothed, so what is measured is an
upper bound for offset and slow.

--unseen: joints that are not in sight. Hidden: in two_people_cam02 where the rendered woman is before the joint (there
the picture differs from the one of cam02 without her), and in cam01 and cam02 the knees behind a painted band. Outside:
cam01 and cam02 cut off below (at the shanks, at the thighs) or on the right (at the arm), by distance from the border.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from app.pipeline.lift import repair_track
from app.pipeline.video import read_frames
from lifting.data.augmentation import augment
from lifting.data.cameras import CameraRange, sample_cameras
from lifting.data.mocap import read_mocap
from lifting.data.noise import NoiseModel, add_noise, detector_points
from lifting.data.pose_sampler import PoseSampler
from lifting.data.virtual import VirtualData
from poses.arrays import FloatArray
from poses.skeleton import map_skeleton
from poses.skeletons import COCO17, H36M17
from tests.benchmarks.real_video import CAMERAS, VIDEOS, read_clip

FPS, FRAMES = 60.0, 98
GROUPS = {"hips": (1, 4), "knees, feet": (2, 3, 5, 6), "shoulders": (11, 14), "elbows, wrists": (12, 13, 15, 16)}

Change = Callable[[np.ndarray], np.ndarray]


def detector_errors(folder: Path, camera: str, size: str, change: Change = lambda image: image) -> FloatArray:
    """(T, 17, 2) mm of one clip with BlazePose of a size; `change` as in `read_clip`."""
    clip = read_clip(folder, camera, size=size, change=change)
    track, _ = repair_track(clip.track)
    found, _ = map_skeleton(track.xy, track.score, track.skeleton, H36M17)
    meant, _ = map_skeleton(clip.reference_2d.xy, clip.reference_2d.score, COCO17, H36M17)
    return 1000 * (found[clip.rows] - meant) / px_per_m(folder, camera)[:, None, None]


def px_per_m(folder: Path, camera: str) -> FloatArray:
    """(T) px of a metre at the person's distance."""
    with np.load(folder / "balance_gt.npz") as truth:
        return truth[f"{camera}_K"][0, 0] / truth[f"{camera}_joints3d_cam"][:, 0, 2]


def model_errors(folder: Path, count: int = 200) -> FloatArray:
    """(count, T, 23, 2) mm: the noise of training on as many pieces of motion capture."""
    rng = np.random.default_rng(0)
    motions, data = read_mocap(folder / "train.npz"), VirtualData()
    noise = replace(NoiseModel(), swap=0.0, lost=0.0)
    rows, centre = PoseSampler(motions).draw(rng, count, FRAMES, np.full(count, motions.fps / FPS))
    xyz = augment(rng, motions.xyz[rows], data.widening)
    views = sample_cameras(rng, count, CameraRange())
    seen = views.to_camera(xyz, motions.root[rows] - motions.root[centre][:, None])
    scale = views.focal / np.maximum(views.offset[:, 2], 0.5)
    meant = views.project(detector_points(rng, seen, noise.offsets, noise.hip_drop))
    found = add_noise(rng, meant, scale, views.size, np.full(count, 1 / FPS), noise)
    errors = 1000 * (found - views.project(seen)) / scale[:, None, None, None]
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
        "hold": np.full(errors.shape[1], (lags[below[0]] if len(below) else lags[-1]) / FPS),
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


def show(rows: dict[str, tuple[list[dict[str, FloatArray]], float | None]], groups: dict[str, tuple[int, ...]]) -> None:
    """A table: for each group of joints a line for each of the rows (values by clip, px of a metre)."""
    names = ("", "offset, mm", "slow, mm", "fast, mm", "hold, s", "outliers, %", "mean downwards, mm", "all, px")
    print(f"| {' | '.join(names)} |\n|{'---|' * len(names)}")
    for group, joints in groups.items():
        for name, (values, scale) in rows.items():
            squares = [np.square(v[key][list(joints)]) for v in values for key in ("offset", "slow")]
            both = np.sqrt(4 * np.mean(squares))  # two axes, and the mean is over both keys
            px = "" if scale is None else f" {both * scale / 1000:.1f}"
            print(row(f"{group}, {name}", values, list(joints)) + f"{px} |")


# ---------------------------------------------------------------- joints out of sight


def unseen(folder: Path, size: str) -> dict[str, list[FloatArray]]:
    """Errors of joints out of sight, by what hides them: of each case (N, 4): x, y mm, mm beyond the border, joint."""
    found: dict[str, list[FloatArray]] = {}
    behind = hidden_by_her(folder)
    errors = detector_errors(folder, "two_people_cam02", size)
    add(found, "hidden by another person", errors, behind, 0 * errors[..., 0])
    add(found, "the same clip, in sight", errors, ~behind, 0 * errors[..., 0])
    for camera in CAMERAS[:2]:
        with np.load(folder / "balance_gt.npz") as truth:
            xy = truth[f"{camera}_joints2d"]
        hips, knees, feet = (xy[:, list(joints), 1].mean() for joints in ((1, 4), (2, 5), (3, 6)))
        low, high = int((hips + knees) / 2), int((knees + feet) / 2)

        def table(image: np.ndarray, low: int = low, high: int = high) -> np.ndarray:
            image = image.copy()
            image[low:high] = (120, 85, 60)
            return image

        errors = detector_errors(folder, camera, size, table)
        add(found, "hidden by a band", errors, (xy[..., 1] > low) & (xy[..., 1] < high), 0 * errors[..., 0])
        right = int(xy[:, [11, 14], 0].max(axis=1).mean())
        cuts = {"outside below, cut at the shanks": (1, high), "outside below, cut at the thighs": (1, low),
                "outside on the right, cut at the arm": (0, right)}  # fmt: skip
        for name, (axis, border) in cuts.items():
            errors = detector_errors(
                folder, camera, size, lambda image, a=axis, b=border: image[:b] if a else image[:, :b]
            )
            beyond = 1000 * (xy[..., axis] - border) / px_per_m(folder, camera)[:, None]
            add(found, name, errors, beyond > 0, beyond)
    return found


def add(
    found: dict[str, list[FloatArray]], name: str, errors: FloatArray, chosen: np.ndarray, beyond: FloatArray
) -> None:
    limbs = np.isin(np.arange(17), [j for joints in GROUPS.values() for j in joints])
    rows, joints = np.nonzero(chosen & limbs)
    found.setdefault(name, []).append(np.column_stack([errors[rows, joints], beyond[rows, joints], joints]))


def hidden_by_her(folder: Path) -> np.ndarray:
    """(T, 17): where the picture of two_people_cam02 differs at a joint from that of cam02, without the woman."""
    patches = []
    with np.load(folder / "balance_gt.npz") as truth:
        for camera in ("cam02", "two_people_cam02"):
            frames = [frame.image for frame in read_frames(folder / VIDEOS[camera][0])]
            xy, rows = truth[f"{camera}_joints2d"], truth[f"{camera}_frame_index"]
            patches.append(
                [[_colour(frames[t], place) for place in places] for t, places in zip(rows, xy, strict=True)]
            )
    return np.abs(np.diff(np.array(patches, dtype=float), axis=0)[0]).max(axis=-1) > 40


def _colour(image: np.ndarray, place: FloatArray) -> FloatArray:
    x, y = np.clip(np.round(place).astype(int), 4, np.array(image.shape[1::-1]) - 5)
    return image[y - 4 : y + 5, x - 4 : x + 5].mean(axis=(0, 1))


def show_unseen(sizes: list[str], folder: Path) -> None:
    names = (
        "",
        "joints",
        "beyond the border, mm",
        "mean x, y, mm",
        "spread, mm",
        "all, mm",
        "90 %, mm",
        "all : beyond",
    )
    print(f"\n| {' | '.join(names)} |\n|{'---|' * len(names)}")
    for size in sizes:
        for name, parts in unseen(folder, size).items():
            values = np.concatenate(parts)
            for group, joints in GROUPS.items():
                one = values[np.isin(values[:, 3], joints) & np.isfinite(values[:, 0])]
                if len(one) < 20:
                    continue
                off, mean = np.linalg.norm(one[:, :2], axis=-1), one[:, :2].mean(axis=0)
                beyond, rms = one[:, 2].mean(), np.sqrt((off**2).mean())
                cells = [f"{name}: {group}, {size}", len(one), f"{beyond:.0f}" if beyond else "",
                         f"{mean[0]:.0f}, {mean[1]:.0f}", f"{np.sqrt(one[:, :2].var(axis=0).mean()):.0f}", f"{rms:.0f}",
                         f"{np.quantile(off, 0.9):.0f}", f"{rms / beyond:.2f}" if beyond else ""]  # fmt: skip
                print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--size", nargs="+", default=["full"], help="of BlazePose's network: lite, full or heavy")
    parser.add_argument("--by-joint", action="store_true", help="a line for every joint")
    parser.add_argument("--unseen", action="store_true", help="joints that are hidden or out of the picture")
    options = parser.parse_args()
    folder = options.data / "videos"
    rows: dict[str, tuple[list[dict[str, FloatArray]], float | None]] = {}
    for camera in CAMERAS:
        scale = float(px_per_m(folder, camera).mean())
        for size in options.size:
            rows[f"{camera}, {size}"] = [measure(detector_errors(folder, camera, size))], scale
    rows["training"] = [measure(errors) for errors in model_errors(options.data / "mocap")], None
    show(rows, {name: (j,) for j, name in enumerate(H36M17.joint_names)} if options.by_joint else GROUPS)
    if options.unseen:
        show_unseen(options.size, folder)


if __name__ == "__main__":
    main()
