"""Reading motion capture files, and drawing from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lifting.data import open_recordings, open_source
from lifting.data.mocap import MOCAP23, read_mocap, read_split
from lifting.data.pose_sampler import PoseSampler
from lifting.data.virtual import VirtualData, make_batch
from poses.errors import UserError
from poses.sequences import Space
from poses.skeleton import Skeleton
from poses.skeletons import H36M16, H36M17, H36M23
from tests.lifting.mocap_files import STANDING, mocap_arrays, write_mocap


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mocap(tmp_path_factory.mktemp("mocap"))


def test_a_file_is_read_in_metres_with_y_up(folder: Path) -> None:
    motions = read_mocap(folder / "train.npz")
    assert motions.xyz.shape == (120, 23, 3)
    head, ankle = MOCAP23.index("Head"), MOCAP23.index("LFoot")
    assert np.allclose(motions.xyz[:, head], [0, STANDING[10, 2], 0], atol=1e-4)
    assert (motions.xyz[:, head, 1] > motions.xyz[:, ankle, 1]).all()
    assert np.allclose(motions.root[:, 1], 0.92)


def test_left_stays_left_when_the_axes_are_turned(folder: Path) -> None:
    motions = read_mocap(folder / "train.npz")
    shoulder = {side: motions.xyz[0, MOCAP23.index(f"{side}Shoulder")] for side in "LR"}
    nose, up = motions.xyz[0, MOCAP23.index("NoseTip")] * [1, 0, 1], np.array([0, 1, 0])
    assert np.dot(np.cross(up, nose), shoulder["L"] - shoulder["R"]) > 0


def test_a_clip_is_a_pose_sequence_in_the_world(folder: Path) -> None:
    sequence = read_mocap(folder / "train.npz").sequence(1)
    assert sequence.space is Space.WORLD and len(sequence) == 40
    assert np.isclose(sequence.time_s[1], 0.02)
    assert np.allclose(sequence.xyz[:, 0, 1], 0.92)


@pytest.mark.parametrize("damage", ["missing", "truncated", "text", "no key", "shape", "clips", "pickle"])
def test_a_bad_file_is_named_in_one_line(tmp_path: Path, damage: str) -> None:
    path, arrays = tmp_path / "train.npz", mocap_arrays()
    if damage == "no key":
        del arrays["root"]
    if damage == "shape":
        arrays["extra"] = arrays["extra"][:-1]
    if damage == "clips":
        arrays["clip_len"] = arrays["clip_len"] + 1
    if damage == "pickle":
        arrays["pose"] = np.array([{}], dtype=object)
    np.savez(path, **arrays)
    if damage == "missing":
        path.unlink()
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-3000])
    if damage == "text":
        path.write_text("no data")
    with pytest.raises(UserError) as caught:
        read_mocap(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(("skeleton", "window"), [(H36M16, 1), (H36M17, 9), (H36M23, 9)])
def test_a_batch_depends_on_its_seed_alone(folder: Path, skeleton: Skeleton, window: int) -> None:
    sampler = PoseSampler(read_mocap(folder / "train.npz"))
    data, joints = VirtualData(skeleton=skeleton, window=window), len(skeleton)
    xy, xyz = make_batch(sampler, data, 32, (5, 1))
    assert xy.shape == (32, window, joints, 2) and xyz.shape == (32, joints, 3)
    assert xy.dtype == xyz.dtype == np.float32 and np.isfinite(xy).all() and np.isfinite(xyz).all()
    again, other = make_batch(sampler, data, 32, (5, 1)), make_batch(sampler, data, 32, (5, 2))
    assert np.array_equal(xy, again[0]) and np.array_equal(xyz, again[1])
    assert not np.allclose(xy, other[0])


def test_targets_fit_what_is_seen(folder: Path) -> None:
    """Of an exact, far view, 2D and 3D are the same but for scale: the target is in the normalising camera's axes."""
    from lifting.data.cameras import CameraRange
    from lifting.data.noise import NoiseModel

    sampler = PoseSampler(read_mocap(folder / "train.npz"))
    far = CameraRange(distance=(60, 80), focal=(1, 1))
    xy, xyz = make_batch(sampler, VirtualData(cameras=far, noise=NoiseModel(exact=1)), 64, (0, 0))
    flat = xyz[..., :2]
    scale = (flat * xy[:, 0]).sum(axis=(1, 2)) / (flat**2).sum(axis=(1, 2))
    assert np.abs(flat * scale[:, None, None] - xy[:, 0]).max() < 0.05
    assert np.abs(xyz[:, 0]).max() == 0


