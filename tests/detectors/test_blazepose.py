"""BlazePose on real videos: agrees with mediapipe's graph, finds who is there, starts afresh when it should."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.pipeline.video import read_frames
from detectors import create_detector, read_options
from detectors._blazepose.networks import DetectionNetwork, LandmarkNetwork
from detectors._blazepose.one_euro import OneEuroFilter
from detectors._blazepose.region import Region
from detectors.blazepose import BlazePose
from poses.errors import UserError
from poses.sequences import VideoFrame
from poses.skeletons import BLAZEPOSE33
from tests.detectors.blazepose_sizes import mediapipe_graph, need_size

pytestmark = pytest.mark.slow


def frames_of(shared_data, video, *cut):
    """Frames of a video; time stamps 1/30 s apart, as mediapipe's graph takes them."""
    for frame in itertools.islice(read_frames(shared_data / "videos" / video), *cut):
        yield VideoFrame(frame.index, frame.index / 30, frame.image)


@pytest.fixture
def detector():
    made = create_detector("blazepose", size="full")
    yield made
    made.close()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("size", "video", "mean_px", "mean_m", "detector_px"),
    [
        ("lite", "squats.mp4", 1.5, 0.007, 5.0),
        ("full", "squats.mp4", 0.6, 0.003, 2.0),
        ("full", "balance_cam01.mp4", 0.4, 0.003, 2.5),
        ("heavy", "squats.mp4", 0.8, 0.006, 2.5),
    ],
)
def test_agrees_with_mediapipe(shared_data, tmp_path, size, video, mean_px, mean_m, detector_px):
    """The parts, put together as in mediapipe's graph, to a pixel or so; the detector, which looks at a new person
    twice and so begins with a better region, to a few (pictures of 720 x 1280 and 1080 x 1920)."""
    need_size(size)
    detector, region, steady = BlazePose(size=size), None, OneEuroFilter()
    find, look = DetectionNetwork(), LandmarkNetwork(size=size)
    parts, whole, world, visible = [], [], [], []
    with mediapipe_graph(size, tmp_path) as theirs:
        for frame in frames_of(shared_data, video, 12):
            mediapipe = theirs.detect(frame)
            region = region or find.find(frame.image, Region.whole(*frame.size))[0].region
            seen = look.look(frame.image, region)
            circle = steady.follow(seen.xy[33:35], 2 * np.linalg.norm(seen.xy[34] - seen.xy[33]), frame.time_s)
            region = Region.around(*circle)
            parts.append(np.linalg.norm(seen.xy[:33] - mediapipe.xy[0], axis=-1))
            world.append(np.linalg.norm(seen.world_m - mediapipe.world_m[0], axis=-1))
            visible.append(seen.score - mediapipe.score[0])
            whole.append(np.linalg.norm(detector.detect(frame).xy[0] - mediapipe.xy[0], axis=-1))
    detector.close()
    assert parts[0].mean() < 0.1 and world[0].max() < 1e-3
    assert np.mean(parts) < mean_px and np.mean(world) < mean_m
    # Our score is visibility times presence, so it is never above mediapipe's visibility.
    assert np.max(visible) < 0.03 and np.median(np.abs(visible)) < 0.02
    assert np.mean(whole) < detector_px


@pytest.mark.parametrize("size", ["lite", "full", "heavy"])
def test_without_the_mask_everything_else_is_the_same_to_the_last_bit(shared_data, size):
    need_size(size)
    (frame,) = frames_of(shared_data, "squats.mp4", 1)
    region = Region(360, 640, 1100, 0.1)
    whole = LandmarkNetwork(size=size).look(frame.image, region)
    seen = LandmarkNetwork(size=size, mask=False).look(frame.image, region)
    assert whole.mask.shape == (256, 256) and seen.mask.shape == (0, 0)
    assert whole.pose_score == seen.pose_score > 0.5
    for name in ("xy", "score", "world_m", "heatmaps"):
        assert np.array_equal(getattr(whole, name), getattr(seen, name)), name


