"""More bodies and more poses than were recorded: proportions, limbs exchanged and turned, trunks bent, mirrored.

All functions take and return xyz (B, W, 23, 3) m, joints of `MOCAP23` minus Hip, y up, one body per b.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lifting.data.mocap import MOCAP23
from poses.arrays import FloatArray
from poses.rotations import axis_angle_rotation, dot, shortest_rotation, unit

HIP, R_HIP, L_HIP, SPINE, THORAX, L_SHOULDER, R_SHOULDER = 0, 1, 4, 7, 8, 11, 14
# A limb: the joint it hangs on, then what moves with it.
ARMS = ((11, (12, 13)), (14, (15, 16)))
FORWARD = np.array([0.0, 0.0, 1.0])  # of a trunk
FOREARMS = ((11, 12, 13), (14, 15, 16))
# What the chest carries: all above the middle of the spine.
CHEST = (8, 9, 10, 11, 12, 13, 14, 15, 16, 21, 22)
LEGS = ((4, (5, 6, 17, 18)), (1, (2, 3, 19, 20)))
_ORDER = (0, 1, 4, 7, 2, 5, 3, 6, 8, 9, 21, 10, 22, 11, 14, 12, 15, 13, 16, 17, 19, 18, 20)


@dataclass(frozen=True)
class Augmentation:
    """How far to go. mirror: share of bodies. proportions: factor on every standard deviation of body shape (0: none).
    exchange: share of bodies that get the arms (and, drawn apart, the legs) of another. redraw: share of arms (and half
    as many legs) that point anywhere a joint allows, whatever was recorded. bend: standard deviation, degrees, by which
    the chest is turned against the hips. elbows: share of elbows that are bent anew; straight: how
    much oftener to small angles than to large ones (1: evenly).

    What each is worth: tests/benchmarks/augmentation.py. Small turns of single limbs were tried and made no difference.
    """

    mirror: float = 0.5
    proportions: float = 1.0
    exchange: float = 0.2
    redraw: float = 0.2
    bend: float = 15.0
    elbows: float = 0.2
    straight: float = 2.0


def augment(rng: np.random.Generator, xyz: FloatArray, settings: Augmentation) -> FloatArray:
    """All of it, in a fixed order of draws."""
    if settings.exchange:
        xyz = recombine_limbs(rng, xyz, settings.exchange)
    if settings.redraw:
        xyz = resample_limbs(rng, xyz, settings.redraw)
    if settings.elbows:
        xyz = bend_elbows(rng, xyz, settings.elbows, settings.straight)
    if settings.bend:
        xyz = bend_trunks(rng, xyz, settings.bend)
    if settings.proportions:
        xyz = reshape_bodies(rng, xyz, settings.proportions)
    return mirror(rng, xyz, settings.mirror)


def mirror(rng: np.random.Generator, xyz: FloatArray, share: float) -> FloatArray:
    """Left and right exchanged in a `share` of the bodies, drawn one by one."""
    chosen = rng.random(len(xyz)) < share
    flipped = xyz[:, :, list(MOCAP23.mirror)] * np.array([-1, 1, 1], dtype=xyz.dtype)
    return np.where(chosen[:, None, None, None], flipped, xyz)


def reshape_bodies(rng: np.random.Generator, xyz: FloatArray, strength: float) -> FloatArray:
    """Other bone lengths: standard deviations of 5 % for a pair of limb bones and 1 % between the sides; hips half
    again as wide at most, as other data sets and detectors have them. The mean bone length stays as it was, because
    one picture cannot tell the size of a person."""
    count = len(xyz)
    factor = np.exp(rng.normal(0, 0.05 * strength, (count, len(MOCAP23)))).astype(xyz.dtype)
    factor[:, HIP] = 1
    factor[:, [R_HIP, L_HIP]] = np.exp(rng.uniform(-0.1, 0.4, (count, 1)) * strength)
    factor[:, [R_SHOULDER, L_SHOULDER]] = np.exp(rng.uniform(-0.2, 0.1, (count, 1)) * strength)
    for left, right in MOCAP23.pairs:
        side = np.exp(rng.normal(0, 0.01 * strength, count))
        factor[:, right] = factor[:, left] * side
    parents = np.array(MOCAP23.parents)
    bones = xyz - xyz[:, :, np.maximum(parents, 0)]
    length = np.linalg.norm(bones[:, :1], axis=-1).mean(axis=1)
    factor *= (length.sum(axis=1) / (length * factor).sum(axis=1))[:, None]
    return _chain(bones * factor[:, None, :, None])


def _chain(bones: FloatArray) -> FloatArray:
    """Joints from bones (joint minus parent)."""
    xyz = np.zeros_like(bones)
    for joint in _ORDER[1:]:
        xyz[:, :, joint] = xyz[:, :, MOCAP23.parents[joint]] + bones[:, :, joint]
    return xyz


def trunk_axes(xyz: FloatArray, left: int, right: int, low: int, high: int) -> FloatArray:
    """(..., 3, 3) axes as columns: to the person's left, up the trunk, and what is square to both."""
    side = xyz[..., left, :] - xyz[..., right, :]
    up = xyz[..., high, :] - xyz[..., low, :]
    side = side / np.maximum(np.linalg.norm(side, axis=-1, keepdims=True), 1e-6)
    up = up - (up * side).sum(axis=-1, keepdims=True) * side
    up = up / np.maximum(np.linalg.norm(up, axis=-1, keepdims=True), 1e-6)
    return np.stack([side, up, np.cross(side, up)], axis=-1)


