"""The 3D view: several skeletons on a floor, turned and moved with the mouse.

What is drawn is in `SceneGeometry`, computed here with numpy; a surface only draws it: `GLSurface` with vispy where
OpenGL works, `PainterSurface` everywhere. Both have `set_geometry` and `set_orbit`.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.gui import theme
from app.gui.frame_view import Pose3D
from app.gui.text import tr
from app.gui.views.drawing import nearest
from app.gui.views.eye import Eye
from app.gui.views.focus import FocusLine
from app.gui.views.opengl import without_opengl
from app.gui.views.orbit import Orbit
from app.gui.views.scene_geometry import SceneGeometry, SceneOptions, build_geometry
from app.gui.views.scene_tags import SceneTags
from app.gui.widgets import configured

REACH_PX = 14.0
_log = logging.getLogger(__name__)


class Surface(Protocol):
    """Draws the parts as seen from the orbit."""

    def set_geometry(self, geometry: SceneGeometry) -> None: ...

    def set_orbit(self, orbit: Orbit) -> None: ...

    def close_surface(self) -> None: ...


class SceneView(QWidget):
    """Figures in 3D. Left drag turns, middle or right drag moves, the wheel comes nearer, a click selects a joint.

    joint_selected(person, joint); preset_requested(name): a button of the view itself.
    """

    joint_selected = Signal(int, int)
    preset_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None, painter_only: bool = False) -> None:
        super().__init__(parent)
        self.setMinimumSize(200, 180)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("3D view"))
        self.eye = Eye()
        self.options = SceneOptions()
        self.poses: tuple[Pose3D, ...] = ()
        self.selected: tuple[int, int] | None = None
        self.arcs: tuple[tuple[int, int, float], ...] = ()
        self._arcs_of = 0
        self._last = QPointF()
        self._dragged = False
        self._painter_only = painter_only
        self.surface: Surface | None = None
        self.problem = ""
        self._making = False
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._bar = self._preset_bar()
        self._tags = SceneTags(self, self._bar)
        FocusLine(self)

    def make_surface(self) -> None:
        """Called when the view is first seen: OpenGL and vispy are not loaded for a window that shows no 3D."""
        if self.surface is not None or self._making:
            return
        self._making = True  # an OpenGL widget makes its window anew, which shows the view once more
        surface, self.problem = _make_surface(self, self._painter_only)
        assert isinstance(surface, QWidget)
        surface.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._layout.addWidget(surface)
        surface.lower()
        self.surface = surface
        self.refresh()

    @property
    def orbit(self) -> Orbit:
        """From where it is looked at."""
        return self.eye.orbit

    @property
    def _chosen(self) -> int | None:
        """The selected person."""
        return self.selected[0] if self.selected else None

    def set_poses(self, poses: tuple[Pose3D, ...]) -> None:
        """Other figures; the label of the joint under the pointer was about those before."""
        self.poses = poses
        self._tags.hide_joint()
        self.eye.set_poses(poses, self._chosen)
        self.refresh()

    def set_selected(self, joint: tuple[int, int] | None) -> None:
        self.selected = joint
        self.refresh()

    def set_arcs(self, arcs: tuple[tuple[int, int, float], ...], person: int = 0) -> None:
        """(from joint, to joint, weight 0..1) drawn as arcs on a person."""
        if (arcs, person) != (self.arcs, self._arcs_of):
            self.arcs, self._arcs_of = arcs, person
            self.refresh()

    def turn(self, azimuth_deg: float, elevation_deg: float) -> None:
        """Turn the eye around what it looks at."""
        self.eye.turn(azimuth_deg, elevation_deg)
        self._turn_surface()

    def pan(self, right: float, up: float) -> None:
        """Move the eye by parts of the view's height."""
        step = self.orbit.metres_per_pixel(self.width(), self.height()) * self.height()
        self.eye.pan(right * step, up * step)
        self._turn_surface()

    def zoom(self, factor: float) -> None:
        """Come nearer (above 1) or go farther away."""
        self.eye.zoom(factor)
        self._turn_surface()

    def set_option(self, name: str, on: bool) -> None:
        """Switch one of SceneOptions by name."""
        self.options = replace(self.options, **{name: on})
        self.refresh()

    def set_follow(self, on: bool) -> None:
        """Go along with the selected person, or stay."""
        self.eye.set_follow(on)
        self._turn_surface()

    def set_orthographic(self, on: bool) -> None:
        """Without perspective, or with it."""
        self.eye.set_orthographic(on)
        self._turn_surface()

    def set_preset(self, name: str) -> None:
        """Look from the person's front, left side, top or corner, or as the video's camera does ("camera")."""
        self.eye.look_from(name, self.poses, self._chosen)
        self._turn_surface()

    def frame_figures(self) -> None:
        """Look at everybody there is from a distance at which they fit."""
        self.eye.frame(self.poses)
        self._turn_surface()

    def refresh(self) -> None:
        """Bring what is to be drawn to the surface."""
        if self.surface is None:
            return
        geometry = build_geometry(self.poses, self.options, theme.current(), self.selected, self.arcs, self._arcs_of)
        self.surface.set_geometry(geometry)
        self._turn_surface()

    def close_surface(self) -> None:
        if self.surface is not None:
            self.surface.close_surface()

    def joint_at(self, x: float, y: float) -> tuple[int, int] | None:
        """(person, joint) drawn nearest to a place of the view."""
        for figure in self.poses:
            if not figure.ghost:
                points, _ = self.orbit.project(figure.xyz, self.width(), self.height())
                joint = nearest(points, x, y, REACH_PX)
                if joint is not None:
                    return figure.person, joint
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._last, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        step = at - self._last
        if not event.buttons():
            self._point_at(at)
            return
        self._dragged = self._dragged or step.manhattanLength() > 2
        if not self._dragged:
            return
        self._tags.hide_joint()
        self._last = at
        turning = event.buttons() & Qt.MouseButton.LeftButton
        if turning and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.eye.turn(-0.4 * step.x(), 0.4 * step.y())
        else:
            scale = self.orbit.metres_per_pixel(self.width(), self.height())
            self.eye.pan(-step.x() * scale, step.y() * scale)
        self._turn_surface()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._dragged and event.button() == Qt.MouseButton.LeftButton:
            found = self.joint_at(event.position().x(), event.position().y())
            if found:
                self.joint_selected.emit(*found)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.frame_figures()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(1.15 ** (event.angleDelta().y() / 120))

    def leaveEvent(self, event: QEvent) -> None:
        self._tags.hide_joint()
        super().leaveEvent(event)

    def _turn_surface(self) -> None:
        if self.surface is not None:
            self.surface.set_orbit(self.orbit)
        self._tags.show_names(self.poses, self.orbit)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.make_surface()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        row = self._bar.layout()
        assert isinstance(row, QBoxLayout)
        row.setDirection(QBoxLayout.Direction.LeftToRight)
        if row.sizeHint().width() > self.width() - 20:
            row.setDirection(QBoxLayout.Direction.TopToBottom)
        self._bar.resize(row.sizeHint())
        self._bar.move(self.width() - self._bar.width() - 10, 10)
        self._tags.show_names(self.poses, self.orbit)

    def _point_at(self, at: QPointF) -> None:
        """Say what joint is under the pointer."""
        found = self.joint_at(at.x(), at.y())
        if found is None:
            self._tags.hide_joint()
            return
        figure = next(f for f in self.poses if f.person == found[0] and not f.ghost)
        self._tags.show_joint(figure, found[1], at)

    def _preset_bar(self) -> QWidget:
        bar = QWidget(self)
        layout = QHBoxLayout(bar)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        labels = {"front": tr("Front"), "side": tr("Side"), "top": tr("Top"), "camera": tr("Camera")}
        for name, label in labels.items():
            button = configured(QToolButton(bar), objectName="overlay", text=label)
            button.setAccessibleName(tr("Look from: ") + label)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, name=name: self.preset_requested.emit(name))
            layout.addWidget(button)
        bar.adjustSize()
        return bar


def _make_surface(parent: QWidget, painter_only: bool) -> tuple[Surface, str]:
    """The best surface there is, and what kept OpenGL from being used ("" where nothing did)."""
    from app.gui.views.scene_painter import PainterSurface

    problem = tr("not asked for") if painter_only else without_opengl()
    if not problem:
        try:
            from app.gui.views.scene_gl import GLSurface

            return GLSurface(parent), ""
        except Exception as error:  # drivers fail in ways of their own; the plain view serves then
            problem = str(error) or type(error).__name__
            _log.warning("OpenGL cannot be used, the plain 3D view is shown: %s", problem)
    return PainterSurface(parent), problem
