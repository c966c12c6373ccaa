"""Tracks: which of the people found in each frame is the same person; the main ones; corrections by hand.

All functions are pure: they return new tracks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.pipeline.left_right import flip_joints
from poses.arrays import BoolArray, FloatArray, IntArray, frozen
from poses.errors import UserError
from poses.sequences import Keypoints, PoseSequence2D
from poses.skeleton import Skeleton


@dataclass(frozen=True)
class Track:
    """One person over T frames: person (T) is the row in each frame's Keypoints, -1 where absent.

    score 0..1: mean keypoint score over the frames where the person is there. name: for menus and files, "" for none.
    flipped: frames in which somebody said that left and right are the other way round than they were shown.
    sides (T, J): joints whose left and right the detector exchanged, where that is known (app.edits); None: not yet.
    """

    person: IntArray
    score: float
    name: str = ""
    flipped: tuple[int, ...] = ()
    sides: BoolArray | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "person", frozen("person", self.person, ("T",), np.int64))
        if self.sides is not None:
            object.__setattr__(self, "sides", frozen("sides", self.sides, (len(self.person), "J"), np.bool_))

    def __len__(self) -> int:
        return len(self.person)

    @property
    def frames(self) -> IntArray:
        """The frames where the person is there, in order."""
        return np.flatnonzero(self.person >= 0)


@dataclass(frozen=True)
class IdentitySwitch:
    """A frame from which on the identities of tracks `a` and `b` (list indices) may be swapped."""

    frame: int
    a: int
    b: int


def make_track(person: IntArray, keypoints: Sequence[Keypoints], name: str = "") -> Track:
    """The Track of `person` (T), with the mean score of its keypoints."""
    scores = [keypoints[t].score[p].mean() for t, p in enumerate(person) if p >= 0]
    return Track(person, float(np.mean(scores)) if scores else 0.0, name)


def pose_sequence(
    track: Track, keypoints: Sequence[Keypoints], time_s: FloatArray, image_size: tuple[int, int], skeleton: Skeleton
) -> PoseSequence2D:
    """The person's keypoints as one sequence over all T frames, NaN with score 0 where the person is absent."""
    xy = np.full((len(track), len(skeleton), 2), np.nan)
    score = np.zeros((len(track), len(skeleton)))
    for t in track.frames:
        xy[t], score[t] = keypoints[t].xy[track.person[t]], keypoints[t].score[track.person[t]]
    return PoseSequence2D(xy, score, time_s, image_size, skeleton)


def world_landmarks(
    track: Track, keypoints: Sequence[Keypoints], skeleton: Skeleton, flips: BoolArray | None = None
) -> FloatArray:
    """(T, J, 3) m: the detector's own 3D of the person, in camera axes; NaN where there is none.

    flips (T, J), as from `repair_left_right`: where left and right were flipped in 2D, they are here too.
    """
    world = np.full((len(track), len(skeleton), 3), np.nan)
    for t in track.frames:
        found = keypoints[t].world_m
        if found is not None:
            world[t] = found[track.person[t]]
    return world if flips is None else flip_joints(world, flips, skeleton)


def boxes_of(track: Track, keypoints: Sequence[Keypoints]) -> FloatArray:
    """(F, 4) boxes px of the frames where the person is there."""
    return np.array([keypoints[t].boxes[track.person[t]] for t in track.frames]).reshape(-1, 4)


def merit(track: Track, keypoints: Sequence[Keypoints], image_size: tuple[int, int]) -> float:
    """How likely this is a person the video is about: large, in the middle, steady, long there, clearly seen."""
    boxes = boxes_of(track, keypoints)
    if not len(boxes):
        return 0.0
    size = np.array(image_size, dtype=float)
    low, high = np.clip(boxes[:, :2], 0, size), np.clip(boxes[:, 2:], 0, size)
    height = np.sqrt((high - low).prod(axis=1) / size.prod())
    off = ((low + high) / 2 - size / 2) / size
    place = np.exp(-2 * (off**2).sum(axis=1))
    # Steady: present in all frames from the first to the last, so that flickering finds in the background lose.
    spanned = track.frames[-1] - track.frames[0] + 1
    steady = len(boxes) / spanned
    duration = np.sqrt(len(boxes) / len(track))
    return float(np.median(height) * place.mean() * steady * duration * track.score)


def choose_main(
    tracks: Sequence[Track], keypoints: Sequence[Keypoints], image_size: tuple[int, int], persons: int
) -> list[Track]:
    """The `persons` tracks that matter most, best first."""
    order = sorted(range(len(tracks)), key=lambda i: -merit(tracks[i], keypoints, image_size))
    return [tracks[i] for i in order[:persons]]


def swap_identities(tracks: Sequence[Track], a: int, b: int, frame: int, keypoints: Sequence[Keypoints]) -> list[Track]:
    """The identities of tracks `a` and `b` swapped from `frame` on."""
    _check(tracks, a, b, frame=frame)
    first, second = tracks[a].person.copy(), tracks[b].person.copy()
    first[frame:], second[frame:] = tracks[b].person[frame:], tracks[a].person[frame:]
    out = list(tracks)
    out[a] = make_track(first, keypoints, tracks[a].name)
    out[b] = make_track(second, keypoints, tracks[b].name)
    return out


def merge(tracks: Sequence[Track], a: int, b: int, keypoints: Sequence[Keypoints]) -> list[Track]:
    """Track `b` is merged into `a` and removed from the list; UserError where both are there in the same frame."""
    _check(tracks, a, b)
    if a == b:
        raise UserError(f"two different tracks can be merged, got track {a + 1} twice")
    both = np.flatnonzero((tracks[a].person >= 0) & (tracks[b].person >= 0))
    if len(both):
        raise UserError(
            f"two tracks can be merged only where they are never there at once, both are in frame {both[0]}"
        )
    joined = make_track(np.maximum(tracks[a].person, tracks[b].person), keypoints, tracks[a].name)
    return [joined if i == a else track for i, track in enumerate(tracks) if i != b]


def split(tracks: Sequence[Track], a: int, frame: int, keypoints: Sequence[Keypoints]) -> list[Track]:
    """Track `a` ends before `frame`; the rest of it becomes a new track at the end of the list."""
    _check(tracks, a, frame=frame)
    head, tail = tracks[a].person.copy(), tracks[a].person.copy()
    head[frame:], tail[:frame] = -1, -1
    if (head < 0).all() or (tail < 0).all():
        raise UserError(f"a track can be split only inside the time the person is there, frame {frame} is not")
    out = list(tracks)
    out[a] = make_track(head, keypoints, tracks[a].name)
    return [*out, make_track(tail, keypoints)]


def rename(tracks: Sequence[Track], a: int, name: str) -> list[Track]:
    """Track `a` under another name."""
    _check(tracks, a)
    return [replace(track, name=name) if i == a else track for i, track in enumerate(tracks)]


def _check(tracks: Sequence[Track], *numbers: int, frame: int = 0) -> None:
    for number in numbers:
        if not 0 <= number < len(tracks):
            raise UserError(f"tracks are numbered 1 to {len(tracks)}, there is no track {number + 1}")
        if not 0 <= frame < len(tracks[number]):
            raise UserError(f"the frame must be one of the {len(tracks[number])} of the tracks, got {frame}")
