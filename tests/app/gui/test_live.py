"""Network cameras followed live: what comes, what is lost, what is kept."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import pairwise
from pathlib import Path

import av
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.gui import cameras, live_stream
from app.gui.live_stream import StreamReader
from app.gui.main_window import MainWindow
from app.pipeline.video import probe
from poses.errors import UserError
from tests.app.clips import number_in
from tests.app.gui.conftest import MakeWindow, analyse, wait_idle
from tests.app.gui.streams import Source, http, udp

Serve = Callable[[Source], AbstractContextManager[str]]
SERVERS: dict[str, Serve] = {
    "mjpeg-http": lambda source: http(source, "mjpeg"),
    "ts-http": lambda source: http(source, "ts"),
    "ts-udp": udp,
}


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """As on a full disk: no file may grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("kind", list(SERVERS))
def test_a_network_stream_is_read_in_order_and_recorded(kind: str, tmp_path: Path) -> None:
    source = Source(60)
    record = tmp_path / "recorded.mp4"
    numbers = []
    with SERVERS[kind](source) as address:
        camera = StreamReader(address, record)
        while len(numbers) < 20 and (found := camera.next()) is not None:
            numbers.append(number_in(found[0].image))
        source.closing.set()
        camera.close()
    forward = [b - a for a, b in pairwise(numbers)]
    assert sum(step > 0 for step in forward) >= len(forward) - 1, "UDP begins anew once"
    assert camera.captured >= 20 and camera.dropped <= camera.captured - 20
    assert len(probe(record)) >= 20


def test_a_stream_that_ends_says_so_and_what_came_before_is_not_lost(tmp_path: Path) -> None:
    record = tmp_path / "recorded.mp4"
    with http(Source(15), "mjpeg") as address:
        camera = StreamReader(address, record)
        with pytest.raises(UserError, match=r"has ended|was lost"):
            while camera.next() is not None:
                pass
        camera.close()
    assert camera.captured == 15 and len(probe(record)) == 15


def test_a_stream_that_falls_silent_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_stream, "SILENT_S", 1.0)
    source = Source(5)
    source.goes_silent = True
    with http(source, "mjpeg") as address:
        camera = StreamReader(address)
        with pytest.raises(UserError, match=r"nothing has come from|connection to .* was lost"):
            while camera.next() is not None:
                pass
        camera.close()
    assert camera.captured == 5


def test_a_silent_stream_is_given_up_within_three_seconds() -> None:
    """As its two limits and what it asks of the network say; how long it then takes is the machine's affair."""
    assert live_stream.SILENT_S + live_stream.POLL_S + live_stream.CLOSE_S < 3.1
    asked: list[dict[str, object]] = []

    def opened(source: str, **options: object) -> None:
        asked.append(options)
        raise av.InvalidDataError(1, "no")

    with pytest.MonkeyPatch.context() as patch, pytest.raises(UserError):
        patch.setattr(av, "open", opened)
        cameras.open_source("rtsp://camera/1", live_stream.OPEN_S, live_stream.SILENT_S)
    assert asked[0]["timeout"] == (live_stream.OPEN_S, live_stream.SILENT_S)


def test_a_camera_closed_while_it_is_silent_leaves_a_recording_of_all_that_came(tmp_path: Path) -> None:
    source = Source(8)
    source.goes_silent = True
    record = tmp_path / "recorded.mp4"
    with http(source, "mjpeg") as address:
        camera = StreamReader(address, record)
        while camera.captured < 8:
            camera.next()
        camera.close()
        assert len(probe(record)) == 8, "at once, not when the network has been given up"


def test_a_full_disk_ends_the_recording_and_not_the_stream(tmp_path: Path) -> None:
    source = Source(1000)
    source.noisy = True
    record = tmp_path / "recorded.mp4"
    with http(source, "mjpeg") as address, no_file_over(1_000_000):
        camera = StreamReader(address, record)
        while not camera.problem:
            assert camera.next() is not None
        before = camera.captured
        while camera.captured < before + 5:
            assert camera.next() is not None, "the stream goes on"
        camera.close()
    assert "has stopped" in camera.problem and "recorded.mp4" in camera.problem
    assert 0 < len(probe(record)) <= before, "what was written until then can be read"