def test_recordings_are_the_same_each_time_and_project_onto_their_2d(folder: Path) -> None:
    first, again = (list(open_recordings("mocap", folder, "test", H36M17)) for _ in range(2))
    assert len(first) == 3
    for one, two in zip(first, again, strict=True):
        assert np.array_equal(one.pose_2d.xy, two.pose_2d.xy)
        assert one.focal_px == pytest.approx(1145, abs=1)
        xyz = one.pose_3d.xyz
        assert np.allclose(xyz[..., :2] / xyz[..., 2:] * one.focal_px + 500, one.pose_2d.xy, atol=0.1)
        assert (xyz[..., 2] > 2).all()


def test_an_unknown_setting_of_data_is_named(folder: Path) -> None:
    with pytest.raises(UserError, match="blur"):
        open_source({"noise": {"blur": 1}}, folder, H36M16, 1)
    with pytest.raises(UserError, match="kind must be one of"):
        open_source({"kind": "films"}, folder, H36M16, 1)


@pytest.mark.data
def test_the_real_set_has_the_frames_and_people_its_readme_says(shared_data: Path) -> None:
    motions = read_mocap(shared_data / "mocap" / "val.npz")
    assert len(motions) == 9234 and len(motions.start) == 16 and len(set(motions.subject)) == 6
    limb = np.linalg.norm(motions.xyz[:, 2] - motions.xyz[:, 1], axis=-1)
    assert 0.33 < limb.mean() < 0.45
    recording = next(iter(open_recordings("mocap", shared_data / "mocap", "val", H36M16)))
    head, feet = recording.pose_2d.xy[:, H36M16.index("Head"), 1], recording.pose_2d.xy[:, [3, 6], 1].mean(axis=1)
    assert (head < feet).mean() > 0.9


def test_every_train_file_of_a_folder_is_read_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    from tests.lifting.mocap_files import mocap_arrays

    more = mocap_arrays(90, seed=5)
    more["clip_subject"] = more["clip_subject"] + 500
    for name in ("train", "val", "test"):
        (tmp_path / f"{name}.npz").write_bytes((folder / f"{name}.npz").read_bytes())
    np.savez(tmp_path / "train2.npz", **more)
    first, both = read_split(tmp_path, "test"), read_split(tmp_path, "train")
    second = read_mocap(tmp_path / "train2.npz")
    assert len(first) == len(read_mocap(folder / "test.npz"))
    assert len(both) == len(read_mocap(folder / "train.npz")) + len(second)
    assert set(second.subject) < set(both.subject) and both.name[-1] == second.name[-1]
    last = both.sequence(len(both.start) - 1).xyz
    assert np.array_equal(last, second.sequence(len(second.start) - 1).xyz)
    text = open_source({}, tmp_path, H36M17, 1).description
    assert f"{len(both)} frames" in text and f"{len(set(both.subject))} people" in text


@pytest.mark.parametrize(
    ("subjects", "told"), [((5,), "CMU"), ((5, 1003), "CMU, UI-PRMD"), ((5, 1102, 1205), "CMU, biomechZoo, ACCAD")]
)
def test_the_card_attributes_whose_motion_is_in_there(tmp_path: Path, subjects: tuple[int, ...], told: str) -> None:
    arrays = mocap_arrays()
    arrays["clip_subject"] = np.resize(subjects, len(arrays["clip_subject"]))
    np.savez(tmp_path / "train.npz", **arrays)
    np.savez(tmp_path / "val.npz", **mocap_arrays(seed=1))
    source = open_source({}, tmp_path, H36M17, 1)
    assert source.description.startswith(f"motion capture of {told}, 120 frames")
    assert source.licence.startswith("Apache-2.0; ") and "mocap.cs.cmu.edu" in source.licence
    assert ("CC BY 3.0" in source.licence) == ("ACCAD" in told) and ("MIT" in source.licence) == ("biomech" in told)
