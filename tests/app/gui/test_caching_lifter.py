"""What was lifted once is not lifted again: before a correction, after its undo, beside the detection."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from app.edits import Edit, Move, apply_edits
from app.gui import jobs
from app.gui.caching_lifter import CachingLifter
from app.gui.frame_maps import compute_frame_maps, window_at
from app.gui.live_pose import LiveMaps, live_pose
from app.pipeline.analysis import Settings, lift_detections
from app.pipeline.lift import CHUNK, normalised_segments
from app.protocols import ChunkLifter
from app.unfinished import PartialDetections
from poses.maps import finished
from poses.motion import Motion
from poses.skeletons import COCO17, H36M17
from poses.windows import cut_windows
from tests.app.clips import make_clip
from tests.app.gui.stand_ins import StandInDetector, StandInLifter
from tests.app.gui.test_edits import detections
from tests.app.test_speculative import FRAMES, PartFlatLifter, Troubled, assert_same, wait_for

WRIST = COCO17.index("LWrist")


def lifted(lifter: CachingLifter | StandInLifter, *edits: Edit) -> Motion:
    found, tracks = apply_edits(detections(100), Settings(), edits)
    return lift_detections(found, lifter, Settings(), None, tracks)


def test_only_parts_that_see_a_change_are_lifted_again() -> None:
    inner = StandInLifter("flat", H36M17)
    lifter = CachingLifter(inner)
    first = lifted(lifter)
    assert inner.lifted == lifter.lifted == 100
    change = Move(0, 50, WRIST, 100.0, 100.0)
    assert_same(lifted(lifter, change), lifted(StandInLifter("flat", H36M17), change))
    assert inner.lifted == lifter.lifted == 100 + CHUNK
    assert_same(lifted(lifter), first)
    assert inner.lifted == 100 + CHUNK, "what was known before an undo is known after it"


def test_a_part_sees_as_far_as_its_windows() -> None:
    """A window of the stand-in is 9 frames wide."""
    lifter = CachingLifter(StandInLifter("flat", H36M17))
    lifted(lifter)
    lifted(lifter, Move(0, 2 * CHUNK - 4, WRIST, 100.0, 100.0))
    assert lifter.lifted == 100 + 2 * CHUNK
    lifted(lifter, Move(0, 2 * CHUNK - 5, WRIST, 100.0, 100.0))
    assert lifter.lifted == 100 + 3 * CHUNK


def test_windows_of_a_part_are_those_of_the_whole_sequence() -> None:
    inner = PartFlatLifter(window=9)
    xy = np.random.default_rng(0).normal(size=(50, 17, 2))
    plain = StandInLifter("flat", H36M17)
    plain.lift = inner.lift  # type: ignore[method-assign]
    for lifter in (CachingLifter(plain), CachingLifter(inner)):
        for step in (1, 3, 1 / 3):
            whole = inner.lift_chunk(xy, 0, 50, step=step)
            for start, stop in ((0, 50), (0, 7), (3, 20), (30, 50), (49, 50)):
                np.testing.assert_array_equal(lifter.lift_chunk(xy, start, stop, step=step), whole[start:stop])


@pytest.mark.parametrize(("hz", "step"), [(10.0, 3), (75.0, 1 / 3)])
def test_maps_are_of_the_window_that_was_lifted(hz: float, step: float) -> None:
    """25 frames a second, for a lifter of 10 or 75."""
    lifter, found = PartFlatLifter(5, window_hz=hz), detections(100)
    motion = lift_detections(found, lifter, Settings())
    run = next(normalised_segments(motion.persons[0].pose_2d, lifter, Settings()))
    windows = cut_windows(run.screen, 5, step)
    for frame in (0, 4, 50, 99):
        found_there = window_at(motion, 0, frame, lifter, Settings())
        assert found_there is not None and found_there[1] == step
        np.testing.assert_allclose(found_there[0], windows[frame], atol=1e-9)
    frame_maps = finished(compute_frame_maps(motion, 0, 50, lifter, Settings()))
    assert frame_maps is not None and (frame_maps.window, frame_maps.step) == (5, step)


@pytest.mark.parametrize(("hz", "step"), [(10.0, 3), (75.0, 1 / 3)])
def test_live_windows_are_cut_at_the_rate_that_the_lifter_is_for(hz: float, step: float) -> None:
    lifter, found = PartFlatLifter(5, window_hz=hz), detections(40)
    times = list(found.time_s)
    pose = live_pose(found.keypoints, times, found.skeleton, lifter, found.image_size)
    motion = lift_detections(found, lifter, Settings())
    expected = window_at(motion, 0, 39, lifter, Settings())
    assert pose.step == step and pose.window is not None and expected is not None
    np.testing.assert_allclose(pose.window, expected[0], atol=1e-9)
    slow = live_pose(found.keypoints, [4 * t for t in times], found.skeleton, lifter, found.image_size)
    assert (
        slow.step == (1 if step == 3 else 1 / 12)
        and slow.window is not None
        and np.abs(slow.window - pose.window).max() > 1e-4
    )


def test_what_was_used_least_recently_is_forgotten_first() -> None:
    lifter = CachingLifter(StandInLifter("flat", H36M17), kept=20)
    a, b, c = np.random.default_rng(0).normal(size=(3, 10, 17, 2))
    for xy in (a, b, a, c):
        lifter.lift_sequence(xy)
    assert lifter.lifted == 30
    lifter.lift_sequence(a)
    assert lifter.lifted == 30
    lifter.lift_sequence(b)
    assert lifter.lifted == 40


def test_what_is_remembered_cannot_be_changed_from_outside() -> None:
    lifter = CachingLifter(StandInLifter("flat", H36M17))
    with pytest.raises(ValueError, match="read-only"):
        lifter.lift_sequence(np.zeros((5, 17, 2)))[0] = 1.0


@pytest.mark.parametrize("persons", [1, 2])
def test_an_analysis_lifts_beside_the_detection_what_it_would_lift_after_it(tmp_path: Path, persons: int) -> None:
    clip = make_clip(tmp_path / "clip.mp4", range(FRAMES), rate=30, size=(320, 240))
    inner, settings = PartFlatLifter(), Settings(persons=persons)
    lifter = CachingLifter(inner)
    assert isinstance(lifter, ChunkLifter)
    detector = Troubled(lambda: inner.early > 0)
    job = jobs.analysis(clip, lambda: detector, lambda: lifter, settings, PartialDetections(), LiveMaps(lambda: None))
    texts = []
    try:
        while True:
            texts.append(next(job).text)
    except StopIteration as end:
        found, motion = end.value
    assert texts[:2] == ["Loading the detector", "Loading the lifter"] and texts[-1] == "Lifting to 3D"
    assert detector.closed
    assert_same(motion, lift_detections(found, PartFlatLifter(), settings))
    before = inner.frames
    assert_same(lift_detections(found, lifter, settings), motion)
    assert inner.frames == before, "changing the settings and back, or an undo, lifts nothing again"


def test_every_report_brings_the_newest_pose_and_maps(tmp_path: Path) -> None:
    """The window gets twenty reports a second and the others are dropped: whichever they are, 3D is in sight."""
    clip = make_clip(tmp_path / "clip.mp4", range(40), size=(320, 240))
    lifter = StandInLifter("flat", H36M17)
    job = jobs.analysis(clip, StandInDetector, lambda: lifter, Settings(), PartialDetections(), LiveMaps(lambda: ""))
    reports = [report for report in job if report.frame_view is not None]
    assert len(reports) == 40
    for report in reports:
        assert report.frame_view is not None and report.frame_view.poses_2d and report.frame_view.poses_3d
    first = next(n for n, report in enumerate(reports) if report.frame_maps is not None)
    assert first < 20 and all(report.frame_maps is not None for report in reports[first:])


def test_a_cancelled_analysis_ends_the_lifting_beside_it(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", range(FRAMES), rate=30, size=(320, 240))
    inner = PartFlatLifter(wait_s=0.02)
    detector = Troubled(lambda: True)
    partial = PartialDetections()
    job = jobs.analysis(
        clip, lambda: detector, lambda: CachingLifter(inner), Settings(), partial, LiveMaps(lambda: None)
    )
    while not inner.parts:
        next(job)
    job.close()
    assert wait_for(lambda: not {t.name for t in threading.enumerate()} & {"decode", "lift", "lift early"}, 5)
    assert detector.closed and 0 < len(partial.keypoints) <= FRAMES
