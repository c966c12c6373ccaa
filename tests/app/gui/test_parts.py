"""The parts under the window that know little or nothing of Qt."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.actions import COMMANDS, KEYS, MENUS
from app.gui.curves import angles_of, speed
from app.gui.log import ErrorHook, describe, start_log, stop_log
from app.gui.panels.notice import Notices
from app.gui.panels.status import time_left
from app.gui.preferences import Preferences
from app.gui.views.plot_view import LINE_COLOURS
from app.gui.worker import LatestAnswer, Worker
from app.session.request import Request
from poses.angles import joint_angles
from poses.errors import UserError
from poses.sequences import PoseSequence3D, Space
from poses.skeletons import H36M17

pytestmark = pytest.mark.gui


class Listener:
    """Whoever asked."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, object]] = []

    def report(self, value: object) -> None:
        self.heard.append(("report", value))

    def finish(self, value: object) -> None:
        self.heard.append(("finish", value))

    def fail(self, value: object) -> None:
        self.heard.append(("fail", value))

    def start(self, worker: Worker, steps: Callable[[], Generator]) -> Request:
        request = Request()
        worker.start_job(request, steps, self.report, self.finish, self.fail)
        return request


def test_a_job_reports_at_most_twenty_times_a_second(qtbot: QtBot) -> None:
    worker = Worker()
    listener = Listener()

    def steps() -> Generator[int, None, str]:
        for n in range(400):
            time.sleep(0.001)
            yield n
        return "done"

    start = time.monotonic()
    listener.start(worker, steps)
    qtbot.waitUntil(lambda: bool(listener.heard) and listener.heard[-1][0] == "finish", timeout=10000)
    reports = [h for h in listener.heard if h[0] == "report"]
    assert 3 <= len(reports) <= 20 * (time.monotonic() - start) + 1 and listener.heard[-1][1] == "done"
    worker.close()


def test_a_new_job_ends_the_one_before_and_cleans_it_up(qtbot: QtBot) -> None:
    worker = Worker()
    listener = Listener()
    closed: list[bool] = []

    def forever() -> Generator[int, None, None]:
        try:
            while True:
                time.sleep(0.005)
                yield 0
        finally:
            closed.append(True)

    def quick() -> Generator[int, None, int]:
        yield 1
        return 7

    first = listener.start(worker, forever)
    qtbot.wait(50)
    first.end()
    listener.start(worker, quick)
    qtbot.waitUntil(lambda: ("finish", 7) in listener.heard, timeout=5000)
    assert closed == [True]
    assert [h for h in listener.heard if h[0] == "finish"] == [("finish", 7)]
    worker.close()
    assert not worker.isRunning()


def test_what_a_job_raises_comes_as_the_error_itself(qtbot: QtBot) -> None:
    worker = Worker()
    listener = Listener()
    error = UserError("mend it")

    def bad() -> Generator[int, None, None]:
        yield 1
        raise error

    listener.start(worker, bad)
    qtbot.waitUntil(lambda: any(h[0] == "fail" for h in listener.heard), timeout=5000)
    assert listener.heard[-1][1] is error
    worker.close()


def test_of_many_questions_the_newest_is_answered(qtbot: QtBot) -> None:
    thread = LatestAnswer()
    listener = Listener()
    asked: list[int] = []

    def question(n: int) -> int:
        asked.append(n)
        time.sleep(0.05)
        return n

    for n in range(30):
        thread.ask(lambda n=n: question(n), listener.finish, listener.fail)
        time.sleep(0.002)
    qtbot.waitUntil(lambda: bool(listener.heard) and listener.heard[-1][1] == 29, timeout=5000)
    assert len(asked) < 10
    thread.close()


def test_damaged_settings_give_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "settings.ini"
    path.write_bytes(b"[General]\ntheme=@Variant(\\0\\0\\0\\x7f\\0\\0)\nrecent=17\nlayout=junk\n\xff\xfe[[[")
    found = Preferences(QSettings(str(path), QSettings.Format.IniFormat))
    assert found.recent() == [] and found.state("layout").isEmpty()
    assert isinstance(found.text("theme", "system"), str)


