"""The window driven as a user does: open, analyse, play, switch, correct, export; and what goes wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from app.gui.actions import COMMANDS
from app.gui.main_window import MainWindow
from app.gui.shown import Shown
from poses.sequences import VideoFrame
from poses.skeletons import H36M16, H36M17
from tests.app.clips import make_clip, number_in
from tests.app.gui.conftest import MakeWindow, analyse, wait_idle, wait_shown
from tests.app.gui.stand_ins import StandInCatalogue

pytestmark = pytest.mark.gui


def texts(window: MainWindow) -> list[str]:
    return [card.text for card in window.notices.cards]


def test_first_page_lists_recent_files_and_opens_one(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    first = make_window(video=clip)
    first.close()
    window = make_window()
    assert window.stack.currentWidget() is window.welcome
    assert window.preferences.recent() == [str(clip)]
    window.welcome.recent_requested.emit(str(clip))
    qtbot.waitUntil(lambda: window.document.info is not None, timeout=15000)
    assert window.stack.currentWidget() is window.workspace


def test_opening_shows_the_first_frame_and_the_facts(make_window: MakeWindow, clip: Path) -> None:
    window = make_window(video=clip)
    assert window.windowTitle() == "clip.mp4[*] — Marey"
    assert window.player.count == 40
    assert number_in(window.workspace.video.pixels) == 0


def test_analysing_shows_live_frames_then_all_views_agree(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip, wait_s=0.01)
    live: list[tuple[int, int, int]] = []

    def note(frame: VideoFrame, shown: Shown) -> None:
        if window.conductor.busy:
            live.append((frame.index, len(shown.figures_2d), len(shown.figures_3d)))

    window.conductor.pictured.connect(note)
    maps: list[int] = []
    window.conductor.explained.connect(lambda explanation: maps.append(explanation.frame))
    analyse(window, qtbot)
    assert maps, "and so were the lifter's maps"
    assert any(flat and deep for _, flat, deep in live), "2D and 3D were seen before the end"
    assert [n for n, *_ in live] == sorted(n for n, *_ in live)
    window.player.seek(17)
    wait_shown(window, qtbot, 17)
    assert number_in(window.workspace.video.pixels) == 17
    motion = window.document.motion
    assert motion is not None and len(motion) == 40
    np.testing.assert_allclose(window.workspace.video.figures[0].xy, motion.persons[0].pose_2d.xy[17])
    np.testing.assert_allclose(window.workspace.scene.figures[0].xyz, motion.persons[0].world.xyz[17])


def test_switching_the_lifter_lifts_again_without_detecting(analysed: MainWindow, qtbot: QtBot) -> None:
    catalogue = analysed.catalogue
    assert isinstance(catalogue, StandInCatalogue)
    seen = len(catalogue.made)
    before = analysed.document.detections
    analysed.document.select(0, H36M17.index("LWrist"))
    box = analysed.lifter_choice
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    wait_idle(analysed, qtbot)
    motion = analysed.document.motion
    assert motion is not None and motion.lifter == "deep"
    assert len(motion.persons[0].world.skeleton) == 16
    assert len(catalogue.made) == seen and analysed.document.detections is before
    assert analysed.document.ghost is not None and analysed.document.ghost.lifter == "flat"
    assert analysed.document.selected == (0, H36M16.index("LWrist")), "the same joint, by its name"
    assert sum(f.ghost for f in analysed.showing.shown.figures_3d) == 1


def test_parts_that_cannot_run_are_shown_disabled_with_the_reason(make_window: MakeWindow) -> None:
    window = make_window()
    model = window.lifter_choice.model()
    index = model.index(window.lifter_choice.findData("lost"), 0)
    assert not model.flags(index) & Qt.ItemFlag.ItemIsEnabled
    assert "missing" in index.data(Qt.ItemDataRole.ToolTipRole)


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
    assert 470 <= jump < 700, "the frame after the pause comes at its own time"


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
    qtbot.wait(700)
    window.actions_.by_id["play"].trigger()
    assert len(rows) > 5 and set(rows) <= set(range(5, 10))


def test_scrubbing_shows_the_newest_frame(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip)
    timeline = window.workspace.timeline
    for frame in (3, 30, 8, 25):
        qtbot.mouseClick(
            timeline, Qt.MouseButton.LeftButton, pos=QPointF(timeline.x_of(frame), timeline.height() - 10).toPoint()
        )
    wait_shown(window, qtbot, 25)
    assert number_in(window.workspace.video.pixels) == 25


def test_only_the_range_is_analysed(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip)
    window.document.set_range(10, 19)
    analyse(window, qtbot)
    assert window.document.motion is not None
    assert window.document.motion.frame.tolist() == list(range(10, 20))
    window.player.seek(5)
    wait_shown(window, qtbot, 5)
    assert not window.showing.shown.figures_2d


def test_cancelling_keeps_what_was_detected(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip, wait_s=0.05)
    window.actions_.by_id["analyse"].trigger()
    qtbot.waitUntil(lambda: window.status.bar.value() >= 8, timeout=15000)
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
    analysed.lifter_choice.chosen.emit("broken")
    wait_idle(analysed, qtbot)
    assert texts(analysed) == ["the weights of broken do not match their card: get them again"]
    assert analysed.document.motion is before


def test_a_video_pulled_away_is_told_once(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip)
    analyse(window, qtbot)
    clip.unlink()
    window.conductor.pictures._reader._kept.clear()  # type: ignore[union-attr]
    window.conductor.pictures._reader._position = 10**6  # type: ignore[union-attr]
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


def drop(window: MainWindow, *urls: QUrl) -> None:
    data = QMimeData()
    data.setUrls(list(urls))
    action, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(50, 50), action, data, buttons, keys))


def test_a_dropped_video_is_opened_and_anything_else_is_refused_plainly(
    make_window: MakeWindow, clip: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window()
    drop(window, QUrl.fromLocalFile(str(tmp_path / "notes.txt")))
    assert texts(window)[0].startswith("not supported: notes.txt")
    drop(window, QUrl("https://example.org/a.mp4"))
    assert "not a file of this computer" in texts(window)[1]
    drop(window, QUrl.fromLocalFile(str(clip)))
    qtbot.waitUntil(lambda: window.document.info is not None, timeout=15000)


def test_export_writes_the_chosen_formats_and_shows_the_paths(
    analysed: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    analysed.document.set_range(5, 14)
    analysed.actions_.by_id["export"].trigger()
    dialog = analysed.files.dialog
    assert dialog is not None
    for id, box in dialog.formats.items():
        box.setChecked(id in ("csv", "npz"))
    dialog.range.setChecked(True)
    dialog.folder.setText(str(tmp_path / "out"))
    with qtbot.waitSignal(analysed.files.exported, timeout=20000):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    written = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert written == ["clip.csv", "clip.npz"]
    assert str(tmp_path / "out" / "clip.csv") in dialog.outcome.toPlainText()
    with np.load(tmp_path / "out" / "clip.npz") as arrays:
        assert arrays["frame"].tolist() == list(range(5, 15))
    dialog.close()


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


def test_an_error_in_drawing_never_closes_the_window(analysed: MainWindow, qtbot: QtBot) -> None:
    analysed.attempt(lambda: 1 / 0)
    assert any("ZeroDivisionError" in text for text in texts(analysed))
    analysed.player.seek(3)
    wait_shown(analysed, qtbot, 3)


def test_frames_without_anybody_are_empty_and_said_so(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip, absent=range(12, 40))
    analyse(window, qtbot)
    window.player.seek(30)
    wait_shown(window, qtbot, 30)
    assert not window.showing.shown.figures_3d
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
    assert window.document.motion is None and not window.conductor.busy


def test_every_command_can_be_triggered(analysed: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing chosen in file dialogs; none may raise or leave an error card."""
    from PySide6.QtGui import QDesktopServices
    from PySide6.QtWidgets import QApplication, QFileDialog

    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: ("", ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: ("", ""))
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda *a: True)
    analysed.document.set_range(5, 20)
    analysed.document.select(0, 6)
    last = ("close_video", "quit")
    order = [c.id for c in COMMANDS if c.id not in last] + ["close_video"]
    for id in order:
        action = analysed.actions_.by_id[id]
        analysed.showing.update_commands()
        action.trigger()
        wait_idle(analysed, qtbot)
        for box in QApplication.topLevelWidgets():
            if box is not analysed and box.isVisible():
                box.close()
        assert not [c.text for c in analysed.notices.cards if c.kind == "error"], id
    assert analysed.document.info is None


