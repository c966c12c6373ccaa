"""2D keypoints as a detector would give them: where it puts a joint, how it trembles, and how it fails.

First the points that detectors of COCO's kind mean: their hips, shoulders, nose and ears are not the joint centres of
motion capture. Then errors in the picture, in metres at the person's distance, so that they grow with the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lifting.data.augmentation import HIP, L_HIP, L_SHOULDER, R_HIP, R_SHOULDER, SPINE, THORAX, trunk_axes
from poses.arrays import FloatArray

NOSE, HEAD = 9, 10
SKULL_BASE, NOSE_TIP = 21, 22
LIMBS = ((11, 12, 13), (14, 15, 16), (4, 5, 6), (1, 2, 3))
# Ball and tip of the foot at the end of each limb; an arm has none.
# Joints that are further than this beyond the border wander as much as any.
NEAR_M = 0.1
TOES: tuple[tuple[int, ...], ...] = ((), (), (17, 18), (19, 20))


@dataclass(frozen=True)
class NoiseModel:
    """Standard deviations in metres, probabilities per body (swap, lost) or joint (outlier).

    exact: share of bodies seen without any error, with the joints of the motion capture themselves. offsets: factor on
    the systematic differences of hips, shoulders, head (0: none). hip_drop: by how much the detector's hips lie lower
    on the trunk, on average. slow: errors that stay about `slow_s` seconds. fast: white jitter. spread: sigma of the
    log-normal factor that makes some videos worse than others. outlier_m: size of an outlier, held as long as a slow
    error. swap: left and right arm or leg exchanged. lost: a limb whose end is out of sight and guessed, wandering by
    `lost_m`. outside: the mean share of the way back to the border by which joints beyond it are drawn in, outside_m
    by how much they wander. toeless: share of bodies seen by a detector that has no feet.

    offsets, hip_drop, slow and fast are set so that the errors made here are those of BlazePose's heavy network on real
    video, and lost and outside those of joints that are hidden or out of the picture, as
    tests/benchmarks/detector_noise.py measures them; `spread` covers the full and lite networks.
    """

    exact: float = 0.15
    offsets: float = 1.0
    hip_drop: float = 0.042
    slow: float = 0.01
    slow_s: float = 0.18
    fast: float = 0.002
    spread: float = 0.5
    outlier: float = 0.01
    outlier_m: float = 0.12
    swap: float = 0.01
    lost: float = 0.06
    lost_m: float = 0.08
    outside: float = 0.6
    outside_m: float = 0.12
    toeless: float = 0.1


# Elbows, wrists and feet tremble more than hips and shoulders (measured with BlazePose on balance_cam01 and cam02).
JOINT_FACTOR = np.array(
    [1, 0.9, 1, 1.1, 0.9, 1, 1.1, 1, 0.7, 0.9, 0.8, 0.7, 0.95, 1.1, 0.7, 0.95, 1.1, *[1.1, 1.3] * 2, 1, 1]
)


def detector_points(rng: np.random.Generator, xyz: FloatArray, strength: float, hip_drop: float = 0.0) -> FloatArray:
    """xyz (B, W, 23, 3) m of MOCAP23 -> the points that detectors mean, in the same order.

    Hips are wider apart and lie elsewhere on the trunk, shoulders too; Neck/Nose is the tip of the nose, Head the
    middle of the ears, Thorax the middle of the shoulders, Spine halfway; the toes lie somewhat further or less far
    along the foot. Offsets differ between bodies, not in time.
    """
    count = len(xyz)
    out = xyz.copy()

    def draw(low: float, high: float) -> FloatArray:
        return (rng.uniform(low, high, (count, 1, 1)) * strength).astype(np.float32)

    axes = trunk_axes(xyz, L_HIP, R_HIP, HIP, THORAX)
    pairs = ((L_HIP, R_HIP, (-0.1, 0.4), 0.02), (L_SHOULDER, R_SHOULDER, (-0.15, 0.05), 0.015))
    for left, right, wide, off in pairs:
        middle = (out[:, :, left] + out[:, :, right]) / 2
        local = rng.normal(0, off * strength, (count, 1, 3)).astype(np.float32)
        if left == L_HIP:
            local[..., 1] -= hip_drop * strength
        offset = (axes @ local[..., None])[..., 0]
        factor = 1 + draw(*wide)
        for joint in (left, right):
            out[:, :, joint] = middle + (out[:, :, joint] - middle) * factor + offset
    skull, nose, top = xyz[:, :, SKULL_BASE], xyz[:, :, NOSE_TIP], xyz[:, :, HEAD]
    out[:, :, HEAD] = skull + (0.3 + draw(-0.15, 0.15)) * (top - skull) + (0.1 + draw(-0.1, 0.1)) * (nose - skull)
    out[:, :, NOSE] = nose + draw(-0.3, 0.15) * (nose - skull) + draw(-0.15, 0.15) * (top - skull)
    for joints in LIMBS:
        for parent, joint in pairwise(joints):
            along = out[:, :, joint] - out[:, :, parent]
            out[:, :, joint] += draw(-0.04, 0.04) * along
    for ball, tip in filter(None, TOES):
        foot = xyz[:, :, tip] - xyz[:, :, ball]
        out[:, :, ball] += draw(-0.4, 0.4) * foot
        out[:, :, tip] += draw(-0.4, 0.5) * foot
    return middle_points(out)


def middle_points(points: FloatArray) -> FloatArray:
    """Hip, Thorax, Spine, SkullBase and NoseTip made of the others as `poses.skeleton.RULES` makes them; in place."""
    points[..., HIP, :] = (points[..., R_HIP, :] + points[..., L_HIP, :]) / 2
    points[..., THORAX, :] = (points[..., R_SHOULDER, :] + points[..., L_SHOULDER, :]) / 2
    points[..., SPINE, :] = (points[..., HIP, :] + points[..., THORAX, :]) / 2
    points[..., SKULL_BASE, :] = 0.7 * points[..., HEAD, :] + 0.3 * points[..., THORAX, :]
    points[..., NOSE_TIP, :] = points[..., NOSE, :]
    return points


def correlated(rng: np.random.Generator, shape: tuple[int, ...], step_s: FloatArray, hold_s: float) -> FloatArray:
    """(B, W, ...) normal noise of variance 1 whose correlation falls by e in `hold_s`; step_s (B,) between frames."""
    white = rng.standard_normal(shape, dtype=np.float32)
    keep = np.exp(-step_s / hold_s).astype(np.float32).reshape(-1, *[1] * (len(shape) - 2))
    for t in range(1, shape[1]):
        white[:, t] = keep * white[:, t - 1] + np.sqrt(1 - keep**2) * white[:, t]
    return white


def add_noise(
    rng: np.random.Generator,
    xy: FloatArray,
    px_per_m: FloatArray,
    size: FloatArray,
    step_s: FloatArray,
    model: NoiseModel,
) -> FloatArray:
    """xy (B, W, 23, 2) px as projected -> as detected. px_per_m (B,) at the person's distance, size (B, 2) picture."""
    count, frames, joints = xy.shape[:3]
    scale = px_per_m[:, None, None, None].astype(xy.dtype)
    worse = np.exp(rng.normal(0, model.spread, (count, 1, 1, 1))).astype(xy.dtype)
    unit = scale * JOINT_FACTOR.astype(xy.dtype)[:, None]
    shape = (count, frames, joints, 2)
    noise = model.slow * worse * correlated(rng, shape, step_s, model.slow_s)
    noise += model.fast * worse * rng.standard_normal(shape, dtype=np.float32)
    struck = rng.random((count, 1, joints, 1)) < model.outlier
    noise += np.where(struck, model.outlier_m * correlated(rng, shape, step_s, model.slow_s), 0)
    xy = swap_sides(rng, xy, model.swap)
    guess = correlated(rng, shape, step_s, model.slow_s)
    xy = lose_ends(rng, xy, model.lost, guess * scale * model.lost_m)
    beyond = np.linalg.norm(_beyond(xy, size), axis=-1, keepdims=True) / scale
    xy = draw_in(rng, xy, size, model.outside) + noise * unit
    xy = middle_points(xy + guess * scale * model.outside_m * np.minimum(beyond / NEAR_M, 1))
    return lack_toes(rng, xy, model.toeless)


