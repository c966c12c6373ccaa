"""The 3D view with OpenGL: all people in one call, floor, trails, ghosts and arcs in another."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.views.meshes import build_mesh
from app.gui.views.orbit import Orbit
from app.gui.views.scene_geometry import SceneGeometry, rgba


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

    def set_geometry(self, geometry: SceneGeometry) -> None:
        self._canvas.set_geometry(geometry)

    def set_orbit(self, orbit: Orbit) -> None:
        self._canvas.orbit = orbit
        self._canvas.canvas.update()

    def close_surface(self) -> None:
        self._canvas.canvas.close()


BODIES = """
uniform mat4 u_matrix;
attribute vec3 a_position;
attribute vec3 a_normal;
attribute vec4 a_colour;
varying vec3 v_normal;
varying vec4 v_colour;
void main() {
    v_normal = a_normal;
    v_colour = a_colour;
    gl_Position = u_matrix * vec4(a_position, 1.0);
}
"""
# Light from over the viewer's left shoulder that also reaches round the bodies, and none on what has no normal.
LIT = """
uniform vec3 u_light;
varying vec3 v_normal;
varying vec4 v_colour;
void main() {
    float lit = 1.0;
    if (dot(v_normal, v_normal) > 0.1) {
        float towards = 0.5 + 0.5 * dot(normalize(v_normal), u_light);
        lit = 0.42 + 0.68 * towards * towards;
    }
    gl_FragColor = vec4(v_colour.rgb * lit, v_colour.a);
}
"""


class _Canvas:
    """What is drawn, and the matrix that brings it to the screen; transforms are ours, so that both surfaces agree."""

    def __init__(self, app: Any) -> None:
        from vispy import gloo
        from vispy.visuals import LineVisual
        from vispy.visuals.transforms import MatrixTransform, NullTransform

        self.orbit = Orbit()
        self._ground = (0.0, 0.0, 0.0, 1.0)
        self._matrix = MatrixTransform()
        self.canvas = app.Canvas(keys=None, config={"samples": 4, "depth_size": 24}, show=False)
        nothing = np.zeros((2, 3), np.float32)
        self._thin = LineVisual(nothing, connect="segments", method="gl", width=1.4, antialias=False)
        systems = self._thin.transforms
        systems.configure(canvas=self.canvas)
        systems.visual_transform = self._matrix
        systems.scene_transform = systems.document_transform = NullTransform()
        self._thin.set_gl_state("translucent", depth_test=True)
        self._bodies = gloo.Program(BODIES, LIT)
        self._buffers = {name: gloo.VertexBuffer() for name in ("a_position", "a_normal", "a_colour")}
        self._faces = gloo.IndexBuffer()
        self._there = [False, False]
        self._told = False
        self.canvas.events.draw.connect(self._draw_or_tell)

    def set_geometry(self, geometry: SceneGeometry) -> None:
        self._ground = tuple(rgba(geometry.ground))
        body = build_mesh(geometry)
        self._there = [bool(len(geometry.thin)), bool(len(body.faces))]
        if self._there[0]:
            self._thin.set_data(pos=geometry.thin, color=geometry.thin_colours, connect="segments")
        if self._there[1]:
            for name, values in (("a_position", body.vertices), ("a_normal", body.normals), ("a_colour", body.colours)):
                self._buffers[name].set_data(np.ascontiguousarray(values, np.float32))
                self._bodies[name] = self._buffers[name]
            self._faces.set_data(body.faces)
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
        matrix = self.orbit.matrix(width, height)
        if self._there[1]:
            right, up, back = self.orbit.axes()
            light = back - 0.5 * right + 0.9 * up
            gloo.set_state("opaque", depth_test=True, cull_face=False)
            self._bodies["u_matrix"] = matrix.T.astype(np.float32)
            self._bodies["u_light"] = (light / np.linalg.norm(light)).astype(np.float32)
            self._bodies.draw("triangles", self._faces)
        if self._there[0]:
            # world -> clip -> pixels of the canvas, which vispy's own transforms take to the screen again
            to_pixels = np.array(
                [[width / 2, 0, 0, width / 2], [0, -height / 2, 0, height / 2], [0, 0, 1, 0], [0, 0, 0, 1.0]]
            )
            self._matrix.matrix = (to_pixels @ matrix).T
            self._thin.transforms.configure(canvas=self.canvas, viewport=(0, 0, *physical), fbo_size=physical)
            self._thin.draw()
