"""Do people keep their identity? IDF1 and switches on generated crossings and on real video.

    python -m tests.benchmarks.identities

two_people_cam02: the man has a reference; a frame is right where the keypoints of his track lie on it (mean distance of
the limb joints below a tenth of his height, either way round). store_aisle has none: heads and shoulders were marked by
eye in every sixth frame (store_aisle.json).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app.pipeline.association import Track, pose_sequence, suspect_switches, track_people  # noqa: E402
from app.pipeline.video import read_frames  # noqa: E402
from detectors.blazepose import BlazePose  # noqa: E402
from poses.arrays import FloatArray  # noqa: E402
from poses.sequences import Keypoints  # noqa: E402
from poses.skeletons import BLAZEPOSE33, COCO17, H36M17  # noqa: E402
from tests.app.walkers import film, idf1, switches, walker  # noqa: E402

HEAD = ["Nose", "LEye", "REye", "LEar", "REar"]
LIMBS = ["Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle"]


def main() -> None:
    data = Path(os.environ.get("MAREY_DATA", ROOT.parent / "shared" / "data")) / "videos"
    crossings()
    for name, persons, fps in (("two_people_cam02", 2, 60), ("store_aisle", 3, 15)):
        detector = BlazePose(persons=persons)
        frames = list(read_frames(data / f"{name}.mp4"))
        keypoints = [detector.detect(frame) for frame in frames]
        detector.close()
        time_s = np.arange(len(frames)) / fps
        tracks = track_people(keypoints, time_s, BLAZEPOSE33)
        print(f"{name}: {len(tracks)} tracks of {[len(t.frames) for t in tracks]} frames in {len(frames)}, "
              f"{len(suspect_switches(tracks, keypoints, time_s))} suspect switches")  # fmt: skip
        if name == "store_aisle":
            aisle(tracks, keypoints)
        else:
            man(tracks, keypoints, time_s, frames[0].size, data / "balance_gt.npz")


def crossings() -> None:
    """Two walkers cross while one hides the other, at several heights, speeds and rates, rows in random order."""
    time_of = {fps: np.arange(int(3.2 * fps)) / fps for fps in (10, 30, 60)}
    for fps, time_s in time_of.items():
        scores, changed = [], 0
        for seed in range(20):
            rng = np.random.default_rng(seed)
            people = [
                walker(time_s, (100, 400), rng.uniform(150, 320), rng.uniform(350, 450)),
                walker(time_s, (750, 390), -rng.uniform(100, 260), rng.uniform(300, 380), 1),
            ]
            keypoints, rows = film(people, seed, hidden=rng.uniform(0.2, 0.9))
            tracks = track_people(keypoints, time_s, COCO17)
            scores.append(idf1(tracks, rows))
            changed += switches(tracks, rows)
        print(f"generated crossing at {fps} fps: IDF1 {np.mean(scores):.3f} (least {min(scores):.3f}), "
              f"{changed} switches in {len(scores)} films")  # fmt: skip


def man(
    tracks: Sequence[Track], keypoints: Sequence[Keypoints], time_s: FloatArray, size: tuple[int, int], reference: Path
) -> None:
    with np.load(reference) as file:
        frames, truth = file["two_people_cam02_frame_index"], file["two_people_cam02_joints2d"]
    names = [side + limb for limb in LIMBS for side in "LR"]
    ours = [BLAZEPOSE33.index(name) for name in names]
    theirs = [H36M17.index(name.replace("Ankle", "Foot")) for name in names]
    height = np.ptp(truth[..., 1], axis=1)
    right, off = [], []
    for track in tracks:
        xy = pose_sequence(track, keypoints, time_s, size, BLAZEPOSE33).xy
        ways = [xy[frames], xy[frames][:, list(BLAZEPOSE33.mirror)]]
        error = np.min([np.linalg.norm(w[:, ours] - truth[:, theirs], axis=-1).mean(axis=1) for w in ways], axis=0)
        right.append(error < 0.1 * height)
        off.append(np.nanmean(error))
    best = int(np.argmax([r.sum() for r in right]))
    there = np.isin(frames, tracks[best].frames).sum()
    held = [int(np.argmax(row)) for row in np.array(right).T if row.any()]
    print(f"  the man: IDF1 {2 * right[best].sum() / (len(frames) + there):.3f}, "
          f"{sum(a != b for a, b in pairwise(held))} switches, {off[best]:.1f} px from the "
          f"reference either way round")  # fmt: skip


def aisle(tracks: Sequence[Track], keypoints: Sequence[Keypoints]) -> None:
    marks = json.loads((Path(__file__).parent / "store_aisle.json").read_text())
    held = {int(t): holders(people, tracks, keypoints[int(t)], int(t), marks["near_px"])
            for t, people in marks["frames"].items()}  # fmt: skip
    seen = sum(len(keypoints[t]) for t in held)
    shared = np.zeros((len(marks["people"]), len(tracks)))
    for who, name in enumerate(marks["people"]):
        there = [t for t in held if marks["frames"][str(t)][who] is not None]
        found = [held[t][who] for t in there if held[t][who] is not None]
        for track in found:
            shared[who, track] += 1
        print(f"  {name}: found in {len(found)} of {len(there)} marked frames, held by track {found}, "
              f"{sum(a != b for a, b in pairwise(found))} switches")  # fmt: skip
    marked = sum(person is not None for people in marks["frames"].values() for person in people)
    right = int(shared[linear_sum_assignment(-shared)].sum())
    print(f"  all: found {int(shared.sum())} of {marked}, {seen - int(shared.sum())} found that are nobody, "
          f"IDF1 {2 * right / (marked + seen):.3f}")  # fmt: skip


def holders(
    people: Sequence[Sequence[float] | None], tracks: Sequence[Track], found: Keypoints, t: int, near_px: float
) -> list[int | None]:
    """For each marked person the track whose head and shoulders are there in frame t; each track holds one person."""
    parts = [[BLAZEPOSE33.index(name) for name in names] for names in (HEAD, ["LShoulder", "RShoulder"])]
    places = np.stack([found.xy[:, part].mean(axis=1) for part in parts], axis=1)  # P, 2, 2
    marks = np.array([np.full(4, np.inf) if m is None else m for m in people]).reshape(-1, 1, 2, 2)
    off = np.minimum(np.linalg.norm(places[None] - marks, axis=-1).mean(axis=-1), 1e6)
    owner = {int(track.person[t]): n for n, track in enumerate(tracks) if track.person[t] >= 0}
    pairs = zip(*linear_sum_assignment(off), strict=True)
    held = {int(who): owner[int(row)] for who, row in pairs if off[who, row] < near_px}
    return [held.get(who) for who in range(len(people))]


if __name__ == "__main__":
    main()
