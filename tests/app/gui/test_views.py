"""Views: what lies where. The two ways of drawing 3D agree; 2D is not mirrored; maps keep their axes."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.frame_view import Pose2D, Pose3D
from app.gui.map_picture import ALL, arranged, axis_labels, choices, first_choice, first_map, picture, strongest
from app.gui.people import PERSON_COLOURS, shades
from app.gui.views.map_plot import Names
from app.gui.views.orbit import PRESETS, Orbit, video_direction
from app.gui.views.scene_geometry import SceneOptions, build_geometry
from app.gui.views.scene_view import SceneView
from app.gui.views.timeline import Timeline
from app.gui.views.timeline_drawing import Lane, clock
from app.gui.views.video_view import VideoView
from poses.maps import LiftMap
from poses.sequences import VideoFrame
from poses.skeletons import H36M17
from tests.app.stand_ins import STANDING

pytestmark = pytest.mark.gui


def pixels(image: QImage) -> np.ndarray:
    """(H, W, 3) of what a widget shows."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def near(found: np.ndarray, colour: str) -> np.ndarray:
    """(N, 2) x, y of the pixels that have this colour, nearly."""
    c = QColor(colour)
    return np.argwhere(np.abs(found - [c.red(), c.green(), c.blue()]).max(axis=-1) < 30)[:, ::-1]


def figure_2d() -> Pose2D:
    xy = STANDING[:, :2] * [60, -60] + [80, 110]
    return Pose2D(0, xy, np.ones(17), np.zeros(17, dtype=bool), H36M17)


@pytest.fixture
def video(qtbot: QtBot) -> VideoView:
    view = VideoView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.show()
    image = np.full((120, 160, 3), 40, np.uint8)
    image[:60, :80] = [200, 30, 30]
    view.set_frame(VideoFrame(0, 0.0, image))
    return view


def test_the_picture_is_not_mirrored_and_fills_the_view(video: VideoView) -> None:
    seen = pixels(video.grab().toImage())
    assert seen[100, 100].tolist() == [200, 30, 30] and seen[400, 500].tolist() == [40, 40, 40]


def test_left_is_blue_and_lies_where_the_keypoints_say(video: VideoView) -> None:
    video.set_poses((figure_2d(),))
    seen = pixels(video.grab().toImage())
    blue, orange = near(seen, theme.SIDES["left"]), near(seen, theme.SIDES["right"])
    assert blue[:, 0].min() > 320 > orange[:, 0].max(), "the person's left is on the right of the picture here"
    wrist = video.to_widget(figure_2d().xy[H36M17.index("LWrist")])
    assert np.abs(blue - wrist).sum(axis=1).min() < 4


def test_zooming_keeps_the_place_under_the_pointer_and_fit_undoes_it(video: VideoView, qtbot: QtBot) -> None:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QWheelEvent

    at = QPointF(200, 150)
    before = video.to_image(at)
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton
    video.wheelEvent(QWheelEvent(at, at, QPoint(), QPoint(0, 240), buttons, keys, Qt.ScrollPhase.NoScrollPhase, False))
    assert video.scale() == pytest.approx(4 * 1.2**2)
    assert video.to_image(at) == pytest.approx(before)
    video.fit()
    assert video.scale() == pytest.approx(4)


def test_clicking_a_joint_selects_it(video: VideoView, qtbot: QtBot) -> None:
    video.set_poses((figure_2d(),))
    place = video.to_widget(figure_2d().xy[H36M17.index("RKnee")])
    with qtbot.waitSignal(video.joint_selected) as seen:
        qtbot.mouseClick(video, Qt.MouseButton.LeftButton, pos=QPointF(*place).toPoint())
    assert seen.args == [0, H36M17.index("RKnee")]


