"""Live: the detector's size is the most accurate that keeps up, measured at the start."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from app.pipeline.pace import Pace, size_that_keeps_up
from app.protocols import Detector
from detectors.blazepose import BlazePose
from poses.sequences import VideoFrame
from tests.app.stand_ins import StandInDetector
from tests.detectors.blazepose_sizes import need_size

SECONDS = {"lite": 0.008, "full": 0.016, "heavy": 0.070}


class Sized(StandInDetector):
    """A detector of three sizes on a clock that is moved by hand."""

    def __init__(self, clock: Clock, seconds: dict[str, float]) -> None:
        super().__init__()
        self.clock, self.seconds, self.size, self.used = clock, seconds, "heavy", []

    def measure_sizes(self, frame: VideoFrame) -> dict[str, float]:
        self.clock.now += 5 * sum(self.seconds.values())
        return self.seconds

    def use_size(self, size: str) -> None:
        self.size = size
        self.used.append(size)

    def work(self) -> None:
        self.clock.now += self.seconds.get(self.size, 0.02)


@dataclass
class Clock:
    now: float = 100.0
    used: list[str] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now


def follow(seconds: dict[str, float], camera_hz: float, beside_s: float = 0.004, frames: int = 20) -> list[str]:
    """Sizes that were used one after the other while a camera is followed."""
    clock = Clock()
    detector, start = Sized(clock, seconds), clock.now
    pace, seen = Pace(detector, clock), -1
    for index in range(frames):
        clock.now = max(clock.now, start + (seen + 1) / camera_hz)  # waits for the next frame
        seen = int((clock.now - start) * camera_hz + 1e-6)  # the newest; others were dropped
        with pace.frame(VideoFrame(index, clock.now, np.zeros((4, 4, 3), np.uint8)), seen + 1):
            detector.work()
            clock.now += beside_s
    return detector.used


@pytest.mark.parametrize(
    ("camera_hz", "size"), [(10, "heavy"), (13.0, "full"), (30, "full"), (60, "lite"), (240, "lite")]
)
def test_the_most_accurate_size_that_keeps_up_with_the_camera_is_chosen_once(camera_hz: float, size: str) -> None:
    assert follow(SECONDS, camera_hz) == ["lite", size]


def test_what_else_is_done_with_a_frame_counts() -> None:
    assert follow(SECONDS, 30, beside_s=0.020)[-1] == "lite"


def test_a_user_s_own_choice_and_other_detectors_are_left_alone() -> None:
    assert follow({}, 30) == []
    assert follow({"heavy": 0.07}, 30) == []
    plain: Detector = StandInDetector()
    with Pace(plain).frame(VideoFrame(0, 0.0, np.zeros((4, 4, 3), np.uint8)), 1):
        pass


def test_where_nothing_keeps_up_the_fastest_is_taken() -> None:
    assert size_that_keeps_up(SECONDS, 0.001, 0.0) == "lite"


def test_blazepose_measures_its_sizes_and_goes_on_with_another() -> None:
    need_size("lite")
    need_size("heavy")
    frame = VideoFrame(0, 0.0, np.zeros((120, 160, 3), np.uint8))
    detector = BlazePose()
    seconds = detector.measure_sizes(frame)
    assert list(seconds) == ["lite", "full", "heavy"] and seconds["heavy"] > seconds["lite"] > 0
    detector.use_size("lite")
    assert detector.size == "lite" and len(detector.detect(frame)) == 0
    assert BlazePose(size="full").measure_sizes(frame) == {}
    detector.close()