def test_every_dock_opens_and_shows_the_current_frame(analysed: MainWindow, qtbot: QtBot) -> None:
    for id, dock in analysed.docks.items():
        analysed.open_dock(id)
        qtbot.waitUntil(lambda dock=dock: dock.content is not None, timeout=5000)
    assert analysed.docks["plots"].content.motion is analysed.document.motion  # type: ignore[union-attr]
    analysed.open_dock("attention")
    view = analysed.docks["attention"].content
    assert view is not None
    qtbot.waitUntil(lambda: view.shown_map is not None, timeout=5000)
    assert view.shown_map.name == "spatial attention"  # type: ignore[union-attr]


def test_command_search_finds_and_does(analysed: MainWindow, qtbot: QtBot) -> None:
    from app.gui.panels.search import CommandSearch

    analysed.player.seek(20)
    analysed.help.search()
    box = analysed.findChild(CommandSearch)
    assert box is not None
    qtbot.keyClicks(box.line, "first frame")
    qtbot.keyClick(box.line, Qt.Key.Key_Return)
    assert analysed.player.row == 0


def test_settings_and_layout_are_remembered(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip)
    window.docks["plots"].show()
    window.docks["joints"].hide()
    window.lifter_choice.chosen.emit("deep")
    window.actions_.by_id["theme_light"].trigger()
    window.close()
    again = make_window(video=clip)
    qtbot.wait(100)
    assert again.conductor.lifter == "deep"
    assert again.preferences.text("theme") == "light"
    assert not again.docks["plots"].isHidden() and again.docks["joints"].isHidden()
    again.actions_.by_id["reset_layout"].trigger()
    assert again.docks["plots"].isHidden() and not again.docks["joints"].isHidden()
    again.actions_.by_id["theme_dark"].trigger()


