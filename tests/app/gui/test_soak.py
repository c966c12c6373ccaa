"""Nothing grows: not the memory over thousands of frames, not the widgets and timers that a closed window leaves."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.catalogue import Catalogue
from app.gui.main_window import MainWindow
from app.gui.preferences import Preferences
from tests.app.gui.conftest import MakeWindow, analyse, wait_idle
from tests.app.gui.pause import pause, wait
from tests.app.gui.stand_ins import StandInCatalogue

pytestmark = pytest.mark.gui
FRAMES, WARM_UP, ROUND = 2000, 600, 100
CYCLE, FEW = 12, 40  # rounds; objects that come and go by chance: lines of a list, a notice
SLACK_MB = 32.0  # a tenth of what 1,400 frames of this clip take, were they kept; 14 MB were measured


def resident_mb() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the memory in use")
def test_memory_stays_flat_over_2000_frames_of_playing_and_switching(
    make_window: MakeWindow, clip: Path, qtbot: QtBot
) -> None:
    window = make_window(video=clip)
    analyse(window, qtbot)
    docks, used, objects = list(window.docks), [], []
    for shown in range(FRAMES + 1):
        if shown % ROUND == 0:
            window.choices.choose_lifter(("flat", "deep")[shown // ROUND % 2])
            wait_idle(window, qtbot)
            window.open_dock(docks[shown // ROUND % len(docks)])
            window.view.apply(("dark", "light")[shown // ROUND // 2 % 2])
            if shown >= WARM_UP and shown % (2 * ROUND) == 0:
                used.append(resident_mb())
                objects.append(len(window.findChildren(QObject)))
        frame = shown * 7 % window.player.count
        window.player.seek(frame)
        wait(lambda frame=frame: window.view_controller.frame_view.frame == frame, every_ms=1)  # type: ignore[misc]
    window.view.apply("dark")
    assert max(used[1:]) - used[0] < SLACK_MB, used
    # Lifter, dock and look are all as they were after CYCLE more rounds: whoever keeps an object a frame is found.
    again = CYCLE // 2
    assert all(abs(late - early) < FEW for early, late in zip(objects, objects[again:], strict=False)), objects
    assert len(objects) > again


def running_timers() -> set[int]:
    found = [thing for thing in gc.get_objects() if isinstance(thing, QTimer) and shiboken6.isValid(thing)]
    return {id(timer) for timer in found if timer.isActive()}


def use_and_close(preferences: Preferences, clip: Path, catalogue: Catalogue) -> None:
    """Every dock and every box of a window, then away with it."""
    window = MainWindow(preferences, catalogue)
    window.show()
    window.files.open(str(clip))
    wait(lambda: window.workspace.video.has_picture)
    window.actions_.by_id["analyse"].trigger()
    wait(lambda: window.document.motion is not None and not window.controller.busy)
    for id in window.docks:
        window.open_dock(id)
        pause(30)
    for id in ("export", "search", "camera", "shortcuts", "about", "detector_options"):
        window.actions_.by_id[id].trigger()
        pause(30)
    window.notices.show("warning", "closed with the window")
    window.document.may_leave = lambda: True
    window.close()
    window.deleteLater()


def settled(now: Callable[[], int]) -> int:
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        gc.collect()
    return now()


def test_a_closed_window_leaves_no_widget_and_no_timer(preferences: Preferences, clip: Path, qtbot: QtBot) -> None:
    """The first window may leave what is made once for the program; the second adds nothing to it."""
    counts = []
    for _ in range(2):
        use_and_close(preferences, clip, StandInCatalogue())
        widgets = settled(lambda: len(QApplication.topLevelWidgets()))
        counts.append((widgets, len(running_timers()), settled(lambda: len(QApplication.allWidgets()))))
    assert counts[1] == counts[0], "(top-level widgets, timers, widgets) after the first and the second window"
