"""Centred windows, edge frames repeated: frame t sees frames t - pad .. t + pad, pad = (size - 1) / 2.

With a step k they are k frames apart, t - k pad .. t + k pad: a network that was trained at 20 frames a second sees of
a video with 60 every third frame around each of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from poses.arrays import FloatArray, IntArray


def check_window(size: int) -> int:
    """`size`, or ValueError where it has no centre frame."""
    if size < 1 or size % 2 == 0:
        raise ValueError(f"window must be odd so that it has a centre frame, got {size}")
    return size


def window_step(time_s: FloatArray, window_hz: float | None) -> int:
    """How many frames the frames of a window are to be apart, so that they come at about `window_hz` a second.

    time_s (T) of the video. 1 where the video is slower, or where None says that any rate will do.
    """
    if window_hz is None or len(time_s) < 2:
        return 1
    interval = float(np.median(np.diff(time_s)))
    # Rounded a little upwards, so that 25 in 10 makes 3 whatever the time stamps are rounded to.
    return max(1, int(1 / (interval * window_hz) + 0.51)) if interval > 0 else 1


def window_indices(count: int, size: int, step: int = 1) -> IntArray:
    """(count, size) frame indices of the window around each of `count` frames (VideoPose3D's edge padding)."""
    pad = (check_window(size) - 1) // 2
    offsets = step * np.arange(-pad, pad + 1)
    return np.clip(np.arange(count)[:, None] + offsets, 0, max(count - 1, 0))


def cut_windows(sequence: NDArray[Any], size: int, step: int = 1) -> NDArray[Any]:
    """(T, ...) -> (T, size, ...), one centred window a frame, its frames `step` apart."""
    return sequence[window_indices(len(sequence), size, step)]
