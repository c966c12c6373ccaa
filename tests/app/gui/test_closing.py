"""The window closes when it is asked to, and only then."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from tests.app.gui.conftest import MakeWindow, analyse
from tests.app.gui.stand_ins import SlowLifting

pytestmark = pytest.mark.gui


class Process:
    """A training that ends when the test says so."""

    code: int | None = None

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None: ...


def test_stop_and_save_then_cancel_leaves_the_window_open(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    process = Process()
    window.training._processes[tmp_path / "a"] = process  # type: ignore[assignment]
    answers = iter([window_stop(window), ""])
    monkeypatch.setattr(window.training, "ask", lambda names: next(answers))
    window.close()
    window.close()
    assert window.isVisible(), "Cancel was the last word"
    process.code = 0
    qtbot.wait(1500)
    assert window.isVisible()


def test_cancel_at_the_question_about_the_analysis_is_the_last_word_too(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    first, second = Process(), Process()
    window.training._processes[tmp_path / "a"] = first  # type: ignore[assignment]
    monkeypatch.setattr(window.training, "ask", lambda names: window_stop(window))
    asked: list[int] = []
    window.document.may_leave = lambda: bool(asked.append(1))
    window.close()
    first.code = 0
    qtbot.waitUntil(lambda: bool(asked), timeout=5000)
    assert window.isVisible()
    window.training._processes[tmp_path / "b"] = second  # type: ignore[assignment]
    window.training._timer.start()
    second.code = 0
    qtbot.wait(1500)
    assert window.isVisible() and len(asked) == 1, "a later training that ends closes nothing"


def window_stop(window: MainWindow) -> str:
    from app.gui import training

    return training.STOP


def test_closing_during_a_comparison_returns_within_a_second(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    catalogue = SlowLifting(wait_s=0)
    window = make_window(catalogue, video=clip)
    catalogue.lift_s = 0.0
    analyse(window, qtbot)
    catalogue.lift_s = 0.4
    window.actions_.by_id["compare"].trigger()
    qtbot.waitUntil(lambda: "Comparing" in window.status.text(), timeout=10000)
    qtbot.wait(300)
    start = time.monotonic()
    window.close()
    assert time.monotonic() - start < 1.0 and not window.isVisible()


def test_a_comparison_can_be_cancelled_and_says_how_far_it_is(
    make_window: MakeWindow, clip: Path, qtbot: QtBot
) -> None:
    catalogue = SlowLifting(wait_s=0)
    window = make_window(catalogue, video=clip)
    catalogue.lift_s = 0.0
    analyse(window, qtbot)
    catalogue.lift_s = 0.3
    before = window.document.motion
    seen: list[tuple[int, int]] = []
    window.controller.progressed.connect(lambda text, done, total, left: seen.append((done, total)))
    window.actions_.by_id["compare"].trigger()
    qtbot.waitUntil(lambda: len({done for done, _ in seen}) > 2, timeout=10000)
    start = time.monotonic()
    window.actions_.by_id["cancel"].trigger()
    qtbot.waitUntil(lambda: window.controller.job_runner.wait_idle(), timeout=5000)
    assert time.monotonic() - start < 1.0 and window.document.motion is before
