"""The timeline: a lane for every person with its confidence, gaps and doubtful spans; cursor, in and out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui import theme
from app.gui.shown import doubtful, spans
from app.gui.text import tr
from poses.arrays import BoolArray, FloatArray, IntArray
from poses.motion import Motion

RULER, LANE, PAD, LABEL = 22, 30, 5, 34
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
        lanes.append(Lane(f"P{index + 1}", motion.frame, score, doubtful(motion, index)))
    return tuple(lanes)


class Timeline(QWidget):
    """Frames of a file along the width.

    seek_requested(frame): clicked or dragged. range_requested(first, last): an end of the range was dragged.
    """

    seek_requested = Signal(int)
    range_requested = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Timeline"))
        self._times = np.zeros(0)
        self._lanes: tuple[Lane, ...] = ()
        self._progress = -1
        self._cursor = 0
        self._range: tuple[int, int] | None = None
        self._view = (0.0, 1.0)  # first and last visible frame
        self._drag = ""
        self._backdrop = QPixmap()
        self._drawn_for: tuple[object, ...] = ()
        self._version = 0

    def sizeHint(self) -> QSize:
        return QSize(400, RULER + max(len(self._lanes), 1) * (LANE + PAD) + PAD)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def set_times(self, time_s: FloatArray) -> None:
        """Time stamps (N) of the frames of a file; forgets everything about the one before."""
        self._times = np.asarray(time_s, dtype=float)
        self._cursor, self._range, self._progress = 0, None, -1
        self._view = (0.0, max(len(self._times) - 1.0, 1.0))
        self.set_lanes(())

    def set_lanes(self, lanes: tuple[Lane, ...]) -> None:
        self._lanes = lanes
        self._version += 1
        self.updateGeometry()
        self.update()

    def set_progress(self, frame: int) -> None:
        """Analysed up to this frame; -1 where nothing runs."""
        self._progress = frame
        self.update()

    def set_cursor(self, frame: int) -> None:
        self._cursor = frame
        first, last = self._view
        if not first <= frame <= last:
            shift = frame - (first + last) / 2
            self._show(first + shift, last + shift)
        self.update()

    def set_range(self, first: int | None, last: int | None) -> None:
        """In and out; None and None is the whole file."""
        self._range = None if first is None or last is None else (first, last)
        self.update()

    def zoom(self, factor: float, around: float | None = None) -> None:
        """Show `factor` times as much detail, keeping the frame `around` (the cursor where None) in its place."""
        around = float(self._cursor) if around is None else around
        first, last = self._view
        self._show(around - (around - first) / factor, around + (last - around) / factor)

    def zoom_out(self) -> None:
        """Show the whole file."""
        self._show(0.0, max(len(self._times) - 1.0, 1.0))

    def x_of(self, frame: float) -> float:
        """Widget px of a frame."""
        first, last = self._view
        return LABEL + (frame - first) / max(last - first, 1e-9) * (self.width() - LABEL - 12)

    def frame_at(self, x: float) -> int:
        """Nearest frame to widget px."""
        first, last = self._view
        frame = first + (x - LABEL) / max(self.width() - LABEL - 12, 1) * (last - first)
        return int(np.clip(round(frame), 0, max(len(self._times) - 1, 0)))

    def _show(self, first: float, last: float) -> None:
        whole = max(len(self._times) - 1.0, 1.0)
        width = float(np.clip(last - first, min(8.0, whole), whole))
        first = float(np.clip(first, 0.0, whole - width))
        self._view = (first, first + width)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = theme.current()
        drawn_for = (self.size(), self.devicePixelRatioF(), self._view, self._progress, colours.name, self._version)
        if drawn_for != self._drawn_for:
            self._drawn_for = drawn_for
            self._draw_backdrop(colours)
        painter.drawPixmap(0, 0, self._backdrop)
        if not len(self._times):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_range(painter, colours)
        self._draw_cursor(painter, colours)

    def _draw_backdrop(self, colours: theme.Theme) -> None:
        """All that does not move with the cursor, drawn once for a zoom and a size."""
        ratio = self.devicePixelRatioF()
        self._backdrop = QPixmap((self.size().toSizeF() * ratio).toSize())
        self._backdrop.setDevicePixelRatio(ratio)
        self._backdrop.fill(QColor(colours.panel))
        if not len(self._times):
            return
        painter = QPainter(self._backdrop)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        self._draw_ruler(painter, colours)
        for index in range(max(len(self._lanes), 1)):
            top = RULER + index * (LANE + PAD)
            self._draw_lane(painter, colours, self._lanes[index] if self._lanes else None, top)
        painter.end()

    def _draw_ruler(self, painter: QPainter, colours: theme.Theme) -> None:
        first, last = (int(np.clip(v, 0, len(self._times) - 1)) for v in self._view)
        span = max(float(self._times[last] - self._times[first]), 1e-6)
        room = max((self.width() - LABEL) / 90, 2)
        step = next((s for s in NICE_STEPS_S if span / s <= room), NICE_STEPS_S[-1])
        start = np.ceil((self._times[first] - self._times[0]) / step) * step
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        for moment in np.arange(start, self._times[last] - self._times[0] + 1e-9, step):
            frame = float(np.interp(moment + self._times[0], self._times, np.arange(len(self._times))))
            x = self.x_of(frame)
            painter.setPen(QPen(QColor(colours.border), 1))
            painter.drawLine(QPointF(x, RULER - 6), QPointF(x, self.height() - PAD))
            painter.setPen(QColor(colours.muted))
            painter.drawText(QRectF(x - 40, 2, 80, RULER - 8), Qt.AlignmentFlag.AlignCenter, clock(moment, step))

    def _draw_lane(self, painter: QPainter, colours: theme.Theme, lane: Lane | None, top: float) -> None:
        left, right = self.x_of(self._view[0]), self.x_of(self._view[1])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.window))
        painter.drawRoundedRect(QRectF(left, top, right - left, LANE), 4, 4)
        if lane is None:
            self._draw_empty(painter, colours, QRectF(left, top, right - left, LANE))
            return
        painter.setClipRect(QRectF(left, top, right - left, LANE))
        for start, stop in spans(np.isfinite(lane.score)):
            self._draw_score(painter, colours, lane, start, stop, top)
        for start, stop in spans(lane.doubt):
            x, end = self.x_of(lane.frame[start] - 0.5), self.x_of(lane.frame[stop] + 0.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.doubtful))
            painter.drawRect(QRectF(x, top + LANE - 4, max(end - x, 2.0), 4))
        painter.setClipping(False)
        painter.setPen(QColor(colours.muted))
        label = QRectF(0, top, LABEL - 4, LANE)
        painter.drawText(label, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, lane.label + " ")

    def _draw_score(
        self, painter: QPainter, colours: theme.Theme, lane: Lane, start: int, stop: int, top: float
    ) -> None:
        rows = np.unique(np.linspace(start, stop, min(stop - start + 1, 2 * max(self.width(), 2))).astype(int))
        bottom = top + LANE
        x = [self.x_of(lane.frame[r]) for r in rows]
        x[0], x[-1] = self.x_of(lane.frame[start] - 0.5), self.x_of(lane.frame[stop] + 0.5)
        if len(rows) == 1:
            x, rows = [x[0], self.x_of(lane.frame[stop] + 0.5)], np.repeat(rows, 2)
        y = [bottom - float(lane.score[r]) * (LANE - 3) for r in rows]
        curve = [QPointF(a, b) for a, b in zip(x, y, strict=True)]
        fill = QColor(colours.good)
        fill.setAlpha(70)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([QPointF(x[0], bottom), *curve, QPointF(x[-1], bottom)]))
        painter.setPen(QPen(QColor(colours.good), 1.5))
        painter.drawPolyline(QPolygonF(curve))

    def _draw_empty(self, painter: QPainter, colours: theme.Theme, place: QRectF) -> None:
        if self._progress >= 0:
            done = QColor(colours.accent)
            done.setAlpha(110)
            painter.setBrush(done)
            painter.drawRoundedRect(QRectF(place.left(), place.top(), self.x_of(self._progress) - LABEL, LANE), 4, 4)
            return
        painter.setPen(QColor(colours.muted))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tr("Not analysed yet"))

    def _draw_range(self, painter: QPainter, colours: theme.Theme) -> None:
        if self._range is None:
            return
        left, right = self.x_of(self._range[0]), self.x_of(self._range[1])
        outside = QColor(colours.panel)
        outside.setAlpha(170)
        painter.fillRect(QRectF(LABEL, RULER, left - LABEL, self.height() - RULER), outside)
        painter.fillRect(QRectF(right, RULER, self.width() - right, self.height() - RULER), outside)
        painter.setPen(QPen(QColor(colours.accent), 2))
        for x, lean in ((left, 6), (right, -6)):
            painter.drawLine(QPointF(x, RULER - 2), QPointF(x, self.height() - PAD))
            painter.drawLine(QPointF(x, RULER - 2), QPointF(x + lean, RULER - 2))

    def _draw_cursor(self, painter: QPainter, colours: theme.Theme) -> None:
        x = self.x_of(self._cursor)
        painter.setPen(QPen(QColor(colours.text), 1.6))
        painter.drawLine(QPointF(x, RULER - 8), QPointF(x, self.height() - 2))
        painter.setBrush(QColor(colours.text))
        painter.drawPolygon(QPolygonF([QPointF(x - 5, RULER - 13), QPointF(x + 5, RULER - 13), QPointF(x, RULER - 5)]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not len(self._times) or event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        self._drag = self._end_at(x) or "cursor"
        if self._drag == "cursor":
            self.seek_requested.emit(self.frame_at(x))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if not event.buttons():
            over = self._end_at(x)
            self.setCursor(Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.ArrowCursor)
        elif self._drag == "cursor":
            self.seek_requested.emit(self.frame_at(x))
        elif self._drag and self._range:
            first, last = self._range
            frame = self.frame_at(x)
            self.range_requested.emit(*((min(frame, last), last) if self._drag == "in" else (first, max(frame, first))))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._drag = ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            width = self._view[1] - self._view[0]
            self._show(self._view[0] - turn * width / 10, self._view[1] - turn * width / 10)
        else:
            self.zoom(1.25**turn, self.frame_at(event.position().x()))

    def _end_at(self, x: float) -> str:
        if self._range is None:
            return ""
        near = [(abs(x - self.x_of(f)), name) for f, name in zip(self._range, ("in", "out"), strict=True)]
        distance, name = min(near)
        return name if distance <= 5 else ""


def clock(moment_s: float, step_s: float = 0.01) -> str:
    """Seconds as m:ss, with as many decimals as the step asks for."""
    decimals = 0 if step_s >= 1 else 1 if round(step_s * 10, 6).is_integer() else 2
    minutes, seconds = divmod(round(moment_s, decimals), 60)
    return f"{int(minutes)}:{seconds:0{3 + decimals if decimals else 2}.{decimals}f}"
