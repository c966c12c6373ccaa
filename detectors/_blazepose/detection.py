"""Person detection: anchors, boxes and weighted suppression (the graph `pose_detection` of mediapipe)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from detectors._blazepose.region import Region
from poses.arrays import FloatArray

PIXELS = 224
# Cells along a side of each output grid, and anchors in each cell.
GRIDS = ((28, 2), (14, 2), (7, 6))
SCORE, OVERLAP = 0.5, 0.3


@dataclass(frozen=True)
class Candidate:
    """A person found: score 0..1, points (6, 2) px: box corners, hips, full-body circle, chest, upper-body circle."""

    score: float
    points: FloatArray

    @property
    def region(self) -> Region:
        return Region.around(self.points[2], self.points[3])


@lru_cache(maxsize=1)
def anchors() -> FloatArray:
    """(2254, 2) anchor centres, 0..1, in the order of the network's outputs; all have size 1."""
    parts = []
    for cells, repeat in GRIDS:
        centres = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(centres, centres, indexing="ij")
        parts.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=-1), repeat, axis=0))
    return np.concatenate(parts)


def decode_boxes(raw: FloatArray, logits: FloatArray, least: float = SCORE) -> tuple[FloatArray, FloatArray]:
    """Network outputs (2254, 12) and (2254, 1) -> points (N, 6, 2) in 0..1 of the crop and scores (N), best first.

    Points: two box corners (top-left, bottom-right), then four key points.
    """
    score = 1 / (1 + np.exp(-np.clip(logits[:, 0].astype(float), -100, 100)))
    keep = np.flatnonzero(score >= least)
    keep = keep[np.argsort(-score[keep], kind="stable")]
    values = raw[keep].astype(float).reshape(-1, 6, 2) / PIXELS
    centre, size = values[:, :1] + anchors()[keep, None], values[:, 1:2]
    points = values[:, 2:] + anchors()[keep, None]
    return np.concatenate([centre - size / 2, centre + size / 2, points], axis=1), score[keep]


def overlaps(box: FloatArray, others: FloatArray) -> FloatArray:
    """Intersection over union of a box (2, 2: corners) with boxes (N, 2, 2)."""
    low, high = np.maximum(box[0], others[:, 0]), np.minimum(box[1], others[:, 1])
    shared = np.clip(high - low, 0, None).prod(axis=-1)
    areas = np.clip(others[:, 1] - others[:, 0], 0, None).prod(axis=-1) + np.clip(box[1] - box[0], 0, None).prod()
    return np.asarray(shared / np.maximum(areas - shared, 1e-12))


def weighted_suppression(points: FloatArray, score: FloatArray, overlap: float = OVERLAP) -> list[Candidate]:
    """Detections that overlap the best one become one, the mean weighted by score (Bazarevsky et al. 2019)."""
    left, found = np.arange(len(score)), []
    while len(left):
        best = left[0]
        same = overlaps(points[best, :2], points[left, :2]) > overlap
        same[0] = True
        group = left[same]
        weights = score[group] / score[group].sum()
        found.append(Candidate(float(score[best]), np.einsum("n,nkd->kd", weights, points[group])))
        left = left[~same]
    return found


def to_picture(candidates: list[Candidate], region: Region) -> list[Candidate]:
    """Candidates in 0..1 of the crop of `region` -> picture px."""
    return [Candidate(c.score, region.to_picture(c.points, 1)) for c in candidates]
