"""NPZ: every array of the motion for NumPy, without pickles."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

import numpy as np

from poses.files import escaped, write_aside
from poses.motion import Motion
from poses.plugins import PluginInfo

INFO = PluginInfo("NumPy arrays (NPZ)", extension="npz")


def write(motion: Motion, person: int | None, path: Path) -> list[str]:
    """Write person number `person` (from 0; None: everyone) to `path`; returns warnings.

    P people, T frames, J joints: frame (T), time_s (T), fps, person (P) from 1, name (P) given by the user or empty,
    joint_names (J), parents (J), xyz_camera_m and xyz_world_m (P, T, J, 3) metres, xy_px (P, T, J, 2), score (P, T, J),
    filled (P, T, J), sigma_m (P, T, J) expected errors of the joints, lost_s (L) times of frames that could not be
    decoded, slow_motion, and as text detector, lifter, video, version. What is missing is NaN with score 0.
    """
    numbers = list(range(len(motion.persons))) if person is None else [person]
    people = [motion.persons[n] for n in numbers]
    frames = len(motion)
    # Without people nobody knows the joints: J is 0.
    skeleton = people[0].world.skeleton if people else None
    joints = len(skeleton) if skeleton else 0

    def stack(arrays: list[np.ndarray], *last: int) -> np.ndarray:
        return np.array(arrays).reshape(len(people), frames, joints, *last)

    with write_aside(path) as aside, aside.open("wb") as file:
        np.savez_compressed(
            file,
            frame=motion.frame,
            time_s=motion.time_s,
            fps=float(motion.rate),
            person=np.array([n + 1 for n in numbers], dtype=np.int64),
            name=np.array([p.name for p in people], dtype=np.str_),
            joint_names=np.array(skeleton.joint_names if skeleton else (), dtype=np.str_),
            parents=np.array(skeleton.parents if skeleton else (), dtype=np.int64),
            xyz_camera_m=stack([p.camera.xyz for p in people], 3),
            xyz_world_m=stack([p.world.xyz for p in people], 3),
            xy_px=stack([p.pose_2d.xy for p in people], 2),
            score=stack([p.pose_2d.score for p in people]),
            filled=stack([p.filled for p in people]).astype(bool),
            sigma_m=stack([np.full(p.filled.shape, np.nan) if p.sigma is None else p.sigma for p in people]),
            detector=motion.detector,
            lifter=motion.lifter,
            video=escaped(motion.video),
            lost_s=motion.lost_s,
            slow_motion=motion.slow_motion,
            version=package_version(),
        )
    return []


def package_version() -> str:
    """Version of the installed package; of the source tree where it was not installed."""
    try:
        return metadata.version("marey")
    except metadata.PackageNotFoundError:
        project = Path(__file__).resolve().parents[2] / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
