"""JSON: OpenPose folders, COCO results and annotations, AlphaPose, MMPose."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from detectors._keypoint_files.recording import (
    BY_COUNT,
    Recording,
    damaged,
    frame_number,
    people,
    skeleton_for,
    triples,
)
from detectors._mmpose_build import skeleton_of
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.skeleton import Skeleton

OPENPOSE = {25: "BODY25", 18: "COCO18"}
# COCO's visibility of annotations: 0 not labelled, 1 hidden, 2 seen.
VISIBILITY = np.array([0.0, 0.5, 1.0])


def read_openpose(folder: Path, skeleton: str | None) -> Recording:
    """A folder of `NAME_000000000000_keypoints.json`, one a frame. Its first file is the video's first frame."""
    files = sorted(folder.glob("*_keypoints.json")) or sorted(folder.glob("*.json"))
    if not files:
        raise UserError(f"{folder} must hold OpenPose files NAME_000000000000_keypoints.json, found none")
    read: dict[int, list[FloatArray]] = {}
    for file in files:
        number = frame_number(file.name)
        if number is None or number in read:
            raise UserError(f"{file} must have a frame number of its own in its name: one folder holds one video")
        content = _load(file)
        if not isinstance(content, dict) or not isinstance(content.get("people"), list):
            raise damaged(file, 'an OpenPose file has a list "people"')
        read[number] = [triples(file, _get(file, one, "pose_keypoints_2d")) for one in content["people"]]
    counts = {len(points) for one in read.values() for points in one}
    kind = skeleton_for(folder, _only(folder, counts) if counts else 25, skeleton, OPENPOSE)
    _check_pixels(folder, read)
    return Recording(folder, kind, {n: people(kind, one) for n, one in read.items()}, min(read), dense=True)


def read_json(path: Path, skeleton: str | None) -> Recording:
    """One JSON file: COCO results or annotations, AlphaPose results, or MMPose predictions, told by their contents."""
    content = _load(path)
    if isinstance(content, dict) and isinstance(content.get("instance_info"), list):
        return _mmpose(path, content["instance_info"], content.get("meta_info") or {}, skeleton)
    if isinstance(content, dict) and isinstance(content.get("annotations"), list):
        return _annotations(path, content, skeleton)
    if isinstance(content, dict) and isinstance(content.get("people"), list):
        raise UserError(f"{path} is one frame of OpenPose: give the folder with all of them")
    if isinstance(content, list) and (not content or isinstance(content[0], dict)):
        if content and "instances" in content[0]:
            return _mmpose(path, content, {}, skeleton)
        return _results(path, content, skeleton)
    raise damaged(path, "neither COCO, AlphaPose, MMPose nor OpenPose JSON")


def _results(path: Path, rows: list[Any], skeleton: str | None) -> Recording:
    """A list of people with image_id and keypoints: COCO results (an id) and AlphaPose (a file name).

    Frames without people are not in it. Where it begins with 1 the frames are taken to be numbered from 1, as pictures
    cut from a video mostly are, else from 0.
    """
    read: dict[int, list[tuple[FloatArray, Any]]] = defaultdict(list)
    for row in rows:
        number = frame_number(str(_get(path, row, "image_id")))
        if number is None:
            raise damaged(path, f"image_id {row['image_id']!r} has no frame number")
        # COCO says bbox, AlphaPose box; both mean x, y, width, height.
        read[number].append((triples(path, _get(path, row, "keypoints")), row.get("bbox", row.get("box"))))
    if not read:
        raise UserError(f"{path} holds no people at all: is it the right file?")
    kind = skeleton_for(path, _only(path, {len(p) for one in read.values() for p, _ in one}), skeleton, BY_COUNT)
    frames = {n: people(kind, [p for p, _ in one], [_corners(b) for _, b in one]) for n, one in read.items()}
    return Recording(path, kind, frames, int(min(frames) == 1), dense=False)


