"""Heat maps and SimCC vectors to keypoints: argmax, soft-argmax, bias-compensated soft-argmax. Plain numpy.

Coordinates are heat-map pixels: x along the columns, y along the rows, the centre of the first pixel at 0. Bias
compensation is that of Gu, Yang and Yao, "Removing the Bias of Integral Pose Regression" (ICCV 2021), supplement A.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from poses.arrays import BoolArray, FloatArray

# Useful where maps peak near 1: softer drowns in the background, harder turns into an argmax (Gu et al., and the
# quantisation error of 0.38 px measured at 100).
BETA = 10.0
# Compensation multiplies every disturbance of the soft-argmax by 1 / (1 - rho).
MAX_AMPLIFICATION = 1e6


@dataclass(frozen=True)
class Decoded:
    """Keypoints of maps (..., H, W): xy (..., 2) heat-map px, score (...) 0..1, valid (...) bool.

    Where `valid` is False the map does not say where the keypoint is: xy is NaN and the score 0.
    """

    xy: FloatArray
    score: FloatArray
    valid: BoolArray


@dataclass(frozen=True)
class Validity:
    """What the bias compensation of maps (..., H, W) rests on, each (...).

    rho: H W / C, the share of the soft-argmax that is background; below 1 the compensation exists. amplification:
    1 / (1 - rho), by which it multiplies every disturbance. background: median of the map, which must be 0.
    border: the largest weight on the border over the largest weight, 0..1; a keypoint whose map is cut off by the
    border is drawn inwards, and no compensation knows by how much.
    """

    rho: FloatArray
    amplification: FloatArray
    background: FloatArray
    border: FloatArray


def decode_argmax(maps: NDArray) -> Decoded:
    """Highest pixel, moved by a quarter pixel towards its higher neighbour (Newell et al. 2016). maps (..., H, W)."""
    maps, peak, readable = _read(maps)
    height, width = maps.shape[-2:]
    y, x = np.divmod(maps.reshape(*maps.shape[:-2], -1).argmax(axis=-1), width)
    flat, at = maps.reshape(-1, height, width), (x.ravel(), y.ravel())
    steps = [_quarter(flat, at, axis).reshape(x.shape) for axis in (0, 1)]
    # A flat map has no highest pixel, a map that is nowhere positive no response.
    valid = readable & (peak > 0) & (peak > maps.min(axis=(-2, -1)))
    return _decoded(np.stack([x + steps[0], y + steps[1]], axis=-1), peak, valid)


def decode_soft(maps: NDArray, beta: float = BETA) -> Decoded:
    """Expectation under softmax(beta * map), pulled towards the middle by its background. maps (..., H, W)."""
    maps, peak, readable = _read(maps)
    offset, _ = _soft(maps, beta)
    return _decoded(offset + _middle(maps), peak, readable & (peak > maps.min(axis=(-2, -1))))


def decode_compensated(maps: NDArray, beta: float = BETA) -> Decoded:
    """Soft-argmax without the pull of the background (Gu et al. 2021, equation 9 solved for the joint).

    p = (p_soft - rho m) / (1 - rho) with rho = H W / C, C = sum of exp(beta map) and m the mean grid coordinate,
    (L - 1) / 2 for pixels counted from 0. This is exactly the centroid of the weights exp(beta map) - 1. Valid where
    C > H W and the result lies in the map; the background of the map must be 0 (see `without_background`).
    """
    maps, peak, readable = _read(maps)
    height, width = maps.shape[-2:]
    offset, rest = _soft(maps, beta)
    exists = rest > 1 / MAX_AMPLIFICATION
    xy = _middle(maps) + offset / np.where(exists, rest, 1)[..., None]
    inside = ((xy >= -0.5) & (xy <= np.array([width, height]) - 0.5)).all(axis=-1)
    return _decoded(xy, peak, readable & exists & inside & (peak > 0))


def check_compensation(maps: NDArray, beta: float = BETA) -> Validity:
    """How far the assumptions of `decode_compensated` hold for maps (..., H, W)."""
    maps, peak, _ = _read(maps)
    _, rest = _soft(maps, beta)
    with np.errstate(divide="ignore"):
        amplification = np.where(rest > 0, 1 / rest, np.inf)
    edges = [maps[..., 0, :], maps[..., -1, :], maps[..., :, 0], maps[..., :, -1]]
    edge = np.concatenate(edges, axis=-1).max(axis=-1)
    # (e^(b edge) - 1) / (e^(b peak) - 1) without overflow; 0 where the map is nowhere positive.
    at_edge = np.exp(beta * (edge - peak)) * -np.expm1(-beta * np.maximum(edge, 0))
    border = np.where(peak > 0, at_edge / np.where(peak > 0, -np.expm1(-beta * peak), 1), 0)
    return Validity(1 - rest, amplification, np.median(maps, axis=(-2, -1)), border)


def without_background(maps: NDArray) -> FloatArray:
    """Maps (..., H, W) with their median taken off and what is below it set to 0: a background at 0."""
    values = np.asarray(maps, dtype=np.float64)
    return np.maximum(values - np.median(values, axis=(-2, -1), keepdims=True), 0)


def from_logits(maps: NDArray) -> FloatArray:
    """Raw network outputs (..., H, W) as maps with values 0..1 and their background at 0: sigmoid, then median off.

    The compensation asks for this: with logits the background is far below 0 and C > H W says nothing.
    """
    logits = np.asarray(maps, dtype=np.float64)
    small = np.exp(-np.abs(logits))
    return without_background(np.where(logits >= 0, 1, small) / (1 + small))


def decode_simcc(x: NDArray, y: NDArray, split: float = 2.0) -> Decoded:
    """Keypoints of SimCC vectors x (..., Wx) and y (..., Wy), `split` bins an input pixel (Li et al. 2022).

    xy is in input pixels, not heat-map pixels; score is the lower of the two maxima, held to 0..1.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.shape[:-1] != y.shape[:-1]:
        raise ValueError(f"x and y must hold the same joints, got {x.shape} and {y.shape}")
    readable = np.isfinite(x).all(axis=-1) & np.isfinite(y).all(axis=-1)
    peak = np.where(readable, np.minimum(x.max(axis=-1), y.max(axis=-1)), 0)
    xy = np.stack([x.argmax(axis=-1), y.argmax(axis=-1)], axis=-1) / split
    return _decoded(xy, peak, readable & (peak > 0))


