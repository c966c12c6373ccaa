"""Maps are made of what somebody looks at, and never in more than a tenth of the time."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.gui import jobs
from app.gui.frame_maps import compute_window_maps
from app.gui.live_pose import MAPS_SHARE, LiveMaps, LivePose
from app.gui.main_window import MainWindow
from app.gui.worker import LatestAnswer
from app.pipeline.settings import Settings
from app.unfinished import PartialDetections
from poses.arrays import FloatArray
from poses.maps import LiftMap
from poses.skeletons import H36M17
from tests.app.clips import make_clip
from tests.app.gui.conftest import MakeWindow, analyse
from tests.app.gui.stand_ins import StandInDetector, StandInLifter

FRAME_S, STEP_S, STEPS = 0.04, 0.015, 51
POSE = LivePose((), np.zeros((9, 17, 2)))


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class SlowMaps(StandInLifter):
    """Two maps: one of a single step, one of many; every step takes STEP_S by the clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__("slow", H36M17)
        self._clock, self.steps, self.closed = clock, 0, 0

    @property
    def map_names(self) -> tuple[str, ...]:
        return ("quick", "long")

    def map_steps(self, window: FloatArray, name: str) -> Generator[None, None, LiftMap]:
        self.mapped.append(name)
        try:
            for _ in range(STEPS if name == "long" else 1):
                self._clock.now += STEP_S
                self.steps += 1
                yield
        except GeneratorExit:
            self.closed += 1
            raise
        return LiftMap(name, np.ones((17, 17)), ("target_joint", "source_joint"))


def drive(maps: LiveMaps, lifter: SlowMaps, clock: Clock, frames: int) -> list[str]:
    """Names of the maps that came while `frames` were detected."""
    came = []
    for frame in range(frames):
        clock.now += FRAME_S
        found = maps.of(POSE, frame, lifter)
        if found is not None and found.map is not None:
            came.append(found.map.name)
    return came


@pytest.mark.parametrize("wanted", ["quick", "long"])
def test_maps_take_a_tenth_of_the_time_at_most(wanted: str) -> None:
    clock = Clock()
    lifter, start = SlowMaps(clock), clock.now
    came = drive(LiveMaps(lambda: wanted, clock), lifter, clock, 1000)
    spent, whole = lifter.steps * STEP_S, clock.now - start
    assert spent <= MAPS_SHARE * whole + STEP_S
    assert wanted == "quick" or spent > 0.7 * MAPS_SHARE * whole, "what may be used is used"
    assert set(came) == {wanted} and len(came) >= (2 if wanted == "quick" else 1)


def test_what_nobody_looks_at_is_not_made_and_what_was_begun_is_dropped() -> None:
    clock, wanted = Clock(), ["long"]
    lifter = SlowMaps(clock)
    maps = LiveMaps(lambda: wanted[0], clock)  # type: ignore[arg-type]
    drive(maps, lifter, clock, 20)
    assert lifter.mapped == ["long"] and not lifter.closed
    wanted[0] = None  # type: ignore[call-overload]
    steps = lifter.steps
    assert drive(maps, lifter, clock, 200) == [] and lifter.steps == steps and lifter.closed == 1
    wanted[0] = ""
    assert set(drive(maps, lifter, clock, 50)) == {"quick"}, "the one to begin with"
    wanted[0] = "long"
    drive(maps, lifter, clock, 20)
    wanted[0] = "quick"
    assert set(drive(maps, lifter, clock, 100)) == {"quick"} and lifter.closed > 1


def test_time_in_which_nobody_looked_is_not_saved_up() -> None:
    clock = Clock()
    lifter = SlowMaps(clock)
    maps = LiveMaps(lambda: "long", clock)
    drive(maps, lifter, clock, 1)
    clock.now += 3600
    before = lifter.steps
    maps.of(POSE, 1, lifter)
    assert (lifter.steps - before) * STEP_S <= MAPS_SHARE + STEP_S


def test_an_analysis_makes_the_map_in_sight_and_no_other(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", range(40), size=(320, 240))
    lifter = StandInLifter("flat", H36M17)

    def reports(wanted: str | None) -> list[jobs.Report]:
        maps = LiveMaps(lambda: wanted)
        return list(jobs.analysis(clip, StandInDetector, lambda: lifter, Settings(), PartialDetections(), maps))

    assert not any(report.frame_maps for report in reports(None)) and not lifter.mapped
    assert any(report.frame_maps for report in reports("channel weights"))
    assert set(lifter.mapped) == {"channel weights"}


def test_a_lifter_without_that_map_shows_the_one_to_begin_with() -> None:
    lifter = StandInLifter("flat", H36M17)
    steps = compute_window_maps(np.zeros((9, 17, 2)), 1, 3, lifter, "adjacency")
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    assert end.value.value.map.name == "spatial attention"


def test_an_answer_in_steps_is_left_off_when_nobody_waits_for_it(qtbot: QtBot) -> None:
    newest, closed = LatestAnswer(), []
    answers: list[object] = []

    def endless() -> Generator[None, None, str]:
        try:
            while True:
                yield
        finally:
            closed.append(True)

    first = newest.ask(endless, answers.append, answers.append)
    qtbot.wait(50)
    first.end()
    newest.ask(lambda: "second", answers.append, answers.append)
    qtbot.waitUntil(lambda: answers == ["second"], timeout=5000)
    third = newest.ask(endless, answers.append, answers.append)
    qtbot.wait(50)
    third.end()
    assert newest.wait_idle(5) and len(closed) == 2
    newest.close()


@pytest.mark.gui
def test_only_the_map_in_sight_is_made_while_a_window_analyses(
    make_window: MakeWindow, clip: Path, qtbot: QtBot
) -> None:
    window = make_window(video=clip, wait_s=0.02)

    def made() -> list[str]:
        lifter = window.catalogue.lifter("flat", "worker")._lifter  # type: ignore[attr-defined]
        lifter.mapped.clear()
        analyse(window, qtbot)
        return list(lifter.mapped)

    window.open_dock("attention")
    assert set(made()) == {"spatial attention"}
    choose(window, "temporal attention", qtbot)
    assert set(made()) == {"temporal attention"}
    window.open_dock("joints")  # the other one lies behind it
    assert made() == []
    window.open_dock("attention")
    window.analysis.set_live(False)
    assert made() == [], "live views are off"
    window.analysis.set_live(True)
    window.docks["attention"].hide()
    assert made() == []


def choose(window: MainWindow, name: str, qtbot: QtBot) -> None:
    """Take another map from the list, and wait until it is in sight."""
    view = window.docks["attention"].content
    qtbot.waitUntil(lambda: view.shown_map is not None, timeout=10000)  # type: ignore[union-attr]
    view._choose.setCurrentIndex(view._choose.findData(name))  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: view.shown_map is not None and view.shown_map.name == name, timeout=10000)  # type: ignore[union-attr]


@pytest.mark.gui
def test_another_map_is_made_when_it_is_chosen(analysed: MainWindow, qtbot: QtBot) -> None:
    analysed.open_dock("attention")
    lifter = analysed.catalogue.lifter("flat", "maps")._lifter  # type: ignore[attr-defined]
    choose(analysed, "channel weights", qtbot)
    assert set(lifter.mapped) == {"spatial attention", "channel weights"}
    analysed.player.go(7)
    qtbot.waitUntil(lambda: analysed.view_controller.frame_view.frame == 7, timeout=5000)
    choose(analysed, "channel weights", qtbot)
    assert lifter.mapped[-1] == "channel weights", "the choice stays from frame to frame"
