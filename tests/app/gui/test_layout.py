"""Nothing lies over anything else, nothing is cut off, nothing is left behind: docks, tabs, cards, the player's row."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QWidget
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.frame_view import Pose3D
from app.gui.main_window import MainWindow
from app.gui.views.attention_view import AttentionView
from app.gui.views.meshes import build_mesh
from app.gui.views.scene_geometry import SceneOptions, build_geometry
from poses.maps import LiftMap
from poses.skeletons import H36M17
from tests.app.stand_ins import STANDING

pytestmark = pytest.mark.gui


def bars_in_sight(window: MainWindow) -> list[QTabBar]:
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [bar for bar in bars if bar.isVisible() and bar.geometry().intersects(window.rect())]


def test_on_the_first_page_no_tab_of_a_dock_is_left(analysed: MainWindow, qtbot: QtBot) -> None:
    """Also where the pages follow each other in one turn, as before a camera is followed."""
    analysed.page_layout.show_welcome()
    analysed.page_layout.show_workspace()
    qtbot.wait(100)
    analysed.page_layout.show_welcome()
    qtbot.wait(100)
    assert bars_in_sight(analysed) == []
    analysed.page_layout.show_workspace()
    qtbot.wait(100)
    assert [bar.count() for bar in bars_in_sight(analysed)] == [3]


def test_tabs_of_docks_keep_their_whole_names_however_narrow(analysed: MainWindow, qtbot: QtBot) -> None:
    for id in analysed.docks:
        analysed.open_dock(id)
    analysed.resize(analysed.minimumSize())
    qtbot.wait(100)
    bars = analysed.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    seen = {bar.tabText(n) for bar in bars for n in range(bar.count())}
    assert seen == {dock.windowTitle() for dock in analysed.docks.values()}
    for bar in bars:
        assert bar.elideMode() is Qt.TextElideMode.ElideNone and bar.usesScrollButtons()
        for n in range(bar.count()):
            assert bar.tabRect(n).width() >= bar.fontMetrics().horizontalAdvance(bar.tabText(n))


@pytest.mark.parametrize("width", [0, 330, 450, 620, 900])
def test_nothing_of_the_player_lies_over_anything_else(analysed: MainWindow, qtbot: QtBot, width: int) -> None:
    player = analysed.workspace.transport
    layout = analysed.workspace.layout()
    assert layout is not None
    layout.removeWidget(player)
    player.set_position(100_000, 123_456, 3999.5, 4115.2)
    player.resize(max(width, player.minimumSizeHint().width()), player.height())
    qtbot.wait(50)
    inside = player.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    parts = [part for part in inside if part.isVisible()]
    parts.sort(key=lambda part: part.x())
    for left, right in pairwise(parts):
        assert left.geometry().right() < right.x()
    fits = [part.width() >= part.sizeHint().width() and part.geometry().right() < player.width() for part in parts]
    assert all(fits)
    assert (len(parts) == 12) == (width == 900), "all of it where there is room, less where there is not"


def test_a_card_stays_before_the_docks(analysed: MainWindow, qtbot: QtBot) -> None:
    card = analysed.notices.show("warning", "stay in sight")
    for id in ("settings", "joints"):
        analysed.open_dock(id)
        qtbot.wait(50)
        shown = analysed.childAt(card.geometry().center())
        assert shown is card or card.isAncestorOf(shown)


def test_two_lifters_with_maps_of_one_name_but_other_axes_offer_their_own_choices(qtbot: QtBot) -> None:
    """One frame in, or a window: the second shows its centre frame, which is what the pose is of."""
    view = AttentionView()
    qtbot.addWidget(view)
    single = LiftMap("input_dependence", np.ones((17, 17)), ("target_joint", "source_joint"))
    values = np.zeros((17, 9, 17))
    values[:, 4] = 1
    window = LiftMap("input_dependence", values, ("target_joint", "frame", "source_joint"))
    view.set_maps({"input_dependence": single}, H36M17.joint_names, 1)
    assert view.picks == {}
    view.set_maps({"input_dependence": window}, H36M17.joint_names, 9)
    assert view.picks == {"frame": 4} and view._seen is not None and (view._seen.values == 1).all()


def test_bodies_lie_along_their_bones_and_shadows_on_the_floor() -> None:
    figure = Pose3D(0, STANDING, H36M17, np.empty((0, 3)))
    body = build_mesh(build_geometry((figure,), SceneOptions(), theme.DARK))
    reach = 0.03
    low, high = STANDING.min(axis=0) - reach, STANDING.max(axis=0) + reach
    there = body.vertices
    assert (there >= low - [0, 1, 0]).all() and (there <= high).all() and there[:, 1].min() > -reach
    np.testing.assert_allclose(np.linalg.norm(body.normals, axis=1).round(6) % 1, 0, atol=1e-5)
    flat = (body.normals == 0).all(axis=1)
    assert flat.any() and np.unique(there[flat, 1]).size == 1, "what has no normal is the shadow, all at one height"
    assert body.faces.max() == len(there) - 1 and body.faces.min() == 0
    nobody = build_mesh(build_geometry((), SceneOptions(), theme.DARK))
    assert len(nobody.faces) == 0


def test_the_floor_goes_with_the_figures_and_fades() -> None:
    far = Pose3D(0, STANDING + np.array([12.3, 0, -5.2]), H36M17, np.empty((0, 3)))
    only_floor = SceneOptions(axes=False, trails=False, shadow=False)
    floor = build_geometry((far,), only_floor, theme.DARK)
    middle = floor.thin.mean(axis=0)
    assert abs(middle[0] - 12.3) < 0.6 and abs(middle[2] + 5.2) < 0.6
    away = np.hypot(floor.thin[:, 0] - 12.3, floor.thin[:, 2] + 5.2)
    alpha = floor.thin_colours[:, 3]
    assert alpha[away < 1].min() > 0.3 and alpha[away > 3.6].max() < 0.01
