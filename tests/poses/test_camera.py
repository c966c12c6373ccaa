"""Cameras and normalisation: what is projected can be brought back, and left stays left."""

from __future__ import annotations

import numpy as np
import pytest

from poses.camera import Camera, assumed_focal_px, normalise, normalise_person, rotation_to, to_screen, turn_back
from poses.rotations import matrix_from_euler

SIZE = (1280, 720)


@pytest.fixture
def camera() -> Camera:
    turn = matrix_from_euler(np.array([170.0, 20.0, -30.0]), "ZXY")
    return Camera(np.array([1100.0, 1100.0]), np.array([640.0, 360.0]), SIZE, turn, np.array([0.1, 1.0, 5.0]))


def poses(count: int = 6) -> np.ndarray:
    """(T, 17, 3) m in camera axes, 4 m away and off the axis."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(count, 17, 3)) * [0.3, 0.6, 0.2] + [0.8, 0.3, 4.0]


def test_world_and_camera_undo_each_other(camera):
    xyz = poses()
    assert np.allclose(camera.to_camera(camera.to_world(xyz)), xyz)


def test_a_point_on_the_axis_is_in_the_centre(camera):
    assert np.allclose(camera.project(np.array([0.0, 0.0, 3.0])), [640, 360])


def test_right_and_down_in_space_are_right_and_down_in_the_picture(camera):
    xy = camera.project(np.array([[0.5, 0.0, 3.0], [0.0, 0.5, 3.0]]))
    assert xy[0, 0] > 640
    assert xy[1, 1] > 360


def test_what_is_behind_the_camera_is_not_in_the_picture(camera):
    assert np.isnan(camera.project(np.array([0.0, 0.0, -1.0]))).all()


@pytest.mark.parametrize("turn", [np.diag([1.0, 1.0, -1.0]), np.diag([2.0, 1.0, 1.0])])
def test_a_mirroring_or_scaling_camera_is_refused(turn):
    with pytest.raises(ValueError, match="rotation must be a rotation matrix"):
        Camera(np.ones(2), np.ones(2), SIZE, turn, np.zeros(3))


def usual_camera():
    """At the world's origin, looking along its own z, with the focal length that is assumed for an unknown one."""
    return Camera(np.full(2, assumed_focal_px(SIZE)), np.array([640.0, 360.0]), SIZE, np.eye(3), np.zeros(3))


def test_a_point_on_the_optical_axis_is_seen_at_the_centre_of_the_picture():
    camera = usual_camera()
    assert np.allclose(camera.project(np.array([0.0, 0.0, 2.0])), [640, 360])
    assert 1000 < camera.focal_px[0] < 1500


def test_the_screen_runs_from_minus_one_to_one_across_and_by_the_same_factor_down():
    assert np.allclose(
        to_screen(np.array([[0, 0], [1280, 720], [640, 360]]), SIZE), [[-1, -0.5625], [1, 0.5625], [0, 0]]
    )


def test_a_rotation_to_a_direction_takes_z_there():
    direction = np.array([[0.3, -0.2, 1.0], [0.0, 0.0, 1.0], [-2.0, 1.0, 0.5]])
    turn = rotation_to(direction)
    assert np.allclose(turn[..., 2], direction / np.linalg.norm(direction, axis=-1, keepdims=True))
    assert np.allclose(turn @ np.swapaxes(turn, -1, -2), np.eye(3))
    assert np.allclose(np.linalg.det(turn), 1)


def test_a_normalised_person_has_the_root_at_the_origin_and_unit_size():
    xyz = poses()
    xy, _ = normalise_person(usual_camera().project(xyz), SIZE)
    assert np.allclose(xy[:, 0], 0, atol=1e-12)
    spread = xy - xy.mean(axis=1, keepdims=True)
    assert np.allclose(np.sqrt((spread**2).sum(axis=-1).mean(axis=-1)), 1)


def test_a_normalised_person_does_not_depend_on_the_place_in_the_picture():
    """The same body seen at another place, turned with the line of sight, looks the same."""
    camera = usual_camera()
    body = poses(1)[0] - poses(1)[0, 0]
    seen = []
    for place in ([0.0, 0.0, 4.0], [1.2, 0.4, 4.0]):
        turn = rotation_to(np.array(place))
        xyz = (body + np.array([0, 0, 4.0])) @ turn.T
        seen.append(normalise_person(camera.project(xyz)[None], SIZE)[0][0])
    assert np.allclose(seen[0], seen[1])


def test_turning_back_gives_the_axes_of_the_real_camera():
    xyz = poses()
    _, turn = normalise_person(usual_camera().project(xyz), SIZE)
    virtual = xyz @ turn
    assert np.allclose(virtual[:, 0, :2], 0, atol=1e-9), "the root lies on the virtual camera's axis"
    assert np.allclose(turn_back(virtual, turn), xyz)


def test_left_stays_left_in_both_normalisations():
    xy = np.tile(np.array([600.0, 300.0]), (1, 17, 1))
    xy[0, 3] += [-50, 80]
    xy[0, 5] += [50, -80]
    for kind in ("screen", "person"):
        flat, _ = normalise(kind, xy, SIZE)
        assert flat[0, 3, 0] < flat[0, 0, 0] < flat[0, 5, 0]
        assert flat[0, 3, 1] > flat[0, 0, 1] > flat[0, 5, 1]


def test_the_screen_needs_no_turning_back():
    xy = np.random.default_rng(2).uniform(0, 700, size=(5, 17, 2))
    flat, turn = normalise("screen", xy, SIZE)
    assert np.allclose(flat, to_screen(xy, SIZE))
    assert np.allclose(turn_back(poses(5), turn), poses(5))


def test_an_unknown_normalisation_is_refused():
    with pytest.raises(ValueError, match="must be 'screen' or 'person', got 'box'"):
        normalise("box", np.zeros((1, 17, 2)), SIZE)
