"""The 3D view without OpenGL: projects with numpy, draws with QPainter. Serves on every screen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.gui.views.drawing import painting
from app.gui.views.orbit import Orbit
from app.gui.views.scene_geometry import SceneGeometry
from poses.arrays import FloatArray


class PainterSurface(QWidget):
    """Draws far things first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._geometry: SceneGeometry | None = None
        self._orbit = Orbit()

    def set_geometry(self, geometry: SceneGeometry) -> None:
        self._geometry = geometry
        self.update()

    def set_orbit(self, orbit: Orbit) -> None:
        self._orbit = orbit
        self.update()

    def close_surface(self) -> None:
        self._geometry = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._geometry is None:
            return
        with painting(self) as painter:
            painter.fillRect(self.rect(), QColor(self._geometry.ground))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_segments(painter, self._geometry.thin, self._geometry.thin_colours, 1.3)
            self._draw_segments(painter, self._geometry.shadow, self._geometry.shadow_colours, 4.0)
            self._draw_segments(painter, self._geometry.bones, self._geometry.bone_colours, 5.0)
            self._draw_points(painter, self._geometry)

    def _draw_segments(self, painter: QPainter, ends: FloatArray, colours: FloatArray, width: float) -> None:
        """Far ones first; neighbours in depth that have one colour are one call, which is what takes the time."""
        if not len(ends):
            return
        points, depth = self._orbit.project(ends, self.width(), self.height())
        lines = points.reshape(-1, 4)
        order = np.argsort(-depth.reshape(-1, 2).mean(axis=1))
        order = order[np.isfinite(lines[order]).all(axis=1)]
        pen = QPen(QColor(), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        changes = np.flatnonzero((np.diff(colours[2 * order], axis=0) != 0).any(axis=1)) + 1
        for some in np.split(order, changes) if len(order) else ():
            pen.setColor(QColor.fromRgbF(*colours[2 * some[0]].tolist()))
            painter.setPen(pen)
            painter.drawLines([QLineF(*line) for line in lines[some].tolist()])

    def _draw_points(self, painter: QPainter, geometry: SceneGeometry) -> None:
        if not len(geometry.points):
            return
        points, depth = self._orbit.project(geometry.points, self.width(), self.height())
        painter.setPen(QPen(QColor(geometry.ground), 1.2))
        places, colours, sizes = points.tolist(), geometry.point_colours.tolist(), geometry.point_sizes.tolist()
        order = np.argsort(-depth)
        for i in order[np.isfinite(points[order]).all(axis=1)].tolist():
            painter.setBrush(QColor.fromRgbF(*colours[i]))
            painter.drawEllipse(QPointF(*places[i]), sizes[i] / 2, sizes[i] / 2)
