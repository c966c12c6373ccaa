"""The whole chain with stand-ins: rows, times, steps, cancelling, lifting again."""

from __future__ import annotations

import threading
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.pipeline.analysis import Detections, Settings, Step, analyse, detect_video, lift_detections, lift_steps
from app.pipeline.association import track_people
from app.pipeline.detect import detector_id
from poses.errors import UserError
from poses.motion import Motion
from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton
from poses.skeletons import H36M17
from tests.app.clips import make_clip
from tests.app.stand_ins import FlatLifter, StandInDetector

SIZE = (320, 240)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", range(60), rate=30, size=SIZE)


def motion_of(path: Path, settings: Settings | None = None, **detector: object) -> Motion:
    steps = list(analyse(path, StandInDetector(**detector), FlatLifter(), settings))  # type: ignore[arg-type]
    assert steps[-1].motion is not None
    return steps[-1].motion


def detections_of(path: Path, **detector: object) -> Detections:
    steps = list(detect_video(path, StandInDetector(**detector), Settings()))  # type: ignore[arg-type]
    assert steps[-1].detections is not None
    return steps[-1].detections


def test_every_decoded_frame_has_its_row_with_its_own_time(clip: Path) -> None:
    motion = motion_of(clip)
    np.testing.assert_array_equal(motion.frame, np.arange(60))
    np.testing.assert_allclose(motion.time_s, np.arange(60) / 30, atol=1e-6)
    assert (motion.rate, motion.variable_rate, motion.image_size) == (Fraction(30), False, SIZE)
    assert motion.persons[0].world.present.all()
    assert (motion.detector, motion.lifter) == ("stand_ins", "flat")


def test_steps_count_up_and_show_what_was_just_detected(clip: Path) -> None:
    steps = list(analyse(clip, StandInDetector(), FlatLifter()))
    detect = [s for s in steps if s.stage == "detect" and s.frame is not None]
    assert [s.done for s in detect] == list(range(1, 61)) and {s.total for s in detect} == {60}
    assert all(s.keypoints is not None and len(s.keypoints) == 1 for s in detect)
    assert [s.done for s in steps if s.stage == "lift"][-2:] == [60, 60]
    assert [s.motion is not None for s in steps] == [False] * (len(steps) - 1) + [True]


def test_frames_without_a_person_are_empty_rows(clip: Path) -> None:
    motion = motion_of(clip, present=lambda index: index >= 25)
    person = motion.persons[0]
    for values in (person.world.xyz, person.camera.xyz, person.pose_2d.xy, person.keypoints.xy):
        assert np.isnan(values[:25]).all() and np.isfinite(values[25:]).all()
    assert not person.pose_2d.score[:25].any() and len(motion) == 60


def test_a_short_absence_is_filled_and_flagged_a_long_one_not(clip: Path) -> None:
    motion = motion_of(clip, present=lambda index: not (10 <= index < 14 or 30 <= index < 45))
    person = motion.persons[0]
    assert person.filled[10:14].all() and person.filled.any(axis=1).sum() == 4
    assert np.isfinite(person.world.xyz[10:14]).all() and np.isnan(person.world.xyz[30:45]).all()
    assert np.isnan(person.keypoints.xy[10:14]).all()


def test_nobody_at_all_is_a_motion_without_persons_and_a_warning(clip: Path) -> None:
    motion = motion_of(clip, present=lambda index: False)
    assert motion.persons == () and len(motion) == 60
    assert any("nobody" in warning for warning in motion.warnings)


def test_more_persons_asked_for_than_found_is_a_warning(clip: Path) -> None:
    motion = motion_of(clip, Settings(persons=3))
    assert len(motion.persons) == 1 and any("3 persons" in warning for warning in motion.warnings)


def test_the_lifted_person_stands_upright_and_faces_the_camera(clip: Path) -> None:
    xyz = motion_of(clip).persons[0].world.xyz
    assert (xyz[:, 10, 1] > xyz[:, 0, 1] + 0.3).all() and (xyz[:, 4, 0] > xyz[:, 1, 0]).all()
    assert np.median(xyz[:, [3, 6], 1]) == pytest.approx(0.07, abs=0.02)


def test_a_range_keeps_numbers_and_times_of_the_file(clip: Path) -> None:
    motion = motion_of(clip, Settings(start_s=0.5, end_s=1.0))
    np.testing.assert_array_equal(motion.frame, np.arange(15, 31))
    np.testing.assert_allclose(motion.time_s, np.arange(15, 31) / 30, atol=1e-6)


def test_a_range_without_a_frame_says_what_there_is(clip: Path) -> None:
    with pytest.raises(UserError, match=r"no frame in the chosen range.*0.000 to 1.967"):
        motion_of(clip, Settings(start_s=5))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_shortest_videos(tmp_path: Path, count: int) -> None:
    motion = motion_of(make_clip(tmp_path / "a.mp4", range(count), size=SIZE))
    assert len(motion) == count and np.isfinite(motion.persons[0].world.xyz).all()