@pytest.mark.gui
def test_the_window_follows_a_network_camera_and_the_recording_can_be_analysed(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    record = tmp_path / "recorded.mp4"
    with http(Source(2000), "mjpeg") as address:
        window = make_window()
        window.files.follow(address, str(record))
        qtbot.waitUntil(lambda: len(window.controller.camera.latency.values_ms) > 15, timeout=30000)
        assert window.view_controller.frame_view.poses_2d and window.view_controller.frame_view.poses_3d
        assert "dropped" in window.status.text() and "95 %" in window.status.text()
        qtbot.mouseClick(window.status.cancel, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: window.document.name == "recorded.mp4", timeout=20000)
    assert window.player.count > 10 and not window.notices.cards
    analyse(window, qtbot)


def press(window: MainWindow, label: str, qtbot: QtBot) -> None:
    button = next(b for b in window.notices.cards[0].findChildren(QPushButton) if b.text() == label)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.gui
def test_a_lost_camera_is_told_once_what_was_seen_stays_and_it_can_be_connected_again(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    source = Source(12)
    with http(source, "mjpeg") as address:
        window = make_window()
        window.files.follow(address, "")
        qtbot.waitUntil(lambda: bool(window.notices.cards), timeout=30000)
        wait_idle(window, qtbot)
        assert len(window.notices.cards) == 1 and address in window.notices.cards[0].text
        assert window.stack.currentWidget() is window.workspace and window.workspace.video.has_picture
        assert window.view_controller.frame_view.poses_2d, "what was seen last stays in sight"
        source.frames = 5000
        press(window, "Connect again", qtbot)
        qtbot.waitUntil(lambda: len(window.controller.camera.latency.values_ms) > 3, timeout=30000)
        assert source.connections == 2 and not window.notices.cards
        window.actions_.by_id["cancel"].trigger()


@pytest.mark.gui
def test_connect_again_goes_when_another_video_is_opened(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    with http(Source(12), "mjpeg") as address:
        window = make_window()
        window.files.follow(address, "")
        qtbot.waitUntil(lambda: bool(window.notices.cards), timeout=30000)
        wait_idle(window, qtbot)
        window.files.open(str(clip))
        qtbot.waitUntil(lambda: window.document.info is not None, timeout=15000)
        assert not window.notices.cards


@pytest.mark.gui
def test_a_lost_camera_leaves_its_recording_open(make_window: MakeWindow, tmp_path: Path, qtbot: QtBot) -> None:
    record = tmp_path / "recorded.mp4"
    with http(Source(20), "mjpeg") as address:
        window = make_window()
        window.files.follow(address, str(record))
        qtbot.waitUntil(lambda: window.document.name == "recorded.mp4", timeout=30000)
        qtbot.waitUntil(lambda: window.workspace.video.has_picture, timeout=10000)
        assert window.player.count == 20 and len(window.notices.cards) == 1
        press(window, "Connect again", qtbot)
        qtbot.waitUntil(lambda: window.document.name == "recorded_2.mp4", timeout=30000)
    assert record.exists(), "the next recording does not take the place of the first"


@pytest.mark.gui
def test_a_full_disk_while_recording_is_told_once_and_the_stream_goes_on(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    source = Source(5000)
    source.noisy = True
    with http(source, "mjpeg") as address:
        window = make_window()
        with no_file_over(1_000_000):
            window.files.follow(address, str(tmp_path / "recorded.mp4"))
            qtbot.waitUntil(lambda: bool(window.notices.cards), timeout=40000)
            drawn = len(window.controller.camera.latency.values_ms)
            qtbot.waitUntil(lambda: len(window.controller.camera.latency.values_ms) > drawn + 3, timeout=20000)
        assert len(window.notices.cards) == 1 and "has stopped" in window.notices.cards[0].text
        assert window.controller.is_live
        window.actions_.by_id["cancel"].trigger()
        qtbot.waitUntil(lambda: window.document.name == "recorded.mp4", timeout=20000)
    assert window.player.count > 0


@pytest.mark.gui
def test_closing_the_window_does_not_wait_for_a_silent_camera(make_window: MakeWindow, qtbot: QtBot) -> None:
    import time

    source = Source(30)
    source.goes_silent = True
    with http(source, "mjpeg") as address:
        window = make_window()
        window.files.follow(address, "")
        qtbot.waitUntil(lambda: window.workspace.video.has_picture, timeout=20000)
        start = time.monotonic()
        window.close()
        assert time.monotonic() - start < 30, "the camera is silent for a minute"
