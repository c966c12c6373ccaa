"""What every reader returns, and what they share: frame numbers, missing points, skeletons by number of points."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from poses.arrays import FloatArray
from poses.errors import UserError
from poses.sequences import Keypoints
from poses.skeleton import Skeleton
from poses.skeletons import SKELETONS

# A number that a file has, or null, which is how JSON writes NaN.
Number = float | None
# Of frames and images; ids of data sets have up to twelve digits.
LARGEST_NUMBER = 10**15
# Beyond this many pixels a coordinate is damage.
LARGEST_PX = 1e7
# Flat lists are only told apart by their length; what the formats' own programs write by default.
BY_COUNT = {17: "COCO17", 26: "HALPE26", 133: "COCO17", 136: "HALPE26"}


@dataclass(frozen=True)
class Recording:
    """Keypoints by frame number, as a file has them.

    first: the file's number of the video's first frame. dense: the file has an entry for every frame of its video,
    also where nobody is in it. time_s: the time of each frame, where the file says it. doubt: why `first` is a guess,
    "" where it is known.
    """

    source: Path
    skeleton: Skeleton
    frames: dict[int, Keypoints]
    first: int
    dense: bool
    time_s: dict[int, float] | None = None
    doubt: str = ""

    def __post_init__(self) -> None:
        odd = next((n for n in self.frames if not 0 <= n <= LARGEST_NUMBER), None)
        if odd is not None:
            raise damaged(self.source, f"a frame has the number {str(odd)[:30]}")


def damaged(path: Path, why: str) -> UserError:
    """One line for a file that cannot be read."""
    return UserError(f"{path} is damaged or not what it seems ({why}): export it again")


def named_skeleton(name: str) -> Skeleton:
    if name not in SKELETONS:
        raise UserError(f"skeleton must be one of {', '.join(SKELETONS)}, got {name!r}")
    return SKELETONS[name]


def skeleton_for(path: Path, count: int, said: str | None, by_count: dict[int, str] = BY_COUNT) -> Skeleton:
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


def frame_number(name: str | int) -> int | None:
    """The last number in a file name or image id: "cam01_000000000012_keypoints.json" -> 12; None where it has none."""
    numbers = re.findall(r"[0-9]+", Path(str(name)).name)
    return int(numbers[-1]) if numbers and int(numbers[-1][:20]) <= LARGEST_NUMBER else None


def first_of_pictures(frames: Collection[int]) -> tuple[int, str]:
    """(number of the video's first frame, doubt) where every picture has its entry: the lowest.

    Pictures are numbered from 0 or 1; where they begin later the video may have been cut before or after.
    """
    lowest = min(frames, default=0)
    return lowest, "" if lowest < 2 else f"its frames begin with {lowest}"


def first_of_some(frames: Collection[int], from_zero: bool) -> tuple[int, str]:
    """(number of the video's first frame, doubt) where frames without people have no entry.

    from_zero: the program is known to count from 0. Else only a frame 0 tells; without it, 1 is taken where it begins
    with 1, as pictures cut from a video mostly do.
    """
    if from_zero or 0 in frames:
        return 0, ""
    first = int(min(frames, default=0) == 1)
    return first, f"its frames begin with {min(frames, default=0)}, and those without people are left out"


def triples(path: Path, place: str, values: list[Number]) -> FloatArray:
    """A flat list x, y, score, x, y, score ... as (J, 3), null as NaN."""
    if not values or len(values) % 3:
        raise damaged(path, f"{place}: keypoints come in threes x, y, score, found {len(values)} numbers")
    return np.array(values, dtype=np.float64).reshape(-1, 3)


def check_one_count(path: Path, counts: set[int]) -> int:
    """The number of points, which must be the same of everybody."""
    if len(counts) != 1:
        raise damaged(path, f"people have different numbers of keypoints: {', '.join(map(str, sorted(counts)))}")
    return next(iter(counts))


def people(skeleton: Skeleton, points: list[FloatArray], boxes: Sequence[FloatArray | None] | None = None) -> Keypoints:
    """Keypoints of a frame from one (J, 3) x, y, score a person and, where given, boxes x0 y0 x1 y1.

    Missing is what any of the programs means by it: no number (NaN, null, infinity), a point at exactly 0, 0 or -1, -1,
    a score of 0 or none. A person without a point is not there. Scores are held to 0..1.
    """
    if not points:
        return Keypoints.none(len(skeleton))
    rows = np.stack([p[: len(skeleton)] for p in points])
    xy, score = rows[..., :2].copy(), np.clip(np.nan_to_num(rows[..., 2], posinf=1), 0, 1)
    corner = (xy == 0).all(axis=-1) | (xy == -1).all(axis=-1)
    missing = ~(np.abs(xy) < LARGEST_PX).all(axis=-1) | corner | (score == 0)
    xy[missing], score[missing] = np.nan, 0
    given = boxes or [None] * len(points)
    both = [box if box is not None else _around(one) for box, one in zip(given, xy, strict=True)]
    there = np.isfinite(xy).all(axis=-1).any(axis=-1)
    return Keypoints(xy[there], score[there], np.stack(both)[there])


def _around(xy: NDArray) -> FloatArray:
    seen = xy[np.isfinite(xy).all(axis=-1)]
    return np.concatenate([seen.min(axis=0), seen.max(axis=0)]) if len(seen) else np.full(4, np.nan)
