"""One of two answers where the landmark network wavers between them.

A body seen from the front looks much like one from behind. Where the network cannot tell, the heat map of a wrist has
a peak at each wrist, and the regressed wrist lies at neither but between them. The pose of the frame before says where
the two answers are; the heat maps together say which of them is the stronger one, and the landmarks go there.
"""

from __future__ import annotations

import numpy as np

from detectors._blazepose.heat import local_mean, sigmoid
from poses.arrays import FloatArray
from poses.skeletons import BLAZEPOSE33

# Shoulders, elbows, wrists, hips, knees and ankles tell the answers apart.
LIMBS = tuple(range(11, 17)) + tuple(range(23, 29))
# All that can be moved to a peak: everything but the head.
MOVABLE = tuple(range(11, 33))
# How far from the expected place a peak may lie, and how far apart two answers must be, in cells of the map.
REACH, APART = 3, 5.0
# Least heat of a peak that a landmark is moved to, and the most heat, as part of the peak's, at a landmark that is.
PEAK, BETWEEN = 0.3, 0.5


def settle(cells: FloatArray, heatmaps: FloatArray, expected: FloatArray) -> FloatArray:
    """Landmarks (K, 2), in cells of their heat maps (H, W, K logits), with those between two answers moved to one.

    expected (33, 2): the pose of the frame before, in the same cells.
    """
    mirror = list(BLAZEPOSE33.mirror)
    answers = (expected, expected[mirror])
    heat = [{j: peak_near(heatmaps[..., j], answer[j]) for j in LIMBS} for answer in answers]
    telling = [j for j in LIMBS if np.linalg.norm(answers[0][j] - answers[1][j]) >= APART]
    if not telling:
        return cells
    stronger = int(sum(heat[1][j][0] for j in telling) > sum(heat[0][j][0] for j in telling))
    out = cells.copy()
    for j in MOVABLE:
        value, place = peak_near(heatmaps[..., j], answers[stronger][j])
        here = peak_near(heatmaps[..., j], cells[j], reach=1)[0]
        apart = np.linalg.norm(answers[0][j] - answers[1][j]) >= APART
        if apart and value >= PEAK and here < BETWEEN * value:
            mean = local_mean(heatmaps[..., j], place, reach=2)
            out[j] = place if mean is None else mean
    return out


def peak_near(heatmap: FloatArray, place: FloatArray, reach: int = REACH) -> tuple[float, FloatArray]:
    """Greatest heat 0..1 of a map (H, W) of logits within `reach` cells of a place (x, y), and its cell."""
    if not np.isfinite(place).all():
        return 0.0, place
    x, y = int(np.floor(place[0])), int(np.floor(place[1]))
    left, top = max(x - reach, 0), max(y - reach, 0)
    window = heatmap[top : max(y + reach + 1, 0), left : max(x + reach + 1, 0)]
    if not window.size:
        return 0.0, place
    row, column = np.unravel_index(int(window.argmax()), window.shape)
    value = float(sigmoid(np.asarray(window[row, column], dtype=float)))
    return value, np.array([left + column, top + row], dtype=float)
