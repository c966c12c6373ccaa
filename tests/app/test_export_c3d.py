"""C3D: another library reads markers back where they were, in a laboratory's axes, missing ones as invalid."""

from __future__ import annotations

from fractions import Fraction

import ezc3d
import numpy as np
import pytest

from app.export import c3d
from poses.skeletons import H36M17
from tests.app.motions import make_motion, read_clip


@pytest.fixture(scope="module")
def walk(shared_data) -> np.ndarray:
    return read_clip(shared_data, "012_01")[:30]


def read_c3d(path) -> tuple[dict, np.ndarray]:
    """The parameters of POINT, and markers (T, J, 3) m in the axes of the program's world."""
    file = ezc3d.c3d(str(path))
    forward, left, up = file["data"]["points"][:3].transpose(0, 2, 1) / 1000
    return file["parameters"]["POINT"], np.stack([left, up, forward], axis=-1)


def test_markers_are_read_back_to_a_hundredth_of_a_millimetre(walk, tmp_path):
    assert c3d.write(make_motion(walk, rate=Fraction(30000, 1001)), 0, tmp_path / "a.c3d") == []
    point, xyz = read_c3d(tmp_path / "a.c3d")
    assert tuple(point["LABELS"]["value"]) == H36M17.joint_names
    assert point["RATE"]["value"][0] == pytest.approx(30000 / 1001, rel=1e-7)
    assert (point["UNITS"]["value"], point["Y_SCREEN"]["value"]) == (["mm"], ["+Z"])
    assert xyz.shape == walk.shape and np.abs(xyz - walk).max() < 1e-5


def test_missing_markers_are_invalid_points(walk, tmp_path):
    world = walk.copy()
    world[3:5] = np.nan
    c3d.write(make_motion(world), 0, tmp_path / "a.c3d")
    _, xyz = read_c3d(tmp_path / "a.c3d")
    assert np.isnan(xyz).all(axis=(1, 2)).nonzero()[0].tolist() == [3, 4]
    assert np.isfinite(np.delete(xyz, [3, 4], axis=0)).all()


def test_a_variable_rate_is_resampled_and_said(walk, tmp_path):
    times = np.arange(30) / 50 + np.random.default_rng(0).uniform(0, 0.01, 30)
    notes = c3d.write(make_motion(walk, time_s=times), 0, tmp_path / "a.c3d")
    assert any("varies" in note and "resampled at 50 frames" in note for note in notes)
    _, xyz = read_c3d(tmp_path / "a.c3d")
    assert len(xyz) == round((times[-1] - times[0]) * 50) + 1
    assert np.abs(xyz[0] - walk[0]).max() < 1e-5


def test_more_frames_than_the_header_can_count_are_kept(walk, tmp_path):
    many = np.tile(walk, (2200, 1, 1))
    assert len(many) > 65535
    c3d.write(make_motion(many), 0, tmp_path / "a.c3d")
    _, xyz = read_c3d(tmp_path / "a.c3d")
    assert len(xyz) == len(many) and np.abs(xyz[-1] - walk[-1]).max() < 1e-5
