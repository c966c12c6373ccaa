"""The table of joint angles: a row for every frame and person, empty where nobody is."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from app.export import angles, plan
from poses.angles import joint_angles
from poses.skeletons import H36M17
from tests.app.motions import make_motion, read_clip


@pytest.fixture(scope="module")
def walk(shared_data) -> np.ndarray:
    return read_clip(shared_data, "012_01")[:30]


def rows_of(path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text().splitlines()))


def test_every_frame_of_every_person_has_its_row(walk, tmp_path):
    gone = walk.copy()
    gone[4:6] = np.nan
    assert angles.write(make_motion(walk, gone), None, tmp_path / "a.angles.csv") == []
    rows = rows_of(tmp_path / "a.angles.csv")
    assert [(row["frame"], row["person"]) for row in rows] == [(str(t), p) for t in range(30) for p in "12"]
    knee = joint_angles(walk, H36M17)["RKnee flexion"]
    assert [float(row["RKnee_flexion_deg"]) for row in rows[::2]] == pytest.approx(knee.tolist(), abs=6e-4)
    assert [row["RKnee_flexion_deg"] == "" for row in rows[1::2]] == [t in (4, 5) for t in range(30)]
    assert "nan" not in (tmp_path / "a.angles.csv").read_text()


def test_a_walk_bends_its_knees_and_hardly_anything_sideways(shared_data):
    found = joint_angles(read_clip(shared_data, "012_01"), H36M17)
    for side in "LR":
        assert found[f"{side}Knee flexion"].max() > 50, "a swinging leg bends by about 60 degrees"
        assert 25 < np.ptp(found[f"{side}Hip flexion"]) < 70
    assert np.abs(found["Hip list"]).max() < 15 and np.abs(found["Spine bending"]).max() < 15


def test_nobody_is_rows_with_times(tmp_path):
    angles.write(make_motion(time_s=np.arange(3) / 25), None, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "frame,time_s,person\n0,0.0,\n1,0.04,\n2,0.08,\n"


def test_it_does_not_take_the_name_of_the_table_of_joints(walk):
    assert [name for _, _, name in plan(make_motion(walk), ["csv", "angles"], "clip")] == [
        "clip.csv",
        "clip.angles.csv",
    ]
