"""Left and right put back: injected exchanges are found, clean clips are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from app.pipeline.left_right import flip_groups, flip_joints, flip_pairs, repair_left_right
from app.pipeline.video import read_frames
from detectors import create_detector
from poses.skeletons import BLAZEPOSE33, COCO17, H36M17, HALPE26
from tests.app.motions import read_clip
from tests.app.walkers import walker
from tests.benchmarks.left_right_recall import seen_from

TIME = np.arange(90) / 30
PARTS = flip_groups(BLAZEPOSE33).pairs
WHOLE = list(BLAZEPOSE33.pairs)
INJECTIONS = {
    "whole body": WHOLE,
    "arms": [*PARTS[0], *PARTS[1], *PARTS[2]],
    "legs": [*PARTS[3], *PARTS[4], *PARTS[5]],
    "elbows and hands": [*PARTS[1], *PARTS[2]],
    "hands": PARTS[2],
}


def people_walking(skeleton=COCO17):
    """(T, J, 2) px of a walker, limbs crossing at each step, and scores."""
    rng = np.random.default_rng(1)
    xy = walker(TIME, (200, 300), 40, 400) + rng.normal(0, 1.5, (90, 17, 2))
    return xy, np.full(xy.shape[:2], 0.9)


@pytest.fixture(scope="module")
def clip(shared_data):
    """Real keypoints of balance_cam01 (x, y, score), in which sides are right in every frame."""
    detector, rows = create_detector("blazepose", size="full"), []
    for frame in read_frames(shared_data / "videos" / "balance_cam01.mp4"):
        found = detector.detect(frame)
        rows.append(np.column_stack([found.xy[0], found.score[0]]))
        if frame.index == 69:
            break
    detector.close()
    return np.array(rows), np.arange(len(rows)) / 60


@pytest.mark.slow
def test_a_clean_clip_is_left_alone(clip):
    rows, time_s = clip
    xy, score, flips = repair_left_right(rows[..., :2], rows[..., 2], BLAZEPOSE33, time_s)
    assert not flips.any()
    assert np.array_equal(xy, rows[..., :2]) and np.array_equal(score, rows[..., 2])


@pytest.mark.slow
@pytest.mark.parametrize("name", INJECTIONS)
@pytest.mark.parametrize("start, length", [(20, 1), (12, 8), (0, 10), (40, 30)])
def test_exchanges_injected_into_a_real_clip_are_put_back(clip, name, start, length):
    rows, time_s = clip
    broken, rows_at = rows.copy(), np.zeros(len(rows), dtype=bool)
    rows_at[start : start + length] = True
    flip_pairs(broken, rows_at, INJECTIONS[name])
    xy, _, flips = repair_left_right(broken[..., :2], broken[..., 2], BLAZEPOSE33, time_s)
    left = [pair[0] for pair in INJECTIONS[name]]
    # A hand near the other hand may stay: what counts is where the joints end up.
    size = np.ptp(rows[0, :, 1])
    off = np.linalg.norm(xy - rows[..., :2], axis=-1)
    assert off[:, 11:].max() < 0.12 * size
    assert flips[rows_at][:, left].mean() > 0.8


@pytest.mark.slow
def test_balance_cam02_is_mended(shared_data):
    """The detector takes the man for one seen from behind for about 35 frames: 90 px off, 12 when put back."""
    detector = create_detector("blazepose", size="full")
    found = [detector.detect(frame) for frame in read_frames(shared_data / "videos" / "balance_cam02.mp4")]
    detector.close()
    xy, score = np.array([k.xy[0] for k in found]), np.array([k.score[0] for k in found])
    mended, _, flips = repair_left_right(xy, score, BLAZEPOSE33, np.arange(len(xy)) / 60)
    with np.load(shared_data / "videos" / "balance_gt.npz") as file:
        frames, truth = file["cam02_frame_index"], file["cam02_joints2d"]
    names = [s + n for n in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle") for s in "LR"]
    ours = [BLAZEPOSE33.index(n) for n in names]
    theirs = [H36M17.index(n.replace("Ankle", "Foot")) for n in names]
    before, after = (np.linalg.norm(p[frames][:, ours] - truth[:, theirs], axis=-1).mean() for p in (xy, mended))
    assert before > 60
    assert after < 14
    assert 25 <= flips[:, BLAZEPOSE33.index("LShoulder")].sum() <= 45


def test_a_walker_whose_legs_cross_is_left_alone():
    xy, score = people_walking()
    assert not repair_left_right(xy, score, COCO17, TIME)[2].any()


@pytest.mark.parametrize("azimuth", [55, 100, 280])
def test_a_real_walk_whose_legs_cross_is_left_alone(shared_data, azimuth):
    walk = read_clip(shared_data, "012_01")[:120]
    xy = seen_from(np.stack([walk[..., 0], -walk[..., 2], walk[..., 1]], axis=-1), np.radians(azimuth))
    xy += np.random.default_rng(0).normal(0, 3, xy.shape)
    ankles = xy[:, H36M17.index("LFoot"), 0] - xy[:, H36M17.index("RFoot"), 0]
    crossings = (np.diff(np.sign(ankles)) != 0).sum()
    assert crossings >= 3
    assert not repair_left_right(xy, np.full(xy.shape[:2], 0.9), H36M17, np.arange(120) / 50)[2].any()


def test_a_walker_seen_the_wrong_way_round_for_a_while_is_put_back():
    xy, score = people_walking()
    broken, rows = xy.copy(), (TIME >= 1) & (TIME < 1.8)
    flip_pairs(broken, rows, list(COCO17.pairs))
    mended, _, flips = repair_left_right(broken, score, COCO17, TIME)
    assert np.array_equal(flips[:, COCO17.index("LShoulder")], rows)
    assert np.abs(mended - xy)[:, 5:].max() < 20


def test_what_was_done_to_keypoints_can_be_done_to_all_that_joints_carry():
    xy, score = people_walking()
    broken, rows = xy.copy(), (TIME >= 1) & (TIME < 1.8)
    flip_pairs(broken, rows, list(COCO17.pairs))
    mended, _, flips = repair_left_right(broken, score, COCO17, TIME)
    assert flips.any() and np.array_equal(flip_joints(broken, flips, COCO17), mended)
    maps = np.random.default_rng(0).normal(size=(90, 17, 4, 4))
    turned = flip_joints(maps, flips, COCO17)
    assert np.array_equal(turned[~rows], maps[~rows])
    assert np.array_equal(turned[rows][:, COCO17.index("LHip")], maps[rows][:, COCO17.index("RHip")])


def test_an_exchange_is_found_across_a_gap():
    xy, score = people_walking()
    xy[40:46], score[40:46] = np.nan, 0
    broken, rows = xy.copy(), (np.arange(90) >= 46) & (np.arange(90) < 60)
    flip_pairs(broken, rows, list(COCO17.pairs))
    mended, _, flips = repair_left_right(broken, score, COCO17, TIME)
    assert np.array_equal(flips[:, COCO17.index("LHip")], rows)
    assert np.isnan(mended[40:46]).all()


def test_frames_in_which_both_sides_fall_together_do_not_hide_an_exchange():
    xy, score = people_walking()
    xy[:, :, 0] = (xy[:, :, 0] - xy[:, [11, 12], 0].mean(axis=1, keepdims=True)) * 1.5 + 300
    broken, rows = xy.copy(), (np.arange(90) >= 30) & (np.arange(90) < 50)
    flip_pairs(broken, rows, list(COCO17.pairs))
    for t in (29, 30, 49, 50):
        for left, right in COCO17.pairs:
            broken[t, [left, right]] = broken[t, [left, right]].mean(axis=0)
    flips = repair_left_right(broken, score, COCO17, TIME)[2][:, COCO17.index("LShoulder")]
    assert flips[31:49].all() and not flips[:29].any() and not flips[51:].any()


@pytest.mark.parametrize("skeleton", [COCO17, HALPE26, BLAZEPOSE33, H36M17], ids=lambda s: s.name)
def test_every_skeleton_has_parts_that_cover_its_pairs(skeleton):
    body = flip_groups(skeleton)
    assert sorted(p for pairs in body.pairs for p in pairs) == sorted(skeleton.pairs)
    assert all(body.pairs[:6])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_little_to_judge_comes_back_as_it_was(count):
    xy, score = people_walking()
    mended, _, flips = repair_left_right(xy[:count], score[:count], COCO17, TIME[:count])
    assert np.array_equal(mended, xy[:count]) and not flips.any()
    empty = np.full((5, 17, 2), np.nan)
    assert not repair_left_right(empty, np.zeros((5, 17)), COCO17, TIME[:5])[2].any()


def test_wrong_shapes_are_refused():
    xy, score = people_walking()
    with pytest.raises(ValueError, match="xy must have shape"):
        repair_left_right(xy, score, BLAZEPOSE33, TIME)
