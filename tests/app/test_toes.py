"""Skeletons with toes and a face (H36M23): feet and head point where these do, on every way to a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import app.export.bvh as exporter
from app.export._character import h36m_joints, measure
from app.export._solve import solve
from app.pipeline.bones import constant_bones
from app.pipeline.feet import plant_feet
from app.pipeline.missing_joints import estimate_missing_joints
from poses.arrays import FloatArray
from poses.bvh import Bvh, read_bvh
from poses.rotations import apply, axis_angle_rotation
from poses.sequences import PoseSequence2D, PoseSequence3D, Space
from poses.skeleton import from_the_root, map_skeleton
from poses.skeletons import BLAZEPOSE33, BODY25, COCO17, H36M17, H36M23, HALPE26
from tests.app.motions import make_motion
from tests.app.test_export_bvh import joint, t_pose
from tests.app.test_feet import LEGS, TIMES, lifted, seen, standing

TIME = np.linspace(0, 1, 40)
FEET = ("LToeBase", "LToeTip", "RToeBase", "RToeTip")


def with_toes(body: FloatArray) -> FloatArray:
    """(T, 17, 3) -> (T, 23, 3): feet that point to +z, a face that looks there."""
    added = np.zeros((len(body), 6, 3))
    foot, face = ((0, -0.06, 0.11), (0, -0.06, 0.17)), ((0, 0.12, 0), (0, 0.12, 0.1))
    points = [(name, at) for name, ats in (("LFoot", foot), ("RFoot", foot), ("Thorax", face)) for at in ats]
    for k, (name, offset) in enumerate(points):
        added[:, k] = body[:, H36M17.index(name)] + offset
    return np.concatenate([body, added], axis=1)


def turned(xyz: FloatArray, names: tuple[str, ...], pivot: str, axis: int, degrees: FloatArray) -> FloatArray:
    """The joints turned by (T) degrees about a world axis through a joint."""
    out, centre = xyz.copy(), xyz[:, [H36M23.index(pivot)]]
    rotation = axis_angle_rotation(np.broadcast_to(np.eye(3)[axis], (len(xyz), 3)), np.radians(degrees))
    moved = [H36M23.index(name) for name in names]
    out[:, moved] = centre + apply(rotation[:, None], xyz[:, moved] - centre)
    return out


def written(tmp_path: Path, xyz: FloatArray) -> Bvh:
    path = tmp_path / "clip.bvh"
    exporter.write(make_motion(xyz, skeleton=H36M23), 0, path)
    return read_bvh(path)


@pytest.mark.parametrize(("axis", "degrees"), [(0, 25.0), (0, -20.0), (1, 30.0), (1, -30.0)])
def test_a_foot_of_the_file_points_where_the_toes_are(tmp_path: Path, axis: int, degrees: float) -> None:
    xyz = turned(with_toes(t_pose(40)), FEET[:2], "LFoot", axis, degrees * np.sin(np.pi * TIME))
    file = written(tmp_path, xyz)
    for side, name in (("Left", "L"), ("Right", "R")):
        ours = joint(file, f"{side}ToeBase") - joint(file, f"{side}Foot")
        theirs = xyz[:, H36M23.index(f"{name}ToeBase")] - xyz[:, H36M23.index(f"{name}Foot")]
        cosine = (ours * theirs).sum(axis=1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)
        assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < 2.0


def test_the_rest_pose_stands_flat_and_the_names_are_those_of_a_rig(tmp_path: Path) -> None:
    file = written(tmp_path, with_toes(t_pose(5)))
    assert {"LeftToeBase", "RightToeBase"} < set(file.names)
    for side in ("Left", "Right"):
        toes = file.names.index(f"{side}ToeBase")
        assert file.parents[toes] == file.names.index(f"{side}Foot")
        assert np.allclose(np.array(file.offsets[toes]) / 100, (0, -0.06, 0.11), atol=2e-3)
        assert np.allclose(np.array(file.ends[toes]) / 100, (0, 0, 0.06), atol=1e-3)
    assert np.abs(file.values[:, 3:]).max() < 3.0, "a T-pose is at zero rotations"


@pytest.mark.parametrize(("axis", "degrees"), [(1, 40.0), (1, -40.0), (0, 30.0)])
def test_the_head_of_the_file_looks_where_the_nose_points(tmp_path: Path, axis: int, degrees: float) -> None:
    angle = degrees * np.sin(np.pi * TIME)
    xyz = turned(with_toes(t_pose(40)), ("Head", "Neck/Nose", "NoseTip"), "SkullBase", axis, angle)
    file = written(tmp_path, xyz)
    fit = solve(xyz, measure(xyz), 50.0)
    assert np.abs(file.joints()[:, file.names.index("Head")] / 100 - fit.xyz[:, file.names.index("Head")]).max() < 1e-4
    level = fit.character.place(fit.root, fit.rotation)[1][:, file.names.index("Head"), :, 2]
    ahead = xyz[:, H36M23.index("NoseTip")] - xyz[:, H36M23.index("SkullBase")]
    cosine = (ahead * level).sum(axis=1) / np.linalg.norm(ahead, axis=1)
    assert np.degrees(np.arccos(np.clip(cosine, -1, 1))).max() < 1.0


def test_a_skeleton_without_toes_gets_none(tmp_path: Path) -> None:
    path = tmp_path / "clip.bvh"
    exporter.write(make_motion(t_pose(5)), 0, path)
    assert "LeftToeBase" not in read_bvh(path).names
    world = PoseSequence3D(t_pose(2), np.arange(2.0), Space.WORLD, H36M17)
    assert np.isnan(h36m_joints(world)[:, 17:]).all(), "the rule that puts toes at the ankle is for a lifter's input"


@pytest.mark.parametrize("source", [BLAZEPOSE33, BODY25, HALPE26, COCO17, H36M17])
def test_every_detector_gives_what_the_network_with_toes_takes(source: object) -> None:
    names = source.joint_names  # type: ignore[attr-defined]
    xy = np.random.default_rng(0).normal(size=(len(names), 2))
    points, score = map_skeleton(xy, np.ones(len(names)), source, H36M23)  # type: ignore[arg-type]
    assert np.isfinite(points).all() and (score == 1).all()
    ankle, tip = points[H36M23.index("LFoot")], points[H36M23.index("LToeTip")]
    feet = any("BigToe" in name or "FootIndex" in name for name in names)
    assert feet == (not np.array_equal(ankle, tip))


def test_toes_go_with_the_foot_that_is_planted_and_bones_stay_constant() -> None:
    world = with_toes(standing())
    wandered = with_toes(lifted(standing()))
    pose, px_per_m = seen(standing())
    xy, _ = map_skeleton(pose.xy, pose.score, H36M17, H36M23)
    pose = PoseSequence2D(xy, np.full(xy.shape[:2], 0.9), TIMES, pose.image_size, H36M23)
    planted = plant_feet(wandered, pose, H36M23, px_per_m)
    foot, toes = H36M23.index("LFoot"), [H36M23.index(name) for name in FEET[:2]]
    assert np.ptp(planted[5:-5, foot, 2]) < 0.3 * np.ptp(wandered[5:-5, foot, 2])
    assert np.allclose(planted[:, toes] - planted[:, [foot]], world[:, toes] - world[:, [foot]])
    still = [j for j in range(23) if j not in LEGS and H36M23.joint_names[j] not in FEET]
    assert np.array_equal(planted[:, still], wandered[:, still])
    shaken = world + np.random.default_rng(0).normal(0, 0.02, world.shape)
    steady = constant_bones(shaken, H36M23)
    length = np.stack([np.linalg.norm(steady[:, b] - steady[:, a], axis=1) for a, b in H36M23.bones])
    assert np.ptp(length, axis=1).max() < 1e-6


def test_toes_that_were_never_seen_are_where_the_ankle_is() -> None:
    xy, _ = map_skeleton(np.random.default_rng(0).normal(size=(6, 33, 2)), np.ones((6, 33)), BLAZEPOSE33, H36M23)
    toes = [H36M23.index(name) for name in FEET]
    xy[:, toes] = np.nan
    whole, guessed = estimate_missing_joints(xy, H36M23)
    assert guessed[:, toes].all() and np.array_equal(whole[:, toes[:2]], whole[:, [H36M23.index("LFoot")] * 2])


def test_what_hangs_on_a_joint_comes_after_it() -> None:
    order = from_the_root(H36M23)
    assert sorted(order) == list(range(1, 23))
    assert all(H36M23.parents[j] in (0, *order[:k]) for k, j in enumerate(order))
    assert from_the_root(H36M23, H36M23.index("LFoot")) == [17, 18]
