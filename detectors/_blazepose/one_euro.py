"""One Euro filter (Casiez, Roussel and Vogel 2012) for the two points that say where the next region is."""

from __future__ import annotations

import numpy as np

from poses.arrays import FloatArray

# mediapipe's numbers: a region that stands still while the person does, and follows fast movement.
LEAST_CUTOFF_HZ, BETA, SPEED_CUTOFF_HZ = 0.01, 10.0, 1.0


def _alpha(cutoff_hz: FloatArray, step_s: float) -> FloatArray:
    return np.asarray(1 / (1 + 1 / (2 * np.pi * cutoff_hz * step_s)))


class OneEuroFilter:
    """Low-pass filter of points (K, 2) px whose cut-off rises with their speed relative to the person's size."""

    def __init__(self) -> None:
        self._time_s = 0.0
        self._raw: FloatArray | None = None
        self._value: FloatArray = np.zeros(0)
        self._speed: FloatArray = np.zeros(0)

    def follow(self, points: FloatArray, size_px: float, time_s: float) -> FloatArray:
        """The filtered points at `time_s`, which must grow from call to call."""
        if self._raw is None:
            self._value, self._speed = points.copy(), np.zeros_like(points)
        else:
            step = max(time_s - self._time_s, 1e-6)
            speed = (points - self._raw) / max(size_px, 1e-6) / step
            self._speed = self._speed + _alpha(np.array(SPEED_CUTOFF_HZ), step) * (speed - self._speed)
            alpha = _alpha(LEAST_CUTOFF_HZ + BETA * np.abs(self._speed), step)
            self._value = self._value + alpha * (points - self._value)
        self._raw, self._time_s = points.copy(), time_s
        return self._value