def test_orbit_puts_left_right_up_and_near_where_they_belong() -> None:
    front = Orbit(azimuth_deg=0, elevation_deg=0)
    points, depth = front.project(np.array([[0.5, 0.9, 0], [0, 1.4, 0], [0, 0.9, 0.5], [0, 0.9, 0]]), 400, 300)
    assert points[0, 0] > 200 and points[1, 1] < 150 and depth[2] < depth[3]
    assert points[3].tolist() == pytest.approx([200, 150])
    side = Orbit(azimuth_deg=90, elevation_deg=0)
    _, depth = side.project(np.array([[0.5, 0.9, 0], [0, 0.9, 0]]), 400, 300)
    assert depth[0] < depth[1], "from the side the person's left (+x) is nearer"


@pytest.mark.parametrize("preset", PRESETS)
def test_video_direction_finds_the_camera_it_was_made_with(preset: str) -> None:
    azimuth, elevation = PRESETS[preset]
    orbit = Orbit(azimuth_deg=azimuth, elevation_deg=elevation)
    world = np.repeat(STANDING[None], 5, axis=0)
    camera = (world - world[:, :1]) @ orbit.axes().T * [1, -1, -1]
    found = video_direction(camera, world)
    assert found[1] == pytest.approx(elevation, abs=0.01)
    assert np.cos(np.radians(found[0] - azimuth)) == pytest.approx(1) or elevation > 88


def test_missing_joints_and_ghosts_are_drawn_as_such() -> None:
    xyz = STANDING.copy()
    xyz[H36M17.index("LWrist")] = np.nan
    figure = Pose3D(0, xyz, H36M17, np.empty((0, 3)))
    ghost = Pose3D(0, STANDING + 1, H36M17, np.empty((0, 3)), ghost=True)
    parts = build_geometry((figure, ghost), SceneOptions(floor=False, axes=False, shadow=False), theme.DARK)
    assert len(parts.bones) == 2 * 15 and len(parts.points) == 16 and len(parts.thin) == 2 * 16
    assert np.isfinite(parts.bones).all() and np.isfinite(parts.points).all()
    hidden = build_geometry((figure, ghost), SceneOptions(False, False, False, False, False), theme.DARK)
    assert len(hidden.thin) == 0


def scene(qtbot: QtBot, painter_only: bool) -> SceneView:
    view = SceneView(painter_only=painter_only)
    qtbot.addWidget(view)
    view.resize(420, 360)
    view.show()
    qtbot.waitExposed(view)
    view.set_poses((Pose3D(0, STANDING, H36M17, np.empty((0, 3))),))
    view.set_preset("front")
    view.frame_figures()
    qtbot.wait(250)
    return view


def check_scene(seen: np.ndarray, view: SceneView) -> None:
    blue, orange = near(seen, theme.SIDES["left"]), near(seen, theme.SIDES["right"])
    assert len(blue) > 60 and len(orange) > 60
    assert blue[:, 0].mean() > orange[:, 0].mean() + 15, "seen from the front, the left is on the right"
    wrist, _ = view.orbit.project(STANDING[H36M17.index("LWrist")], view.width(), view.height())
    assert np.abs(blue - wrist).sum(axis=1).min() < 8


def test_the_plain_3d_view_shows_the_pose(qtbot: QtBot) -> None:
    view = scene(qtbot, painter_only=True)
    check_scene(pixels(view.grab().toImage()), view)


@pytest.mark.skipif(
    QGuiApplication.platformName() == "offscreen" if QGuiApplication.instance() else False, reason="needs OpenGL"
)
def test_the_opengl_view_shows_the_same_pose(qtbot: QtBot) -> None:
    if QGuiApplication.platformName() == "offscreen":
        pytest.skip("the offscreen platform has no OpenGL: run under xvfb-run")
    view = scene(qtbot, painter_only=False)
    assert view.problem == ""
    native = view.surface.native  # type: ignore[union-attr]
    with qtbot.waitSignal(native.frameSwapped, timeout=5000):
        view.refresh()
    check_scene(pixels(native.grabFramebuffer()), view)
    view.close_surface()


