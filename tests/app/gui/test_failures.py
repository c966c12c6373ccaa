"""What goes wrong is told once, what was computed stays, and the window goes on."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.pipeline.video import FrameReader
from poses.errors import UserError
from poses.sequences import VideoFrame
from tests.app.gui.conftest import MakeWindow, analyse, texts, wait_detected, wait_idle, wait_shown

pytestmark = pytest.mark.gui


def test_cancelling_keeps_what_was_detected(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip, wait_s=0.05)
    window.actions_.by_id["analyse"].trigger()
    wait_detected(window, qtbot, 8)
    qtbot.mouseClick(window.status.cancel, Qt.MouseButton.LeftButton)
    wait_idle(window, qtbot)
    motion = window.document.motion
    assert motion is not None and 8 <= len(motion) < 40
    assert any("stopped before the end" in text for text in texts(window))


def test_a_broken_detector_gives_one_notification_and_keeps_what_was_seen(
    make_window: MakeWindow, clip: Path, qtbot: QtBot
) -> None:
    window = make_window(video=clip, fail_at=20)
    window.actions_.by_id["analyse"].trigger()
    qtbot.waitUntil(lambda: window.document.motion is not None, timeout=15000)
    errors = [card for card in window.notices.cards if card.kind == "error"]
    assert [card.text for card in errors] == ["RuntimeError: the detector broke"]
    assert "Traceback" in errors[0].details
    errors[0].copy()
    assert window.document.motion is not None and len(window.document.motion) == 20
    assert window.isVisible()


def test_a_lifter_that_fails_to_load_keeps_the_result_before(analysed: MainWindow, qtbot: QtBot) -> None:
    before = analysed.document.motion
    analysed.choices.lifter.chosen.emit("broken")
    wait_idle(analysed, qtbot)
    assert texts(analysed) == ["the weights of broken do not match their card: get them again"]
    assert analysed.document.motion is before


def test_a_video_pulled_away_is_told_once(
    make_window: MakeWindow, clip: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a drive that was unplugged."""
    window = make_window(video=clip)
    analyse(window, qtbot)

    def gone(_reader: FrameReader, _number: int) -> VideoFrame:
        raise UserError(f"{clip} does not exist")

    monkeypatch.setattr(FrameReader, "frame", gone)
    for frame in (30, 31, 32):
        window.player.seek(frame)
        qtbot.wait(150)
    assert len([t for t in texts(window) if "does not exist" in t]) == 1
    assert window.document.motion is not None


@pytest.mark.parametrize(("name", "content"), [("empty.mp4", b""), ("noise.mp4", bytes(range(256)) * 40)])
def test_what_is_not_a_video_gives_a_notification(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    window = make_window()
    window.files.open(str(path))
    qtbot.waitUntil(lambda: bool(window.notices.cards), timeout=15000)
    assert name in texts(window)[0] and window.document.info is None
    assert window.stack.currentWidget() is window.welcome


def test_a_bad_file_leaves_the_open_one_alone(
    make_window: MakeWindow, clip: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"nothing")
    window = make_window(video=clip)
    window.files.open(str(bad))
    qtbot.waitUntil(lambda: bool(window.notices.cards), timeout=15000)
    window.player.seek(12)
    wait_shown(window, qtbot, 12)
    assert window.document.name == "clip.mp4"


def test_an_error_in_drawing_never_closes_the_window(analysed: MainWindow, qtbot: QtBot) -> None:
    analysed.reporter.attempt(lambda: 1 / 0)
    assert any("ZeroDivisionError" in text for text in texts(analysed))
    analysed.player.seek(3)
    wait_shown(analysed, qtbot, 3)


def test_frames_without_anybody_are_empty_and_said_so(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip, absent=range(12, 40))
    analyse(window, qtbot)
    window.player.seek(30)
    wait_shown(window, qtbot, 30)
    assert not window.view_controller.frame_view.poses_3d
    assert window.workspace.video_badge.text() == "Nobody in this frame"


def test_opening_another_file_while_analysing_ends_the_analysis(
    make_window: MakeWindow, clip: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "other.mp4"
    shutil.copy(clip, other)
    window = make_window(video=clip, wait_s=0.05)
    window.actions_.by_id["analyse"].trigger()
    qtbot.wait(300)
    window.files.open(str(other))
    qtbot.waitUntil(lambda: window.document.name == "other.mp4", timeout=15000)
    qtbot.wait(300)
    assert window.document.motion is None and not window.controller.busy


def test_export_to_where_nothing_may_be_written_is_told(analysed: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("in the way")
    analysed.actions_.by_id["export"].trigger()
    dialog = analysed.files.dialog
    assert dialog is not None
    dialog.folder.setText(str(tmp_path / "file" / "below"))
    dialog.go.click()
    qtbot.waitUntil(lambda: bool(analysed.notices.cards), timeout=10000)
    assert dialog.outcome.toPlainText().startswith("⚠") and dialog.go.isEnabled()
    dialog.close()


def test_a_full_disk_is_told_once_and_the_result_stays(
    analysed: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In saving and in exporting; nothing half-written is left, and the work is still unsaved."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for write in ("savez", "savez_compressed"):
        monkeypatch.setattr(np, write, full)
    motion = analysed.document.motion
    analysed.reporter.attempt(analysed.files._save_to, tmp_path / "saved.marey")
    assert len(texts(analysed)) == 1 and "the disk is full" in texts(analysed)[0]
    analysed.notices.cards[0].dismiss()
    analysed.files.export()
    dialog = analysed.files.dialog
    assert dialog is not None
    dialog.folder.setText(str(tmp_path / "out"))
    dialog.go.click()
    qtbot.waitUntil(lambda: bool(texts(analysed)), timeout=10000)
    assert len(texts(analysed)) == 1 and "the disk is full" in texts(analysed)[0]
    dialog.close()
    assert analysed.document.motion is motion and analysed.document.unsaved
    assert not [path for path in tmp_path.rglob("*") if ".part" in path.name or path.suffix == ".marey"]
    monkeypatch.undo()
    analysed.files._save_to(tmp_path / "saved.marey")
    assert (tmp_path / "saved.marey").exists() and not analysed.document.unsaved
