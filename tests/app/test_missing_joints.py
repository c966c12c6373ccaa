"""Joints nobody saw are guessed from their parents; too little stays too little."""

from __future__ import annotations

import numpy as np

from app.pipeline.missing_joints import estimate_missing_joints
from poses.skeletons import H36M17
from tests.app.stand_ins import camera_at, figure

CAMERA = camera_at((640, 480))
WALK = np.stack([CAMERA.project(CAMERA.to_camera(figure(t) + np.array([0.5 * t, 0, 0]))) for t in np.arange(30) / 30])


def test_what_is_there_is_not_touched() -> None:
    out, guessed = estimate_missing_joints(WALK, H36M17)
    np.testing.assert_array_equal(out, WALK)
    assert not guessed.any()


def test_a_joint_that_vanishes_stays_where_it_was_from_its_parent() -> None:
    xy = WALK.copy()
    xy[10:20, [5, 6]] = np.nan
    out, guessed = estimate_missing_joints(xy, H36M17)
    assert guessed[10:20, [5, 6]].all() and guessed.sum() == 20
    np.testing.assert_allclose(out, WALK, atol=2)


def test_a_joint_that_was_never_seen_hangs_from_its_parent() -> None:
    xy = WALK.copy()
    xy[:, [2, 3, 5, 6]] = np.nan
    out, _ = estimate_missing_joints(xy, H36M17)
    np.testing.assert_allclose(out[:, [2, 3, 5, 6]], WALK[:, [2, 3, 5, 6]], atol=25)


def test_without_root_or_with_too_little_nothing_is_made_up() -> None:
    xy = WALK.copy()
    xy[5, 0] = np.nan
    xy[6, 2:7] = xy[6, 11:] = np.nan
    out, guessed = estimate_missing_joints(xy, H36M17)
    assert np.isnan(out[5, 0]).all() and np.isnan(out[6, 2:7]).all() and not guessed.any()
