"""Landmarks of one person: the landmark network's outputs, and their refinement from its heat maps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from detectors._blazepose.heatmap_peaks import local_means, sigmoid
from detectors._blazepose.modes import resolve_modes
from detectors._blazepose.region import Region
from poses.arrays import FloatArray
from poses.sequences import Keypoints
from poses.skeletons import BLAZEPOSE33

PIXELS = 256
BODY, ALL = 33, 39
# What each landmark is called in a mirror; the six that are not of the body have no sides.
MIRROR = [*BLAZEPOSE33.mirror, *range(BODY, ALL)]
# Side of the window around a landmark in which the heat map is averaged, and the least peak for which it is used.
WINDOW, LEAST_PEAK = 9, 0.5
# Two views have a landmark at the same place where it is less apart than this part of the region's side.
TOGETHER = 0.06


@dataclass(frozen=True)
class Landmarks:
    """One person as the landmark network saw it in `region`.

    xy (39, 2) px of the picture: 33 of the body, two that tell the next region, four unused. score (33) 0..1.
    world_m (33, 3) metres, camera axes, origin between the hips. pose_score 0..1: how sure it is that there is a
    person. heatmaps (64, 64, 39) logits over the region (not refined landmarks). mask (256, 256) logits over the
    region: which of its pixels show the person; empty where it was not asked for.
    """

    region: Region
    xy: FloatArray
    score: FloatArray
    world_m: FloatArray
    pose_score: float
    heatmaps: FloatArray
    mask: FloatArray = field(default_factory=lambda: np.empty((0, 0)))

    @property
    def next_region(self) -> Region:
        return Region.around(self.xy[33], self.xy[34])

    @property
    def box(self) -> FloatArray:
        """(4) px around the landmarks that are likely seen, or all of them where too few are."""
        seen = self.score >= 0.5
        points = self.xy[:BODY][seen] if seen.sum() >= 4 else self.xy[:BODY]
        return np.concatenate([points.min(axis=0), points.max(axis=0)])


def refine(cells: FloatArray, heatmaps: FloatArray) -> FloatArray:
    """Landmarks (K, 2), in cells of their heat maps (H, W, K logits), moved to the mean heat near them where sure."""
    mean, sure = local_means(heatmaps, cells, (WINDOW - 1) // 2, LEAST_PEAK)
    return np.where(sure[:, None], mean, cells)


def decode(outputs: dict[str, FloatArray], region: Region, before: FloatArray | None = None) -> Landmarks:
    """The landmark network's outputs (`networks.LandmarkNetwork`) in the picture's coordinates.

    before (33, 2) px: the landmarks of the frame before, which settle what the network wavers about.
    """
    raw, heatmaps = outputs["landmarks"].astype(float).reshape(ALL, 5), outputs["heatmaps"]
    world_m = outputs["world"].astype(float).reshape(ALL, 3)
    if region.mirrored:
        raw, world_m, heatmaps = raw[MIRROR], world_m[MIRROR], heatmaps[..., MIRROR]
    side = heatmaps.shape[0]
    cells = refine(raw[:, :2] * (side / PIXELS), heatmaps)
    if before is not None:
        cells = resolve_modes(cells, heatmaps, region.to_crop(before, side))
    score = sigmoid(raw[:BODY, 3]) * sigmoid(raw[:BODY, 4])
    world = region.turn(world_m[:BODY])
    pose, mask = float(outputs["pose"].ravel()[0]), outputs.get("mask", np.empty((0, 0, 1)))
    return Landmarks(region, region.to_picture(cells, side), score, world, pose, heatmaps, mask[..., 0])


def mean_of(first: Landmarks, others: list[Landmarks]) -> Landmarks:
    """`first` with places, scores and 3D averaged over several views of the same person in other regions.

    A landmark that another view has elsewhere (another answer, not noise) is left out of that view. The points that
    tell the next region stay those of `first`: they mean a region of the size that it has.
    """
    xy, count = first.xy.copy(), np.ones((ALL, 1))
    for other in others:
        close = np.linalg.norm(other.xy - first.xy, axis=-1, keepdims=True) < TOGETHER * first.region.side
        xy += np.where(close, other.xy, 0.0)
        count += close
    views = [first, *others]
    score, world = (np.mean([getattr(view, name) for view in views], axis=0) for name in ("score", "world_m"))
    xy = np.concatenate([(xy / count)[:BODY], first.xy[BODY:]])
    return replace(first, xy=xy, score=score, world_m=world)


def keypoints_of(people: tuple[Landmarks, ...]) -> Keypoints:
    """What a detector tells of the people: the body's landmarks, with their places in metres."""
    if not people:
        return Keypoints.none(BODY)
    return Keypoints(
        np.stack([p.xy[:BODY] for p in people]),
        np.stack([p.score for p in people]),
        np.stack([p.box for p in people]),
        np.stack([p.world_m for p in people]),
    )
