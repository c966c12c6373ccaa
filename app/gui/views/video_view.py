"""The picture with the 2D skeletons over it, drawn in one paint event."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui import theme
from app.gui.frame_view import Pose2D
from app.gui.people import shades
from app.gui.text import number, tr
from app.gui.views.drawing import draw_skeleton, draw_tag, nearest, painting
from app.gui.views.focus import FocusLine
from poses.arrays import FloatArray
from poses.sequences import VideoFrame

REACH_PX = 12.0
ON_COLOUR = "#101418"  # letters on the colour of a person
ZOOM_STEP = 1.2


class VideoView(QWidget):
    """Shows a frame and figures; wheel zooms at the pointer, dragging moves, a double click fits.

    joint_selected(person, joint): clicked. joint_moved(person, joint, x, y): dragged to image px.
    joint_hovered(person, joint): under the pointer, (-1, -1) when it leaves.
    """

    joint_selected = Signal(int, int)
    joint_moved = Signal(int, int, float, float)
    joint_hovered = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(200, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Video with 2D skeletons"))
        FocusLine(self)
        self._image: QImage | None = None
        self.pixels: np.ndarray = np.zeros((0, 0, 3), np.uint8)  # the QImage shares this memory
        self.poses: tuple[Pose2D, ...] = ()
        self._zoom = 1.0
        self._shift = QPointF(0, 0)
        self._hover: tuple[int, int] | None = None
        self._held: tuple[int, int] | None = None
        self._held_at: QPointF | None = None
        self._last = QPoint()
        self.selected: tuple[int, int] | None = None
        self.show_skeleton = True
        self.show_names = False
        self.editable = False

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    @property
    def has_picture(self) -> bool:
        return self._image is not None

    def set_frame(self, frame: VideoFrame | None) -> None:
        """The picture; None empties the view."""
        if frame is None:
            self._image, self.pixels = None, np.zeros((0, 0, 3), np.uint8)
            self.poses = ()
        else:
            self.pixels = np.ascontiguousarray(frame.image)
            height, width = self.pixels.shape[:2]
            new_size = self._image is None or (self._image.width(), self._image.height()) != (width, height)
            self._image = QImage(self.pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
            if new_size:
                self.fit()
        self.update()

    def set_poses(self, poses: tuple[Pose2D, ...]) -> None:
        self.poses = poses
        self._hover = None
        self.update()

    def set_selected(self, joint: tuple[int, int] | None) -> None:
        """(person, joint) to be ringed, or None."""
        self.selected = joint
        self.update()

    def set_option(self, name: str, on: bool) -> None:
        """Switch `show_skeleton`, `show_names` or `editable`."""
        if name not in ("show_skeleton", "show_names", "editable"):
            raise ValueError(f"no option is called {name!r}")
        setattr(self, name, on)
        self.update()

    def fit(self) -> None:
        """The whole picture, as large as it goes."""
        self._zoom, self._shift = 1.0, QPointF(0, 0)
        self.update()

    def zoom(self, factor: float) -> None:
        """Enlarge the picture around the selected joint, else around the middle of the view."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        for figure in self.poses:
            if self.selected and self.selected[0] == figure.person and self.selected[1] < len(figure.xy):
                place = self.to_widget(figure.xy[self.selected[1]])
                middle = QPointF(*place) if np.isfinite(place).all() else middle
        self._zoom_at(middle, factor)

    def _zoom_at(self, at: QPointF, factor: float) -> None:
        """The place of the picture that lies under `at` stays there."""
        if self._image is None:
            return
        before = self.to_image(at)
        self._zoom = float(np.clip(self._zoom * factor, 0.5, 24.0))
        self._shift += at - QPointF(*self.to_widget(np.array(before)))
        self.update()

    def scale(self) -> float:
        """Widget px for one image px."""
        if self._image is None:
            return 1.0
        return min(self.width() / self._image.width(), self.height() / self._image.height()) * self._zoom

    def origin(self) -> QPointF:
        """Where the picture's top left corner lies in the widget."""
        if self._image is None:
            return QPointF(0, 0)
        scale = self.scale()
        empty = QPointF(self.width() - self._image.width() * scale, self.height() - self._image.height() * scale)
        return empty / 2 + self._shift

    def to_widget(self, xy: FloatArray) -> FloatArray:
        """(..., 2) image px -> widget px; an image px's centre lies half a px inside it."""
        origin = self.origin()
        return np.asarray(xy) * self.scale() + [origin.x(), origin.y()]

    def to_image(self, at: QPointF) -> tuple[float, float]:
        """Widget px -> image px."""
        place = (at - self.origin()) / self.scale()
        return place.x(), place.y()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.current().stage))
            if self._image is not None:
                self._draw(painter, self._image)

    def _draw(self, painter: QPainter, image: QImage) -> None:
        scale = self.scale()
        size = QRectF(self.origin().x(), self.origin().y(), image.width() * scale, image.height() * scale)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(size, image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.show_skeleton:
            for figure in self.poses:
                self._draw_figure(painter, figure)
        self._draw_tags(painter)

    def _points(self, figure: Pose2D) -> FloatArray:
        points = self.to_widget(figure.xy)
        if self._held_at is not None and self._held and self._held[0] == figure.person:
            points[self._held[1]] = self._held_at.x(), self._held_at.y()
        return points

    def _draw_figure(self, painter: QPainter, figure: Pose2D) -> None:
        sides = shades(figure.colour) if figure.colour else theme.SIDES
        colours = [QColor(sides[side]) for side in ("left", "right", "middle")]
        points = self._points(figure)
        extent = np.nanmax(points[:, 1]) - np.nanmin(points[:, 1])
        width = float(np.clip(extent / 110, 1.6, 4.5))
        draw_skeleton(painter, points, figure.skeleton, colours, width, figure.filled.tolist())
        if self.selected and self.selected[0] == figure.person and self.selected[1] < len(points):
            point = points[self.selected[1]]
            if np.isfinite(point).all():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor("#ffffff"), 2.0))
                painter.drawEllipse(QPointF(*point), width * 1.3 + 4, width * 1.3 + 4)

    def _draw_tags(self, painter: QPainter) -> None:
        if not self.show_skeleton:
            return
        colours = theme.current()
        ground = QColor(colours.panel)
        ground.setAlpha(225)
        for figure in self.poses:
            points = self._points(figure)
            self._draw_name(painter, figure, points, ground)
            for joint, name in enumerate(figure.skeleton.joint_names):
                hovered = self._hover == (figure.person, joint)
                if np.isfinite(points[joint]).all() and (hovered or self.show_names):
                    text = f"{name}  {number(figure.score[joint])}" if hovered else name
                    text += "  " + tr("filled") if hovered and figure.filled[joint] else ""
                    draw_tag(painter, QPointF(*points[joint]), text, QColor(colours.text), ground)

    def _draw_name(self, painter: QPainter, figure: Pose2D, points: FloatArray, ground: QColor) -> None:
        """Whose figure it is, over the head, where there may be doubt."""
        there = points[np.isfinite(points).all(axis=1)]
        if figure.name and len(there):
            top = there[there[:, 1].argmin()]
            width = painter.fontMetrics().horizontalAdvance(figure.name)
            letters = ON_COLOUR if figure.colour else theme.current().text
            ground = QColor(figure.colour) if figure.colour else ground
            draw_tag(painter, QPointF(top[0] - 19 - width / 2, top[1] - 4), figure.name, QColor(letters), ground)

    def _joint_at(self, at: QPointF) -> tuple[int, int] | None:
        for figure in self.poses if self.show_skeleton else ():
            joint = nearest(self._points(figure), at.x(), at.y(), REACH_PX)
            if joint is not None:
                return figure.person, joint
        return None

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom_at(event.position(), ZOOM_STEP ** (event.angleDelta().y() / 120))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._last = event.position().toPoint()
        found = self._joint_at(event.position())
        if found and event.button() == Qt.MouseButton.LeftButton:
            self._held = found
            self.joint_selected.emit(*found)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._held and self.editable and event.buttons() & Qt.MouseButton.LeftButton:
            if self._held_at is not None or (at.toPoint() - self._last).manhattanLength() > 3:
                self._held_at = at
                self.update()
        elif event.buttons():
            self._shift += QPointF(at.toPoint() - self._last)
            self._last = at.toPoint()
            self.update()
        else:
            found = self._joint_at(at)
            if found != self._hover:
                self._hover = found
                self.joint_hovered.emit(*(found or (-1, -1)))
                self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)
                self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, at = self._held, self._held_at
        self._held = self._held_at = None
        if held and at is not None:
            self.joint_moved.emit(*held, *self.to_image(at))
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._joint_at(event.position()) is None:
            self.fit()
