"""What the lifter looks at: one of its maps as a picture with named rows and columns, for the current frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGraphicsPathItem, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.gui import theme
from app.gui.made import made
from app.gui.map_picture import ALL, MapPicture, arranged, axis_labels, choices, first_choice, first_map, picture
from app.gui.text import mark, number, tr
from app.gui.views.map_axes import LABEL_ROOM, CellKeys, TurnedAxis, choice_name, map_name, side_name, smaller, ticks_of
from poses.maps import LiftMap

EMPTY_NOTE = mark("Analyse a video to see what the lifter looks at.")
ROOM_BESIDE = 180  # px for row names and colour bar


class AttentionView(QWidget):
    """Maps of one lifter.

    joint_requested(joint) and offset_requested(frames): a cell was clicked; choice_changed: another map is shown.
    """

    joint_requested = Signal(int)
    offset_requested = Signal(int)
    choice_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._maps: dict[str, LiftMap] = {}
        self._picks: dict[str, int] = {}
        self._joints: tuple[str, ...] = ()
        self._window = 1
        self._rate = 0.0
        self._seen: MapPicture | None = None
        self._selected: int | None = None
        self._spot_at: tuple[int, int] | None = None
        self._boxes: dict[str, QComboBox] = {}
        self._below = 50  # px under the picture
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        self._choose = made(QComboBox(), accessibleName=tr("Map"))
        self._choose.currentIndexChanged.connect(self._map_chosen)
        self._auto = QCheckBox(tr("Automatic levels"))
        self._auto.toggled.connect(self._draw)
        self._row = QHBoxLayout()
        layout.addWidget(self._choose)
        layout.addLayout(self._row)
        self._plot, self._image, self._bar = self._make_plot()
        layout.addWidget(self._plot, 100)
        self._note = made(QLabel(tr(EMPTY_NOTE)), objectName="muted", wordWrap=True)
        layout.addWidget(self._note)
        layout.addWidget(self._auto)
        layout.addStretch()
        self.set_theme()

    def _make_plot(self) -> tuple[pg.PlotWidget, pg.ImageItem, pg.ColorBarItem]:
        self._columns = TurnedAxis("bottom")
        plot = pg.PlotWidget(axisItems={"bottom": self._columns})
        plot.setMinimumHeight(180)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.getPlotItem().invertY(True)
        plot.getPlotItem().layout.setContentsMargins(1, 10, 1, 1)  # the colour bar's top label reaches over its end
        image = pg.ImageItem(axisOrder="row-major")
        plot.addItem(image)
        bar = pg.ColorBarItem(values=(0, 1), colorMap=pg.colormap.get("viridis"), width=12, interactive=False)
        bar.setImageItem(image, insert_in=plot.getPlotItem())
        self._mark = QGraphicsPathItem()
        plot.addItem(self._mark)
        self._spot = QGraphicsPathItem()  # the cell that the keys are at
        plot.addItem(self._spot)
        self._keys = CellKeys(self)
        self._keys.moved.connect(self._move_spot)
        self._keys.entered.connect(self._choose_spot)
        plot.installEventFilter(self._keys)
        plot.setAccessibleName(tr("Map"))
        plot.scene().sigMouseClicked.connect(self._clicked)
        plot.scene().sigMouseMoved.connect(self._hovered)
        return plot, image, bar

    def set_theme(self) -> None:
        """Take the colours of the theme that is applied."""
        colours = theme.current()
        self._plot.setBackground(colours.panel)
        pen = pg.mkPen(colours.muted)
        for side in ("left", "bottom"):
            axis = self._plot.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pen)
            axis.setTickFont(smaller(self.font()))
        self._bar.axis.setTextPen(pen)
        pen = QPen(theme.tinted_colour(colours.bad), 2)
        pen.setCosmetic(True)
        self._mark.setPen(pen)
        spot = QPen(theme.tinted_colour("#ffffff"), 2)
        spot.setCosmetic(True)
        self._spot.setPen(spot)

    def set_maps(self, maps: dict[str, LiftMap], joints: tuple[str, ...], window: int, rate: float = 0.0) -> None:
        """Maps of the current frame; the choice of map, block and head stays where the new ones have it too.

        rate: frames per second of the video, for times along the axes; 0 where it is not known.
        """
        same = list(maps) == list(self._maps)
        self._maps = {name: arranged(found) for name, found in maps.items()}
        if (joints, window, rate) != (self._joints, self._window, self._rate):
            self._seen = None  # the axes are labelled anew
        self._joints, self._window, self._rate = joints, window, rate
        if not same:
            before = self._choose.currentData()
            self._choose.blockSignals(True)
            self._choose.clear()
            for name in maps:
                self._choose.addItem(map_name(name), name)
            best = before if before in maps else first_map(maps)
            self._choose.setCurrentIndex(self._choose.findData(best))
            self._choose.blockSignals(False)
            self._map_chosen()
        self._draw()

    def set_message(self, text: str) -> None:
        """Say why there is no map."""
        self._maps = {}
        self._choose.clear()
        self._image.clear()
        self._seen = None
        self._show_parts(False)
        self._note.setText(text)

    def set_selected(self, joint: int | None) -> None:
        """Frame the row and the column of a joint."""
        self._selected = joint
        self._draw_mark()

    @property
    def shown_map(self) -> LiftMap | None:
        return self._maps.get(self._choose.currentData() or "")

    @property
    def picks(self) -> dict[str, int]:
        """Chosen block, head and so on of the shown map."""
        return dict(self._picks)

    def save(self, path: Path) -> list[Path]:
        """The picture as PNG and the numbers as NPZ beside it; returns what was written."""
        assert self.shown_map is not None, "there is a map to save"
        image, numbers = path.with_suffix(".png"), path.with_suffix(".npz")
        if not self._plot.grab().save(str(image)):
            raise OSError(f"{image} cannot be written")
        names = {f"{n}_axes": np.array(m.axes) for n, m in self._maps.items()}
        arrays: dict[str, Any] = {**{n: m.values for n, m in self._maps.items()}, **names}
        np.savez(numbers, **arrays)
        return [image, numbers]

    def _show_parts(self, there: bool) -> None:
        """Without a map there is only the note, at the top."""
        for widget in (self._choose, self._plot, self._auto, *self._boxes.values()):
            widget.setVisible(there)
        self._note.setAlignment(Qt.AlignmentFlag.AlignLeft if there else Qt.AlignmentFlag.AlignCenter)

    def _map_chosen(self) -> None:
        for box in self._boxes.values():
            self._row.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = {}
        found = self.shown_map
        if found is None:
            return
        self._picks = first_choice(found)
        for axis, count in choices(found).items():
            if count > 1 or axis == "head":
                self._boxes[axis] = self._make_box(axis, count)
        self._draw()
        self.choice_changed.emit()

    def _make_box(self, axis: str, count: int) -> QComboBox:
        name = choice_name(axis)
        box = made(QComboBox(), accessibleName=name)
        if axis == "head":
            box.addItem(tr("All heads"), ALL)
        for n in range(count):
            box.addItem(self._choice_label(axis, name, n, count), n)
        box.setCurrentIndex(box.findData(self._picks[axis]))
        box.currentIndexChanged.connect(lambda _i, axis=axis, box=box: self._picked(axis, box.currentData()))
        self._row.addWidget(box)
        return box

    def _choice_label(self, axis: str, name: str, n: int, count: int) -> str:
        if axis.endswith("joint") and count == len(self._joints):
            return self._joints[n]
        if axis == "frame" and count == self._window:
            return f"{name} {axis_labels(axis, count, self._joints, self._window)[n]}"
        return f"{name} {n + 1}"

    def _picked(self, axis: str, value: int) -> None:
        self._picks[axis] = value
        self._draw()
        self.choice_changed.emit()

    def _draw(self) -> None:
        found = self.shown_map
        self._show_parts(found is not None)
        if found is None:
            return
        before, self._seen = self._seen, picture(found, self._picks)
        seen = self._seen
        levels = (seen.low, seen.high)
        if self._auto.isChecked():
            levels = (float(np.nanmin(seen.values)), float(np.nanmax(seen.values)) + 1e-9)
        self._bar.setColorMap(pg.colormap.get("CET-D1A" if levels[0] < 0 else "viridis"))
        self._bar.setLevels(levels)
        self._image.setImage(seen.values, levels=levels, autoLevels=False)
        if before is None or _frame(before) != _frame(seen):
            self._label_axes(seen)
            self._plot.getPlotItem().getViewBox().setAspectLocked(_nearly_square(seen))
            self._plot.getPlotItem().setRange(
                xRange=(0, seen.values.shape[1]), yRange=(0, seen.values.shape[0]), padding=0.01
            )
            self._limit_height()
        self._note.setText(self._describe(found))
        self._draw_mark()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._limit_height()
        if self._seen is not None:
            self._label_axes(self._seen)

    def _limit_height(self) -> None:
        """A picture of square cells is as high as its width allows; the plot and its colour bar are no higher."""
        seen = self._seen
        if seen is None or not _nearly_square(seen):
            self._plot.setMaximumHeight(16777215)
            return
        rows, columns = seen.values.shape
        room = self.width() - ROOM_BESIDE
        self._plot.setMaximumHeight(max(180, round(room * rows / columns) + self._below + 20))

    def _describe(self, found: LiftMap) -> str:
        tiles = self._seen.tiles if self._seen else ()
        text = tr("Rows look at columns; each row adds up to 1.") if found.attention else ""
        return (text + "  " if text else "") + (
            tr("Heads from left to right, top to bottom.") if len(tiles) > 1 else ""
        )

    def _label_axes(self, seen: MapPicture) -> None:
        item = self._plot.getPlotItem()
        sides = (("left", seen.rows, seen.tile[0]), ("bottom", seen.columns, seen.tile[1]))
        for side, axis, count in sides:
            frames = axis.endswith("frame") and count == self._window
            starts = {left if side == "bottom" else top for top, left, _ in seen.tiles}
            labels = axis_labels(axis, count, self._joints, self._window, self._rate)
            ticks = ticks_of(labels, frames, sorted(starts), self._cell_px(seen))
            turned = side == "bottom" and bool(ticks) and not frames and max(len(label) for _, label in ticks) > 2
            if side == "bottom":
                self._columns.labels = tuple(ticks) if turned else ()
                self._below = (LABEL_ROOM if turned else 22) + 28
                self._columns.setHeight(self._below)
            item.getAxis(side).setTicks([[(n, "") for n, _ in ticks] if turned else ticks])
            item.setLabel(
                side, side_name(axis) + (tr(", ms") if frames and self._rate else ""), color=theme.current().muted
            )
            item.showAxis(side, bool(axis))

    def _cell_px(self, seen: MapPicture) -> float:
        """Px of a cell of a picture with square cells, 20 of another one."""
        if not _nearly_square(seen):
            return 20.0
        rows, columns = seen.values.shape
        return min((self.width() - ROOM_BESIDE) / columns, max(self._plot.height() - self._below, 1) / rows)

    def _draw_mark(self) -> None:
        path = QPainterPath()
        seen = self._seen
        if seen is not None and self._selected is not None:
            rows, columns = seen.tile
            for top, left, _ in seen.tiles:
                if seen.rows.endswith("joint") and self._selected < rows:
                    path.addRect(left, top + self._selected, columns, 1)
                elif seen.columns.endswith("joint") and self._selected < columns:
                    path.addRect(left + self._selected, top, 1, rows)
        self._mark.setPath(path)
        spot = QPainterPath()
        if seen is not None and self._spot_at is not None:
            if seen.cell(*self._spot_at) is None:
                self._spot_at = None  # another picture
            else:
                spot.addRect(self._spot_at[1], self._spot_at[0], 1, 1)
        self._spot.setPath(spot)

    def _move_spot(self, rows: int, columns: int) -> None:
        """To the next cell that way, over the gaps; what is there is said."""
        seen = self._seen
        if seen is None:
            return
        row, column = self._spot_at or (-rows if rows else 0, -columns if columns else 0)
        shape = seen.values.shape
        row, column = row + rows, column + columns
        while 0 <= row < shape[0] and 0 <= column < shape[1]:
            cell = seen.cell(row, column)
            if cell is not None:
                self._spot_at = row, column
                text = self._cell_text((*cell, float(seen.values[row, column])))
                self._note.setText(text)
                self._plot.setAccessibleDescription(text)
                break
            row, column = row + rows, column + columns
        self._draw_mark()

    def _cell(self, at: QPointF) -> tuple[int, int, float] | None:
        if self._seen is None:
            return None
        place = self._plot.getPlotItem().getViewBox().mapSceneToView(at)
        row, column = int(np.floor(place.y())), int(np.floor(place.x()))
        found = self._seen.cell(row, column)
        return (*found, float(self._seen.values[row, column])) if found else None

    def _clicked(self, event: object) -> None:
        place = self._plot.getPlotItem().getViewBox().mapSceneToView(event.scenePos())  # type: ignore[attr-defined]
        self._choose_cell(int(np.floor(place.y())), int(np.floor(place.x())))

    def _choose_spot(self) -> None:
        if self._spot_at is not None:
            self._choose_cell(*self._spot_at)

    def _choose_cell(self, row: int, column: int) -> None:
        """A cell of the picture was clicked: its joint is selected, or its frame gone to."""
        cell = self._seen.cell(row, column) if self._seen is not None else None
        if cell is None or self._seen is None:
            return
        for axis, index in ((self._seen.rows, cell[0]), (self._seen.columns, cell[1])):
            if axis.endswith("joint") and index < len(self._joints):
                self.joint_requested.emit(index)
                return
            if axis.endswith("frame") and axis != "target_frame":
                self.offset_requested.emit(index - self._window // 2)
                return

    def _hovered(self, at: QPointF) -> None:
        cell = self._cell(at)
        if cell is None or self._seen is None:
            self._plot.setToolTip("")
            return
        self._plot.setToolTip(self._cell_text(cell))

    def _cell_text(self, cell: tuple[int, int, float]) -> str:
        """Names of a cell of the tile, and its value."""
        assert self._seen is not None
        names = []
        for axis, index, count in (
            (self._seen.rows, cell[0], self._seen.tile[0]),
            (self._seen.columns, cell[1], self._seen.tile[1]),
        ):
            if axis:
                names.append(axis_labels(axis, count, self._joints, self._window, self._rate)[index])
        return f"{' ← '.join(names)}   {number(cell[2], 4)}"


def _nearly_square(seen: MapPicture) -> bool:
    rows, columns = seen.values.shape
    return 0.4 <= rows / columns <= 2.5


def _frame(seen: MapPicture) -> tuple[object, ...]:
    """What the axes are drawn for."""
    return seen.values.shape, seen.tiles, seen.rows, seen.columns
