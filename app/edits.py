"""Manual edits, kept apart from the detections: a list of operations, applied from the start each time. Without Qt.

Joints are those of the detector's skeleton, rows those of the Detections, persons the places in the list of tracks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.pipeline.association import Track, choose_main, track_people
from app.pipeline.detect import Detections
from app.pipeline.left_right import repair_left_right
from app.pipeline.main_people import select_people
from app.pipeline.settings import Settings
from app.pipeline.tracks import merge, rename, split
from poses.arrays import BoolArray, IntArray
from poses.errors import UserError
from poses.motion import Person
from poses.sequences import Keypoints
from poses.skeleton import Skeleton, mapping_matrix


@dataclass(frozen=True)
class Move:
    """A keypoint moved to (x, y) px with score 1; NaN removes it."""

    person: int
    row: int
    joint: int
    x: float
    y: float


@dataclass(frozen=True)
class Mask:
    """A person who is absent in rows first..last."""

    person: int
    first: int
    last: int


@dataclass(frozen=True)
class LeftRightFlip:
    """A person's left and right, as they are shown, flipped in rows first..last."""

    person: int
    first: int
    last: int


@dataclass(frozen=True)
class IdentitySwap:
    """The identities of two persons swapped from row `first` on."""

    person: int
    other: int
    first: int


@dataclass(frozen=True)
class Merge:
    """`other` is the same person: merged into `person` and removed from the list."""

    person: int
    other: int


@dataclass(frozen=True)
class Split:
    """From row `first` on another person, appended to the list."""

    person: int
    first: int


@dataclass(frozen=True)
class Rename:
    """A person's name, for lanes and files; "" for none."""

    person: int
    name: str


Edit = Move | Mask | LeftRightFlip | IdentitySwap | Merge | Split | Rename


def apply_edits(
    detections: Detections, settings: Settings, edits: Sequence[Edit]
) -> tuple[Detections, list[Track] | None]:
    """Detections and tracks after the edits; without edits the pipeline finds the tracks itself (None)."""
    if not edits:
        return detections, None
    time_s = detections.in_life(settings.slow_motion).time_s
    found = track_people(detections.keypoints, time_s, detections.skeleton)
    main = choose_main(found, detections.keypoints, detections.image_size, settings.persons)
    after, tracks = apply(detections, main, edits)
    if settings.repair_swaps and any(isinstance(edit, Mask | IdentitySwap | Merge | Split) for edit in edits):
        tracks = _with_sides(tracks, main, after, settings)
    return after, tracks


def _with_sides(
    tracks: Sequence[Track], found: Sequence[Track], detections: Detections, settings: Settings
) -> list[Track]:
    """The tracks with left and right as they were repaired in the people that were `found`.

    A half of a person tells less about sides than the whole: repaired alone, left and right of the second one could be
    exchanged to the end of the clip.
    """
    people, _ = select_people(detections.in_life(settings.slow_motion), settings, found)
    sides: dict[tuple[int, int], BoolArray] = {}  # (row, person's place in its keypoints)
    for track, person in zip(found, people, strict=True):
        *_, flips = repair_left_right(person.xy, person.score, person.skeleton, person.time_s)
        sides |= {(int(row), int(track.person[row])): flips[row] for row in track.frames}
    none = np.zeros(len(detections.skeleton), dtype=bool)
    return [
        replace(track, sides=np.array([sides.get((row, int(place)), none) for row, place in enumerate(track.person)]))
        for track in tracks
    ]


