"""The table that compares lifters on the open clip."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.comparison import Compared
from app.gui.made import made
from app.gui.text import mark, tr

COLUMNS = (
    mark("Lifter"),
    mark("Window"),
    mark("Parameters"),
    mark("Multiply-adds / frame"),
    mark("ms / frame"),
    mark("Difference mm"),
    mark("Most different"),
)
NOTE = mark("Difference: mean distance of the joints from those of the lifter shown. A double click shows a lifter.")


class CompareTable(QWidget):
    """run_requested; lifter_requested(id): a row was activated."""

    run_requested = Signal()
    lifter_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setAccessibleName(tr("Lifters compared"))
        self.table.setHorizontalHeaderLabels([tr(c) for c in COLUMNS])
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.itemActivated.connect(self._activated)
        self.table.itemDoubleClicked.connect(self._activated)
        run = QPushButton(tr("Compare"))
        run.clicked.connect(self.run_requested)
        row = QHBoxLayout()
        row.addWidget(run)
        row.addSpacing(8)
        row.addWidget(made(QLabel(tr(NOTE)), objectName="muted"), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addLayout(row)
        layout.addWidget(self.table, 1)

    def set_compared(self, rows: list[Compared], shown: str) -> None:
        """One row a lifter; the one that is shown is marked."""
        self.table.setRowCount(len(rows))
        for n, found in enumerate(rows):
            for column, text in enumerate(_texts(found, found.id == shown)):
                item = QTableWidgetItem(text)
                item.setData(Qt.ItemDataRole.UserRole, found.id)
                if 0 < column < len(COLUMNS) - 1:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if found.per_joint_mm:
                    item.setToolTip("\n".join(f"{name}  {value:.0f} mm" for name, value in found.per_joint_mm))
                self.table.setItem(n, column, item)

    def _activated(self, item: QTableWidgetItem) -> None:
        self.lifter_requested.emit(item.data(Qt.ItemDataRole.UserRole))


def _texts(found: Compared, shown: bool) -> list[str]:
    if found.problem:
        return [found.label, "", "", "", "", "", found.problem]
    worst = max(found.per_joint_mm, key=lambda j: j[1], default=("", 0.0))
    return [
        found.label + (tr("  (shown)") if shown else ""),
        str(found.window),
        large(found.parameters),
        large(found.macs_per_frame),
        f"{found.per_frame_ms:.2f}",
        "" if np.isnan(found.difference_mm) else f"{found.difference_mm:.0f}",
        "" if shown or not worst[0] else f"{worst[0]} {worst[1]:.0f} mm",
    ]


def large(number: int) -> str:
    """3.70 M, 12.1 G; "" for what is not known."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.2f} {letter}"
    return str(number) if number else ""
