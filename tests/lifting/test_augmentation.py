"""Widened motion capture: other bodies and other poses, each of which a person could have."""

from __future__ import annotations

import numpy as np
import pytest

from lifting.data.augmentation import (
    CHEST,
    L_HIP,
    L_SHOULDER,
    R_HIP,
    R_SHOULDER,
    SPINE,
    bend_elbows,
    bend_trunks,
    mirror,
    recombine_limbs,
    resample_limbs,
    reshape_bodies,
)
from lifting.data.mocap import MOCAP23
from poses.arrays import FloatArray
from tests.lifting.mocap_files import standing_bodies


def test_mirroring_exchanges_sides_and_twice_is_nothing() -> None:
    bodies = standing_bodies(4) + np.random.default_rng(0).normal(size=(4, 1, 23, 3)).astype(np.float32)
    once = mirror(np.random.default_rng(0), bodies, 1.0)
    assert np.allclose(once[:, :, L_HIP], bodies[:, :, R_HIP] * [-1, 1, 1])
    assert np.allclose(mirror(np.random.default_rng(0), once, 1.0), bodies)


def test_other_bodies_have_other_proportions_but_the_same_size() -> None:
    bodies = reshape_bodies(np.random.default_rng(0), standing_bodies(300), 1.0)
    parents = np.maximum(MOCAP23.parents, 0)
    length = np.linalg.norm(bodies - bodies[:, :, parents], axis=-1)[:, 0]
    before = np.linalg.norm(standing_bodies(1) - standing_bodies(1)[:, :, parents], axis=-1)[0, 0]
    assert np.allclose(length.sum(axis=1), before.sum(), rtol=1e-4)
    ratio = length[:, 2] / before[2]
    assert 0.03 < ratio.std() < 0.08


def test_exchanged_arms_keep_their_length_and_their_place_on_the_chest() -> None:
    rng = np.random.default_rng(0)
    bodies = resample_limbs(rng, standing_bodies(50), 1.0)
    changed = recombine_limbs(rng, bodies, 1.0)
    assert np.array_equal(changed[:, :, [L_SHOULDER, R_SHOULDER]], bodies[:, :, [L_SHOULDER, R_SHOULDER]])
    arm = np.linalg.norm(changed[:, :, 12] - changed[:, :, 11], axis=-1)
    assert np.allclose(arm, 0.29, atol=1e-3) and np.abs(changed[:, :, 12] - bodies[:, :, 12]).max() > 0.05


def test_redrawn_limbs_point_anywhere_but_never_through_the_body() -> None:
    bodies = standing_bodies(2000, 3)
    changed = resample_limbs(np.random.default_rng(0), bodies, 0.5)
    arm = (changed[:, :, 12] - changed[:, :, 11]) / 0.29
    moved = np.abs(arm[:, 1] - [0, -1, 0]).max(axis=1) > 1e-3
    assert 0.45 < moved.mean() < 0.55
    assert np.allclose(np.linalg.norm(arm, axis=-1), 1, atol=0.01) and np.allclose(arm[:, 0], arm[:, 2], atol=1e-4)
    # The figure faces +z with its left to +x: arms reach up, out and forward, hardly inward or behind.
    arm = arm[moved, 1]
    assert arm[:, 1].max() > 0.8 and arm[:, 0].max() > 0.8 and arm[:, 2].max() > 0.8
    assert np.quantile(arm[:, 0], 0.02) > -0.75 and np.quantile(arm[:, 2], 0.02) > -0.85
    assert (np.abs(changed[:, :, 5] - bodies[:, :, 5]).max(axis=(1, 2)) > 1e-3).mean() == pytest.approx(0.25, abs=0.04)


def test_redrawn_limbs_keep_every_bone_length() -> None:
    before, after = standing_bodies(50), resample_limbs(np.random.default_rng(0), standing_bodies(50), 1.0)
    parents = np.maximum(MOCAP23.parents, 0)
    keep = [j for j in range(23) if MOCAP23.joint_names[j] not in ("LToeBase", "RToeBase")]
    for body in (before, after):
        body -= body[:, :, parents]
    lengths = [np.linalg.norm(b, axis=-1)[..., keep] for b in (before, after)]
    assert np.allclose(*lengths, atol=1e-5) and np.abs(before - after).max() > 0.05


def bone_lengths(bodies: FloatArray) -> FloatArray:
    return np.linalg.norm(bodies - bodies[:, :, np.maximum(MOCAP23.parents, 0)], axis=-1)


@pytest.mark.parametrize(("straight", "middle"), [(1.0, 70), (2.0, 35)])
def test_elbows_are_bent_anew_by_any_angle_but_never_back_to_front(straight: float, middle: float) -> None:
    bodies = standing_bodies(2000, 3)
    changed = bend_elbows(np.random.default_rng(0), bodies, 0.5, straight)
    assert np.allclose(bone_lengths(changed), bone_lengths(bodies), atol=1e-5)
    others = [j for j in range(23) if MOCAP23.joint_names[j] not in ("LWrist", "RWrist")]
    assert np.array_equal(changed[:, :, others], bodies[:, :, others])
    forearm = changed[:, 1, 13] - changed[:, 1, 12]
    moved = np.abs(changed[:, 1, 13] - bodies[:, 1, 13]).max(axis=1) > 1e-4
    assert 0.45 < moved.mean() < 0.55
    forearm = forearm[moved] / np.linalg.norm(forearm[moved], axis=-1, keepdims=True)
    angle = np.degrees(np.arccos(np.clip(-forearm[:, 1], -1, 1)))  # the upper arm hangs
    assert angle.min() < 10 and 130 < angle.max() < 141
    assert np.median(angle) == pytest.approx(middle, abs=5)
    assert (forearm[angle > 45, 2] > 0).mean() > 0.9, "a hanging arm bends forwards"


def test_a_bent_trunk_keeps_its_bones_and_its_legs() -> None:
    bodies = standing_bodies(2000, 2)
    changed = bend_trunks(np.random.default_rng(0), bodies, 20.0)
    keep = [j for j in range(23) if j not in CHEST and j != SPINE]
    assert np.array_equal(changed[:, :, keep], bodies[:, :, keep]) and {L_HIP, R_HIP} <= set(keep)
    assert np.allclose(bone_lengths(changed), bone_lengths(bodies), atol=1e-5)
    line = changed[:, 0, L_SHOULDER] - changed[:, 0, R_SHOULDER]
    before = bodies[:, 0, L_SHOULDER] - bodies[:, 0, R_SHOULDER]
    dropped = np.degrees(np.arcsin((line - before)[:, 1] / np.linalg.norm(line, axis=1)))
    assert 8 < dropped.std() < 16, "the part of the turn that lowers a shoulder"
    assert np.allclose(changed[:, 0], changed[:, 1], atol=1e-5), "the bend stays through a window"
