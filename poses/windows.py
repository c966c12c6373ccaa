"""Centred windows, edge frames repeated: frame t sees frames t - pad .. t + pad, pad = (size - 1) / 2.

With a step k they are k frames apart, t - k pad .. t + k pad: a network that was trained at 20 frames a second sees of
a video with 60 every third frame around each of them. With a step 1/k there are k - 1 between two frames, on the way
from one to the next: of a video with 5 it sees the movement at the pace that it knows.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poses.arrays import FloatArray, IntArray

# A video that is slower than the rate a lifter is for by more than this factor is filled up between its frames.
SLOWER = 2.5


def check_window(size: int) -> int:
    """`size`, or ValueError where it has no centre frame."""
    if size < 1 or size % 2 == 0:
        raise ValueError(f"window must be odd so that it has a centre frame, got {size}")
    return size


def window_step(time_s: FloatArray, window_hz: float | None) -> float:
    """How many frames the frames of a window are to be apart, so that they come at about `window_hz` a second.

    time_s (T) of the video. A whole number, or 1/k (k = 2, 3, ...) where the video is slower by more than SLOWER; 1
    where None says that any rate will do.
    """
    if window_hz is None or len(time_s) < 2:
        return 1
    wanted = float(np.median(np.diff(time_s))) * window_hz  # frames of a window from one of the video to the next
    if wanted <= 0:
        return 1
    if wanted > SLOWER:
        return 1 / round(wanted)
    # Rounded a little upwards, so that 25 in 10 makes 3 whatever the time stamps are rounded to.
    return max(1, int(1 / wanted + 0.51))


def window_reach(size: int, step: float = 1) -> int:
    """How many frames before and after its own a window sees."""
    return math.ceil((check_window(size) - 1) // 2 * step - 1e-9)


def windows_at(sequence: NDArray[Any], frames: IntArray, size: int, step: float = 1) -> NDArray[Any]:
    """(T, ...) -> (N, size, ...): the windows around `frames` (N)."""
    last = max(len(sequence) - 1, 0)
    offsets = np.arange(size) - (check_window(size) - 1) // 2
    if step >= 1:
        return sequence[np.clip(frames[:, None] + int(step) * offsets, 0, last)]
    parts = round(1 / step)
    before, share = np.divmod(offsets, parts)
    # Where it is a frame itself, nothing is seen of the one after it.
    one, other = (sequence[np.clip(frames[:, None] + n, 0, last)] for n in (before, before + (share > 0)))
    return one + (share / parts).reshape(-1, *[1] * (sequence.ndim - 1)) * (other - one)


def cut_windows(sequence: NDArray[Any], size: int, step: float = 1) -> NDArray[Any]:
    """(T, ...) -> (T, size, ...), one centred window a frame, its frames `step` apart."""
    return windows_at(sequence, np.arange(len(sequence)), size, step)
