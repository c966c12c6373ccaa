"""The nominal rate of a video, exact, and whether its frames are evenly spaced."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from poses.arrays import FloatArray, IntArray

COMMON = tuple(Fraction(n) for n in (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240)) + tuple(
    Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120)
)


def nominal_rate(pts: IntArray, stream: Any) -> tuple[Fraction, bool]:
    """(frames per second, variable) from the time stamps and what the file says of itself.

    The rate is constant where all time stamps lie within one and a half ticks of the clock of an even grid.
    """
    said = [Fraction(r) for r in (stream.average_rate, stream.guessed_rate, stream.base_rate) if r]
    if len(pts) < 2:
        return (said or [Fraction(25)])[0], False
    times = (pts - pts[0]) * float(stream.time_base)
    tick = float(stream.time_base)
    step = float(np.median(np.diff(times)))
    close = [r for r in (*said, *COMMON) if abs(float(r) * step - 1) < 0.02 or abs(1 / float(r) - step) <= tick]
    close.append(Fraction(1 / step).limit_denominator(1001))
    for rate in close:
        if evenly_spaced(times, rate, tick):
            return rate, False
    return close[0], True


def evenly_spaced(times: FloatArray, rate: Fraction, tick: float) -> bool:
    """Whether times (N) s, the first one 0, lie on the grid k / rate but for the rounding of the clock."""
    grid = np.arange(len(times)) / float(rate)
    return bool(np.abs(times - grid).max() <= 1.5 * tick + 1e-6)
