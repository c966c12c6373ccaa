"""Every command of the table, with real keys or real clicks in its menu, and what it does."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from app.gui import file_commands, help_commands
from app.gui.actions import COMMANDS, MENUS, Command
from app.gui.main_window import MainWindow
from app.gui.panels.docks import DOCKS
from tests.app.gui.conftest import MakeWindow, analyse, wait_idle
from tests.app.gui.drives import DRIVES
from tests.app.gui.stage import Stage

pytestmark = pytest.mark.gui
# What is analysed is gone afterwards: driven last.
ENDS = ("open", "open_example", "open_pictures", "close_video", "quit")


def test_every_command_is_driven_here() -> None:
    assert set(DRIVES) == {command.id for command in COMMANDS}


def test_no_two_commands_have_the_same_keys() -> None:
    keys = [c.shortcut for c in COMMANDS if c.shortcut] + [kind.shortcut for kind in DOCKS if kind.shortcut]
    assert len(keys) == len(set(keys))


def test_every_command_can_be_reached_by_keys_or_in_a_menu() -> None:
    assert all(command.shortcut or command.menu in MENUS for command in COMMANDS)


@pytest.fixture
def stage(make_window: MakeWindow, clip: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """An analysed clip in which nobody is seen for a moment; the system's file dialogs answer at once."""
    window = make_window(video=clip, absent=range(20, 24))
    analyse(window, qtbot)
    there = Stage(window, qtbot, tmp_path)
    samples = tmp_path / "samples"
    samples.mkdir()
    shutil.copy(clip, samples / "sample.mp4")
    shutil.copy(clip, tmp_path / "other.mp4")
    (tmp_path / "marey.log").write_text("a line")

    def show(url: object) -> bool:
        there.opened = url.toLocalFile()  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(file_commands, "SAMPLES", samples)
    monkeypatch.setattr(help_commands, "log_file", lambda: tmp_path / "marey.log")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (there.answer, ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: there.answer)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (there.answer, ""))
    monkeypatch.setattr(QDesktopServices, "openUrl", show)
    return there


def press(window: MainWindow, action: QAction, qtbot: QtBot) -> None:
    keys = action.shortcut()[0]
    qtbot.keyClick(window.workspace.timeline, keys.key(), keys.keyboardModifiers())


def click(window: MainWindow, action: QAction, qtbot: QtBot) -> None:
    """Open its menu with the mouse, then click it there."""
    bar = window.menuBar()
    menu = next(m for m in bar.findChildren(QMenu) if action in m.actions())
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.actionGeometry(menu.menuAction()).center())
    qtbot.waitUntil(menu.isVisible, timeout=5000)
    qtbot.mouseMove(menu, menu.actionGeometry(action).center())
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    qtbot.waitUntil(lambda: not menu.isVisible(), timeout=5000)


def drive(stage: Stage, command: Command) -> None:
    window = stage.window
    action = window.actions_.by_id[command.id]
    before = action.isChecked()
    steps = DRIVES[command.id](stage)
    next(steps)
    assert action.isEnabled(), f"{command.id} can be asked for"
    (press if command.shortcut else click)(window, action, stage.qtbot)
    for _ in steps:
        raise AssertionError("a drive yields once")
    assert not [c.text for c in window.notices.cards if c.kind != "info"], command.id
    if command.checkable and action.isChecked() != before:
        action.trigger()
    wait_idle(window, stage.qtbot)


@pytest.mark.parametrize("menu", [*MENUS, ""], ids=lambda title: title.replace("&", "") or "keys")
def test_the_commands_of_a_menu_do_what_they_say(menu: str, stage: Stage) -> None:
    chosen = [c for c in COMMANDS if c.menu == menu]
    for command in sorted(chosen, key=lambda c: c.id in ENDS):
        try:
            if command.id not in ENDS:
                stage.clean()
            drive(stage, command)
        except Exception as error:
            raise AssertionError(f"{command.id}: {error}") from error


def test_every_dock_opens_and_closes_with_its_keys(stage: Stage) -> None:
    for kind in DOCKS:
        dock = stage.window.docks[kind.id]
        dock.hide()
        press(stage.window, dock.toggleViewAction(), stage.qtbot)
        stage.until(dock.isVisible)
        assert dock.content is not None, kind.id
        press(stage.window, dock.toggleViewAction(), stage.qtbot)
        stage.until(lambda dock=dock: not dock.isVisible())
