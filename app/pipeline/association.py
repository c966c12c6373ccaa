"""Association: the keypoints of successive frames become tracks of persons.

Two steps. From frame to frame each track predicts its pose (its place moves on at its speed) and the predictions are
matched with what was found (Hungarian method) by likeness of the poses, overlap of the boxes and size. Then tracks
that end are joined with tracks that begin soon after where the first would have come by then.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.pipeline.tracks import (
    IdentitySwitch,
    Track,
    choose_main,
    make_track,
    merge,
    pose_sequence,
    rename,
    split,
    swap_identities,
    world_landmarks,
)
from poses.arrays import FloatArray, IntArray
from poses.sequences import Keypoints
from poses.skeleton import Skeleton

__all__ = [
    "IdentitySwitch",
    "Track",
    "choose_main",
    "make_track",
    "merge",
    "pose_sequence",
    "rename",
    "split",
    "suspect_switches",
    "swap_identities",
    "track_people",
    "world_landmarks",
]

# A track that is not seen for longer than this ends (it may be joined with a later one); it keeps its speed for a time
# of the order of FADE_S.
COAST_S, FADE_S = 1.0, 0.5
# Longest absence over which two tracks are joined.
ABSENCE_S = 2.0
# Likeness falls to 0.6 at this distance between keypoints, in parts of the person's size.
SPREAD = 0.12
# Pairs less alike than this are never the same person.
LEAST_ALIKE = 0.2
# Two people meet where their boxes share more than this part of the smaller one.
MEETING = 0.5
# ... and one may hide the other from view where they share this part of it.
CLOSE = 0.15
# Within this time a person counts as seen all along.
SEEN_S = 0.1
# Speed is taken over this time.
SPEED_S = 0.2


class _Open:
    """A track while it grows: what was seen last and how the middle of the body moves."""

    def __init__(self, t: int, row: int, keypoints: Keypoints, time_s: float) -> None:
        self.rows = {t: row}
        self.middles: list[tuple[float, FloatArray]] = []
        self.add(t, row, keypoints, time_s)

    def add(self, t: int, row: int, keypoints: Keypoints, time_s: float) -> None:
        self.rows[t] = row
        self.xy, self.score = keypoints.xy[row], keypoints.score[row]
        self.box, self.time_s = keypoints.boxes[row], time_s
        self.size = size_of(self.box)
        self.middles.append((time_s, middle_of(self.xy, self.score, self.box)))

    def shift(self, time_s: float) -> FloatArray:
        """(2) px by which the body has moved on since it was last seen; speed fades out while it is not."""
        recent = [m for m in self.middles[-8:] if m[0] >= self.time_s - SPEED_S]
        if len(recent) < 2:
            return np.zeros(2)
        times = np.array([m[0] for m in recent])
        places = np.array([m[1] for m in recent])
        speed = np.polyfit(times - times[-1], places, 1)[0]
        gap = time_s - self.time_s
        return np.asarray(speed * FADE_S * (1 - np.exp(-gap / FADE_S)))


def size_of(box: FloatArray) -> float:
    """Size of a person px: square root of the box area, which changes little when arms and legs spread."""
    return float(np.sqrt(np.maximum(box[2:] - box[:2], 1).prod()))


def middle_of(xy: FloatArray, score: FloatArray, box: FloatArray) -> FloatArray:
    """(2) px: mean of the keypoints weighted by score, or the middle of the box."""
    good = np.isfinite(xy).all(axis=-1)
    weights = score[good]
    if weights.sum() <= 1e-6:
        return np.asarray((box[:2] + box[2:]) / 2)
    return np.asarray(weights @ xy[good] / weights.sum())


def likeness(
    xy: FloatArray, score: FloatArray, other: FloatArray, other_score: FloatArray, size: float, mirror: Sequence[int]
) -> float:
    """Likeness 0..1 of two poses (J, 2) px, like COCO's OKS with one spread for all keypoints.

    The better of both ways to name left and right counts: a detector that confuses sides has not changed persons.
    """
    best = 0.0
    for order in (list(range(len(xy))), list(mirror)):
        weights = np.sqrt(score * other_score[order])
        distance = np.linalg.norm(xy - other[order], axis=-1) / (SPREAD * size)
        good = np.isfinite(distance)
        if (total := weights[good].sum()) > 1e-6:
            best = max(best, float(weights[good] @ np.exp(-(distance[good] ** 2) / 2) / total))
    return best


def overlap(a: FloatArray, b: FloatArray) -> float:
    """Intersection over union of two boxes (4)."""
    shared = np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None).prod()
    union = (a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - shared
    return float(shared / union) if union > 0 else 0.0


def alike(track: _Open, keypoints: Keypoints, row: int, time_s: float, mirror: Sequence[int]) -> float:
    """0..1: how well a person found at `time_s` continues a track."""
    move = track.shift(time_s)
    size = max(track.size, size_of(keypoints.boxes[row]))
    # The longer unseen, the less is known of pose and place.
    vague = 1 + 2 * max(time_s - track.time_s - SEEN_S, 0)
    size *= vague
    pose = likeness(track.xy + move, track.score, keypoints.xy[row], keypoints.score[row], size, mirror)
    boxes = overlap(track.box + np.tile(move, 2), keypoints.boxes[row])
    ratio = np.exp(-abs(np.log(track.size / size_of(keypoints.boxes[row]))))
    return float(0.5 * pose + 0.25 * boxes + 0.25 * ratio) / vague**0.5


def track_people(keypoints: Sequence[Keypoints], time_s: FloatArray, skeleton: Skeleton) -> list[Track]:
    """Keypoints of T frames -> tracks, in the order of their first frame.

    time_s (T) seconds, growing. Every person of every frame belongs to exactly one track.
    """
    growing: list[_Open] = []
    ended: list[_Open] = []
    for t, found in enumerate(keypoints):
        now = float(time_s[t])
        ended += [track for track in growing if now - track.time_s > COAST_S]
        growing = [track for track in growing if now - track.time_s <= COAST_S]
        free = set(range(len(found)))
        for number, row in _match(growing, found, now, skeleton.mirror):
            growing[number].add(t, row, found, now)
            free.discard(row)
        growing += [_Open(t, row, found, now) for row in sorted(free)]
    pieces = _join(sorted(ended + growing, key=lambda track: min(track.rows)), keypoints)
    return [make_track(person, keypoints) for person in pieces]


def _match(growing: list[_Open], found: Keypoints, now: float, mirror: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs (track, row) that maximise the likeness in sum."""
    if not growing or not len(found):
        return []
    gain = np.array([[alike(track, found, row, now, mirror) for row in range(len(found))] for track in growing])
    gain = np.where(gain >= LEAST_ALIKE, gain, -1.0)
    return [(a, b) for a, b in _best_pairs(gain) if gain[a, b] > 0]


