"""Nothing is lost: what is not saved is asked for, and comes back after the window was killed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.gui.autosave import Autosave
from app.gui.main_window import MainWindow
from tests.app.gui.conftest import MakeWindow, analyse, wait_detected, wait_idle

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "unsaved"


@pytest.fixture
def asked() -> list[str]:
    """Questions that came up; see `answer`."""
    return []


def answer(qtbot: QtBot, text: str, asked: list[str]) -> None:
    """Click the button of that text in the question that comes up next."""

    def click() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(20, click)
            return
        asked.append(f"{box.text()} {box.informativeText()}")
        button = next(b for b in box.buttons() if b.text().replace("&", "") == text)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, click)


def correct(window: MainWindow, qtbot: QtBot) -> None:
    window.document.set_range(10, 12)
    window.actions_.by_id["mask_span"].trigger()
    wait_idle(window, qtbot)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.marey"))


def kill(window: MainWindow, autosave: Autosave) -> None:
    """As far as the files go: the process is gone, the lock with it, nothing was tidied up."""
    autosave._timer.stop()
    autosave._writer.close()
    for slot in (autosave._shown, autosave._part):
        slot.lock.unlock()
    window.document.may_leave = lambda: True
    window.closing.disconnect(autosave.end)
    window.document.leaving.disconnect(autosave._leave)
    window.close()


def press(window: MainWindow, qtbot: QtBot, text: str) -> None:
    button = next(b for card in window.notices.cards for b in card.findChildren(QPushButton) if b.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_closing_with_corrections_asks_and_cancel_leaves_all_as_it_was(
    analysed: MainWindow, folder: Path, asked: list[str], qtbot: QtBot
) -> None:
    analysed.keep_unsaved(folder)
    correct(analysed, qtbot)
    assert analysed.isWindowModified()
    answer(qtbot, "Cancel", asked)
    qtbot.keyClick(analysed, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert asked == ["Save the analysis of clip.mp4? A correction made by hand would be lost."]
    assert analysed.isVisible() and len(analysed.document.edits) == 1
    answer(qtbot, "Don't save", asked)
    analysed.close()
    assert not analysed.isVisible() and not files(folder)


def test_saving_from_the_question_then_closes_and_saving_again_asks_for_no_name(
    analysed: MainWindow, folder: Path, asked: list[str], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed.keep_unsaved(folder)
    names = iter([str(tmp_path / "kept.marey")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (next(names), ""))
    analysed.actions_.by_id["save"].trigger()
    assert not analysed.document.unsaved and not analysed.isWindowModified()
    correct(analysed, qtbot)
    assert analysed.isWindowModified()
    analysed.actions_.by_id["undo"].trigger()
    wait_idle(analysed, qtbot)
    assert not analysed.isWindowModified(), "undone to what was saved"
    analysed.actions_.by_id["redo"].trigger()
    wait_idle(analysed, qtbot)
    answer(qtbot, "Save…", asked)
    analysed.close()
    assert not analysed.isVisible() and len(asked) == 1


def test_what_was_opened_or_saved_is_not_asked_for(
    analysed: MainWindow, folder: Path, make_window: MakeWindow, tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    analysed.keep_unsaved(folder)
    correct(analysed, qtbot)
    assert analysed.document.unsaved
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(tmp_path / "kept.marey"), ""))
    analysed.actions_.by_id["save_as"].trigger()
    analysed.close()
    window = make_window()
    window.files.open(str(tmp_path / "kept.marey"))
    qtbot.waitUntil(lambda: window.document.motion is not None, timeout=15000)
    assert not window.document.unsaved and window.document.state.place == str((tmp_path / "kept.marey").resolve())


def test_opening_another_video_asks_too(
    analysed: MainWindow, folder: Path, asked: list[str], clip: Path, qtbot: QtBot
) -> None:
    analysed.keep_unsaved(folder)
    correct(analysed, qtbot)
    before = analysed.document.motion
    answer(qtbot, "Cancel", asked)
    analysed.files.open(str(clip))
    answer(qtbot, "Cancel", asked)
    analysed.actions_.by_id["close_video"].trigger()
    assert len(asked) == 2 and analysed.document.motion is before and not analysed.controller.busy


def restart(make_window: MakeWindow, folder: Path) -> MainWindow:
    window = make_window()
    window.keep_unsaved(folder).offer()
    return window


def test_corrections_come_back_after_a_kill(
    analysed: MainWindow, folder: Path, make_window: MakeWindow, qtbot: QtBot
) -> None:
    autosave = analysed.keep_unsaved(folder)
    correct(analysed, qtbot)
    autosave.keep()
    qtbot.waitUntil(lambda: len(files(folder)) == 1, timeout=5000)
    before = analysed.document.motion
    kill(analysed, autosave)
    window = restart(make_window, folder)
    assert "was not saved when Marey ended" in window.notices.cards[0].text
    press(window, qtbot, "Open it")
    qtbot.waitUntil(lambda: window.document.motion is not None, timeout=15000)
    after = window.document.motion
    assert before is not None and after is not None and window.document.unsaved and not window.notices.cards
    np.testing.assert_array_equal(after.persons[0].pose_2d.xy, before.persons[0].pose_2d.xy)
    assert not window.catalogue.made, "nothing is detected again"  # type: ignore[attr-defined]


def test_detections_come_back_after_a_kill_in_the_middle_of_an_analysis(
    make_window: MakeWindow, clip: Path, folder: Path, qtbot: QtBot
) -> None:
    window = make_window(video=clip, wait_s=0.05)
    autosave = window.keep_unsaved(folder)
    window.actions_.by_id["analyse"].trigger()
    wait_detected(window, qtbot, 8)
    autosave.keep()
    qtbot.waitUntil(lambda: len(files(folder)) == 1, timeout=5000)
    kill(window, autosave)
    again = restart(make_window, folder)
    press(again, qtbot, "Open it")
    qtbot.waitUntil(lambda: again.document.motion is not None, timeout=15000)
    motion = again.document.motion
    assert motion is not None and 8 <= len(motion) < 40
    assert any("stopped before the end" in card.text for card in again.notices.cards)


def test_closing_in_the_middle_of_an_analysis_asks_and_keeps_it_for_the_next_start(
    make_window: MakeWindow, clip: Path, folder: Path, asked: list[str], qtbot: QtBot
) -> None:
    window = make_window(video=clip, wait_s=0.05)
    window.keep_unsaved(folder)
    window.actions_.by_id["analyse"].trigger()
    wait_detected(window, qtbot, 8)
    answer(qtbot, "Stop", asked)
    window.close()
    assert "Stop the analysis of clip.mp4?" in asked[0] and not window.isVisible()
    again = restart(make_window, folder)
    assert len(again.notices.cards) == 1
    press(again, qtbot, "Throw it away")
    assert not files(folder) and not again.notices.cards


def test_a_window_that_still_runs_keeps_its_own(
    analysed: MainWindow, folder: Path, make_window: MakeWindow, qtbot: QtBot
) -> None:
    autosave = analysed.keep_unsaved(folder)
    autosave.keep()
    qtbot.waitUntil(lambda: len(files(folder)) == 1, timeout=5000)
    other = restart(make_window, folder)
    assert not other.notices.cards
    analysed.document.set_saved(folder / "elsewhere")
    autosave.keep()
    qtbot.waitUntil(lambda: not files(folder), timeout=5000)


def test_a_damaged_file_is_told_in_one_line_and_the_window_goes_on(
    folder: Path, make_window: MakeWindow, qtbot: QtBot
) -> None:
    folder.mkdir()
    (folder / "old.marey").write_bytes(b"half of somethi")
    window = restart(make_window, folder)
    press(window, qtbot, "Open it")
    assert ["not a saved analysis" in card.text for card in window.notices.cards] == [True]


def test_where_nothing_can_be_kept_the_window_works_and_says_nothing(
    analysed: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("in the way")
    autosave = analysed.keep_unsaved(tmp_path / "file" / "below")
    autosave.keep()
    qtbot.wait(200)
    autosave.offer()
    assert not analysed.notices.cards
    analyse(analysed, qtbot)
