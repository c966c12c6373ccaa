"""Feet that stand in the picture keep their places in the world, and nothing else is changed."""

from __future__ import annotations

import numpy as np
import pytest

from app.pipeline.feet import bend_leg, find_stances, plant_feet
from poses.arrays import FloatArray
from poses.sequences import PoseSequence2D
from poses.skeletons import H36M17
from tests.app.stand_ins import camera_at, figure

SIZE = (1280, 720)
TIMES = np.arange(90) / 30
L_HIP, L_KNEE, L_FOOT = (H36M17.index(name) for name in ("LHip", "LKnee", "LFoot"))
R_FOOT = H36M17.index("RFoot")
LEGS = [H36M17.index(side + part) for side in "LR" for part in ("Knee", "Foot")]
OTHERS = [j for j in range(17) if j not in LEGS]


def standing() -> FloatArray:
    """(T, 17, 3) m WORLD: the figure stands and bends its knees a little."""
    world = np.stack([figure(0.0) for _ in TIMES])
    world[:, [H36M17.index("LKnee"), H36M17.index("RKnee")], 2] += 0.08
    return world


def stepping() -> FloatArray:
    """It stands, makes a step of 40 cm with the left foot from 1.0 to 1.5 s, and stands again."""
    world = standing()
    share = np.clip((TIMES - 1.0) / 0.5, 0, 1)
    world[:, L_FOOT, 2] += 0.4 * share
    world[:, L_FOOT, 1] += 0.2 * np.sin(np.pi * share)
    world[:, L_KNEE, 2] += 0.25 * share
    return world


def seen(world: FloatArray, score: float = 0.9) -> tuple[PoseSequence2D, FloatArray]:
    """What a perfect detector sees, and how many px a metre is there."""
    camera = camera_at(SIZE, 10.0)
    xyz = camera.to_camera(world)
    pose = PoseSequence2D(camera.project(xyz), np.full(world.shape[:2], score), TIMES, SIZE, H36M17)
    return pose, camera.focal_px[0] / xyz[:, 0, 2]


def lifted(world: FloatArray) -> FloatArray:
    """As a lifter gives it: the lower legs wander by 6 cm in depth."""
    out = world.copy()
    wander = 0.06 * np.sin(2 * np.pi * 0.7 * TIMES)
    out[:, [L_FOOT, R_FOOT], 2] += wander[:, None]
    out[:, LEGS, 2] += wander[:, None] / 2
    return out


def lengths(xyz: FloatArray) -> FloatArray:
    return np.linalg.norm(xyz - xyz[:, np.maximum(H36M17.parents, 0)], axis=-1)


def test_standing_feet_do_not_slide_and_bones_and_hips_stay() -> None:
    pose, scale = seen(standing())
    before = lifted(standing())
    after = plant_feet(before, pose, H36M17, scale)
    for foot in (L_FOOT, R_FOOT):
        assert np.ptp(before[:, foot], axis=0).max() > 0.1
        assert np.ptp(after[:, foot], axis=0).max() < 1e-6
    assert np.allclose(lengths(after), lengths(before), atol=1e-9)
    assert np.array_equal(after[:, OTHERS], before[:, OTHERS])


def test_a_step_stays_a_step() -> None:
    pose, scale = seen(stepping())
    stances = find_stances(pose, stepping(), (L_FOOT, R_FOOT), scale)
    assert [stance.side for stance in stances] == [0, 0, 1]
    (first, second, _) = stances
    assert TIMES[first.stop - 1] == pytest.approx(1.0, abs=0.15) and TIMES[second.start] == pytest.approx(1.5, abs=0.15)
    after = plant_feet(lifted(stepping()), pose, H36M17, scale)
    assert after[-1, L_FOOT, 2] - after[0, L_FOOT, 2] == pytest.approx(0.4, abs=0.08)
    assert after[:, L_FOOT, 1].max() - after[0, L_FOOT, 1] == pytest.approx(0.2, abs=0.03)
    assert np.ptp(after[: first.stop, L_FOOT], axis=0).max() < 1e-6
    speed = np.linalg.norm(np.diff(after[:, L_FOOT], axis=0), axis=-1) * 30
    assert speed.max() < 2.5, "the foot glides from place to place"


def test_feet_that_are_not_seen_or_that_move_are_left_alone() -> None:
    pose, scale = seen(standing(), score=0.2)
    before = lifted(standing())
    assert np.array_equal(plant_feet(before, pose, H36M17, scale), before)
    walking = standing() + np.stack([1.2 * TIMES, 0 * TIMES, 0 * TIMES], axis=1)[:, None]
    assert find_stances(seen(walking)[0], walking, (L_FOOT, R_FOOT), scale) == []


