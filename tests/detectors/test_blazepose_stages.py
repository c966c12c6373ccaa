"""The parts of BlazePose, each on inputs whose answer is known."""

from __future__ import annotations

import importlib.util
from itertools import pairwise

import numpy as np
import pytest

from detectors._blazepose import detection, heatmap_peaks, modes, weights
from detectors._blazepose.landmarks import Landmarks, mean_of
from detectors._blazepose.networks import threads_for
from detectors._blazepose.one_euro import OneEuroFilter
from detectors._blazepose.region import Region, crop, squares
from poses.errors import UserError
from poses.skeletons import BLAZEPOSE33


def without_mediapipe(monkeypatch):
    """As if mediapipe were not installed: its weights are found nowhere but in the models folder."""
    found = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "mediapipe" else found(name))


def test_weights_are_the_known_files():
    for name in (weights.DETECTION, *map(weights.landmark, weights.sizes_here())):
        assert len(weights.read_weights(name)) > 1_000_000


def test_damaged_and_missing_weights_are_refused(monkeypatch, tmp_path):
    content = weights.read_weights(weights.DETECTION)
    monkeypatch.setenv("MAREY_MODELS", str(tmp_path))
    without_mediapipe(monkeypatch)
    with pytest.raises(UserError, match=r"needs blazepose-detection.*marey models --fetch blazepose-detection"):
        weights.read_weights(weights.DETECTION)
    assert (
        "needs blazepose-detection" in weights.unavailable_reason() and "blazepose-full" in weights.unavailable_reason()
    )
    place = tmp_path / "pose_detection.tflite"
    place.write_bytes(content)
    assert weights.read_weights(weights.DETECTION) == content
    place.write_bytes(content[:-1] + b"x")
    with pytest.raises(UserError, match="must have SHA-256"):
        weights.read_weights(weights.DETECTION)


def test_the_most_accurate_size_that_is_here_is_taken_and_a_line_says_where_it_is_not_the_best(monkeypatch, tmp_path):
    monkeypatch.setenv("MAREY_MODELS", str(tmp_path))
    without_mediapipe(monkeypatch)
    (tmp_path / "pose_landmark_lite.tflite").touch()
    (tmp_path / "pose_landmark_full.tflite").touch()
    size, lines = weights.choose_size()
    assert size == "full" and len(lines) == 1 and "marey models --fetch blazepose-heavy" in lines[0]
    (tmp_path / "pose_landmark_heavy.tflite").touch()
    assert weights.choose_size() == ("heavy", ())
    assert weights.sizes_here() == ["lite", "full", "heavy"]


def test_anchors_cover_the_picture_in_the_order_of_the_outputs():
    anchors = detection.anchors()
    assert anchors.shape == (2254, 2)
    assert anchors[0] == pytest.approx([0.5 / 28, 0.5 / 28]) and anchors[2] == pytest.approx([1.5 / 28, 0.5 / 28])
    assert anchors[1568] == pytest.approx([0.5 / 14, 0.5 / 14]) and anchors[-1] == pytest.approx([6.5 / 7, 6.5 / 7])


def test_a_box_that_was_encoded_is_decoded():
    raw, logits = np.zeros((2254, 12)), np.full((2254, 1), -50.0)
    box = np.array([[0.3, 0.4], [0.5, 0.8]])
    keypoints = np.array([[0.4, 0.6], [0.4, 0.3], [0.41, 0.5], [0.4, 0.35]])
    anchor = detection.anchors()[700]
    raw[700, :4] = np.concatenate([box.mean(axis=0) - anchor, box[1] - box[0]]) * detection.PIXELS
    raw[700, 4:] = ((keypoints - anchor) * detection.PIXELS).ravel()
    logits[700] = 2.0
    points, score = detection.decode_boxes(raw, logits)
    assert score == pytest.approx([1 / (1 + np.exp(-2))])
    assert np.allclose(points[0], np.concatenate([box, keypoints]))


