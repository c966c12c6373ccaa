"""One of two answers where the landmark network wavers between them.

A body seen from the front looks much like one from behind. Where the network cannot tell, the heat map of a wrist has
a peak at each wrist, and the regressed wrist lies at neither but between them. The pose of the frame before says where
the two answers are; the heat maps together say which of them is the stronger one, and the landmarks go there.
"""

from __future__ import annotations

import numpy as np

from detectors._blazepose.heatmap_peaks import local_mean, sigmoid
from poses.arrays import FloatArray
from poses.skeletons import BLAZEPOSE33

# Shoulders, elbows, wrists, hips, knees and ankles tell the answers apart.
LIMBS = tuple(range(11, 17)) + tuple(range(23, 29))
# All that can be moved to a peak: everything but the head.
MOVABLE = tuple(range(11, 33))
# How far from the expected place heat counts for an answer, and how far apart answers must be to tell, in cells.
REACH, APART = 3, 5.0
# The network wavers where the weaker answer has this part of the stronger one's heat.
WAVERS = 0.4
# Then landmarks further than OFF from the expected place are read again, within a cell of it, if the answers for them
# are MERGED apart and the heat there is PEAK at least and this PART of the heat where they are.
OFF, MERGED, PEAK, PART = 1.5, 2.5, 0.2, 0.4


def resolve_modes(cells: FloatArray, heatmaps: FloatArray, expected: FloatArray) -> FloatArray:
    """Landmarks (K, 2), in cells of their heat maps (H, W, K logits), with those between two answers moved to one.

    expected (33, 2): the pose of the frame before, in the same cells.
    """
    answers = (expected, expected[list(BLAZEPOSE33.mirror)])
    distance = np.linalg.norm(answers[0] - answers[1], axis=-1)
    telling = [j for j in LIMBS if distance[j] >= APART]
    heat = [sum(peak_near(heatmaps[..., j], answer[j], REACH)[0] for j in telling) for answer in answers]
    if min(heat) <= WAVERS * max(heat):
        return cells
    stronger, out = answers[int(heat[1] > heat[0])], cells.copy()
    for j in MOVABLE:
        if distance[j] < MERGED or np.linalg.norm(cells[j] - stronger[j]) <= OFF:
            continue
        value, place = peak_near(heatmaps[..., j], stronger[j], 1)
        here = peak_near(heatmaps[..., j], cells[j], 1)[0]
        if value >= max(PEAK, PART * here) and (mean := local_mean(heatmaps[..., j], place, 1)) is not None:
            out[j] = mean
    return out


def peak_near(heatmap: FloatArray, place: FloatArray, reach: int) -> tuple[float, FloatArray]:
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
