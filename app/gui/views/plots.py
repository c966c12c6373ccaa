"""What the plots of pyqtgraph need so that they are cheap to draw again."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtWidgets import QGraphicsItem, QWidget


def keep_drawn(item: QGraphicsItem) -> None:
    """Keep the item as a picture until it changes: what moves over an axis or a curve does not draw it anew."""
    item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)


def line_px(widget: QWidget, width: float) -> float:
    """Width for a pen of these plots: Qt takes theirs for px of the screen, however sharp that is."""
    return width * widget.devicePixelRatioF()


def keep_axes(plot: pg.PlotItem) -> None:
    for side in ("left", "bottom"):
        keep_drawn(plot.getAxis(side))
