"""Tracks: identities through crossings and absences, the main person, corrections by hand."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest

from app.pipeline import association
from app.pipeline.detect import Detections
from app.pipeline.main_people import select_people
from app.pipeline.settings import Settings
from poses.errors import UserError
from poses.sequences import Keypoints
from poses.skeletons import COCO17
from tests.app.walkers import film, idf1, switches, walker

TIME = np.arange(90) / 30


def followed(people, seed=0, time_s=TIME, **options):
    keypoints, rows = film(people, seed, **options)
    return association.track_people(keypoints, time_s, COCO17), keypoints, rows


def crossing(offset=0.0):
    near = walker(TIME, (100, 400), 200, 400)
    far = walker(TIME, (700, 380 + offset), -200, 340, phase=1)
    return [near, far]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("hidden", [0.1, 0.5, 2.0])
def test_two_people_who_cross_keep_their_tracks(seed, hidden):
    tracks, _, rows = followed(crossing(), seed, hidden=hidden)
    assert len(tracks) == 2
    assert switches(tracks, rows) == 0
    assert idf1(tracks, rows) == 1.0


def test_three_people_at_different_speeds_keep_their_tracks():
    people = [
        walker(TIME, (50, 400), 260, 420),
        walker(TIME, (400, 390), 20, 360, 2),
        walker(TIME, (900, 380), -240, 300),
    ]
    tracks, _, rows = followed(people, hidden=0.6)
    assert switches(tracks, rows) == 0
    assert idf1(tracks, rows) > 0.95


def test_identity_metrics_see_an_exchange():
    tracks, keypoints, rows = followed(crossing())
    wrong = association.swap_identities(tracks, 0, 1, 30, keypoints)
    assert switches(wrong, rows) == 2
    assert idf1(wrong, rows) < 0.75


def test_a_person_who_is_away_for_a_second_comes_back_as_the_same():
    keypoints, _ = film([walker(TIME, (100, 400), 60, 400)])
    holed = [k if not 30 <= t < 58 else Keypoints.none(17) for t, k in enumerate(keypoints)]
    tracks = association.track_people(holed, TIME, COCO17)
    assert [len(t.frames) for t in tracks] == [62]


def test_somebody_else_elsewhere_after_an_absence_is_another_track():
    first, second = walker(TIME, (100, 400), 0, 400), walker(TIME, (900, 300), 0, 200)
    keypoints, _ = film([np.where((np.arange(90) < 40)[:, None, None], first, second)])
    holed = [k if not 40 <= t < 50 else Keypoints.none(17) for t, k in enumerate(keypoints)]
    assert len(association.track_people(holed, TIME, COCO17)) == 2


def test_every_person_of_every_frame_belongs_to_one_track():
    tracks, keypoints, _ = followed(crossing(), hidden=0.3)
    for t, found in enumerate(keypoints):
        assert sorted(k.person[t] for k in tracks if k.person[t] >= 0) == list(range(len(found)))


def test_a_detector_that_exchanges_left_and_right_does_not_change_the_person():
    keypoints, _ = film(crossing())
    mirrored = [
        Keypoints(k.xy[:, list(COCO17.mirror)], k.score, k.boxes) if 20 <= t < 60 else k
        for t, k in enumerate(keypoints)
    ]
    plain, wrong = (association.track_people(k, TIME, COCO17) for k in (keypoints, mirrored))
    assert [t.person.tolist() for t in plain] == [t.person.tolist() for t in wrong]


def test_nobody_at_all_gives_no_tracks():
    assert association.track_people([Keypoints.none(17)] * 5, np.arange(5) / 30, COCO17) == []
    assert association.track_people([], np.empty(0), COCO17) == []


def test_a_meeting_is_listed_as_a_suspect_switch_and_people_far_apart_are_not():
    tracks, keypoints, _ = followed(crossing(), hidden=2.0)
    listed = association.suspect_switches(tracks, keypoints, TIME)
    assert [(s.a, s.b) for s in listed] == [(0, 1)]
    assert 45 <= listed[0].frame <= 60
    apart, keypoints, _ = followed([walker(TIME, (100, 400), 0, 300), walker(TIME, (700, 400), 0, 300)])
    assert association.suspect_switches(apart, keypoints, TIME) == []


def test_somebody_who_comes_back_beside_another_is_a_suspect_and_one_who_comes_back_alone_is_not():
    tracks, keypoints, rows = followed(crossing(), hidden=0.4)
    back = int(np.flatnonzero(np.diff((rows[:, 1] >= 0).astype(int)) > 0)[0]) + 1
    listed = association.suspect_switches(tracks, keypoints, TIME)
    assert len(listed) == 1 and back <= listed[0].frame <= back + 3
    alone, _ = film([walker(TIME, (100, 400), 0, 300), walker(TIME, (700, 400), 0, 300)])
    holed = [Keypoints(k.xy[:1], k.score[:1], k.boxes[:1]) if 30 <= t < 40 else k for t, k in enumerate(alone)]
    assert association.suspect_switches(association.track_people(holed, TIME, COCO17), holed, TIME) == []


def test_a_run_names_the_frames_in_which_people_may_have_been_exchanged():
    keypoints, _ = film(crossing(), hidden=2.0)
    detections = Detections(
        "a.mp4", np.arange(100, 190), TIME, Fraction(30), False, (900, 800), COCO17, "stand_in", tuple(keypoints)
    )
    people, warnings = select_people(detections, Settings(persons=2))
    assert len(people) == 2
    (warning,) = [w for w in warnings if "exchanged" in w]
    frame = int(re.search(r"persons 1 and 2 in frame (\d+)", warning)[1])
    assert 145 <= frame <= 160
    corrected = association.track_people(keypoints, TIME, COCO17)
    assert not any("exchanged" in w for w in select_people(detections, Settings(persons=2), corrected)[1])


def test_the_detectors_own_3d_follows_the_person_and_the_repair_of_sides():
    xy = np.tile(walker(TIME, (100, 400), 60, 400)[:, None], (1, 2, 1, 1)) + np.array([0, 400])[None, :, None, None]
    world = np.random.default_rng(0).normal(size=(90, 2, 17, 3))
    box = np.tile([0.0, 0, 1, 1], (2, 1))
    keypoints = [Keypoints(xy[t], np.ones((2, 17)), box, world[t]) for t in range(90)]
    keypoints[5] = Keypoints(xy[5], np.ones((2, 17)), box)
    person = np.where(np.arange(90) < 50, 0, 1)
    person[80:] = -1
    one = association.make_track(person, keypoints)
    swapped = np.zeros((90, 17), dtype=bool)
    swapped[10:20, [COCO17.index("LWrist"), COCO17.index("RWrist")]] = True
    own = association.world_landmarks(one, keypoints, COCO17, swapped)
    left, right = COCO17.index("LWrist"), COCO17.index("RWrist")
    assert np.array_equal(own[10:20, left], world[10:20, 0, right])
    assert np.array_equal(own[10:20, right], world[10:20, 0, left])
    rest = np.setdiff1d(np.arange(80), [5, *range(10, 20)])
    assert np.array_equal(own[rest], world[rest, person[rest]])
    assert np.isnan(own[80:]).all() and np.isnan(own[5]).all()


def test_the_main_person_is_large_in_the_middle_and_steady():
    size = (1000, 800)
    main, small = walker(TIME, (500, 400), 0, 500), walker(TIME, (500, 250), 0, 120)
    aside = walker(TIME, (60, 400), 0, 500)
    for other in (small, aside):
        tracks, keypoints, _ = followed([other, main], hidden=2.0)
        best = association.choose_main(tracks, keypoints, size, 1)[0]
        assert abs(keypoints[0].xy[best.person[0]].mean(axis=0)[0] - 500) < 30
        assert keypoints[0].boxes[best.person[0]][3] > 600
    brief = [
        k if t % 9 < 3 or len(k) < 2 else Keypoints(k.xy[:1], k.score[:1], k.boxes[:1]) for t, k in enumerate(keypoints)
    ]
    assert len(association.choose_main(association.track_people(brief, TIME, COCO17), brief, size, 5)) >= 2


def test_a_person_as_a_sequence_is_empty_where_absent():
    keypoints, _ = film([walker(TIME, (100, 400), 60, 400)])
    holed = [k if not 30 <= t < 40 else Keypoints.none(17) for t, k in enumerate(keypoints)]
    (only,) = association.track_people(holed, TIME, COCO17)
    sequence = association.pose_sequence(only, holed, TIME, (800, 600), COCO17)
    assert np.isnan(sequence.xy[30:40]).all() and (sequence.score[30:40] == 0).all()
    assert np.array_equal(sequence.xy[10], keypoints[10].xy[0])


def test_corrections_do_what_they_say_and_leave_the_input_alone():
    tracks, keypoints, _ = followed(crossing(), hidden=2.0)
    before = [t.person.tolist() for t in tracks]
    swapped = association.swap_identities(tracks, 0, 1, 40, keypoints)
    assert swapped[0].person[40:].tolist() == before[1][40:] and swapped[0].person[:40].tolist() == before[0][:40]
    assert [t.person.tolist() for t in association.swap_identities(swapped, 0, 1, 40, keypoints)] == before
    parts = association.split(tracks, 0, 40, keypoints)
    assert [len(t.frames) for t in parts] == [40, 90, 50]
    assert [t.person.tolist() for t in association.merge(parts, 0, 2, keypoints)] == before
    assert association.rename(tracks, 1, "Anna")[1].name == "Anna"
    assert [t.person.tolist() for t in tracks] == before


def test_impossible_corrections_say_why():
    tracks, keypoints, _ = followed(crossing(), hidden=2.0)
    with pytest.raises(UserError, match="never there at once"):
        association.merge(tracks, 0, 1, keypoints)
    with pytest.raises(UserError, match="inside the time"):
        association.split(tracks, 0, 0, keypoints)
    with pytest.raises(UserError, match="there is no track 3"):
        association.swap_identities(tracks, 0, 2, 10, keypoints)
    with pytest.raises(UserError, match="there is no track 0"):
        association.rename(tracks, -1, "Anna")
    with pytest.raises(UserError, match="one of the 90 of the tracks, got -1"):
        association.swap_identities(tracks, 0, 1, -1, keypoints)
    with pytest.raises(UserError, match="two different tracks"):
        association.merge(tracks, 1, 1, keypoints)
