"""The window driven as a user does: open, analyse, switch, compare, export, remember."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.gui.frame_view import FrameView
from app.gui.main_window import MainWindow
from poses.bvh import read_bvh
from poses.sequences import VideoFrame
from poses.skeletons import H36M16, H36M17
from tests.app.clips import number_in
from tests.app.gui.conftest import MakeWindow, analyse, texts, wait_idle, wait_shown
from tests.app.gui.stand_ins import StandInCatalogue

pytestmark = pytest.mark.gui


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
    window = make_window(video=clip, wait_s=0.02)
    live: list[tuple[int, int, int]] = []

    def note(frame: VideoFrame, shown: FrameView) -> None:
        if window.controller.busy:
            live.append((frame.index, len(shown.poses_2d), len(shown.poses_3d)))

    window.controller.frame_ready.connect(note)
    maps: list[int] = []
    window.controller.maps_ready.connect(lambda frame_maps: maps.append(frame_maps.frame))
    analyse(window, qtbot)
    assert maps, "and so were the lifter's maps"
    assert any(flat and deep for _, flat, deep in live), "2D and 3D were seen before the end"
    assert [n for n, *_ in live] == sorted(n for n, *_ in live)
    window.player.seek(17)
    wait_shown(window, qtbot, 17)
    assert number_in(window.workspace.video.pixels) == 17
    motion = window.document.motion
    assert motion is not None and len(motion) == 40
    np.testing.assert_allclose(window.workspace.video.poses[0].xy, motion.persons[0].pose_2d.xy[17])
    np.testing.assert_allclose(window.workspace.scene.poses[0].xyz, motion.persons[0].world.xyz[17])


def test_switching_the_lifter_lifts_again_without_detecting(analysed: MainWindow, qtbot: QtBot) -> None:
    catalogue = analysed.catalogue
    assert isinstance(catalogue, StandInCatalogue)
    seen = len(catalogue.made)
    before = analysed.document.detections
    analysed.document.select(0, H36M17.index("LWrist"))
    box = analysed.choices.lifter
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    wait_idle(analysed, qtbot)
    motion = analysed.document.motion
    assert motion is not None and motion.lifter == "deep"
    assert len(motion.persons[0].world.skeleton) == 16
    assert len(catalogue.made) == seen and analysed.document.detections is before
    assert (
        analysed.document.state.analysis.ghost is not None and analysed.document.state.analysis.ghost.lifter == "flat"
    )
    assert analysed.document.selected == (0, H36M16.index("LWrist")), "the same joint, by its name"
    assert sum(f.ghost for f in analysed.view_controller.frame_view.poses_3d) == 1


def test_parts_that_cannot_run_are_shown_disabled_with_the_reason(make_window: MakeWindow) -> None:
    window = make_window()
    model = window.choices.lifter.model()
    index = model.index(window.choices.lifter.findData("lost"), 0)
    assert not model.flags(index) & Qt.ItemFlag.ItemIsEnabled
    assert "missing" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_only_the_range_is_analysed(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip)
    window.document.set_range(10, 19)
    analyse(window, qtbot)
    assert window.document.motion is not None
    assert window.document.motion.frame.tolist() == list(range(10, 20))
    window.player.seek(5)
    wait_shown(window, qtbot, 5)
    assert not window.view_controller.frame_view.poses_2d


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


def test_a_variant_of_a_format_is_written_and_remembered(analysed: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    for attempt in ("first", "second"):
        analysed.actions_.by_id["export"].trigger()
        dialog = analysed.files.dialog
        assert dialog is not None
        if attempt == "first":
            for id, box in dialog.formats.items():
                box.setChecked(id == "bvh")
            dialog.variants["bvh"].setCurrentIndex(dialog.variants["bvh"].findData("blender"))
        assert dialog.chosen_formats() == ["bvh:blender"], attempt
        dialog.folder.setText(str(tmp_path / attempt))
        with qtbot.waitSignal(analysed.files.exported, timeout=20000):
            qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
        dialog.close()
        qtbot.waitUntil(lambda: analysed.files.dialog is None, timeout=5000)
    height = read_bvh(tmp_path / "second" / "clip.bvh").joints()[..., 1]
    assert 0.5 < np.ptp(height) < 3, "metres"


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
    window.choices.lifter.chosen.emit("deep")
    window.actions_.by_id["theme_light"].trigger()
    window.close()
    again = make_window(video=clip)
    qtbot.wait(100)
    assert again.document.state.lifter == "deep"
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
    qtbot.waitUntil(lambda: not window.controller.busy, timeout=120000)
    motion = window.document.motion
    assert motion is not None and len(motion) == 6, texts(window)
    window.player.seek(30)
    wait_shown(window, qtbot, 30)
    (flat,) = window.view_controller.frame_view.poses_2d
    names = flat.skeleton.joint_names
    head, hip, foot = (flat.xy[names.index(n)] for n in ("Head", "Hip", "LFoot"))
    assert 150 < head[1] < 500 < hip[1] < foot[1] < 1250, "the skeleton stands on the woman"
    left, right = flat.xy[names.index("LShoulder"), 0], flat.xy[names.index("RShoulder"), 0]
    assert left > right, "she faces the camera: her left is on the right of the picture"
    (deep,) = window.view_controller.frame_view.poses_3d
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
    window.choices.detector.chosen.emit("stand_ins")
    dialog = window.findChild(OptionsDialog)
    assert dialog is not None, "a detector that reads files asks for them at once"
    assert "the file or folder with the keypoints" in [label.text() for label in dialog.findChildren(QLabel)]
    dialog.lines["path"].setText("poses.json")
    dialog._accept()
    analyse(window, qtbot)
    assert window.catalogue.asked == ("path=poses.json",)  # type: ignore[attr-defined]
    window.close()
    assert make_window().document.state.detector_options == ("path=poses.json",)
