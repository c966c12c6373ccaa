"""How well exchanged sides are found and put back, on real clips with exchanges injected, and the harm to clean ones.

    python -m tests.benchmarks.left_right_recall [--trials 20] [--mocap-only]

A trial exchanges some parts in a run of 1 to 30 frames of a BlazePose track. Counted are keypoints of limbs that are
seen (score above 0.5) and apart from their opposites by a tenth of the person's size or more, so that sides matter.

Legs that cross at every step and people who turn are the hard case for harm: motion capture of held-out people, seen by
a camera that follows them, from four sides, with noise of 1 % of the person's size in every keypoint and frame.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.pipeline.left_right import flip_groups, flip_pairs, person_size, repair_left_right  # noqa: E402
from app.pipeline.video import read_frames  # noqa: E402
from detectors.blazepose import BlazePose  # noqa: E402
from poses.arrays import FloatArray  # noqa: E402
from poses.skeletons import BLAZEPOSE33, H36M17  # noqa: E402

# Clips, and frames of them, in which the detector's sides were looked at and found right: balance_cam02 is the wrong
# way round in frame 34 and from 41 on, enter_frame in frames 49 and 50, and before them only a head is seen.
CLEAN = {
    "balance_cam01": (0, 100), "balance_cam02": (1, 34), "squats": (0, 65), "golf_swing": (1, 201),
    "enter_frame": (51, 100),
}  # fmt: skip
# Words in the descriptions of motion capture clips.
MOTIONS = {
    "walk, run": ("walk", "run"),
    "dance, spin": ("dance", "Dance", "spin", "cartwheel"),
    "other": ("punch", "sword", "soccer", "jump", "boxing", "Hop", "Duck", "wash", "bend"),
}  # fmt: skip
NOISE, LONGEST, AROUND_DEG = 0.01, 250, (10, 100, 190, 280)
HEAD = {"EyeInner", "Eye", "EyeOuter", "Ear", "Mouth"}


def main() -> None:
    parser = argparse.ArgumentParser(description="recall, precision and harm of side repair")
    parser.add_argument("--trials", type=int, default=20, help="for each clip and kind of exchange")
    parser.add_argument("--mocap-only", action="store_true")
    options = parser.parse_args()
    data = Path(os.environ.get("MAREY_DATA", ROOT.parent / "shared" / "data"))
    motion_capture(data / "mocap", np.random.default_rng(1))
    if not options.mocap_only:
        real_clips(data / "videos", options.trials)


def real_clips(data: Path, trials: int) -> None:
    parts = flip_groups(BLAZEPOSE33).pairs
    kinds = {
        "whole body": list(BLAZEPOSE33.pairs),
        "arms": [*parts[0], *parts[1], *parts[2]],
        "legs": [*parts[3], *parts[4], *parts[5]],
        "elbows, hands": [*parts[1], *parts[2]],
        "knees, feet": [*parts[4], *parts[5]],
        "hands": parts[2],
        "feet": parts[5],
    }
    counts = {kind: np.zeros(3) for kind in kinds}
    rng = np.random.default_rng(0)
    print("harm on clean clips:")
    for name, frames in CLEAN.items():
        xy, score, time_s = tracked(data / f"{name}.mp4", *frames)
        harmed = repair_left_right(xy, score, BLAZEPOSE33, time_s)[2].any(axis=1)
        print(f"  {name:16s} {harmed.sum():3d} of {len(xy)} frames changed", flush=True)
        for kind, pairs in kinds.items():
            for _ in range(trials):
                counts[kind] += trial(xy, score, time_s, pairs, rng)
    print(f"{'injected':16s} {'recall':>7s} {'precision':>9s}")
    for kind, (right, injected, found) in {**counts, "all": sum(counts.values())}.items():
        print(f"{kind:16s} {right / injected:7.3f} {right / max(found, 1):9.3f}")


def motion_capture(folder: Path, rng: np.random.Generator) -> None:
    """Harm: frames changed though nothing was exchanged. Found: of legs or bodies exchanged for 3 to 29 frames."""
    legs = [pair for part in flip_groups(H36M17).pairs[3:6] for pair in part]
    print("projected motion capture: frames changed in clean clips; frames of an injected exchange that were put back")
    for name, words in MOTIONS.items():
        counts = np.zeros(6, dtype=int)
        for xyz in mocap_clips(folder, words):
            for azimuth in np.radians(AROUND_DEG):
                xy = seen_from(xyz, azimuth)
                xy += rng.normal(0, NOISE * person_size(xy), xy.shape)
                score, time_s = np.full(xy.shape[:2], 0.9), np.arange(len(xy)) / 50
                clean = repair_left_right(xy, score, H36M17, time_s)[2]
                counts[:2] += clean.any(axis=1).sum(), len(xy)
                start, length = int(rng.integers(0, len(xy) - 31)), int(rng.integers(3, 30))
                rows = (np.arange(len(xy)) >= start) & (np.arange(len(xy)) < start + length)
                for n, pairs in enumerate((legs, list(H36M17.pairs))):
                    broken = xy.copy()
                    flip_pairs(broken, rows, pairs)
                    found = repair_left_right(broken, score, H36M17, time_s)[2][rows][:, [pair[0] for pair in pairs]]
                    counts[2 + 2 * n : 4 + 2 * n] += found.all(axis=1).sum(), rows.sum()
        a, b, c, d, e, f = counts
        print(
            f"  {name:12s} harm {a} of {b} frames ({a / b:.2%}), legs {c / d:.3f}, whole body {e / f:.3f}", flush=True
        )


def mocap_clips(folder: Path, words: tuple[str, ...]) -> Iterator[FloatArray]:
    """(T, 17, 3) m, z up: clips of the held-out subjects whose description has one of the words, their beginning."""
    for name in ("val", "test"):
        with np.load(folder / f"{name}.npz") as file:
            for motion, start, length in zip(file["clip_motion"], file["clip_start"], file["clip_len"], strict=True):
                rows = slice(start, start + min(length, LONGEST))
                if any(word in str(motion) for word in words):
                    yield file["root"][rows, None] + file["pose"][rows] * float(file["unit_m"])


def seen_from(xyz: FloatArray, azimuth: float) -> FloatArray:
    """(T, 17, 2) px in 1280 x 720: from 5 m away, 10 degrees above, by a camera that follows the hips."""
    local = xyz - xyz[:, :1]
    down, side = np.radians(10), np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
    ahead = np.array([-np.sin(azimuth) * np.cos(down), np.cos(azimuth) * np.cos(down), -np.sin(down)])
    above = np.cross(side, ahead)
    scale = 1400 / (local @ ahead + 5)
    return np.stack([640 + scale * (local @ side), 360 - scale * (local @ above)], axis=-1)


def tracked(video: Path, first: int, last: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """xy (T, 33, 2), score (T, 33) and time_s (T) of the main person."""
    detector, rows, times = BlazePose(), [], []
    for frame in read_frames(video):
        if frame.index == last:
            break
        found = detector.detect(frame)
        point = np.column_stack([found.xy[0], found.score[0]]) if len(found) else np.tile([np.nan, np.nan, 0], (33, 1))
        rows.append(point)
        times.append(frame.time_s)
    detector.close()
    values = np.array(rows)
    return values[first:, :, :2], values[first:, :, 2], np.array(times[first:])


def trial(
    xy: FloatArray, score: FloatArray, time_s: FloatArray, pairs: list[tuple[int, int]], rng: np.random.Generator
) -> FloatArray:
    """Keypoint pairs that were exchanged and put back, that were exchanged, and that the repair changed."""
    length = int(rng.integers(1, min(30, len(xy) // 3)))
    start = int(rng.integers(0, len(xy) - length))
    rows = np.zeros(len(xy), dtype=bool)
    rows[start : start + length] = True
    broken, broken_score = xy.copy(), score.copy()
    flip_pairs(broken, rows, pairs)
    flip_pairs(broken_score, rows, pairs)
    swapped = repair_left_right(broken, broken_score, BLAZEPOSE33, time_s)[2]
    size, counts = person_size(xy), np.zeros(3)
    for left, right in BLAZEPOSE33.pairs:
        if BLAZEPOSE33.joint_names[left][1:] in HEAD:
            continue
        apart = np.linalg.norm(xy[:, left] - xy[:, right], axis=-1) >= 0.1 * size
        matters = apart & (np.minimum(score[:, left], score[:, right]) > 0.5)
        injected, found = rows & ((left, right) in pairs) & matters, swapped[:, left] & matters
        counts += [(injected & found).sum(), injected.sum(), found.sum()]
    return counts


if __name__ == "__main__":
    main()