def apply(detections: Detections, tracks: Sequence[Track], edits: Sequence[Edit]) -> tuple[Detections, list[Track]]:
    """The detections and tracks as they are after the edits, in order; what was given stays as it is."""
    keypoints = list(detections.keypoints)
    tracks = list(tracks)
    persons = [track.person.copy() for track in tracks]
    flipped: set[tuple[int, int]] = set()  # (row, person's place in its keypoints)
    for edit in edits:
        if max(edit.person, getattr(edit, "other", 0)) >= len(persons):
            raise UserError("a correction is about a person who is not followed any more: follow more people or undo")
        if isinstance(edit, Merge | Split | Rename):
            tracks = _regrouped(_with_rows(tracks, persons), edit, keypoints)
            persons = [track.person.copy() for track in tracks]
            continue
        rows = persons[edit.person]
        if isinstance(edit, Move):
            keypoints[edit.row], rows[edit.row] = _moved(keypoints[edit.row], int(rows[edit.row]), edit)
            continue
        if isinstance(edit, IdentitySwap):
            other = persons[edit.other]
            rows[edit.first :], other[edit.first :] = other[edit.first :].copy(), rows[edit.first :].copy()
            continue
        span = range(max(edit.first, 0), min(edit.last, len(rows) - 1) + 1)
        for row in span:
            if isinstance(edit, Mask):
                rows[row] = -1
            elif rows[row] >= 0:
                flipped ^= {(row, int(rows[row]))}
    return replace(detections, keypoints=tuple(keypoints)), [
        replace(track, flipped=tuple(row for row, place in enumerate(track.person) if (row, int(place)) in flipped))
        for track in _with_rows(tracks, persons)
    ]


def _with_rows(tracks: Sequence[Track], persons: Sequence[IntArray]) -> list[Track]:
    return [replace(track, person=rows) for track, rows in zip(tracks, persons, strict=True)]


def _regrouped(tracks: list[Track], edit: Merge | Split | Rename, keypoints: Sequence[Keypoints]) -> list[Track]:
    if isinstance(edit, Rename):
        return rename(tracks, edit.person, edit.name)
    if isinstance(edit, Split):
        return split(tracks, edit.person, edit.first, keypoints)
    # Where both are there after all (rows the pipeline leaves empty are not shown to the user) the first one counts.
    first, second = tracks[edit.person], tracks[edit.other]
    rest = np.where(first.person >= 0, -1, second.person)
    tracks = rename(tracks, edit.person, first.name or second.name)
    tracks[edit.other] = replace(second, person=rest)
    return merge(tracks, edit.person, edit.other, keypoints)


def source_joint(joint: int, source: Skeleton, target: Skeleton) -> int | None:
    """The detector's joint that alone makes a joint of the lifter; None where it is made of several."""
    weights = mapping_matrix(source, target)[joint]
    used = np.flatnonzero(weights)
    return int(used[0]) if len(used) == 1 and np.isfinite(weights).all() else None


def as_detected(person: Person, row: int, joint: int, place: int) -> int:
    """`place`, or its opposite where the pipeline found that the detector had flipped left and right in this row.

    joint: of the lifter's skeleton, place: the detector's joint of that name.
    """
    shown, raw = person.pose_2d.xy[row, joint], person.keypoints.xy[row]
    opposite = person.keypoints.skeleton.mirror[place]
    exchanged = not np.allclose(raw[place], shown) and np.allclose(raw[opposite], shown)
    return opposite if exchanged else place


def source_joints(joint: int, source: Skeleton, target: Skeleton) -> list[str]:
    """Names of the detector's joints that a joint of the lifter is made of."""
    return [source.joint_names[i] for i in np.flatnonzero(mapping_matrix(source, target)[joint])]


def _moved(found: Keypoints, place: int, edit: Move) -> tuple[Keypoints, int]:
    """The frame with one keypoint elsewhere, and the person's row in it; a person who was not there is added."""
    xy, score, boxes, world = found.xy.copy(), found.score.copy(), found.boxes, found.world_m
    if place < 0:
        place = len(xy)
        xy = np.concatenate([xy, np.full((1, *xy.shape[1:]), np.nan)])
        score = np.concatenate([score, np.zeros((1, score.shape[1]))])
        boxes = np.concatenate([boxes, [[edit.x, edit.y, edit.x, edit.y]]])
        world = None if world is None else np.concatenate([world, np.full((1, *world.shape[1:]), np.nan)])
    xy[place, edit.joint] = edit.x, edit.y
    score[place, edit.joint] = 0.0 if np.isnan(edit.x) else 1.0
    return replace(found, xy=xy, score=score, boxes=boxes, world_m=world), place
