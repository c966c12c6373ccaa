"""Who is who: people are split, merged, renamed and exchanged with clicks and keys; undone; saved with the analysis."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFileDialog, QInputDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.edits import Mask, Merge, Move, Rename, Split, apply, apply_edits
from app.gui.main_window import MainWindow
from app.gui.views.timeline_drawing import LANE, PAD, RULER, STRIP
from app.pipeline.analysis import lift_detections
from app.pipeline.association import Track
from app.pipeline.settings import Settings
from poses.errors import UserError
from poses.skeletons import COCO17, H36M17
from tests.app.gui.conftest import MakeWindow, wait_idle, wait_shown
from tests.app.gui.stand_ins import StandInLifter
from tests.app.gui.test_edits import detections, track


def test_a_split_person_becomes_two_and_merging_makes_one_again() -> None:
    _, parts = apply(detections(), [track()], [Split(0, 12), Rename(1, "Ada")])
    assert [t.person.tolist() for t in parts] == [[0] * 12 + [-1] * 18, [-1] * 12 + [0] * 18]
    assert [t.name for t in parts] == ["", "Ada"]
    _, whole = apply(detections(), [track()], [Split(0, 12), Rename(1, "Ada"), Merge(0, 1)])
    assert [t.person.tolist() for t in whole] == [[0] * 30] and whole[0].name == "Ada"


def test_regrouping_people_leaves_left_and_right_as_they_were_repaired() -> None:
    """A detector that goes on with sides exchanged: the whole shows it, the second half alone does not."""
    alone = detections(60)
    order, rows = list(COCO17.mirror), list(alone.keypoints)
    for n in range(40, 60):
        rows[n] = replace(rows[n], xy=rows[n].xy[:, order], score=rows[n].score[:, order])
    seen, settings = replace(alone, keypoints=tuple(rows)), Settings()
    lifter = StandInLifter("flat", H36M17)
    whole = lift_detections(seen, lifter, settings).persons[0].pose_2d.xy
    wanted = lift_detections(alone, lifter, settings).persons[0].pose_2d.xy
    np.testing.assert_allclose(whole, wanted, atol=1e-6, err_msg="repaired in the whole")
    for edits in (
        [Split(0, 32)],
        [Mask(0, 28, 35)],
        [Split(0, 32), Move(1, 50, 9, 3.0, 4.0)],
        [Split(0, 32), Merge(0, 1)],
    ):
        corrected, tracks = apply_edits(seen, settings, edits)
        after = lift_detections(corrected, lifter, settings, tracks=tracks)
        for person in after.persons:
            there = person.pose_2d.present.all(axis=1)
            there[[50]] = False
            np.testing.assert_allclose(person.pose_2d.xy[there], whole[there], atol=1e-6, err_msg=str(edits))


def test_where_both_are_there_the_first_one_counts() -> None:
    alone = detections()
    rows = [
        replace(k, **{n: np.repeat(getattr(k, n), 2, 0) for n in ("xy", "score", "boxes")}) for k in alone.keypoints
    ]
    early, late = Track(np.array([1] * 10 + [-1] * 20), 0.8), Track(np.array([-1] * 5 + [0] * 25), 0.8)
    _, merged = apply(replace(alone, keypoints=tuple(rows)), [late, early], [Merge(0, 1)])
    assert [t.person.tolist() for t in merged] == [[1] * 5 + [0] * 25]


def test_a_correction_of_a_person_who_is_not_followed_any_more_is_refused() -> None:
    with pytest.raises(UserError, match="not followed any more"):
        apply(detections(), [track()], [Rename(1, "Ada")])


def lanes(window: MainWindow) -> list[str]:
    return [lane.label for lane in window.workspace.timeline._lanes]


def label_place(lane: int) -> QPoint:
    return QPoint(10, RULER + STRIP + lane * (LANE + PAD) + LANE // 2)


def split_at(window: MainWindow, qtbot: QtBot, frame: int) -> None:
    window.player.seek(frame)
    wait_shown(window, qtbot, frame)
    qtbot.keyClick(window.workspace.timeline, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    wait_idle(window, qtbot)


def rename(window: MainWindow, qtbot: QtBot, lane: int, name: str) -> None:
    """As a user: twice on the label, the name, Enter."""
    timeline = window.workspace.timeline
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=label_place(lane))
    qtbot.mouseDClick(timeline, Qt.MouseButton.LeftButton, pos=label_place(lane))
    dialog = window.people.dialog
    assert dialog is not None and dialog.isVisible()
    assert dialog.textValue() == lanes(window)[lane], "it opens with the name there is"
    qtbot.keyClicks(dialog.focusWidget() or dialog, name)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    wait_idle(window, qtbot)
    get_keyboard(window, qtbot)


def get_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    """Without a window manager nobody gives the keyboard back when a dialog closes."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)


def button(dialog: QInputDialog, which: QDialogButtonBox.StandardButton) -> QPushButton:
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    found = box.button(which)
    assert found is not None
    return found


def ask_to_merge(window: MainWindow, qtbot: QtBot, lane: int) -> tuple[QInputDialog, QComboBox]:
    """The person of a lane is clicked, then Ctrl+M; the list of the others comes up."""
    timeline = window.workspace.timeline
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=label_place(lane))
    qtbot.keyClick(timeline, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    dialog = window.people.dialog
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible, timeout=5000)
    box = dialog.findChild(QComboBox)
    assert box is not None
    return dialog, box


