"""How the timeline is drawn: functions of what it shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from app.gui.shown import doubtful, spans
from app.gui.text import tr
from app.gui.theme import Theme
from poses.arrays import BoolArray, FloatArray, IntArray
from poses.motion import Motion

RULER, LANE, PAD, LABEL, MARGIN = 22, 30, 5, 34, 12
NICE_STEPS_S = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


@dataclass(frozen=True)
class Lane:
    """One person: frame (T) numbers in the file, score (T) mean of the joints, NaN where absent; doubt (T)."""

    label: str
    frame: IntArray
    score: FloatArray
    doubt: BoolArray


def lanes_of(motion: Motion) -> tuple[Lane, ...]:
    """A lane for every person of a motion."""
    lanes = []
    for index, person in enumerate(motion.persons):
        there = person.pose_2d.present.any(axis=1)
        score = np.where(there, person.pose_2d.score.mean(axis=1), np.nan)
        lanes.append(Lane(label_of(motion, index), motion.frame, score, doubtful(motion, index)))
    return tuple(lanes)


def label_of(motion: Motion, person: int) -> str:
    """The name the user gave, else P1, P2, ..."""
    return motion.persons[person].name or f"P{person + 1}"


def lane_at(y: float) -> int:
    """The lane at widget px, whether there is one or not."""
    return int((y - RULER) // (LANE + PAD))


@dataclass(frozen=True)
class Scale:
    """Frames first..last along `width` px, beside the labels, which take `label` px."""

    first: float
    last: float
    width: int
    label: int = LABEL

    def x_of(self, frame: float) -> float:
        """Px of a frame."""
        room = self.width - self.label - MARGIN
        return self.label + (frame - self.first) / max(self.last - self.first, 1e-9) * room

    def frame_at(self, x: float) -> float:
        """Frame, with fraction, at px."""
        return self.first + (x - self.label) / max(self.width - self.label - MARGIN, 1) * (self.last - self.first)


def backdrop(
    size: QSize,
    ratio: float,
    scale: Scale,
    colours: Theme,
    times: FloatArray,
    lanes: tuple[Lane, ...],
    progress: int,
    selected: int | None = None,
) -> QPixmap:
    """All that does not move with the cursor; drawn once for a zoom and a size.

    progress: -1 where nothing runs. selected: the lane whose label stands out.
    """
    drawn = QPixmap((size.toSizeF() * ratio).toSize())
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(QColor(colours.panel))
    if not len(times):
        return drawn
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_ruler(painter, scale, colours, times, size.height())
    for index, lane in enumerate(lanes or (None,)):
        top = RULER + index * (LANE + PAD)
        left, right = scale.x_of(scale.first), scale.x_of(scale.last)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.window))
        place = QRectF(left, top, right - left, LANE)
        painter.drawRoundedRect(place, 4, 4)
        if lane is None:
            _draw_empty(painter, scale, colours, place, progress)
        else:
            _draw_lane(painter, scale, colours, lane, place, index == selected)
    painter.end()
    return drawn


def draw_range(painter: QPainter, scale: Scale, colours: Theme, chosen: tuple[int, int], size: QSize) -> None:
    """In and out; what lies outside is faint."""
    left, right = scale.x_of(chosen[0]), scale.x_of(chosen[1])
    outside = QColor(colours.panel)
    outside.setAlpha(170)
    painter.fillRect(QRectF(scale.label, RULER, left - scale.label, size.height() - RULER), outside)
    painter.fillRect(QRectF(right, RULER, size.width() - right, size.height() - RULER), outside)
    painter.setPen(QPen(QColor(colours.accent), 2))
    for x, lean in ((left, 6), (right, -6)):
        painter.drawLine(QPointF(x, RULER - 2), QPointF(x, size.height() - PAD))
        painter.drawLine(QPointF(x, RULER - 2), QPointF(x + lean, RULER - 2))


def draw_cursor(painter: QPainter, scale: Scale, colours: Theme, frame: int, height: int) -> None:
    x = scale.x_of(frame)
    painter.setPen(QPen(QColor(colours.text), 1.6))
    painter.drawLine(QPointF(x, RULER - 8), QPointF(x, height - 2))
    painter.setBrush(QColor(colours.text))
    painter.drawPolygon(QPolygonF([QPointF(x - 5, RULER - 13), QPointF(x + 5, RULER - 13), QPointF(x, RULER - 5)]))


def _draw_ruler(painter: QPainter, scale: Scale, colours: Theme, times: FloatArray, height: int) -> None:
    first, last = (int(np.clip(v, 0, len(times) - 1)) for v in (scale.first, scale.last))
    span = max(float(times[last] - times[first]), 1e-6)
    room = max((scale.width - scale.label) / 90, 2)
    step = next((s for s in NICE_STEPS_S if span / s <= room), NICE_STEPS_S[-1])
    start = np.ceil((times[first] - times[0]) / step) * step
    usual, small = painter.font(), painter.font()
    small.setPointSizeF(small.pointSizeF() * 0.85)
    painter.setFont(small)
    for moment in np.arange(start, times[last] - times[0] + 1e-9, step):
        x = scale.x_of(float(np.interp(moment + times[0], times, np.arange(len(times)))))
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawLine(QPointF(x, RULER - 6), QPointF(x, height - PAD))
        painter.setPen(QColor(colours.muted))
        painter.drawText(QRectF(x - 40, 2, 80, RULER - 8), Qt.AlignmentFlag.AlignCenter, clock(moment, step))
    painter.setFont(usual)


def _draw_lane(painter: QPainter, scale: Scale, colours: Theme, lane: Lane, place: QRectF, chosen: bool) -> None:
    painter.setClipRect(place)
    for start, stop in spans(np.isfinite(lane.score)):
        _draw_score(painter, scale, colours, lane, start, stop, place.top())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.doubtful))
    for start, stop in spans(lane.doubt):
        x, end = scale.x_of(lane.frame[start] - 0.5), scale.x_of(lane.frame[stop] + 0.5)
        painter.drawRect(QRectF(x, place.bottom() - 4, max(end - x, 2.0), 4))
    painter.setClipping(False)
    painter.setPen(QColor(colours.text if chosen else colours.muted))
    label = QRectF(4, place.top(), scale.label - 12, LANE)
    text = painter.fontMetrics().elidedText(lane.label, Qt.TextElideMode.ElideRight, int(label.width()))
    painter.drawText(label, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


def _draw_score(painter: QPainter, scale: Scale, colours: Theme, lane: Lane, start: int, stop: int, top: float) -> None:
    """The confidence of an unbroken stretch as a filled curve, at most two points a px."""
    rows = np.unique(np.linspace(start, stop, min(stop - start + 1, 2 * max(scale.width, 2))).astype(int))
    x = [scale.x_of(lane.frame[r]) for r in rows]
    x[0], x[-1] = scale.x_of(lane.frame[start] - 0.5), scale.x_of(lane.frame[stop] + 0.5)
    if len(rows) == 1:
        x, rows = [scale.x_of(lane.frame[start] - 0.5), x[-1]], np.repeat(rows, 2)
    bottom = top + LANE
    curve = [QPointF(a, bottom - float(lane.score[r]) * (LANE - 3)) for a, r in zip(x, rows, strict=True)]
    fill = QColor(colours.good)
    fill.setAlpha(70)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPolygon(QPolygonF([QPointF(x[0], bottom), *curve, QPointF(x[-1], bottom)]))
    painter.setPen(QPen(QColor(colours.good), 1.5))
    painter.drawPolyline(QPolygonF(curve))


def _draw_empty(painter: QPainter, scale: Scale, colours: Theme, place: QRectF, progress: int) -> None:
    if progress >= 0:
        done = QColor(colours.accent)
        done.setAlpha(110)
        painter.setBrush(done)
        painter.drawRoundedRect(QRectF(place.left(), place.top(), scale.x_of(progress) - scale.label, LANE), 4, 4)
        return
    painter.setPen(QColor(colours.muted))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tr("Not analysed yet"))


def clock(moment_s: float, step_s: float = 0.01) -> str:
    """Seconds as m:ss, with as many decimals as the step asks for."""
    decimals = 0 if step_s >= 1 else 1 if round(step_s * 10, 6).is_integer() else 2
    minutes, seconds = divmod(round(moment_s, decimals), 60)
    return f"{int(minutes)}:{seconds:0{3 + decimals if decimals else 2}.{decimals}f}"
