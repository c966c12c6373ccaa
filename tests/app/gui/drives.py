"""How each command of the table is driven and what it must do: a generator for each, by the command's id.

What stands before `yield` prepares; at `yield` the test presses the command's keys, or clicks it in its menu; what
stands behind looks whether it did what its name says. `drive` keeps the window analysed and idle between commands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QPushButton

from app.edits import IdentitySwap, LeftRightFlip, Mask, Merge, Move, Split
from app.gui.main_window import MainWindow
from app.gui.panels.about import AboutBox, ShortcutBox
from app.gui.panels.options_dialog import OptionsDialog
from app.gui.panels.search import CommandSearch
from app.unfinished import NOTE
from poses.skeletons import H36M17
from tests.app.gui.conftest import wait_detected, wait_idle, wait_shown
from tests.app.gui.drives_views import (
    arcs,
    fit,
    frame_figures,
    full_screen,
    looks_from,
    moved,
    open_log,
    option,
    orbit_changes,
    reset_layout,
    scales,
    theme_is,
    whole_timeline,
    wider,
)
from tests.app.gui.stage import WRIST, Drive, Stage


def file_written(name: str, stage: Stage) -> Drive:
    if name == "map.png":
        stage.window.open_dock("attention")
        view: Any = stage.window.docks["attention"].content
        stage.until(lambda: view.shown_map is not None)
    stage.answer = str(stage.folder / name)
    yield
    assert (stage.folder / name).stat().st_size > 200


def video_opened(name: str, stage: Stage) -> Drive:
    stage.answer = str(stage.folder / name)
    yield
    stage.until(lambda: stage.window.document.name == name and stage.window.workspace.video.has_picture)


def pictures_opened(stage: Stage) -> Drive:
    folder = stage.folder / "pictures"
    folder.mkdir()
    for number in range(3):
        QPixmap(64, 48).toImage().convertToFormat(QImage.Format.Format_RGB32).save(str(folder / f"{number:03}.png"))
    stage.answer = str(folder)
    yield
    stage.until(lambda: stage.window.document.name == "pictures" and stage.window.workspace.video.has_picture)


def lift_again(stage: Stage) -> Drive:
    """What was not lifted by itself, as it was cancelled before."""
    document = stage.window.document
    before, usual = document.motion, document.state.settings
    other = replace(usual, smoothing_hz=3.0)
    document.change(settings=other, refused=replace(document.state.recipe, settings=other))
    wait_idle(stage.window, stage.qtbot)
    assert document.motion is before
    yield
    stage.until(lambda: document.motion is not before)
    document.change(settings=usual)
    wait_idle(stage.window, stage.qtbot)


def export(stage: Stage) -> Drive:
    yield
    dialog = stage.window.files.dialog
    assert dialog is not None and dialog.isVisible()
    stage.qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def box_shown(kind: type[QDialog], stage: Stage) -> Drive:
    yield
    stage.dialog(kind)


def camera(stage: Stage) -> Drive:
    yield
    assert stage.window.files.camera_dialog.isVisible()
    stage.qtbot.keyClick(stage.window.files.camera_dialog, Qt.Key.Key_Escape)


def close_video(stage: Stage) -> Drive:
    yield
    assert stage.window.document.info is None and stage.window.stack.currentWidget() is stage.window.welcome


def quit(stage: Stage) -> Drive:
    yield
    assert not stage.window.isVisible()


def mask(stage: Stage) -> None:
    stage.window.document.set_range(8, 14)
    stage.window.editor.mask_span()
    wait_idle(stage.window, stage.qtbot)


def undo(stage: Stage) -> Drive:
    before = shown(stage)
    mask(stage)
    yield
    wait_idle(stage.window, stage.qtbot)
    assert not stage.window.document.edits
    np.testing.assert_array_equal(shown(stage), before)


def redo(stage: Stage) -> Drive:
    mask(stage)
    stage.window.editor.undo()
    wait_idle(stage.window, stage.qtbot)
    yield
    stage.edited(Mask)
    assert np.isnan(shown(stage)[10]).all()


def shown(stage: Stage) -> np.ndarray:
    """(T, J, 2) px of the first person."""
    motion = stage.window.document.motion
    assert motion is not None
    return np.asarray(motion.persons[0].pose_2d.xy)


def delete_joint(stage: Stage) -> Drive:
    stage.window.document.select(0, WRIST)
    yield
    stage.edited(Move)
    motion = stage.window.document.motion
    assert motion is not None and motion.persons[0].filled[10, WRIST]


def mask_span(stage: Stage) -> Drive:
    stage.window.document.set_range(8, 14)
    yield
    stage.edited(Mask)
    assert np.isnan(shown(stage)[8:15]).all() and np.isfinite(shown(stage)[7]).all()


def swap_span(stage: Stage) -> Drive:
    before = shown(stage)
    stage.window.document.set_range(8, 14)
    yield
    stage.edited(LeftRightFlip)
    right = H36M17.index("RWrist")
    np.testing.assert_array_equal(shown(stage)[8:15, WRIST], before[8:15, right])
    np.testing.assert_array_equal(shown(stage)[15:], before[15:])


def two_people(stage: Stage) -> None:
    stage.go(15)
    stage.window.people.select(0)
    stage.window.people.split()
    wait_idle(stage.window, stage.qtbot)
    stage.window.people.select(0)


def people_edited(kind: type, count: int, stage: Stage) -> Drive:
    """Split starts with one person; the others with its two halves, which exchanged are one whole person again."""
    if kind is Split:
        stage.go(15)
    else:
        two_people(stage)
    yield
    stage.edited(kind)
    motion = stage.window.document.motion
    assert motion is not None and len(motion.persons) == count
    if kind is IdentitySwap:
        assert ["left out" in card.text for card in stage.window.notices.cards] == [True]
        stage.window.notices.clear("note")


def rename_person(stage: Stage) -> Drive:
    yield
    dialog = stage.window.people.dialog
    assert dialog is not None and dialog.isVisible()
    stage.qtbot.keyClicks(dialog.focusWidget() or dialog, "Ada")
    stage.qtbot.keyClick(dialog, Qt.Key.Key_Return)
    wait_idle(stage.window, stage.qtbot)
    assert stage.window.workspace.timeline._lanes[0].label == "Ada"


def next_person(stage: Stage) -> Drive:
    two_people(stage)
    yield
    assert stage.window.document.selected is not None and stage.window.document.selected[0] == 1


def nudge(x: int, y: int, stage: Stage) -> Drive:
    stage.window.document.select(0, WRIST)
    before = shown(stage)[10, WRIST].copy()
    yield
    stage.edited(Move)
    np.testing.assert_allclose(shown(stage)[10, WRIST] - before, [x, y], atol=1e-6)


def analyse(stage: Stage) -> Drive:
    before = stage.window.document.motion
    yield
    assert stage.window.controller.detecting
    wait_idle(stage.window, stage.qtbot)
    assert stage.window.document.motion is not before


def cancel(stage: Stage) -> Drive:
    """The analysis before stays; the first part of the new one is offered."""
    options, before = stage.window.catalogue.options, stage.window.document.motion  # type: ignore[attr-defined]
    options["wait_s"] = 0.05
    stage.window.analysis.analyse()
    wait_detected(stage.window, stage.qtbot, 6)
    yield
    options["wait_s"] = 0.0
    wait_idle(stage.window, stage.qtbot)
    assert stage.window.document.motion is before
    (card,) = stage.window.notices.cards
    assert "The analysis before is kept" in card.text
    take = next(button for button in card.findChildren(QPushButton) if button.text() == "Take the new part")
    stage.qtbot.mouseClick(take, Qt.MouseButton.LeftButton)
    stage.until(lambda: stage.window.document.motion is not before)
    wait_idle(stage.window, stage.qtbot)
    motion = stage.window.document.motion
    assert motion is not None and 6 <= len(motion) < 40
    assert NOTE in [card.text for card in stage.window.notices.cards]
    stage.window.notices.clear("note")
    stage.window.analysis.analyse()
    wait_idle(stage.window, stage.qtbot)


def compare(stage: Stage) -> Drive:
    yield
    wait_idle(stage.window, stage.qtbot)
    table = stage.window.docks["compare"].content.table  # type: ignore[union-attr]
    assert stage.window.docks["compare"].isVisible() and table.rowCount() == 3


def dock_shown(id: str, stage: Stage) -> Drive:
    stage.window.docks[id].hide()
    yield
    stage.until(stage.window.docks[id].isVisible)


def play(stage: Stage) -> Drive:
    yield
    assert stage.window.player.playing
    stage.until(lambda: stage.window.player.row > 11)
    stage.window.player.pause()


def frame(expected: int, stage: Stage, start: int = 15) -> Drive:
    stage.go(start)
    yield
    wait_shown(stage.window, stage.qtbot, expected)


def range_is(expected: tuple[int, int] | None, stage: Stage, before: tuple[int, int] | None = None) -> Drive:
    stage.window.document.set_range(*(before or (None, None)))
    yield
    assert stage.window.document.range == expected


def toggled(look: Callable[[MainWindow], object], stage: Stage) -> Drive:
    """What a checkable command switches; it is left as it was."""
    before = look(stage.window)
    yield
    stage.until(lambda: look(stage.window) == (not before))


DRIVES: dict[str, Callable[[Stage], Drive]] = {
    "open": partial(video_opened, "other.mp4"),
    "open_example": partial(video_opened, "sample.mp4"),
    "open_pictures": pictures_opened,
    "camera": camera,
    "save": partial(file_written, "kept.marey"),
    "save_as": partial(file_written, "again.marey"),
    "export": export,
    "save_picture": partial(file_written, "picture.png"),
    "save_map": partial(file_written, "map.png"),
    "close_video": close_video,
    "quit": quit,
    "lift": lift_again,
    "undo": undo,
    "redo": redo,
    "edit_joints": partial(toggled, lambda w: w.workspace.video.editable),
    "delete_joint": delete_joint,
    "mask_span": mask_span,
    "swap_span": swap_span,
    "exchange_people": partial(people_edited, IdentitySwap, 1),
    "split_person": partial(people_edited, Split, 2),
    "merge_people": partial(people_edited, Merge, 1),
    "rename_person": rename_person,
    "next_person": next_person,
    "nudge_left": partial(nudge, -1, 0),
    "nudge_right": partial(nudge, 1, 0),
    "nudge_up": partial(nudge, 0, -1),
    "nudge_down": partial(nudge, 0, 1),
    "analyse": analyse,
    "cancel": cancel,
    "follow_live": partial(toggled, lambda w: w.analysis.show_live),
    "detector_options": partial(box_shown, OptionsDialog),
    "compare": compare,
    "train": partial(dock_shown, "training"),
    "play": play,
    "next": partial(frame, 16),
    "previous": partial(frame, 14),
    "next10": partial(frame, 25),
    "previous10": partial(frame, 5),
    "first": partial(frame, 0),
    "last": partial(frame, 39),
    "next_doubt": partial(frame, 20),
    "previous_doubt": partial(frame, 20, start=35),
    "set_in": partial(range_is, (10, 39)),
    "set_out": partial(range_is, (0, 10)),
    "clear_range": partial(range_is, None, before=(5, 9)),
    "loop": partial(toggled, lambda w: w.player.loop),
    "fit": fit,
    "zoom_picture": partial(scales, lambda w: w.workspace.video.scale(), 1.25),
    "unzoom_picture": partial(scales, lambda w: w.workspace.video.scale(), 0.8),
    "zoom_timeline": partial(wider, 1),
    "unzoom_timeline": partial(wider, -1),
    "whole_timeline": whole_timeline,
    "thumbnails": partial(toggled, lambda w: w.actions_.by_id["thumbnails"].isChecked()),
    "skeleton": partial(toggled, lambda w: w.workspace.video.show_skeleton),
    "names": partial(toggled, lambda w: w.workspace.video.show_names),
    "theme_system": partial(theme_is, "system"),
    "theme_light": partial(theme_is, "light"),
    "theme_dark": partial(theme_is, "dark"),
    "full_screen": full_screen,
    "reset_layout": reset_layout,
    **{f"view_{name}": partial(looks_from, name) for name in ("front", "side", "top", "camera", "corner")},
    "frame_figures": frame_figures,
    "turn_left": partial(orbit_changes, "azimuth_deg", -1),
    "turn_right": partial(orbit_changes, "azimuth_deg", 1),
    "turn_up": partial(orbit_changes, "elevation_deg", 1),
    "turn_down": partial(orbit_changes, "elevation_deg", -1),
    **{f"pan_{way}": moved for way in ("left", "right", "up", "down")},
    "nearer": partial(orbit_changes, "distance", -1),
    "farther": partial(orbit_changes, "distance", 1),
    **{name: partial(toggled, option(name)) for name in ("ghost", "trails", "shadow", "floor", "axes")},
    "follow": partial(toggled, lambda w: w.workspace.scene.eye.follow),
    "orthographic": partial(toggled, lambda w: w.workspace.scene.orbit.orthographic),
    "arcs": arcs,
    "search": partial(box_shown, CommandSearch),
    "shortcuts": partial(box_shown, ShortcutBox),
    "open_log": open_log,
    "about": partial(box_shown, AboutBox),
}