def test_another_lifter_lifts_the_same_detections_without_detecting(clip: Path) -> None:
    detections = detections_of(clip)
    for window in (1, 9):
        motion = lift_detections(detections, FlatLifter(window), Settings())
        assert motion.persons[0].world.present.all()


def test_closing_the_generator_stops_detection_and_decoding(clip: Path) -> None:
    detector = StandInDetector()
    steps = analyse(clip, detector, FlatLifter())
    for _ in range(5):
        next(steps)
    steps.close()
    time.sleep(0.1)
    assert len(detector.seen) == 5 and not [t for t in threading.enumerate() if t.name in ("decode", "lift")]


def test_closing_the_generator_stops_lifting(clip: Path) -> None:
    steps = lift_steps(detections_of(clip), FlatLifter(wait_s=0.02), Settings())
    next(steps)
    began = time.monotonic()
    steps.close()
    assert time.monotonic() - began < 0.4
    assert not [t for t in threading.enumerate() if t.name == "lift"]


def test_what_progress_raises_ends_the_lifting(clip: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lift_detections(detections_of(clip), FlatLifter(), Settings(), stop)


def test_an_error_of_the_lifter_comes_out_of_the_generator(clip: Path) -> None:
    class Broken(FlatLifter):
        def lift_sequence(self, xy: object, progress: object = None, step: float = 1) -> np.ndarray:
            raise UserError("no memory")

    with pytest.raises(UserError, match="no memory"):
        list(lift_steps(detections_of(clip), Broken(), Settings()))


def test_tracks_corrected_by_hand_are_taken_as_they_are(clip: Path) -> None:
    detections = detections_of(clip)
    tracks = track_people(detections.keypoints, detections.time_s, detections.skeleton)
    motion = lift_detections(detections, FlatLifter(), Settings(), tracks=[tracks[0], tracks[0]])
    assert len(motion.persons) == 2


def test_a_detector_that_cannot_serve_the_lifter_is_one_clear_line(clip: Path) -> None:
    hands = Skeleton("HANDS", ("LWrist", "RWrist"), (-1, -1), ((0, 1),))

    class Hands(StandInDetector):
        skeleton = hands  # type: ignore[assignment]

        def detect(self, frame: object) -> Keypoints:
            return Keypoints(np.ones((1, 2, 2)), np.ones((1, 2)), np.array([[0.0, 0, 2, 2]]))

    with pytest.raises(UserError, match=r"flat needs .*LFoot.*HANDS"):
        list(analyse(clip, Hands(), FlatLifter()))


def test_joints_never_seen_are_lifted_from_a_guess_but_stay_missing_in_2d(clip: Path) -> None:
    class WithoutAnkles(StandInDetector):
        def detect(self, frame: VideoFrame) -> Keypoints:
            found = super().detect(frame)
            xy, score = found.xy.copy(), found.score.copy()
            xy[:, [3, 6]], score[:, [3, 6]] = np.nan, 0.0
            return Keypoints(xy, score, found.boxes)

    motion = list(analyse(clip, WithoutAnkles(), FlatLifter()))[-1].motion
    whole = motion_of(clip)
    assert motion is not None
    person, other = motion.persons[0], whole.persons[0]
    assert person.world.present.all() and np.isnan(person.pose_2d.xy[:, [3, 6]]).all()
    assert not person.pose_2d.score[:, [3, 6]].any() and not person.filled.any()
    height = [np.median(p.world.xyz[:, 10, 1] - p.world.xyz[:, 3, 1]) for p in (person, other)]
    assert height[0] == pytest.approx(height[1], rel=0.1)


def test_settings_refuse_what_makes_no_sense() -> None:
    for wrong in ({"persons": 0}, {"start_s": 2.0, "end_s": 1.0}, {"smoothing_hz": -1.0}, {"focal": 0.0}):
        with pytest.raises(UserError):
            Settings(**wrong)  # type: ignore[arg-type]


def test_a_variable_rate_runs_through_to_the_end(tmp_path: Path) -> None:
    ticks = [0, 33, 67, 200, 233, 267, 500, 533, 567, 600, 633, 667]
    motion = motion_of(make_clip(tmp_path / "a.mkv", range(12), rate=30, size=SIZE, ticks=ticks))
    assert motion.variable_rate
    np.testing.assert_allclose(motion.time_s, np.array(ticks) / 1000, atol=1e-9)


def test_steps_are_small_and_immutable() -> None:
    with pytest.raises(AttributeError):
        Step("detect", 0, 0).done = 1  # type: ignore[misc]
    assert len(H36M17) == 17


def test_the_id_of_a_detector_is_its_file() -> None:
    from detectors._blazepose.solutions import SolutionsPose
    from detectors.blazepose import BlazePose

    assert {detector_id(BlazePose()), detector_id(SolutionsPose.__new__(SolutionsPose))} == {"blazepose"}
