"""COCO results and annotations (cocodataset.org/#format-results), and AlphaPose's list, which is like the results."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np

from detectors._keypoint_files.names import skeleton_of_names
from detectors._keypoint_files.recording import (
    BY_COUNT,
    LARGEST_NUMBER,
    Number,
    Recording,
    check_one_count,
    damaged,
    first_of_pictures,
    first_of_some,
    frame_number,
    people,
    skeleton_for,
    triples,
)
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.schema import shaped
from poses.skeleton import Skeleton

Id = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_NUMBER)] | str
Box = Annotated[list[Number], msgspec.Meta(min_length=4)]
# COCO's visibility of annotations: 0 not labelled, 1 hidden, 2 seen.
VISIBILITY = np.array([0.0, 0.5, 1.0])


class Result(msgspec.Struct):
    """One person: x, y, score of each point, flat; x, y, width, height as COCO or AlphaPose call it."""

    image_id: Id
    keypoints: list[Number]
    bbox: Box | None = None
    box: Box | None = None


class Image(msgspec.Struct):
    id: Id
    file_name: str = ""


class Annotation(msgspec.Struct):
    image_id: Id
    keypoints: list[Number] = []
    bbox: Box | None = None


class Category(msgspec.Struct):
    keypoints: list[str] = []


class Annotations(msgspec.Struct):
    images: list[Image]
    annotations: list[Annotation]
    categories: list[Category] = []


def read_results(path: Path, content: list[Any], skeleton: str | None) -> Recording:
    """People with an image_id: a number (COCO) or a picture's name (AlphaPose). Frames without people are not there."""
    rows = shaped(content, list[Result], path, "COCO or AlphaPose results")
    if not rows:
        raise UserError(f"{path} holds no people at all: is it the right file?")
    read: dict[int, list[tuple[FloatArray, Any]]] = defaultdict(list)
    for place, row in enumerate(rows):
        number = frame_number(row.image_id)
        if number is None:
            raise damaged(path, f"image_id {str(row.image_id)[:40]!r} has no frame number")
        read[number].append((triples(path, f"[{place}].keypoints", row.keypoints), _corners(row.bbox or row.box)))
    kind = skeleton_for(path, check_one_count(path, {len(p) for one in read.values() for p, _ in one}), skeleton)
    # Of a video, AlphaPose calls its pictures 0.jpg, 1.jpg ...
    of_video = all(isinstance(r.image_id, str) and re.fullmatch(r"(0|[1-9]\d*)\.jpg", r.image_id) for r in rows)
    first, doubt = first_of_some(read, of_video)
    frames = {n: people(kind, [p for p, _ in one], [b for _, b in one]) for n, one in read.items()}
    return Recording(path, kind, frames, first, dense=False, doubt=doubt)


def read_annotations(path: Path, content: dict[str, Any], skeleton: str | None) -> Recording:
    """Images with file names (or else ids) as frames, people with a visibility for each point."""
    held = shaped(content, Annotations, path, "COCO annotations")
    numbers: dict[int | str, int] = {}
    for image in held.images:
        number = frame_number(image.file_name) if image.file_name else frame_number(image.id)
        numbers[image.id] = number if number is not None else len(numbers)
    if len(set(numbers.values())) != len(held.images):
        raise UserError(f"{path} has several images with one frame number: it must hold the frames of one video")
    read: dict[int, list[tuple[FloatArray, Any]]] = {n: [] for n in numbers.values()}
    for place, row in enumerate(held.annotations):
        if row.image_id not in numbers:
            raise damaged(path, f"a person is in image {str(row.image_id)[:40]}, which is not listed")
        if row.keypoints:
            points = triples(path, f"annotations[{place}].keypoints", row.keypoints)
            points[:, 2] = VISIBILITY[np.clip(np.nan_to_num(points[:, 2]), 0, 2).astype(int)]
            read[numbers[row.image_id]].append((points, _corners(row.bbox)))
    counts = {len(p) for one in read.values() for p, _ in one}
    kind = _skeleton(path, held.categories, check_one_count(path, counts) if counts else 17, skeleton)
    frames = {n: people(kind, [p for p, _ in one], [b for _, b in one]) for n, one in read.items()}
    first, doubt = first_of_pictures(frames)
    return Recording(path, kind, frames, first, dense=True, doubt=doubt)


def _skeleton(path: Path, categories: list[Category], count: int, said: str | None) -> Skeleton:
    """That of the names which the categories give, where they name the points; else as `skeleton_for`."""
    named = next((one.keypoints for one in categories if len(one.keypoints) == count), None)
    if said is None and named:
        try:
            return skeleton_of_names("COCO", named)
        except ValueError:  # names that are no body parts, such as numbers
            pass
    return skeleton_for(path, count, said, BY_COUNT)


def _corners(box: list[float | None] | None) -> FloatArray | None:
    """x, y, width, height -> x0, y0, x1, y1."""
    if box is None:
        return None
    x, y, width, height = (np.nan if value is None else value for value in box[:4])
    return np.array([x, y, x + width, y + height])
