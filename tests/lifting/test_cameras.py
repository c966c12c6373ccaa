"""Virtual cameras see what they should."""

from __future__ import annotations

import numpy as np

from lifting.data.cameras import H36M_LIKE, CameraRange, axis_rotation, sample_cameras
from poses.arrays import FloatArray

LEVEL = CameraRange(distance=(4, 9), level=1.0, roll=0, tilt=0, lying=0, place=0)
# A person facing +z of the world: Hip, head above, toes below and in front, left hand to +x.
PERSON = np.array([[0, 0, 0], [0, 0.8, 0], [0, -0.9, 0.2], [0.6, 0.4, 0]], dtype=np.float32)


def _seen(ranges: CameraRange, count: int = 400, seed: int = 0) -> tuple[FloatArray, FloatArray, FloatArray]:
    views = sample_cameras(np.random.default_rng(seed), count, ranges)
    xyz = np.repeat(PERSON[None, None], count, axis=0)
    seen = views.to_camera(xyz, np.zeros((count, 1, 3), np.float32))
    return seen[:, 0], views.project(seen)[:, 0], views.size


def test_cameras_turn_but_never_mirror() -> None:
    views = sample_cameras(np.random.default_rng(0), 200, CameraRange())
    eye = views.rotation @ np.swapaxes(views.rotation, 1, 2)
    assert np.abs(eye - np.eye(3)).max() < 1e-5
    assert np.allclose(np.linalg.det(views.rotation), 1, atol=1e-5)


def test_a_level_camera_sees_people_upright() -> None:
    seen, xy, _ = _seen(LEVEL)
    assert (seen[:, 1, 1] < -0.4).all() and (seen[:, 2, 1] > 0.4).all()
    assert (xy[:, 1, 1] < xy[:, 0, 1]).all() and (xy[:, 0, 1] < xy[:, 2, 1]).all()


def test_of_a_person_who_faces_the_camera_the_left_hand_is_on_the_right() -> None:
    views = sample_cameras(np.random.default_rng(0), 400, LEVEL)
    towards = -views.rotation[:, 2, 2]
    _, xy, _ = _seen(LEVEL)
    hand_right = xy[:, 3, 0] > xy[:, 0, 0]
    assert (towards > 0.7).sum() > 20 and hand_right[towards > 0.7].all()
    assert (towards < -0.7).sum() > 20 and not hand_right[towards < -0.7].any()


def test_from_above_the_head_is_nearer_than_the_feet() -> None:
    seen, _, _ = _seen(CameraRange(level=0, elevation=(30, 50), roll=0, tilt=0, lying=0))
    assert (seen[:, 1, 2] < seen[:, 0, 2]).all()


def test_the_root_is_where_the_camera_puts_it() -> None:
    seen, xy, size = _seen(CameraRange(place=0.7))
    assert ((np.abs(xy[:, 0] - size / 2) <= 0.71 * size / 2) | (np.abs(seen[:, :1, 0]) > 0)).all()
    _, centred, size = _seen(LEVEL)
    assert np.allclose(centred[:, 0], size / 2, atol=0.01)


def test_distances_and_focal_lengths_keep_to_their_ranges() -> None:
    views = sample_cameras(np.random.default_rng(1), 500, H36M_LIKE)
    distance = np.linalg.norm(views.offset, axis=1)
    assert distance.min() >= 2.999 and distance.max() <= 6.001
    assert np.allclose(views.focal, 1145, atol=1) and (views.size == 1000).all()


def test_points_behind_the_camera_do_not_explode() -> None:
    views = sample_cameras(np.random.default_rng(1), 2, LEVEL)
    assert np.isfinite(views.project(np.zeros((2, 1, 4, 3), np.float32) - 1)).all()


def test_a_turn_about_x_takes_y_to_z() -> None:
    assert np.allclose(axis_rotation(0, np.array(np.pi / 2)) @ [0, 1, 0], [0, 0, 1])
    assert np.allclose(axis_rotation(1, np.array(np.pi / 2)) @ [0, 0, 1], [1, 0, 0])
    assert np.allclose(axis_rotation(2, np.array(np.pi / 2)) @ [1, 0, 0], [0, 1, 0])
