"""The player driven as a user does: keys, the play button, scrubbing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.app.clips import make_clip, number_in
from tests.app.gui.conftest import MakeWindow, wait_shown

pytestmark = pytest.mark.gui


@pytest.mark.parametrize(
    ("keys", "frame"),
    [
        ([Qt.Key.Key_Right], 11),
        ([Qt.Key.Key_Left], 9),
        ([Qt.Key.Key_Home], 0),
        ([Qt.Key.Key_End], 39),
        ([(Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)], 20),
        ([(Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)], 0),
    ],
)
def test_keys_step(make_window: MakeWindow, clip: Path, qtbot: QtBot, keys: list, frame: int) -> None:
    window = make_window(video=clip)
    window.player.seek(10)
    window.activateWindow()
    for key in keys:
        qtbot.keyClick(window.workspace.timeline, *(key if isinstance(key, tuple) else (key,)))
    wait_shown(window, qtbot, frame)
    assert number_in(window.workspace.video.pixels) == frame


def test_space_plays_by_the_time_stamps_and_stops(make_window: MakeWindow, tmp_path: Path, qtbot: QtBot) -> None:
    ticks = [0, 40, 80, 480, 520, 560]
    window = make_window(video=make_clip(tmp_path / "uneven.mp4", range(6), ticks=ticks))
    window.player.loop = False
    moved: list[tuple[int, int]] = []
    clock = window.player._clock
    window.player.moved.connect(lambda row: moved.append((row, clock.elapsed())))
    qtbot.keyClick(window.workspace.timeline, Qt.Key.Key_Space)
    assert window.player.playing
    qtbot.waitUntil(lambda: not window.player.playing, timeout=5000)
    assert window.player.row == 5
    jump = next(at for row, at in moved if row >= 3)
    assert jump >= 470, "the frame after the pause does not come before its own time"


def test_playing_keeps_inside_the_range(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip)
    window.player.seek(5)
    window.actions_.by_id["set_in"].trigger()
    window.player.seek(9)
    window.actions_.by_id["set_out"].trigger()
    assert window.document.range == (5, 9)
    rows: list[int] = []
    window.player.moved.connect(rows.append)
    window.actions_.by_id["play"].trigger()
    qtbot.waitUntil(lambda: len(rows) > 5, timeout=15000)
    window.actions_.by_id["play"].trigger()
    assert set(rows) <= set(range(5, 10))


def test_scrubbing_shows_the_newest_frame(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip)
    timeline = window.workspace.timeline
    for frame in (3, 30, 8, 25):
        qtbot.mouseClick(
            timeline, Qt.MouseButton.LeftButton, pos=QPointF(timeline.x_of(frame), timeline.height() - 10).toPoint()
        )
    wait_shown(window, qtbot, 25)
    assert number_in(window.workspace.video.pixels) == 25
