"""What planting standing feet does, on real video: a script, run on demand.

    python -m tests.benchmarks.feet [--data DIR] [LIFTER ...]

For every clip, before and after: how far standing feet (as found in the picture) move from frame to frame. On the two
clips with a reference also: the speed of feet that truly stand, the error of the limbs' velocity, and PA-MPJPE.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from app.catalogue import default_lifter, make_detector, make_lifter
from app.pipeline.analysis import Settings, detect_video, lift_detections
from app.pipeline.feet import find_stances
from app.pipeline.lift import focal_px
from app.pipeline.main_people import select_people
from app.pipeline.roll import lift_person
from app.pipeline.world import place_in_world
from app.protocols import Lifter
from lifting.metrics import align, joint_errors
from poses.arrays import FloatArray
from tests.benchmarks.real_video import LIMBS, REFERENCE

CLIPS = ("squats", "enter_frame", "balance_cam01", "balance_cam02")
STANDS_M_S = 0.25  # a foot of the reference that is slower than this stands


def measure(video: Path, lifter: Lifter) -> None:
    detector = make_detector("blazepose")
    detections = list(detect_video(video, detector, Settings()))[-1].detections
    detector.close()
    assert detections is not None
    feet = (lifter.skeleton.index("LFoot"), lifter.skeleton.index("RFoot"))
    one = lift_person(select_people(detections, Settings())[0][0], lifter, Settings())
    placed = place_in_world([one], Settings())
    scale = focal_px(Settings(), one.pose_2d.image_size) / placed.depth(placed.xyz[0][:, 0])
    stands = find_stances(one.pose_2d, placed.xyz[0], feet, scale)
    for word, planted in (("as lifted", False), ("planted", True)):
        xyz = lift_detections(detections, lifter, Settings(plant_feet=planted)).persons[0].world.xyz
        moved = [np.linalg.norm(np.diff(xyz[s.start : s.stop, feet[s.side]], axis=0), axis=1) for s in stands]
        cells = [
            f"{1000 * np.nanmedian(np.concatenate(moved)):.1f}",
            *against_reference(video, xyz, placed.rotation, lifter),
        ]
        print(f"| {video.stem} | {lifter.name} | {word} | " + " | ".join(cells) + " |", flush=True)


def against_reference(video: Path, xyz: FloatArray, rotation: FloatArray, lifter: Lifter) -> list[str]:
    """Speed of standing feet m/s, error of limb velocities m/s, PA-MPJPE mm; empty where there is no reference."""
    camera = video.stem.removeprefix("balance_")
    with np.load(video.parent / "balance_gt.npz") as file:
        if f"{camera}_frame_index" not in file.files:
            return ["", "", ""]
        rows, fps = file[f"{camera}_frame_index"], float(file["fps"])
        truth, world = file[f"{camera}_joints3d_cam"][:, REFERENCE], file["joints3d_world"]
    limbs = [lifter.skeleton.index(name) for name in LIMBS]
    ours = xyz[rows][:, limbs] @ rotation
    left, right = LIMBS.index("LFoot"), LIMBS.index("RFoot")
    status = np.linalg.norm(np.gradient(world[:, [6, 3]], axis=0), axis=-1) * fps < STANDS_M_S
    speed = np.linalg.norm(np.gradient(ours[:, [left, right]], axis=0), axis=-1) * fps
    wrong = np.linalg.norm(np.gradient(ours - truth, axis=0), axis=-1) * fps
    error = joint_errors(align(ours, truth), truth).mean()
    return [f"{speed[status].mean():.2f}", f"{wrong.mean():.2f}", f"{error:.1f}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lifters", nargs="*", help="the default one if none is named")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    options = parser.parse_args()
    columns = ("standing feet move, mm a frame", "truly standing feet, m/s", "velocity off by, m/s", "PA-MPJPE, mm")
    print("| clip | lifter | feet | " + " | ".join(columns) + " |\n|---|---|---|" + "---|" * len(columns))
    for name in options.lifters or [default_lifter()]:
        for clip in CLIPS:
            measure(options.data / "videos" / f"{clip}.mp4", make_lifter(name, "cpu"))


if __name__ == "__main__":
    main()
