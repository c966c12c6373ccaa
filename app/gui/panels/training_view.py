"""One training: how far it is, its curves, its log, and what can be done with it."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme
from app.gui.panels.status import time_left
from app.gui.text import mark, number, tr
from app.gui.training_watch import TrainingStatus, curves
from app.gui.widgets import configured

STATES = {
    "starting": mark("Starting: loading the data…"),
    "running": mark("Running"),
    "finished": mark("Finished"),
    "stopped": mark("Stopped, can be resumed"),
    "failed": mark("Failed"),
}
# Blue and orange of Okabe and Ito's set, as for left and right: told apart with every kind of colour blindness.
SETS = {
    "noisy": (mark("2D as a detector sees it"), theme.SIDES["left"]),
    "exact": (mark("exact 2D"), theme.SIDES["right"]),
    "test": (mark("test subjects"), theme.SIDES["left"]),
}


class TrainingView(QWidget):
    """stop_requested, resume_requested, use_requested, folder_requested: buttons."""

    stop_requested = Signal()
    resume_requested = Signal()
    use_requested = Signal()
    folder_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.status: TrainingStatus | None = None
        self.title = configured(QLabel(), wordWrap=True)
        self.about = configured(QLabel(), objectName="muted", wordWrap=True)
        self.state = configured(QLabel(), wordWrap=True)
        self.bar = configured(QProgressBar(), textVisible=False, accessibleName=tr("Steps done"))
        self.best = configured(QLabel(), objectName="muted", wordWrap=True)
        self.loss, self.errors = _plot(tr("Loss")), _plot(tr("Error on motion that is not in training"))
        self.legend = configured(QLabel(), wordWrap=True)
        self.log = configured(QPlainTextEdit(), readOnly=True, accessibleName=tr("Log"))
        self.show_log = configured(QToolButton(), text=tr("Log"), checkable=True)
        self.stop = QPushButton(tr("&Stop and save"))
        self.resume = configured(QPushButton(tr("&Resume")), objectName="primary")
        self.use = QPushButton(tr("&Lift with it"))
        self.folder = configured(QToolButton(), toolTip=tr("Show folder"), accessibleName=tr("Show folder"))
        self._lay_out()
        self.stop.clicked.connect(self.stop_requested)
        self.resume.clicked.connect(self.resume_requested)
        self.use.clicked.connect(self.use_requested)
        self.folder.clicked.connect(self.folder_requested)
        self.show_log.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.show_log.setArrowType(Qt.ArrowType.RightArrow)
        self.show_log.toggled.connect(self._log_shown)
        self.set_theme()

    def set_training_status(self, status: TrainingStatus) -> None:
        """Show where a training stands."""
        self.status = status
        request = status.request
        self.title.setText(f"<b>{status.name}</b>")
        if request is not None:
            begun = tr(", begun from {0}").format(request.start) if request.start else ""
            self.about.setText(tr("{0} on {1}{2}").format(request.preset, request.data, begun))
        self.bar.setMaximum(max(status.total, 1) if status.state != "starting" else 0)
        self.bar.setValue(min(status.step, self.bar.maximum()))
        self.state.setText(_told(status))
        colours = theme.current()
        self.state.setStyleSheet(f"color: {colours.bad};" if status.state == "failed" else "")
        best = status.best
        self.best.setText(tr("Best so far: {0} mm at step {1}").format(number(best[1], 1), best[0]) if best else "")
        self.best.setVisible(best is not None)
        self.stop.setVisible(status.active)
        self.resume.setVisible(not status.active and status.state != "finished")
        self.resume.setText(tr("&Resume") if status.resumable else tr("Start &again"))
        self.use.setVisible(bool(status.record))
        if self.log.toPlainText() != status.log:
            self.log.setPlainText(status.log)
            self.log.verticalScrollBar().setValue(self.log.verticalScrollBar().maximum())
        self._draw()

    def set_theme(self) -> None:
        """Take the colours of the theme that is applied."""
        colours = theme.current()
        self.folder.setIcon(theme.icon("open"))
        for plot in (self.loss, self.errors):
            plot.setBackground(colours.panel)
            plot.showGrid(x=True, y=True, alpha=0.15)
            for side in ("left", "bottom"):
                axis = plot.getPlotItem().getAxis(side)
                axis.setPen(pg.mkPen(colours.border))
                axis.setTextPen(pg.mkPen(colours.muted))
        self._draw()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.stop, self.resume, self.use):
            buttons.addWidget(button)
        buttons.addStretch()
        buttons.addWidget(self.folder)
        self.log.setMinimumHeight(90)
        self.log.setMaximumHeight(180)
        self.log.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 14)
        layout.setSpacing(8)
        for widget in (self.title, self.about, self.bar, self.state, self.best):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        layout.addSpacing(2)
        for text, plot in ((tr("Loss"), self.loss), (tr("Error on motion that is not in training, mm"), self.errors)):
            layout.addWidget(configured(QLabel(text), objectName="muted"))
            if plot is self.errors:
                layout.addWidget(self.legend)
            layout.addWidget(plot, 1)
        layout.addWidget(self.show_log, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.log)
        layout.addStretch()

    def _log_shown(self, shown: bool) -> None:
        self.show_log.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self.log.setVisible(shown)
        self.log.verticalScrollBar().setValue(self.log.verticalScrollBar().maximum())

    def _draw(self) -> None:
        status = self.status
        if status is None:
            return
        colours = theme.current()
        item = self.loss.getPlotItem()
        item.clear()
        if len(status.steps):
            faint = pg.mkPen(theme.tinted_colour(colours.accent, 70), width=1)
            item.plot(status.steps, status.loss, pen=faint, autoDownsample=True)
            pen = pg.mkPen(colours.accent, width=2)
            item.plot(status.steps, status.smoothed, pen=pen, antialias=True, autoDownsample=True)
            # the first steps are so far above the rest that nothing else would be seen
            later = status.loss[len(status.loss) // 10 :]
            span = max(later.max() - later.min(), 1e-6 + 0.02 * later.max())
            self.loss.setYRange(later.min() - 0.05 * span, later.max() + 0.05 * span, padding=0)
        self._draw_errors(status, colours)
        for plot in (self.loss, self.errors):
            plot.setXRange(0, max(status.step, 1), padding=0.02)

    def _draw_errors(self, status: TrainingStatus, colours: theme.Theme) -> None:
        item = self.errors.getPlotItem()
        item.clear()
        words: dict[str, list[str]] = {}
        steps = np.array([line["step"] for line in status.record], dtype=float)
        for name, values in curves(status.record).items():
            group, _, metric = name.partition("_")
            colour = SETS.get(group, ("", colours.accent))[1]
            style = Qt.PenStyle.DashLine if metric.startswith("p_") else Qt.PenStyle.SolidLine
            pen = pg.mkPen(colour, width=2, style=style)
            dots = (
                {"symbol": "o", "symbolSize": 5, "symbolBrush": colour, "symbolPen": None} if len(values) < 40 else {}
            )
            item.plot(steps, values, pen=pen, antialias=True, connect="finite", **dots)
            words.setdefault(group, []).append(f"{metric.upper().replace('_', '-')} {number(values[-1], 1)}")
        lines = []
        for group, parts in words.items():
            label, colour = SETS.get(group, (group, colours.accent))
            lines.append(f'<span style="color:{colour}">●</span> {tr(label)}: {" · ".join(parts)}')
        self.legend.setText("<br>".join(lines))
        self.legend.setVisible(bool(lines))
        if status.best is not None and math.isfinite(status.best[1]):
            ring = pg.mkPen(colours.text, width=1.5)
            item.plot([status.best[0]], [status.best[1]], pen=None, symbol="o", symbolSize=10, symbolBrush=None,
                      symbolPen=ring)  # fmt: skip


def _told(status: TrainingStatus) -> str:
    """The line under the bar."""
    text = tr(STATES[status.state])
    if status.problem:
        return f"{text}: {status.problem}"
    if status.state == "starting":
        return text
    parts = [text, tr("{0} of {1} steps").format(status.step, status.total or "?")]
    if status.state == "running" and status.steps_per_s > 0:
        parts.append(tr("{0}/s").format(number(status.steps_per_s, 1)))
        if math.isfinite(status.left_s):
            parts.append(time_left(status.left_s))
    return " · ".join(parts)


def _plot(name: str) -> pg.PlotWidget:
    plot = pg.PlotWidget()
    plot.setAccessibleName(name)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMouseEnabled(x=False, y=False)
    plot.setMinimumHeight(130)
    plot.setMaximumHeight(320)
    plot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # else it wants 640 x 480
    plot.getPlotItem().getAxis("left").setWidth(44)
    return plot
