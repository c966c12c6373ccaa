"""What every reader returns, and what they share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poses.arrays import FloatArray
from poses.errors import UserError
from poses.sequences import Keypoints
from poses.skeleton import Skeleton
from poses.skeletons import SKELETONS

# Flat lists are only told apart by their length; what the formats' own programs write by default.
BY_COUNT = {17: "COCO17", 26: "HALPE26", 133: "COCO17", 136: "HALPE26"}


@dataclass(frozen=True)
class Recording:
    """Keypoints by frame number, as a file has them.

    first: the file's number of the video's first frame. dense: the file has an entry for every frame of its video,
    also where nobody is in it. time_s: the time of each frame, where the file says it.
    """

    source: Path
    skeleton: Skeleton
    frames: dict[int, Keypoints]
    first: int
    dense: bool
    time_s: dict[int, float] | None = None


def damaged(path: Path, why: str) -> UserError:
    """One line for a file that cannot be read."""
    return UserError(f"{path} is damaged or not what it seems ({why}): export it again")


def named_skeleton(name: str) -> Skeleton:
    if name not in SKELETONS:
        raise UserError(f"skeleton must be one of {', '.join(SKELETONS)}, got {name!r}")
    return SKELETONS[name]


def skeleton_for(path: Path, count: int, said: str | None, by_count: dict[int, str]) -> Skeleton:
    """The skeleton said, or the usual one for so many points; UserError where they do not fit.

    Whole-body results (133 and 136 points) begin with those of a body skeleton, the rest is left out.
    """
    if said is None and count not in by_count:
        usual = ", ".join(f"{n} ({name})" for n, name in by_count.items())
        raise UserError(f"{path} has {count} keypoints a person, known are {usual}: say skeleton=NAME")
    skeleton = named_skeleton(said or by_count[count])
    whole_body = count in (133, 136) and by_count.get(count) == skeleton.name
    if len(skeleton) != count and not whole_body:
        raise UserError(f"{path} has {count} keypoints a person, {skeleton.name} has {len(skeleton)}: say another")
    return skeleton


def frame_number(name: str) -> int | None:
    """The last number in a file name or image id: "cam01_000000000012_keypoints.json" -> 12."""
    numbers = re.findall(r"\d+", Path(str(name)).name)
    return int(numbers[-1]) if numbers else None


def triples(path: Path, values: Any) -> FloatArray:
    """A flat list x, y, score, x, y, score ... as (J, 3)."""
    try:
        points = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise damaged(path, "keypoints are not numbers") from None
    if points.ndim != 1 or points.size == 0 or points.size % 3:
        raise damaged(path, f"keypoints come in threes, found {points.size} numbers")
    return points.reshape(-1, 3)


def people(skeleton: Skeleton, points: list[FloatArray], boxes: list[Any] | None = None) -> Keypoints:
    """Keypoints of a frame from one (J, 3) x, y, score a person and, where given, boxes x0 y0 x1 y1.

    A point at 0, 0 with score 0, or without a number, is missing; so is a person without a point. Scores are held to
    0..1.
    """
    if not points:
        return Keypoints.none(len(skeleton))
    rows = np.stack([p[: len(skeleton)] for p in points])
    xy, score = rows[..., :2].copy(), np.clip(np.nan_to_num(rows[..., 2]), 0, 1)
    missing = ~np.isfinite(xy).all(axis=-1) | ((xy == 0).all(axis=-1) & (score == 0))
    xy[missing], score[missing] = np.nan, 0
    given = boxes or [None] * len(points)
    both = [_box(box) if box is not None else _around(one) for box, one in zip(given, xy, strict=True)]
    there = np.isfinite(xy).all(axis=-1).any(axis=-1)
    return Keypoints(xy[there], score[there], np.stack(both)[there])


def _box(values: Any) -> FloatArray:
    box = np.asarray(values, dtype=np.float64).ravel()
    return box[:4] if box.size >= 4 else np.full(4, np.nan)


def _around(xy: NDArray) -> FloatArray:
    seen = xy[np.isfinite(xy).all(axis=-1)]
    return np.concatenate([seen.min(axis=0), seen.max(axis=0)]) if len(seen) else np.full(4, np.nan)
