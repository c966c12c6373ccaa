"""Motion at an even rate, for formats that know one rate; frames that are lost keep their places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poses.arrays import BoolArray, FloatArray
from poses.errors import UserError
from poses.motion import Motion

LONGEST = 1_000_000  # frames of an even file; an hour at 240 a second is fewer


@dataclass(frozen=True)
class Even:
    """Frames of a file with one rate, N of them at time_s (N): joints (N, J, 3), present (N); notes for the user."""

    time_s: FloatArray
    joints: FloatArray
    present: BoolArray
    notes: tuple[str, ...] = ()


def even_rows(motion: Motion, joints: FloatArray, present: BoolArray, name: str, without: str) -> Even:
    """joints (T, J, 3) and present (T) of the rows of a motion as frames at its rate, from its first to its last frame.

    Frames that could not be decoded are NaN and not present. Where the rate varies, joints are resampled. name: of the
    format; without: what it has in the place of a lost frame. UserError where there would be too many frames.
    """
    rate = float(motion.rate)
    all_times = np.concatenate([motion.time_s, motion.lost_s])
    start, span = float(all_times.min()), float(np.ptp(all_times))
    count = round(span * rate) + 1
    if count > LONGEST:
        raise UserError(
            f"{name} knows one rate, and {span:.0f} s at {rate:.6g} frames per second are too many frames; "
            "export a part"
        )
    notes = []
    if len(motion.lost_s):
        notes.append(f"{len(motion.lost_s)} frames of the video could not be decoded: {without}")
    if motion.variable_rate:
        times = np.clip(start + np.arange(count) / rate, motion.time_s[0], motion.time_s[-1])
        joints, present = resample(joints, present, motion.time_s, times)
        notes.append(
            f"the video's frame rate varies and {name} knows one rate: resampled at {rate:.6g} frames per second"
        )
        return Even(start + np.arange(count) / rate, joints, present & ~_beside(times, motion), tuple(notes))
    places = np.rint((motion.time_s - start) * rate).astype(int)
    times = start + np.arange(count) / rate
    out, there = np.full((count, *joints.shape[1:]), np.nan), np.zeros(count, dtype=bool)
    times[places], out[places], there[places] = motion.time_s, joints, present
    return Even(times, out, there, tuple(notes))


def resample(
    joints: FloatArray, present: BoolArray, time_s: FloatArray, times: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Joints (T, J, 3) and presence (T) of time_s (T) at other times (N) within them.

    Between frames joints follow a monotone cubic (Fritsch and Carlson 1980: no overshoot). A new frame is present where
    the frames on both sides are.
    """
    from scipy.interpolate import PchipInterpolator

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


def _beside(times: FloatArray, motion: Motion) -> BoolArray:
    """Whether a lost frame lies between the two frames around each time (N)."""
    lost = np.sort(motion.lost_s)
    after = np.searchsorted(motion.time_s, times - 1e-9)
    edges = np.concatenate([[-np.inf], motion.time_s, [np.inf]])
    low, high = edges[after], edges[after + 1]
    exact = np.abs(high - times) < 1e-6
    return np.asarray(~exact & (np.searchsorted(lost, high) > np.searchsorted(lost, low)))
