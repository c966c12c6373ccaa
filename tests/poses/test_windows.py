"""Windows: centred, edge frames repeated, odd only."""

from __future__ import annotations

import numpy as np
import pytest

from poses.windows import check_window, cut_windows, window_reach, window_step, windows_at


def test_the_centre_of_each_window_is_its_own_frame():
    windows = cut_windows(np.arange(10), 5)
    assert (windows[:, 2] == np.arange(10)).all()


def test_edge_frames_are_repeated():
    assert cut_windows(np.arange(4), 5).tolist() == [[0, 0, 0, 1, 2], [0, 0, 1, 2, 3], [0, 1, 2, 3, 3], [1, 2, 3, 3, 3]]


def test_frames_of_a_window_can_lie_apart():
    assert cut_windows(np.arange(9), 3, 2).tolist()[:4] == [[0, 0, 2], [0, 1, 3], [0, 2, 4], [1, 3, 5]]
    assert cut_windows(np.arange(9), 5, 2)[4].tolist() == [0, 2, 4, 6, 8]


def test_between_the_frames_of_a_slow_video_a_window_goes_from_one_to_the_next():
    sequence = np.array([0.0, 10, 40, 40, 0])
    assert cut_windows(sequence, 5, 1 / 2)[2].tolist() == [10, 25, 40, 40, 40]
    assert cut_windows(sequence, 5, 1 / 2)[0].tolist() == [0, 0, 0, 5, 10], "frames at the edge are repeated"
    assert cut_windows(sequence, 3, 1 / 4)[3].tolist() == [40, 40, 30]
    moving = np.arange(60.0).reshape(10, 3, 2)
    np.testing.assert_allclose(cut_windows(moving, 7, 1 / 3)[5][:, 0, 0], 30 + 2 * np.arange(-3, 4))


@pytest.mark.parametrize(("step", "reach"), [(1, 4), (3, 12), (1 / 2, 2), (1 / 3, 2), (1 / 6, 1)])
def test_a_window_sees_nothing_beyond_its_reach(step, reach):
    assert window_reach(9, step) == reach
    sequence = np.full(41, np.nan)
    sequence[20 - reach : 21 + reach] = 1.0
    assert np.isfinite(windows_at(sequence, np.array([20]), 9, step)).all()
    sequence[20 + reach] = np.nan
    assert np.isnan(windows_at(sequence, np.array([20]), 9, step)).any()


@pytest.mark.parametrize(
    "fps, hz, step",
    [
        (60, 11, 5),
        (50, 22, 2),
        (30, 22, 1),
        (25, 11, 2),
        (240, 22, 11),
        (10, 22, 1),
        (60, None, 1),
        (5, 28, 1 / 6),
        (10, 28, 1 / 3),
        (5, 12, 1),
    ],
)
def test_windows_of_fast_and_slow_videos_are_cut_at_the_rate_they_are_for(fps, hz, step):
    times = np.round(np.arange(40) / fps, 3)
    assert window_step(times, hz) == step
    assert window_step(times[:1], hz) == 1 and window_step(np.zeros(5), hz) == 1


def test_a_window_longer_than_the_sequence_works():
    assert cut_windows(np.arange(2), 7).shape == (2, 7)


def test_windows_of_poses_keep_their_other_axes():
    assert cut_windows(np.zeros((6, 17, 2)), 3).shape == (6, 3, 17, 2)


def test_no_frames_give_no_windows():
    assert cut_windows(np.zeros((0, 17, 2)), 3).shape == (0, 3, 17, 2)


@pytest.mark.parametrize("size", [0, -3, 2, 8])
def test_a_window_without_a_centre_frame_is_refused(size):
    with pytest.raises(ValueError, match=f"must be odd so that it has a centre frame, got {size}"):
        check_window(size)
