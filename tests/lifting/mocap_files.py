"""Small made-up files in the layout of the motion capture set: a standing figure that swings its limbs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lifting.data.mocap import MOCAP23
from poses.arrays import FloatArray
from poses.skeletons import H36M17

# Standing figure, z up, metres, facing -y, minus Hip: x to its left.
STANDING = np.array(
    [
        (0, 0, 0), (-0.09, 0, 0), (-0.09, 0, -0.40), (-0.09, 0, -0.83), (0.09, 0, 0), (0.09, 0, -0.40),
        (0.09, 0, -0.83), (0, 0, 0.24), (0, 0, 0.50), (0, -0.06, 0.62), (0, 0, 0.75), (0.18, 0, 0.50),
        (0.18, 0, 0.21), (0.18, 0, -0.05), (-0.18, 0, 0.50), (-0.18, 0, 0.21), (-0.18, 0, -0.05),
    ]
)  # fmt: skip
STANDING_EXTRA = np.array(
    [
        (0.09, -0.14, -0.9), (0.09, -0.2, -0.9), (-0.09, -0.14, -0.9), (-0.09, -0.2, -0.9), (0, 0, 0.6), (0, -0.1, 0.62)
    ]
)  # fmt: skip
SWINGS = ((2, 3), (5, 6), (12, 13), (15, 16))


def mocap_arrays(frames: int = 120, clips: int = 3, seed: int = 0) -> dict[str, np.ndarray]:
    """All keys of one file; every clip is another subject."""
    rng = np.random.default_rng(seed)
    pose = np.repeat(STANDING[None], frames, axis=0)
    extra = np.repeat(STANDING_EXTRA[None], frames, axis=0)
    time = np.arange(frames) / 50
    for joints in SWINGS:
        angle = 0.6 * np.sin(2 * np.pi * rng.uniform(0.3, 1.0) * time + rng.uniform(0, 6))
        origin = STANDING[joints[0] - 1]
        for joint in joints:
            arm = pose[:, joint] - origin
            pose[:, joint, 1] = origin[1] + np.cos(angle) * arm[:, 1] - np.sin(angle) * arm[:, 2]
            pose[:, joint, 2] = origin[2] + np.sin(angle) * arm[:, 1] + np.cos(angle) * arm[:, 2]
    length = np.full(clips, frames // clips, dtype=np.int32)
    return {
        "pose": np.round(pose * 10000).astype(np.int16),
        "root": np.stack([0.1 * time, 0 * time, 0.92 + 0 * time], axis=1).astype(np.float32),
        "extra": np.round(extra * 10000).astype(np.int16),
        "clip_start": np.arange(clips, dtype=np.int32) * (frames // clips),
        "clip_len": length,
        "clip_name": np.array([f"{n}_01" for n in range(clips)]),
        "clip_subject": np.arange(clips, dtype=np.int16),
        "clip_motion": np.array(["swing"] * clips),
        "clip_quality": np.ones(clips, dtype=np.uint8),
        "clip_source": np.array(["made up"] * clips),
        "clip_source_fps": np.full(clips, 120, dtype=np.float32),
        "unit_m": np.float32(0.0001),
        "fps": np.float32(50),
        "joint_names": np.array(H36M17.joint_names),
        "joint_parents": np.array(H36M17.parents, dtype=np.int8),
        "extra_names": np.array(MOCAP23.joint_names[17:]),
    }


def write_mocap(folder: Path, frames: int = 120) -> Path:
    """train.npz, val.npz and test.npz."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed, name in enumerate(("train", "val", "test")):
        np.savez(folder / f"{name}.npz", **mocap_arrays(frames, seed=seed))
    return folder


def standing_bodies(count: int = 200, frames: int = 1) -> FloatArray:
    """(count, frames, 23, 3) m, y up: one person who stands and faces +z, joints of MOCAP23 minus Hip."""
    body = np.concatenate([STANDING, STANDING_EXTRA])[:, [0, 2, 1]] * [1, 1, -1]
    return np.broadcast_to(body, (count, frames, 23, 3)).astype(np.float32).copy()
