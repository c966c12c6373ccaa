"""Landmarks of one person: the landmark network's outputs, and their refinement from its heat maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors._blazepose.region import Region
from poses.arrays import FloatArray

PIXELS = 256
BODY, ALL = 33, 39
# Side of the window around a landmark in which the heat map is averaged, and the least peak for which it is used.
WINDOW, LEAST_PEAK = 9, 0.5


def sigmoid(x: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -60, 60))))


@dataclass(frozen=True)
class Landmarks:
    """One person as the landmark network saw it in `region`.

    xy (39, 2) px of the picture: 33 of the body, two that tell the next region, four unused. score (33) 0..1.
    world_m (33, 3) metres, camera axes, origin between the hips. pose_score 0..1: how sure it is that there is a
    person. heatmaps (64, 64, 39) logits over the region (not refined landmarks).
    """

    region: Region
    xy: FloatArray
    score: FloatArray
    world_m: FloatArray
    pose_score: float
    heatmaps: FloatArray

    @property
    def next_region(self) -> Region:
        return Region.around(self.xy[33], self.xy[34])

    @property
    def box(self) -> FloatArray:
        """(4) px around the landmarks that are likely seen, or all of them where too few are."""
        seen = self.score >= 0.5
        points = self.xy[:BODY][seen] if seen.sum() >= 4 else self.xy[:BODY]
        return np.concatenate([points.min(axis=0), points.max(axis=0)])


def refine(xy: FloatArray, heatmaps: FloatArray) -> FloatArray:
    """Landmarks (K, 2) in crop px moved to the mean of their heat map (H, W, K logits) near them, where it is sure."""
    height, width = heatmaps.shape[:2]
    size = np.array([width, height]) / PIXELS
    out, half = xy.copy(), (WINDOW - 1) // 2
    for k, (column, row) in enumerate(np.floor(np.nan_to_num(xy * size, nan=-1.0, posinf=-1, neginf=-1)).astype(int)):
        if not (0 <= column < width and 0 <= row < height):
            continue
        left, top = max(column - half, 0), max(row - half, 0)
        sure = sigmoid(heatmaps[top : row + half + 1, left : column + half + 1, k].astype(float))
        if sure.max() < LEAST_PEAK:
            continue
        total = sure.sum()
        out[k, 0] = (sure.sum(axis=0) @ np.arange(left, left + sure.shape[1])) / total / size[0]
        out[k, 1] = (sure.sum(axis=1) @ np.arange(top, top + sure.shape[0])) / total / size[1]
    return out


def decode(outputs: dict[str, FloatArray], region: Region) -> Landmarks:
    """The landmark network's outputs (`networks.LandmarkNetwork`) in the picture's coordinates."""
    raw = outputs["landmarks"].astype(float).reshape(ALL, 5)
    xy = region.to_picture(refine(raw[:, :2], outputs["heatmaps"]), PIXELS)
    score = sigmoid(raw[:BODY, 3]) * sigmoid(raw[:BODY, 4])
    world = region.turn(outputs["world"].astype(float).reshape(ALL, 3)[:BODY])
    return Landmarks(region, xy, score, world, float(outputs["pose"].ravel()[0]), outputs["heatmaps"])