def recombine_limbs(rng: np.random.Generator, xyz: FloatArray, share: float) -> FloatArray:
    """The arms of another body of the batch, seen from its chest, on this chest; the same with legs and hips."""
    out = xyz.copy()
    chest = trunk_axes(xyz, L_SHOULDER, R_SHOULDER, SPINE, THORAX)
    pelvis = trunk_axes(xyz, L_HIP, R_HIP, HIP, SPINE)
    for axes, limbs in ((chest, ARMS), (pelvis, LEGS)):
        other = rng.permutation(len(xyz))
        chosen = np.flatnonzero(rng.random(len(xyz)) < share)
        turn = axes[chosen] @ np.swapaxes(axes[other[chosen]], -1, -2)
        for joint, moved in limbs:
            limb = xyz[other[chosen]][:, :, list(moved)] - xyz[other[chosen]][:, :, [joint]]
            limb = limb @ np.swapaxes(turn, -1, -2)
            for k, part in enumerate(moved):
                out[chosen, :, part] = out[chosen, :, joint] + limb[:, :, k]
    return out


def random_turns(rng: np.random.Generator, degrees: float, count: int) -> FloatArray:
    """(B, 3, 3) turns about random axes by normally distributed angles."""
    axis = unit(rng.normal(size=(count, 3)))
    return axis_angle_rotation(axis, np.radians(rng.normal(0, degrees, count)))


# Where an upper arm and a thigh cannot point: (outward, up, forward) of the trunk, each row a bound "dot > limit".
_ARM_BOUNDS = (((1, 0, 0), -0.5), ((0, 0, 1), -0.7), ((0, -0.6, 0.8), -0.75))
_LEG_BOUNDS = (((1, 0, 0), -0.3), ((0, -1, 0), -0.3), ((0, 0, 1), -0.5))


def turn_between(a: FloatArray, b: FloatArray) -> FloatArray:
    """(..., 3, 3) smallest turns that take unit vectors a (..., 3) to b; none where they are opposite, within 8 deg."""
    return np.where(dot(a, b)[..., None] < -0.99, np.eye(3), shortest_rotation(a, b))


def draw_direction(
    rng: np.random.Generator, bounds: tuple[tuple[tuple[float, ...], float], ...], count: int
) -> FloatArray:
    """(B, 3) directions drawn evenly from those within the bounds (the last of 16 tries at worst)."""
    tries = rng.normal(size=(count, 16, 3))
    tries /= np.linalg.norm(tries, axis=-1, keepdims=True)
    allowed = np.all([tries @ np.array(axis) > limit for axis, limit in bounds], axis=0)
    return tries[np.arange(count), allowed.argmax(axis=1)]


