"""The maps on the screen are of the frame on the screen; where there are none the dock says why."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from tests.app.gui.conftest import wait_idle, wait_shown

pytestmark = pytest.mark.gui


def maps_dock(window: MainWindow, qtbot: QtBot) -> Any:
    """The dock, with a map in it."""
    window.open_dock("attention")
    view: Any = window.docks["attention"].content
    qtbot.waitUntil(lambda: view.shown_map is not None, timeout=10000)
    return view


def test_a_frame_outside_the_analysed_range_has_no_maps_and_says_so(analysed: MainWindow, qtbot: QtBot) -> None:
    view = maps_dock(analysed, qtbot)
    analysed.document.set_range(5, 20)
    analysed.actions_.by_id["analyse"].trigger()
    wait_idle(analysed, qtbot)
    analysed.player.seek(10)
    wait_shown(analysed, qtbot, 10)
    qtbot.waitUntil(lambda: view.shown_map is not None, timeout=10000)
    analysed.player.seek(30)
    wait_shown(analysed, qtbot, 30)
    qtbot.waitUntil(lambda: view.shown_map is None, timeout=10000)
    assert view._note.text() == "This frame was not analysed."


def test_another_analysis_does_not_begin_under_the_old_maps(analysed: MainWindow, qtbot: QtBot) -> None:
    view = maps_dock(analysed, qtbot)
    assert view.isVisible()
    analysed.catalogue.options.update(wait_s=0.05, absent=range(40))  # type: ignore[attr-defined]
    analysed.actions_.by_id["analyse"].trigger()
    qtbot.waitUntil(lambda: analysed.status.bar.value() > 4, timeout=10000)
    assert analysed.controller.detecting and view.shown_map is None, "nobody was seen yet"
    analysed.catalogue.options.update(wait_s=0.0)  # type: ignore[attr-defined]
    wait_idle(analysed, qtbot)


def test_maps_come_after_a_comparison_that_was_running_when_they_were_asked_for(
    analysed: MainWindow, qtbot: QtBot
) -> None:
    analysed.docks["attention"].hide()
    analysed.actions_.by_id["compare"].trigger()
    qtbot.keyClick(analysed.workspace.timeline, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    wait_idle(analysed, qtbot)
    view: Any = analysed.docks["attention"].content
    qtbot.waitUntil(lambda: view.shown_map is not None, timeout=10000)
