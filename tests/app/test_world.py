"""Placing lifted poses in the world: upright, on the floor, where they were, never mirrored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.pipeline.body_height import body_height_m
from app.pipeline.gravity import pitch_roll_deg, up_at
from app.pipeline.lift import Lifted
from app.pipeline.settings import Settings
from app.pipeline.world import WorldPlacement, place_in_world, world_rotation
from poses.camera import Camera
from poses.sequences import PoseSequence2D, PoseSequence3D, Space
from poses.skeletons import H36M17
from tests.app.stand_ins import camera_at, figure

SIZE = (1280, 720)
TIMES = np.arange(90) / 30


def seen_by(camera: Camera, world: np.ndarray, times: np.ndarray = TIMES) -> Lifted:
    """What a perfect detector and a perfect lifter make of world (T, 17, 3)."""
    xyz = camera.to_camera(world)
    score = np.ones(world.shape[:2])
    pose = PoseSequence2D(camera.project(xyz), score, times, camera.image_size, H36M17)
    root = PoseSequence3D(xyz - xyz[:, :1], times, Space.CAMERA_ROOT, H36M17)
    return Lifted(pose, np.zeros(score.shape, dtype=bool), root)


def moving(way: Callable[[float], tuple[float, float, float]]) -> np.ndarray:
    return np.stack([figure(t) + way(t) for t in TIMES])


def tilt_deg(placed: WorldPlacement, camera: Camera) -> float:
    up = camera.rotation @ [0, 1, 0]
    return float(np.degrees(np.arccos(np.clip(up @ placed.rotation[1], -1, 1))))


@pytest.mark.parametrize("pitch", [-10, 0, 15, 30])
@pytest.mark.parametrize("roll", [0, 5])
def test_a_person_who_stands_is_upright_on_the_floor_whatever_the_camera_does(pitch: float, roll: float) -> None:
    camera = camera_at(SIZE, pitch, roll_deg=roll)
    placed = place_in_world([seen_by(camera, moving(lambda t: (0, 0, 0)))], Settings())
    assert tilt_deg(placed, camera) < 6
    xyz = placed.xyz[0]
    assert xyz[:, [3, 6], 1] == pytest.approx(0.07, abs=0.03)
    assert xyz[:, 10, 1] == pytest.approx(1.62, abs=0.06)
    assert placed.pitch_deg == pytest.approx(pitch, abs=6)


def test_a_known_pitch_is_used() -> None:
    camera = camera_at(SIZE, 25)
    placed = place_in_world([seen_by(camera, moving(lambda t: (0, 0, 0)))], Settings(pitch_deg=25))
    assert tilt_deg(placed, camera) < 0.01


def test_a_known_height_scales_the_person_and_the_way() -> None:
    one = seen_by(camera_at(SIZE, 15), moving(lambda t: (0.5 * t, 0, 0)))
    height = body_height_m(one.camera.xyz, H36M17)
    assert height == pytest.approx(1.7, abs=0.1), "the figure's head is at 1.62 m"
    plain, tall = place_in_world([one], Settings()), place_in_world([one], Settings(height_m=1.5 * height))
    way = [np.ptp(placed.xyz[0][:, 0, 0]) for placed in (plain, tall)]
    assert way[1] == pytest.approx(1.5 * way[0], rel=0.02)
    assert body_height_m(tall.xyz[0], H36M17) == pytest.approx(1.5 * height, rel=1e-6)
    assert tall.xyz[0][:, [3, 6], 1] == pytest.approx(0.07, abs=0.03)
    assert np.isnan(body_height_m(np.full((3, 17, 3), np.nan), H36M17))


def test_nothing_is_mirrored() -> None:
    placed = place_in_world([seen_by(camera_at(SIZE, 10), moving(lambda t: (0, 0, 0)))], Settings())
    assert np.linalg.det(placed.rotation) == pytest.approx(1)
    xyz = placed.xyz[0]
    # Facing the camera: faces +z, so the left hip lies at +x of the right one, the nose in front of the neck.
    assert (xyz[:, 4, 0] > xyz[:, 1, 0] + 0.2).all() and (xyz[:, 9, 2] > xyz[:, 8, 2]).all()


@pytest.mark.parametrize("pitch", [0, 20])
def test_a_walk_keeps_its_way_in_metres(pitch: float) -> None:
    camera = camera_at(SIZE, pitch, distance=6)
    world = moving(lambda t: (0.8 * (t - 1.5), 0, 0.7 * t))
    placed = place_in_world([seen_by(camera, world)], Settings(pitch_deg=pitch))
    moved = placed.xyz[0][:, 0] - placed.xyz[0][0, 0]
    np.testing.assert_allclose(moved, world[:, 0] - world[0, 0], atol=0.06)


def test_a_jump_stays_a_jump() -> None:
    height = np.maximum(0, 0.4 - 5 * (TIMES - 1.5) ** 2)
    world = np.stack([figure(t) + np.array([0, h, 0]) for t, h in zip(TIMES, height, strict=True)])
    placed = place_in_world([seen_by(camera_at(SIZE, 10), world)], Settings())
    rise = placed.xyz[0][:, 0, 1] - placed.xyz[0][0, 0, 1]
    np.testing.assert_allclose(rise, height, atol=0.04)
    assert placed.xyz[0][0, 3, 1] == pytest.approx(0.07, abs=0.03)


def test_one_raised_foot_does_not_lift_the_floor() -> None:
    world = moving(lambda t: (0, 0, 0))
    world[:, 3, 1] += 0.3
    placed = place_in_world([seen_by(camera_at(SIZE, 10), world)], Settings())
    assert placed.xyz[0][:, 6, 1] == pytest.approx(0.07, abs=0.04)


def test_noise_in_the_size_of_the_pose_does_not_shake_the_depth() -> None:
    camera = camera_at(SIZE)
    lifted = seen_by(camera, moving(lambda t: (0, 0, 0)))
    factor = 1 + 0.04 * np.random.default_rng(0).normal(size=(90, 1, 1))
    noisy = PoseSequence3D(lifted.camera.xyz * factor, TIMES, Space.CAMERA_ROOT, H36M17)
    placed = place_in_world([Lifted(lifted.pose_2d, lifted.filled, noisy)], Settings())
    assert placed.xyz[0][:, 0, 2].std() < 0.06


def test_frames_without_a_pose_stay_empty_and_nobody_at_all_is_no_error() -> None:
    world = moving(lambda t: (0, 0, 0))
    world[30:50] = np.nan
    lifted = seen_by(camera_at(SIZE), np.where(np.isnan(world), figure(0), world))
    xy, score = lifted.pose_2d.xy.copy(), lifted.pose_2d.score.copy()
    xyz = lifted.camera.xyz.copy()
    for rows in (slice(30, 50), slice(None)):
        xy[rows], score[rows], xyz[rows] = np.nan, 0, np.nan
        empty = Lifted(
            PoseSequence2D(xy, score, TIMES, SIZE, H36M17),
            lifted.filled,
            PoseSequence3D(xyz, TIMES, Space.CAMERA_ROOT, H36M17),
        )
        placed = place_in_world([empty], Settings())
        assert (np.isnan(placed.xyz[0]).all(axis=(1, 2)) == np.isnan(xyz).all(axis=(1, 2))).all()


def test_two_people_share_one_world() -> None:
    camera = camera_at(SIZE, 15, distance=6)
    worlds = [moving(lambda t: (-1, 0, 0)), moving(lambda t: (1, 0, -1.0))]
    placed = place_in_world([seen_by(camera, w) for w in worlds], Settings())
    between = (placed.xyz[1] - placed.xyz[0])[:, 0]
    np.testing.assert_allclose(between, worlds[1][:, 0] - worlds[0][:, 0], atol=0.25)


def test_feet_that_are_not_seen_are_a_warning() -> None:
    lifted = seen_by(camera_at(SIZE), moving(lambda t: (0, 0, 0)))
    score = lifted.pose_2d.score.copy()
    score[:, [3, 6]] = 0.1
    pose = PoseSequence2D(lifted.pose_2d.xy, score, TIMES, SIZE, H36M17)
    placed = place_in_world([Lifted(pose, lifted.filled, lifted.camera)], Settings())
    assert any("feet" in warning for warning in placed.warnings)


def test_feet_outside_the_picture_do_not_sink_into_the_floor_but_a_step_down_stays() -> None:
    lifted = seen_by(camera_at(SIZE), moving(lambda t: (0, -0.4 if t < 0.3 else 0, 0)))
    assert place_in_world([lifted], Settings()).xyz[0][:9, [3, 6], 1] == pytest.approx(-0.33, abs=0.05)
    score = lifted.pose_2d.score.copy()
    score[:9, [3, 6]] = 0.1
    unseen = PoseSequence2D(lifted.pose_2d.xy, score, TIMES, SIZE, H36M17)
    placed = place_in_world([Lifted(unseen, lifted.filled, lifted.camera)], Settings())
    assert placed.xyz[0][:9, [3, 6], 1] == pytest.approx(0.07, abs=0.05)


def test_up_and_its_angles_are_inverse_and_rotations_are_rotations() -> None:
    for pitch, roll in [(0, 0), (20, -5), (-30, 12)]:
        assert pitch_roll_deg(up_at(pitch, roll)) == pytest.approx((pitch, roll))
        rotation = world_rotation(up_at(pitch, roll))
        np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(rotation) == pytest.approx(1)
    np.testing.assert_allclose(world_rotation(up_at(0)), np.diag([1, -1, -1]), atol=1e-12)


@pytest.mark.parametrize("name", ["cam01", "cam02"])
def test_the_real_cameras_are_found_to_look_down_as_they_do(shared_data: Path, name: str) -> None:
    """With the reference joints as a perfect lifter: world up within 5 degrees, the man's place within 15 cm."""
    data = np.load(shared_data / "videos" / "balance_gt.npz")
    xyz = data[f"{name}_joints3d_cam"].astype(float)
    times, size = np.arange(len(xyz)) / 60, tuple(int(n) for n in data[f"{name}_size"])
    score = np.ones(xyz.shape[:2])
    pose = PoseSequence2D(data[f"{name}_joints2d"], score, times, size, H36M17)
    root = PoseSequence3D(xyz - xyz[:, :1], times, Space.CAMERA_ROOT, H36M17)
    placed = place_in_world([Lifted(pose, score < 0, root)], Settings())
    up = data[f"{name}_R"] @ [0, 0, 1]
    assert np.degrees(np.arccos(up @ placed.rotation[1])) < 5
    found = placed.xyz[0] @ placed.rotation + placed.origin
    assert np.linalg.norm(found - xyz, axis=-1).mean() < 0.15
