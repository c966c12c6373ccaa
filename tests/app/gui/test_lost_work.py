"""What was computed is never lost: by another analysis, by Cancel, by a crash, by closing, by an export."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app import project
from app.gui.main_window import MainWindow
from app.project import SavedAnalysis, read_analysis, write_analysis
from tests.app.gui.conftest import MakeWindow, analyse, texts, wait_detected, wait_idle
from tests.app.gui.stand_ins import SlowLifting, StandInCatalogue
from tests.app.gui.test_autosave import answer, correct, files, kill, press, restart
from tests.app.gui.test_edits import detections
from tests.conftest import ROOT

gui = pytest.mark.gui


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "unsaved"


def begin_again(window: MainWindow, qtbot: QtBot) -> None:
    """Analyse once more, slowly, and wait until some of it is there."""
    assert isinstance(window.catalogue, StandInCatalogue)
    window.catalogue.options = {"wait_s": 0.05}
    window.document.set_range(None, None)
    window.actions_.by_id["analyse"].trigger()
    wait_detected(window, qtbot, 8)


# ---------------------------------------------------------------- another analysis


@gui
def test_cancelling_another_analysis_leaves_the_finished_one_and_its_corrections(
    analysed: MainWindow, qtbot: QtBot
) -> None:
    correct(analysed, qtbot)
    document = analysed.document
    before = (document.detections, document.motion, document.edits)
    begin_again(analysed, qtbot)
    assert (document.detections, document.motion, document.edits) == before, "also while the other one runs"
    qtbot.mouseClick(analysed.status.cancel, Qt.MouseButton.LeftButton)
    wait_idle(analysed, qtbot)
    assert (document.detections, document.motion, document.edits) == before
    analysed.actions_.by_id["undo"].trigger()
    wait_idle(analysed, qtbot)
    assert document.edits == (), "the corrections can still be undone"


@gui
def test_the_first_part_of_a_cancelled_analysis_can_be_taken_and_given_back(analysed: MainWindow, qtbot: QtBot) -> None:
    document = analysed.document
    before = document.motion
    begin_again(analysed, qtbot)
    qtbot.mouseClick(analysed.status.cancel, Qt.MouseButton.LeftButton)
    wait_idle(analysed, qtbot)
    press(analysed, qtbot, "Take the new part")
    qtbot.waitUntil(lambda: document.motion is not before, timeout=15000)
    wait_idle(analysed, qtbot)
    assert document.motion is not None and 8 <= len(document.motion) < 40
    analysed.actions_.by_id["undo"].trigger()
    wait_idle(analysed, qtbot)
    assert document.motion is before


@gui
def test_a_finished_analysis_in_place_of_another_can_be_undone_and_redone(analysed: MainWindow, qtbot: QtBot) -> None:
    correct(analysed, qtbot)
    document = analysed.document
    first = (document.detections, document.motion, document.edits)
    analyse(analysed, qtbot)
    second = (document.detections, document.motion, document.edits)
    assert second[0] is not first[0] and second[2] == ()
    analysed.actions_.by_id["undo"].trigger()
    wait_idle(analysed, qtbot)
    assert (document.detections, document.motion, document.edits) == first
    analysed.actions_.by_id["redo"].trigger()
    wait_idle(analysed, qtbot)
    assert (document.detections, document.motion, document.edits) == second


@gui
def test_an_analysis_that_breaks_leaves_the_one_before(analysed: MainWindow, qtbot: QtBot) -> None:
    before = analysed.document.motion
    assert isinstance(analysed.catalogue, StandInCatalogue)
    analysed.catalogue.options = {"fail_at": 20}
    analysed.actions_.by_id["analyse"].trigger()
    wait_idle(analysed, qtbot)
    assert analysed.document.motion is before
    assert any("the detector broke" in text for text in texts(analysed))


@gui
def test_cancelling_the_lifting_of_a_cancelled_analysis_keeps_its_detections(
    make_window: MakeWindow, clip: Path, qtbot: QtBot
) -> None:
    window = make_window(SlowLifting(wait_s=0.05), video=clip)
    window.actions_.by_id["analyse"].trigger()
    wait_detected(window, qtbot, 8)
    window.actions_.by_id["cancel"].trigger()
    window.actions_.by_id["cancel"].trigger()
    wait_idle(window, qtbot)
    found = window.document.detections
    assert found is not None and 8 <= len(found) < 40 and window.document.motion is None
    assert window.document.unsaved
    window.actions_.by_id["lift"].trigger()
    qtbot.waitUntil(lambda: window.document.motion is not None, timeout=15000)
    assert window.document.detections is found and len(window.catalogue.made) == 1  # type: ignore[attr-defined]


# ---------------------------------------------------------------- a crash


@gui
def test_cancel_while_a_restored_analysis_is_lifted_does_not_cost_the_only_copy(
    analysed: MainWindow, folder: Path, make_window: MakeWindow, qtbot: QtBot
) -> None:
    autosave = analysed.keep_unsaved(folder)
    correct(analysed, qtbot)
    autosave.keep()
    qtbot.waitUntil(lambda: len(files(folder)) == 1, timeout=5000)
    kill(analysed, autosave)
    window = make_window(SlowLifting())
    again = window.keep_unsaved(folder)
    again.offer()
    press(window, qtbot, "Open it")
    qtbot.waitUntil(lambda: window.controller.busy, timeout=15000)
    window.actions_.by_id["cancel"].trigger()
    wait_idle(window, qtbot)
    assert window.document.detections is not None and len(window.document.edits) == 1
    asked: list[str] = []
    answer(qtbot, "Cancel", asked)
    window.close()
    assert len(asked) == 1 and window.isVisible(), "it is not saved, so it is asked for"
    again.keep()
    kill(window, again)
    assert len(files(folder)) == 1
    assert len(read_analysis(files(folder)[0]).edits) == 1


@gui
def test_closing_while_a_restored_analysis_is_being_opened_keeps_it(
    analysed: MainWindow, folder: Path, make_window: MakeWindow, qtbot: QtBot
) -> None:
    autosave = analysed.keep_unsaved(folder)
    autosave.keep()
    qtbot.waitUntil(lambda: len(files(folder)) == 1, timeout=5000)
    kill(analysed, autosave)
    window = restart(make_window, folder)
    press(window, qtbot, "Open it")
    window.close()
    assert not window.isVisible() and len(files(folder)) == 1
    assert len(restart(make_window, folder).notices.cards) == 1, "it is offered again"


@gui
def test_a_restored_analysis_whose_video_cannot_be_read_stays(
    analysed: MainWindow, clip: Path, folder: Path, make_window: MakeWindow, qtbot: QtBot
) -> None:
    autosave = analysed.keep_unsaved(folder)
    autosave.keep()
    qtbot.waitUntil(lambda: len(files(folder)) == 1, timeout=5000)
    kill(analysed, autosave)
    clip.write_bytes(b"no video any more")
    window = restart(make_window, folder)
    press(window, qtbot, "Open it")
    qtbot.waitUntil(lambda: bool(window.notices.cards), timeout=15000)
    window.close()
    assert len(files(folder)) == 1


@gui
def test_a_video_that_cannot_be_opened_does_not_end_the_analysis_that_runs(
    make_window: MakeWindow, clip: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"nothing")
    window = make_window(video=clip, wait_s=0.03)
    window.actions_.by_id["analyse"].trigger()
    wait_detected(window, qtbot, 4)
    window.files.open(str(bad))
    qtbot.waitUntil(lambda: any("bad.mp4" in text for text in texts(window)), timeout=15000)
    wait_idle(window, qtbot)
    assert window.document.motion is not None and len(window.document.motion) == 40


# ---------------------------------------------------------------- files


@gui
def test_an_export_is_no_saving(analysed: MainWindow, folder: Path, tmp_path: Path, qtbot: QtBot) -> None:
    autosave = analysed.keep_unsaved(folder)
    analysed.actions_.by_id["export"].trigger()
    dialog = analysed.files.dialog
    assert dialog is not None
    dialog.folder.setText(str(tmp_path / "out"))
    with qtbot.waitSignal(analysed.files.exported, timeout=15000):
        dialog.go.click()
    dialog.close()
    assert analysed.document.unsaved and analysed.isWindowModified()
    asked: list[str] = []
    answer(qtbot, "Cancel", asked)
    assert not autosave.may_leave() and len(asked) == 1


@gui
def test_saving_marks_what_was_saved_and_a_later_change_is_unsaved(
    analysed: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(tmp_path / "kept.marey"), ""))
    analysed.actions_.by_id["save"].trigger()
    assert not analysed.document.unsaved
    analysed.choices.choose_lifter("deep")
    wait_idle(analysed, qtbot)
    analysed.actions_.by_id["save"].trigger()
    assert read_analysis(tmp_path / "kept.marey").lifter == "deep"


WRITE = """
import sys
from pathlib import Path
from app.project import SavedAnalysis, write_analysis
from app.pipeline.settings import Settings
from tests.app.gui.test_edits import detections
saved = SavedAnalysis(detections(int(sys.argv[2])), (), Settings(), "flat")
for _ in range(60):
    write_analysis(Path(sys.argv[1]), saved, compress=False)
