"""What the window does beside an analysis stays within its share of the time."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.gui import live_pose, worker
from app.gui.allowance import OWED_S, SAVED_S, Allowance
from app.gui.job_runner import JobRunner
from app.gui.jobs import Report
from app.gui.live_pose import LivePose, LivePoses
from app.gui.thumbnails import Thumbnails
from app.gui.worker import Worker
from app.pipeline.thumbnails import ThumbnailReader
from app.pipeline.video import probe
from app.session.request import Request
from poses.skeletons import COCO17, H36M17
from tests.app.gui.stand_ins import StandInLifter
from tests.app.gui.test_map_budget import Clock


def test_an_allowance_is_a_share_of_the_time() -> None:
    clock = Clock()
    allowance, spent, start = Allowance(0.1, clock), 0.0, clock.now
    assert not allowance.there(), "it begins with nothing"
    for _ in range(2000):
        clock.now += 0.02
        if allowance.there():
            clock.now += 0.03
            allowance.spend(0.03)
            spent += 0.03
    assert 0.09 < spent / (clock.now - start) <= 0.101


def test_an_allowance_neither_saves_up_nor_owes_for_long() -> None:
    clock = Clock()
    allowance = Allowance(0.1, clock)
    clock.now += 3600
    assert allowance.there()
    allowance.spend(0.1 * SAVED_S)
    assert not allowance.there(), "an hour in which nothing was wanted is not saved up"
    allowance.spend(60.0)
    waited = 0
    while not allowance.there():
        clock.now += 0.1
        waited += 1
    assert waited * 0.1 < OWED_S + 0.2


def test_a_whole_share_has_no_limit() -> None:
    """A camera's few frames are shown, whatever the window had to do before."""
    allowance = Allowance(1.0, Clock())
    allowance.spend(60.0)
    assert allowance.there()


class Counted:
    """An allowance that is there `times` times."""

    def __init__(self, times: int) -> None:
        self.times, self.spent = times, 0

    def there(self) -> bool:
        self.times -= 1
        return self.times >= 0

    def spend(self, seconds: float) -> None:
        assert seconds >= 0
        self.spent += 1


def test_a_window_gets_no_report_that_its_share_of_the_time_does_not_allow(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Counted] = []

    def allow(share: float) -> Counted:
        assert 0 < share < 0.1
        made.append(Counted(2))
        return made[-1]

    monkeypatch.setattr(worker, "Allowance", allow)
    monkeypatch.setattr(worker, "REPORT_INTERVAL_S", 0.0)
    monkeypatch.setattr(worker, "LONGEST_S", 1e9)
    jobs = Worker()
    reports: list[object] = []
    ends: list[object] = []

    def steps() -> Generator[int, None, str]:
        for n in range(40):
            time.sleep(0.005)
            yield n
        return "done"

    jobs.start_job(Request(), steps, reports.append, ends.append, ends.append)
    qtbot.waitUntil(lambda: bool(ends), timeout=10000)
    jobs.close()
    assert len(reports) <= 2 and made[-1].spent == len(reports), "its work is accounted for"


def drive(poses: LivePoses, clock: Clock, frames: int) -> None:
    for frame in range(frames):
        clock.now += 0.04
        poses.see(frame, (), (), COCO17, StandInLifter("flat", H36M17), (320, 240))


@pytest.mark.parametrize(("cost_s", "least", "most"), [(0.001, 60, 70), (0.1, 3, 4), (0.5, 1, 3)])
def test_a_slow_lifter_is_asked_for_fewer_live_poses(
    monkeypatch: pytest.MonkeyPatch, cost_s: float, least: int, most: int
) -> None:
    clock, lifted = Clock(), []

    def lift(*_: object) -> LivePose:
        clock.now += cost_s
        lifted.append(clock.now)
        return LivePose()

    monkeypatch.setattr(live_pose, "live_pose", lift)
    poses = LivePoses(0.03, clock)
    drive(poses, clock, 200)  # eight seconds
    assert least <= len(lifted) <= most
    assert poses.frame > 0


def test_thumbnails_are_not_decoded_beside_an_analysis_but_taken_from_it(
    clip: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(name: str) -> Callable[..., object]:
        whole = getattr(ThumbnailReader, name)

        def call(self: ThumbnailReader, wanted: Sequence[int], budget_s: float) -> object:
            read.append(name)
            return whole(self, wanted, budget_s)

        return call

    for name in ("keyframes", "frames"):
        monkeypatch.setattr(ThumbnailReader, name, counted(name))
    thumbnails = Thumbnails()
    thumbnails.set_video(probe(clip), 30)
    thumbnails.pause(True)
    thumbnails.want((0, 20), 2)
    thumbnails.offer(21, np.full((240, 320, 3), 200, dtype=np.uint8))
    thumbnails.offer(12, np.zeros((240, 320, 3), dtype=np.uint8))
    picture = thumbnails.picture(20)
    assert picture is not None and (picture.width(), picture.height()) == (40, 30)
    assert picture.pixelColor(5, 5).red() == 200 and thumbnails.picture(12) is None and not read
    thumbnails.pause(False)
    qtbot.waitUntil(lambda: thumbnails.picture(0) is not None, timeout=10000)
    assert read
    thumbnails.close()


def test_the_time_left_of_an_analysis_counts_a_lifting_that_lags_behind(qtbot: QtBot) -> None:
    runner, left = JobRunner(), []
    runner.reported.connect(lambda _report, left_s: left.append(left_s))
    clock = Clock()
    runner._pace._clock = runner._lifting._clock = clock
    for done in range(0, 101):
        clock.now += 0.1
        runner._report(Report("Detecting", done, 1000, lifted=done // 20 * 10))
    assert left[10] == -1, "a second is too little to tell"
    assert left[-1] == pytest.approx(190, rel=0.1), "the lifting takes twice as long"
    runner.close()