def test_heads_are_laid_out_as_tiles_and_cells_found_again() -> None:
    values = np.random.default_rng(0).random((2, 8, 17, 17))
    found = LiftMap("spatial", values, ("block", "head", "target_joint", "source_joint"), True)
    assert choices(found) == {"block": 2, "head": 8}
    seen = picture(found, first_choice(found))
    assert len(seen.tiles) == 8 and seen.low == 0
    top, left, _ = seen.tiles[5]
    assert seen.values[top + 3, left + 11] == values[1, 5, 3, 11]
    assert seen.cell(top + 3, left + 11) == (3, 11)
    assert seen.cell(17, 0) is None and np.isnan(seen.values[17, 0])
    one = picture(found, {"block": 0, "head": 2})
    np.testing.assert_array_equal(one.values, values[0, 2])


def test_vectors_and_signed_maps() -> None:
    vector = picture(LiftMap("weights", np.array([-0.5, 2.0]), ("channel",)), {})
    assert vector.values.shape == (1, 2) and (vector.low, vector.high) == (-2.0, 2.0)
    stacked = LiftMap("se", np.ones((4, 64)), ("stack", "channel"))
    assert picture(stacked, first_choice(stacked)).values.shape == (4, 64)


def test_input_dependence_is_shown_joint_by_joint_for_a_frame() -> None:
    values = np.random.default_rng(0).random((17, 9, 17))
    found = arranged(LiftMap("input_dependence", values, ("target_joint", "frame", "source_joint")))
    assert choices(found) == {"frame": 9} and first_choice(found) == {"frame": 4}
    np.testing.assert_array_equal(picture(found, {"frame": 2}).values, values[:, 2])
    plain = LiftMap("affinity", np.ones((17, 17)), ("target_joint", "source_joint"))
    assert first_map({"affinity": plain, "input_dependence": found}) == "input_dependence"


def test_axes_carry_joint_names_and_frame_distances() -> None:
    assert axis_labels("source_joint", 17, H36M17.joint_names, 9)[3] == "RFoot"
    assert axis_labels("target_frame", 9, H36M17.joint_names, 9)[::4] == ["-4", "0", "+4"]
    assert axis_labels("target_frame", 9, H36M17.joint_names, 9, rate=25.0)[::4] == ["-160", "0", "+160"]
    assert axis_labels("target_frame", 9, H36M17.joint_names, 9, step=3)[::4] == ["-12", "0", "+12"]
    assert axis_labels("channel", 3, H36M17.joint_names, 9) == ["1", "2", "3"]


def test_strongest_links_are_those_of_the_matrix() -> None:
    values = np.full((1, 2, 17, 17), 0.01)
    values[0, :, 4, 9] = [0.5, 0.9]
    found = LiftMap("spatial", values, ("block", "head", "target_joint", "source_joint"))
    assert strongest(found, {"block": 0, "head": ALL}, 17)[0] == (9, 4, 1.0)
    frames = LiftMap("temporal", np.ones((1, 1, 9, 9)), ("block", "head", "target_frame", "source_frame"))
    assert strongest(frames, {}, 17) == ()


def test_timeline_finds_frames_by_place_at_every_zoom(qtbot: QtBot) -> None:
    view = Timeline()
    qtbot.addWidget(view)
    view.resize(600, 60)
    view.set_times(np.arange(300) / 30)
    for _ in range(3):
        assert view.frame_at(view.x_of(150)) == 150
        view.zoom(2.0, 150)
    view.set_cursor(20)
    assert 0 <= view.x_of(20) <= 600, "the cursor stays in sight"
    view.zoom_out()
    with qtbot.waitSignal(view.seek_requested) as seen:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPointF(view.x_of(77), 40).toPoint())
    assert seen.args == [77]


def test_timeline_draws_gaps_and_doubtful_spans(qtbot: QtBot) -> None:
    view = Timeline()
    qtbot.addWidget(view)
    view.resize(634, 62)
    view.set_times(np.arange(100) / 10)
    score = np.full(100, 0.9)
    score[40:60] = np.nan
    doubt = np.zeros(100, dtype=bool)
    doubt[70:80] = True
    view.set_lanes((Lane("P1", np.arange(100), score, doubt),))
    view.show()
    seen = pixels(view.grab().toImage())
    doubtful = near(seen, theme.DARK.doubtful)
    assert view.x_of(69) <= doubtful[:, 0].min() <= doubtful[:, 0].max() <= view.x_of(80)
    curve = near(seen, theme.DARK.good)[:, 0]
    assert not ((curve > view.x_of(41)) & (curve < view.x_of(58))).any(), "nothing is drawn where nobody is"


