"""Centred windows, edge frames repeated: frame t sees frames t - pad .. t + pad, pad = (size - 1) / 2."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from poses.arrays import IntArray


def check_window(size: int) -> int:
    """`size`, or ValueError where it has no centre frame."""
    if size < 1 or size % 2 == 0:
        raise ValueError(f"window must be odd so that it has a centre frame, got {size}")
    return size


def window_indices(count: int, size: int) -> IntArray:
    """(count, size) frame indices of the window around each of `count` frames (VideoPose3D's edge padding)."""
    pad = (check_window(size) - 1) // 2
    offsets = np.arange(-pad, pad + 1)
    return np.clip(np.arange(count)[:, None] + offsets, 0, max(count - 1, 0))


def cut_windows(sequence: NDArray[Any], size: int) -> NDArray[Any]:
    """(T, ...) -> (T, size, ...), one centred window a frame."""
    return sequence[window_indices(len(sequence), size)]
