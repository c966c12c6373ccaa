"""COCO person keypoint annotations: the people, their keypoints and what is known of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poses.arrays import FloatArray, IntArray
from poses.errors import UserError
from poses.skeletons import COCO17


@dataclass(frozen=True)
class Annotated:
    """One person: box x0 y0 x1 y1 px, xy (17, 2) px, visibility (17) 0 absent, 1 hidden, 2 seen, area px^2."""

    image: Path
    box: FloatArray
    xy: FloatArray
    visibility: IntArray
    area: float

    @property
    def present(self) -> NDArray[np.bool_]:
        return np.asarray(self.visibility > 0)


def read_coco(annotations: str | Path, images: str | Path, limit: int | None = None) -> list[Annotated]:
    """People with at least one keypoint, in the file's order, crowds left out; the first `limit` of them.

    UserError where the file is no COCO keypoint file or a picture is not in `images`.
    """
    path, folder = Path(annotations), Path(images)
    content = _load(path)
    try:
        names = {row["id"]: folder / row["file_name"] for row in content["images"]}
        rows = [r for r in content["annotations"] if not r.get("iscrowd") and any(r.get("keypoints") or [])]
        people = [_person(path, row, names[row["image_id"]]) for row in rows[:limit]]
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path} is no COCO keypoint annotation ({type(error).__name__}: {error})") from None
    if not people:
        raise UserError(f"{path} has nobody with keypoints: give person_keypoints_*.json")
    for image in {person.image for person in people}:
        if not image.is_file():
            raise UserError(f"{image} is not there: --images must be the folder with the pictures of {path.name}")
    return people


def read_picture(path: Path) -> NDArray[np.uint8]:
    """(H, W, 3) RGB."""
    import cv2

    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise UserError(f"{path} is damaged or no picture: get it again")
    return np.ascontiguousarray(image[..., ::-1]).astype(np.uint8)


def _person(path: Path, row: dict[str, Any], image: Path) -> Annotated:
    points = np.asarray(row["keypoints"], dtype=np.float64).reshape(-1, 3)
    if len(points) != len(COCO17):
        raise UserError(f"{path} has {len(points)} keypoints a person, COCO has {len(COCO17)}")
    x, y, width, height = (float(v) for v in row["bbox"])
    visibility = points[:, 2].astype(np.int64)
    return Annotated(
        image,
        np.array([x, y, x + width, y + height]),
        points[:, :2],
        visibility,
        float(row.get("area", width * height)),
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise UserError(f"{path} is damaged or no JSON ({str(error)[:60]})") from None
    if not isinstance(content, dict):
        raise UserError(f"{path} is no COCO annotation file: it must hold images and annotations")
    return content