def test_empty_frames_have_nobody_and_the_man_is_found_when_he_has_come_in(shared_data, detector):
    found = [len(detector.detect(frame)) for frame in frames_of(shared_data, "enter_frame.mp4", 70)]
    assert sum(found[:44]) == 0
    assert all(n == 1 for n in found[50:])


def test_two_people_are_found_and_followed(shared_data):
    detector = create_detector("blazepose", persons=2, size="full")
    frames = list(frames_of(shared_data, "two_people_cam02.mp4", 12))
    found = [detector.detect(frame) for frame in frames]
    detector.close()
    assert [len(k) for k in found] == [2] * len(found)
    with np.load(shared_data / "videos" / "balance_gt.npz") as file:
        hips = file["two_people_cam02_joints2d"][:, 0]
        rows = {int(t): r for r, t in enumerate(file["two_people_cam02_frame_index"])}
    middle = np.array([k.xy[:, [23, 24]].mean(axis=1) for k in found])
    to_man = [np.linalg.norm(middle[t] - hips[rows[t]], axis=-1) for t in range(len(found)) if t in rows]
    assert max(off.min() for off in to_man) < 60
    assert min(off.max() for off in to_man) > 250


def test_one_person_is_the_one_in_the_middle_not_the_bystander(shared_data, detector):
    for frame in frames_of(shared_data, "balance_cam02.mp4", 3):
        box = detector.detect(frame).boxes[0]
        assert box[3] - box[1] > 550


def test_heat_maps_of_the_last_frame_lie_over_the_region_that_was_looked_at(shared_data, detector):
    (frame,) = frames_of(shared_data, "balance_cam01.mp4", 1)
    found = detector.detect(frame)
    assert detector.heatmaps.shape == (1, 64, 64, 33)
    person = detector.people[0]
    for name in ("LShoulder", "RElbow", "LKnee", "RAnkle"):
        joint = BLAZEPOSE33.index(name)
        row, column = np.unravel_index(detector.heatmaps[0, :, :, joint].argmax(), (64, 64))
        place = person.region.to_picture(np.array([column, row], dtype=float), 64)
        assert np.linalg.norm(place - found.xy[0, joint]) < 1.5 * person.region.side / 64


def test_results_are_repeatable_and_do_not_depend_on_what_was_seen_before_a_jump(shared_data, detector):
    frames = list(frames_of(shared_data, "squats.mp4", 8))
    once = [detector.detect(frame) for frame in frames]
    detector.close()
    again = [detector.detect(frame) for frame in frames]
    jumped = [detector.detect(frame) for frame in frames[3:]]
    fresh = create_detector("blazepose", size="full")
    alone = [fresh.detect(frame) for frame in frames[3:]]
    fresh.close()
    for a, b in [*zip(once, again, strict=True), *zip(jumped, alone, strict=True)]:
        assert np.array_equal(a.xy, b.xy) and np.array_equal(a.score, b.score)


def test_somebody_who_is_gone_is_let_go_and_found_again(shared_data, detector):
    (frame,) = frames_of(shared_data, "squats.mp4", 1)
    black = np.zeros_like(frame.image)
    pictures = [frame.image, black, black, frame.image]
    found = [detector.detect(VideoFrame(i, i / 30, picture)) for i, picture in enumerate(pictures)]
    assert [len(k) for k in found] == [1, 0, 0, 1]
    assert np.abs(found[3].xy - found[0].xy).max() < 1e-6


def test_the_picture_turned_on_its_side_gives_the_same_person_turned(shared_data, detector):
    (frame,) = frames_of(shared_data, "squats.mp4", 1)
    upright = detector.detect(frame).xy[0]
    detector.close()
    lying = detector.detect(VideoFrame(0, 0.0, np.ascontiguousarray(np.rot90(frame.image)))).xy[0]
    back = np.column_stack([frame.size[0] - lying[:, 1], lying[:, 0]])
    body = slice(11, 29)
    assert np.linalg.norm(back[body] - upright[body], axis=-1).mean() < 0.03 * np.ptp(upright[:, 1])


