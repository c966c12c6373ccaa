"""Metrics against cases computed by hand, and against an independent formula."""

from __future__ import annotations

import numpy as np
import pytest

from lifting.metrics import align, auc, joint_errors, mpjpe, mpjve, n_mpjpe, p_mpjpe, pck
from poses.arrays import FloatArray


def _pose(seed: int = 0, frames: int = 5) -> FloatArray:
    return np.random.default_rng(seed).normal(size=(frames, 17, 3))


def _turn(seed: int) -> FloatArray:
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return q * np.sign(np.linalg.det(q))


def test_mpjpe_is_the_mean_distance_in_millimetres() -> None:
    target = np.zeros((1, 2, 3))
    pred = np.array([[[0.003, 0.004, 0.0], [0.0, 0.0, 0.015]]])
    assert mpjpe(pred, target) == pytest.approx((5 + 15) / 2)


def test_p_mpjpe_forgives_place_turn_and_size() -> None:
    target = _pose()
    assert p_mpjpe(1.7 * target @ _turn(1) + [1, 2, 3], target) < 1e-6


def test_p_mpjpe_does_not_forgive_a_mirror_image() -> None:
    target = _pose()
    assert p_mpjpe(target * [-1, 1, 1], target) > 300


def test_p_mpjpe_of_two_joints_too_far_apart_is_forgiven_but_a_third_is_not() -> None:
    target = np.array([[[-1.0, 0, 0], [1, 0, 0], [0, 0, 0]]])
    stretched = np.array([[[-2.0, 0, 0], [2, 0, 0], [0, 0, 0]]])
    assert p_mpjpe(stretched, target) < 1e-9
    bent = np.array([[[-1.0, 0, 0], [1, 0, 0], [0, 0.3, 0]]])
    # By hand: centring leaves y -0.1 -0.1 0.2; the best scale is 2 / 2.06; errors .03 .03 in x, .2 s and .1 s in y.
    s = 2 / 2.06
    expected = 1000 * (2 * np.hypot(1 - s, 0.1 * s) + 0.2 * s) / 3
    assert p_mpjpe(bent, target) == pytest.approx(expected)


def test_alignment_agrees_with_scipy() -> None:
    from scipy.spatial import procrustes

    target, pred = _pose(0, 4), _pose(1, 4)
    ours = align(pred, target)
    for one, aligned, seen in zip(target, ours, pred, strict=True):
        _, got, _ = procrustes(one, seen)
        size = np.linalg.norm(one - one.mean(0))
        mirrored = np.linalg.det((seen - seen.mean(0)).T @ (one - one.mean(0))) < 0
        if not mirrored:
            assert np.allclose((aligned - one.mean(0)) / size, got, atol=1e-9)
    assert joint_errors(ours, target).mean() < joint_errors(pred, target).mean()


def test_n_mpjpe_forgives_size_only() -> None:
    target = _pose()
    assert n_mpjpe(0.4 * target, target) < 1e-9
    pred = np.array([[[0.0, 0, 0], [1, 1, 0]]])
    # By hand: s = <t, p> / <p, p> = 1 / 2 for target (0, 0, 0), (1, 0, 0); error of the second joint |(-.5, .5)|.
    assert n_mpjpe(pred, np.array([[[0.0, 0, 0], [1, 0, 0]]])) == pytest.approx(1000 * np.sqrt(0.5) / 2)


def test_mpjve_is_the_error_of_differences_between_frames() -> None:
    target = np.zeros((3, 1, 3))
    pred = np.array([[[0.0, 0, 0]], [[0.001, 0, 0]], [[0.004, 0, 0]]])
    assert mpjve(pred, target) == pytest.approx((1 + 3) / 2)
    assert mpjve(pred + 5, target) == pytest.approx(2)
    with pytest.raises(ValueError, match="2 frames"):
        mpjve(pred[:1], target[:1])


def test_pck_is_strict_and_auc_counts_31_thresholds() -> None:
    target = np.zeros((1, 4, 3))
    pred = np.zeros((1, 4, 3))
    pred[0, :, 0] = [0.0, 0.0501, 0.1499, 0.1501]
    assert pck(pred, target) == pytest.approx(0.75)
    # By hand: thresholds above 0 are 30, above 50.1 mm 20 (55 ... 150), above 149.9 one (150), none above 150.1.
    assert auc(pred, target) == pytest.approx((30 + 20 + 1 + 0) / 4 / 31)
    exact = np.zeros((1, 1, 3))
    exact[0, 0, 0] = 0.125
    assert pck(exact, np.zeros((1, 1, 3)), 125.0) == 0.0


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="target must have shape"):
        mpjpe(np.zeros((2, 17, 3)), np.zeros((2, 16, 3)))
