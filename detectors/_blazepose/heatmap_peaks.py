"""Reading heat maps of logits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from poses.arrays import FloatArray


def sigmoid(x: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -60, 60))))


def local_mean(heatmap: FloatArray, place: FloatArray, reach: int, least: float = 0.0) -> FloatArray | None:
    """`local_means` of one heat map (H, W) about one place (2); None where there is none."""
    mean, there = local_means(heatmap[..., None], place[None], reach, least)
    return mean[0] if there[0] else None


def local_means(
    heatmaps: FloatArray, places: FloatArray, reach: int, least: float = 0.0
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Mean places (K, 2), weighted by heat, of the cells within `reach` of the cells of `places` (K, 2: x, y).

    heatmaps (H, W, K) logits; windows are clipped at the border. Also (K) whether there is one: not where a place is
    outside or the greatest heat is below `least`.
    """
    height, width, count = heatmaps.shape
    cells = np.floor(np.where(np.isfinite(places), places, -1.0)).astype(int)
    there = ((cells >= 0) & (cells < (width, height))).all(axis=1)
    around = np.arange(-reach, reach + 1)
    columns, rows = (cells[:, axis, None] + around for axis in (0, 1))
    inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None]
    window = heatmaps[
        rows.clip(0, height - 1)[:, :, None], columns.clip(0, width - 1)[:, None], np.arange(count)[:, None, None]
    ]
    heat = np.where(inside, sigmoid(window.astype(float)), 0.0)
    total = np.maximum(heat.sum(axis=(1, 2)), 1e-300)
    mean = np.stack([(heat.sum(axis=1) * columns).sum(axis=1), (heat.sum(axis=2) * rows).sum(axis=1)], axis=-1)
    return mean / total[:, None], there & (heat.max(axis=(1, 2)) >= least)