def test_impossible_options_are_refused():
    with pytest.raises(UserError, match="persons and threads must be at least 1"):
        create_detector("blazepose", persons=0)
    with pytest.raises(UserError, match="views must be 1 to 3"):
        create_detector("blazepose", views=4)


def test_the_earlier_name_of_an_option_is_still_accepted():
    assert read_options("blazepose", ["looks=2"]) == {"views": 2}
    with pytest.raises(UserError, match="views must be 1 to 3"):
        create_detector("blazepose", looks=4)


def test_the_mean_of_two_views_is_steadier_than_one(shared_data):
    def jitter(views):
        detector = create_detector("blazepose", views=views, size="full")
        xy = np.array([detector.detect(f).xy[0] for f in frames_of(shared_data, "balance_cam01.mp4", 25)])[:, 11:]
        detector.close()
        return np.linalg.norm(xy[2:] - 2 * xy[1:-1] + xy[:-2], axis=-1).mean()

    assert jitter(2) < 0.9 * jitter(1)


def test_a_look_into_the_mirror_is_a_look_at_the_mirrored_picture(shared_data, detector):
    frame = next(frames_of(shared_data, "balance_cam01.mp4", 1))
    network, width = LandmarkNetwork(), frame.size[0]
    detector.detect(frame)
    region = detector.people[0].region
    assert abs(region.angle) > 0.05
    turned = network.look(frame.image, region.in_mirror())
    flipped = network.look(frame.image[:, ::-1].copy(), replace(region, x=width - region.x, angle=-region.angle))
    mirror, plain = list(BLAZEPOSE33.mirror), network.look(frame.image, region)
    there = np.column_stack([width - flipped.xy[mirror, 0], flipped.xy[mirror, 1]])
    assert np.linalg.norm(turned.xy[:33] - there, axis=-1).mean() < 0.003 * region.side
    assert np.abs(turned.world_m - flipped.world_m[mirror] * [-1, 1, 1]).max() < 0.02
    body = slice(11, 29)
    assert np.linalg.norm(turned.xy[body] - plain.xy[body], axis=-1).mean() < 0.015 * region.side
    assert np.linalg.norm(turned.world_m[body] - plain.world_m[body], axis=-1).mean() < 0.1


@pytest.mark.parametrize("size", ["full", "heavy"])
def test_a_passer_by_does_not_take_the_place_of_somebody_clearly_seen(shared_data: Path, size: str) -> None:
    """A larger picture of the same man appears beside the one who is followed."""
    need_size(size)
    frame = next(iter(read_frames(shared_data / "videos" / "balance_cam02.mp4")))
    man = frame.image[420:1270, 370:900]
    small = man[::2, ::2]
    alone = np.full((900, 1200, 3), 128, np.uint8)
    alone[240 : 240 + len(small), 100 : 100 + small.shape[1]] = small
    both = alone.copy()
    both[20 : 20 + len(man), 500 : 500 + man.shape[1]] = man
    detector = BlazePose(size=size)
    places = []
    for number in range(12):
        seen = detector.detect(VideoFrame(number, number / 30, (alone if number < 5 else both).copy()))
        places.append(seen.xy[0, :, 0].mean())
    detector.close()
    assert max(places) < 400


def test_a_passer_by_is_followed_where_the_first_person_is_gone(shared_data: Path) -> None:
    frame = next(iter(read_frames(shared_data / "videos" / "balance_cam02.mp4")))
    man = frame.image[420:1270, 370:900]
    detector = BlazePose(size="full")
    for number in range(12):
        picture = np.full((900, 1200, 3), 128, np.uint8)
        left = 20 if number < 5 else 600
        picture[20 : 20 + len(man), left : left + man.shape[1]] = man
        seen = detector.detect(VideoFrame(number, number / 30, picture))
    detector.close()
    assert len(seen) == 1 and seen.xy[0, :, 0].mean() > 600
