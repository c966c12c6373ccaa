"""Skeletons drawn with QPainter, on the picture and where there is no OpenGL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QColor, QPaintDevice, QPainter, QPen, Qt

from poses.arrays import FloatArray
from poses.skeleton import Skeleton

HALO = QColor(0, 0, 0, 150)


@contextmanager
def painting(device: QPaintDevice) -> Iterator[QPainter]:
    """A painter that ends with the block, whatever goes wrong in it.

    An error keeps what its traceback knows alive; a painter among it, still at work when Qt shows the picture, ends the
    whole program with a segmentation fault.
    """
    painter = QPainter(device)
    try:
        yield painter
    finally:
        painter.end()


def bone_side(skeleton: Skeleton, parent: int, child: int) -> str:
    """A bone belongs to the side of its far end; one that joins both sides to the middle."""
    ends = {skeleton.side(parent), skeleton.side(child)} - {"middle"}
    return skeleton.side(child) if len(ends) == 1 and skeleton.side(child) != "middle" else "middle"


def draw_skeleton(
    painter: QPainter,
    points: FloatArray,
    skeleton: Skeleton,
    colours: Sequence[QColor],
    width: float,
    hollow: Sequence[bool] | None = None,
) -> None:
    """Bones and joints at `points` (J, 2) widget px; a bone with a missing end (NaN) is left out.

    colours: of the left, the right and the middle. hollow (J): joints drawn as rings, because they were not seen.
    """
    by_side = dict(zip(("left", "right", "middle"), colours, strict=True))
    there = np.asarray(np.isfinite(points).all(axis=1))
    bones = [(p, c) for p, c in skeleton.bones if there[p] and there[c]]
    place = points.tolist()
    lines: dict[str, list[QLineF]] = {side: [] for side in ("middle", "right", "left")}
    for parent, child in bones:
        lines[bone_side(skeleton, parent, child)].append(QLineF(*place[parent], *place[child]))
    if colours[0].alpha() == 255:
        painter.setPen(QPen(HALO, width + 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLines([line for side in lines.values() for line in side])
    for side, some in lines.items():
        painter.setPen(QPen(by_side[side], width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLines(some)
    for joint in map(int, np.flatnonzero(there)):
        _draw_joint(painter, points[joint], by_side[skeleton.side(joint)], width, bool(hollow and hollow[joint]))


def _draw_joint(painter: QPainter, point: FloatArray, colour: QColor, width: float, hollow: bool) -> None:
    edge = QColor(0, 0, 0, min(190, colour.alpha()))
    painter.setPen(QPen(colour if hollow else edge, 1.6 if hollow else 1.2))
    painter.setBrush(edge if hollow else colour)
    radius = width * 1.15
    painter.drawEllipse(QPointF(*point), radius, radius)


def draw_tag(painter: QPainter, at: QPointF, text: str, text_colour: QColor, ground: QColor) -> None:
    """A short text on a rounded ground beside a point, kept inside the widget."""
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(text) + 14, metrics.height() + 8
    limit = painter.viewport()
    left = min(max(at.x() + 12, 4), max(limit.width() - width - 4, 4))
    top = min(max(at.y() - height - 8, 4), max(limit.height() - height - 4, 4))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(int(left), int(top), width, height, 5, 5)
    painter.setPen(text_colour)
    painter.drawText(int(left) + 7, int(top) + 4 + metrics.ascent(), text)


def nearest(points: FloatArray, x: float, y: float, within: float) -> int | None:
    """Index of the point (N, 2) nearest to (x, y), None where none lies `within` px."""
    if not len(points):
        return None
    distance = np.hypot(points[:, 0] - x, points[:, 1] - y)
    distance[~np.isfinite(distance)] = np.inf
    best = int(distance.argmin())
    return best if distance[best] <= within else None
