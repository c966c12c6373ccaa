"""Motion at an even rate, for formats that know one rate."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from poses.arrays import BoolArray, FloatArray


def resampled_at(name: str, rate: Fraction) -> str:
    """The warning that goes with `resample`, of the format called `name`."""
    return f"the video's frame rate varies and {name} knows one rate: resampled at {float(rate):.6g} frames per second"


def resample(
    joints: FloatArray, present: BoolArray, time_s: FloatArray, rate: Fraction
) -> tuple[FloatArray, BoolArray]:
    """Joints (T, J, 3) and presence (T) at the times first + k / rate, up to the last frame.

    Between frames joints follow a monotone cubic (Fritsch and Carlson 1980: no overshoot). A new frame is present where
    the frames on both sides are.
    """
    from scipy.interpolate import PchipInterpolator

    span = time_s[-1] - time_s[0]
    times = time_s[0] + np.arange(round(span * float(rate)) + 1) / float(rate)
    times = np.minimum(times, time_s[-1])
    after = np.clip(np.searchsorted(time_s, times), 0, len(time_s) - 1)
    before = np.where(time_s[after] == times, after, after - 1)
    there = present[before] & present[after]
    out = np.full((len(times), *joints.shape[1:]), np.nan)
    if present.sum() == 1:
        out[there] = joints[present]
    elif there.any():
        flat = joints[present].reshape(present.sum(), -1)
        known = np.isfinite(flat).all(axis=0)
        values = np.full((there.sum(), flat.shape[1]), np.nan)
        values[:, known] = PchipInterpolator(time_s[present], flat[:, known])(times[there])
        out[there] = values.reshape(-1, *joints.shape[1:])
    return out, there
