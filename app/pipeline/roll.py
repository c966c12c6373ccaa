"""Roll of the camera, taken out of the 2D poses before they are lifted.

Lifters see mostly level cameras in training, and err more on a picture that is turned about the line of sight. So a
few chunks of each person are lifted as they are, the direction up is estimated from them (`app.pipeline.world`), and
where it says that the camera is rolled, all 2D poses are turned upright about the middle of the picture, lifted, and
the 3D poses turned back. The angle is rounded, so that a small correction by hand leaves all other frames as they are,
and small angles count as none, since the estimate is no better than that.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.pipeline.lift import (
    LiftCache,
    Lifted,
    PreparedPerson,
    chunk_size,
    chunks_of,
    lift_chunk,
    lift_prepared,
    normalised_segments,
    prepare_person,
)
from app.pipeline.settings import Settings
from app.pipeline.world import place_in_world
from app.protocols import ChunkLifter, Lifter
from poses.arrays import FloatArray
from poses.sequences import PoseSequence2D, PoseSequence3D, Space

# Degrees: angles below LEVEL are taken as 0, others are rounded to whole STEPs.
LEVEL, STEP = 5.0, 3.0
# Chunks of each person that the estimate is made from.
CHUNKS = 4


def lift_person(track: PoseSequence2D, lifter: Lifter, settings: Settings) -> Lifted:
    """One tracked person lifted as in the whole chain, when nobody else says how the camera is held."""
    person = prepare_person(track, lifter, settings)
    return lift_prepared(person, lifter, settings, roll_deg=estimate_roll([person], lifter, settings))


def estimate_roll(
    people: Sequence[PreparedPerson],
    lifter: Lifter,
    settings: Settings,
    known: LiftCache | None = None,
    first: int = 0,
    within: tuple[int, int] | None = None,
) -> float:
    """Degrees by which up is turned clockwise in the picture, a whole number of STEPs; 0 where nobody is seen.

    known: chunks that were lifted before, as for `lift_prepared`; those lifted here are added. first: number of the
    first row of `people` among the frames of the video; within: only chunks of these frames (begin, end) are lifted.
    """
    sampled = [_lift_sample(person, lifter, settings, known, first, within) for person in people]
    seen = [one for one in sampled if one.camera.present.any()]
    if not seen:
        return 0.0
    roll = place_in_world(seen, settings).roll_deg
    return 0.0 if abs(roll) < LEVEL else STEP * round(roll / STEP)


def _lift_sample(
    person: PreparedPerson,
    lifter: Lifter,
    settings: Settings,
    known: LiftCache | None,
    first: int,
    within: tuple[int, int] | None,
) -> Lifted:
    """Chunks spread evenly over the frames of one person, lifted as they are seen; NaN elsewhere."""
    pose_2d = person.pose_2d
    xyz: FloatArray = np.full((*pose_2d.xy.shape[:2], 3), np.nan)
    runs = list(normalised_segments(pose_2d, lifter, settings))
    if isinstance(lifter, ChunkLifter):
        low, high = within or (first, first + len(pose_2d))
        chunks = [
            (run, a - first - run.start, b - first - run.start)
            for run in runs
            for a, b in chunks_of(first + run.start, first + run.start + len(run.screen), chunk_size(lifter))
            if low <= a and b <= high
        ]
        chosen = np.unique(np.linspace(0, len(chunks) - 1, CHUNKS).round().astype(int)) if chunks else ()
        for run, begin, end in (chunks[n] for n in chosen):
            lifted = lift_chunk(run, begin, end, lifter, None, known)
            xyz[run.start + begin : run.start + end] = run.turned_back(lifted, begin, end)
    else:
        for run in runs:
            count = len(run.screen)
            lifted = lifter.lift_sequence(run.screen, None, run.step)
            xyz[run.start : run.start + count] = run.turned_back(lifted, 0, count)
    camera = PoseSequence3D(xyz, pose_2d.time_s, Space.CAMERA_ROOT, lifter.skeleton)
    return Lifted(pose_2d, person.filled, camera)
