"""Frames in which a detector squeezes a whole body into the head and shoulders of somebody who comes into view."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.pipeline.detect import detect_video
from app.pipeline.main_people import select_people
from app.pipeline.partial_views import partial_view
from app.pipeline.settings import Settings
from detectors import create_detector
from poses.sequences import PoseSequence2D
from poses.skeletons import H36M17
from tests.app.test_picture import T_POSE


def walker(size: np.ndarray, rate: float = 10.0) -> PoseSequence2D:
    """Somebody upright whose size on the picture is 200 px times `size` (T); 0 is nobody."""
    shape = T_POSE[:, :2] * [200, -200]
    xy = np.where(size[:, None, None] > 0, size[:, None, None] * shape + [500, 400], np.nan)
    score = np.isfinite(xy).all(axis=-1).astype(float)
    return PoseSequence2D(xy, score, np.arange(len(size)) / rate, (1000, 600), H36M17)


def test_small_frames_after_an_absence_are_found() -> None:
    size = np.array([0] * 5 + [0.3, 0.5, 0.6] + [1.0] * 20)
    assert np.flatnonzero(partial_view(walker(size))).tolist() == [5, 6, 7]


def test_small_frames_before_somebody_leaves_are_found() -> None:
    size = np.array([1.0] * 20 + [0.5, 0.4] + [0] * 5)
    assert np.flatnonzero(partial_view(walker(size))).tolist() == [20, 21]


def test_somebody_who_is_there_from_the_first_to_the_last_frame_is_left_alone() -> None:
    assert not partial_view(walker(np.array([0.3, 0.5] + [1.0] * 20 + [0.5]))).any()


def test_walking_up_to_the_camera_is_no_entry() -> None:
    size = np.concatenate([np.zeros(5), np.linspace(0.5, 1.0, 40)])
    assert not partial_view(walker(size)).any()


def test_a_crouch_is_no_entry() -> None:
    upright = walker(np.array([0] * 5 + [1.0] * 25))
    xy = upright.xy.copy()
    legs, arms = [2, 3, 5, 6], [12, 13, 15, 16]
    xy[5:9, legs] = xy[5:9, [1, 1, 4, 4]]  # folded under the hips
    xy[5:9, arms] = xy[5:9, [11, 11, 14, 14]]
    assert not partial_view(PoseSequence2D(xy, upright.score, upright.time_s, upright.image_size, H36M17)).any()


def test_a_bow_is_no_entry() -> None:
    upright = walker(np.array([0] * 5 + [1.0] * 25))
    xy = upright.xy.copy()
    upper = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
    xy[5:9, upper, 1] = xy[5:9, :1, 1] + (xy[5:9, upper, 1] - xy[5:9, :1, 1]) * 0.4  # towards the camera
    assert not partial_view(PoseSequence2D(xy, upright.score, upright.time_s, upright.image_size, H36M17)).any()


def test_at_most_half_a_second_is_left_out() -> None:
    size = np.array([0] * 5 + [0.2] * 9 + [1.0] * 40)
    assert partial_view(walker(size)).sum() <= 6


def test_nobody_at_all_is_nothing_to_leave_out() -> None:
    assert not partial_view(walker(np.zeros(8))).any()


@pytest.mark.data
def test_a_man_who_enters_is_lifted_once_his_trunk_is_seen(shared_data: Path) -> None:
    detector = create_detector("blazepose", size="full")
    for step in detect_video(shared_data / "videos" / "enter_frame.mp4", detector, Settings()):
        detections = step.detections
    detector.close()
    assert detections is not None
    people, warnings = select_people(detections, Settings())
    trunk = people[0].xy[:, [11, 12]].mean(axis=1) - people[0].xy[:, [23, 24]].mean(axis=1)
    length = np.linalg.norm(trunk, axis=-1)
    assert np.nanmin(length) > 0.6 * np.nanmedian(length)
    assert any("too little of the body" in line for line in warnings)
