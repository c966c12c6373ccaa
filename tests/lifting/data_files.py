"""Small made-up files in the exact layouts of the public data sets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from lifting.data.camera_calibrations import H36M_CAMERAS, H36M_EXTRINSICS, HUMANEVA_EXTRINSICS, to_camera
from lifting.data.h36m import MOVING
from poses.arrays import FloatArray


def people(frames: int, joints: int, seed: int, root: int = 0) -> FloatArray:
    """(frames, joints, 3) m: points about a root that walks on the floor of the room, z up."""
    rng = np.random.default_rng(seed)
    shape = rng.normal(0, 0.3, (joints, 3)) * [1, 1, 1.5]
    shape[root] = 0
    path = np.cumsum(rng.normal(0, 0.01, (frames, 1, 3)), axis=0) + np.array([0, 0, 0.9])
    return (shape + path + rng.normal(0, 0.01, (frames, joints, 3)) * (np.arange(joints) != root)[:, None]).astype(
        np.float32
    )


def _project(xyz: FloatArray, camera: int) -> FloatArray:
    _, _, focal, centre = H36M_CAMERAS[camera]
    return (xyz[..., :2] / xyz[..., 2:] * np.array(focal) + np.array(centre)).astype(np.float32)


def write_h36m(folder: Path, frames: int = 12, longer: int = 3, joints: int = 17) -> Path:
    """VideoPose3D's two files: 2D `longer` than 3D, unlabelled subjects in the 2D file, S11 Directions left in."""
    world: dict[str, dict[str, Any]] = {}
    seen: dict[str, dict[str, Any]] = {"S2": {}}
    actions = ("Directions", "Sitting 1", "SittingDown 2")
    for number, subject in enumerate(H36M_EXTRINSICS):
        world[subject], seen[subject] = {}, {}
        for offset, action in enumerate(actions):
            xyz = people(frames + longer, 32, 10 * number + offset)
            world[subject][action] = xyz[:frames]
            moving = xyz[:, MOVING].astype(np.float64)
            seen[subject][action] = [
                _project(to_camera(moving, place), camera)[:, :joints]
                for camera, place in enumerate(H36M_EXTRINSICS[subject])
            ]
    np.savez_compressed(folder / "data_3d_h36m.npz", positions_3d=np.array(world, dtype=object))
    metadata = {"layout_name": "h36m", "num_joints": joints, "keypoints_symmetry": [[4, 5, 6], [1, 2, 3]]}
    two = {"positions_2d": np.array(seen, dtype=object), "metadata": np.array(metadata, dtype=object)}
    np.savez_compressed(folder / "data_2d_h36m_gt.npz", **two)
    return folder


def write_humaneva(folder: Path, frames: int = 12) -> Path:
    world: dict[str, Any] = {}
    seen: dict[str, Any] = {}
    for part in ("Train", "Validate", "Unlabeled/Train"):
        for number, subject in enumerate(HUMANEVA_EXTRINSICS):
            xyz = people(frames, 15, number)
            if part == "Validate":
                xyz[-2:] = np.nan
            world[f"{part}/{subject}"] = {"Walking 1 chunk0": xyz}
            cameras = [
                to_camera(np.nan_to_num(xyz.astype(np.float64)), place) for place in HUMANEVA_EXTRINSICS[subject]
            ]
            seen[f"{part}/{subject}"] = {
                "Walking 1 chunk0": [(c[..., :2] / c[..., 2:] * 500 + [320, 240]).astype(np.float32) for c in cameras]
            }
    np.savez(folder / "data_3d_humaneva15.npz", positions_3d=np.array(world, dtype=object))
    np.savez(folder / "data_2d_humaneva15_gt.npz", positions_2d=np.array(seen, dtype=object))
    return folder


def _3dhp(frames: int, seed: int, size: tuple[int, int], root: int) -> tuple[FloatArray, FloatArray]:
    xyz = people(frames, 17, seed, root).astype(np.float64) + np.array([0, 0, 4])
    return (xyz[..., :2] / xyz[..., 2:] * 1500 + np.array(size) / 2).astype(np.float32), xyz.astype(np.float32)


