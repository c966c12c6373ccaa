"""Error models rank poses as they were fitted to, and are read back or refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lifting.card import ModelCard
from lifting.uncertainty import ErrorSamples, fit_error_model, read_error_model, write_error_model
from poses.errors import UserError
from poses.uncertainty import ErrorModel, features

JOINTS = 4


def random_model(joints: int = JOINTS, width: int = 6) -> ErrorModel:
    rng = np.random.default_rng(0)
    shapes = ((5 * joints, width), (width,), (width, joints), (joints,))
    return ErrorModel(*(rng.normal(0, 0.3, shape) for shape in shapes))


def card(folder: Path) -> ModelCard:
    return ModelCard("net", "Net", "graphsh", {}, 1, "H36M17", "person", folder=folder)


def test_unsteady_and_unseen_joints_show_in_the_features() -> None:
    xyz = np.zeros((40, JOINTS, 3))
    xyz[20, 1] = 0.3
    score = np.ones((40, JOINTS))
    score[5, 2] = 0.1
    seen = features(xyz, score, np.arange(40) / 25)
    unsteady, lacking = seen[:, 3 * JOINTS : 4 * JOINTS], seen[:, 4 * JOINTS :]
    assert unsteady[20, 1] == unsteady.max() > 2 and not unsteady[:, [0, 2, 3]].any()
    assert lacking[5, 2] == pytest.approx(0.9) and np.count_nonzero(lacking) == 1


def test_a_pose_that_is_not_there_has_no_error_and_one_frame_is_enough() -> None:
    xyz = np.random.default_rng(1).normal(size=(3, JOINTS, 3))
    xyz[1] = np.nan
    sigma = random_model().sigma(xyz, np.ones((3, JOINTS)), np.arange(3) / 25)
    assert np.isnan(sigma[1]).all() and (sigma[[0, 2]] > 0).all()
    assert np.isfinite(random_model().sigma(xyz[:1], np.ones((1, JOINTS)), np.zeros(1))).all()


def test_a_fitted_model_knows_which_poses_are_off_and_how_much() -> None:
    """Errors that grow with one coordinate; on the second half of the people they are twice as large."""
    rng = np.random.default_rng(2)
    seen = rng.normal(size=(6000, 5 * JOINTS)) * 0.3
    expected = 0.03 * np.exp(2 * seen[:, :1]) * np.array([0.5, 1, 1.5, 2])
    errors = rng.exponential(expected)
    train, val = ErrorSamples(seen[:3000], errors[:3000]), ErrorSamples(seen[3000:], 2 * errors[3000:])
    model = fit_error_model(train, val, width=16, steps=400)
    sigma = np.exp(np.tanh(val.features @ model.hidden + model.hidden_bias) @ model.out + model.out_bias)
    assert np.corrcoef(np.log(sigma).ravel(), np.log(2 * expected[3000:]).ravel())[0, 1] > 0.9
    np.testing.assert_allclose(sigma.mean(axis=0), val.errors.mean(axis=0), rtol=1e-3)


def test_what_was_written_is_read_and_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    assert read_error_model(card(tmp_path), JOINTS) is None
    path = write_error_model(card(tmp_path), random_model())
    found = read_error_model(card(tmp_path), JOINTS)
    assert found is not None
    np.testing.assert_allclose(found.hidden, random_model().hidden, atol=1e-6)
    with pytest.raises(UserError, match="for 4 joints, the lifter has 17"):
        read_error_model(card(tmp_path), 17)
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(UserError, match="not a usable error model"):
        read_error_model(card(tmp_path), JOINTS)
    with pytest.raises(ValueError, match="hidden"):
        replace(random_model(), hidden=np.zeros((3, 6)))