def resample_limbs(rng: np.random.Generator, xyz: FloatArray, share: float) -> FloatArray:
    """A `share` of upper arms and half of it of thighs point anywhere their joint allows; what hangs on them keeps its
    bend, and in a window its movement."""
    out, middle = xyz.copy(), xyz.shape[1] // 2
    chest = trunk_axes(xyz, L_SHOULDER, R_SHOULDER, SPINE, THORAX)
    pelvis = trunk_axes(xyz, L_HIP, R_HIP, HIP, SPINE)
    for axes, limbs, bounds, part in ((chest, ARMS, _ARM_BOUNDS, 1.0), (pelvis, LEGS, _LEG_BOUNDS, 0.5)):
        for side, (joint, moved) in zip((1, -1), limbs, strict=True):
            chosen = np.flatnonzero(rng.random(len(xyz)) < share * part)
            own = axes[chosen]
            limb = (xyz[chosen][:, :, list(moved)] - xyz[chosen][:, :, [joint]]) @ own
            before = limb[:, middle, 0] / np.maximum(np.linalg.norm(limb[:, middle, 0], axis=-1, keepdims=True), 1e-6)
            after = draw_direction(rng, bounds, len(chosen)) * [side, 1, 1]
            turn = random_turns(rng, 15.0, len(chosen)) @ turn_between(before, after)
            limb = limb @ np.swapaxes(turn, 1, 2)[:, None]
            limb = limb @ np.swapaxes(own, -1, -2)
            for k, name in enumerate(moved):
                out[chosen, :, name] = out[chosen, :, joint] + limb[:, :, k]
    return out


def bend_elbows(rng: np.random.Generator, xyz: FloatArray, share: float, straight: float) -> FloatArray:
    """A `share` of elbows gets another angle, from straight to 140 degrees, in about the plane it was bent in; as seen
    from the chest the forearm's movement in a window stays.

    With `straight` 2 half of the angles are below 35 degrees; of those of motion capture, whose joints lie where the
    markers put them, a fifth.
    """
    out, middle = xyz.copy(), xyz.shape[1] // 2
    chest = trunk_axes(xyz, L_SHOULDER, R_SHOULDER, SPINE, THORAX)
    for shoulder, elbow, wrist in FOREARMS:
        chosen = np.flatnonzero(rng.random(len(xyz)) < share)
        own = chest[chosen]
        upper, lower = (
            ((xyz[chosen][:, :, b] - xyz[chosen][:, :, a])[:, :, None] @ own)[:, :, 0]
            for a, b in ((shoulder, elbow), (elbow, wrist))
        )
        along, before = unit(upper[:, middle]), unit(lower[:, middle])
        # Where it was straight it bends forwards, somewhere.
        aim: FloatArray = before + 0.3 * FORWARD + 0.15 * rng.normal(size=before.shape)
        side = unit(aim - (aim * along).sum(axis=-1, keepdims=True) * along)
        angle = np.radians(140 * rng.random(len(chosen)) ** straight)[:, None]
        turn = turn_between(before, np.cos(angle) * along + np.sin(angle) * side)
        lower = lower @ np.swapaxes(turn, 1, 2)
        out[chosen, :, wrist] = out[chosen, :, elbow] + (lower[:, :, None] @ np.swapaxes(own, -1, -2))[:, :, 0]
    return out


def bend_trunks(rng: np.random.Generator, xyz: FloatArray, degrees: float) -> FloatArray:
    """The chest, and all that it carries, turned against the hips: half of it between hips and spine, half above."""
    pelvis = trunk_axes(xyz, L_HIP, R_HIP, HIP, SPINE)
    half = random_turns(rng, degrees / 2, len(xyz))[:, None]
    half = pelvis @ half @ np.swapaxes(pelvis, -1, -2)
    out = xyz.copy()
    spine = xyz[:, :, [SPINE]]
    out[:, :, [SPINE]] = spine @ np.swapaxes(half, -1, -2)
    carried = (xyz[:, :, list(CHEST)] - spine) @ np.swapaxes(half @ half, -1, -2)
    out[:, :, list(CHEST)] = out[:, :, [SPINE]] + carried
    return out
