"""MMPose's JSON: its demos (frames from 1, with meta_info) and its Inferencer (a list, frames from 0; or one file for
each picture). Written by mmpose 1.x, apis/inferencers and demo/topdown_demo_with_mmdet.py."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np

from detectors._keypoint_files.recording import (
    LARGEST_NUMBER,
    Number,
    Recording,
    check_one_count,
    damaged,
    first_of_pictures,
    frame_number,
    people,
    skeleton_for,
)
from detectors._mmpose_build import skeleton_of
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.schema import read_json, shaped
from poses.skeleton import Skeleton

Box = Annotated[list[float], msgspec.Meta(min_length=4)]


class Instance(msgspec.Struct):
    """One person: points (J, 2) and their scores; bbox x0, y0, x1, y1 in a list of its own."""

    keypoints: list[list[Number]]
    keypoint_scores: list[Number]
    bbox: Any = None


class Frame(msgspec.Struct):
    frame_id: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_NUMBER)]
    instances: list[Instance]


class Demo(msgspec.Struct):
    instance_info: list[Frame]
    meta_info: dict[str, Any] | None = None


def read_demo(path: Path, content: dict[str, Any], skeleton: str | None) -> Recording:
    held = shaped(content, Demo, path, "what MMPose's demo saves")
    frames = {one.frame_id: one.instances for one in held.instance_info}
    return _recording(path, frames, held.meta_info or {}, skeleton, 0 if 0 in frames else 1)


def read_inferencer(path: Path, content: list[Any], skeleton: str | None) -> Recording:
    held = shaped(content, list[Frame], path, "what MMPose's Inferencer saves")
    return _recording(path, {one.frame_id: one.instances for one in held}, {}, skeleton, 0)


def read_pictures(files: list[Path], folder: Path, skeleton: str | None) -> Recording:
    """A folder of the Inferencer's files for single pictures, each numbered in its name."""
    frames: dict[int, list[Instance]] = {}
    for file in files:
        number = frame_number(file.name)
        if number is None or number in frames:
            raise UserError(f"{file} must have a frame number of its own in its name: one folder holds one video")
        frames[number] = shaped(read_json(file), list[Instance], file, "what MMPose's Inferencer saves of a picture")
    first, doubt = first_of_pictures(frames)
    return _recording(folder, frames, {}, skeleton, first, doubt)


def _recording(
    path: Path,
    frames: dict[int, list[Instance]],
    meta: dict[str, Any],
    skeleton: str | None,
    first: int,
    doubt: str = "",
) -> Recording:
    if not frames:
        raise UserError(f"{path} holds no frames at all: is it the right file?")
    read = {n: [(_points(path, n, one), _box(one.bbox)) for one in people_there] for n, people_there in frames.items()}
    counts = {len(p) for one in read.values() for p, _ in one}
    count = check_one_count(path, counts) if counts else 17
    kind = _meta_skeleton(meta, count) if skeleton is None else None
    kind = kind or skeleton_for(path, count, skeleton)
    found = {n: people(kind, [p for p, _ in one], [b for _, b in one]) for n, one in read.items()}
    return Recording(path, kind, found, first, dense=True, doubt=doubt)


def _points(path: Path, number: int, one: Instance) -> FloatArray:
    """(J, 3) x, y, score."""
    widths = {len(point) for point in one.keypoints}
    if widths == {3}:
        raise UserError(
            f"{path} has three coordinates a point, so it is a 3D result: give MMPose's 2D result, which Marey lifts"
        )
    if widths != {2} or len(one.keypoint_scores) != len(one.keypoints):
        sizes = " and ".join(map(str, sorted(widths))) or "no"
        raise damaged(
            path,
            f"frame {number} must have 2 coordinates and a score for every point, found {sizes} coordinates and "
            f"{len(one.keypoint_scores)} scores for {len(one.keypoints)} points",
        )
    points = np.array(one.keypoints, dtype=np.float64)
    return np.column_stack([points, np.array(one.keypoint_scores, dtype=np.float64)])


def _box(bbox: Any) -> FloatArray | None:
    """x0, y0, x1, y1, which may be in a list of its own; None where it is anything else."""
    inner = bbox[0] if isinstance(bbox, list) and len(bbox) == 1 else bbox
    try:
        return np.array(msgspec.convert(inner, Box)[:4])
    except msgspec.ValidationError:
        return None


def _meta_skeleton(meta: dict[str, Any], count: int) -> Skeleton | None:
    """The skeleton that MMPose wrote beside its predictions, where it did."""
    names = meta.get("keypoint_id2name")
    if not isinstance(names, dict) or len(names) != count:
        return None
    try:
        return skeleton_of({**meta, "keypoint_id2name": {int(i): str(name) for i, name in names.items()}})
    except (ValueError, KeyError, TypeError, IndexError, OverflowError):
        return None
