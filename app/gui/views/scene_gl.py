"""The 3D view with vispy: one Line and one Markers visual for all people, one Line for floor, trails and ghosts."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.views.orbit import Orbit
from app.gui.views.scene_parts import SceneParts, rgba


class GLSurface(QWidget):
    """A vispy canvas in a widget; draws only when something changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from vispy import app, use

        use(app="pyside6", gl="gl2")
        self._canvas = _Canvas(app)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        native = self._canvas.canvas.native
        # Keys belong to the view around it, which has a name and commands.
        native.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(native)

    @property
    def native(self) -> Any:
        """The QOpenGLWidget, for tests that look at its picture."""
        return self._canvas.canvas.native

    def set_parts(self, parts: SceneParts) -> None:
        self._canvas.set_parts(parts)

    def set_orbit(self, orbit: Orbit) -> None:
        self._canvas.orbit = orbit
        self._canvas.canvas.update()

    def close_surface(self) -> None:
        self._canvas.canvas.close()


class _Canvas:
    """The visuals, and the matrix that brings them to the screen; transforms are ours, so that both surfaces agree."""

    def __init__(self, app: Any) -> None:
        from vispy.visuals import LineVisual, MarkersVisual
        from vispy.visuals.transforms import MatrixTransform, NullTransform

        self.orbit = Orbit()
        self._ground = (0.0, 0.0, 0.0, 1.0)
        self._matrix = MatrixTransform()
        self.canvas = app.Canvas(keys=None, config={"samples": 4, "depth_size": 24}, show=False)
        nothing = np.zeros((2, 3), np.float32)
        self._thin = LineVisual(nothing, connect="segments", method="gl", width=1.4, antialias=False)
        self._bones = LineVisual(nothing, connect="segments", method="gl", width=5.5, antialias=False)
        self._points = MarkersVisual(scaling="fixed")
        self._points.set_data(nothing, size=1)
        self._visuals = (self._thin, self._bones, self._points)
        for visual in self._visuals:
            systems = visual.transforms
            systems.configure(canvas=self.canvas)
            systems.visual_transform = self._matrix
            systems.scene_transform = systems.document_transform = NullTransform()
        self._thin.set_gl_state("translucent", depth_test=True)
        self._bones.set_gl_state("translucent", depth_test=True)
        self._points.set_gl_state("translucent", depth_test=True)
        self._filled = [False, False, False]
        self._told = False
        self.canvas.events.draw.connect(self._draw_or_tell)

    def set_parts(self, parts: SceneParts) -> None:
        self._ground = tuple(rgba(parts.ground))
        self._filled = [bool(len(parts.thin)), bool(len(parts.bones)), bool(len(parts.points))]
        if self._filled[0]:
            self._thin.set_data(pos=parts.thin, color=parts.thin_colours, connect="segments")
        if self._filled[1]:
            self._bones.set_data(pos=parts.bones, color=parts.bone_colours, connect="segments")
        if self._filled[2]:
            edge = np.array(self._ground)
            self._points.set_data(
                parts.points, size=parts.point_sizes, face_color=parts.point_colours, edge_color=edge, edge_width=1.2
            )
        self.canvas.update()

    def _draw_or_tell(self, _event: Any) -> None:
        """vispy would only log what goes wrong; it is told like every other error, once until it works again."""
        try:
            self._draw()
            self._told = False
        except Exception:
            if not self._told:
                self._told = True
                sys.excepthook(*sys.exc_info())

    def _draw(self) -> None:
        from vispy import gloo

        width, height = self.canvas.size
        physical = self.canvas.physical_size
        gloo.set_viewport(0, 0, *physical)
        gloo.clear(color=self._ground, depth=True)
        # world -> clip -> pixels of the canvas, which vispy's own transforms take to the screen again
        to_pixels = np.array(
            [[width / 2, 0, 0, width / 2], [0, -height / 2, 0, height / 2], [0, 0, 1, 0], [0, 0, 0, 1.0]]
        )
        self._matrix.matrix = (to_pixels @ self.orbit.matrix(width, height)).T
        for visual, filled in zip(self._visuals, self._filled, strict=True):
            visual.transforms.configure(canvas=self.canvas, viewport=(0, 0, *physical), fbo_size=physical)
            if filled:
                visual.draw()
