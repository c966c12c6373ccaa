"""OpenPose, one file a frame: of all its versions, and AlphaPose's `--format open` and `--format cmu`, like it.

OpenPose writes `VIDEO_000000000030_keypoints.json` with the frame's own number in twelve digits, or the picture's name
in the place of VIDEO and number (its doc/02_output.md). Up to version 1.0 the body was called pose_keypoints. AlphaPose
writes a file for each frame with people, named like the picture, and all of them in one file by that name.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from detectors._keypoint_files.recording import (
    Number,
    Recording,
    check_one_count,
    first_of_pictures,
    first_of_some,
    frame_number,
    people,
    skeleton_for,
    triples,
)
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.schema import read_json, shaped

BY_COUNT = {25: "BODY25", 18: "COCO18", 15: "MPI15", 19: "BODY19"}
WHAT = "OpenPose keypoints of one frame"


class Person(msgspec.Struct):
    """x, y, score of each point, flat; the second name is that of old versions, the last that of AlphaPose's CMU."""

    pose_keypoints_2d: list[Number] = []
    pose_keypoints: list[Number] = []
    joints: list[Number] = []
    pose_keypoints_3d: list[Number] = []

    @property
    def flat(self) -> list[Number]:
        return self.pose_keypoints_2d or self.pose_keypoints or self.joints


class Frame(msgspec.Struct):
    """One frame; `bodies` of AlphaPose's CMU form, `people` of all others."""

    people: list[Person] | None = None
    bodies: list[Person] | None = None
    version: Any = None

    def __post_init__(self) -> None:
        if self.people is None and self.bodies is None:
            raise ValueError("it has neither people nor bodies")


def read_openpose(files: list[Path], folder: Path, skeleton: str | None) -> Recording:
    """The frames of a folder, each file numbered in its name."""
    frames: dict[int, Frame] = {}
    for file in files:
        number = frame_number(file.name)
        if number is None or number in frames:
            raise UserError(f"{file} must have a frame number of its own in its name: one folder holds one video")
        frames[number] = shaped(read_json(file), Frame, file, WHAT)
    if any(_of_alphapose(one) for one in frames.values()):
        first, doubt = first_of_some(frames, all(re.fullmatch(r"(0|[1-9]\d*)\.json", file.name) for file in files))
    elif all(re.search(r"(^|\D)\d{12}_keypoints", file.name) for file in files):
        first, doubt = 0, ""
    else:
        first, doubt = first_of_pictures(frames)
    return _recording(folder, frames, skeleton, first, doubt, not any(map(_of_alphapose, frames.values())))


def read_alphapose(path: Path, content: dict[str, Any], skeleton: str | None) -> Recording:
    """AlphaPose's one file of all frames by picture name."""
    by_name = shaped(content, dict[str, Frame], path, "AlphaPose keypoints by picture")
    frames: dict[int, Frame] = {}
    for name, one in by_name.items():
        number = frame_number(name)
        if number is None or number in frames:
            raise UserError(f"{path} must hold frames with a number of their own, found {name[:40]!r}")
        frames[number] = one
    first, doubt = first_of_some(frames, all(re.fullmatch(r"(0|[1-9]\d*)\.\w+", name) for name in by_name))
    return _recording(path, frames, skeleton, first, doubt, dense=False)


def _of_alphapose(frame: Frame) -> bool:
    return frame.bodies is not None or str(frame.version).startswith("AlphaPose")


def _recording(
    path: Path, frames: dict[int, Frame], skeleton: str | None, first: int, doubt: str, dense: bool
) -> Recording:
    read: dict[int, list[FloatArray]] = {}
    flat = True
    for number, one in frames.items():
        found = [*(one.people or []), *(one.bodies or [])]
        read[number] = [triples(path, f"frame {number}", person.flat) for person in found if person.flat]
        flat = flat and not any(person.pose_keypoints_3d and not person.flat for person in found)
    if not flat:
        raise UserError(f"{path} has 3D keypoints of OpenPose and no 2D ones: run OpenPose without --3d")
    counts = {len(points) for one in read.values() for points in one}
    kind = skeleton_for(path, check_one_count(path, counts) if counts else 25, skeleton, BY_COUNT)
    _check_pixels(path, read)
    return Recording(path, kind, {n: people(kind, one) for n, one in read.items()}, first, dense, doubt=doubt)


def _check_pixels(path: Path, read: dict[int, list[FloatArray]]) -> None:
    """OpenPose can scale its results to 0..1 or -1..1, which says nothing without the picture's size."""
    seen = [np.nanmax(np.abs(p[:, :2]), initial=0.0) for one in read.values() for p in one]
    if 0 < max(seen, default=0.0) <= 1:
        raise UserError(f"{path} has keypoints from 0 to 1: run OpenPose with --keypoint_scale 0, which gives pixels")
