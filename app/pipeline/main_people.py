"""From the keypoints of all people in all frames to one pose sequence for each main person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.pipeline.association import IdentitySwitch, Track, choose_main, pose_sequence, suspect_switches, track_people
from app.pipeline.detect import Detections
from app.pipeline.partial_views import partial_view
from app.pipeline.settings import Settings
from poses.arrays import BoolArray, IntArray
from poses.sequences import PoseSequence2D

# Most doubtful encounters that are named in a warning.
SHOWN = 5


def select_people(
    detections: Detections, settings: Settings, tracks: Sequence[Track] | None = None
) -> tuple[list[PoseSequence2D], list[str]]:
    """The main people of a video, at most `settings.persons`, as sequences over all its frames; and warnings.

    tracks: used as they are, in that order (edited by hand); None tracks and chooses. No person at
    all is an empty list and a warning.
    """
    keypoints, warnings = detections.keypoints, []
    if tracks is None:
        found = track_people(keypoints, detections.time_s, detections.skeleton)
        tracks = choose_main(found, keypoints, detections.image_size, settings.persons)
        if 0 < len(tracks) < settings.persons:
            warnings.append(f"{settings.persons} persons were asked for, {len(tracks)} found")
        warnings += _doubts(suspect_switches(tracks, keypoints, detections.time_s), detections.frame)
    if not tracks:
        warnings.append("nobody was found in this video: every row is empty")
    where = (detections.time_s, detections.image_size, detections.skeleton)
    followed = [pose_sequence(track, keypoints, *where) for track in tracks]
    for number, sequence in enumerate(followed):
        hidden = partial_view(sequence)
        if hidden.any():
            followed[number] = _without(sequence, hidden)
            warnings.append(
                f"{hidden.sum()} frames in which person {number + 1} comes into view or leaves show too little of the "
                "body and were left empty"
            )
    return followed, warnings


def _doubts(switches: Sequence[IdentitySwitch], frame: IntArray) -> list[str]:
    """Warnings about frames in which the identities of two people may have been swapped."""
    if not switches:
        return []
    places = [f"{s.a + 1} and {s.b + 1} in frame {frame[s.frame]}" for s in switches]
    shown = ", ".join(places[:SHOWN]) + (f" and {len(places) - SHOWN} more" if len(places) > SHOWN else "")
    return [f"people who came close may have been exchanged, look at persons {shown}"]


def _without(sequence: PoseSequence2D, rows: BoolArray) -> PoseSequence2D:
    """The sequence with `rows` (T,) bool emptied."""
    xy, score = sequence.xy.copy(), sequence.score.copy()
    xy[rows], score[rows] = np.nan, 0.0
    return replace(sequence, xy=xy, score=score)