def test_overlapping_boxes_become_their_mean_weighted_by_score_and_others_stay():
    def person(x):
        return np.tile([[x, 0.5]], (6, 1)) + np.array([[-0.1, -0.2], [0.1, 0.2], [0, 0], [0, 0], [0, 0], [0, 0]])

    found = detection.weighted_suppression(
        np.stack([person(0.3), person(0.32), person(0.8)]), np.array([0.9, 0.6, 0.7])
    )
    assert [c.score for c in found] == [0.9, 0.7]
    assert found[0].points[2, 0] == pytest.approx((0.9 * 0.3 + 0.6 * 0.32) / 1.5)


def test_a_region_goes_there_and_back():
    region = Region.around(np.array([300.0, 200.0]), np.array([340.0, 120.0]))
    assert region.side == pytest.approx(2.5 * np.hypot(40, 80))
    points = np.random.default_rng(0).uniform(0, 256, (20, 2))
    assert np.allclose(region.to_crop(region.to_picture(points, 256), 256), points)
    top = region.to_picture(np.array([128.0, 25.6]), 256)
    assert np.allclose(top, [340, 120])
    assert Region.around(np.zeros(2), np.array([0.0, -10.0])).angle == pytest.approx(0)


def test_a_crop_shows_the_region_turned_upright():
    image = np.zeros((400, 600, 3), np.uint8)
    image[195:206, 395:406] = 255
    lying = Region.around(np.array([300.0, 200.0]), np.array([400.0, 200.0]))
    cut = crop(image, lying, 250, repeat_border=False)
    y, x = np.argwhere(cut[..., 0] > 128).mean(axis=0)
    assert (x, y) == pytest.approx((125, 25), abs=1)


def test_outside_the_picture_is_black_or_its_border():
    image = np.full((50, 50, 3), 200, np.uint8)
    region = Region(0, 25, 40, 0)
    assert crop(image, region, 40, repeat_border=True)[:, :15].min() == 200
    assert crop(image, region, 40, repeat_border=False)[:, :15].max() == 0


@pytest.mark.parametrize("size", [(640, 480), (1080, 1920), (64, 64)])
def test_squares_cover_the_whole_picture(size):
    places = squares(size, 1.0)
    side = places[0].side
    for axis, length in enumerate(size):
        starts = sorted({(p.x, p.y)[axis] - side / 2 for p in places})
        assert starts[0] == pytest.approx(0) and starts[-1] + side == pytest.approx(length)
        assert all(b - a <= side / 2 + 1e-6 for a, b in pairwise(starts))


def test_odd_pictures_are_not_searched_for_ever():
    assert squares((1, 1), 1.0) == squares((2048, 16), 1.0) == []
    assert len(squares((10_000, 100), 1.0)) == 12


