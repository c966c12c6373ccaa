"""How the timeline is drawn: functions of what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

from app.gui.frame_view import doubts
from app.gui.people import colour_of, label_of
from app.gui.text import mark, tr
from app.gui.theme import Theme
from app.gui.views.drawing import painting
from app.pipeline.fill import segments
from poses.arrays import BoolArray, FloatArray, IntArray
from poses.motion import Motion

RULER, STRIP, LANE, PAD, LABEL, MARGIN = 22, 44, 30, 5, 34, 12
BAND, SPOT = 5, 12
NICE_STEPS_S = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


@dataclass(frozen=True)
class Lane:
    """One person: frame (T) numbers in the file, score (T) mean of the joints, NaN where absent; doubt (T).

    kinds: reasons for the doubt, (T) each, by the names of `shown.doubts`. colour: the person's, "" for one alone.
    """

    label: str
    frame: IntArray
    score: FloatArray
    doubt: BoolArray
    kinds: Mapping[str, BoolArray] = field(default_factory=dict)
    colour: str = ""


EMPTY = {
    "": mark("Not analysed yet"),
    "nobody": mark("Nobody was found in this video."),
    "detected": mark("Detected, not lifted to 3D yet"),
}


@dataclass(frozen=True)
class Content:
    """What a timeline shows. progress: analysed up to this frame, -1 where nothing runs. selected: a person.
    empty: what it means that there are no lanes, by its key in `EMPTY`.

    strip: frames with their small pictures (None: not read yet), None where no strip is wanted; picture: (w, h) px.
    """

    times: FloatArray
    lanes: tuple[Lane, ...] = ()
    progress: int = -1
    selected: int | None = None
    empty: str = ""
    strip: tuple[tuple[int, QImage | None], ...] | None = None
    picture: tuple[float, float] = (0.0, 0.0)

    @property
    def lanes_top(self) -> int:
        """Px above the first lane."""
        return RULER + (STRIP if self.strip is not None else 0)

    @property
    def height(self) -> int:
        """Px of everything."""
        return self.lanes_top + max(len(self.lanes), 1) * (LANE + PAD) + PAD


def lanes_of(motion: Motion) -> tuple[Lane, ...]:
    """A lane for every person of a motion."""
    lanes = []
    for index, person in enumerate(motion.persons):
        there = person.pose_2d.present.any(axis=1)
        score = np.where(there, person.pose_2d.score.mean(axis=1), np.nan)
        kinds = doubts(motion, index)
        doubt = np.logical_or.reduce(list(kinds.values()))
        lanes.append(Lane(label_of(motion, index), motion.frame, score, doubt, kinds, colour_of(motion, index)))
    return tuple(lanes)


def reasons(kinds: Mapping[str, BoolArray], row: int) -> list[str]:
    """Why a row is to be doubted, in words."""
    words = {
        "weak": tr("low score"),
        "filled": tr("filled in"),
        "swap": tr("left and right may be exchanged"),
        "uncertain": tr("joints probably off by more than 12 cm"),
    }
    return [words.get(kind, kind) for kind, flags in kinds.items() if flags[row]]


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


def backdrop(size: QSize, ratio: float, scale: Scale, colours: Theme, content: Content) -> QPixmap:
    """All that does not move with the cursor; drawn once for a zoom and a size."""
    drawn = QPixmap((size.toSizeF() * ratio).toSize())
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(QColor(colours.panel))
    if not len(content.times):
        return drawn
    with painting(drawn) as painter:
        _draw_backdrop(painter, size, scale, colours, content)
    return drawn


def _draw_backdrop(painter: QPainter, size: QSize, scale: Scale, colours: Theme, content: Content) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_ruler(painter, scale, colours, content.times, size.height())
    if content.strip is not None:
        _draw_strip(painter, scale, colours, content.strip, content.picture)
    for index, lane in enumerate(content.lanes or (None,)):
        top = content.lanes_top + index * (LANE + PAD)
        left, right = scale.x_of(scale.first), scale.x_of(scale.last)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.window))
        place = QRectF(left, top, right - left, LANE)
        painter.drawRoundedRect(place, 4, 4)
        if lane is None:
            _draw_empty(painter, scale, colours, place, content)
        else:
            _draw_lane(painter, scale, colours, lane, place, index == content.selected)


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


def _draw_strip(
    painter: QPainter,
    scale: Scale,
    colours: Theme,
    strip: tuple[tuple[int, QImage | None], ...],
    picture: tuple[float, float],
) -> None:
    """Small pictures, each in the middle over its frame."""
    width, height = picture
    left, right = scale.x_of(scale.first), scale.x_of(scale.last)
    painter.save()
    painter.setClipRect(QRectF(left, RULER, right - left, STRIP))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for frame, image in strip:
        place = QRectF(scale.x_of(frame) - width / 2, RULER, width, height)
        if image is None:
            painter.fillRect(place, QColor(colours.stage))
        else:
            painter.drawImage(place, image)
    painter.restore()


def _draw_lane(painter: QPainter, scale: Scale, colours: Theme, lane: Lane, place: QRectF, chosen: bool) -> None:
    painter.setClipRect(place)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(QColor(colours.border), Qt.BrushStyle.BDiagPattern))
    for start, stop in segments(~np.isfinite(lane.score)):
        painter.drawRect(_span(scale, lane, start, stop, place.top() + 4, LANE - 8))
    for start, stop in segments(np.isfinite(lane.score)):
        _draw_score(painter, scale, colours, lane, start, stop, place.top())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.doubtful))
    band = place.bottom() - BAND
    for start, stop in segments(lane.doubt):
        painter.drawRect(_span(scale, lane, start, stop, band, BAND))
    for kind, colour in (("filled", colours.accent), ("swap", colours.bad)):
        painter.setBrush(QColor(colour))
        for start, stop in segments(lane.kinds.get(kind, np.zeros(0, dtype=bool))):
            painter.drawRect(_span(scale, lane, start, stop, band, BAND))
    painter.setClipping(False)
    _draw_label(painter, colours, lane, QRectF(2, place.top(), scale.label - 6, LANE), chosen)


def _draw_label(painter: QPainter, colours: Theme, lane: Lane, place: QRectF, chosen: bool) -> None:
    """Who it is, beside a spot of the person's colour; the selected one on a ground of its own."""
    painter.setPen(Qt.PenStyle.NoPen)
    if chosen:
        painter.setBrush(QColor(colours.hover))
        painter.drawRoundedRect(place, 5, 5)
    spot = 0
    if lane.colour:
        spot = SPOT
        painter.setPen(QPen(QColor(colours.muted), 1))
        painter.setBrush(QColor(lane.colour))
        painter.drawEllipse(QPointF(place.left() + SPOT / 2 + 1, place.center().y()), SPOT / 3, SPOT / 3)
    painter.setPen(QColor(colours.text if chosen else colours.muted))
    label = place.adjusted(spot + 2, 0, -4, 0)
    text = painter.fontMetrics().elidedText(lane.label, Qt.TextElideMode.ElideRight, int(label.width()))
    painter.drawText(label, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


def _span(scale: Scale, lane: Lane, start: int, stop: int, top: float, height: float) -> QRectF:
    """Rows start to stop - 1 of a lane, never too narrow to be seen."""
    x, end = scale.x_of(lane.frame[start] - 0.5), scale.x_of(lane.frame[stop - 1] + 0.5)
    return QRectF(x, top, max(end - x, 2.0), height)


def _draw_score(painter: QPainter, scale: Scale, colours: Theme, lane: Lane, start: int, stop: int, top: float) -> None:
    """The confidence in rows start to stop - 1 as a filled curve, at most two points a px."""
    rows = np.unique(np.linspace(start, stop - 1, min(stop - start, 2 * max(scale.width, 2))).astype(int))
    x = [scale.x_of(lane.frame[r]) for r in rows]
    x[0], x[-1] = scale.x_of(lane.frame[start] - 0.5), scale.x_of(lane.frame[stop - 1] + 0.5)
    if len(rows) == 1:
        x, rows = [scale.x_of(lane.frame[start] - 0.5), x[-1]], np.repeat(rows, 2)
    bottom = top + LANE
    curve = [QPointF(a, bottom - float(lane.score[r]) * (LANE - 3)) for a, r in zip(x, rows, strict=True)]
    line = QColor(lane.colour or colours.good)
    fill = QColor(line)
    fill.setAlpha(70)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPolygon(QPolygonF([QPointF(x[0], bottom), *curve, QPointF(x[-1], bottom)]))
    painter.setPen(QPen(line, 1.5))
    painter.drawPolyline(QPolygonF(curve))


def _draw_empty(painter: QPainter, scale: Scale, colours: Theme, place: QRectF, content: Content) -> None:
    if content.progress >= 0:
        done = QColor(colours.accent)
        done.setAlpha(110)
        painter.setBrush(done)
        painter.drawRoundedRect(
            QRectF(place.left(), place.top(), scale.x_of(content.progress) - scale.label, LANE), 4, 4
        )
        return
    painter.setPen(QColor(colours.muted))
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tr(EMPTY[content.empty]))


def clock(moment_s: float, step_s: float = 0.01) -> str:
    """Seconds as m:ss, with as many decimals as the step asks for."""
    decimals = 0 if step_s >= 1 else 1 if round(step_s * 10, 6).is_integer() else 2
    minutes, seconds = divmod(round(moment_s, decimals), 60)
    text = f"{int(minutes)}:{seconds:0{3 + decimals if decimals else 2}.{decimals}f}"
    return text.replace(".", QLocale().decimalPoint())
