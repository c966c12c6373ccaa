"""Smoothing takes the noise and leaves the timing."""

from __future__ import annotations

import numpy as np
import pytest

from app.pipeline.smooth import smooth, smooth_joints

TIMES = np.arange(180) / 60


def wave(hz: float, times: np.ndarray = TIMES) -> np.ndarray:
    return np.sin(2 * np.pi * hz * times)[:, None, None] * np.ones((1, 2, 3))


def test_slow_movement_stays_and_does_not_lag() -> None:
    middle = slice(20, -20)
    np.testing.assert_allclose(smooth(wave(1), TIMES, 6.0)[middle], wave(1)[middle], atol=0.01)


def test_fast_noise_goes() -> None:
    assert np.abs(smooth(wave(20), TIMES, 6.0)[20:-20]).max() < 0.05


def test_at_the_cut_off_half_of_the_amplitude_is_left() -> None:
    left = np.abs(smooth(wave(6), TIMES, 6.0)[40:-40]).max()
    assert left == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("cutoff_hz", [5.0, 12.5])
def test_it_is_the_butterworth_filter_run_forwards_and_backwards(cutoff_hz: float) -> None:
    from scipy.signal import butter, sosfiltfilt

    steps = np.random.default_rng(0).normal(size=(300, 2, 3))
    for values in (steps, np.cumsum(steps, axis=0)):
        wanted = sosfiltfilt(butter(2, cutoff_hz, fs=60, output="sos"), values, axis=0, padlen=150)
        np.testing.assert_allclose(smooth(values, np.arange(300) / 60, cutoff_hz), wanted, atol=1e-5)


def test_steady_movement_stays_to_its_ends() -> None:
    steady = (3 + 2 * TIMES)[:, None, None] * np.ones((1, 2, 3))
    np.testing.assert_allclose(smooth(steady, TIMES, 6.0), steady, atol=1e-12)


def test_a_peak_stays_at_its_time() -> None:
    bump = np.exp(-(((TIMES - 1.5) / 0.1) ** 2))[:, None, None] * np.ones((1, 1, 3))
    assert smooth(bump, TIMES, 6.0)[:, 0, 0].argmax() == bump[:, 0, 0].argmax()


def test_rows_without_a_pose_stay_empty_and_do_not_leak_into_their_neighbours() -> None:
    values = wave(1)
    values[60:90] = np.nan
    values[90:] += 100
    out = smooth(values, TIMES, 6.0)
    assert np.isnan(out[60:90]).all() and np.isfinite(out[:60]).all() and np.isfinite(out[90:]).all()
    assert np.abs(out[:60]).max() < 2 and out[90:].min() > 98


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 8])
def test_short_stretches(count: int) -> None:
    out = smooth(wave(1)[:count], TIMES[:count], 6.0)
    assert out.shape == (count, 2, 3) and np.isfinite(out).all()


def test_a_constant_stays_that_constant() -> None:
    for count in (4, 6, 30):
        np.testing.assert_allclose(smooth(np.full((count, 1, 3), 7.0), TIMES[:count], 6.0), 7.0)


def test_a_low_rate_is_left_alone() -> None:
    times = np.arange(65) / 5
    noisy = np.random.default_rng(0).normal(size=(65, 2, 3))
    np.testing.assert_array_equal(smooth(noisy, times, 6.0), noisy)


def test_uneven_times_are_smoothed_by_time() -> None:
    keep = np.sort(np.random.default_rng(0).permutation(180)[:140])
    times = TIMES[keep]
    slow = smooth(wave(1, times), times, 6.0)
    np.testing.assert_allclose(slow[15:-15], wave(1, times)[15:-15], atol=0.03)


def test_a_fast_swing_keeps_its_speed_and_resting_joints_are_calm() -> None:
    swing = 1.2 * np.exp(-(((TIMES - 1.5) / 0.06) ** 2))
    noise = 0.01 * np.random.default_rng(0).normal(size=(180, 2, 3))
    xyz = np.zeros((180, 2, 3))
    xyz[:, 1, 0] = swing
    out = smooth_joints(xyz + noise, TIMES, 5.0)
    speed = np.abs(np.gradient(out[:, 1, 0], TIMES)).max() / np.abs(np.gradient(swing, TIMES)).max()
    assert speed > 0.9 > 0.7 > np.abs(np.gradient(smooth(xyz, TIMES, 5.0)[:, 1, 0], TIMES)).max() / 17.1
    assert out[20:-20, 0].std() < 0.005
    np.testing.assert_allclose(out[:20, 1], smooth(xyz + noise, TIMES, 5.0)[:20, 1], atol=0.004)


def test_joints_without_a_pose_stay_empty_and_short_stretches_pass() -> None:
    xyz = wave(1)
    xyz[60:90] = np.nan
    xyz[93:] = np.nan
    out = smooth_joints(xyz, TIMES, 5.0)
    assert (np.isnan(out) == np.isnan(xyz)).all()
    for count in range(6):
        assert smooth_joints(wave(1)[:count], TIMES[:count], 5.0).shape == (count, 2, 3)


def test_no_cut_off_changes_nothing() -> None:
    np.testing.assert_array_equal(smooth(wave(20), TIMES, None), wave(20))
