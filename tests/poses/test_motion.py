"""Motion: everybody has a row for every frame, in the spaces that the names promise."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from poses.motion import Motion, Person
from poses.sequences import PoseSequence2D, PoseSequence3D, Space
from poses.skeletons import COCO17, H36M17


def person(frames: int = 4) -> Person:
    times = np.arange(frames) / 25
    xyz = np.zeros((frames, 17, 3))
    return Person(
        PoseSequence2D(np.zeros((frames, 17, 2)), np.ones((frames, 17)), times, (640, 480), COCO17),
        PoseSequence2D(np.zeros((frames, 17, 2)), np.ones((frames, 17)), times, (640, 480), H36M17),
        np.zeros((frames, 17), bool),
        PoseSequence3D(xyz, times, Space.CAMERA_ROOT, H36M17),
        PoseSequence3D(xyz, times, Space.WORLD, H36M17),
    )


def motion(*people: Person, frames: int = 4) -> Motion:
    times = np.arange(frames) / 25
    return Motion("a.mp4", np.arange(frames), times, Fraction(25), False, (640, 480), people, "d", "l")


def test_a_motion_is_as_long_as_its_frames():
    assert len(motion(person(), person())) == 4


def test_people_of_another_length_are_refused():
    with pytest.raises(ValueError, match="must have 4 rows, one a frame, got 5"):
        motion(person(5))


def test_a_motion_without_people_is_fine():
    assert motion().persons == ()


def test_a_person_in_the_wrong_space_is_refused():
    someone = person()
    with pytest.raises(ValueError, match="spaces must be CAMERA_ROOT and WORLD"):
        replace(someone, camera=someone.world)


def test_two_and_three_dimensions_must_have_the_same_frames():
    with pytest.raises(ValueError, match="must have the same frames and joints"):
        replace(person(), camera=person(5).camera)


def test_marks_of_filled_points_must_fit_the_points():
    with pytest.raises(ValueError, match="filled must have shape"):
        replace(person(), filled=np.zeros((4, 16), bool))
