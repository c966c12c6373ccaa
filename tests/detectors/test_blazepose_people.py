"""Several people: those beside and behind others are seen once the others are covered; who is who."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.pipeline.video import read_frames
from detectors._blazepose.landmarks import Landmarks
from detectors._blazepose.masking import mask_people, window
from detectors._blazepose.persons import BESIDE, TrackedPerson, colour_of, lost, meet, same_person
from detectors._blazepose.region import Region
from detectors.blazepose import BlazePose
from poses.sequences import VideoFrame


def person(x: float, y: float = 100.0, side: float = 100.0) -> Landmarks:
    """Somebody whose region and mask lie around a place; landmarks in a column, the region's points where they fit."""
    xy = np.column_stack([np.full(39, x), np.linspace(y - side / 3, y + side / 3, 39)])
    xy[[11, 12, 23, 24]] = np.array([(x - 9, y - 20), (x + 9, y - 20), (x - 9, y + 5), (x + 9, y + 5)])
    xy[33], xy[34] = (x, y), (x, y - side / 2.5)
    mask = np.full((64, 64), -5.0)
    mask[16:48, 24:40] = 5.0
    region = Region(x, y, side, 0.0)
    return Landmarks(region, xy, np.ones(33), np.zeros((33, 3)), 1.0, np.zeros((4, 4, 39)), mask)


def test_covered_people_are_filled_with_what_is_around_them_and_the_rest_stays():
    image = np.full((200, 300, 3), 90, np.uint8)
    image[75:125, 138:162] = 255
    out = mask_people(image, [person(150)])
    assert out[80:120, 142:158].max() < 140
    assert np.array_equal(out[:, :120], image[:, :120]) and np.array_equal(out[:, 180:], image[:, 180:])
    assert image[100, 150, 0] == 255 and mask_people(image, []) is image


@pytest.mark.parametrize("place", [(-400, 100), (0, 0), (299, 199), (150, 900)])
def test_people_at_the_edge_and_outside_can_be_covered(place):
    image = np.full((200, 300, 3), 90, np.uint8)
    assert mask_people(image, [person(*place)]).shape == image.shape
    assert window(np.array([(-5.0, -5.0), (-1.0, -1.0)]), (300, 200)) is None


def test_of_two_tracks_with_one_answer_the_one_is_lost_that_wears_something_else():
    image = np.zeros((200, 300, 3), np.uint8)
    image[..., 0] = 200  # a person in red
    red, blue = np.array([200.0, 0, 0]), np.array([0, 0, 200.0])
    for colours, expected in (((red, blue), {1}), ((blue, red), {0})):
        tracks = [TrackedPerson(person(x), 0.0, colour) for x, colour in zip((100, 108), colours, strict=True)]
        assert lost(tracks, [person(104), person(105)], image) == expected
    assert lost([TrackedPerson(person(100), 0.0), TrackedPerson(person(200), 0.0)], [person(100), None], image) == {1}


def test_the_colour_of_clothes_is_that_of_the_trunk_and_is_learnt_slowly():
    image = np.zeros((200, 300, 3), np.uint8)
    image[70:110, 85:115] = 10, 120, 30
    assert colour_of(image, person(100)) == pytest.approx([10, 120, 30])
    assert np.isnan(colour_of(image, person(-500))).all()
    track = TrackedPerson(person(100), 0.0)
    track.learn(np.full(3, np.nan))
    assert np.isnan(track.colour).all()
    track.learn(np.full(3, 100.0))
    track.learn(np.full(3, 200.0))
    assert track.colour == pytest.approx(110)


def test_people_meet_where_their_boxes_overlap_and_are_one_where_head_and_landmarks_lie_together():
    assert same_person(person(100), person(104)) and not same_person(person(100), person(140))
    wide = replace(person(100), xy=person(100).xy + np.linspace(-30, 30, 39)[:, None])
    assert meet(wide, person(104)) and not meet(wide, person(400))


def test_behind_others_a_new_person_must_be_upright_and_shown():
    upright = person(100)
    turned = replace(upright, xy=np.where(np.arange(39)[:, None] == 34, (100, 140), upright.xy))
    hardly = replace(upright, mask=np.full((64, 64), -5.0))
    assert BESIDE.allows(upright)
    assert not BESIDE.allows(turned) and not BESIDE.allows(hardly)
    assert not BESIDE.allows(replace(upright, pose_score=0.8))


def test_the_third_person_of_the_shop_is_found_and_the_first_two_are_not_lost(shared_data):
    frames = [f for f in read_frames(shared_data / "videos" / "store_aisle.mp4") if 24 <= f.index < 46]
    detector = BlazePose(persons=3, size="full")
    found = [detector.detect(frame) for frame in frames]
    detector.close()
    assert min(len(k) for k in found) >= 2
    # The woman in brown, by her shoulders, in frames 42 to 45 (tests/benchmarks/store_aisle.json).
    for keypoints in found[18:]:
        shoulders = keypoints.xy[:, [11, 12]].mean(axis=1)
        assert np.linalg.norm(shoulders - (372, 164), axis=-1).min() < 25


def test_somebody_hidden_for_a_moment_is_seen_again_at_the_old_place(shared_data):
    frame = next(iter(read_frames(shared_data / "videos" / "two_people_cam02.mp4")))
    detector = BlazePose(persons=2, size="full")
    both = detector.detect(frame)
    hidden = mask_people(frame.image, [detector.people[1]])
    pictures = [frame.image, hidden, hidden, frame.image]
    counts = [len(detector.detect(VideoFrame(1 + n, (1 + n) / 60, picture))) for n, picture in enumerate(pictures)]
    detector.close()
    assert len(both) == 2 and counts == [2, 1, 1, 2]
