"""What comes late, of something that is not wanted any more, changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.pipeline.video import FrameReader
from app.project import SavedAnalysis, write_analysis
from tests.app.gui.conftest import MakeWindow, analyse, texts, wait_idle
from tests.app.gui.stand_ins import StandInCatalogue, StandInLifter

pytestmark = pytest.mark.gui


class Slow:
    """Videos whose name begins with "slow" open when `go` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go, self.begun, self.closed = Event(), Event(), Event()
        init, close = FrameReader.__init__, FrameReader.close

        def slow_init(reader: FrameReader, path: str) -> None:
            init(reader, path)
            if Path(path).name.startswith("slow"):
                self.begun.set()
                assert self.go.wait(20)

        def close_noted(reader: FrameReader) -> None:
            close(reader)
            if Path(reader.info.path).name.startswith("slow"):
                self.closed.set()

        monkeypatch.setattr(FrameReader, "__init__", slow_init)
        monkeypatch.setattr(FrameReader, "close", close_noted)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    made = Slow(monkeypatch)
    yield made
    made.go.set()


@pytest.fixture
def slow_clip(clip: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(clip, tmp_path / "slow.mp4"))


def test_a_slow_video_does_not_get_the_analysis_of_the_next_one(
    analysed: MainWindow, make_window: MakeWindow, clip: Path, slow: Slow, slow_clip: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    """Open slow A, then B.marey whose video cannot be read any more."""
    found = analysed.document.detections
    assert found is not None
    kept = tmp_path / "b.marey"
    write_analysis(kept, SavedAnalysis(found, (), analysed.document.state.settings, "flat"))
    clip.write_bytes(b"no video any more")
    window = make_window()
    window.files.open(str(slow_clip))
    assert slow.begun.wait(10)
    window.files.open(str(kept))
    slow.go.set()
    qtbot.waitUntil(lambda: bool(window.notices.cards), timeout=15000)
    qtbot.wait(300)
    wait_idle(window, qtbot)
    assert window.document.detections is None and not window.document.state.place
    assert window.document.info is None and window.stack.currentWidget() is window.welcome
    assert len(texts(window)) == 1 and "clip.mp4" in texts(window)[0]
    assert slow.closed.wait(5), "the file that nobody wants is let go"


def test_closing_while_a_video_is_being_opened_is_the_last_word(
    make_window: MakeWindow, clip: Path, slow: Slow, slow_clip: Path, qtbot: QtBot
) -> None:
    window = make_window(video=clip)
    window.files.open(str(slow_clip))
    assert slow.begun.wait(10)
    window.actions_.by_id["close_video"].trigger()
    assert window.document.info is None
    slow.go.set()
    assert slow.closed.wait(10)
    qtbot.wait(200)
    assert window.document.info is None and window.stack.currentWidget() is window.welcome


def test_the_last_of_two_videos_opened_in_a_row_is_open(
    make_window: MakeWindow, clip: Path, slow: Slow, slow_clip: Path, qtbot: QtBot
) -> None:
    window = make_window()
    window.files.open(str(slow_clip))
    assert slow.begun.wait(10)
    window.files.open(str(clip))
    slow.go.set()
    qtbot.waitUntil(lambda: window.document.info is not None, timeout=15000)
    assert window.document.name == "clip.mp4"
    qtbot.wait(200)
    assert window.document.name == "clip.mp4"


class SlowMaps(StandInCatalogue):
    """Maps that take as long as the test wants."""

    def __init__(self) -> None:
        super().__init__()
        self.go, self.begun = Event(), Event()

    def load_lifter(self, id: str, device: str) -> StandInLifter:
        lifter = super().load_lifter(id, device)
        maps = lifter.maps

        def slowly(window: object) -> object:
            self.begun.set()
            assert self.go.wait(20)
            return maps(window)  # type: ignore[arg-type]

        lifter.maps = slowly  # type: ignore[assignment, method-assign]
        return lifter


def test_maps_of_a_video_that_was_closed_are_not_shown(
    make_window: MakeWindow, clip: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = Path(shutil.copy(clip, tmp_path / "other.mp4"))
    catalogue = SlowMaps()
    catalogue.go.set()
    window = make_window(catalogue, video=clip)
    analyse(window, qtbot)
    catalogue.go.clear()
    catalogue.begun.clear()
    came: list[object] = []
    window.dock_controller.frame_maps_thread.maps_ready.connect(came.append)
    window.player.seek(7)
    assert qtbot.waitUntil(catalogue.begun.is_set, timeout=10000) is None
    window.files.open(str(other))
    qtbot.waitUntil(lambda: window.document.name == "other.mp4", timeout=15000)
    came.clear()
    catalogue.go.set()
    qtbot.wait(400)
    assert not came