def test_comparing_lists_every_lifter_and_one_that_fails_says_why(analysed: MainWindow, qtbot: QtBot) -> None:
    before = analysed.document.motion
    analysed.actions_.by_id["compare"].trigger()
    wait_idle(analysed, qtbot)
    table = analysed.docks["compare"].content.table  # type: ignore[union-attr]
    rows = {table.item(r, 0).text(): [table.item(r, c).text() for c in range(7)] for r in range(table.rowCount())}
    assert set(rows) == {"Flat  (shown)", "Deep", "Broken"}
    assert rows["Flat  (shown)"][5] == "0" and float(rows["Deep"][5]) > 10
    assert "do not match their card" in rows["Broken"][6]
    assert analysed.document.motion is before
    joints = analysed.docks["compare"].content.joints  # type: ignore[union-attr]
    assert joints.rowCount() == 16 and joints.horizontalHeaderItem(1).text() == "Deep, mm"
    table.itemActivated.emit(table.item([*rows].index("Deep"), 0))
    wait_idle(analysed, qtbot)
    assert analysed.document.motion.lifter == "deep"  # type: ignore[union-attr]
    rows = {table.item(r, 0).text(): table.item(r, 5).text() for r in range(table.rowCount())}
    assert rows["Deep  (shown)"] == "0" and float(rows["Flat"]) > 10, "from the one that is shown now"
    analysed.document.set_range(5, 9)
    analysed.actions_.by_id["mask_span"].trigger()
    wait_idle(analysed, qtbot)
    assert table.rowCount() == 0, "after a correction the numbers are out of date"


@pytest.mark.slow
def test_a_real_video_from_opening_to_export(
    make_window: MakeWindow, shared_data: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    """With the detector and the lifter that ship: half a second of the squats."""
    from app.gui.catalogue import Catalogue

    catalogue = Catalogue()
    if not catalogue.default_lifter():
        pytest.skip("no weights are here")
    window = make_window(catalogue, shared_data / "videos" / "squats.mp4")
    window.document.set_range(28, 33)
    window.actions_.by_id["analyse"].trigger()
    qtbot.waitUntil(lambda: not window.conductor.busy, timeout=120000)
    motion = window.document.motion
    assert motion is not None and len(motion) == 6, texts(window)
    window.player.seek(30)
    wait_shown(window, qtbot, 30)
    (flat,) = window.showing.shown.figures_2d
    names = flat.skeleton.joint_names
    head, hip, foot = (flat.xy[names.index(n)] for n in ("Head", "Hip", "LFoot"))
    assert 150 < head[1] < 500 < hip[1] < foot[1] < 1250, "the skeleton stands on the woman"
    left, right = flat.xy[names.index("LShoulder"), 0], flat.xy[names.index("RShoulder"), 0]
    assert left > right, "she faces the camera: her left is on the right of the picture"
    (deep,) = window.showing.shown.figures_3d
    assert deep.xyz[names.index("Head"), 1] > deep.xyz[names.index("Hip"), 1] > deep.xyz[names.index("LFoot"), 1]
    assert deep.xyz[names.index("LShoulder"), 0] > deep.xyz[names.index("RShoulder"), 0]
    window.open_dock("attention")
    qtbot.waitUntil(lambda: window.docks["attention"].content.shown_map is not None, timeout=60000)  # type: ignore[union-attr]
    window.actions_.by_id["export"].trigger()
    dialog = window.files.dialog
    assert dialog is not None
    dialog.folder.setText(str(tmp_path))
    with qtbot.waitSignal(window.files.exported, timeout=60000):
        dialog.go.click()
    assert {"squats.bvh", "squats.csv", "squats.npz"} <= {p.name for p in tmp_path.iterdir()}
    dialog.close()


def test_options_of_a_detector_are_asked_for_handed_on_and_remembered(
    make_window: MakeWindow, clip: Path, qtbot: QtBot
) -> None:
    from app.gui.panels.options_dialog import OptionsDialog

    window = make_window(video=clip)
    window.detector_choice.chosen.emit("stand_ins")
    dialog = window.findChild(OptionsDialog)
    assert dialog is not None, "a detector that reads files asks for them at once"
    dialog.lines["path"].setText("poses.json")
    dialog._accept()
    analyse(window, qtbot)
    assert window.catalogue.asked == ("path=poses.json",)  # type: ignore[attr-defined]
    window.close()
    assert make_window().conductor.detector_options == ("path=poses.json",)