"""


def test_two_programs_that_write_the_same_file_leave_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.marey"
    write_analysis(path, SavedAnalysis(detections(5), (), project.Settings(), "flat"))
    calls = [[sys.executable, "-c", WRITE, str(path), str(count)] for count in (40, 90)]
    writers = [subprocess.Popen(call, cwd=ROOT, stderr=subprocess.PIPE) for call in calls]
    sizes = set()
    while any(writer.poll() is None for writer in writers):
        sizes.add(len(read_analysis_of(path)))
    for writer in writers:
        told = writer.communicate()[1]
        assert writer.returncode == 0, told.decode()[-2000:]
    sizes.add(len(read_analysis_of(path)))
    assert sizes <= {5, 40, 90}
    assert [p.name for p in tmp_path.iterdir()] == ["a.marey"], "nothing half-written is left"


def read_analysis_of(path: Path) -> np.ndarray:
    with path.open("rb") as file, np.load(file) as arrays:
        return np.asarray(arrays["frame"])


def test_a_video_on_another_drive_is_saved_with_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `os.path.relpath` does on Windows between C: and D:."""

    def other_drive(*_: object) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(project.os.path, "relpath", other_drive)
    found = detections(5)
    path = tmp_path / "a.marey"
    write_analysis(path, SavedAnalysis(found, (), project.Settings(), "flat"))
    assert path.exists()
