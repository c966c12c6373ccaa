"""Docks side by side in place of one over the other: then all of them are in sight, and all of them are drawn."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt

from app.gui.main_window import MainWindow


def spread(window: MainWindow) -> None:
    """Every dock in sight: three in a column at the right, three in a row at the bottom."""
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    docks = window.docks
    for area, ids, way in (
        (Qt.DockWidgetArea.RightDockWidgetArea, ("attention", "joints", "settings"), down),
        (Qt.DockWidgetArea.BottomDockWidgetArea, ("plots", "compare", "training"), across),
    ):
        for id in ids:
            window.removeDockWidget(docks[id])
        window.addDockWidget(area, docks[ids[0]])
        for before, id in pairwise(ids):
            window.splitDockWidget(docks[before], docks[id], way)
    for dock in docks.values():
        dock.show()
