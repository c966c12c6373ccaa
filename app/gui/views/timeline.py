"""The timeline: a lane for every person with its confidence, gaps and doubtful spans; cursor, in and out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.gui import theme
from app.gui.text import tr
from app.gui.thumbnails import Thumbnails, coarse_first, slots
from app.gui.views.drawing import painting
from app.gui.views.focus import FocusLine
from app.gui.views.timeline_drawing import (
    LABEL,
    LANE,
    PAD,
    SPOT,
    STRIP,
    Content,
    Lane,
    Scale,
    backdrop,
    clock,
    draw_cursor,
    draw_range,
    reasons,
)
from app.pipeline.video import VideoInfo
from poses.arrays import FloatArray

WIDEST_LABEL = 130
STRIP_GAP = 4  # px under and beside the small pictures


class Timeline(QWidget):
    """Frames of a file along the width.

    seek_requested(frame): clicked or dragged. range_requested(first, last): an end of the range was dragged.
    person_requested(person): a lane's label or its menu was clicked. rename_requested(person): a label, twice.
    """

    seek_requested = Signal(int)
    range_requested = Signal(int, int)
    person_requested = Signal(int)
    rename_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Timeline"))
        FocusLine(self)
        self._times = np.zeros(0)
        self._lanes: tuple[Lane, ...] = ()
        self._progress = -1
        self._empty = ""
        self._cursor = 0
        self._selected: int | None = None
        self._label = LABEL
        self._range: tuple[int, int] | None = None
        self._view = (0.0, 1.0)  # first and last visible frame
        self._drag = ""
        self._backdrop = QPixmap()
        self._drawn_for: tuple[object, ...] = ()
        self._version = 0
        self._info: VideoInfo | None = None
        self._strip_on = True
        self.thumbnails = Thumbnails(self)
        self.thumbnails.changed.connect(self._renew)

    def sizeHint(self) -> QSize:
        return QSize(400, self._content().height)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def set_times(self, time_s: FloatArray) -> None:
        """Time stamps (N) of the frames of a file; forgets everything about the one before."""
        self._times = np.asarray(time_s, dtype=float)
        self._cursor, self._range, self._progress = 0, None, -1
        self._view = (0.0, max(len(self._times) - 1.0, 1.0))
        self.set_lanes((), "")

    def set_video(self, info: VideoInfo | None) -> None:
        """The file that small pictures are read from, None for none."""
        self._info = info
        if info is None:
            self.thumbnails.set_video(None, 0)
        self._renew()
        self.updateGeometry()

    def show_thumbnails(self, on: bool) -> None:
        """With or without small pictures."""
        self._strip_on = on
        self._renew()
        self.updateGeometry()

    def close_threads(self) -> None:
        self.thumbnails.close()

    def set_lanes(self, lanes: tuple[Lane, ...], empty: str = "nobody") -> None:
        """What an analysis found; empty: what it means where there are none (drawing: `Content`)."""
        self._lanes, self._empty = lanes, empty
        widths = [self.fontMetrics().horizontalAdvance(lane.label) + (SPOT if lane.colour else 0) for lane in lanes]
        self._label = min(max(max(widths, default=0) + 16, LABEL), WIDEST_LABEL)
        self._renew()
        self.updateGeometry()

    def set_selected(self, person: int | None) -> None:
        """The person whose label stands out."""
        self._selected = person
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
        return self._scale().x_of(frame)

    def frame_at(self, x: float) -> int:
        """Nearest frame to widget px."""
        return int(np.clip(round(self._scale().frame_at(x)), 0, max(len(self._times) - 1, 0)))

    def _scale(self) -> Scale:
        return Scale(*self._view, self.width(), self._label)

    def _renew(self) -> None:
        self._version += 1
        self.update()

    def _content(self) -> Content:
        what = Content(self._times, self._lanes, self._progress, self._selected, self._empty)
        return replace(what, strip=()) if self._strip_on and self._info is not None else what

    def _with_strip(self, content: Content, scale: Scale) -> Content:
        """With the small pictures that are there; those that are not are asked for."""
        if content.strip is None:
            return content
        height, ratio = STRIP - STRIP_GAP, self.devicePixelRatioF()
        self.thumbnails.set_video(self._info, round(height * ratio))
        width = self.thumbnails.width / ratio
        px = scale.x_of(1) - scale.x_of(0)
        frames, step = slots(*self._view, len(self._times), px, width + STRIP_GAP / 2)
        self.thumbnails.want(coarse_first(frames), step // 2)
        strip = tuple((frame, self.thumbnails.picture(frame)) for frame in frames)
        return replace(content, strip=strip, picture=(width, float(height)))

    def _show(self, first: float, last: float) -> None:
        whole = max(len(self._times) - 1.0, 1.0)
        width = float(np.clip(last - first, min(8.0, whole), whole))
        first = float(np.clip(first, 0.0, whole - width))
        self._view = (first, first + width)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with painting(self) as painter:
            self._draw(painter)

    def _draw(self, painter: QPainter) -> None:
        colours = theme.current()
        scale, ratio = self._scale(), self.devicePixelRatioF()
        progress = -1 if self._lanes else self._progress  # lanes hide it
        drawn_for = (self.size(), ratio, scale, progress, colours.name, self._version, self._selected)
        if drawn_for != self._drawn_for:
            self._drawn_for = drawn_for
            self._backdrop = backdrop(self.size(), ratio, scale, colours, self._with_strip(self._content(), scale))
        painter.drawPixmap(0, 0, self._backdrop)
        if not len(self._times):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._range is not None:
            draw_range(painter, scale, colours, self._range, self.size())
        draw_cursor(painter, scale, colours, self._cursor, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not len(self._times):
            return
        x, lane = event.position().x(), self._lane_at(event.position())
        if lane is not None and (x < self._label or event.button() == Qt.MouseButton.RightButton):
            self.person_requested.emit(lane)
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
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

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        lane = self._lane_at(event.position())
        if lane is not None and event.position().x() < self._label:
            self.rename_requested.emit(lane)
        else:
            self.mousePressEvent(event)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._drag = ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            width = self._view[1] - self._view[0]
            self._show(self._view[0] - turn * width / 10, self._view[1] - turn * width / 10)
        else:
            self.zoom(1.25**turn, self.frame_at(event.position().x()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.described(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def described(self, at: QPointF) -> str:
        """What is under a place: the frame, and of a lane the person, the score and why it is to be doubted."""
        if not len(self._times) or at.x() < self._label:
            return ""
        frame = self.frame_at(at.x())
        lines = [tr("{0}   frame {1}").format(clock(float(self._times[frame] - self._times[0])), frame + 1)]
        number = self._lane_at(at)
        if number is not None:
            lane = self._lanes[number]
            row = int(np.searchsorted(lane.frame, frame))
            if row >= len(lane.frame) or lane.frame[row] != frame:
                lines.append(tr("not analysed"))
            elif np.isnan(lane.score[row]):
                lines.append(tr("{0} is not there").format(lane.label))
            else:
                lines.append(tr("{0}   score {1}").format(lane.label, f"{lane.score[row]:.2f}"))
                lines += reasons(lane.kinds, row)
        return "\n".join(lines)

    def _lane_at(self, at: QPointF) -> int | None:
        lane = int((at.y() - self._content().lanes_top) // (LANE + PAD))
        return lane if 0 <= lane < len(self._lanes) else None

    def _end_at(self, x: float) -> str:
        if self._range is None:
            return ""
        near = [(abs(x - self.x_of(f)), name) for f, name in zip(self._range, ("in", "out"), strict=True)]
        distance, name = min(near)
        return name if distance <= 5 else ""