@pytest.mark.parametrize(("seconds", "step", "text"), [(0, 1, "0:00"), (61.5, 0.5, "1:01.5"), (3.25, 0.25, "0:03.25")])
def test_clock(seconds: float, step: float, text: str) -> None:
    assert clock(seconds, step) == text


def test_qt_does_not_drop_references_to_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 on Python 3.10 and 3.11 drops a reference to None with every such call, and dies of it."""
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(2000):
        widget.update()
    assert sys.getrefcount(None) > before - 50


def turned_by(degrees: float) -> np.ndarray:
    """STANDING, which faces +z, turned to its left, (J, 3)."""
    a = np.radians(degrees)
    return np.asarray(STANDING @ np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]]))


@pytest.mark.parametrize("heading", [0.0, 70.0, 180.0, -120.0])
@pytest.mark.parametrize("preset", ["front", "side", "corner"])
def test_presets_are_about_where_the_person_faces(qtbot: QtBot, heading: float, preset: str) -> None:
    view = SceneView(painter_only=True)
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.set_poses((Pose3D(0, turned_by(heading), H36M17, np.empty((0, 3))),))
    view.set_preset(preset)
    view.frame_figures()
    assert np.cos(np.radians(view.orbit.azimuth_deg - heading - PRESETS[preset][0])) == pytest.approx(1, abs=1e-3)
    points, depth = view.orbit.project(view.poses[0].xyz, 400, 400)
    left, right = H36M17.index("LShoulder"), H36M17.index("RShoulder")
    if preset == "front":
        assert points[left, 0] > points[right, 0] + 30, "face to face, the left is on the right"
    if preset == "side":
        assert depth[left] < depth[right], "from the left"


def test_without_perspective_equal_lengths_are_equally_long(qtbot: QtBot) -> None:
    near_and_far = np.array([[0, 0, 1.5], [0, 1, 1.5], [0, 0, -1.5], [0, 1, -1.5]])
    plain = Orbit(azimuth_deg=20, elevation_deg=0)
    flat = Orbit(azimuth_deg=20, elevation_deg=0, orthographic=True)

    def heights(orbit: Orbit) -> list[float]:
        points, _ = orbit.project(near_and_far, 400, 300)
        return [points[0, 1] - points[1, 1], points[2, 1] - points[3, 1]]

    one, other = heights(flat)
    assert one == pytest.approx(other) and heights(plain)[0] > 1.5 * heights(plain)[1]
    assert one == pytest.approx(1 / flat.metres_per_pixel(400, 300)), "as large as at the distance of the centre"
    np.testing.assert_allclose(flat.project(near_and_far, 400, 300)[1], plain.project(near_and_far, 400, 300)[1])
    clip = np.append(near_and_far[0], 1) @ flat.matrix(400, 300).T
    assert clip[3] == 1 and np.abs(clip[:3]).max() <= 1, "OpenGL draws it"


def test_the_label_of_a_joint_goes_with_the_pointer_and_with_what_it_was_about(qtbot: QtBot) -> None:
    view = scene(qtbot, painter_only=True)
    at = view.orbit.project(STANDING[H36M17.index("LWrist")], view.width(), view.height())[0]
    label = view._tags._joint

    def point_there() -> None:
        qtbot.mouseMove(view, QPointF(*at).toPoint() + QPointF(60, 0).toPoint())
        qtbot.mouseMove(view, QPointF(*at).toPoint())
        qtbot.waitUntil(label.isVisible, timeout=2000)
        assert "LWrist" in label.text()

    point_there()
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert not label.isVisible()
    point_there()
    view.set_poses(())
    assert not label.isVisible(), "the pointer may be anywhere when another video comes"


def two_figures() -> tuple[Pose3D, ...]:
    who = (("Ada", PERSON_COLOURS[0]), ("P2", PERSON_COLOURS[1]))
    return tuple(
        Pose3D(n, STANDING + np.array([1.2 * n, 0, 0]), H36M17, np.empty((0, 3)), False, *w) for n, w in enumerate(who)
    )


def test_people_have_names_and_colours_in_3d(qtbot: QtBot) -> None:
    view = scene(qtbot, painter_only=True)
    view.set_poses(two_figures())
    view.frame_figures()
    names = {label.text(): label for label in view._tags._names if label.isVisible()}
    assert set(names) == {"Ada", "P2"}
    seen = pixels(view.grab().toImage())
    for figure in view.poses:
        middle = view.orbit.project(figure.xyz[H36M17.index("Head")], view.width(), view.height())[0]
        assert abs(names[figure.name].geometry().center().x() - middle[0]) < 12
        assert names[figure.name].geometry().bottom() < middle[1] + 4
        for side, colour in shades(figure.colour).items():
            assert len(near(seen, colour)) > 20, (figure.name, side)
    view.set_poses(())
    assert not any(label.isVisible() for label in view._tags._names)


def test_people_have_names_and_colours_on_the_picture(video: VideoView) -> None:
    alone = figure_2d()
    other = replace(alone, person=1, xy=alone.xy + np.array([40, 0]), name="P2", colour=PERSON_COLOURS[1])
    video.set_poses((replace(alone, name="P1", colour=PERSON_COLOURS[0]), other))
    seen = pixels(video.grab().toImage())
    for figure in video.poses:
        for colour in shades(figure.colour).values():
            assert len(near(seen, colour)) > 20
    before = video.grab().toImage()
    video.set_poses((replace(video.poses[0], name="Ada"), other))
    assert video.grab().toImage() != before, "the name is to be read"


# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "none": np.eye(3).tolist(),
}


def lab(colour: str, seen_by: str) -> np.ndarray:
    """CIE L*a*b* (D65) of #rrggbb as somebody with that colour blindness sees it."""
    c = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(BLIND[seen_by]) @ linear, 0, 1)
    rgb_to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    x, y, z = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in np.array(rgb_to_xyz) @ linear / [0.95047, 1, 1.08883]
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("seen_by", BLIND)
def test_colours_tell_people_and_sides_apart_also_for_the_colour_blind(seen_by: str) -> None:
    for one, other in combinations(PERSON_COLOURS[:5], 2):
        assert np.linalg.norm(lab(one, seen_by) - lab(other, seen_by)) > 15, (one, other)
    for colour in PERSON_COLOURS:
        left, right = (lab(shades(colour)[side], seen_by) for side in ("left", "right"))
        assert left[0] - right[0] > 25, "left is lighter"


def test_frames_between_frames_are_called_by_where_they_are() -> None:
    def labels(rate: float, step: float) -> list[str]:
        return axis_labels("frame", 9, H36M17.joint_names, 9, rate, step)

    assert labels(0, 0.2) == ["-0.8", "-0.6", "-0.4", "-0.2", "0", "+0.2", "+0.4", "+0.6", "+0.8"]
    assert labels(0, 1 / 3)[:3] == ["-1.33", "-1", "-0.67"]
    assert labels(5, 0.2)[:3] == ["-160", "-120", "-80"]
    assert Names(H36M17.joint_names, 9, 5.0, 0.2).frame_label(3) == "-0.2  (-40 ms)"
    assert Names(H36M17.joint_names, 9).frame_label(3) == "-1"


def test_groups_are_called_by_their_joints() -> None:
    groups = (("RKnee", "RFoot", "LKnee", "LFoot"), ("Thorax", "Head", "LShoulder"))
    named = axis_labels("source_group", 2, H36M17.joint_names, 1, groups=groups)
    assert named == ["L/RKnee, L/RFoot", "Thorax, Head, LShoulder"]
    assert axis_labels("source_group", 2, H36M17.joint_names, 1) == ["1", "2"]
