"""BlazePose (Bazarevsky et al. 2020) on LiteRT: the default detector, in three sizes.

A person is found once by the detection network; from then on the landmark network looks at the region that its own
last answer predicts. The detection network is asked again when nobody is tracked, when a track is doubtful, and now
and then to see whether a better person is in the picture. Where several are wanted, those found are painted over, so
that both networks see the next one.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from detectors._blazepose import weights
from detectors._blazepose.landmarks import BODY, LEAST_PEAK, Landmarks, keypoints_of, mean_of
from detectors._blazepose.masking import mask_people
from detectors._blazepose.persons import (
    BESIDE,
    CLEARLY_SEEN,
    AcceptanceCriteria,
    TrackedPerson,
    apart,
    colour_distance,
    colour_of,
    jumped,
    lost,
    meet,
    merit,
    near,
    same_person,
)
from detectors._blazepose.region import Region, squares
from detectors.heatmaps import DECODERS, from_logits
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.plugins import PluginInfo
from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton
from poses.skeletons import BLAZEPOSE33

if TYPE_CHECKING:
    from detectors._blazepose.detection import Candidate
    from detectors._blazepose.networks import DetectionNetwork, LandmarkNetwork
    from detectors._blazepose.solutions import SolutionsPose

# Frames between looks for more or better people while a person is tracked, and at squares while nobody is.
LOOK_EVERY, SQUARES_EVERY = 10, 3
# The same where more people are wanted than are tracked; how long the lost are looked for at the old place.
LOOK_SOON, ABSENT_S = 3, 1.0
# An answer of the picture with others covered is taken if it is less apart from the last one by this factor.
BETTER = 0.5
# The size of the landmark network that is chosen by what is here.
AUTO = "auto"
# Views of each person (as it is, mirrored, enlarged), at most.
MAX_VIEWS = 3
# A newcomer takes the place of a person who is tracked only if its merit is this much higher; more so where that
# person is still clearly seen (mean score of the landmarks), so that a passer-by nearer to the camera does not.
STEADINESS, STEADINESS_CLEAR, CLEARLY = 2.0, 8.0, 0.7


class BlazePose:
    """Detector of up to `persons` people a frame, in BLAZEPOSE33; tracks them from frame to frame.

    Deterministic. Used by one thread at a time, any thread. It starts afresh after `close`, after a jump in the frame
    index and when the size of the picture changes. `people` holds what the landmark network saw in the last frame.
    """

    def __init__(
        self,
        persons: int = 1,
        threads: int | None = None,
        decoder: str | None = None,
        views: int = 1,
        size: str = AUTO,
    ) -> None:
        if persons < 1 or (threads is not None and threads < 1):
            raise UserError(f"persons and threads must be at least 1, got persons {persons}, threads {threads}")
        if not 1 <= views <= MAX_VIEWS:
            raise UserError(f"views must be 1 to {MAX_VIEWS}, got {views}")
        if decoder is not None and decoder not in DECODERS:
            raise UserError(f"decoder must be one of {', '.join(DECODERS)}, got {decoder!r}")
        if size not in (AUTO, *weights.SIZES):
            raise UserError(
                f"size must be {AUTO}, {', '.join(weights.SIZES[:-1])} or {weights.SIZES[-1]}, got {size!r}"
            )
        self._automatic = size == AUTO
        self.size, self.warnings = weights.choose_size() if size == AUTO else (size, ())
        weights.check_here(self.size)
        self._persons, self._threads, self._decoder, self._views = persons, threads, decoder, views
        self._networks: tuple[DetectionNetwork, LandmarkNetwork] | None = None
        self._tracks: list[TrackedPerson] = []
        self._lost: list[TrackedPerson] = []
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

    def measure_sizes(self, frame: VideoFrame) -> dict[str, float]:
        """Seconds a look takes with each size that is here, from the fastest on; empty where one was chosen."""
        from detectors._blazepose.networks import seconds_by_size

        return seconds_by_size(frame.image, self._threads, self._persons > 1) if self._automatic else {}

    def use_size(self, size: str) -> None:
        """Go on with another size of the landmark network; tracked people stay."""
        if size != self.size:
            self.size, self.warnings, self._networks = size, (), None

    def close(self) -> None:
        self._networks = None
        self._forget()

    def detect(self, frame: VideoFrame) -> Keypoints:
        if self._index is not None and (frame.index != self._index + 1 or frame.size != self._size):
            self._forget()
        self._index, self._size = frame.index, frame.size
        doubtful = self._follow(frame)
        if doubtful or not self._tracks or self._age % (LOOK_SOON if self._room else LOOK_EVERY) == 0:
            self._search(frame)
        self._age += 1
        found = keypoints_of(self.people)
        if self._decoder is None or not len(found):
            return found
        return replace(found, xy=self.decode_again(self._decoder)[0])

    def _forget(self) -> None:
        self._tracks, self._lost = [], []
        self._index, self._size, self._age = None, (0, 0), 0

    def _load(self) -> tuple[DetectionNetwork, LandmarkNetwork]:
        if self._networks is None:
            from detectors._blazepose.networks import DetectionNetwork, LandmarkNetwork, threads_for

            threads = self._threads or threads_for(self.size)
            self._networks = DetectionNetwork(threads), LandmarkNetwork(threads, self.size, mask=self._persons > 1)
        return self._networks

    def _look(self, frame: VideoFrame, region: Region, before: FloatArray | None = None) -> Landmarks | None:
        """The person in `region`, or None where there is none."""
        if not region.usable():
            return None
        look = self._load()[1].look
        seen = look(frame.image, region, before)
        if before is not None and self._views > 1:
            more = (region.in_mirror(), region.scaled(0.8))[: self._views - 1]
            seen = mean_of(seen, [look(frame.image, other, before) for other in more])
        there = seen.pose_score >= CLEARLY_SEEN.pose and np.isfinite(seen.xy).all() and seen.next_region.usable()
        return seen if there else None

    @property
    def _room(self) -> bool:
        """Whether more people than are tracked were asked for, while a person is."""
        return 0 < len(self._tracks) < self._persons

    def _follow(self, frame: VideoFrame) -> bool:
        """Moves every track to this frame, drops the lost ones; True where one was lost or is doubtful."""
        looked = [self._look_at(frame, track) for track in self._tracks]
        gone = lost(self._tracks, looked, frame.image)
        doubtful, kept = bool(gone), []
        for n, (track, seen) in enumerate(zip(self._tracks, looked, strict=True)):
            if seen is None or n in gone:
                self._lost += [track] if self._persons > 1 else []
                continue
            doubtful = doubtful or jumped(track.next, seen.next_region)
            track.update(seen, frame.time_s)
            kept.append(track)
        self._tracks = kept
        if self._persons > 1:
            self._look_for_lost(frame)
            self._learn(frame)
        return doubtful

    def _look_at(self, frame: VideoFrame, track: TrackedPerson) -> Landmarks | None:
        """A tracked person; where others are in the way also with them covered, and what fits better."""
        before = track.seen.xy[:BODY]
        seen = self._look(frame, track.next, before)
        others = [other.seen for other in self._tracks if other is not track and meet(other.seen, track.seen)]
        if not others:
            return seen
        alone = self._look(self._without(frame, others), track.next, before)
        if seen is None or alone is None:
            return seen or alone
        return alone if apart(alone, track.seen) < BETTER * apart(seen, track.seen) else seen

    def _learn(self, frame: VideoFrame) -> None:
        """What those wear who are alone or before others is remembered."""
        for track in self._tracks:
            if not any(meet(track.seen, other.seen) for other in self._tracks if other is not track):
                track.learn(colour_of(frame.image, track.seen))

    @staticmethod
    def _without(frame: VideoFrame, people: Sequence[Landmarks]) -> VideoFrame:
        return replace(frame, image=mask_people(frame.image, people)) if people else frame

    def _look_for_lost(self, frame: VideoFrame) -> None:
        """Those who were lost a short time ago may be seen where they were, once the people before them are covered."""
        self._lost = [track for track in self._lost if frame.time_s - track.time_s <= ABSENT_S]
        for track in list(self._lost):
            if len(self._tracks) == self._persons:
                break
            seen = self._look(self._without(frame, self.people), track.next, track.seen.xy[:BODY])
            if seen is None or seen.score.mean() < CLEARLY_SEEN.clear or not near(seen.next_region, track.next):
                continue
            worn = colour_of(frame.image, seen)
            else_worn = [colour_distance(other.colour, worn) for other in self._tracks if meet(other.seen, seen)]
            if min(else_worn, default=np.inf) < colour_distance(track.colour, worn):
                continue
            if not any(same_person(seen, other) for other in self.people):
                track.update(seen, frame.time_s)
                self._tracks.append(track)
                self._lost.remove(track)

    def _search(self, frame: VideoFrame) -> None:
        """Asks the detection network and takes up new people, as far as there is room or they are clearly better.

        The network sees one or two people at a time, and no small ones: squares of the picture are shown to it as well
        in every third frame while nobody is tracked, and now and then where more than one person is wanted. Then it is
        also shown the picture without the people it found, until it finds no more.
        """
        several = self._persons > 1
        more = several and self._age % LOOK_EVERY == 0
        places = [Region.whole(*frame.size)]
        if more or (not self._tracks and self._age % SQUARES_EVERY == 0):
            places += squares(frame.size, 1.0)
        if more:
            places += squares(frame.size, 2 / 3)
        for _ in range(self._persons):
            picture = self._without(frame, self.people) if several else frame
            newcomers = self._newcomers(picture, places, CLEARLY_SEEN if picture is frame else BESIDE)
            for seen in sorted(newcomers, key=lambda seen: -merit(seen, frame.size)):
                self._take_up(TrackedPerson(seen, frame.time_s, colour_of(frame.image, seen)), frame.size)
            if not newcomers or len(self._tracks) == self._persons:
                break

    def _newcomers(self, picture: VideoFrame, places: list[Region], criteria: AcceptanceCriteria) -> list[Landmarks]:
        """People in `places` of the picture who are not tracked, whom the landmark network sees as well."""
        found = [c for place in places for c in self._load()[0].find(picture.image, place, criteria.score)]
        newcomers: list[Landmarks] = []
        for candidate in sorted(found, key=lambda c: -c.score):
            known = [track.next for track in self._tracks] + [seen.next_region for seen in newcomers]
            if any(near(candidate.region, region) for region in known):
                continue
            seen = self._approach(picture, candidate, criteria)
            if seen and not any(same_person(seen, other) for other in (*self.people, *newcomers)):
                newcomers.append(seen)
        return newcomers

    def _approach(self, frame: VideoFrame, candidate: Candidate, criteria: AcceptanceCriteria) -> Landmarks | None:
        """Landmarks of a newly found person; the second look, from a better region, must see the same one."""
        first = self._look(frame, candidate.region)
        if first is None or not criteria.allows(first) or not near(first.next_region, candidate.region):
            return None
        second = self._look(frame, first.next_region, first.xy[:BODY])
        if second is None or not criteria.allows(second) or not near(second.next_region, candidate.region):
            return None
        return second if second.score.mean() >= criteria.clear else None

    def _take_up(self, track: TrackedPerson, size: tuple[int, int]) -> None:
        if len(self._tracks) < self._persons:
            self._tracks.append(track)
            return
        merits = [merit(old.seen, size) for old in self._tracks]
        worst = int(np.argmin(merits))
        clear = self._tracks[worst].seen.score.mean() >= CLEARLY
        if merit(track.seen, size) > (STEADINESS_CLEAR if clear else STEADINESS) * merits[worst]:
            self._tracks[worst] = track


def create(
    persons: int = 1, threads: int | None = None, decoder: str | None = None, views: int = 1, size: str = AUTO
) -> BlazePose | SolutionsPose:
    """BlazePose on LiteRT, or mediapipe's own graph (one person) where LiteRT has no wheel.

    decoder: of the heat maps ("argmax", "soft", "compensated"); None is BlazePose's own refinement.
    views: 1 to 3 views of each person, averaged (as it is, mirrored, enlarged): more accurate, and as much slower.
    size: of the landmark network, "lite", "full" or "heavy"; "auto" is the most accurate whose weights are here.
    """
    if importlib.util.find_spec("ai_edge_litert") is not None:
        return BlazePose(persons, threads, decoder, views, size)
    from detectors._blazepose.solutions import SolutionsPose

    return SolutionsPose()


def frames_per_second() -> dict[str, float]:
    """Looks a second at one person with each size that is here; AUTO is the one that it means."""
    from detectors._blazepose.networks import seconds_by_size

    rates = {size: 1 / spent for size, spent in seconds_by_size(np.zeros((1080, 1920, 3), np.uint8), None).items()}
    return {AUTO: rates[weights.choose_size()[0]], **rates} if rates else {}


INFO = PluginInfo(
    label="BlazePose (MediaPipe)",
    create=create,
    unavailable_reason=weights.unavailable_reason,
    options={
        "size": "of the network: lite (fast), full (balanced), heavy (accurate) or auto",
        "views": "1 to 3 views of each person, averaged: more are more accurate, and as much slower",
        "decoder": "of the heat maps: argmax, soft or compensated; the network's own is best",
        "threads": "of the processor; by default by the size of the network and the number of processors",
    },
    former_options={"looks": "views"},
    choices={"size": (AUTO, *weights.SIZES)},
    measure=frames_per_second,
)
