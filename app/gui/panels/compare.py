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
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.comparison import ComparisonRow, relative_to
from app.gui.text import mark, number, tr
from app.gui.widgets import configured

COLUMNS = (
    mark("Lifter"),
    mark("Window"),
    mark("Parameters"),
    mark("Multiply-adds / frame"),
    mark("ms / frame"),
    mark("Difference mm"),
    mark("Most different"),
)
NUMBERS = range(1, len(COLUMNS) - 1)
NOTE = mark("Differences from the lifter shown, the root of both at one place. A double click shows a lifter.")
EMPTY = mark("Lifts this clip with every lifter there is and lists how far apart, how fast and how large they are.")


class CompareTable(QWidget):
    """run_requested; lifter_requested(id): a row was activated."""

    run_requested = Signal()
    lifter_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.table = _table(tr("Lifters compared"))
        self.table.setColumnCount(len(COLUMNS))
        _set_header(self.table, [tr(c) for c in COLUMNS], NUMBERS)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.itemActivated.connect(self._activated)
        self.table.itemDoubleClicked.connect(self._activated)
        self.joints = _table(tr("Difference of every joint"))
        self._note = configured(QLabel(), objectName="muted")
        tables = QSplitter(Qt.Orientation.Horizontal)
        tables.setChildrenCollapsible(False)
        tables.addWidget(self.table)
        tables.addWidget(self.joints)
        tables.setStretchFactor(0, 3)
        tables.setStretchFactor(1, 2)
        run = QPushButton(tr("Compare"))
        run.clicked.connect(self.run_requested)
        row = QHBoxLayout()
        row.addWidget(run)
        row.addSpacing(8)
        row.addWidget(self._note, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addLayout(row)
        layout.addWidget(tables, 1)
        self.set_compared([], "")

    def set_compared(self, rows: list[ComparisonRow], shown: str) -> None:
        """One row a lifter, the one that is shown is marked; beside them every joint."""
        rows = relative_to(rows, shown)
        devices = sorted({row.device for row in rows} - {""})
        self._note.setText(tr(NOTE) + (tr("  Measured on: {0}.").format(", ".join(devices)) if devices else ""))
        if not rows:
            self._note.setText(tr(EMPTY))
        for table in (self.table, self.joints):
            table.setVisible(bool(rows))
        self._fill_joints([row for row in rows if row.id != shown and row.per_joint_mm])
        self.table.setRowCount(len(rows))
        for n, found in enumerate(rows):
            for column, text in enumerate(_texts(found, found.id == shown)):
                item = _number(text) if column in NUMBERS else QTableWidgetItem(text)
                item.setToolTip(found.problem)
                item.setData(Qt.ItemDataRole.UserRole, found.id)
                self.table.setItem(n, column, item)

    def _fill_joints(self, rows: list[ComparisonRow]) -> None:
        """mm, a row for every joint and a column for every other lifter."""
        names = list(dict.fromkeys(name for row in rows for name, _ in row.per_joint_mm))
        self.joints.setColumnCount(len(rows) + 1)
        self.joints.setRowCount(len(names))
        titles = [tr("Joint"), *(tr("{0}, mm").format(row.label) for row in rows)]
        _set_header(self.joints, titles, range(1, len(titles)))
        for n, name in enumerate(names):
            self.joints.setItem(n, 0, QTableWidgetItem(name))
            for column, row in enumerate(rows, start=1):
                value = dict(row.per_joint_mm).get(name)
                self.joints.setItem(n, column, _number("" if value is None else number(value, 0)))

    def _activated(self, item: QTableWidgetItem) -> None:
        self.lifter_requested.emit(item.data(Qt.ItemDataRole.UserRole))


def _table(name: str) -> QTableWidget:
    table = configured(QTableWidget(), accessibleName=name)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(True)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(24)
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    return table


def _set_header(table: QTableWidget, titles: list[str], numbers: range) -> None:
    """Titles that stand over their columns: over numbers to the right."""
    for column, title in enumerate(titles):
        item = QTableWidgetItem(title)
        side = Qt.AlignmentFlag.AlignRight if column in numbers else Qt.AlignmentFlag.AlignLeft
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        table.setHorizontalHeaderItem(column, item)


def _number(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item


def _texts(found: ComparisonRow, shown: bool) -> list[str]:
    if found.problem:
        return [found.label, "", "", "", "", "", found.problem]
    worst = max(found.per_joint_mm, key=lambda j: j[1], default=("", 0.0))
    return [
        found.label + (tr("  (shown)") if shown else ""),
        str(found.window),
        large(found.parameters),
        large(found.macs_per_frame),
        number(found.per_frame_ms),
        "" if np.isnan(found.difference_mm) else number(found.difference_mm, 0),
        "" if shown or not worst[0] else tr("{0} {1} mm").format(worst[0], number(worst[1], 0)),
    ]


def large(count: int) -> str:
    """3.70 M, 12.10 G; "" for what is not known."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= size:
            return f"{number(count / size)} {letter}"
    return str(count) if count else ""