def bump(places, strength=3.0, shape=(64, 64)):
    """Logits with a peak at each of places (x, y)."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    heat_of = [np.exp(-((x - a) ** 2 + (y - b) ** 2) / 4) for a, b in places]
    return -8 + (8 + strength) * np.max(heat_of, axis=0)


def test_a_peak_that_was_placed_is_found():
    for place in [(20.0, 30.0), (20.4, 30.7), (1.0, 62.0)]:
        mean = heatmap_peaks.local_mean(bump([place]), np.array(place) + 0.3, 4)
        assert mean == pytest.approx(place, abs=0.25)
    assert heatmap_peaks.local_mean(bump([(20, 30)]), np.array([50.0, 30.0]), 4, least=0.5) is None
    assert heatmap_peaks.local_mean(bump([(20, 30)]), np.array([-3.0, 30.0]), 4) is None


def test_several_peaks_at_once_are_as_one_by_one_at_the_border_too():
    places = np.array([(20.0, 30.0), (1.0, 62.0), (63.0, 0.4), (-3.0, 30.0), (np.nan, 5.0), (40.0, 40.0)])
    maps = np.stack([bump([np.nan_to_num(place)]) for place in places], axis=-1)
    maps[..., 5] = -8
    mean, there = heatmap_peaks.local_means(maps, places, 4, 0.5)
    assert list(there) == [True, True, True, False, False, False]
    for k in range(3):
        # The definition, cell by cell.
        x, y = np.floor(places[k]).astype(int)
        cells = [(i, j) for j in range(max(y - 4, 0), min(y + 5, 64)) for i in range(max(x - 4, 0), min(x + 5, 64))]
        heat = [1 / (1 + np.exp(-maps[j, i, k])) for i, j in cells]
        assert mean[k] == pytest.approx(np.average(cells, axis=0, weights=heat), abs=1e-9)
        assert np.array_equal(heatmap_peaks.local_mean(maps[..., k], places[k], 4, 0.5), mean[k])


def wavering(first, second):
    """Landmarks half way between a pose and its opposite, heat maps with a peak at both, and the pose (cells)."""
    pose = np.full((33, 2), 32.0)
    pose[:, 1] = np.linspace(10, 55, 33)
    pose[list(BLAZEPOSE33.left), 0], pose[list(BLAZEPOSE33.right), 0] = 42, 22
    other = pose[list(BLAZEPOSE33.mirror)]
    maps = np.stack([np.maximum(bump([pose[j]], first), bump([other[j]], second)) for j in range(33)], axis=-1)
    return (pose + other) / 2, maps, pose, other


@pytest.mark.parametrize("first, second", [(3.0, 2.0), (2.0, 3.0)])
def test_landmarks_between_two_answers_go_to_the_stronger_one(first, second):
    cells, maps, pose, other = wavering(first, second)
    settled = modes.resolve_modes(cells, maps, pose)
    limbs = list(modes.LIMBS)
    assert np.abs(settled - (pose if first > second else other))[limbs].max() < 1


def test_landmarks_stay_where_the_network_is_sure():
    cells, maps, pose, _ = wavering(3.0, -7.0)
    assert np.array_equal(modes.resolve_modes(cells, maps, pose), cells)
    nowhere = np.full((33, 2), np.nan)
    assert np.array_equal(modes.resolve_modes(cells, maps, nowhere), cells)


def test_the_steady_filter_rests_with_a_resting_person_and_follows_a_moving_one():
    rng, steady = np.random.default_rng(0), OneEuroFilter()
    rest = [steady.follow(np.array([[100.0, 50.0]]) + rng.normal(0, 0.3, (1, 2)), 200, i / 30) for i in range(60)]
    assert np.std(rest[20:], axis=0).max() < 0.1
    moving = [steady.follow(np.array([[100.0 + 10 * i, 50.0]]), 200, 2 + i / 30)[0, 0] for i in range(1, 40)]
    assert abs(moving[-1] - 490) < 15


def test_several_views_are_averaged_where_they_agree():
    def look(shift, score):
        xy = np.full((39, 2), 50.0) + shift
        return Landmarks(
            Region(50, 50, 100, 0),
            xy,
            np.full(33, score),
            np.full((33, 3), shift),
            1.0,
            np.zeros((4, 4, 39)),
            np.zeros((4, 4)),
        )

    other = look(4.0, 0.6)
    other.xy[5] = 90
    mean = mean_of(look(0.0, 0.8), [other])
    assert mean.xy[0] == pytest.approx([52, 52]) and mean.xy[5] == pytest.approx([50, 50])
    assert mean.xy[33:] == pytest.approx(50) and mean.score == pytest.approx(0.7) and mean.world_m == pytest.approx(2)


@pytest.mark.parametrize(
    ("cores", "heavy", "full"), [(1, 1, 1), (2, 2, 1), (4, 4, 2), (8, 4, 4), (12, 6, 4), (64, 8, 4)]
)
def test_threads_follow_the_size_and_the_processors(monkeypatch, cores, heavy, full):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)), raising=False)
    assert (threads_for("heavy"), threads_for("full"), threads_for("lite")) == (heavy, full, full)
