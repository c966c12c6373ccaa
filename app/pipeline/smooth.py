"""Zero-phase smoothing of 3D joints: noise goes, the timing of a movement stays."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from app.pipeline.fill import segments
from poses.arrays import FloatArray, check_shape

ORDER = 2
# Beyond this part of half the frame rate a low-pass does nothing but ring.
HIGHEST = 0.8
# How much higher the cut-off is for fast joints; speeds in m/s. Chosen on a golf swing (98 % of the peak speed of the
# wrists is left, at 6 Hz throughout 78 %) and on clips with a reference (accelerations nearer to it than at 6 Hz).
FASTER, SLOW, FAST, HOLD_S = 2.5, 2.0, 5.0, 0.1


def smooth(values: FloatArray, time_s: FloatArray, cutoff_hz: float | None) -> FloatArray:
    """values (T, ...) over time_s (T) with what changes faster than `cutoff_hz` taken out; None changes nothing.

    A second-order Butterworth low-pass runs forwards and backwards (no delay; at the cut-off half the amplitude is
    left). Rows with NaN, and times where frames are lacking, split the sequence; every segment is smoothed separately.
    Uneven time stamps are resampled to an even grid of their median step and back. Where the frame rate is too low for
    the cut-off, or a segment shorter than four frames, nothing is changed.
    """
    check_shape("time_s", time_s, (len(values),))
    out = np.array(values, dtype=float)
    if cutoff_hz is None:
        return out
    present = np.isfinite(out).all(axis=tuple(range(1, out.ndim)))
    for start, stop in segments(present, time_s):
        out[start:stop] = _smooth_segment(out[start:stop], time_s[start:stop], cutoff_hz)
    return out


def _smooth_segment(values: FloatArray, time_s: FloatArray, cutoff_hz: float) -> FloatArray:
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
    """values (T, ...) through the low-pass forwards and backwards, which together have the response |H|^2 below.

    A sequence goes on at both ends as its own image turned about the end point (the odd extension of `sosfiltfilt`,
    without an end). Less the line through both ends, which the filter leaves as it is, that is periodic, so the result
    is exact by Fourier transform; and scipy.signal, which takes longer to load than a clip to smooth, is not needed.
    """
    count, ones = len(values), (1,) * (values.ndim - 1)
    line = values[0] + np.linspace(0, 1, count).reshape(-1, *ones) * (values[-1] - values[0])
    rest = values - line
    turned = np.concatenate([rest, -rest[-2:0:-1]])
    hz = np.fft.rfftfreq(len(turned), 1 / rate_hz)
    # Butterworth by the bilinear transform: frequencies are bent by the tangent.
    bent = np.tan(np.pi * np.minimum(hz / rate_hz, 0.5 - 1e-9)) / np.tan(np.pi * cutoff_hz / rate_hz)
    response = (1 / (1 + bent ** (2 * ORDER))).reshape(-1, *ones)
    passed = np.fft.irfft(np.fft.rfft(turned, axis=0) * response, len(turned), axis=0)
    return np.asarray(line + passed[:count])


def smooth_joints(xyz: FloatArray, time_s: FloatArray, cutoff_hz: float | None) -> FloatArray:
    """xyz (T, J, 3) m smoothed at `cutoff_hz` where a joint is slow and at 2.5 times that where it is fast; zero phase.

    A swing lasts a few frames and loses a fifth of its speed at 6 Hz, while noise shows most in a joint that rests.
    Both low-passes are mixed joint by joint, by the speed of the calmer one (all slow below SLOW m/s, all fast above
    FAST m/s), held for HOLD_S on both sides.
    """
    calm = smooth(xyz, time_s, cutoff_hz)
    if cutoff_hz is None or len(xyz) < 4:
        return calm
    quick = smooth(xyz, time_s, FASTER * cutoff_hz)
    for start, stop in segments(np.asarray(np.isfinite(calm).all(axis=(1, 2))), time_s):
        if stop - start < 4:
            continue
        part = slice(start, stop)
        share = _share_of_fast(calm[part], time_s[part])
        calm[part] += share[..., None] * (quick[part] - calm[part])
    return calm


def _share_of_fast(xyz: FloatArray, time_s: FloatArray) -> FloatArray:
    """(T, J) from 0 (slow) to 1 (fast), without steps in time."""
    speed = np.linalg.norm(np.gradient(xyz, time_s, axis=0), axis=-1)
    step = float(np.median(np.diff(time_s)))
    reach = round(HOLD_S / step)
    held = sliding_window_view(np.pad(speed, ((reach, reach), (0, 0)), mode="edge"), 2 * reach + 1, axis=0).max(axis=-1)
    share = np.clip((held - SLOW) / (FAST - SLOW), 0, 1)
    return np.clip(smooth(share, time_s, 1 / (2 * HOLD_S)), 0, 1)
