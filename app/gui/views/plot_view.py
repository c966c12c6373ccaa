"""Curves of a joint over time, in step with the cursor."""

from __future__ import annotations

from html import escape
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.gui import theme
from app.gui.curves import QUANTITIES, UNITS, curves
from app.gui.people import colour_of, name_of
from app.gui.text import mark, tr
from app.gui.views.plots import keep_axes, keep_drawn, line_px
from app.gui.widgets import configured
from poses.arrays import FloatArray
from poses.motion import Motion

ANGLES_MEAN = mark("Zero is standing upright with hanging arms; positive is the same movement on both sides.")
LINE_COLOURS = ("#e5695f", "#3fb68b", "#4f93ff")


class PlotView(QWidget):
    """seek_requested(time_s): clicked at a time. joint_requested(joint): picked. save_requested: the button."""

    seek_requested = Signal(float)
    joint_requested = Signal(int)
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.motion: Motion | None = None
        self._ghost: Motion | None = None
        self.person = 0
        self._drawn: dict[str, FloatArray] = {}
        self.joint = configured(QComboBox(), accessibleName=tr("Joint"))
        self.quantity = configured(QComboBox(), accessibleName=tr("Quantity"))
        self.quantity.addItems([tr(q) for q in QUANTITIES])
        self.quantity.setItemData(QUANTITIES.index("Angle"), tr(ANGLES_MEAN), Qt.ItemDataRole.ToolTipRole)
        copy, save = QPushButton(tr("Copy")), QPushButton(tr("Save…"))
        copy.clicked.connect(self.copy)
        save.clicked.connect(self.save_requested)
        row = QHBoxLayout()
        for widget in (self.joint, self.quantity):
            row.addWidget(widget)
        self.legend = QLabel()
        # Long names are cut off rather than make the dock wide.
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.legend, 1)
        row.addWidget(copy)
        row.addWidget(save)
        self._make_plot()
        self._note = configured(QLabel(), objectName="muted", visible=False)
        self.joint.currentIndexChanged.connect(self._joint_chosen)
        self.quantity.currentIndexChanged.connect(self._quantity_chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addLayout(row)
        layout.addWidget(self._note)
        layout.addWidget(self._plot, 1)
        self.set_theme()

    def _make_plot(self) -> None:
        self._plot = pg.PlotWidget()
        self._plot.setAccessibleName(tr("Curves"))
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # nothing to be done there with keys
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=True, y=False)
        keep_axes(self._plot.getPlotItem())
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._plot.addItem(self._cursor, ignoreBounds=True)
        self._ghost_lines = [self._line(colour, 110, 1.4, Qt.PenStyle.DashLine) for colour in LINE_COLOURS]
        self._lines = [self._line(colour, 255, 2, Qt.PenStyle.SolidLine) for colour in LINE_COLOURS]
        self._plot.scene().sigMouseClicked.connect(self._clicked)

    def set_theme(self) -> None:
        """Take the colours of the theme that is applied."""
        colours = theme.current()
        self._plot.setBackground(colours.panel)
        self._plot.showGrid(x=True, y=True, alpha=0.15)
        for side in ("left", "bottom"):
            axis = self._plot.getPlotItem().getAxis(side)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.text))
            axis.enableAutoSIPrefix(False)  # metres and seconds, as everywhere
        self._cursor.setPen(pg.mkPen(colours.text, width=line_px(self, 1.4)))
        self._label_axes()

    def _line(self, colour: str, alpha: int, width: float, style: Qt.PenStyle) -> pg.PlotDataItem:
        pen = pg.mkPen(theme.tinted_colour(colour, alpha), width=line_px(self, width), style=style)
        line = self._plot.plot(pen=pen, connect="finite", antialias=True)
        keep_drawn(line.curve)
        return line

    def set_motion(self, motion: Motion | None, ghost: Motion | None, person: int) -> None:
        self.motion, self._ghost, self.person = motion, ghost, person
        there = motion is not None and person < len(motion.persons)
        names = motion.persons[person].world.skeleton.joint_names if motion is not None and there else ()
        if [self.joint.itemText(i) for i in range(self.joint.count())] != list(names):
            with QSignalBlocker(self.joint):
                before = self.joint.currentText()
                self.joint.clear()
                self.joint.addItems(list(names))
                self.joint.setCurrentIndex(max(self.joint.findText(before), 0) if names else -1)
        self._draw()

    def set_joint(self, joint: int) -> None:
        if joint == self.joint.currentIndex():
            return
        with QSignalBlocker(self.joint):
            self.joint.setCurrentIndex(joint)
        self._draw()

    def set_time(self, time_s: float) -> None:
        """Move the cursor."""
        self._cursor.setPos(time_s)

    def copy(self) -> None:
        """The curves as a table to the clipboard."""
        QGuiApplication.clipboard().setText(self._table("\t"))

    def save(self, path: Path) -> list[Path]:
        """The plot as PNG and the numbers as CSV beside it; returns what was written."""
        image, numbers = path.with_suffix(".png"), path.with_suffix(".csv")
        if not self._picture().save(str(image)):
            raise OSError(f"{image} cannot be written")
        numbers.write_text(self._table(",") + "\n", encoding="utf-8")
        return [image, numbers]

    def _picture(self) -> QPixmap:
        """The plot below the names of its lines."""
        plot, names = self._plot.grab(), QLabel(self.legend.text())
        names.setFont(self.legend.font())
        names.setStyleSheet(f"background: {theme.current().panel}; color: {theme.current().text}; padding: 6px")
        names.setFixedWidth(self._plot.width())
        above = names.grab()
        picture = QPixmap(plot.width(), plot.height() + above.height())
        picture.setDevicePixelRatio(plot.devicePixelRatio())
        painter = QPainter(picture)
        painter.drawPixmap(QPointF(0, 0), above)
        painter.drawPixmap(QPointF(0, above.deviceIndependentSize().height()), plot)
        painter.end()
        return picture

    def _table(self, between: str) -> str:
        if self.motion is None:
            return ""
        lines = [between.join(["time_s", *self._drawn])]
        for row, time_s in enumerate(self.motion.time_s):
            values = [curve[row] for curve in self._drawn.values()]
            lines.append(between.join([f"{time_s:.6f}", *("" if np.isnan(v) else f"{v:.6f}" for v in values)]))
        return "\n".join(lines)

    def _joint_chosen(self, joint: int) -> None:
        self._draw()
        if joint >= 0:
            self.joint_requested.emit(joint)

    def _label_axes(self) -> None:
        colours, item, quantity = theme.current(), self._plot.getPlotItem(), self._quantity()
        item.setLabel("left", ", ".join(filter(None, (tr(quantity), UNITS[quantity]))), color=colours.muted)
        item.setLabel("bottom", tr("time in s"), color=colours.muted)

    def _quantity(self) -> str:
        return QUANTITIES[max(self.quantity.currentIndex(), 0)]

    def _quantity_chosen(self) -> None:
        self._label_axes()
        self._draw()

    def _draw(self) -> None:
        """Into the lines that are there: new ones take longer than the window may be kept waiting."""
        joint, quantity, ghost = self.joint.currentIndex(), self._quantity(), self._ghost
        self._drawn = {}
        if self.motion is not None and joint >= 0:
            self._drawn = curves(self.motion, self.person, joint, quantity)
            _show(self._lines, self.motion.time_s, self._drawn)
        before = {}
        if self._drawn and ghost is not None and self.person < len(ghost.persons):
            names = ghost.persons[self.person].world.skeleton.joint_names
            if self.joint.currentText() in names:
                before = curves(ghost, self.person, names.index(self.joint.currentText()), quantity)
                _show(self._ghost_lines, ghost.time_s, before)
        _hide(self._lines[len(self._drawn) :])
        _hide(self._ghost_lines[len(before) :])
        self._name_lines()

    def _name_lines(self) -> None:
        """Beside the choices, where no curve runs through it; in the place of lines why there are none."""
        keys = [
            f'<span style="color:{colour}">■</span> {escape(name)}'
            for colour, name in zip(LINE_COLOURS, self._drawn, strict=False)
        ]
        if self.motion is not None and self._drawn and (name := name_of(self.motion, self.person)):
            colour = colour_of(self.motion, self.person) or theme.current().text
            keys.insert(0, f'<span style="color:{colour}">●</span> <b>{escape(name)}</b>')
        self.legend.setText("\u00a0\u00a0 ".join(keys))
        nothing = self.motion is not None and self.joint.currentIndex() >= 0 and not self._drawn
        self._note.setText(tr("{0} has no angle of its own").format(self.joint.currentText()))
        self._note.setVisible(nothing)

    def _clicked(self, event: object) -> None:
        place = self._plot.getPlotItem().getViewBox().mapSceneToView(event.scenePos())  # type: ignore[attr-defined]
        self.seek_requested.emit(float(place.x()))


def _show(lines: list[pg.PlotDataItem], time_s: FloatArray, drawn: dict[str, FloatArray]) -> None:
    for line, values in zip(lines, drawn.values(), strict=False):
        line.setData(time_s, values)
        line.show()


def _hide(lines: list[pg.PlotDataItem]) -> None:
    for line in lines:
        line.setData([], [])
        line.hide()
