"""Where feet and head point, on real video and on held-out motion capture: a script, run on demand.

    python -m tests.benchmarks.directions [--data DIR] [--size S] [LIFTER or CARD ...]

Mean angle, degrees, between directions and their reference. Feet: on video from heel to big toe (triangulated,
`body25b_3d_world`), on motion capture from ankle to tip of the toes; head: on video from the middle of the ears to the
nose, on motion capture from the base of the skull to the tip of the nose. "fixed" is what one has without lifting them:
a foot that keeps its mean direction to the reference's own shank, a head that keeps its to the chest. "carried" is the
same on the lifted shank and chest, and "lifted" what toes and face of the lifter say, also up to a constant turn to the
reference (they mark other points of the foot and the head). Lifters without toes and face have none.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from app.export._character import at, chest_frame, h36m_joints, head_frame, measure
from app.export._solve import solve
from app.pipeline.analysis import Settings
from app.pipeline.roll import lift_person
from lifting import find_weights, load_lifter
from lifting.data import open_recordings
from lifting.evaluate import lift_recording
from lifting.lifter import TorchLifter
from poses.arrays import FloatArray
from poses.rotations import apply, transpose, unit
from poses.sequences import PoseSequence3D, Space
from poses.skeletons import BODY25B, H36M17, H36M23
from tests.benchmarks.real_video import CAMERAS, read_clip

# Camera axes (y down, z forward) to axes with y up, as a world has them.
UP = np.diag([1.0, -1.0, -1.0])
PARTS = {"left foot": ("LeftLeg", "LeftFoot"), "right foot": ("RightLeg", "RightFoot"), "head": ("Spine1", "Head")}
SIDES = (("left", "L"), ("right", "R"))
Frames = dict[str, FloatArray]


def frames_of(xyz: FloatArray, lifted: TorchLifter | None) -> Frames:
    """(T, 3, 3) rotations of the bones that matter, of xyz (T, J, 3) m in camera axes."""
    skeleton = H36M17 if lifted is None else lifted.skeleton
    world = PoseSequence3D(xyz @ UP, np.arange(len(xyz)) / 50, Space.WORLD, skeleton)
    joints = h36m_joints(world)
    fit = solve(joints, measure(joints), 50.0)
    turn = fit.character.place(fit.root, fit.rotation)[1]
    found = {name: turn[:, fit.character.names.index(name)] for pair in PARTS.values() for name in pair}
    return {**found, "Spine1": chest_frame(joints), **({"Head": head_frame(joints)} if skeleton == H36M23 else {})}


def angle(frames: FloatArray, direction: FloatArray, chosen: np.ndarray) -> float:
    """Mean angle, degrees, between directions (T, 3) and a constant direction in `frames` (T, 3, 3): their mean."""
    own = apply(transpose(frames), unit(direction))[chosen]
    return float(np.degrees(np.arccos(np.clip(own @ unit(own.mean(axis=0)), -1, 1))).mean())


def row(reference: Frames, ours: Frames, meant: Frames, toes: bool) -> dict[str, float]:
    """All columns of one clip; meant: directions (T, 3) by part, y up, NaN where there is none."""
    cells = {}
    for part, (parent, own) in PARTS.items():
        there = np.isfinite(meant[part]).all(axis=-1)
        cells[f"{part} fixed"] = angle(reference[parent], meant[part], there)
        cells[f"{part} carried"] = angle(ours[parent], meant[part], there)
        if toes:
            cells[f"{part} lifted"] = angle(ours[own], meant[part], there)
    return cells


def on_video(folder: Path, camera: str, size: str, lifters: list[TorchLifter]) -> list[dict[str, float]]:
    """One clip: a row a lifter."""
    clip = read_clip(folder, camera, size=size)
    with np.load(folder / "balance_gt.npz") as truth:
        seen = truth["body25b_3d_world"].astype(float) @ truth[f"{camera}_R"].T
        body = truth[f"{camera}_joints3d_cam"].astype(float)

    def point(name: str) -> FloatArray:
        return np.asarray(seen[:, BODY25B.joint_names.index(name)])

    ears = (point("LEar") + point("REar")) / 2
    meant = {f"{word} foot": point(f"{s}BigToe") - point(f"{s}Heel") for word, s in SIDES}
    meant["head"] = point("Nose") - ears
    meant = {name: value @ UP for name, value in meant.items()}
    reference = frames_of(body, None)
    rows = []
    for lifter in lifters:
        xyz = lift_person(clip.track, lifter, Settings()).camera.xyz[clip.rows]
        rows.append(row(reference, frames_of(xyz, lifter), meant, lifter.skeleton == H36M23))
    return rows


def on_mocap(folder: Path, split: str, kind: str, lifters: list[TorchLifter]) -> list[dict[str, float]]:
    """Motion capture: the mean over the frames of all clips, a row a lifter."""
    rows = []
    for lifter in lifters:
        sums: dict[str, float] = {}
        frames = 0
        own = open_recordings("mocap", folder, split, lifter.skeleton, kind)
        for whole, recording in zip(open_recordings("mocap", folder, split, H36M23, kind), own, strict=True):
            truth = whole.pose_3d.xyz
            meant = {f"{word} foot": at(truth, f"{s}ToeTip") - at(truth, f"{s}Foot") for word, s in SIDES}
            meant["head"] = at(truth, "NoseTip") - at(truth, "SkullBase")
            meant = {name: value @ UP for name, value in meant.items()}
            ours = frames_of(lift_recording(lifter, recording), lifter)
            cells = row(frames_of(truth[:, :17], None), ours, meant, lifter.skeleton == H36M23)
            for name, value in cells.items():
                sums[name] = sums.get(name, 0.0) + value * len(truth)
            frames += len(truth)
        rows.append({name: value / frames for name, value in sums.items()})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lifters", nargs="*", default=["convformer_t9_feet"])
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--size", default="heavy")
    options = parser.parse_args()
    lifters = [load_lifter(find_weights(name), flip=True) for name in options.lifters]
    columns = [f"{part} {kind}" for part in PARTS for kind in ("fixed", "carried", "lifted")]
    print("| | lifter | " + " | ".join(columns) + " |\n|---|---|" + "---|" * len(columns))
    cases = {camera: on_video(options.data / "videos", camera, options.size, lifters) for camera in CAMERAS}
    for split, kind in (("val", "noisy"), ("test", "gt")):
        cases[f"mocap {split}, {kind}"] = on_mocap(options.data / "mocap", split, kind, lifters)
    for case, rows in cases.items():
        for lifter, cells in zip(lifters, rows, strict=True):
            shown = [f"{cells[c]:.1f}" if c in cells else "" for c in columns]
            print(f"| {case} | {lifter.name} | {' | '.join(shown)} |")


if __name__ == "__main__":
    main()
