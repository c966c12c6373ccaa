"""A stream followed live: a file read at its own pace stands for a camera."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.live_stream import StreamReader
from app.pipeline.video import probe
from poses.errors import UserError
from tests.app.clips import make_clip, number_in
from tests.app.gui.conftest import MakeWindow, analyse, wait_idle
from tests.app.gui.stand_ins import StandInCatalogue


def test_a_slow_reader_gets_the_newest_frames_and_the_rest_is_counted(clip: Path) -> None:
    camera = StreamReader(str(clip))
    numbers = []
    try:
        while (found := camera.next()) is not None:
            numbers.append(number_in(found[0].image))
            time.sleep(0.1)
    finally:
        camera.close()
    assert numbers == sorted(set(numbers)) and numbers[-1] == 39
    assert len(numbers) < 30 and camera.dropped == 40 - len(numbers) and camera.captured == 40


def test_a_stream_keeps_the_pace_of_its_time_stamps(tmp_path: Path) -> None:
    camera = StreamReader(str(make_clip(tmp_path / "slow.mp4", range(6), rate=10)))
    came = []
    while (found := camera.next()) is not None:
        came.append(found[1])
    camera.close()
    assert 0.35 <= came[-1] - came[0] < 1.5


def test_every_captured_frame_is_recorded_with_its_time(clip: Path, tmp_path: Path) -> None:
    camera = StreamReader(str(clip), tmp_path / "recorded.mp4")
    while camera.next() is not None:
        pass
    camera.close()
    info = probe(tmp_path / "recorded.mp4")
    assert len(info) == 40 and info.duration_s == pytest.approx(40 / 25, abs=0.4)


@pytest.mark.parametrize("source", ["/dev/video97", "rtsp://127.0.0.1:9/none", "no such file.mp4"])
def test_a_source_that_is_not_there_is_said_in_one_line(source: str) -> None:
    camera = StreamReader(source)
    with pytest.raises(UserError, match="no picture can be had"):
        camera.next()
    camera.close()


@pytest.mark.gui
def test_following_shows_2d_and_3d_with_latency_and_opens_the_recording(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    source = make_clip(tmp_path / "camera.mp4", range(120), size=(320, 240))
    window = make_window()
    record = tmp_path / "recorded.mp4"
    window.actions_.by_id["camera"].trigger()
    dialog = window.files.camera_dialog
    dialog.source.setCurrentText(str(source))
    dialog.record.setChecked(True)
    dialog.path.setText(str(record))
    dialog.go.click()
    qtbot.waitUntil(lambda: bool(window.view_controller.frame_view.poses_3d), timeout=15000)
    assert window.view_controller.frame_view.poses_2d and window.stack.currentWidget() is window.workspace
    qtbot.waitUntil(lambda: len(window.controller.camera.latency.values_ms) > 5, timeout=15000)
    assert "latency" in window.status.text()
    qtbot.mouseClick(window.status.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.document.name == "recorded.mp4", timeout=20000)
    assert 5 < window.player.count <= 120
    analyse(window, qtbot)


@pytest.mark.gui
def test_a_camera_that_is_not_there_gives_a_notification_and_the_first_page(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    window.files.follow("/dev/video97", "")
    qtbot.waitUntil(lambda: bool(window.notices.cards), timeout=15000)
    assert "no picture can be had from /dev/video97" in window.notices.cards[0].text
    wait_idle(window, qtbot)
    assert window.stack.currentWidget() is window.welcome


@pytest.mark.gui
def test_a_lifter_three_times_too_slow_keeps_the_latency_flat(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    source = make_clip(tmp_path / "camera.mp4", range(500), rate=25, size=(320, 240))
    window = make_window(StandInCatalogue(wait_s=0.12))
    window.files.follow(str(source), "")
    qtbot.waitUntil(lambda: len(window.controller.camera.latency.values_ms) > 12, timeout=30000)
    values = list(window.controller.camera.latency.values_ms)
    window.actions_.by_id["cancel"].trigger()
    assert sorted(values[-6:])[3] < 3 * sorted(values[:6])[3], "frames are dropped, not queued"
