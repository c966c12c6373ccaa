"""Reading heat maps of logits."""

from __future__ import annotations

import numpy as np

from poses.arrays import FloatArray


def sigmoid(x: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -60, 60))))


def local_mean(heatmap: FloatArray, place: FloatArray, reach: int, least: float = 0.0) -> FloatArray | None:
    """Mean place (x, y), weighted by heat, of the cells within `reach` of the cell of `place`, clipped at the border.

    heatmap (H, W) logits. None where the place is outside or the greatest heat is below `least`.
    """
    height, width = heatmap.shape
    if not np.isfinite(place).all():
        return None
    x, y = int(np.floor(place[0])), int(np.floor(place[1]))
    if not (0 <= x < width and 0 <= y < height):
        return None
    left, top = max(x - reach, 0), max(y - reach, 0)
    heat = sigmoid(heatmap[top : y + reach + 1, left : x + reach + 1].astype(float))
    if heat.max() < least:
        return None
    columns, rows = np.arange(left, left + heat.shape[1]), np.arange(top, top + heat.shape[0])
    return np.array([heat.sum(axis=0) @ columns, heat.sum(axis=1) @ rows]) / heat.sum()
