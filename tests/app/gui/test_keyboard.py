"""Everything can be done without a mouse, and screen readers know what everything is."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QScrollArea,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.gui.actions import COMMANDS
from app.gui.frame_view import Pose3D
from app.gui.main_window import MainWindow
from app.gui.theme import DARK
from app.gui.views.attention_view import AttentionView
from app.gui.views.focus import FocusLine
from app.gui.views.scene_geometry import SceneOptions, build_geometry
from poses.maps import LiftMap
from poses.skeletons import H36M17
from tests.app.gui.conftest import wait_idle, wait_shown
from tests.app.stand_ins import STANDING

pytestmark = pytest.mark.gui
TAB = Qt.FocusPolicy.TabFocus


def open_all(window: MainWindow, qtbot: QtBot) -> None:
    for id in window.docks:
        window.open_dock(id)
        qtbot.wait(30)
    qtbot.waitUntil(lambda: window.docks["attention"].content is not None, timeout=5000)


def test_whatever_takes_the_keyboard_has_a_name(analysed: MainWindow, qtbot: QtBot) -> None:
    nameless = set()
    for id in analysed.docks:
        analysed.open_dock(id)
        qtbot.wait(50)
        for widget in analysed.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & TAB and not widget.objectName().startswith("qt_"):
                said = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
                buddy = any(
                    getattr(label, "buddy", lambda: None)() is widget for label in analysed.findChildren(QWidget)
                )
                if not said and not buddy and not _is_part(widget):
                    nameless.add(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    assert not nameless, "\n".join(sorted(nameless))


def _is_part(widget: QWidget) -> bool:
    """Of a widget that has a name or content of its own: lists of boxes, tabs, what scrolls."""
    parent = widget.parentWidget()
    inside = isinstance(parent, QAbstractScrollArea) and widget is parent.viewport()
    return inside or isinstance(parent, QComboBox) or isinstance(widget, QTabBar | QScrollArea)


def test_tab_goes_round_and_shows_where_it_is(analysed: MainWindow, qtbot: QtBot) -> None:
    timeline = analysed.workspace.timeline
    timeline.setFocus(Qt.FocusReason.OtherFocusReason)
    line = timeline.findChild(FocusLine)
    assert line is not None and not line.isVisible(), "nothing is drawn around what was clicked"
    seen: list[QWidget] = []
    for _ in range(80):
        QTest.keyClick(analysed.focusWidget() or analysed, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        if now in seen:
            break
        seen.append(now)
    views = (analysed.workspace.video, analysed.workspace.scene, timeline)
    assert all(view in seen for view in views) and analysed.choices.lifter in seen
    timeline.setFocus(Qt.FocusReason.TabFocusReason)
    assert line.isVisible()


def test_no_keys_do_two_things(analysed: MainWindow) -> None:
    actions = [*analysed.actions_.by_id.values(), *(d.toggleViewAction() for d in analysed.docks.values())]
    keys = [a.shortcut().toString() for a in actions if not a.shortcut().isEmpty()]
    assert sorted(keys) == sorted(set(keys))
    asked = [c for c in COMMANDS if c.shortcut]
    assert all(not QKeySequence(c.shortcut).isEmpty() for c in asked)


def test_the_3d_view_is_turned_moved_and_zoomed_by_keys(analysed: MainWindow, qtbot: QtBot) -> None:
    scene, timeline = analysed.workspace.scene, analysed.workspace.timeline
    timeline.setFocus()
    alt, shift = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
    start = scene.orbit
    qtbot.keyClick(timeline, Qt.Key.Key_Right, alt)
    qtbot.keyClick(timeline, Qt.Key.Key_Up, alt)
    assert scene.orbit.azimuth_deg == start.azimuth_deg + 15 and scene.orbit.elevation_deg == start.elevation_deg + 10
    before = scene.orbit
    qtbot.keyClick(timeline, Qt.Key.Key_Up, alt | shift)
    assert scene.orbit.centre[1] > before.centre[1]
    qtbot.keyClick(timeline, Qt.Key.Key_Plus, alt)
    assert scene.orbit.distance < before.distance


def test_a_joint_is_chosen_and_nudged_by_keys(analysed: MainWindow, qtbot: QtBot) -> None:
    analysed.player.seek(12)
    wait_shown(analysed, qtbot, 12)
    analysed.open_dock("joints")
    table = analysed.docks["joints"].content
    assert table is not None
    table.setFocus()
    analysed.document.select(0, 2)
    for _ in range(2):
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert analysed.document.selected == (0, 4)
    joint = analysed.document.motion.persons[0].pose_2d.skeleton.index("LFoot")  # type: ignore[union-attr]
    analysed.document.select(0, joint)

    def place() -> np.ndarray:
        motion = analysed.document.motion
        assert motion is not None
        return np.array(motion.persons[0].pose_2d.xy[12, joint])

    before = place()
    for _ in range(3):
        qtbot.keyClick(analysed.workspace.timeline, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        wait_idle(analysed, qtbot)
    np.testing.assert_allclose(place() - before, [3, 0], atol=1e-6)
    analysed.document.change(selected=None)
    analysed.actions_.by_id["nudge_up"].trigger()
    assert "select a joint first" in analysed.notices.cards[-1].text


def test_the_next_person_is_chosen_by_key(analysed: MainWindow, qtbot: QtBot) -> None:
    analysed.player.seek(15)
    wait_shown(analysed, qtbot, 15)
    analysed.actions_.by_id["split_person"].trigger()
    wait_idle(analysed, qtbot)
    chosen = []
    for _ in range(3):
        qtbot.keyClick(analysed.workspace.timeline, Qt.Key.Key_P)
        chosen.append(analysed.document.selected[0] if analysed.document.selected else None)
    assert chosen == [0, 1, 0]


@pytest.fixture
def maps(qtbot: QtBot) -> AttentionView:
    view = AttentionView()
    qtbot.addWidget(view)
    view.resize(420, 700)
    rng = np.random.default_rng(0)
    spatial = LiftMap(
        "spatial_attention", rng.random((2, 4, 17, 17)), ("block", "head", "target_joint", "source_joint")
    )
    temporal = LiftMap(
        "temporal_attention", rng.random((1, 1, 9, 9)), ("block", "head", "target_frame", "source_frame")
    )
    view.set_maps({m.name: m for m in (spatial, temporal)}, H36M17.joint_names, 9, 25.0, step=2)
    view.show()
    qtbot.waitExposed(view)
    return view


def test_a_cell_of_a_map_is_reached_and_chosen_by_keys(maps: AttentionView, qtbot: QtBot) -> None:
    plot = maps._plot
    plot.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(plot, key)
    assert maps._plot._spot_at == (1, 1) or maps._plot._spot_at == (2, 1)
    assert maps._note.text().startswith(f"{H36M17.joint_names[maps._plot._spot_at[0]]} ← RHip   0.")
    with qtbot.waitSignal(maps.joint_requested) as asked:
        qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert asked.args == [maps._plot._spot_at[0]]
    for _ in range(17):
        qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert maps._plot._spot_at[1] >= 18 and maps._seen is not None and maps._seen.cell(*maps._plot._spot_at) is not None
    maps._choose.setCurrentIndex(maps._choose.findData("temporal_attention"))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(plot, key)
    with qtbot.waitSignal(maps.offset_requested) as went:
        qtbot.keyClick(plot, Qt.Key.Key_Space)
    assert went.args == [2 * (maps._plot._spot_at[1] - 4)]


def test_names_of_joints_stand_beside_all_heads_and_the_row_of_the_selected_one_is_framed(maps: AttentionView) -> None:
    left = dict(maps._plot.getPlotItem().getAxis("left")._tickLevels[0])
    assert maps._seen is not None and len(maps._seen.tiles) == 4
    assert {"Hip", "LHip", "Head"} <= set(left.values()), "not every name has room, but some of every tile have"
    for top, _, _ in maps._seen.tiles:
        assert left[top + 0.5] == "Hip"
    below = dict(maps._plot._columns.labels)
    assert {below[start + 0.5] for _, start, _ in maps._seen.tiles} == {"Hip"}
    maps.set_selected(6)
    rows = maps._plot._mark.path().toSubpathPolygons()
    assert sorted({p.boundingRect().top() for p in rows}) == sorted({top + 6.0 for top, *_ in maps._seen.tiles})


def test_arcs_are_drawn_on_the_person_the_map_is_of() -> None:
    poses = tuple(Pose3D(n, STANDING + np.array([2.0 * n, 0, 0]), H36M17, np.empty((0, 3))) for n in range(2))
    bare = SceneOptions(floor=False, axes=False, trails=False, shadow=False)
    on_second = build_geometry(poses, bare, DARK, None, ((3, 6, 1.0),), 1).thin
    assert len(on_second) and on_second[:, 0].min() > 1
    assert not len(build_geometry(poses, bare, DARK, None, ((3, 6, 1.0),), 2).thin), "nobody there, nothing drawn"


def test_following_goes_along_with_the_selected_person(analysed: MainWindow) -> None:
    scene = analysed.workspace.scene

    def stand(first: float, second: float) -> float:
        """Both at these x; where the eye looks then."""
        shifts = np.array([[first, 0, 0], [second, 0, 0]])
        scene.set_poses(tuple(Pose3D(n, STANDING + shifts[n], H36M17, np.empty((0, 3))) for n in range(2)))
        return scene.orbit.centre[0]

    scene.set_selected((1, 0))
    start = stand(0, 2)
    assert stand(5, 2.5) - start == pytest.approx(0.5)
    scene.set_selected((0, 0))
    assert stand(5, 2.5) - start == pytest.approx(0.5), "choosing somebody else moves nothing"
    assert stand(5.25, 9) - start == pytest.approx(0.75)
    analysed.actions_.by_id["follow"].trigger()
    assert stand(0, 0) - start == pytest.approx(0.75), "switched off it stays"
    analysed.actions_.by_id["follow"].trigger()
    assert scene.orbit.centre[0] == pytest.approx(STANDING[0, 0]), "switched on the person is in the middle"
