"""CSV and NPZ: what is written is what was meant, with a row for every frame."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from app.export import write_all
from app.export.npz import package_version
from poses.motion import Motion
from poses.skeletons import H36M16, H36M17, H36M23
from tests.app.motions import make_motion, make_person, read_clip


@pytest.fixture(scope="module")
def motion(shared_data) -> Motion:
    """Two people, 30 frames of uneven times; the first is away in frames 5 to 7, the second has a filled wrist."""
    walk = read_clip(shared_data, "012_01")[:30].copy()
    times = 1.5 + np.arange(30) / 30 + np.random.default_rng(0).uniform(0, 0.01, 30)
    away = walk.copy()
    away[5:8] = np.nan
    made = make_motion(away, walk + np.array([1.0, 0, 0]), time_s=times)
    second = made.persons[1]
    filled = second.filled.copy()
    filled[3, H36M17.index("LWrist")] = True
    return replace(made, frame=np.arange(45, 75), persons=(made.persons[0], replace(second, filled=filled)))


@pytest.fixture
def table(motion, tmp_path) -> list[dict[str, str]]:
    write_all(motion, ["csv"], tmp_path, "clip")
    with (tmp_path / "clip.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_header_is_the_promised_one(motion, tmp_path):
    write_all(motion, ["csv"], tmp_path, "clip")
    data = (tmp_path / "clip.csv").read_bytes()
    assert data.startswith(b"frame,time_s,person,joint,x_m,y_m,z_m,x_px,y_px,score,filled,sigma_m\n")
    assert b"\r" not in data


def test_every_frame_person_and_joint_has_a_row(motion, table):
    assert len(table) == 30 * 2 * 17
    keys = [(int(r["frame"]), int(r["person"]), r["joint"]) for r in table]
    assert keys == [(f, p, j) for f in range(45, 75) for p in (1, 2) for j in H36M17.joint_names]


def test_times_are_read_back_exactly(motion, table):
    assert [float(r["time_s"]) for r in table[:: 2 * 17]] == motion.time_s.tolist()


def test_joints_are_read_back_to_a_micrometre_and_pixels_to_a_thousandth(motion, table):
    rows = [r for r in table if r["person"] == "2"]
    xyz = np.array([[float(r[k]) for k in ("x_m", "y_m", "z_m")] for r in rows]).reshape(30, 17, 3)
    xy = np.array([[float(r[k]) for k in ("x_px", "y_px")] for r in rows]).reshape(30, 17, 2)
    assert np.abs(xyz - motion.persons[1].world.xyz).max() <= 0.5e-6 + 1e-12
    assert np.abs(xy - motion.persons[1].pose_2d.xy).max() <= 0.5e-3 + 1e-9
    assert (np.array([float(r["score"]) for r in rows]) == 1).all()


def test_frames_without_the_person_have_empty_cells(table):
    empty = {int(r["frame"]) for r in table if r["person"] == "1" and r["x_m"] == ""}
    assert empty == {50, 51, 52}
    for row in table:
        if row["person"] == "1" and int(row["frame"]) in empty:
            assert [row[k] for k in ("x_m", "y_m", "z_m", "x_px", "y_px", "score", "filled", "sigma_m")] == [
                *[""] * 6,
                "0",
                "",
            ]
            assert row["time_s"], "the time is there without the person"


def test_filled_points_are_marked(table):
    filled = [(r["frame"], r["person"], r["joint"]) for r in table if r["filled"] == "1"]
    assert filled == [("48", "2", "LWrist")]


def test_frames_keep_their_rows_when_there_is_nobody(tmp_path):
    write_all(make_motion(time_s=np.arange(4) / 25), ["csv"], tmp_path, "empty")
    with (tmp_path / "empty.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["frame"] for r in rows] == ["0", "1", "2", "3"]
    assert all(r["person"] == "" and r["x_m"] == "" for r in rows)


def test_npz_holds_every_array_without_pickles(motion, tmp_path):
    write_all(motion, ["npz"], tmp_path, "clip")
    with np.load(tmp_path / "clip.npz", allow_pickle=False) as data:
        found = {key: data[key] for key in data.files}
    people = motion.persons
    assert found["frame"].tolist() == motion.frame.tolist()
    assert np.issubdtype(found["frame"].dtype, np.integer)
    assert (found["time_s"] == motion.time_s).all()
    assert float(found["fps"]) == 50
    assert found["person"].tolist() == [1, 2]
    assert found["joint_names"].tolist() == list(H36M17.joint_names)
    assert found["parents"].tolist() == list(H36M17.parents)
    for p in range(2):
        for key, values in {
            "xyz_camera_m": people[p].camera.xyz,
            "xyz_world_m": people[p].world.xyz,
            "xy_px": people[p].pose_2d.xy,
            "score": people[p].pose_2d.score,
            "filled": people[p].filled,
        }.items():
            assert np.array_equal(found[key][p], values, equal_nan=values.dtype.kind == "f"), key
    assert str(found["detector"]) == "stand_in"
    assert str(found["lifter"]) == "stand_in"
    assert str(found["version"]) == package_version()


def test_npz_carries_the_names_of_people(motion, tmp_path):
    persons = (replace(motion.persons[0], name="Åsa, left"), motion.persons[1])
    write_all(replace(motion, persons=persons), ["npz"], tmp_path, "named")
    with np.load(tmp_path / "named.npz", allow_pickle=False) as data:
        assert data["name"].tolist() == ["Åsa, left", ""]
        assert data["person"].tolist() == [1, 2]


def test_npz_of_another_skeleton_carries_its_joints(shared_data, tmp_path):
    walk = read_clip(shared_data, "012_01")[:5]
    write_all(make_motion(walk, skeleton=H36M16), ["npz"], tmp_path, "clip")
    with np.load(tmp_path / "clip.npz") as data:
        assert data["xyz_world_m"].shape == (1, 5, 16, 3)
        assert data["joint_names"].tolist() == list(H36M16.joint_names)


def test_npz_without_people_has_frames_but_no_poses(tmp_path):
    write_all(make_motion(time_s=np.arange(4) / 25), ["npz"], tmp_path, "empty")
    with np.load(tmp_path / "empty.npz", allow_pickle=False) as data:
        assert data["time_s"].shape == (4,)
        assert data["xyz_world_m"].shape == (0, 4, 0, 3)
        assert data["joint_names"].shape == (0,)


def test_the_version_is_that_of_the_project():
    import tomllib
    from pathlib import Path

    import app

    project = Path(app.__file__).parents[1] / "pyproject.toml"
    assert package_version() == tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]


def test_a_person_made_for_these_tests_is_seen_upright(shared_data):
    """The stand-in camera must not mirror or turn the person, or the tests above would prove little."""
    walk = read_clip(shared_data, "012_01")[:1]
    person = make_person(walk, np.zeros(1))
    assert person.pose_2d.xy[0, H36M17.index("Head"), 1] < person.pose_2d.xy[0, H36M17.index("LFoot"), 1]


def test_expected_errors_stand_in_both_tables(motion, tmp_path):
    sigma = np.full(motion.persons[0].filled.shape, 0.05)
    sigma[:, 3] = 0.1234
    persons = (replace(motion.persons[0], sigma=sigma), motion.persons[1])
    write_all(replace(motion, persons=persons), ["csv", "npz"], tmp_path, "sure")
    with np.load(tmp_path / "sure.npz", allow_pickle=False) as data:
        assert np.array_equal(data["sigma_m"][0], sigma) and np.isnan(data["sigma_m"][1]).all()
    with (tmp_path / "sure.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["x_m"]]
    joint = H36M17.joint_names[3]
    assert {row["sigma_m"] for row in rows if row["person"] == "1" and row["joint"] == joint} == {"0.1234"}
    assert {row["sigma_m"] for row in rows if row["person"] == "2"} == {""}


def test_joints_beyond_those_of_human36m_do_not_move_the_usual_ones_in_npz(motion, tmp_path):
    """Programs that take joints by number read files of every lifter."""

    def widened(person):
        def more(values):
            return np.concatenate([values, values[:, :6]], axis=1)

        pose, count = person.pose_2d, len(H36M17)
        assert len(H36M23) == count + 6
        return replace(
            person,
            pose_2d=replace(pose, xy=more(pose.xy), score=more(pose.score), skeleton=H36M23),
            filled=more(person.filled),
            camera=replace(person.camera, xyz=more(person.camera.xyz), skeleton=H36M23),
            world=replace(person.world, xyz=more(person.world.xyz), skeleton=H36M23),
        )

    wide = replace(motion, persons=tuple(widened(p) for p in motion.persons))
    write_all(motion, ["npz"], tmp_path, "usual")
    write_all(wide, ["npz"], tmp_path, "wide")
    with np.load(tmp_path / "usual.npz") as usual, np.load(tmp_path / "wide.npz") as found:
        for key in ("joint_names", "parents", "xyz_camera_m", "xyz_world_m", "xy_px", "score", "filled", "sigma_m"):
            np.testing.assert_array_equal(found[key], usual[key])
        assert tuple(found["extra_joint_names"]) == H36M23.joint_names[17:]
        assert found["extra_xyz_world_m"].shape == (2, len(motion), 6, 3)
        assert found["extra_parents"].tolist() == list(H36M23.parents[17:])
        assert not [key for key in usual.files if key.startswith("extra_")]