DECODERS: dict[str, Callable[[NDArray], Decoded]] = {
    "argmax": decode_argmax,
    "soft": decode_soft,
    "compensated": decode_compensated,
}


def decode(maps: NDArray, decoder: str) -> Decoded:
    """A network's maps (..., H, W), trained to be 0 where there is nothing, by the decoder of that name (DECODERS).

    Soft decoders get them with what background there is taken off.
    """
    return DECODERS[decoder](maps if decoder == "argmax" else without_background(maps))


def _read(maps: NDArray) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Maps as float64 with unreadable ones (NaN, infinite) set to 0, their peaks, and which are readable."""
    values = np.asarray(maps, dtype=np.float64)
    if values.ndim < 2 or 0 in values.shape[-2:]:
        raise ValueError(f"maps must have shape (..., H, W) with H and W at least 1, got {values.shape}")
    readable = np.asarray(np.isfinite(values).all(axis=(-2, -1)))
    values = np.where(readable[..., None, None], values, 0.0)
    return values, values.max(axis=(-2, -1)), readable


def _middle(maps: FloatArray) -> FloatArray:
    """(2,) mean grid coordinate x, y."""
    height, width = maps.shape[-2:]
    return np.array([(width - 1) / 2, (height - 1) / 2])


def _soft(maps: FloatArray, beta: float) -> tuple[FloatArray, FloatArray]:
    """Soft-argmax as (..., 2) offset x, y from the middle of the map, and 1 - rho (...).

    rho = H W / C comes from logarithms: C itself overflows, and it is not shift-invariant as the softmax is. Offsets
    from the middle spare the compensation the difference of two large numbers.
    """
    if beta <= 0:
        raise ValueError(f"beta must be positive, got {beta}")
    height, width = maps.shape[-2:]
    x, y = np.arange(width) - (width - 1) / 2, np.arange(height) - (height - 1) / 2
    shift = maps.max(axis=(-2, -1), keepdims=True)
    weights = np.exp(beta * (maps - shift))
    total = weights.sum(axis=(-2, -1))
    log_rho = -(beta * shift[..., 0, 0] + np.log(total / (height * width)))
    offset = np.stack([weights.sum(axis=-2) @ x, weights.sum(axis=-1) @ y], axis=-1) / total[..., None]
    # Above 0 there is nothing to compensate; the bound only keeps exp from overflowing there.
    return offset, -np.expm1(np.minimum(log_rho, 50.0))


def _quarter(flat: FloatArray, at: tuple[NDArray, NDArray], axis: int) -> FloatArray:
    """(N,) -0.25, 0 or 0.25 along x (axis 0) or y (axis 1) for maps (N, H, W) with peaks at x, y; 0 on the border."""
    size = flat.shape[2 - axis]
    inside = (at[axis] > 0) & (at[axis] < size - 1)
    sides = []
    for step in (1, -1):
        beside = [at[0], at[1]]
        beside[axis] = np.clip(at[axis] + step, 0, size - 1)
        sides.append(flat[np.arange(len(flat)), beside[1], beside[0]])
    return np.where(inside, 0.25 * np.sign(sides[0] - sides[1]), 0.0)


def _decoded(xy: FloatArray, peak: FloatArray, valid: BoolArray) -> Decoded:
    valid = np.asarray(valid)
    return Decoded(np.where(valid[..., None], xy, np.nan), np.where(valid, np.clip(peak, 0, 1), 0.0), valid)
