"""People tracked from frame to frame, and what tells one from another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from detectors._blazepose.landmarks import BODY, Landmarks
from detectors._blazepose.one_euro import OneEuroFilter
from detectors._blazepose.region import Region
from poses.arrays import FloatArray

# A region that moves or grows by more than this from one frame to the next is doubtful (part of its side; factor).
MOVED, GROWN = 0.3, 1.35
# Two answers are the same person where their landmarks are less apart than this part of the region's side.
SAME = 0.08
# ... or the middle of head and shoulders is less apart than this part of it.
SAME_HEAD, UPPER = 0.07, slice(0, 13)
# Two people meet where their boxes share more than this part of the smaller one.
MEETING = 0.1
# Where the colour of clothes is taken: shoulders and hips, and places between them; how fast it is learnt.
TRUNK, INSIDE, LEARNT = (11, 12, 23, 24), np.linspace(0.2, 0.8, 5), 0.1


@dataclass(frozen=True)
class AcceptanceCriteria:
    """What makes a new person: least detection score, least pose score and mean score of landmarks, the most that the
    region may be turned (radians), the least part of the region that shows the person.
    """

    score: float
    pose: float
    clear: float
    turned: float = np.inf
    part: float = 0.0

    def allows(self, seen: Landmarks) -> bool:
        shown = float((seen.mask > 0).mean()) if seen.mask.size else 1.0
        return seen.pose_score >= self.pose and abs(seen.next_region.angle) <= self.turned and shown >= self.part


# In the picture as it is. mediapipe takes scores from 0.5; an empty room gives up to 0.58, people 0.7 to 0.98; a pose
# score of 0.5 is mediapipe's too.
CLEARLY_SEEN = AcceptanceCriteria(0.6, 0.5, 0.45)
# Beside and behind people who are covered, where parts of a person are to be seen and, from half-covered people, things
# that look like a person upside down.
BESIDE = AcceptanceCriteria(0.45, 0.9, 0.35, turned=0.6, part=0.1)


@dataclass
class TrackedPerson:
    """A tracked person: the last answer, when it was given, the colour of the clothes, where to look next."""

    seen: Landmarks
    time_s: float
    colour: FloatArray = field(default_factory=lambda: np.full(3, np.nan))
    centre_filter: OneEuroFilter = field(default_factory=OneEuroFilter)

    def __post_init__(self) -> None:
        self.next = self._look_next()

    def _look_next(self) -> Region:
        points = self.seen.xy[BODY : BODY + 2]
        size = 2 * float(np.linalg.norm(points[1] - points[0]))
        centre_filter = self.centre_filter.follow(points, size, self.time_s)
        return Region.around(centre_filter[0], centre_filter[1])

    def update(self, seen: Landmarks, time_s: float) -> None:
        self.seen, self.time_s = seen, time_s
        self.next = self._look_next()

    def learn(self, colour: FloatArray) -> None:
        """The colour of the clothes, as seen now."""
        known = np.isfinite(self.colour) & np.isfinite(colour)
        self.colour = np.where(known, self.colour + LEARNT * (colour - self.colour), np.fmax(self.colour, colour))


def merit(seen: Landmarks, size: tuple[int, int]) -> float:
    """How likely this is the person the video is about: large, clearly seen, in the middle."""
    box = seen.box
    low, high = np.clip(box[:2], 0, size), np.clip(box[2:], 0, size)
    area = float((high - low).prod()) / (size[0] * size[1])
    off = ((low + high) / 2 - np.array(size) / 2) / np.array(size)
    return area * float(np.exp(-2 * (off**2).sum())) * float(seen.score.mean()) * seen.pose_score


def near(a: Region, b: Region) -> bool:
    """Whether two regions look at the same person."""
    shared = np.hypot(a.x - b.x, a.y - b.y) < 0.25 * min(a.side, b.side)
    return bool(shared and max(a.side, b.side) < 2 * min(a.side, b.side))


def apart(a: Landmarks, b: Landmarks) -> float:
    """Mean distance of the landmarks of two answers, in sides of the smaller region."""
    distance = np.linalg.norm(a.xy[:BODY] - b.xy[:BODY], axis=-1).mean()
    return float(distance / min(a.next_region.side, b.next_region.side))


def same_person(a: Landmarks, b: Landmarks) -> bool:
    """Whether two answers are the same person: their landmarks lie close together for their size, or their heads."""
    if apart(a, b) < SAME:
        return True
    side = min(a.next_region.side, b.next_region.side)
    return bool(np.linalg.norm(a.xy[UPPER].mean(axis=0) - b.xy[UPPER].mean(axis=0)) < SAME_HEAD * side)


def meet(a: Landmarks, b: Landmarks) -> bool:
    """Whether two people are so close that one may hide the other."""
    low, high = np.maximum(a.box[:2], b.box[:2]), np.minimum(a.box[2:], b.box[2:])
    smaller = min(float((box[2:] - box[:2]).prod()) for box in (a.box, b.box))
    return float(np.clip(high - low, 0, None).prod()) > MEETING * smaller


def jumped(before: Region, after: Region) -> bool:
    """Whether a region changed more from one frame to the next than a person does."""
    grown = max(before.side, after.side) / min(before.side, after.side)
    return bool(np.hypot(after.x - before.x, after.y - before.y) > MOVED * before.side or grown > GROWN)


def lost(tracks: Sequence[TrackedPerson], looked: Sequence[Landmarks | None], image: NDArray[np.uint8]) -> set[int]:
    """Places of the tracks that were lost: no answer, or one that went over to another tracked person.

    Of two tracks with the same answer the one is kept whose clothes the answer wears.
    """
    gone = {n for n, seen in enumerate(looked) if seen is None}
    for a, first in enumerate(looked):
        for b in range(a):
            second = looked[b]
            if first is None or second is None or {a, b} & gone or not same_person(first, second):
                continue
            off = [colour_distance(tracks[n].colour, colour_of(image, seen)) for n, seen in ((a, first), (b, second))]
            gone.add(a if off[0] >= off[1] else b)
    return gone


def colour_of(image: NDArray[np.uint8], seen: Landmarks) -> FloatArray:
    """(3,) median colour of the trunk, RGB 0..255; NaN where no part of it is in the picture."""
    corners = seen.xy[list(TRUNK)].reshape(2, 2, 2)
    down, across = np.meshgrid(INSIDE, INSIDE, indexing="ij")
    top, bottom = (corners[k, 0] * (1 - across[..., None]) + corners[k, 1] * across[..., None] for k in (0, 1))
    points = (top * (1 - down[..., None]) + bottom * down[..., None]).reshape(-1, 2)
    columns, rows = np.floor(points).astype(int).T
    inside = (columns >= 0) & (rows >= 0) & (columns < image.shape[1]) & (rows < image.shape[0])
    if not inside.any():
        return np.full(3, np.nan)
    return np.asarray(np.median(image[rows[inside], columns[inside]], axis=0))


def colour_distance(a: FloatArray, b: FloatArray) -> float:
    """Distance of two colours; 0 where one of them is not known."""
    return float(np.nan_to_num(np.linalg.norm(a - b)))
