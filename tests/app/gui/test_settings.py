"""The settings panel: what is chosen there reaches what is computed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from tests.app.gui.conftest import MakeWindow, wait_idle

pytestmark = pytest.mark.gui


def test_the_device_is_chosen_with_keys_used_for_the_next_lifter_and_remembered(
    analysed: MainWindow, make_window: MakeWindow, qtbot: QtBot
) -> None:
    analysed.open_dock("settings")
    qtbot.waitUntil(lambda: analysed.docks["settings"].content is not None, timeout=5000)
    box = analysed.docks["settings"].content.device  # type: ignore[union-attr]
    assert [box.itemData(n) for n in range(box.count())] == ["auto", "cpu", "cuda"], "only what is there"
    before = analysed.document.motion
    box.setFocus()
    for _ in range(2):
        qtbot.keyClick(box, Qt.Key.Key_Down)
        wait_idle(analysed, qtbot)
    loaded = analysed.catalogue.loaded  # type: ignore[attr-defined]
    assert ("flat", "cuda") in loaded and analysed.document.motion is not before
    assert box.currentData() == "cuda", "it stays chosen when the result is there"
    analysed.actions_.by_id["analyse"].trigger()
    wait_idle(analysed, qtbot)
    assert loaded.count(("flat", "cuda")) <= 2, "a lifter is loaded once for each thread"
    analysed.close()
    again = make_window()
    assert again.document.state.device == "cuda"


def test_how_accurate_the_detector_is_to_be_is_a_choice_with_its_speed_here_and_remembered(
    analysed: MainWindow, make_window: MakeWindow, qtbot: QtBot
) -> None:
    analysed.open_dock("settings")
    qtbot.waitUntil(lambda: analysed.docks["settings"].content is not None, timeout=5000)
    box = analysed.docks["settings"].content.detection  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: box.itemText(1).endswith("frames/s"), timeout=5000)
    shown = [box.itemText(n).split("    ") for n in range(box.count())]
    assert shown == [["Automatic", "60 frames/s"], ["Fast", "122 frames/s"], ["Balanced", "60 frames/s"], ["Accurate"]]
    assert not box.model().item(3).isEnabled(), "its network is not here"
    assert box.currentData() == "auto"
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert analysed.document.state.detector_options == ("size=lite",)
    analysed.actions_.by_id["analyse"].trigger()
    wait_idle(analysed, qtbot)
    assert analysed.catalogue.asked == ("size=lite",)  # type: ignore[attr-defined]
    assert box.currentData() == "lite", "it stays chosen when the result is there"
    analysed.close()
    again = make_window()
    again.open_dock("settings")
    qtbot.waitUntil(lambda: again.docks["settings"].content is not None, timeout=5000)
    box = again.docks["settings"].content.detection  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: box.itemText(1).endswith("frames/s"), timeout=5000)
    assert box.currentData() == "lite" and again.catalogue.measured == 0  # type: ignore[attr-defined]


def test_a_detector_without_choices_has_none(analysed: MainWindow, qtbot: QtBot) -> None:
    analysed.open_dock("settings")
    qtbot.waitUntil(lambda: analysed.docks["settings"].content is not None, timeout=5000)
    box = analysed.docks["settings"].content.detection  # type: ignore[union-attr]
    panel = analysed.docks["settings"].content
    assert box.isVisibleTo(panel)
    analysed.document.change(detector="absent")
    assert not box.isVisibleTo(panel)


def test_slow_motion_is_lifted_again_at_once_in_the_times_of_life(analysed: MainWindow, qtbot: QtBot) -> None:
    analysed.open_dock("settings")
    qtbot.waitUntil(lambda: analysed.docks["settings"].content is not None, timeout=5000)
    before = analysed.document.motion
    analysed.docks["settings"].content.slow_motion.setValue(4)  # type: ignore[union-attr]
    wait_idle(analysed, qtbot)
    after = analysed.document.motion
    assert before is not None and after is not None and after.slow_motion == 4 and after.rate == 4 * before.rate
    assert after.time_s.tolist() == (before.time_s / 4).tolist() and after.frame.tolist() == before.frame.tolist()
