"""TRC: markers read back where they were, times the video's own, missing markers empty."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from app.export import trc
from poses.skeletons import H36M17
from tests.app.motions import make_motion, read_clip


def read_trc(path) -> tuple[dict[str, str], list[str], list[int], np.ndarray, np.ndarray]:
    """Header values, marker names, frame numbers, times (T), markers (T, J, 3); empty cells are NaN."""
    lines = path.read_text().splitlines()
    header = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=True))
    names = [n for n in lines[3].split("\t")[2:] if n]
    rows = [line.removesuffix("\t").split("\t") for line in lines[5:]]
    values = np.array([[float(cell) if cell else np.nan for cell in row] for row in rows])
    return header, names, [int(r[0]) for r in rows], values[:, 1], values[:, 2:].reshape(len(rows), len(names), 3)


@pytest.fixture(scope="module")
def walk(shared_data) -> np.ndarray:
    return read_clip(shared_data, "012_01")[:30]


def test_markers_are_read_back_to_a_micrometre(walk, tmp_path):
    assert trc.write(make_motion(walk, rate=Fraction(30000, 1001)), 0, tmp_path / "a.trc") == []
    header, names, frames, times, xyz = read_trc(tmp_path / "a.trc")
    assert header["DataRate"] == "29.97003"
    assert (header["NumFrames"], header["NumMarkers"], header["Units"]) == ("30", "17", "m")
    assert names == [name.replace("/", "_") for name in H36M17.joint_names]
    assert frames == list(range(1, 31))
    assert (times == np.arange(30) / float(Fraction(30000, 1001))).all()
    assert np.abs(xyz - walk).max() < 1e-6


def test_the_first_line_says_what_the_file_is(walk, tmp_path):
    trc.write(make_motion(walk), 0, tmp_path / "a.trc")
    assert (tmp_path / "a.trc").read_text().startswith("PathFileType\t4\t(X/Y/Z)\ta.trc\n")


def test_missing_markers_are_empty_and_never_nan(walk, tmp_path):
    world = walk.copy()
    world[3:5] = np.nan
    trc.write(make_motion(world), 0, tmp_path / "a.trc")
    assert "nan" not in (tmp_path / "a.trc").read_text().lower()
    _, _, _, times, xyz = read_trc(tmp_path / "a.trc")
    assert np.isfinite(times).all()
    assert np.isnan(xyz).any(axis=(1, 2)).nonzero()[0].tolist() == [3, 4]


def test_a_variable_rate_keeps_its_times_and_is_said(walk, tmp_path):
    times = np.arange(30) / 30 + np.random.default_rng(0).uniform(0, 0.01, 30)
    warnings = trc.write(make_motion(walk, time_s=times), 0, tmp_path / "a.trc")
    assert any("varies" in w for w in warnings)
    assert (read_trc(tmp_path / "a.trc")[3] == times).all()


def test_rows_are_of_one_length_as_opensim_and_spreadsheets_count_them(walk, tmp_path):
    """Also where the last marker is missing, whose empty cell OpenSim would not count."""
    world = walk.copy()
    world[3:5] = np.nan
    world[7, -1] = np.nan
    trc.write(make_motion(world), 0, tmp_path / "a.trc")
    lines = (tmp_path / "a.trc").read_text().splitlines()[4:]
    assert {line.count("\t") for line in lines} == {2 + 3 * 17}
    assert all(line.endswith("\t") for line in lines)