def swap_sides(rng: np.random.Generator, xy: FloatArray, share: float) -> FloatArray:
    """In a `share` of the bodies the two arms, and in as many the two legs, exchange their names."""
    out = xy.copy()
    for first in (0, 2):
        left, right = ((*LIMBS[side], *TOES[side]) for side in (first, first + 1))
        chosen = np.flatnonzero(rng.random(len(xy)) < share)
        for a, b in zip(left, right, strict=True):
            out[chosen, :, a], out[chosen, :, b] = xy[chosen, :, b], xy[chosen, :, a]
    return out


def _beyond(xy: FloatArray, size: FloatArray) -> FloatArray:
    """(B, W, J, 2) px from the nearest point of the picture, size (B, 2), to each joint; 0 inside."""
    return np.asarray(xy - np.clip(xy, 0, size[:, None, None]), dtype=xy.dtype)


def draw_in(rng: np.random.Generator, xy: FloatArray, size: FloatArray, share: float) -> FloatArray:
    """Joints beyond the border of the picture are put nearer to it, as detectors do, by `share` of the way on average;
    more in some bodies than in others."""
    back = np.clip(rng.normal(share, 0.3, (len(xy), 1, 1, 1)), 0, 1).astype(xy.dtype) if share else 0
    return np.asarray(xy - back * _beyond(xy, size), dtype=xy.dtype)


