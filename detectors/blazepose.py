"""BlazePose (Bazarevsky et al. 2020) on LiteRT: the default detector, its weights come inside the mediapipe wheel.

A person is found once by the detection network; from then on the landmark network looks at the region that its own
last answer predicts. The detection network is asked again when nobody is followed, when a track is doubtful, and now
and then to see whether a better person is in the picture.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from detectors._blazepose import weights
from detectors._blazepose.landmarks import BODY, LEAST_PEAK, Landmarks, mean_of
from detectors._blazepose.region import Region
from detectors._blazepose.steady import Steady
from detectors.heatmaps import DECODERS, from_logits
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.parts import Info
from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton
from poses.skeletons import BLAZEPOSE33

if TYPE_CHECKING:
    from detectors._blazepose.detection import Candidate
    from detectors._blazepose.networks import DetectionNetwork, LandmarkNetwork
    from detectors._blazepose.solutions import SolutionsPose

# Least detection score for a new person. mediapipe takes 0.5; an empty room gives up to 0.58, people 0.7 to 0.98.
NEW_PERSON = 0.6
# Least pose score of the landmark network for a person to be there (mediapipe's graph).
PRESENT = 0.5
# Squares of the picture that are searched: least side px, most of them along a side.
SMALLEST, MOST = 64, 12
# Least mean score of a new person's landmarks.
CLEAR = 0.45
# A region that moves or grows by more than this from one frame to the next is doubtful (part of its side; factor).
MOVED, GROWN = 0.3, 1.35
# Frames between looks for more or better people while somebody is followed, and at squares while nobody is.
LOOK_EVERY, SQUARES_EVERY = 10, 3
# Sides of the regions that a person is seen in, where more than one look is asked for.
SCALES = (1.0, 0.8, 1.1)
# A newcomer takes the place of a person who is followed only if its merit is this much higher; more so where that
# person is still clearly seen (mean score of the landmarks), so that a passer-by nearer to the camera does not.
STEADINESS, STEADINESS_CLEAR, CLEARLY = 2.0, 5.0, 0.7


@dataclass
class _Track:
    """A person who is followed: the last answer and where to look next."""

    seen: Landmarks
    time_s: float
    steady: Steady = field(default_factory=Steady)

    def __post_init__(self) -> None:
        self.next = self._look_next()

    def _look_next(self) -> Region:
        points = self.seen.xy[BODY : BODY + 2]
        size = 2 * float(np.linalg.norm(points[1] - points[0]))
        steady = self.steady.follow(points, size, self.time_s)
        return Region.around(steady[0], steady[1])

    def update(self, seen: Landmarks, time_s: float) -> None:
        self.seen, self.time_s = seen, time_s
        self.next = self._look_next()


class BlazePose:
    """Detector of up to `persons` people a frame, in BLAZEPOSE33; follows them from frame to frame.

    Deterministic. Used by one thread at a time, any thread. It starts afresh after `close`, after a jump in the frame
    index and when the size of the picture changes. `people` holds what the landmark network saw in the last frame.
    """

    def __init__(
        self, persons: int = 1, threads: int | None = None, decoder: str | None = None, looks: int = 1
    ) -> None:
        # Half of the processors, reading goes on at the same time; four at most, as the network is small.
        threads = max(1, min(4, (os.cpu_count() or 2) // 2)) if threads is None else threads
        if persons < 1 or threads < 1:
            raise UserError(f"persons and threads must be at least 1, got persons {persons}, threads {threads}")
        if not 1 <= looks <= len(SCALES):
            raise UserError(f"looks must be 1 to {len(SCALES)}, got {looks}")
        if decoder is not None and decoder not in DECODERS:
            raise UserError(f"decoder must be one of {', '.join(DECODERS)}, got {decoder!r}")
        self._persons, self._threads, self._decoder, self._looks = persons, threads, decoder, looks
        self._networks: tuple[DetectionNetwork, LandmarkNetwork] | None = None
        self._tracks: list[_Track] = []
        self._index: int | None = None
        self._size, self._age = (0, 0), 0

    @property
    def skeleton(self) -> Skeleton:
        return BLAZEPOSE33

    @property
    def people(self) -> tuple[Landmarks, ...]:
        """The people of the last frame, in the order of its keypoints."""
        return tuple(track.seen for track in self._tracks)

    @property
    def heatmaps(self) -> FloatArray:
        """(P, 64, 64, 33) heat-map logits of the last frame; row p lies over the square `people[p].region`."""
        maps = [track.seen.heatmaps[..., :BODY] for track in self._tracks]
        return np.stack(maps) if maps else np.empty((0, 64, 64, BODY))

    def decode_again(self, decoder: str) -> tuple[FloatArray, FloatArray]:
        """The last frame's heat maps by a decoder of `detectors.heatmaps`: xy (P, 33, 2) px and score (P, 33).

        Where a map shows too little (its peak's sigmoid is low: a hidden joint), the network's own landmark stays.
        """
        maps = from_logits(np.moveaxis(self.heatmaps, -1, 1))
        found = DECODERS[decoder](maps)
        own = np.stack([person.xy[:BODY] for person in self.people])
        places = np.stack(
            [p.region.to_picture(xy, maps.shape[-1]) for p, xy in zip(self.people, found.xy, strict=True)]
        )
        sure = found.valid & (maps.max(axis=(-2, -1)) >= LEAST_PEAK)
        return np.where(sure[..., None], places, own), np.stack([person.score for person in self.people])

    def close(self) -> None:
        self._networks = None
        self._forget()

    def detect(self, frame: VideoFrame) -> Keypoints:
        if self._index is not None and (frame.index != self._index + 1 or frame.size != self._size):
            self._forget()
        self._index, self._size = frame.index, frame.size
        doubtful = self._follow(frame)
        if doubtful or not self._tracks or self._age % LOOK_EVERY == 0:
            self._search(frame)
        self._age += 1
        found = _keypoints(self.people)
        if self._decoder is None or not len(found):
            return found
        return replace(found, xy=self.decode_again(self._decoder)[0])

    def _forget(self) -> None:
        self._tracks = []
        self._index, self._size, self._age = None, (0, 0), 0

    def _load(self) -> tuple[DetectionNetwork, LandmarkNetwork]:
        if self._networks is None:
            from detectors._blazepose.networks import DetectionNetwork, LandmarkNetwork

            self._networks = DetectionNetwork(self._threads), LandmarkNetwork(self._threads)
        return self._networks

    def _look(self, frame: VideoFrame, region: Region, before: FloatArray | None = None) -> Landmarks | None:
        """The person in `region`, or None where there is none."""
        if not region.usable():
            return None
        look = self._load()[1].look
        seen = look(frame.image, region, before)
        if before is not None and self._looks > 1:
            seen = mean_of(seen, [look(frame.image, region.scaled(k), before) for k in SCALES[1 : self._looks]])
        there = seen.pose_score >= PRESENT and np.isfinite(seen.xy).all() and seen.next_region.usable()
        return seen if there else None

    def _follow(self, frame: VideoFrame) -> bool:
        """Moves every track to this frame, drops the lost ones; True where one was lost or is doubtful."""
        kept: list[_Track] = []
        doubtful = False
        for track in self._tracks:
            before = track.next
            seen = self._look(frame, before, track.seen.xy[:BODY])
            if seen is None or any(_same_person(seen, other.seen) for other in kept):
                doubtful = True
                continue
            track.update(seen, frame.time_s)
            doubtful = doubtful or _jumped(before, seen.next_region)
            kept.append(track)
        self._tracks = kept
        return doubtful

    def _search(self, frame: VideoFrame) -> None:
        """Asks the detection network and takes up new people, as far as there is room or they are clearly better.

        The network sees one or two people at a time, and no small ones: squares of the picture are shown to it as well
        in every third frame while nobody is followed, and now and then where more than one person is wanted.
        """
        more = self._persons > 1 and self._age % LOOK_EVERY == 0
        places = [Region.whole(*frame.size)]
        if more or (not self._tracks and self._age % SQUARES_EVERY == 0):
            places += squares(frame.size, 1.0)
        if more:
            places += squares(frame.size, 2 / 3)
        found = [c for place in places for c in self._load()[0].find(frame.image, place, NEW_PERSON)]
        newcomers: list[Landmarks] = []
        for candidate in sorted(found, key=lambda c: -c.score):
            known = [track.next for track in self._tracks] + [seen.next_region for seen in newcomers]
            if any(_near(candidate.region, region) for region in known):
                continue
            seen = self._approach(frame, candidate)
            if seen and not any(_same_person(seen, other) for other in (*self.people, *newcomers)):
                newcomers.append(seen)
        for seen in sorted(newcomers, key=lambda seen: -_merit(seen, frame.size)):
            self._take_up(_Track(seen, frame.time_s), frame.size)

    def _approach(self, frame: VideoFrame, candidate: Candidate) -> Landmarks | None:
        """Landmarks of a newly found person; the second look, from a better region, must see the same one."""
        first = self._look(frame, candidate.region)
        if first is None or not _near(first.next_region, candidate.region):
            return None
        second = self._look(frame, first.next_region, first.xy[:BODY])
        sure = second is not None and _near(second.next_region, candidate.region) and second.score.mean() >= CLEAR
        return second if sure else None

    def _take_up(self, track: _Track, size: tuple[int, int]) -> None:
        if len(self._tracks) < self._persons:
            self._tracks.append(track)
            return
        merits = [_merit(old.seen, size) for old in self._tracks]
        worst = int(np.argmin(merits))
        clear = self._tracks[worst].seen.score.mean() >= CLEARLY
        if _merit(track.seen, size) > (STEADINESS_CLEAR if clear else STEADINESS) * merits[worst]:
            self._tracks[worst] = track


def _merit(seen: Landmarks, size: tuple[int, int]) -> float:
    """How likely this is the person the video is about: large, clearly seen, in the middle."""
    box = seen.box
    low, high = np.clip(box[:2], 0, size), np.clip(box[2:], 0, size)
    area = float((high - low).prod()) / (size[0] * size[1])
    off = ((low + high) / 2 - np.array(size) / 2) / np.array(size)
    return area * float(np.exp(-2 * (off**2).sum())) * float(seen.score.mean()) * seen.pose_score


def squares(size: tuple[int, int], part: float) -> list[Region]:
    """Squares of a side of `part` of the picture's shorter side that cover it, each half over the next.

    None where they would be too small to show a person; not more than MOST along a side, further apart then.
    """
    side = min(size) * part
    if side < SMALLEST:
        return []
    counts = [min(int(np.ceil((length - side) / (side / 2))) + 1, MOST) for length in size]
    across, down = (np.linspace(side / 2, n - side / 2, k) for n, k in zip(size, counts, strict=True))
    return [Region(float(x), float(y), side, 0.0) for y in down for x in across]


def _near(a: Region, b: Region) -> bool:
    """Whether two regions look at the same person."""
    shared = np.hypot(a.x - b.x, a.y - b.y) < 0.25 * min(a.side, b.side)
    return bool(shared and max(a.side, b.side) < 2 * min(a.side, b.side))


def _same_person(a: Landmarks, b: Landmarks) -> bool:
    """Whether two answers are the same person: their landmarks lie close together for their size."""
    distance = np.linalg.norm(a.xy[:BODY] - b.xy[:BODY], axis=-1).mean()
    return bool(distance < 0.08 * min(a.next_region.side, b.next_region.side))


def _jumped(before: Region, after: Region) -> bool:
    grown = max(before.side, after.side) / min(before.side, after.side)
    return bool(np.hypot(after.x - before.x, after.y - before.y) > MOVED * before.side or grown > GROWN)


def _keypoints(people: tuple[Landmarks, ...]) -> Keypoints:
    if not people:
        return Keypoints.none(BODY)
    return Keypoints(
        np.stack([p.xy[:BODY] for p in people]),
        np.stack([p.score for p in people]),
        np.stack([p.box for p in people]),
        np.stack([p.world_m for p in people]),
    )


def create(
    persons: int = 1, threads: int | None = None, decoder: str | None = None, looks: int = 1
) -> BlazePose | SolutionsPose:
    """BlazePose on LiteRT, or mediapipe's own graph (one person) where LiteRT has no wheel.

    decoder: of the heat maps ("argmax", "soft", "compensated"); None is BlazePose's own refinement.
    looks: 1 to 3 regions of different size that each person is seen in, and averaged: steadier, and as much slower.
    """
    if importlib.util.find_spec("ai_edge_litert") is not None:
        return BlazePose(persons, threads, decoder, looks)
    from detectors._blazepose.solutions import SolutionsPose

    return SolutionsPose()


INFO = Info(label="BlazePose (MediaPipe)", packages=("mediapipe",), create=create, why_not=weights.why_not)
