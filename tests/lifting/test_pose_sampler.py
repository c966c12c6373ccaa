"""Which frames of motion capture are drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lifting.data.mocap import MOCAP23, Motions, read_mocap
from lifting.data.pose_sampler import KINDS, PoseSampler, align_heading, cluster_poses
from poses.arrays import FloatArray
from poses.rotations import axis_angle_rotation
from tests.lifting.mocap_files import standing_bodies, write_mocap


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def motions(xyz: FloatArray, length: tuple[int, ...]) -> Motions:
    """Clips of these lengths, each of another person."""
    start = np.cumsum((0, *length[:-1]))
    names = tuple(str(n) for n in range(len(length)))
    root = np.zeros((len(xyz), 3), np.float32)
    return Motions(xyz, root, start, np.array(length), np.arange(len(length)), names, 50.0)


def hands_up(bodies: FloatArray) -> FloatArray:
    """The same bodies with both wrists over the head."""
    out = bodies.copy()
    for side in "LR":
        out[:, MOCAP23.index(f"{side}Wrist"), 1] += 1.0
    return out


def mostly_standing(rng: np.random.Generator) -> FloatArray:
    """1000 frames: 900 that stand almost still with the arms down, then 100 that wave their hands over the head."""
    poses = standing_bodies(1000)[:, 0] + rng.normal(0, 0.001, (1000, 23, 3)).astype(np.float32)
    poses[900:] = hands_up(poses[900:]) + rng.normal(0, 0.1, (100, 23, 3)).astype(np.float32)
    return poses


def centres(sampler: PoseSampler, count: int = 20_000) -> FloatArray:
    return sampler.draw(np.random.default_rng(0), count, 1, np.ones(count))[1]


def test_people_with_much_data_are_drawn_by_the_root_of_it() -> None:
    drawn = centres(PoseSampler(motions(np.zeros((1000, 23, 3), np.float32), (100, 900))))
    assert abs((drawn < 100).mean() - 0.25) < 0.015
    assert drawn.min() == 0 and drawn.max() == 999


def test_clips_need_not_lie_in_order() -> None:
    body = np.zeros((30, 23, 3), np.float32)
    clips = Motions(body, body[:, 0], np.array([20, 5]), np.array([10, 5]), np.array([1, 2]), ("a", "b"), 50.0)
    rows, drawn = PoseSampler(clips).draw(np.random.default_rng(0), 2000, 3, np.ones(2000))
    assert set(drawn) == {*range(5, 10), *range(20, 30)}
    assert set(rows.ravel()) == set(drawn)


def test_rare_poses_are_drawn_more_often(rng: np.random.Generator) -> None:
    few = motions(mostly_standing(rng), (1000,))
    share = {evenness: (centres(PoseSampler(few, evenness)) >= 900).mean() for evenness in (0.0, 1.0)}
    assert abs(share[0.0] - 0.1) < 0.01
    assert share[1.0] > 0.3


def test_a_pose_is_of_one_kind_whichever_way_it_faces(rng: np.random.Generator) -> None:
    poses = np.concatenate([standing_bodies(1)[:, 0], hands_up(standing_bodies(1)[:, 0])])[np.arange(60) % 2]
    turn = axis_angle_rotation(np.broadcast_to([0.0, 1.0, 0.0], (60, 3)), rng.uniform(-np.pi, np.pi, 60))
    turned = np.einsum("nij,nkj->nki", turn, poses)
    assert np.abs(align_heading(turned) - align_heading(poses)).max() < 1e-6
    kinds = cluster_poses(turned.round(6).astype(np.float32))
    assert set(kinds[::2]).isdisjoint(kinds[1::2])


def test_kinds_are_the_same_each_time_and_not_more_than_there_are_poses(rng: np.random.Generator) -> None:
    poses = mostly_standing(rng)
    assert np.array_equal(cluster_poses(poses), cluster_poses(poses))
    assert cluster_poses(poses).max() < KINDS
    assert set(cluster_poses(standing_bodies(50)[:, 0])) == {0}


@pytest.mark.parametrize("evenness", [0.0, 1.0])
def test_windows_stay_inside_their_clip(tmp_path: Path, evenness: float) -> None:
    sampler = PoseSampler(read_mocap(write_mocap(tmp_path) / "train.npz"), evenness)
    rows, centre = sampler.draw(np.random.default_rng(0), 500, 27, np.full(500, 2.0))
    assert (rows // 40 == (centre // 40)[:, None]).all()
    assert (rows[:, 13] == centre).all()
    assert set(np.unique(np.diff(rows, axis=1))) <= {0, 1, 2}
    middle = centre % 40 == 20
    assert middle.any() and (np.diff(rows[middle][:, 6:21], axis=1) == 2).all()
