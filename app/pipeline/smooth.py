"""Zero-phase smoothing of 3D joints: noise goes, the timing of a movement stays."""

from __future__ import annotations

import numpy as np

from app.pipeline.fill import runs
from poses.arrays import FloatArray, check_shape

ORDER = 2
# Beyond this part of half the frame rate a low-pass does nothing but ring.
HIGHEST = 0.8


def smooth(values: FloatArray, time_s: FloatArray, cutoff_hz: float | None) -> FloatArray:
    """values (T, ...) over time_s (T) with what changes faster than `cutoff_hz` taken out; None changes nothing.

    A second-order Butterworth low-pass runs forwards and backwards (no delay; at the cut-off half the amplitude is
    left). Rows with NaN split the sequence; every stretch is smoothed for itself. Uneven time stamps are resampled to
    an even grid of their median step and back. Where the frame rate is too low for the cut-off, or a stretch shorter
    than four frames, nothing is changed.
    """
    check_shape("time_s", time_s, (len(values),))
    out = np.array(values, dtype=float)
    if cutoff_hz is None:
        return out
    present = np.isfinite(out).all(axis=tuple(range(1, out.ndim)))
    for start, stop in runs(present):
        out[start:stop] = _smooth_run(out[start:stop], time_s[start:stop], cutoff_hz)
    return out


def _smooth_run(values: FloatArray, time_s: FloatArray, cutoff_hz: float) -> FloatArray:
    if len(values) < 4:
        return values
    steps = np.diff(time_s)
    step = float(np.median(steps))
    if cutoff_hz >= HIGHEST * 0.5 / step:
        return values
    if np.abs(steps - step).max() < 0.02 * step:
        return _filtered(values, 1 / step, cutoff_hz)
    from scipy.interpolate import PchipInterpolator

    grid = np.linspace(time_s[0], time_s[-1], round((time_s[-1] - time_s[0]) / step) + 1)
    even = PchipInterpolator(time_s, values, axis=0)(grid)
    return np.asarray(PchipInterpolator(grid, _filtered(even, 1 / step, cutoff_hz), axis=0)(time_s))


def _filtered(values: FloatArray, rate_hz: float, cutoff_hz: float) -> FloatArray:
    from scipy.signal import butter, sosfiltfilt

    sections = butter(ORDER, cutoff_hz, fs=rate_hz, output="sos")
    pad = min(len(values) - 1, int(np.ceil(3 * rate_hz / cutoff_hz)))
    return np.asarray(sosfiltfilt(sections, values, axis=0, padtype="odd", padlen=pad))
