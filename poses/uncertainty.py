"""How far off a lifted joint probably is, from the lifted pose itself, its unsteadiness and the detector's scores.

A small network with one hidden layer, fitted on people of motion capture seen with a detector's errors
(`lifting.uncertainty`). It learns which poses are ambiguous to a single camera, which no score of a detector tells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poses.arrays import FloatArray, check_shape, frozen

# Seconds between the frames that the unsteadiness of a joint is measured over.
LAG_S = 0.08
# Scale of the unsteadiness, metres: differences far below it are those of any movement.
UNSTEADY_M = 0.02


@dataclass(frozen=True)
class ErrorModel:
    """Weights: hidden (5 J, H), hidden_bias (H), out (H, J), out_bias (J)."""

    hidden: FloatArray
    hidden_bias: FloatArray
    out: FloatArray
    out_bias: FloatArray

    def __post_init__(self) -> None:
        joints, width = np.shape(self.out_bias)[0], np.shape(self.hidden_bias)[0]
        shapes = {"hidden": (5 * joints, width), "hidden_bias": (width,), "out": (width, joints), "out_bias": (joints,)}
        for name, shape in shapes.items():
            object.__setattr__(self, name, frozen(name, getattr(self, name), shape, np.float64))

    def sigma(self, xyz: FloatArray, score: FloatArray, time_s: FloatArray) -> FloatArray:
        """(T, J) m: the expected distance of each joint, seen from the hip, to where it truly is; NaN without a pose.

        xyz (T, J, 3) m CAMERA_ROOT as lifted, score (T, J) of the 2D keypoints, time_s (T).
        """
        joints = len(self.out_bias)
        check_shape("xyz", xyz, ("T", joints, 3))
        sigma: FloatArray = np.full(xyz.shape[:2], np.nan)
        there = np.isfinite(xyz).all(axis=(1, 2))
        if there.any():
            seen = features(xyz, score, time_s)[there]
            sigma[there] = np.exp(np.tanh(seen @ self.hidden + self.hidden_bias) @ self.out + self.out_bias)
        return sigma


def features(xyz: FloatArray, score: FloatArray, time_s: FloatArray) -> FloatArray:
    """(T, 5 J): the pose (metres), the unsteadiness of each joint (log of its second difference over LAG_S), and what
    its score lacks to 1; 0 for what is missing."""
    count = len(xyz)
    if count > 1:
        lag = max(1, round(LAG_S / max(float(np.median(np.diff(time_s))), 1e-3)))
        rows = np.arange(count)
        before, after = xyz[np.maximum(rows - lag, 0)], xyz[np.minimum(rows + lag, count - 1)]
        unsteady = np.linalg.norm(xyz - (before + after) / 2, axis=-1)
    else:
        unsteady = np.zeros(xyz.shape[:2])
    parts = (xyz.reshape(count, -1), np.log1p(unsteady / UNSTEADY_M), 1 - score)
    return np.nan_to_num(np.concatenate(parts, axis=1))
