"""Small labels over the 3D view: people's names over their heads, and the joint under the pointer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.gui.frame_view import Pose3D
from app.gui.text import number
from app.gui.views.orbit import Orbit
from app.gui.widgets import configured

INSET = 6


class SceneTags:
    """Labels of a view; they let the mouse through. Names stay below `buttons`, which lie over the view too."""

    def __init__(self, view: QWidget, buttons: QWidget) -> None:
        self._view, self._buttons = view, buttons
        self._names: list[QLabel] = []
        self._joint = self._label()

    def show_names(self, poses: Sequence[Pose3D], orbit: Orbit) -> None:
        """The names of those who have one, over their heads."""
        named = [f for f in poses if f.name and not f.ghost]
        while len(self._names) < len(named):
            self._names.append(self._label())
            self._names[-1].stackUnder(self._buttons)
        width, height = self._view.width(), self._view.height()
        for label, figure in zip(self._names, named, strict=False):
            points, _ = orbit.project(figure.xyz, width, height)
            points = points[np.isfinite(points).all(axis=1)]
            label.setVisible(bool(len(points)))
            if len(points):
                colour = f"; border: 1px solid {figure.colour}" if figure.colour else ""
                label.setStyleSheet(f"padding: 1px 6px{colour}")
                label.setText(figure.name)
                top = points[points[:, 1].argmin()]
                self._place(label, top[0] - label.sizeHint().width() / 2, top[1] - label.sizeHint().height() - 10)
        for label in self._names[len(named) :]:
            label.hide()

    def show_joint(self, figure: Pose3D, joint: int, at: QPointF) -> None:
        """Name and place of a joint beside the pointer."""
        x, y, z = figure.xyz[joint]
        who = f"{figure.name}   " if figure.name else ""
        name = figure.skeleton.joint_names[joint]
        self._joint.setText(f"{who}{name}   x {number(x)}  y {number(y)}  z {number(z)} m")
        self._place(self._joint, at.x() + 14, at.y() - self._joint.sizeHint().height() - 10)
        self._joint.show()
        self._joint.raise_()

    def hide_joint(self) -> None:
        self._joint.hide()

    def _label(self) -> QLabel:
        label = configured(QLabel(self._view), objectName="badge")
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        label.hide()
        return label

    def _place(self, label: QLabel, x: float, y: float) -> None:
        """There, but inside the view."""
        label.adjustSize()
        left = min(x, self._view.width() - label.width() - INSET)
        label.move(int(max(left, INSET)), int(max(y, INSET)))
