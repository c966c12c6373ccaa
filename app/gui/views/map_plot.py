"""A map as a picture with named rows and columns: cells to point at with the mouse and to walk with the keys."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLocale, QPointF, Signal
from PySide6.QtGui import QFontMetrics, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import QGraphicsPathItem, QWidget

from app.gui import theme
from app.gui.map_picture import MapPicture, axis_labels
from app.gui.text import number, tr
from app.gui.views.map_axes import CellKeys, TurnedAxis, side_name, smaller, ticks_of
from app.gui.views.plots import keep_axes, keep_drawn, line_px

TITLE_PX, TICK_PX, BAR_PX, MARGIN_PX = 20, 8, 44, 12
LEAST_PX, NO_LIMIT = 150, 16777215


@dataclass(frozen=True)
class Names:
    """What rows and columns are called: joints by name, frames of a window by their distance from its centre.

    rate: frames per second, for times in place of numbers; 0 where it is not known. step: how many frames those of the
    window are apart. groups: the joints in each group of a map of groups.
    """

    joints: tuple[str, ...] = ()
    window: int = 1
    rate: float = 0.0
    step: float = 1
    groups: tuple[tuple[str, ...], ...] = ()

    def along(self, axis: str, count: int) -> list[str]:
        labels = axis_labels(axis, count, self.joints, self.window, self.rate, self.step, self.groups)
        if not self.are_frames(axis, count):
            return labels
        return [label.replace(".", QLocale().decimalPoint()) for label in labels]

    def frame_label(self, index: int) -> str:
        """A frame of the window by its distance from the centre: in frames, and in ms where the rate is known."""
        frames = replace(self, rate=0.0).along("frame", self.window)[index]
        return f"{frames}  ({self.along('frame', self.window)[index]} ms)" if self.rate and frames != "0" else frames

    def are_frames(self, axis: str, count: int) -> bool:
        return axis.endswith("frame") and count == self.window


class MapPlot(pg.PlotWidget):
    """chosen(row, column) of a tile: clicked, or Return. walked(text): what the cell is that the keys came to."""

    chosen = Signal(int, int)
    walked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        columns = TurnedAxis("bottom")
        super().__init__(parent, axisItems={"bottom": columns})
        self._columns = columns
        self._seen: MapPicture | None = None
        self._names = Names()
        self._levels = (np.nan, np.nan)
        self._selected: int | None = None
        self._spot_at: tuple[int, int] | None = None
        self.setMinimumHeight(LEAST_PX)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setAccessibleName(tr("Map"))
        item = self.getPlotItem()
        item.invertY(True)
        item.layout.setContentsMargins(1, 10, 1, 1)  # the colour bar's top label reaches over its end
        self._image = pg.ImageItem(axisOrder="row-major")
        item.addItem(self._image)
        self._bar = pg.ColorBarItem(values=(0, 1), colorMap=pg.colormap.get("viridis"), width=12, interactive=False)
        self._bar.setImageItem(self._image, insert_in=item)
        keep_axes(item)
        keep_drawn(self._bar.axis)
        self._bar.axis.setWidth(BAR_PX - 12)
        self._bar.axis.setStyle(tickLength=-4, maxTickLevel=0)
        self._mark, self._spot = QGraphicsPathItem(), QGraphicsPathItem()  # the selected joint; where the keys are
        item.addItem(self._mark)
        item.addItem(self._spot)
        self._keys = CellKeys(self)
        self._keys.moved.connect(self._walk)
        self._keys.entered.connect(self._enter)
        self.installEventFilter(self._keys)
        self.scene().sigMouseClicked.connect(self._clicked)
        self.scene().sigMouseMoved.connect(self._hovered)
        self.set_theme()

    def set_theme(self) -> None:
        """Take the colours of the theme that is applied."""
        colours = theme.current()
        self.setBackground(colours.panel)
        for side in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.text))
            axis.setTickFont(smaller(self.font()))
        self._bar.axis.setTextPen(pg.mkPen(colours.text))
        self._bar.axis.setTickFont(smaller(self.font()))
        for outline, colour in ((self._mark, colours.bad), (self._spot, "#ffffff")):
            pen = QPen(theme.tinted_colour(colour), line_px(self, 2))
            pen.setCosmetic(True)
            outline.setPen(pen)

    def show_map(self, seen: MapPicture, names: Names, own_levels: bool = False) -> None:
        """own_levels: from the least to the greatest value shown, else those fixed for the whole map."""
        same = self._seen is not None and _layout(self._seen) == _layout(seen) and names == self._names
        self._seen, self._names = seen, names
        low, high = seen.low, seen.high
        if own_levels:
            low, high = float(np.nanmin(seen.values)), float(np.nanmax(seen.values)) + 1e-9
        if (low, high) != self._levels:  # the bar is drawn anew for each
            self._levels = low, high
            self._bar.setColorMap(pg.colormap.get("CET-D1A" if low < 0 else "viridis"))
            self._bar.setLevels((low, high))
        self._image.setImage(seen.values, levels=(low, high), autoLevels=False)
        if not same:
            box = self.getPlotItem().getViewBox()
            box.setAspectLocked(_nearly_square(seen))
            rows, columns = seen.values.shape
            self.getPlotItem().setRange(xRange=(0, columns), yRange=(0, rows), padding=0.01)
            self._fit()
        self._draw_marks()

    def clear_map(self) -> None:
        self._image.clear()
        self._seen = None

    def set_selected(self, joint: int | None) -> None:
        """Frame the row or the column of a joint."""
        self._selected = joint
        self._draw_marks()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if getattr(self, "_seen", None) is not None:  # pyqtgraph resizes while it is made
            self._fit()

    def _fit(self) -> None:
        """Room for the names, and no more height than a picture of square cells has at this width."""
        seen = self._seen
        assert seen is not None
        metrics = QFontMetrics(smaller(self.font()))
        beside, below = (
            max((metrics.horizontalAdvance(name) for name in self._names.along(axis, count)), default=0)
            for axis, count in ((seen.rows, seen.tile[0]), (seen.columns, seen.tile[1]))
        )
        beside = (beside + TITLE_PX + TICK_PX if seen.rows else 0) + BAR_PX + MARGIN_PX
        rows, columns = seen.values.shape
        square = _nearly_square(seen)
        cell = min((self.width() - beside) / columns, 40.0) if square else 20.0
        turned = self._label_side("bottom", seen, cell)
        bottom = (below + TICK_PX if turned else metrics.height() + 2) + TITLE_PX + 4
        self._columns.setHeight(bottom)
        drawn = min(cell, max(self.height() - bottom, 1) / rows) if square else cell
        for side in ("left", "bottom"):
            self._label_side(side, seen, drawn)
        self.setMaximumHeight(max(LEAST_PX, round(cell * rows) + bottom + 2 * MARGIN_PX) if square else NO_LIMIT)

    def _label_side(self, side: str, seen: MapPicture, cell_px: float) -> bool:
        """Names along one side; returns whether they are turned."""
        below = side == "bottom"
        axis, count = (seen.columns, seen.tile[1]) if below else (seen.rows, seen.tile[0])
        frames = self._names.are_frames(axis, count)
        starts = sorted({left if below else top for top, left, _ in seen.tiles})
        ticks = ticks_of(self._names.along(axis, count), frames, starts, cell_px)
        turned = below and bool(ticks) and not frames and max(len(label) for _, label in ticks) > 2
        item = self.getPlotItem()
        if below:
            self._columns.labels = tuple(ticks) if turned else ()
        item.getAxis(side).setTicks([[(n, "") for n, _ in ticks] if turned else ticks])
        unit = tr(", ms") if frames and self._names.rate else ""
        item.setLabel(side, side_name(axis, seen.name) + unit, color=theme.current().muted)
        item.showAxis(side, bool(axis))
        return turned

    def _draw_marks(self) -> None:
        seen = self._seen
        joint, spot = QPainterPath(), QPainterPath()
        if seen is not None and self._selected is not None:
            rows, columns = seen.tile
            for top, left, _ in seen.tiles:
                if seen.rows.endswith("joint") and self._selected < rows:
                    joint.addRect(left, top + self._selected, columns, 1)
                elif seen.columns.endswith("joint") and self._selected < columns:
                    joint.addRect(left + self._selected, top, 1, rows)
        if seen is not None and self._spot_at is not None:
            if seen.cell(*self._spot_at) is None:
                self._spot_at = None  # another picture
            else:
                spot.addRect(self._spot_at[1], self._spot_at[0], 1, 1)
        self._mark.setPath(joint)
        self._spot.setPath(spot)

    def _walk(self, rows: int, columns: int) -> None:
        """To the next cell that way, over the gaps; what is there is said."""
        seen = self._seen
        if seen is None:
            return
        row, column = self._spot_at or (-rows if rows else 0, -columns if columns else 0)
        shape = seen.values.shape
        row, column = row + rows, column + columns
        while 0 <= row < shape[0] and 0 <= column < shape[1]:
            if seen.cell(row, column) is not None:
                self._spot_at = row, column
                text = self._cell_text(row, column)
                self.setAccessibleDescription(text)
                self.walked.emit(text)
                break
            row, column = row + rows, column + columns
        self._draw_marks()

    def _place(self, at: QPointF) -> tuple[int, int]:
        """Row and column of the picture at a place of the scene."""
        place = self.getPlotItem().getViewBox().mapSceneToView(at)
        return int(np.floor(place.y())), int(np.floor(place.x()))

    def _clicked(self, event: object) -> None:
        self._choose(*self._place(event.scenePos()))  # type: ignore[attr-defined]

    def _enter(self) -> None:
        if self._spot_at is not None:
            self._choose(*self._spot_at)

    def _choose(self, row: int, column: int) -> None:
        cell = self._seen.cell(row, column) if self._seen is not None else None
        if cell is not None:
            self.chosen.emit(*cell)

    def _hovered(self, at: QPointF) -> None:
        self.setToolTip(self._cell_text(*self._place(at)))

    def _cell_text(self, row: int, column: int) -> str:
        """Names of a cell of the picture, and its value; "" beside the cells."""
        seen = self._seen
        cell = seen.cell(row, column) if seen is not None else None
        if seen is None or cell is None:
            return ""
        sides = ((seen.rows, cell[0], seen.tile[0]), (seen.columns, cell[1], seen.tile[1]))
        names = [self._names.along(axis, count)[index] for axis, index, count in sides if axis]
        return f"{' ← '.join(names)}   {number(float(seen.values[row, column]), 4)}"


def _nearly_square(seen: MapPicture) -> bool:
    rows, columns = seen.values.shape
    return 0.4 <= rows / columns <= 2.5


def _layout(seen: MapPicture) -> tuple[object, ...]:
    """What the axes are drawn for."""
    return seen.values.shape, seen.tiles, seen.rows, seen.columns