def lose_ends(rng: np.random.Generator, xy: FloatArray, share: float, guess: FloatArray | float = 0.0) -> FloatArray:
    """In a `share` of the bodies one limb's end is hidden: it is put on the line of the bone before, some way along, or
    on the same joint of the other side, and wanders by `guess` (B, W, J, 2) px; the joint before by half of it."""
    out, guess = xy.copy(), np.broadcast_to(np.asarray(guess, dtype=xy.dtype), xy.shape)
    chosen = np.flatnonzero(rng.random(len(xy)) < share)
    which = rng.integers(len(LIMBS), size=len(chosen))
    along = rng.uniform(0.3, 1.1, len(chosen)).astype(xy.dtype)
    other = rng.random(len(chosen)) < 0.3
    for b, limb, length, copied in zip(chosen, which, along, other, strict=True):
        root, middle, end = LIMBS[limb]
        out[b, :, end] = xy[b, :, LIMBS[limb ^ 1][2]] if copied else (
            xy[b, :, middle] + length * (xy[b, :, middle] - xy[b, :, root])
        )  # fmt: skip
        out[b, :, end] += guess[b, :, end]
        out[b, :, middle] += guess[b, :, end] / 2
        for toe, others in zip(TOES[limb], TOES[limb ^ 1], strict=True):
            out[b, :, toe] = xy[b, :, others] if copied else xy[b, :, toe] + out[b, :, end] - xy[b, :, end]
    return out


def lack_toes(rng: np.random.Generator, xy: FloatArray, share: float) -> FloatArray:
    """In a `share` of the bodies the toes are at the ankles, as `poses.skeleton.RULES` puts them where a detector has
    none; in place."""
    chosen = np.flatnonzero(rng.random(len(xy)) < share)
    for limb, toes in zip(LIMBS, TOES, strict=True):
        for toe in toes:
            xy[chosen, :, toe] = xy[chosen, :, limb[-1]]
    return xy