def test_recent_files_are_newest_first_once_and_still_there(preferences: Preferences, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.mp4", "b.mp4", "c.mp4")]
    for path in paths:
        path.write_bytes(b"x")
    for path in (*paths, paths[0]):
        preferences.add_recent(str(path))
    paths[1].unlink()
    assert preferences.recent() == [str(paths[0]), str(paths[2])]


def test_one_recent_file_is_a_list_of_one(preferences: Preferences, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    preferences.add_recent(str(tmp_path / "a.mp4"))
    preferences.save()
    again = Preferences(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    assert again.recent() == [str(tmp_path / "a.mp4")]


def test_the_table_of_commands_is_sound() -> None:
    ids = [c.id for c in COMMANDS]
    keys = [c.shortcut for c in COMMANDS if c.shortcut]
    assert len(set(ids)) == len(ids) and len(set(keys)) == len(keys)
    assert {c.menu for c in COMMANDS if c.menu != KEYS} == set(MENUS)
    assert all((theme.ICONS / f"{c.icon}.svg").is_file() for c in COMMANDS if c.icon)


def test_every_mnemonic_is_its_own_within_a_menu() -> None:
    for menu in MENUS:
        letters = [c.text[c.text.index("&") + 1].lower() for c in COMMANDS if c.menu == menu and "&" in c.text]
        doubles = {letter for letter in letters if letters.count(letter) > 1}
        assert not doubles, f"{menu} has {doubles} more than once"


def test_errors_for_the_user_have_no_traceback_and_ours_do() -> None:
    assert describe(UserError("mend it")) == ("mend it", "")
    try:
        raise KeyError("x")
    except KeyError as error:
        text, details = describe(error)
    assert text == "KeyError: 'x'" and "Traceback" in details


def test_the_hook_logs_and_tells_what_nobody_caught(qtbot: QtBot, tmp_path: Path) -> None:
    log = start_log(tmp_path / "logs" / "marey.log")
    assert log is not None
    hook, heard = ErrorHook(), []
    hook.caught.connect(heard.append)
    hook.install()
    try:
        error = ValueError("out of nowhere")
        sys.excepthook(ValueError, error, None)
    finally:
        hook.remove()
        stop_log()
    assert heard == [error] and "out of nowhere" in log.read_text()


def test_notices_stack_are_not_doubled_and_close(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    notices = Notices(window)
    first = notices.show("error", "one", "details")
    assert notices.show("error", "one", "details") is first
    second = notices.show("warning", "two")
    assert not first.geometry().intersects(second.geometry())
    first.copy()
    assert QApplication.clipboard().text() == "one\n\ndetails"
    first.dismiss()
    assert notices.cards == [second]
    for n in range(9):
        notices.show("info", str(n))
    assert len(notices.cards) <= 4


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "a moment left"), (42, "about 42 s left"), (600, "about 10 min left")]
)
def test_time_left(seconds: float, text: str) -> None:
    assert time_left(seconds) == text


def test_speed_of_a_known_motion() -> None:
    time_s = np.array([0, 0.1, 0.3, 0.4])
    np.testing.assert_allclose(speed(np.stack([2 * time_s, 0 * time_s, 0 * time_s], axis=1), time_s), 2)


def test_every_angle_is_a_curve_of_its_joint() -> None:
    xyz = np.random.default_rng(0).normal(size=(4, 17, 3))
    world = PoseSequence3D(xyz, np.arange(4.0), Space.WORLD, H36M17)
    shown = [angles_of(world, joint) for joint in range(17)]
    assert sum(len(curves) for curves in shown) == len(joint_angles(xyz, H36M17))
    hip, knee, foot = (shown[H36M17.index(name)] for name in ("RHip", "RKnee", "RFoot"))
    assert list(hip) == ["flexion", "abduction"] and list(knee) == ["flexion"] and foot == {}
    np.testing.assert_array_equal(knee["flexion"], joint_angles(xyz, H36M17)["RKnee flexion"])
    assert max(len(curves) for curves in shown) <= len(LINE_COLOURS), "more curves than there are lines"


def test_the_window_is_built_without_the_heavy_packages() -> None:
    heavy = ("torch", "cv2", "mediapipe", "ai_edge_litert", "scipy", "vispy", "pyqtgraph")
    code = f"import sys, app.gui.application; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
