"""Corrections by hand: what they change, what they leave alone, undo; only what is affected is lifted again."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.edits import IdentitySwap, LeftRightFlip, Mask, Move, Split, apply, apply_edits, source_joint, source_joints
from app.gui.caching_lifter import CachingLifter
from app.gui.main_window import MainWindow
from app.pipeline.analysis import lift_detections
from app.pipeline.association import Track
from app.pipeline.detect import Detections
from app.pipeline.lift import CHUNK
from app.pipeline.settings import Settings
from poses.sequences import Keypoints
from poses.skeletons import COCO17, H36M17
from tests.app.gui.conftest import wait_detected, wait_idle, wait_shown
from tests.app.gui.stand_ins import StandInLifter, figure


def detections(count: int = 30, absent: tuple[int, ...] = ()) -> Detections:
    rows = []
    for n in range(count):
        xy = figure(n, (320, 240))
        box = np.concatenate([xy.min(axis=0), xy.max(axis=0)])[None]
        rows.append(Keypoints.none(17) if n in absent else Keypoints(xy[None], np.full((1, 17), 0.8), box))
    times = np.arange(count) / 25
    return Detections("v.mp4", np.arange(count), times, Fraction(25), False, (320, 240), COCO17, "figure", tuple(rows))


def track(count: int = 30, absent: tuple[int, ...] = ()) -> Track:
    return Track(np.array([-1 if n in absent else 0 for n in range(count)]), 0.8)


def test_a_moved_keypoint_is_certain_and_nothing_else_changes() -> None:
    before = detections()
    after, tracks = apply(before, [track()], [Move(0, 7, 9, 12.0, 34.0)])
    assert after.keypoints[7].xy[0, 9].tolist() == [12.0, 34.0] and after.keypoints[7].score[0, 9] == 1.0
    others = [j for j in range(17) if j != 9]
    np.testing.assert_array_equal(after.keypoints[7].xy[0, others], before.keypoints[7].xy[0, others])
    assert all(a is b for n, (a, b) in enumerate(zip(after.keypoints, before.keypoints, strict=True)) if n != 7)
    assert tracks[0].person.tolist() == [0] * 30


def test_a_keypoint_put_where_nobody_was_seen_adds_the_person() -> None:
    after, tracks = apply(detections(absent=(4,)), [track(absent=(4,))], [Move(0, 4, 0, 5.0, 6.0)])
    assert tracks[0].person[4] == 0 and np.isfinite(after.keypoints[4].xy[0]).all(axis=1).sum() == 1


def test_masked_rows_lose_the_person_and_swapped_rows_exchange_sides() -> None:
    before = detections()
    after, tracks = apply(before, [track()], [Mask(0, 2, 4), LeftRightFlip(0, 10, 11)])
    assert tracks[0].person[1:6].tolist() == [0, -1, -1, -1, 0]
    assert tracks[0].flipped == (10, 11) and after.keypoints == before.keypoints, "detections stay as they are"


def test_exchanged_people_are_each_other_from_that_row_on() -> None:
    tracks = [track(), Track(np.full(30, 1), 0.8)]
    _, after = apply(detections(), tracks, [IdentitySwap(0, 1, 20)])
    assert after[0].person.tolist() == [0] * 20 + [1] * 10 and after[1].person.tolist() == [1] * 20 + [0] * 10
    _, back = apply(detections(), tracks, [IdentitySwap(0, 1, 20), IdentitySwap(0, 1, 20)])
    assert [t.person.tolist() for t in back] == [t.person.tolist() for t in tracks]


def test_swapping_twice_gives_back_what_was_there() -> None:
    _, tracks = apply(detections(), [track()], [LeftRightFlip(0, 3, 20), LeftRightFlip(0, 3, 20)])
    assert tracks[0].flipped == ()


def test_a_swap_goes_with_its_person_through_split_and_exchange() -> None:
    _, parts = apply(detections(), [track()], [LeftRightFlip(0, 10, 13), Split(0, 12)])
    assert [t.flipped for t in parts] == [(10, 11), (12, 13)]


@pytest.mark.parametrize("repair", [True, False])
def test_a_swap_by_hand_has_the_last_word_over_the_automatic_repair(repair: bool) -> None:
    """The repair would put the exchanged span back; the user looked at it and said otherwise."""
    settings = Settings(repair_swaps=repair)
    lifter = StandInLifter("flat", H36M17)
    before = lift_detections(detections(), lifter, settings).persons[0].pose_2d.xy
    found, tracks = apply_edits(detections(), settings, [LeftRightFlip(0, 8, 14)])
    after = lift_detections(found, lifter, settings, None, tracks).persons[0].pose_2d.xy
    left, right = H36M17.index("LWrist"), H36M17.index("RWrist")
    np.testing.assert_array_equal(after[8:15, left], before[8:15, right])
    np.testing.assert_array_equal(after[:8], before[:8])
    np.testing.assert_array_equal(after[15:], before[15:])


def test_only_joints_made_of_one_keypoint_can_be_moved() -> None:
    assert source_joint(H36M17.index("LWrist"), COCO17, H36M17) == COCO17.index("LWrist")
    assert source_joint(H36M17.index("Hip"), COCO17, H36M17) is None
    assert source_joints(H36M17.index("Hip"), COCO17, H36M17) == ["LHip", "RHip"]


@pytest.mark.gui
def test_dragging_a_joint_moves_it_in_2d_and_3d_and_undo_brings_it_back(analysed: MainWindow, qtbot: QtBot) -> None:
    from PySide6.QtCore import QPoint, Qt

    analysed.player.seek(10)
    wait_shown(analysed, qtbot, 10)
    analysed.actions_.by_id["edit_joints"].trigger()
    video, wrist = analysed.workspace.video, H36M17.index("LWrist")
    before = analysed.document.motion
    start = video.to_widget(video.poses[0].xy[wrist])
    place, half, to = (
        QPoint(*np.round(start + np.array(by)).astype(int).tolist()) for by in ([0, 0], [15, -10], [40, -30])
    )
    qtbot.mousePress(video, Qt.MouseButton.LeftButton, pos=place)
    for step in (half, to):
        _drag(video, step)
    qtbot.mouseRelease(video, Qt.MouseButton.LeftButton, pos=to)
    wait_idle(analysed, qtbot)
    assert not analysed.notices.cards, analysed.notices.cards[0].text
    after = analysed.document.motion
    assert after is not before and after is not None and before is not None
    moved = after.persons[0].pose_2d.xy[10, wrist] - before.persons[0].pose_2d.xy[10, wrist]
    np.testing.assert_allclose(moved, np.array([40, -30]) / video.scale(), atol=1.5 / video.scale())
    assert np.abs(after.persons[0].camera.xyz[10] - before.persons[0].camera.xyz[10]).max() > 0.01
    analysed.actions_.by_id["undo"].trigger()
    wait_idle(analysed, qtbot)
    undone = analysed.document.motion
    assert undone is not None
    np.testing.assert_array_equal(undone.persons[0].pose_2d.xy, before.persons[0].pose_2d.xy)
    assert analysed.actions_.by_id["redo"].isEnabled()


def _drag(widget: object, at: object) -> None:
    """A move with the button held, which QTest does not send by itself."""
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    place = QPointF(at)  # type: ignore[call-overload]
    left, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QMouseEvent(QEvent.Type.MouseMove, place, place, left, left, keys))  # type: ignore[call-overload]


@pytest.mark.gui
def test_deleting_the_selected_joint_fills_it_from_its_neighbours(analysed: MainWindow, qtbot: QtBot) -> None:
    analysed.player.seek(10)
    analysed.document.select(0, H36M17.index("LWrist"))
    analysed.actions_.by_id["delete_joint"].trigger()
    wait_idle(analysed, qtbot)
    assert analysed.document.motion is not None
    assert analysed.document.motion.persons[0].filled[10, H36M17.index("LWrist")]


@pytest.mark.gui
def test_a_joint_that_is_made_of_others_is_refused_with_their_names(analysed: MainWindow) -> None:
    analysed.document.select(0, H36M17.index("Hip"))
    analysed.actions_.by_id["delete_joint"].trigger()
    assert analysed.notices.cards[-1].text == "Hip is made of LHip, RHip: correct those"


@pytest.mark.gui
def test_a_correction_during_another_analysis_is_refused_and_the_analysis_goes_on(
    analysed: MainWindow, qtbot: QtBot
) -> None:
    analysed.document.select(0, H36M17.index("LWrist"))
    analysed.catalogue.options["wait_s"] = 0.02  # type: ignore[attr-defined]
    analysed.actions_.by_id["analyse"].trigger()
    wait_detected(analysed, qtbot, 4)
    analysed.actions_.by_id["delete_joint"].trigger()
    assert analysed.controller.detecting and "an analysis is running" in analysed.notices.cards[-1].text
    wait_idle(analysed, qtbot)
    assert analysed.document.motion is not None and len(analysed.document.motion) == 40
    assert not analysed.document.edits


@pytest.mark.gui
def test_a_correction_lifts_only_the_part_that_sees_it(analysed: MainWindow, qtbot: QtBot) -> None:
    """The whole way from the click to the network: forty frames are two parts."""
    lifter = analysed.catalogue.lifter("flat", "worker")
    assert isinstance(lifter, CachingLifter)
    before = lifter.lifted
    analysed.player.seek(20)
    wait_shown(analysed, qtbot, 20)
    analysed.document.select(0, H36M17.index("LWrist"))
    analysed.actions_.by_id["delete_joint"].trigger()
    wait_idle(analysed, qtbot)
    assert lifter.lifted == before + CHUNK
    analysed.actions_.by_id["undo"].trigger()
    wait_idle(analysed, qtbot)
    assert lifter.lifted == before + CHUNK, "known from before"


@pytest.mark.gui
def test_masking_a_span_empties_it_in_every_result(analysed: MainWindow, qtbot: QtBot) -> None:
    analysed.document.set_range(10, 30)
    analysed.actions_.by_id["mask_span"].trigger()
    wait_idle(analysed, qtbot)
    motion = analysed.document.motion
    assert motion is not None
    assert not motion.persons[0].world.present[10:31].any() and motion.persons[0].world.present[:10].all()
