"""The nominal rate of a video, exact, and whether its frames are evenly spaced."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from poses.arrays import FloatArray, IntArray

COMMON = tuple(Fraction(n) for n in (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240)) + tuple(
    Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120)
)


def nominal_rate(
    time_s: FloatArray, tick: float, said: Sequence[Fraction] = (), number: IntArray | None = None
) -> tuple[Fraction, bool]:
    """(frames per second, variable) of frames at time_s (N), increasing.

    The rate is constant where all times lie within one and a half ticks of the clock of an even grid. tick: seconds;
    said: rates that the file names; number (N): the frames' numbers, where some are missing.
    """
    if len(time_s) < 2:
        return (tuple(said) or (Fraction(25),))[0], False
    places = np.arange(len(time_s)) if number is None else number - number[0]
    step = float(np.median(np.diff(time_s) / np.diff(places)))
    rates = candidates(step, tick, said)
    for rate in rates:
        if fits(time_s, rate, tick, places):
            return rate, False
    return rates[0], True


def candidates(step: float, tick: float, said: Sequence[Fraction]) -> list[Fraction]:
    """Rates whose step is about `step` seconds, the likeliest first."""
    close = [r for r in (*said, *COMMON) if abs(float(r) * step - 1) < 0.02 or abs(1 / float(r) - step) <= tick]
    plain = Fraction(1 / step).limit_denominator(1001)
    return [*close, plain or Fraction(1 / step).limit_denominator(10**9)]


def fits(time_s: FloatArray, rate: Fraction, tick: float, number: IntArray) -> bool:
    """Whether times (N) s lie on the grid number / rate from the first one, but for the rounding of the clock."""
    grid = (number - number[0]) / float(rate)
    return bool(np.abs(time_s - time_s[0] - grid).max() <= 1.5 * tick + 1e-6)
