"""Root trajectory: the translation at which the lifted pose projects onto the detected keypoints."""

from __future__ import annotations

import numpy as np

from app.pipeline.fill import segments
from app.pipeline.smooth import smooth
from poses.arrays import BoolArray, FloatArray, check_shape

DEPTH_CUTOFF_HZ = 1.0
NEAREST_M = 0.5


def root_trajectory(
    xyz: FloatArray, xy: FloatArray, score: FloatArray, time_s: FloatArray, focal_px: float, centre_px: FloatArray
) -> FloatArray:
    """(T, 3) m: the root in CAMERA space, NaN where a frame has no pose.

    xyz (T, J, 3) m CAMERA_ROOT, xy (T, J, 2) px (NaN where a joint was not seen), score (T, J). Each frame is a linear
    least squares problem: with the joint at X + d and seen at u from the centre, f (X + d_x) = u (Z + d_z), the same
    for y, weighted by score and, in a second and third pass, less where a joint does not fit. The depth d_z is what
    noise in the size of the pose affects most, so its logarithm is smoothed (zero phase, 1 Hz) before d_x and d_y are
    solved again.
    """
    sizes = check_shape("xyz", xyz, ("T", "J", 3))
    check_shape("xy", xy, (sizes["T"], sizes["J"], 2))
    path = np.full((sizes["T"], 3), np.nan)
    there: BoolArray = np.asarray(np.isfinite(xy).all(axis=-1))
    seen = np.isfinite(xyz).all(axis=(1, 2)) & (there.sum(axis=1) >= 2)
    rays = np.where(there[..., None], xy - centre_px, 0.0) / focal_px
    trust = np.where(there, score + 0.05, 0.0)
    for start, stop in segments(np.asarray(seen)):
        part = slice(start, stop)
        weights = trust[part]
        depth = np.maximum(_solve(xyz[part], rays[part], weights)[:, 2], NEAREST_M)
        depth = np.exp(smooth(np.log(depth), time_s[part], DEPTH_CUTOFF_HZ))
        path[part] = _across(xyz[part], rays[part], weights, depth)
    return path


def _solve(xyz: FloatArray, rays: FloatArray, weights: FloatArray) -> FloatArray:
    """(T, 3) translations by iteratively reweighted least squares (Cauchy weights on the distance to the ray)."""
    weights_now = weights
    translation: FloatArray = np.zeros((len(xyz), 3))
    for _ in range(3):
        translation = _solve_weighted(xyz, rays, weights_now)
        moved = xyz + translation[:, None]
        distance = np.linalg.norm(moved[..., :2] - rays * moved[..., 2:], axis=-1)
        spread = np.median(distance, axis=-1, keepdims=True) + 1e-6
        weights_now = weights / (1 + (distance / (2 * spread)) ** 2)
    return translation


def _solve_weighted(xyz: FloatArray, rays: FloatArray, weights: FloatArray) -> FloatArray:
    rows = np.zeros((*rays.shape, 3))
    rows[..., 0, 0] = rows[..., 1, 1] = 1.0
    rows[..., 2] = -rays
    right = rays * xyz[..., 2:] - xyz[..., :2]
    normal = np.einsum("tj,tjia,tjib->tab", weights, rows, rows) + 1e-9 * np.eye(3)
    return np.linalg.solve(normal, np.einsum("tj,tjia,tji->ta", weights, rows, right)[..., None])[..., 0]


def _across(xyz: FloatArray, rays: FloatArray, weights: FloatArray, depth: FloatArray) -> FloatArray:
    """(T, 3) with the depth given and the best x and y for it."""
    offsets = rays * (xyz[..., 2:] + depth[:, None, None]) - xyz[..., :2]
    across = (weights[..., None] * offsets).sum(axis=1) / weights.sum(axis=1)[:, None]
    return np.concatenate([across, depth[:, None]], axis=1)
