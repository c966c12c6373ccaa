"""Motions made of motion capture, as if a perfect lifter had seen the person: for tests of what comes after lifting."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from poses.camera import Camera
from poses.motion import Motion, Person
from poses.sequences import PoseSequence2D, PoseSequence3D, Space
from poses.skeleton import Skeleton, map_skeleton
from poses.skeletons import COCO17, H36M17, H36M23

SIZE = (1280, 720)


def read_clip(shared_data: Path, name: str, file: str = "val") -> np.ndarray:
    """(T, 17, 3) m, world with y up, of one clip of the motion capture (50 frames a second, z up there)."""
    with np.load(shared_data / "mocap" / f"{file}.npz") as data:
        clip = list(data["clip_name"]).index(name)
        rows = slice(data["clip_start"][clip], data["clip_start"][clip] + data["clip_len"][clip])
        xyz = data["root"][rows, None] + data["pose"][rows] * float(data["unit_m"])
    # z up -> y up by a quarter turn about x, which is no mirroring: (x, y, z) -> (x, z, -y).
    return np.stack([xyz[..., 0], xyz[..., 2], -xyz[..., 1]], axis=-1)


def make_person(world: np.ndarray, time_s: np.ndarray, skeleton: Skeleton = H36M17) -> Person:
    """A person whose 3D joints are `world` (T, 17 or 23, 3) of H36M17 or H36M23, seen by a camera in front of the
    origin."""
    score = np.isfinite(world).all(axis=-1).astype(float)
    joints, score = map_skeleton(world, score, H36M17 if world.shape[1] == 17 else H36M23, skeleton)
    turn = np.diag([1.0, -1.0, -1.0])
    camera = Camera(np.array([1000.0, 1000.0]), np.array(SIZE) / 2.0, SIZE, turn, np.array([0.0, 1.0, 6.0]))
    seen = camera.to_camera(joints)
    xy = camera.project(seen)
    score = np.where(np.isfinite(xy).all(axis=-1), score, 0.0)
    root = seen - seen[:, [skeleton.root]]
    return Person(
        keypoints=PoseSequence2D(np.zeros((len(world), 17, 2)), np.ones((len(world), 17)), time_s, SIZE, COCO17),
        pose_2d=PoseSequence2D(xy, score, time_s, SIZE, skeleton),
        filled=np.zeros(score.shape, dtype=bool),
        camera=PoseSequence3D(root, time_s, Space.CAMERA_ROOT, skeleton),
        world=PoseSequence3D(joints, time_s, Space.WORLD, skeleton),
    )


def make_motion(
    *worlds: np.ndarray,
    rate: Fraction = Fraction(50),
    time_s: np.ndarray | None = None,
    skeleton: Skeleton = H36M17,
) -> Motion:
    """People over the same frames; with `time_s` given the rate varies."""
    count = len(worlds[0]) if worlds else 0
    times = np.arange(count) / float(rate) if time_s is None else time_s
    return Motion(
        video="clip.mp4",
        frame=np.arange(len(times)),
        time_s=times,
        rate=rate,
        variable_rate=time_s is not None,
        image_size=SIZE,
        persons=tuple(make_person(w, times, skeleton) for w in worlds),
        detector="stand_in",
        lifter="stand_in",
    )
