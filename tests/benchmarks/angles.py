"""How far joint angles are off on real video: a script, run on demand.

    python -m tests.benchmarks.angles [--data DIR] [LIFTER ...]

Mean absolute differences, degrees, left and right together, from the angles of joints triangulated from four cameras
(`tests.benchmarks.real_video`), smoothed as in the program, next to the detector's own 3D with its sides repaired. The
reference has no spine: for it and for what is compared with it alike, the trunk runs from the middle of the hips to the
middle of the shoulders.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from app.catalogue import default_lifter
from app.pipeline.analysis import Settings
from app.pipeline.roll import lift_person
from app.pipeline.smooth import smooth
from lifting import find_weights, load_lifter
from poses.angles import joint_angles
from poses.arrays import FloatArray
from poses.skeletons import H36M16
from tests.benchmarks.real_video import CAMERAS, LIMBS, Clip, read_clip

COLUMNS = ("Hip flexion", "Hip abduction", "Knee flexion", "Shoulder elevation", "Elbow flexion")


def with_trunk(limbs: FloatArray) -> FloatArray:
    """(T, 16, 3) of H36M16 from the 12 limb joints (T, 12, 3), the head missing; y down becomes y up."""
    xyz = np.full((len(limbs), len(H36M16), 3), np.nan)
    xyz[:, [H36M16.index(name) for name in LIMBS]] = limbs * [1, -1, -1]
    hips, shoulders = (
        xyz[:, [H36M16.index(side + part) for side in "LR"]].mean(axis=1) for part in ("Hip", "Shoulder")
    )
    for name, joint in (("Hip", hips), ("Thorax", shoulders), ("Spine", (hips + shoulders) / 2)):
        xyz[:, H36M16.index(name)] = joint
    return xyz


def row(clip: Clip, limbs: FloatArray) -> list[float]:
    """Differences, degrees, of the columns; limbs (rows, 12, 3) in camera axes."""
    chosen = clip.valid.all(axis=1)
    ours, theirs = (joint_angles(with_trunk(one[chosen]), H36M16) for one in (limbs, clip.reference))
    wrong = {name: np.abs((ours[name] - theirs[name] + 180) % 360 - 180) for name in ours}
    return [float(np.mean([wrong[side + column] for side in "LR"])) for column in COLUMNS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lifters", nargs="*", help="ids or weights files; the default one if none is named")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    options = parser.parse_args()
    settings = Settings()
    print("| degrees | " + " | ".join(COLUMNS) + " |\n|---|" + "---|" * len(COLUMNS))
    for clip in [read_clip(options.data / "videos", camera) for camera in CAMERAS]:
        own = clip.world_repaired[:, [clip.track.skeleton.index(joint.replace("Foot", "Ankle")) for joint in LIMBS]]
        rows = {"blazepose world landmarks, sides repaired": smooth(own, clip.track.time_s, settings.smoothing_hz)}
        for name in options.lifters or [default_lifter()]:
            lifter = load_lifter(find_weights(name), flip=True)
            xyz = lift_person(clip.track, lifter, settings).camera.xyz
            xyz = smooth(xyz, clip.track.time_s, settings.smoothing_hz)
            rows[lifter.name] = xyz[:, [lifter.skeleton.index(joint) for joint in LIMBS]]
        for name, limbs in rows.items():
            cells = " | ".join(f"{value:.1f}" for value in row(clip, limbs[clip.rows]))
            print(f"| {clip.camera}: {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
