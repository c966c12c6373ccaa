"""Bones of constant length: what lifting stretches is put right, what is right stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.pipeline.bones import constant_bones
from poses.skeleton import Skeleton
from poses.skeletons import H36M16, H36M17, MPI17
from tests.app.motions import read_clip


def lengths(xyz: np.ndarray, skeleton: Skeleton = H36M17) -> np.ndarray:
    """(T, bones) m."""
    return np.stack([np.linalg.norm(xyz[:, b] - xyz[:, a], axis=1) for a, b in skeleton.bones], axis=1)


@pytest.fixture(scope="module")
def walk(shared_data: Path) -> np.ndarray:
    return constant_bones(read_clip(shared_data, "012_01"), H36M17)


def shaken(xyz: np.ndarray) -> np.ndarray:
    return xyz + np.random.default_rng(0).normal(0, 0.005, xyz.shape)


def test_every_bone_keeps_its_length_left_as_right(walk: np.ndarray) -> None:
    found = lengths(constant_bones(shaken(walk), H36M17))
    assert found.std(axis=0).max() < 1e-9
    child = [b for _, b in H36M17.bones]
    for left, right in H36M17.pairs:
        assert found[0, child.index(left)] == pytest.approx(found[0, child.index(right)], abs=1e-9)
    assert np.abs(found[0] - lengths(walk)[0]).max() < 0.01


def test_what_is_constant_already_stays(walk: np.ndarray) -> None:
    assert np.abs(constant_bones(walk, H36M17) - walk).max() < 1e-6


def test_joints_come_nearer_to_the_truth(walk: np.ndarray) -> None:
    lifted = shaken(walk)
    before, after = (np.linalg.norm(one - walk, axis=-1).mean() for one in (lifted, constant_bones(lifted, H36M17)))
    assert after < before


def test_the_middle_and_frames_without_a_pose_stay(walk: np.ndarray) -> None:
    lifted = shaken(walk)
    lifted[5:9] = np.nan
    found = constant_bones(lifted, H36M17)
    np.testing.assert_allclose(found.mean(axis=1), lifted.mean(axis=1), atol=1e-9)
    assert np.isnan(found[5:9]).all() and np.isfinite(np.delete(found, range(5, 9), axis=0)).all()
    nobody = np.full((3, 17, 3), np.nan)
    assert np.array_equal(constant_bones(nobody, H36M17), nobody, equal_nan=True)


@pytest.mark.parametrize("skeleton", [H36M16, MPI17])
def test_in_any_order_of_joints(skeleton: Skeleton) -> None:
    xyz = np.random.default_rng(1).normal(size=(6, len(skeleton), 3))
    assert lengths(constant_bones(xyz, skeleton), skeleton).std(axis=0).max() < 1e-9
