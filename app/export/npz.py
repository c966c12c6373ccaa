"""NPZ: every array of the motion for NumPy, without pickles."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from poses.files import escaped, write_aside
from poses.motion import Motion
from poses.plugins import PluginInfo
from poses.skeletons import H36M17

INFO = PluginInfo("NumPy arrays (NPZ)", extension="npz")


def write(motion: Motion, person: int | None, path: Path) -> list[str]:
    """Write person number `person` (from 0; None: everyone) to `path`; returns warnings.

    P people, T frames, J joints: frame (T), time_s (T), fps, person (P) from 1, name (P) given by the user or empty,
    joint_names (J), parents (J), xyz_camera_m and xyz_world_m (P, T, J, 3) metres, xy_px (P, T, J, 2), score (P, T, J),
    filled (P, T, J), sigma_m (P, T, J) expected errors of the joints, lost_s (L) times of frames that could not be
    decoded, slow_motion, and as text detector, lifter, video, version. What is missing is NaN with score 0.

    J is 17 also where the lifter gives feet and head a direction, so that programs that take the joints of Human3.6M by
    number read every file; the K joints beyond them are in extra_joint_names (K), extra_parents (K) numbers of all
    joints, and extra_ before the name of each array by joint.
    """
    numbers = list(range(len(motion.persons))) if person is None else [person]
    people = [motion.persons[n] for n in numbers]
    # Without people nobody knows the joints: J is 0.
    skeleton = people[0].world.skeleton if people else None
    names = skeleton.joint_names if skeleton else ()
    usual = len(H36M17) if names[: len(H36M17)] == H36M17.joint_names else len(names)
    by_joint = {
        "joint_names": np.array(names, dtype=np.str_),
        "parents": np.array(skeleton.parents if skeleton else (), dtype=np.int64),
    }
    arrays: dict[str, tuple[list[np.ndarray], tuple[int, ...]]] = {
        "xyz_camera_m": ([p.camera.xyz for p in people], (3,)),
        "xyz_world_m": ([p.world.xyz for p in people], (3,)),
        "xy_px": ([p.pose_2d.xy for p in people], (2,)),
        "score": ([p.pose_2d.score for p in people], ()),
        "filled": ([p.filled for p in people], ()),
        "sigma_m": ([np.full(p.filled.shape, np.nan) if p.sigma is None else p.sigma for p in people], ()),
    }
    stacked = {key: np.array(rows).reshape(len(people), len(motion), len(names), *last)
               for key, (rows, last) in arrays.items()}  # fmt: skip
    stacked["filled"] = stacked["filled"].astype(bool)
    extra = {key: values[usual:] for key, values in by_joint.items()}
    extra |= {key: values[:, :, usual:] for key, values in stacked.items()}
    contents: dict[str, Any] = {
        "frame": motion.frame,
        "time_s": motion.time_s,
        "fps": float(motion.rate),
        "person": np.array([n + 1 for n in numbers], dtype=np.int64),
        "name": np.array([p.name for p in people], dtype=np.str_),
        **{key: values[:usual] for key, values in by_joint.items()},
        **{key: values[:, :, :usual] for key, values in stacked.items()},
        **({f"extra_{key}": values for key, values in extra.items()} if usual < len(names) else {}),
        "detector": motion.detector,
        "lifter": motion.lifter,
        "video": escaped(motion.video),
        "lost_s": motion.lost_s,
        "slow_motion": motion.slow_motion,
        "version": package_version(),
    }
    with write_aside(path) as aside, aside.open("wb") as file:
        np.savez_compressed(file, **contents)
    return []


def package_version() -> str:
    """Version of the installed package; of the source tree where it was not installed."""
    try:
        return metadata.version("marey")
    except metadata.PackageNotFoundError:
        project = Path(__file__).resolve().parents[2] / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
