"""What is seen of the window: nothing covered, cut off or unreadable, in both themes and in a small window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QStatusTipEvent
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.main_window import MainWindow
from app.gui.panels.status import Status
from tests.app.gui.conftest import MakeWindow, wait_idle

pytestmark = pytest.mark.gui


def colours_of(image: QImage) -> np.ndarray:
    """(H, W, 3) 0..255."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def near(colours: np.ndarray, colour: str) -> np.ndarray:
    """(H, W) bool: pixels of about that colour."""
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return np.asarray(np.abs(colours - wanted).max(axis=-1) < 24)


@pytest.fixture(params=["light", "dark"])
def look(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[theme.Theme]:
    theme.apply(theme.THEMES[request.param])
    yield theme.THEMES[request.param]
    theme.apply(theme.DARK)


def test_a_tip_covers_neither_progress_nor_cancel(make_window: MakeWindow, clip: Path, qtbot: QtBot) -> None:
    window = make_window(video=clip, wait_s=0.05)
    window.actions_.by_id["analyse"].trigger()
    status = window.status
    qtbot.waitUntil(lambda: status.bar.isVisible() and status.bar.value() > 0, timeout=10000)
    place = status.cancel.mapTo(window, QPoint(0, 0))
    tip = window.actions_.by_id["cancel"].statusTip()
    assert tip
    QApplication.sendEvent(window, QStatusTipEvent(tip))
    assert status.currentMessage() == tip, "the tip is what Qt shows for what the pointer is over"
    assert status.cancel.isVisible() and status.bar.isVisible()
    assert status.cancel.mapTo(window, QPoint(0, 0)) == place
    qtbot.mouseClick(status.cancel, Qt.MouseButton.LeftButton)
    wait_idle(window, qtbot)
    assert not status.cancel.isVisible()


def test_a_tip_is_not_painted_through_the_progress(qtbot: QtBot, qapp: QApplication) -> None:
    from app.gui.actions import Actions

    holder = QWidget()
    status = Status(Actions(holder, lambda _target: lambda: None))
    qtbot.addWidget(holder)
    qtbot.addWidget(status)
    status.resize(900, 30)
    status.set_facts("720 × 1280    5 fps    h264")
    status.show()
    status.set_progress("Detecting", 12, 65, 20.0)
    before = colours_of(status.grab().toImage())
    status.showMessage("Stop; what was computed stays")
    status.set_progress("Detecting", 12, 65, 20.0)
    np.testing.assert_array_equal(colours_of(status.grab().toImage()), before)


def test_the_entry_under_the_pointer_stands_out_in_every_drop_down(qtbot: QtBot, look: theme.Theme) -> None:
    box = QComboBox()
    qtbot.addWidget(box)
    box.addItems(["One", "Two", "Three"])
    box.resize(200, 30)
    box.show()
    box.showPopup()
    view = box.view()
    qtbot.waitUntil(view.isVisible, timeout=5000)
    view.setCurrentIndex(view.model().index(1, 0))  # as the pointer does
    row = view.visualRect(view.model().index(1, 0))
    seen = colours_of(view.viewport().grab(row).toImage())
    accent, text = near(seen, look.accent), near(seen, look.on_accent)
    assert accent.mean() > 0.6, "the ground of the entry"
    assert 5 < text.sum() < 0.3 * text.size, "its letters"
    box.hidePopup()


@pytest.mark.parametrize("name", ["light", "dark", "system"])
def test_the_menu_ticks_the_theme_that_is_chosen(make_window: MakeWindow, name: str) -> None:
    window = make_window()
    window.actions_.by_id[f"theme_{name}"].trigger()

    def ticked(of: MainWindow) -> list[str]:
        return [n for n in ("light", "dark", "system") if of.actions_.by_id[f"theme_{n}"].isChecked()]

    assert ticked(window) == [name]
    window.close()
    again = make_window()
    assert ticked(again) == [name]
    again.actions_.by_id["theme_dark"].trigger()


def test_the_key_of_a_dock_brings_it_to_the_front_and_away_again(analysed: MainWindow, qtbot: QtBot) -> None:
    def press(key: Qt.Key) -> None:
        qtbot.keyClick(analysed.workspace.timeline, key, Qt.KeyboardModifier.ControlModifier)

    training, attention = analysed.docks["training"], analysed.docks["attention"]
    assert attention.in_sight and training.isHidden()
    press(Qt.Key.Key_6)
    qtbot.waitUntil(lambda: training.in_sight and not attention.in_sight, timeout=5000)
    press(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: attention.in_sight and not training.in_sight, timeout=5000)
    assert not training.isHidden(), "it lies behind"
    press(Qt.Key.Key_1)
    qtbot.waitUntil(attention.isHidden, timeout=5000)


def test_speed_and_frame_number_stay_in_a_small_window(analysed: MainWindow, qtbot: QtBot) -> None:
    analysed.resize(1024, 700)
    qtbot.waitUntil(lambda: analysed.width() == 1024, timeout=5000)
    bar = analysed.workspace.transport
    for part in (bar.speed, bar._frame, bar._time):
        assert part.isVisible() and bar.rect().contains(part.geometry())


def test_notices_lie_over_no_dock(analysed: MainWindow, qtbot: QtBot) -> None:
    for size in ((1480, 920), (1024, 700)):
        analysed.resize(*size)
        analysed.open_dock("plots")
        card = analysed.notices.show("warning", "something long enough to be broken over more than one line " * 3)
        qtbot.waitUntil(lambda size=size: analysed.width() == size[0], timeout=5000)
        qtbot.wait(50)
        assert analysed.rect().contains(card.geometry())
        for dock in analysed.docks.values():
            if dock.in_sight:
                assert not dock.geometry().intersects(card.geometry()), (dock.kind.id, size)


def test_what_an_analysis_has_to_tell_is_told_once(analysed: MainWindow, qtbot: QtBot) -> None:
    from dataclasses import replace

    def lifted_again(frames: int) -> list[str]:
        motion = analysed.document.motion
        assert motion is not None
        text = f"the detector had left and right of person 1 exchanged in {frames} frames, they were put back"
        analysed.document.set_lifted(replace(motion, warnings=(text,)))
        told = [card.text for card in analysed.notices.cards if card.kind == "note"]
        analysed.notices.clear("note")
        return told

    assert [lifted_again(n) != [] for n in (7, 7, 9)] == [True, False, False]
    analysed.document.analysed.emit()
    assert lifted_again(9), "another analysis tells its own"