def write_3dhp(folder: Path, frames: int = 12) -> Path:
    """P-STMO's two files: millimetres, root 14."""
    train: dict[str, Any] = {}
    for number, name in enumerate(("S1 Seq1", "S2 Seq2")):
        cameras = {}
        for camera in ("0", "4"):
            xy, xyz = _3dhp(frames, number, (2048, 2048), 14)
            cameras[camera] = {"data_2d": xy, "data_3d": xyz * 1000}
        train[name] = [cameras, np.array([25])]
    test = {}
    for number, name in enumerate(("TS1", "TS5")):
        xy, xyz = _3dhp(frames, 10 + number, (1920, 1080) if name == "TS5" else (2048, 2048), 14)
        test[name] = {"data_2d": xy, "data_3d": xyz * 1000, "valid": (np.arange(frames) % 2).astype(np.float64)}
    np.savez(folder / "data_train_3dhp.npz", data=np.array(train, dtype=object))
    np.savez(folder / "data_test_3dhp.npz", data=np.array(test, dtype=object))
    return folder


def write_3dhp_graphmlp(folder: Path, frames: int = 12) -> Path:
    parts: dict[str, dict[str, Any]] = {"2d": {}, "3d": {}}
    for number, subject in enumerate(("S1", "S2", "TS1", "TS6")):
        xy, xyz = _3dhp(frames, number, (2048, 2048), 0)
        parts["2d"][subject], parts["3d"][subject] = {"Seq1": [xy]}, {"Seq1": [xyz]}
    for key, value in parts.items():
        np.savez(folder / f"data_{key}_3dhp.npz", **{f"positions_{key}": np.array(value, dtype=object)})
    return folder


BVH = """HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT Spine
  {
    OFFSET 0 20 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    JOINT Neck
    {
      OFFSET 0 30 0
      CHANNELS 3 Zrotation Xrotation Yrotation
      JOINT Head
      {
        OFFSET 0 10 0
        CHANNELS 3 Zrotation Xrotation Yrotation
        End Site
        {
          OFFSET 0 18 0
        }
      }
    }
ARMS
  }
LEGS
}
MOTION
Frames: COUNT
Frame Time: 0.04
"""


def bvh_text(frames: int = 20, prefix: str = "mixamorig:", unit: float = 1.0) -> str:
    """A figure in centimetres times `unit` that lifts its left arm forward by 90 degrees, 25 frames a second."""

    def chain(indent: str, names: list[str], offsets: list[str]) -> str:
        text = f"{indent}JOINT {prefix}{names[0]}\n{indent}{{\n{indent} OFFSET {offsets[0]}\n"
        text += f"{indent} CHANNELS 3 Zrotation Xrotation Yrotation\n"
        inner = (
            chain(indent + " ", names[1:], offsets[1:])
            if len(names) > 1
            else f"{indent} End Site\n{indent} {{\n{indent}  OFFSET 0 0 0\n{indent} }}\n"
        )
        return text + inner + f"{indent}}}\n"

    arms = "".join(
        chain(
            "    ",
            [f"{s}Shoulder", f"{s}Arm", f"{s}ForeArm", f"{s}Hand"],
            [f"{x * 5} 28 0", f"{x * 12} 0 0", "0 -28 0", "0 -25 0"],
        )
        for s, x in (("Left", 1), ("Right", -1))
    )
    legs = "".join(
        chain("  ", [f"{s}UpLeg", f"{s}Leg", f"{s}Foot"], [f"{x * 9} 0 0", "0 -42 0", "0 -42 0"])
        for s, x in (("Left", 1), ("Right", -1))
    )
    text = BVH.replace("ARMS\n", arms).replace("LEGS\n", legs).replace("COUNT", str(frames))
    joints = text.count("CHANNELS")
    arm = 4 + 1  # Hips, Spine, Neck, Head, LeftShoulder, then LeftArm
    rows = []
    for t in range(frames):
        row = np.zeros(3 + 3 * joints)
        row[:3] = [t, 90, 0]
        row[3 + 3 * arm + 1] = -90 * t / (frames - 1)
        rows.append(" ".join(f"{v * (unit if i < 3 else 1):.4f}" for i, v in enumerate(row)))
    if unit != 1.0:
        lines = []
        for line in text.splitlines():
            word, _, rest = line.strip().partition(" ")
            scaled = " ".join(f"{float(v) * unit:.4f}" for v in rest.split()) if word == "OFFSET" else rest
            lines.append(f"{word} {scaled}")
        text = "\n".join(lines) + "\n"
    return text + "\n".join(rows) + "\n"
