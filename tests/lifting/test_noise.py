"""The noise has the size, the memory and the failures that it is set to."""

from __future__ import annotations

import numpy as np
import pytest

from lifting.data.augmentation import L_HIP, R_HIP
from lifting.data.noise import (
    HEAD,
    JOINT_FACTOR,
    NOSE,
    NoiseModel,
    add_noise,
    correlated,
    detector_points,
    lose_ends,
    middle_points,
    swap_sides,
)
from poses.arrays import FloatArray
from tests.lifting.mocap_files import STANDING_EXTRA, standing_bodies

QUIET = NoiseModel(exact=0, offsets=0, slow=0, fast=0, outlier=0, swap=0, lost=0, outside=0, outside_m=0, toeless=0)


def _noisy(model: NoiseModel, count: int = 400, frames: int = 1, xy: FloatArray | None = None) -> FloatArray:
    xy = np.full((count, frames, 23, 2), 500, np.float32) if xy is None else xy
    size, scale = np.full((count, 2), 1000.0), np.full(count, 400.0)
    return add_noise(np.random.default_rng(0), xy, scale, size, np.full(count, 0.02), model) - xy


def test_without_noise_nothing_but_the_middle_points_changes() -> None:
    assert np.abs(_noisy(QUIET)).max() == 0


def test_jitter_has_the_size_that_is_set() -> None:
    from dataclasses import replace

    error = _noisy(replace(QUIET, fast=0.01, spread=0.0), 4000)
    assert error[:, :, 12].std() == pytest.approx(0.01 * 400 * JOINT_FACTOR[12], rel=0.05)
    assert error[:, :, 16].std() == pytest.approx(0.01 * 400 * JOINT_FACTOR[16], rel=0.05)


def test_slow_errors_remember_themselves() -> None:
    white = correlated(np.random.default_rng(0), (3000, 26, 1, 2), np.full(3000, 0.02), 0.25)
    assert white.std() == pytest.approx(1, abs=0.02)
    first, later = white[:, 0].ravel(), white[:, 25].ravel()
    assert np.corrcoef(first, white[:, 1].ravel())[0, 1] == pytest.approx(np.exp(-0.08), abs=0.02)
    assert np.corrcoef(first, later)[0, 1] == pytest.approx(np.exp(-2), abs=0.04)


def test_joints_outside_the_picture_are_drawn_in_and_wander() -> None:
    from dataclasses import replace

    xy = np.full((2000, 1, 23, 2), 500, np.float32)
    xy[:, :, 3] = (500, 1400)
    drawn = _noisy(replace(QUIET, outside=0.5), 2000, xy=xy)
    share = -drawn[:, 0, 3, 1] / 400
    assert share.mean() == pytest.approx(0.5, abs=0.03) and 0 <= share.min() < share.max() <= 1 and share.std() > 0.2
    wanders = _noisy(replace(QUIET, outside_m=0.1), 2000, xy=xy)
    assert wanders[:, 0, 3].std() == pytest.approx(0.1 * 400, rel=0.1)
    for error in (drawn, wanders):
        assert np.abs(error[:, 0, 3, 0]).max() == 0 or error is wanders
        assert np.abs(error[:, :, 2]).max() == 0


def test_middle_points_are_made_as_the_program_makes_them() -> None:
    from poses.skeleton import map_skeleton
    from poses.skeletons import BLAZEPOSE33, H36M23

    found = np.random.default_rng(0).normal(size=(4, 33, 2))
    mapped, _ = map_skeleton(found, np.ones((4, 33)), BLAZEPOSE33, H36M23)
    assert np.allclose(middle_points(mapped.copy()), mapped)


def test_swapped_limbs_exchange_all_their_joints() -> None:
    xy = np.random.default_rng(0).normal(size=(300, 2, 23, 2)).astype(np.float32)
    swapped = swap_sides(np.random.default_rng(1), xy, 0.5)
    legs = (swapped[:, 0, 1] != xy[:, 0, 1]).any(axis=-1)
    assert 100 < legs.sum() < 200
    assert np.array_equal(swapped[legs][:, :, [4, 5, 6]], xy[legs][:, :, [1, 2, 3]])
    assert np.array_equal(swapped[legs][:, :, 17:19], xy[legs][:, :, 19:21]), "toes go with the leg"
    assert np.array_equal(swapped[~legs][:, :, :7], xy[~legs][:, :, :7])


def test_a_lost_end_lies_on_the_bone_before_or_on_the_other_side() -> None:
    xy = np.random.default_rng(0).normal(size=(300, 2, 23, 2)).astype(np.float32)
    lost = lose_ends(np.random.default_rng(1), xy, 1.0)
    changed = (lost != xy).any(axis=(1, 3))
    assert (changed[:, [3, 6, 13, 16]].sum(axis=1) == 1).all()
    assert set(np.flatnonzero(changed.any(axis=0))) == {3, 6, 13, 16, 17, 18, 19, 20}
    moved = lost - xy
    along = np.isclose(moved[:, :, 17], moved[:, :, 6], atol=1e-5).all(axis=(1, 2)) & changed[:, 6]
    other = (lost[:, :, 17] == xy[:, :, 19]).all(axis=(1, 2))
    assert np.array_equal(along | other, changed[:, 6]) and along.any() and other.any(), "toes go with the foot"


def test_without_feet_toes_are_where_the_ankle_is_as_the_program_puts_them() -> None:
    from dataclasses import replace

    from poses.skeleton import map_skeleton
    from poses.skeletons import COCO17, H36M23

    xy = np.random.default_rng(0).normal(size=(400, 1, 23, 2)).astype(np.float32) * 100
    found = xy + _noisy(replace(QUIET, toeless=0.25), xy=xy)
    lacking = np.isclose(found[:, :, 17:19], found[:, :, [6]], atol=1e-3).all(axis=(1, 2, 3))
    assert 70 < lacking.sum() < 130
    assert np.allclose(found[lacking][:, :, 19:21], found[lacking][:, :, [3]], atol=1e-3)
    mapped, _ = map_skeleton(np.random.default_rng(0).normal(size=(17, 2)), np.ones(17), COCO17, H36M23)
    assert (mapped[17:19] == mapped[6]).all() and (mapped[19:21] == mapped[3]).all()


def test_detector_points_differ_by_body_but_not_in_time() -> None:
    points = detector_points(np.random.default_rng(0), standing_bodies(300, 3), 1.0)
    assert points.shape == (300, 3, 23, 3) and np.allclose(points[:, 0], points[:, 2])
    width = np.linalg.norm(points[:, 0, L_HIP] - points[:, 0, R_HIP], axis=-1)
    assert width.min() > 0.15 and width.max() < 0.27 and width.std() > 0.01
    assert np.allclose(points[:, :, 0], (points[:, :, L_HIP] + points[:, :, R_HIP]) / 2, atol=1e-6)


def test_detector_points_put_head_between_the_ears_and_nose_on_the_tip() -> None:
    points = detector_points(np.random.default_rng(0), standing_bodies(1), 0.0)
    assert points[0, 0, HEAD, 1] == pytest.approx(0.6 + 0.3 * 0.15 + 0.1 * 0.02, abs=1e-4)
    assert np.allclose(points[0, 0, NOSE], STANDING_EXTRA[5][[0, 2, 1]] * [1, 1, -1], atol=1e-5)