def test_a_flicker_does_not_end_a_stand_and_empty_frames_stay_empty() -> None:
    pose, scale = seen(standing())
    xy, before = pose.xy.copy(), lifted(standing())
    xy[40, L_FOOT] += 60
    before[70:] = np.nan
    xy[72:80] = np.nan
    score = np.where(np.isnan(xy).any(axis=-1), 0.0, pose.score)
    flickering = PoseSequence2D(xy, score, TIMES, SIZE, H36M17)
    after = plant_feet(before, flickering, H36M17, scale)
    assert np.ptp(after[:70, L_FOOT], axis=0).max() < 1e-6
    assert np.isnan(after[70:]).all() and np.isfinite(after[:70]).all()


def test_a_foot_held_in_the_air_may_wander() -> None:
    world = standing()
    world[:, L_FOOT, 1] += 0.35
    world[:, L_KNEE, 1] += 0.1
    pose, scale = seen(world)
    assert {stance.side for stance in find_stances(pose, world, (L_FOOT, R_FOOT), scale)} == {1}


def test_a_leg_reaches_where_it_can_with_bones_of_unchanged_length() -> None:
    rng = np.random.default_rng(0)
    hip = np.zeros((500, 3))
    knee = hip + np.array([0, -0.45, 0.05])
    ankle = knee + np.array([0, -0.42, -0.04])
    ahead = np.broadcast_to([0.0, 0.0, 1.0], hip.shape)
    wanted = ankle + rng.normal(0, 0.15, hip.shape)
    new_knee, new_ankle = bend_leg(hip, knee, ankle, wanted, ahead)
    for a, b, old in ((hip, new_knee, knee - hip), (new_knee, new_ankle, ankle - knee)):
        assert np.allclose(np.linalg.norm(b - a, axis=1), np.linalg.norm(old, axis=1), atol=1e-9)
    near = np.linalg.norm(wanted, axis=1) < 0.86
    assert np.allclose(new_ankle[near], wanted[near], atol=1e-9) and 50 < near.sum() < 450
    line = new_ankle / np.linalg.norm(new_ankle, axis=1, keepdims=True)
    bend = new_knee - (new_knee * line).sum(axis=1, keepdims=True) * line
    assert (bend[:, 2] > 0).all(), "no knee bends backwards"
    straight = bend_leg(hip, hip - [0, 0.45, 0], hip - [0, 0.87, 0], hip - [0, 0.8, 0], ahead)
    assert straight[0][0, 2] > 0.1 and straight[0][0, 0] == pytest.approx(0), "a straight leg bends forwards"


def test_where_the_leg_was_right_nothing_moves() -> None:
    world = standing()
    hip, knee, ankle = (world[:, j] for j in (L_HIP, L_KNEE, L_FOOT))
    ahead = np.broadcast_to([0.0, 0.0, 1.0], hip.shape)
    assert np.allclose(bend_leg(hip, knee, ankle, ankle, ahead), (knee, ankle), atol=1e-6)


def test_no_knee_stands_at_a_limit_where_a_foot_is_out_of_reach() -> None:
    """Both knees were at exactly 5.128 degrees in 24 of 65 frames of squats."""
    rng = np.random.default_rng(1)
    flexion = np.radians(rng.uniform(6, 30, 60))
    hip = np.zeros((60, 3))
    knee = hip - np.array([0, 0.45, 0])
    ankle = knee - 0.43 * np.stack([np.zeros(60), np.cos(flexion), np.sin(flexion)], axis=1)
    wanted = np.stack([np.zeros(60), np.full(60, -1.0) - rng.uniform(0, 0.05, 60), np.zeros(60)], axis=1)
    new_knee, new_ankle = bend_leg(hip, knee, ankle, wanted, np.broadcast_to([0.0, 0.0, 1.0], hip.shape))
    thigh, shank = new_knee - hip, new_ankle - new_knee
    after = np.degrees(np.arctan2(np.linalg.norm(np.cross(thigh, shank), axis=1), (thigh * shank).sum(axis=1)))
    assert len(np.unique(after.round(3))) == 60 and (after > 0.2).all()
    assert (after < np.degrees(flexion)).all(), "stretched towards the place"
    assert np.corrcoef(after, flexion)[0, 1] > 0.9, "a knee that was bent more stays bent more"