@pytest.mark.gui
def test_of_three_people_the_one_to_merge_with_is_picked_from_a_list(analysed: MainWindow, qtbot: QtBot) -> None:
    before = analysed.document.motion
    assert before is not None
    split_at(analysed, qtbot, 10)
    analysed.people.select(1)
    split_at(analysed, qtbot, 25)
    assert lanes(analysed) == ["P1", "P2", "P3"]
    dialog, box = ask_to_merge(analysed, qtbot, 0)
    assert "P1" in dialog.labelText() and [box.itemText(i) for i in range(box.count())] == ["P2", "P3"]
    qtbot.mouseClick(button(dialog, QDialogButtonBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    get_keyboard(analysed, qtbot)
    assert lanes(analysed) == ["P1", "P2", "P3"] and not analysed.controller.busy
    dialog, box = ask_to_merge(analysed, qtbot, 0)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(box.view().isVisible, timeout=5000)
    qtbot.keyClick(box.view(), Qt.Key.Key_Down)
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    assert box.currentText() == "P3"
    qtbot.mouseClick(button(dialog, QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    wait_idle(analysed, qtbot)
    motion = analysed.document.motion
    assert motion is not None and lanes(analysed) == ["P1", "P2"]
    there = [p.world.present for p in motion.persons]
    assert there[0][:10].all() and there[0][25:].all() and not there[0][10:25].any()
    assert there[1][10:25].all() and not there[1][25:].any()
    get_keyboard(analysed, qtbot)
    for _ in range(3):
        qtbot.keyClick(analysed.workspace.timeline, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        wait_idle(analysed, qtbot)
    assert lanes(analysed) == ["P1"]
    again = analysed.document.motion
    assert again is not None
    np.testing.assert_array_equal(again.persons[0].pose_2d.xy, before.persons[0].pose_2d.xy)


@pytest.mark.gui
def test_two_who_are_there_at_once_are_not_merged(analysed: MainWindow, qtbot: QtBot) -> None:
    split_at(analysed, qtbot, 15)
    motion = analysed.document.motion
    assert motion is not None
    both = replace(motion, persons=(motion.persons[0], replace(motion.persons[0], track=1)))
    analysed.document.set_lifted(both)
    edits = analysed.document.edits
    qtbot.keyClick(analysed.workspace.timeline, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert "both are in frame" in analysed.notices.cards[-1].text and analysed.document.edits == edits


@pytest.mark.gui
def test_a_person_is_split_named_and_merged_with_keys_and_all_of_it_is_undone(
    analysed: MainWindow, qtbot: QtBot
) -> None:
    before = analysed.document.motion
    assert before is not None and lanes(analysed) == ["P1"]
    split_at(analysed, qtbot, 15)
    assert not analysed.notices.cards and lanes(analysed) == ["P1", "P2"]
    motion = analysed.document.motion
    assert motion is not None
    there = [p.world.present for p in motion.persons]
    assert there[0][:15].all() and not there[0][15:].any() and there[1][15:].all() and not there[1][:15].any()
    assert analysed.document.selected is not None
    assert analysed.document.selected[0] == 1, "the new person is the one to go on with"
    rename(analysed, qtbot, 1, "Ada Lovelace")
    assert lanes(analysed) == ["P1", "Ada Lovelace"] and analysed.document.selected is not None
    assert analysed.document.selected[0] == 1, "a click on the label selects the person"
    qtbot.keyClick(analysed.workspace.timeline, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    wait_idle(analysed, qtbot)
    assert lanes(analysed) == ["Ada Lovelace"] and analysed.document.selected is None
    whole = analysed.document.motion
    assert whole is not None
    np.testing.assert_array_equal(whole.persons[0].pose_2d.xy, before.persons[0].pose_2d.xy)
    for expected in (["P1", "Ada Lovelace"], ["P1", "P2"], ["P1"]):
        qtbot.keyClick(analysed.workspace.timeline, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        wait_idle(analysed, qtbot)
        assert lanes(analysed) == expected
    analysed.actions_.by_id["redo"].trigger()
    wait_idle(analysed, qtbot)
    assert lanes(analysed) == ["P1", "P2"]


@pytest.mark.gui
def test_corrections_after_a_person_was_left_out_meet_the_right_one(analysed: MainWindow, qtbot: QtBot) -> None:
    split_at(analysed, qtbot, 15)
    analysed.people.select(0)
    analysed.document.set_range(0, 14)
    analysed.actions_.by_id["mask_span"].trigger()
    wait_idle(analysed, qtbot)
    motion = analysed.document.motion
    assert motion is not None and [p.track for p in motion.persons] == [1], "the first one is nowhere any more"
    analysed.document.set_range(18, 35)
    analysed.actions_.by_id["mask_span"].trigger()
    wait_idle(analysed, qtbot)
    motion = analysed.document.motion
    assert motion is not None and not motion.persons[0].world.present[18:36].any()


@pytest.mark.gui
@pytest.mark.parametrize(
    ("command", "text"), [("split_person", "must be there before and after"), ("merge_people", "not two people")]
)
def test_what_cannot_be_done_is_said_and_leaves_nothing_to_undo(analysed: MainWindow, command: str, text: str) -> None:
    analysed.player.seek(0)
    analysed.actions_.by_id[command].trigger()
    assert text in analysed.notices.cards[-1].text
    assert not analysed.editor.stack.canUndo() and not analysed.document.edits


@pytest.mark.gui
def test_people_come_back_from_a_saved_analysis(
    analysed: MainWindow, make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    split_at(analysed, qtbot, 15)
    rename(analysed, qtbot, 0, "Ada")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(tmp_path / "kept.marey"), ""))
    analysed.actions_.by_id["save"].trigger()
    analysed.close()
    window = make_window()
    window.reporter.attempt(window.files.open, str(tmp_path / "kept.marey"))
    qtbot.waitUntil(lambda: window.document.motion is not None, timeout=15000)
    assert lanes(window) == ["Ada", "P2"]