def _annotations(path: Path, content: dict[str, Any], skeleton: str | None) -> Recording:
    """COCO annotations: images with file names (or ids) as frames, people with a visibility for each point."""
    numbers: dict[Any, int] = {}
    for image in content.get("images") or []:
        number = frame_number(str(image.get("file_name", ""))) if isinstance(image, dict) else None
        numbers[_get(path, image, "id")] = number if number is not None else len(numbers)
    if len(set(numbers.values())) != len(numbers):
        raise UserError(f"{path} has several images with one frame number: it must hold the frames of one video")
    read: dict[int, list[tuple[FloatArray, Any]]] = {n: [] for n in numbers.values()}
    for row in content["annotations"]:
        if _get(path, row, "image_id") not in numbers:
            raise damaged(path, f"a person is in image {row['image_id']}, which is not listed")
        points = triples(path, row.get("keypoints") or [])
        points[:, 2] = VISIBILITY[np.clip(np.nan_to_num(points[:, 2]), 0, 2).astype(int)]
        read[numbers[row["image_id"]]].append((points, row.get("bbox")))
    counts = {len(p) for one in read.values() for p, _ in one}
    kind = skeleton_for(path, _only(path, counts) if counts else 17, skeleton, BY_COUNT)
    frames = {n: people(kind, [p for p, _ in one], [_corners(b) for _, b in one]) for n, one in read.items()}
    return Recording(path, kind, frames, min(frames, default=0), dense=True)


def _mmpose(path: Path, rows: list[Any], meta: dict[str, Any], skeleton: str | None) -> Recording:
    """MMPose's demo (numbers from 1, with meta_info) and its Inferencer (a list, numbers from 0)."""
    read: dict[int, list[tuple[FloatArray, Any]]] = {}
    for row in rows:
        number = _get(path, row, "frame_id")
        if not isinstance(number, int):
            raise damaged(path, f"frame_id must be a whole number, found {number!r}")
        read[number] = [_instance(path, one) for one in _get(path, row, "instances")]
    if not read:
        raise UserError(f"{path} holds no frames at all: is it the right file?")
    counts = {len(p) for one in read.values() for p, _ in one}
    count = _only(path, counts) if counts else 17
    kind = _meta_skeleton(meta, count) if skeleton is None else None
    kind = kind or skeleton_for(path, count, skeleton, BY_COUNT)
    frames = {n: people(kind, [p for p, _ in one], [b for _, b in one]) for n, one in read.items()}
    return Recording(path, kind, frames, min(read), dense=True)


def _instance(path: Path, one: Any) -> tuple[FloatArray, Any]:
    try:
        xy = np.asarray(_get(path, one, "keypoints"), dtype=np.float64)
        score = np.asarray(_get(path, one, "keypoint_scores"), dtype=np.float64)
    except (TypeError, ValueError):
        raise damaged(path, "keypoints are not numbers") from None
    if xy.ndim != 2 or xy.shape[1] < 2 or score.shape != xy.shape[:1]:
        raise damaged(path, f"keypoints of shape {xy.shape} with scores of shape {score.shape}")
    return np.column_stack([xy[:, :2], score]), one.get("bbox")


def _meta_skeleton(meta: dict[str, Any], count: int) -> Skeleton | None:
    """The skeleton that MMPose wrote beside its predictions, where it did."""
    names = meta.get("keypoint_id2name")
    if not isinstance(names, dict) or len(names) != count:
        return None
    try:
        return skeleton_of({**meta, "keypoint_id2name": {int(i): str(name) for i, name in names.items()}})
    except (ValueError, KeyError, TypeError):
        return None


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise damaged(path, f"no JSON: {str(error).splitlines()[0][:80]}") from None
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None


def _get(path: Path, row: Any, key: str) -> Any:
    if not isinstance(row, dict) or key not in row:
        raise damaged(path, f"{key!r} is missing")
    return row[key]


def _only(path: Path, counts: set[int]) -> int:
    if len(counts) != 1:
        raise damaged(path, f"people have different numbers of keypoints: {', '.join(map(str, sorted(counts)))}")
    return next(iter(counts))


def _corners(box: Any) -> FloatArray | None:
    """x, y, width, height -> x0, y0, x1, y1."""
    values = np.asarray(box if box is not None else [], dtype=np.float64).ravel()
    return np.concatenate([values[:2], values[:2] + values[2:4]]) if values.size >= 4 else None


def _check_pixels(folder: Path, read: dict[int, list[FloatArray]]) -> None:
    """OpenPose can scale its results to 0..1, which says nothing without the picture's size."""
    largest = max((float(np.nanmax(np.abs(p[:, :2]))) for one in read.values() for p in one), default=2.0)
    if 0 < largest <= 1:
        raise UserError(f"{folder} has keypoints from 0 to 1: run OpenPose with --keypoint_scale 0, which gives pixels")
