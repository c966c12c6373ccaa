"""Rotations: every conversion is undone by its inverse; axes stay steady; limbs reach their targets."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from poses import rotations as rot


@pytest.fixture
def turns() -> np.ndarray:
    """(200, 3, 3, 3) random rotations."""
    quaternions = np.random.default_rng(1).normal(size=(200, 3, 4))
    return Rotation.from_quat(quaternions.reshape(-1, 4)).as_matrix().reshape(200, 3, 3, 3)


def smooth_turns(frames: int = 400) -> np.ndarray:
    """(T, 3, 3) a body that tumbles freely, at most a few degrees from frame to frame."""
    steps = np.random.default_rng(2).normal(size=(frames, 3)).cumsum(axis=0) * 0.002
    angle = np.linalg.norm(steps, axis=-1)
    out = [np.eye(3)]
    for turn in rot.axis_angle_rotation(rot.unit(steps), angle):
        out.append(out[-1] @ turn)
    return np.array(out)


def angles_between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    q = rot.quaternion_from_matrix(rot.transpose(a) @ b)
    return np.degrees(2 * np.arctan2(np.linalg.norm(q[..., 1:], axis=-1), q[..., 0]))


def test_a_quarter_turn_about_y_takes_z_to_x():
    turn = rot.matrix_from_euler(np.array([90.0, 0, 0]), "YXZ")
    assert np.allclose(turn @ [0, 0, 1], [1, 0, 0])


def test_euler_angles_are_applied_from_the_left():
    turn = rot.matrix_from_euler(np.array([30.0, 40.0, 50.0]), "ZXY")
    x, y, z = np.eye(3)
    by_hand = (
        rot.axis_angle_rotation(z, np.radians(30))
        @ rot.axis_angle_rotation(x, np.radians(40))
        @ rot.axis_angle_rotation(y, np.radians(50))
    )
    assert np.allclose(turn, by_hand)


def test_an_order_that_repeats_an_axis_is_refused():
    with pytest.raises(ValueError, match="each of X, Y and Z once"):
        rot.matrix_from_euler(np.zeros(3), "ZXZ")


def test_euler_angles_give_the_rotation_back(turns):
    assert np.allclose(rot.matrix_from_euler(rot.euler_zxy(turns), "ZXY"), turns, atol=1e-12)


@pytest.mark.parametrize("x_deg", [90.0, -90.0])
def test_euler_angles_give_the_rotation_back_where_two_axes_coincide(x_deg):
    angles = np.stack([np.linspace(0, 300, 50), np.full(50, x_deg), np.linspace(10, -80, 50)], axis=-1)
    turn = rot.matrix_from_euler(angles, "ZXY")
    found = rot.euler_zxy(turn)
    assert np.allclose(rot.matrix_from_euler(found, "ZXY"), turn, atol=1e-9)
    assert np.abs(np.diff(found, axis=0)).max() < 20


def test_euler_angles_of_a_tumbling_body_never_step_by_more_than_half_a_turn():
    turn = smooth_turns()
    angles = rot.euler_zxy(turn)
    assert angles[:, 0].max() - angles[:, 0].min() > 180, "the motion must pass the place where angles wrap"
    assert np.abs(np.diff(angles, axis=0)).max() <= 180
    assert np.allclose(rot.matrix_from_euler(angles, "ZXY"), turn)


def test_euler_angles_pass_the_pole_without_a_jump():
    angles = np.stack([np.zeros(40), np.linspace(60, 120, 40), np.zeros(40)], axis=-1)
    assert np.allclose(rot.euler_zxy(rot.matrix_from_euler(angles, "ZXY")), angles, atol=1e-6)


def test_quaternions_give_the_rotation_back(turns):
    wxyz = rot.quaternion_from_matrix(turns).reshape(-1, 4)
    back = Rotation.from_quat(np.roll(wxyz, -1, axis=-1)).as_matrix()
    assert np.allclose(back.reshape(turns.shape), turns, atol=1e-12)


def test_half_way_between_two_rotations_is_as_far_from_both(turns):
    a, b = turns[:100], turns[100:]
    middle = rot.slerp(a, b, np.full(a.shape[:-2], 0.5))
    assert np.allclose(angles_between(a, middle), angles_between(middle, b))
    assert np.allclose(rot.slerp(a, b, np.ones(a.shape[:-2])), b)


def test_the_shortest_rotation_takes_one_direction_to_the_other():
    a, b = np.random.default_rng(3).normal(size=(2, 100, 3))
    turn = rot.shortest_rotation(a, b)
    assert np.allclose(rot.apply(turn, rot.unit(a)), rot.unit(b))
    expected = np.degrees(np.arccos((rot.unit(a) * rot.unit(b)).sum(axis=-1)))
    assert np.allclose(angles_between(np.eye(3), turn), expected)


def test_the_shortest_rotation_to_the_opposite_direction_is_half_a_turn():
    a = np.concatenate([np.eye(3), -np.eye(3)])
    turn = rot.shortest_rotation(a, -a)
    assert np.allclose(rot.apply(turn, a), -a)
    assert np.allclose(np.linalg.det(turn), 1)


def test_frames_are_rotations_with_the_axes_asked_for():
    y, hint = np.random.default_rng(4).normal(size=(2, 50, 3))
    frame = rot.basis(y, hint)
    assert np.allclose(frame @ rot.transpose(frame), np.eye(3))
    assert np.allclose(np.linalg.det(frame), 1)
    assert np.allclose(frame[..., 1], rot.unit(y))
    assert (rot.dot(frame[..., 0], hint) > 0).all()


def test_an_even_frame_misses_both_directions_by_the_same_angle():
    x, y = np.array([[1.0, 0, 0]]), np.array([[0.2, 1.0, 0]])
    frame = rot.bisecting_basis(x, y)
    assert np.allclose(frame @ rot.transpose(frame), np.eye(3))
    assert np.allclose(rot.dot(frame[..., 0], x), rot.dot(frame[..., 1], rot.unit(y)))


def test_swings_are_limited_and_small_ones_left_alone():
    rest = np.array([[1.0, 0, 0]] * 2)
    swung = rot.limit_swing(np.array([[0.0, 1, 0], [1.0, 0.1, 0]]), rest, np.radians(30))
    assert np.allclose(swung[0], [np.cos(np.pi / 6), 0.5, 0])
    assert np.allclose(swung[1], rot.unit(np.array([1.0, 0.1, 0])))


def steady(direction, seen, weight, usual, trust=0.005, reach=2.0):
    return rot.smoothed_axes(direction, seen, weight, usual, np.full(len(direction), trust), reach)


def test_a_hinge_axis_is_kept_where_it_is_well_seen():
    angle = np.linspace(0, 3, 100)
    bone = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=-1)
    seen = np.tile([0.0, 0, 1], (100, 1))
    axis = steady(bone, seen, np.ones(100), np.tile([0.0, 0, -1], (100, 1)))
    assert np.allclose(axis, seen, atol=0.02)


def test_a_hinge_axis_is_carried_through_frames_that_do_not_show_it():
    bone = np.tile([0.0, -1, 0], (60, 1))
    seen = np.tile([0.0, 0, 1], (60, 1))
    seen[20:40] = np.random.default_rng(5).normal(size=(20, 3))
    weight = np.ones(60)
    weight[20:40] = 1e-6
    axis = steady(bone, seen, weight, np.tile([1.0, 0, 0], (60, 1)), trust=1e-6)
    assert (axis[:, 2] > 0.99).all()


def test_a_hinge_axis_does_not_jump_when_the_bone_passes_straight_behind_its_rest_direction():
    swing = np.linspace(np.pi - 0.3, np.pi + 0.3, 80)
    bone = np.stack([np.cos(swing), np.sin(swing), np.full(80, 0.01)], axis=-1)
    bone = rot.unit(bone)
    rest = np.tile([1.0, 0, 0], (80, 1))
    usual = rot.apply(rot.shortest_rotation(rest, bone), np.array([0.0, 1, 0]))
    trust = 0.005 * (1 + rot.dot(rest, bone)[:, 0]) / 2
    seen, weight = np.tile([0.0, 0, 1], (80, 1)), np.full(80, 0.01)
    axis = rot.smoothed_axes(bone, seen, weight, usual, trust, 2.0)
    steps = np.degrees(np.arccos(np.clip((axis[1:] * axis[:-1]).sum(axis=-1), -1, 1)))
    alone = np.degrees(np.arccos(np.clip((usual[1:] * usual[:-1]).sum(axis=-1), -1, 1)))
    assert alone.max() > 20, "the shortest rotation alone must flip here"
    assert steps.max() < 3


def test_one_frame_is_enough_for_a_hinge_axis():
    axis = steady(np.array([[0.0, 1, 0]]), np.array([[1.0, 0, 0]]), np.ones(1), np.array([[1.0, 0, 0]]))
    assert np.allclose(axis, [[1, 0, 0]])


def test_two_bones_reach_targets_of_their_own_lengths():
    rng = np.random.default_rng(6)
    start = rng.normal(size=(100, 3))
    first, second = rot.unit(rng.normal(size=(2, 100, 3)))
    middle = start + 0.4 * first
    u, v = rot.fit_two_bones(start, middle, middle + 0.43 * second, (0.4, 0.43))
    assert np.allclose(u, first, atol=1e-6)
    assert np.allclose(v, second, atol=1e-6)


def test_a_straight_limb_that_is_too_long_stays_straight():
    start, middle, end = np.zeros((1, 3)), np.array([[0, -0.40, 0.0]]), np.array([[0.001, -0.80, 0.0]])
    u, v = rot.fit_two_bones(start, middle, end, (0.41, 0.41))
    assert np.degrees(np.arccos(rot.dot(u, v))) < 1


def test_two_bones_of_the_wrong_length_share_the_error():
    start, middle, end = np.zeros((1, 3)), np.array([[0.4, 0, 0]]), np.array([[0.4, -0.4, 0.0]])
    u, v = rot.fit_two_bones(start, middle, end, (0.44, 0.44))
    knee = 0.44 * u
    chased = np.linalg.norm([0.44 - 0.4, 0.44 - 0.4])
    assert np.linalg.norm(knee + 0.44 * v - end) < chased
