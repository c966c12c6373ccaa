"""The window in tests: stand-ins, settings of its own, and a look afterwards whether anything was left behind."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.pop("QT_QPA_PLATFORMTHEME", None)
if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QStandardPaths, Qt, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.application import make_application
from app.gui.catalogue import Catalogue
from app.gui.main_window import MainWindow
from app.gui.preferences import Preferences
from app.gui.worker import wait_for_the_last
from tests.app.clips import make_clip
from tests.app.gui.stand_ins import StandInCatalogue

QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
MakeWindow = Callable[..., MainWindow]


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The program's own application object, with names that are not the user's."""
    QStandardPaths.setTestModeEnabled(True)
    app = make_application(["marey-test"])
    QCoreApplication.setOrganizationName("marey-tests")
    theme.apply(theme.DARK)
    return app


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Forty frames at 25 per second."""
    return make_clip(tmp_path / "clip.mp4", range(40), size=(320, 240))


@pytest.fixture
def make_window(qtbot: QtBot, preferences: Preferences) -> Iterator[MakeWindow]:
    """Makes shown windows with stand-ins (or a given catalogue); closes them and looks for what they left behind."""
    windows: list[MainWindow] = []

    def make(catalogue: Catalogue | None = None, video: Path | None = None, **options: object) -> MainWindow:
        window = MainWindow(preferences, catalogue or StandInCatalogue(**options))
        windows.append(window)
        window.resize(1200, 800)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()  # without a window manager nobody else gives it the keyboard
        qtbot.waitUntil(window.isActiveWindow, timeout=5000)
        if video is not None:
            window.files.open(str(video))
            qtbot.waitUntil(lambda: window.document.info is not None, timeout=15000)
            qtbot.waitUntil(lambda: window.workspace.video.has_picture, timeout=15000)
        return window

    yield make
    threads = [t for w in windows for t in w.findChildren(QThread)]
    for window in windows:
        window.document.may_leave = lambda: True  # nobody is there to answer
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    gc.collect()
    wait_for_the_last()
    assert not [t for t in threads if _runs(t)], "every thread of a window ends with it"
    left = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    assert not left, f"nothing stays on the screen, found {left}"


def _runs(thread: QThread) -> bool:
    try:
        return thread.isRunning()
    except RuntimeError:  # already deleted
        return False


@pytest.fixture
def analysed(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> MainWindow:
    """A window with an analysed clip."""
    window = make_window(video=clip)
    analyse(window, qtbot)
    return window


def analyse(window: MainWindow, qtbot: QtBot) -> None:
    """Analyse and wait for the result."""
    window.actions_.by_id["analyse"].trigger()
    wait_idle(window, qtbot)
    assert window.document.motion is not None


def wait_idle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.controller.busy, timeout=30000)


def wait_detected(window: MainWindow, qtbot: QtBot, frames: int) -> None:
    """Until that many frames are detected; the window is told of them only now and then."""

    def enough() -> bool:
        found = window.controller.partial_detections()
        return found is not None and len(found) >= frames

    qtbot.waitUntil(enough, timeout=15000)


def wait_shown(window: MainWindow, qtbot: QtBot, frame: int) -> None:
    """Until all views show that frame."""
    qtbot.waitUntil(lambda: window.view_controller.frame_view.frame == frame, timeout=10000)


def texts(window: MainWindow) -> list[str]:
    """What the notifications say."""
    return [card.text for card in window.notices.cards]