def _best_pairs(gain: FloatArray) -> list[tuple[int, int]]:
    """(row, column) of gain (N, M), none used twice, that are worth most in sum."""
    if 1 in gain.shape:  # one person: no need to load scipy
        best = int(gain.argmax())
        return [(best // gain.shape[1], best % gain.shape[1])]
    from scipy.optimize import linear_sum_assignment

    return [(int(a), int(b)) for a, b in zip(*linear_sum_assignment(-gain), strict=True)]


def _join(tracks: list[_Open], keypoints: Sequence[Keypoints]) -> list[IntArray]:
    """Person rows (T) of the tracks, those joined that one absence separates."""
    people = []
    for track in tracks:
        person = np.full(len(keypoints), -1)
        for t, row in track.rows.items():
            person[t] = row
        people.append(person)
    gain = np.array([[_follows(a, b, keypoints) for b in tracks] for a in tracks]).reshape(len(tracks), len(tracks))
    after = dict(_best_pairs(gain)) if len(tracks) else {}
    later = {b for a, b in after.items() if gain[a, b] > 0}
    joined = []
    for start in range(len(tracks)):
        if start in later:
            continue
        person, at = people[start].copy(), start
        while gain[at, after[at]] > 0:
            at = after[at]
            person = np.maximum(person, people[at])
        joined.append(person)
    return joined


def _follows(first: _Open, second: _Open, keypoints: Sequence[Keypoints]) -> float:
    """0..1: how well `second` may be `first` come back after an absence; 0 where it cannot be."""
    begin = min(second.rows)
    gap = second.middles[0][0] - first.time_s
    if gap <= 0 or gap > ABSENCE_S or begin <= max(first.rows):
        return 0.0
    box = keypoints[begin].boxes[second.rows[begin]]
    ratio = abs(np.log(first.size / size_of(box)))
    distance = np.linalg.norm(first.middles[-1][1] + first.shift(second.middles[0][0]) - second.middles[0][1])
    reach = first.size * (0.4 + 0.8 * gap)
    if distance > reach or ratio > np.log(1.8):
        return 0.0
    return float((1 - distance / reach) * np.exp(-ratio) + 1e-3)


def suspect_switches(
    tracks: Sequence[Track], keypoints: Sequence[Keypoints], time_s: FloatArray
) -> list[IdentitySwitch]:
    """Frames where two tracks came so close that they may have been exchanged: the last frame of each meeting.

    Two meet where their boxes share much, or where one is not seen for a while and was or is then close to the other.
    """
    switches = []
    for a in range(len(tracks)):
        for b in range(a + 1, len(tracks)):
            near = {t for t in range(len(keypoints)) if _shared(tracks[a], tracks[b], keypoints[t], t) > MEETING}
            near |= _hidden(tracks[a], tracks[b], keypoints) | _hidden(tracks[b], tracks[a], keypoints)
            order = sorted(near)
            ends = [t for t, after in zip(order, [*order[1:], None], strict=False) if _apart(t, after, time_s)]
            switches += [IdentitySwitch(t, a, b) for t in ends]
    return sorted(switches, key=lambda s: s.frame)


def _shared(a: Track, b: Track, keypoints: Keypoints, t: int) -> float:
    """Part 0..1 of the smaller box that two tracks share in frame t; 0 where one of them is not there."""
    first, second = int(a.person[t]), int(b.person[t])
    if first < 0 or second < 0:
        return 0.0
    one, other = keypoints.boxes[first], keypoints.boxes[second]
    shared = np.clip(np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2]), 0, None).prod()
    return float(shared / max(min((box[2:] - box[:2]).prod() for box in (one, other)), 1e-9))


def _hidden(one: Track, other: Track, keypoints: Sequence[Keypoints]) -> set[int]:
    """Frames in which `one` is back after an absence that began or ended close to `other`."""
    frames = one.frames
    gaps = [(int(frames[i]), int(frames[i + 1])) for i in np.flatnonzero(np.diff(frames) > 1)]
    return {back for last, back in gaps if any(_shared(one, other, keypoints[t], t) > CLOSE for t in (last, back))}


def _apart(t: int, after: int | None, time_s: FloatArray) -> bool:
    return after is None or bool(time_s[after] - time_s[t] > FADE_S)
