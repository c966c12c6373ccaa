"""Readers of Human3.6M, HumanEva, MPI-INF-3DHP and BVH folders on made-up files in their exact layouts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lifting.data import open_recordings, open_source
from lifting.data.bvh_folder import read_folder, split_side, to_mocap
from lifting.data.camera_calibrations import H36M_CAMERAS, H36M_EXTRINSICS, HUMANEVA_EXTRINSICS, rotation_of
from lifting.data.mocap import MOCAP23
from lifting.data.paired import PairedSource, hold_out, stack
from lifting.data.pickled import load_pickled
from poses.errors import UserError
from poses.sequences import Space
from poses.skeleton import Skeleton
from poses.skeletons import H36M16, H36M17, HUMANEVA15, MPI17
from tests.lifting.data_files import bvh_text, write_3dhp, write_3dhp_graphmlp, write_h36m, write_humaneva

LAYOUTS: list[tuple[str, Callable[[Path], Path], Skeleton]] = [
    ("h36m", write_h36m, H36M17),
    ("humaneva", write_humaneva, HUMANEVA15),
    ("mpi_inf_3dhp", write_3dhp, MPI17),
    ("mpi_inf_3dhp", write_3dhp_graphmlp, H36M17),
]
FILES = {
    "h36m": ("data_3d_h36m.npz", "data_2d_h36m_gt.npz"),
    "humaneva": ("data_3d_humaneva15.npz", "data_2d_humaneva15_gt.npz"),
    "mpi_inf_3dhp": ("data_train_3dhp.npz",),
}


def test_human36m_is_read_in_camera_axes_and_fits_its_2d(tmp_path: Path) -> None:
    recordings = list(open_recordings("h36m", write_h36m(tmp_path), "test", H36M17))
    # S9 has three actions, S11 two (its Directions are corrupt), before four cameras each.
    assert len(recordings) == (3 + 2) * 4
    assert {r.action for r in recordings} == {"Directions", "Sitting", "SittingDown"}
    for recording in recordings:
        camera = next(c for c in H36M_CAMERAS if c[0] == recording.camera)
        xyz = recording.pose_3d.xyz
        assert recording.pose_3d.space is Space.CAMERA and xyz.shape == (12, 17, 3) and (xyz[..., 2] > 1).all()
        assert np.allclose(xyz[..., :2] / xyz[..., 2:] * camera[2] + camera[3], recording.pose_2d.xy, atol=0.01)
        assert recording.pose_2d.image_size == camera[1]


def test_human36m_with_16_joints_leaves_the_neck_out(tmp_path: Path) -> None:
    write_h36m(tmp_path)
    wide, narrow = (next(iter(open_recordings("h36m", tmp_path, "test", s))) for s in (H36M17, H36M16))
    assert np.array_equal(narrow.pose_2d.xy[:, H36M16.index("Head")], wide.pose_2d.xy[:, H36M17.index("Head")])
    assert np.allclose(narrow.pose_3d.xyz, np.delete(wide.pose_3d.xyz, 9, axis=1))


def test_the_file_of_the_same_name_with_16_joints_is_told_apart(tmp_path: Path) -> None:
    write_h36m(tmp_path, joints=16)
    with pytest.raises(UserError, match="16 joints, but this network takes 17"):
        list(open_recordings("h36m", tmp_path, "test", H36M17))


def test_2d_that_ends_before_3d_is_refused(tmp_path: Path) -> None:
    write_h36m(tmp_path, longer=0)
    short = tmp_path / "short"
    short.mkdir()
    write_h36m(short, frames=10, longer=0)
    (short / "data_2d_h36m_gt.npz").replace(tmp_path / "data_2d_h36m_gt.npz")
    with pytest.raises(UserError, match="10 frames in 2D and 12 in 3D"):
        list(open_recordings("h36m", tmp_path, "test", H36M17))


def test_humaneva_is_split_by_the_first_word_and_missing_frames_are_not_scored(tmp_path: Path) -> None:
    recordings = list(open_recordings("humaneva", write_humaneva(tmp_path), "test", HUMANEVA15))
    assert len(recordings) == 9 and {r.action for r in recordings} == {f"S{n} Walking" for n in (1, 2, 3)}
    assert recordings[0].valid == (True,) * 10 + (False,) * 2
    assert (recordings[0].pose_3d.xyz[:10, :, 2] > 0.5).all()


def test_3dhp_is_read_in_metres_with_its_own_picture_sizes(tmp_path: Path) -> None:
    own = list(open_recordings("mpi_inf_3dhp", write_3dhp(tmp_path), "test", MPI17))
    assert [(r.action, r.pose_2d.image_size) for r in own] == [("TS1", (2048, 2048)), ("TS5", (1920, 1080))]
    assert own[0].valid == (False, True) * 6
    assert 3 < own[0].pose_3d.xyz[:, MPI17.root, 2].mean() < 6
    mapped = next(iter(open_recordings("mpi_inf_3dhp", tmp_path, "test", H36M17)))
    for name, ours in (("Pelvis", "Hip"), ("RKnee", "RKnee"), ("LWrist", "LWrist"), ("HeadTop", "Head")):
        assert np.array_equal(own[0].pose_3d.xyz[:, MPI17.index(name)], mapped.pose_3d.xyz[:, H36M17.index(ours)])
    assert len(list(open_recordings("mpi_inf_3dhp", tmp_path, "train", MPI17))) == 4


def test_3dhp_in_the_layout_of_graphmlp(tmp_path: Path) -> None:
    write_3dhp_graphmlp(tmp_path)
    assert [r.subject for r in open_recordings("mpi_inf_3dhp", tmp_path, "train", H36M17)] == ["S1", "S2"]
    test = list(open_recordings("mpi_inf_3dhp", tmp_path, "test", H36M16))
    assert [(r.subject, r.pose_2d.image_size) for r in test] == [("TS1", (2048, 2048)), ("TS6", (1920, 1080))]


@pytest.mark.parametrize(("kind", "write", "skeleton"), LAYOUTS)
def test_every_layout_trains(tmp_path: Path, kind: str, write: Callable[[Path], Path], skeleton: Skeleton) -> None:
    source = open_source({"kind": kind, "stride": 1}, write(tmp_path), skeleton, 3)
    xy, xyz = source.batch(8, (0, 0, 0))
    assert xy.shape == (8, 3, len(skeleton), 2) and xyz.shape == (8, len(skeleton), 3)
    assert xy.dtype == xyz.dtype == np.float32 and np.isfinite(xy).all() and np.isfinite(xyz).all()
    assert np.abs(xyz[:, skeleton.root]).max() < 1e-6 and np.abs(xyz).max() < 5
    (held_xy, held_xyz) = source.held_out()["val"]
    assert len(held_xy) == len(held_xyz) > 5 and np.isfinite(held_xy).all()


@pytest.mark.parametrize(("kind", "write", "skeleton"), LAYOUTS)
def test_the_best_weights_are_chosen_by_nobody_who_is_trained_on_or_tested(
    tmp_path: Path, kind: str, write: Callable[[Path], Path], skeleton: Skeleton
) -> None:
    folder = write(tmp_path)
    train, val = hold_out(list(open_recordings(kind, folder, "train", skeleton)))
    assert train and val and not {r.subject for r in train} & {r.subject for r in val}
    source = open_source({"kind": kind, "stride": 1, "flip": False}, folder, skeleton, 1)
    assert isinstance(source, PairedSource)
    test = stack(open_recordings(kind, folder, "test", skeleton), "screen", skeleton)
    chosen = source.held_out()["val"][1]
    assert len(chosen) == sum(len(r.pose_2d) for r in val)
    if kind != "humaneva":  # whose test set shows the same people
        assert not (chosen[:, None] == test.xyz[None, test.valid]).all(axis=(2, 3)).any()
    with pytest.raises(UserError, match="held_out must be one of"):
        hold_out(train, "nobody")


def test_of_a_single_subject_the_last_recordings_are_held_out(tmp_path: Path) -> None:
    one = [r for r in open_recordings("h36m", write_h36m(tmp_path), "train", H36M17) if r.subject == "S1"]
    train, val = hold_out(one)
    assert (train, val) == (one[:-2], one[-2:]) and len(one) == 12
    with pytest.raises(UserError, match="at least two"):
        hold_out(one[:1])


def test_an_epoch_shows_every_frame_once_and_a_seed_is_repeatable(tmp_path: Path) -> None:
    settings = {"kind": "h36m", "flip": False}
    source = open_source(settings, write_h36m(tmp_path), H36M17, 1)
    assert isinstance(source, PairedSource)
    total = len(source.train.valid)
    batches = [source.batch(10, (0, step, 0)) for step in range(total // 10)]
    seen = np.concatenate([xyz for _, xyz in batches]).reshape(-1, 51)
    assert len(np.unique(seen, axis=0)) == len(seen) == total // 10 * 10
    again = open_source(settings, tmp_path, H36M17, 1).batch(10, (0, 5, 0))
    assert np.array_equal(again[0], batches[5][0])
    assert not np.array_equal(source.batch(10, (1, 5, 0))[0], batches[5][0])


def test_mirrored_samples_are_mirrored_in_2d_and_3d(tmp_path: Path) -> None:
    write_h36m(tmp_path)
    plain = open_source({"kind": "h36m", "flip": False}, tmp_path, H36M17, 1).batch(40, (0, 0, 0))
    flipped = open_source({"kind": "h36m", "flip": True}, tmp_path, H36M17, 1).batch(40, (0, 0, 0))
    for values, other in zip(plain, flipped, strict=True):
        mirror = values[..., list(H36M17.mirror), :].copy()
        mirror[..., 0] *= -1
        same = np.array([np.array_equal(a, b) for a, b in zip(values, other, strict=True)])
        turned = np.array([np.array_equal(a, b) for a, b in zip(mirror, other, strict=True)])
        assert (same ^ turned).all() and 8 < same.sum() < 32


@pytest.mark.parametrize(("kind", "write", "skeleton"), LAYOUTS[:3])
@pytest.mark.parametrize("damage", ["missing", "truncated", "text", "other key", "not a dictionary", "wrong shape"])
def test_a_bad_file_is_named_in_one_line(
    tmp_path: Path, kind: str, write: Callable[[Path], Path], skeleton: Skeleton, damage: str
) -> None:
    path = write(tmp_path) / FILES[kind][0]
    key = "data" if kind == "mpi_inf_3dhp" else "positions_3d"
    if damage == "missing":
        path.unlink()
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    if damage == "text":
        path.write_text("nothing")
    if damage == "other key":
        np.savez(path, poses=np.zeros(3))
    if damage == "not a dictionary":
        np.savez(path, **{key: np.zeros(3)})
    if damage == "wrong shape":
        wrong = {"S1": {"Walking": np.zeros((4, 3))}, "Train/S1": {"Walking": np.zeros((4, 3))}}
        wrong["S1 Seq1"] = [{"0": {"data_2d": np.zeros((4, 3)), "data_3d": np.zeros(3)}}, 25]  # type: ignore[assignment]
        np.savez(path, **{key: np.array(wrong, dtype=object)})
    with pytest.raises(UserError) as caught:
        list(open_recordings(kind, tmp_path, "train", skeleton))
    assert path.name in str(caught.value) and "\n" not in str(caught.value)


class _Evil:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return (print, ("this would run code",))


def test_a_pickle_that_would_run_code_is_not_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(tmp_path / "evil.npz", positions_3d=np.array({"S1": _Evil()}, dtype=object))
    with pytest.raises(UserError, match="print, which is not data"):
        load_pickled(tmp_path / "evil.npz", ("positions_3d",), "a test")
    assert capsys.readouterr().out == ""


def test_cameras_of_the_rooms_stand_level_and_look_at_the_middle() -> None:
    for places in (*H36M_EXTRINSICS.values(), *HUMANEVA_EXTRINSICS.values()):
        for place in places:
            turn = rotation_of(place[:4])
            assert np.allclose(turn @ turn.T, np.eye(3), atol=1e-9)
            forward, down = turn[:, 2], turn[:, 1]
            assert down[2] < -0.8
            middle = -np.array(place[4:6])
            assert np.dot(forward[:2], middle) / np.linalg.norm(forward[:2]) / np.linalg.norm(middle) > 0.9


@pytest.mark.parametrize(
    ("name", "side", "rest"),
    [
        ("mixamorig:LeftForeArm", "L", "forearm"),
        ("RHip", "R", "hip"),
        ("upper_arm.L", "L", "upperarm"),
        ("thigh_r", "R", "thigh"),
        ("r_hand", "R", "hand"),
        ("Right Knee", "R", "knee"),
        ("Root", "", "root"),
        ("LowerBack", "", "lowerback"),
        ("Spine1", "", "spine1"),
    ],
)
def test_sides_are_read_from_many_kinds_of_names(name: str, side: str, rest: str) -> None:
    assert split_side(name) == (side, rest)


@pytest.mark.parametrize("unit", [1.0, 0.01, 0.3937])
def test_a_bvh_file_becomes_joints_in_metres(tmp_path: Path, unit: float) -> None:
    path = tmp_path / "walk.bvh"
    path.write_text(bvh_text(unit=unit))
    xyz, root = to_mocap(path)
    assert xyz.shape == (39, 23, 3) and root.shape == (39, 3)
    knee, ankle, wrist = (xyz[:, MOCAP23.index(n)] for n in ("LKnee", "LFoot", "LWrist"))
    assert np.allclose(np.linalg.norm(knee - ankle, axis=-1), 0.42, atol=0.01)
    assert np.allclose(root[:, 1], 0.90, atol=0.02)
    shoulder = xyz[:, MOCAP23.index("LShoulder")]
    assert np.allclose(wrist[0] - shoulder[0], [0, -0.53, 0], atol=0.02)
    assert np.allclose(wrist[-1] - shoulder[-1], [0, 0, 0.53], atol=0.02)
    nose, skull = xyz[0, MOCAP23.index("NoseTip")], xyz[0, MOCAP23.index("SkullBase")]
    assert (nose - skull)[2] > 0.05


def test_a_folder_of_bvh_files_is_split_by_person(tmp_path: Path) -> None:
    for person in range(5):
        (tmp_path / f"person{person}").mkdir()
        for take in range(2):
            (tmp_path / f"person{person}" / f"take{take}.bvh").write_text(bvh_text())
    train, val = read_folder(tmp_path, "train"), read_folder(tmp_path, "val")
    assert set(train.subject.tolist()) == {0, 1, 2, 3} and set(val.subject.tolist()) == {4}
    for kind in ("bvh_folder", "mocap"):  # presets for motion capture serve for files of one's own
        source = open_source({"kind": kind, "held_out": 16}, tmp_path, H36M16, 1)
        assert np.isfinite(source.batch(4, (0, 0, 0))[0]).all() and "4 people" in source.description


@pytest.mark.parametrize(
    ("names", "held"),
    [
        (("a/1", "b/1"), {"b"}),
        (("a/1", "a/2", "b/1", "c/1", "d/1"), {"d"}),
        (("a/1", "b/1", "c/1", "d/1", "e/1", "f/1"), {"e"}),
        (("1", "2", "3"), {"3"}),
        (("only/1", "only/2"), {"2"}),
    ],
)
def test_nobody_in_a_folder_of_bvh_files_is_both_trained_on_and_chosen_by(
    tmp_path: Path, names: tuple[str, ...], held: set[str]
) -> None:
    for number, name in enumerate(names):
        path = tmp_path / f"{name}_{number}.bvh"
        path.parent.mkdir(exist_ok=True)
        path.write_text(bvh_text())
    train, val = (read_folder(tmp_path, split) for split in ("train", "val"))
    assert sorted(train.name + val.name) == sorted(f"{name.split('/')[-1]}_{k}" for k, name in enumerate(names))
    assert not set(train.subject) & set(val.subject)
    there = [path for path in tmp_path.rglob("*.bvh") if path.stem in val.name]
    assert {path.parent.name if path.parent.name in held else path.stem.split("_")[0] for path in there} == held


def test_a_single_bvh_file_is_split_in_time(tmp_path: Path) -> None:
    (tmp_path / "walk.bvh").write_text(bvh_text())
    whole, _ = to_mocap(tmp_path / "walk.bvh")
    train, val = (read_folder(tmp_path, split) for split in ("train", "val"))
    assert len(train) + len(val) == len(whole) and 0 < len(val) < len(train)
    assert np.array_equal(np.concatenate([train.xyz, val.xyz]), whole)


def test_bvh_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="must hold BVH files"):
        read_folder(tmp_path, "train")
    path = tmp_path / "bad.bvh"
    for text, message in (
        ("nothing", "must be a whole BVH file"),
        (bvh_text().replace("LeftFoot", "Flipper"), "no joint for LFoot"),
        (bvh_text()[:-40], "promises"),
    ):
        path.write_text(text)
        with pytest.raises(UserError, match=message):
            to_mocap(path)


def test_positions_of_joints_do_not_change_the_motion_to_train_on(shared_cases: Path) -> None:
    mixed, plain = (to_mocap(next((shared_cases / name).rglob("*.bvh"))) for name in ("bvh_mixed", "bvh_plain"))
    for ours, theirs in zip(mixed, plain, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)
