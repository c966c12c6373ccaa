"""Cameras by name on every system, and what goes wrong with them in plain words."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path

import av
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.gui.cameras import Camera, device_of, list_cameras, open_source, reason
from app.gui.live_stream import StreamReader
from app.gui.panels import camera_dialog
from app.gui.panels.camera_dialog import CameraDialog
from app.gui.preferences import Preferences
from poses.errors import UserError

NAMED = [Camera("camera:Integrated Camera", "Integrated Camera"), Camera("camera:OBS", "OBS")]


def test_windows_knows_cameras_by_name_and_a_number_is_a_place_in_the_list() -> None:
    for source in ("camera:OBS", "video=OBS", "1"):
        assert device_of(source, "win32", lambda: NAMED) == ("dshow", "video=OBS")
    with pytest.raises(UserError, match="no camera 2 here, counted from 0; there are: Integrated Camera, OBS"):
        device_of("2", "win32", lambda: NAMED)
    assert device_of("rtsp://host/1", "win32", lambda: NAMED) is None
    assert device_of("C:\\clip.mp4", "win32", lambda: NAMED) is None


def test_macos_and_linux_have_their_own_names() -> None:
    assert device_of("0", "darwin", lambda: NAMED) == ("avfoundation", "Integrated Camera")
    assert device_of("camera:OBS", "darwin", lambda: NAMED) == ("avfoundation", "OBS")
    assert device_of("0", "linux") == ("v4l2", "/dev/video0")
    assert device_of("/dev/video3", "linux") == ("v4l2", "/dev/video3")
    assert device_of("clip.mp4", "linux") is None and device_of("0", "haiku") is None


def test_linux_lists_cameras_with_their_names_and_without_their_side_channels(tmp_path: Path) -> None:
    for number, name, index in ((10, "Stick", "0"), (2, "Built-in", "0"), (3, "Built-in", "1")):
        place = tmp_path / f"video{number}"
        place.mkdir()
        (place / "name").write_text(f"{name}\n")
        (place / "index").write_text(f"{index}\n")
    assert list_cameras("linux", tmp_path) == [Camera("/dev/video2", "Built-in"), Camera("/dev/video10", "Stick")]
    assert list_cameras("linux", tmp_path / "none") == []


@dataclass
class Device:
    name: str
    description: str
    media_types: list[str]


def test_windows_lists_what_ffmpeg_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def devices(kind: str) -> list[Device]:
        asked.append(kind)
        return [Device("@device_pnp_1", "Integrated Camera", ["video"]), Device("mic", "Microphone", ["audio"])]

    monkeypatch.setattr(av, "enumerate_input_devices", devices)
    assert list_cameras("win32") == [Camera("camera:@device_pnp_1", "Integrated Camera")]
    assert asked == ["dshow"]

    def fails(kind: str) -> list[Device]:
        raise av.FFmpegError(1, "not here")

    monkeypatch.setattr(av, "enumerate_input_devices", fails)
    assert list_cameras("win32") == []


def test_the_dialog_shows_names_and_gives_sources(
    monkeypatch: pytest.MonkeyPatch, preferences: Preferences, qtbot: QtBot
) -> None:
    monkeypatch.setattr(camera_dialog, "list_cameras", lambda: NAMED)
    parent = QWidget()
    qtbot.addWidget(parent)
    chosen: list[str] = []
    for text, expected in (("Integrated Camera (Integrated Camera)", NAMED[0].source), (" rtsp://a ", "rtsp://a")):
        dialog = CameraDialog(parent, preferences)
        dialog.chosen.connect(lambda source, _record: chosen.append(source))
        assert dialog.source.itemText(0).startswith("Integrated Camera")
        dialog.source.setCurrentText(text)
        dialog.go.click()
        assert chosen[-1] == expected
    assert preferences.texts("streams") == ["rtsp://a"], "cameras of the machine are found again anyway"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (av.InvalidDataError(errno.EINVAL, "Invalid data found"), "no video"),
        (OSError(errno.EBUSY, "Device or resource busy"), "another program uses it"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "nobody answers"),
        (TimeoutError("timed out"), "does not answer"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
    ],
)
def test_reasons_are_plain_words(error: Exception, said: str) -> None:
    assert said in reason(error) and "Errno" not in reason(error)


def test_what_is_no_video_is_said_without_a_number(tmp_path: Path) -> None:
    (tmp_path / "noise.mp4").write_bytes(bytes(range(256)) * 40)
    with pytest.raises(UserError, match=r"no picture can be had from .*: what comes from there is no video"):
        open_source(str(tmp_path / "noise.mp4"), 5, 5)


def test_a_stream_that_breaks_off_in_damaged_data_is_said_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, clip: Path
) -> None:
    """Some streams end in what is no error of the system but of FFmpeg."""
    from app.gui import live_stream

    class Broken:
        def __init__(self, container: object) -> None:
            self.streams = container.streams  # type: ignore[attr-defined]

        def demux(self, video: int) -> object:
            raise av.InvalidDataError(errno.EINVAL, "Invalid data found when processing input")
            yield

        def __enter__(self) -> Broken:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    whole = open_source(str(clip), 5, 5)
    monkeypatch.setattr(live_stream, "open_source", lambda *_: Broken(whole))
    camera = StreamReader(str(clip))
    with pytest.raises(UserError, match=r"the connection to .* was lost: what comes from there is no video"):
        camera.next()
    camera.close()
    whole.close()
