"""What goes wrong is told once and clearly; the window stays, and so does everything computed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.log import ErrorHook
from app.gui.main_window import MainWindow
from app.gui.views import timeline, timeline_drawing, video_view
from app.gui.views.orbit import Orbit
from tests.app.gui.conftest import MakeWindow, analyse, wait_idle, wait_shown
from tests.app.gui.stand_ins import StandInCatalogue

pytestmark = pytest.mark.gui


@pytest.fixture
def hooked(analysed: MainWindow) -> Iterator[MainWindow]:
    """An analysed window as `run_window` shows it: errors nobody caught reach its notifications."""
    hook = ErrorHook(analysed)
    hook.caught.connect(analysed.reporter.show_error)
    hook.install()
    yield analysed
    hook.remove()


def breaks(*_: object, **__: object) -> None:
    raise RuntimeError("this cannot be drawn")


PLACES = [
    (video_view, "draw_skeleton"),
    (timeline, "draw_cursor"),
    (timeline_drawing, "_draw_ruler"),
    (Orbit, "project"),
    (Orbit, "matrix"),
]


@pytest.mark.parametrize(("owner", "name"), PLACES, ids=lambda place: getattr(place, "__name__", place).split(".")[-1])
def test_a_drawing_error_is_told_once_and_the_window_goes_on(
    hooked: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    """A QPainter that an error kept alive used to end the program with a segmentation fault."""
    if name == "matrix" and QApplication.platformName() == "offscreen":
        pytest.skip("OpenGL needs a screen")
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, breaks)
        for frame in (3, 7, 11):
            hooked.resize(1150 + frame, 780)
            hooked.player.go(frame)
            qtbot.wait(60)
        shown = [card.text for card in hooked.notices.cards]
        if not (owner is Orbit and not shown):  # the other of the two 3D views is in use
            assert len(shown) == 1 and shown[0].endswith("this cannot be drawn")
            assert "Traceback" in hooked.notices.cards[0].details
    hooked.player.go(20)
    wait_shown(hooked, qtbot, 20)
    assert hooked.isVisible() and hooked.document.motion is not None
    assert not hooked.workspace.video.grab().isNull() and not hooked.workspace.timeline.grab().isNull()


def test_a_detector_that_breaks_in_the_middle_leaves_what_it_saw(
    make_window: MakeWindow, clip: Path, qtbot: QtBot
) -> None:
    window = make_window(StandInCatalogue(fail_at=25), video=clip)
    window.actions_.by_id["analyse"].trigger()
    qtbot.waitUntil(lambda: window.document.motion is not None and not window.controller.busy, timeout=30000)
    assert [c.text for c in window.notices.cards if c.kind == "error"] == ["RuntimeError: the detector broke"]
    assert window.document.detections is not None and len(window.document.detections) == 25


def test_a_model_that_fails_to_load_is_told_once_and_the_result_stays(analysed: MainWindow, qtbot: QtBot) -> None:
    before = analysed.document.motion
    analysed.choices.choose_lifter("broken")
    wait_idle(analysed, qtbot)
    assert [c.text for c in analysed.notices.cards] == ["the weights of broken do not match their card: get them again"]
    assert analysed.document.motion is before
    analysed.choices.choose_lifter("deep")
    wait_idle(analysed, qtbot)
    assert analysed.document.motion is not before, "another one can be taken"


def test_a_video_pulled_away_is_told_once_and_the_result_stays(analysed: MainWindow, clip: Path, qtbot: QtBot) -> None:
    before = analysed.document.motion
    clip.write_bytes(b"")
    for frame in (30, 3, 25, 8, 19):
        analysed.player.go(frame)
        qtbot.wait(120)
    assert len(analysed.notices.cards) <= 1
    analysed.actions_.by_id["analyse"].trigger()
    wait_idle(analysed, qtbot)
    texts = [c.text for c in analysed.notices.cards]
    assert len(texts) == len(set(texts)) and 1 <= len(texts) <= 2
    assert all(str(clip) in text and "\n" not in text for text in texts)
    assert analysed.document.motion is before


def test_a_video_gone_before_the_analysis_is_told_once(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip)
    clip.unlink()
    window.actions_.by_id["analyse"].trigger()
    wait_idle(window, qtbot)
    assert len(window.notices.cards) == 1 and "clip.mp4" in window.notices.cards[0].text
    assert window.isVisible() and window.document.info is not None
    analyse_again = window.actions_.by_id["analyse"]
    assert analyse_again.isEnabled()


def test_analysing_again_works_after_an_error(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    catalogue = StandInCatalogue(fail_at=0)
    window = make_window(catalogue, video=clip)
    window.actions_.by_id["analyse"].trigger()
    wait_idle(window, qtbot)
    assert window.document.motion is None and len(window.notices.cards) == 1
    catalogue.options = {}
    analyse(window, qtbot)
