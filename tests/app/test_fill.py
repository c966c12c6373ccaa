"""Gaps in 2D keypoints: short ones are filled and flagged, long ones stay empty."""

from __future__ import annotations

import numpy as np
import pytest

from app.pipeline.fill import fill_gaps, segments

TIMES = np.arange(60) / 30


def track_with_gap(start: int, stop: int, times: np.ndarray = TIMES) -> tuple[np.ndarray, np.ndarray]:
    """Two joints that move evenly, the second one missing in start .. stop - 1."""
    xy = np.stack([np.stack([100 + 30 * times, 200 - 10 * times], axis=-1)] * 2, axis=1)
    score = np.full(xy.shape[:2], 0.8)
    xy[start:stop, 1], score[start:stop, 1] = np.nan, 0.0
    return xy, score


def test_a_short_gap_is_filled_where_the_joint_must_have_been_and_flagged() -> None:
    whole, _ = track_with_gap(0, 0)
    xy, score, filled = fill_gaps(*track_with_gap(20, 26), TIMES, 0.25)
    np.testing.assert_allclose(xy, whole, atol=0.01)
    assert filled[20:26, 1].all() and filled.sum() == 6
    np.testing.assert_allclose(score[20:26, 1], 0.4)


def test_a_long_gap_stays_empty() -> None:
    xy, score, filled = fill_gaps(*track_with_gap(20, 30), TIMES, 0.25)
    assert np.isnan(xy[20:30, 1]).all() and not score[20:30, 1].any() and not filled.any()


@pytest.mark.parametrize(("start", "stop"), [(0, 3), (57, 60), (0, 60)])
def test_nothing_is_made_up_before_the_first_and_after_the_last_sighting(start: int, stop: int) -> None:
    xy, _, filled = fill_gaps(*track_with_gap(start, stop), TIMES, 0.25)
    assert np.isnan(xy[start:stop, 1]).all() and not filled.any()


def test_the_length_of_a_gap_is_measured_in_time_not_frames() -> None:
    times = np.concatenate([np.arange(30) / 30, 1.0 + np.arange(30) / 5])
    assert fill_gaps(*track_with_gap(10, 16, times), times, 0.25)[2].sum() == 6
    assert fill_gaps(*track_with_gap(40, 46, times), times, 0.25)[2].sum() == 0


def test_one_frame_at_a_low_rate_is_a_gap_of_its_own_length() -> None:
    times = np.arange(20) / 5
    assert fill_gaps(*track_with_gap(10, 11, times), times, 0.25)[2].sum() == 1
    assert fill_gaps(*track_with_gap(10, 12, times), times, 0.25)[2].sum() == 0


def test_filling_does_not_overshoot() -> None:
    xy, score = track_with_gap(0, 0)
    xy[:, 1, 0] = np.where(np.arange(60) < 30, 0.0, 100.0)
    xy[28:32, 1], score[28:32, 1] = np.nan, 0.0
    out, _, _ = fill_gaps(xy, score, TIMES, 0.25)
    assert out[:, 1, 0].min() >= 0 and out[:, 1, 0].max() <= 100


def test_what_goes_in_is_not_changed() -> None:
    xy, score = track_with_gap(20, 24)
    fill_gaps(xy, score, TIMES, 0.25)
    assert np.isnan(xy[20:24, 1]).all()


def test_zero_fills_nothing() -> None:
    assert fill_gaps(*track_with_gap(20, 22), TIMES, 0.0)[2].sum() == 0


def test_runs_are_the_unbroken_stretches() -> None:
    assert segments(np.array([1, 1, 0, 1, 0, 0, 1], dtype=bool)) == [(0, 2), (3, 4), (6, 7)]
    assert segments(np.zeros(3, dtype=bool)) == [] and segments(np.ones(3, dtype=bool)) == [(0, 3)]
