"""Keypoints and pose sequences: checked once, when made; missing is NaN with score 0."""

from __future__ import annotations

import numpy as np
import pytest

from poses.sequences import Keypoints, PoseSequence2D, PoseSequence3D, Space, VideoFrame
from poses.skeletons import COCO17, H36M17


def sequence(xy: np.ndarray, score: np.ndarray, time_s: np.ndarray | None = None) -> PoseSequence2D:
    times = np.arange(len(xy)) / 30 if time_s is None else time_s
    return PoseSequence2D(xy, score, times, (640, 480), COCO17)


def test_a_frame_knows_its_width_before_its_height():
    assert VideoFrame(0, 0.0, np.zeros((480, 640, 3), np.uint8)).size == (640, 480)


def test_a_picture_of_other_numbers_is_refused():
    with pytest.raises(ValueError, match="must hold uint8, got float64"):
        VideoFrame(0, 0.0, np.zeros((4, 4, 3)))


def test_nobody_in_the_picture_is_zero_people():
    assert len(Keypoints.none(17)) == 0


def test_keypoints_and_boxes_must_be_of_the_same_people():
    with pytest.raises(ValueError, match="boxes must have shape"):
        Keypoints(np.zeros((2, 17, 2)), np.ones((2, 17)), np.zeros((1, 4)))


def test_a_missing_keypoint_has_no_score():
    xy, score = np.zeros((3, 17, 2)), np.ones((3, 17))
    xy[1, 4] = np.nan
    with pytest.raises(ValueError, match="score must be 0 where a keypoint is missing"):
        sequence(xy, score)
    score[1, 4] = 0
    present = sequence(xy, score).present
    assert not present[1, 4]
    assert present.sum() == 3 * 17 - 1


@pytest.mark.parametrize("bad", [-0.1, 1.5, np.nan])
def test_scores_lie_between_0_and_1(bad):
    score = np.ones((2, 17))
    score[0, 0] = bad
    with pytest.raises(ValueError, match=r"score must lie in 0\.\.1"):
        sequence(np.zeros((2, 17, 2)), score)


@pytest.mark.parametrize("times", [[0.0, 0.0], [1.0, 0.5], [0.0, np.nan]])
def test_time_runs_forward(times):
    with pytest.raises(ValueError, match="time_s must increase"):
        sequence(np.zeros((2, 17, 2)), np.ones((2, 17)), np.array(times))


def test_joints_must_be_those_of_the_skeleton():
    with pytest.raises(ValueError, match=r"xyz must have shape \(T, 17, 3\), got \(4, 16, 3\)"):
        PoseSequence3D(np.zeros((4, 16, 3)), np.arange(4.0), Space.WORLD, H36M17)


def test_a_frame_with_a_missing_joint_is_no_present_frame():
    xyz = np.zeros((3, 17, 3))
    xyz[1, 2, 0] = np.nan
    assert PoseSequence3D(xyz, np.arange(3.0), Space.WORLD, H36M17).present.tolist() == [True, False, True]


def test_arrays_of_a_sequence_cannot_be_changed():
    poses = sequence(np.zeros((2, 17, 2)), np.ones((2, 17)))
    with pytest.raises(ValueError, match="read-only"):
        poses.xy[0, 0, 0] = 1
