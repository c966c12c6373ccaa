"""Numbers of the current frame: every joint's score and place."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.gui import theme
from app.gui.frame_view import FrameView
from app.gui.text import mark, number, tr

COLUMNS = (mark("Joint"), mark("Score"), mark("x m"), mark("y m"), mark("z m"))
Index = QModelIndex | QPersistentModelIndex


class JointTable(QTableView):
    """joint_requested(joint): a row was picked."""

    joint_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Joints of the current frame"))
        self.model_of_joints = _Joints(self)
        self.setModel(self.model_of_joints)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in (0, 1):  # names, and the one long word: never cut off
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.clicked.connect(lambda index: self.joint_requested.emit(index.row()))
        self.selectionModel().currentRowChanged.connect(self._moved)

    def set_frame_view(self, frame_view: FrameView, person: int) -> None:
        """Numbers of one person of a frame."""
        self.model_of_joints.set_frame_view(frame_view, person)

    def set_selected(self, joint: int | None) -> None:
        """Mark a row without telling anybody."""
        with QSignalBlocker(self.selectionModel()):
            if joint is None:
                self.clearSelection()
            elif self.currentIndex().row() != joint or not self.selectionModel().hasSelection():
                self.selectRow(joint)
        self.viewport().update()

    def _moved(self, now: QModelIndex, _before: QModelIndex) -> None:
        """With the keys, or by a click on another row."""
        if now.isValid():
            self.joint_requested.emit(now.row())


class _Joints(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._values = np.empty((0, 4))
        self._side: tuple[str, ...] = ()
        self._sides: dict[str, str] = {}
        self._filled = np.empty(0, dtype=bool)

    def set_frame_view(self, frame_view: FrameView, person: int) -> None:
        flat = next((f for f in frame_view.poses_2d if f.person == person), None)
        deep = next((f for f in frame_view.poses_3d if f.person == person and not f.ghost), None)
        skeleton = deep.skeleton if deep else flat.skeleton if flat else None
        names = skeleton.joint_names if skeleton else ()
        self._sides = theme.current().sides(flat.colour if flat else "")
        if names != self._names:
            self.beginResetModel()
            self._names = names
            self._side = tuple(skeleton.side(j) for j in range(len(names))) if skeleton else ()
            self.endResetModel()
        self._values = np.full((len(names), 4), np.nan)
        self._filled = np.zeros(len(names), dtype=bool)
        if flat and flat.skeleton == skeleton:
            self._values[:, 0] = flat.score
            self._filled = flat.filled
        if deep:
            self._values[:, 1:] = deep.xyz
        if names:
            self.dataChanged.emit(self.index(0, 0), self.index(len(names) - 1, 4))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._names)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return tr(COLUMNS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = 0) -> object:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == 0:
                return self._names[row] + (" ◌" if self._filled[row] else "")
            value = self._values[row, column - 1]
            return "–" if np.isnan(value) else number(value)
        if role == Qt.ItemDataRole.TextAlignmentRole and column > 0:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return QColor(self._sides[self._side[row]])
        if role == Qt.ItemDataRole.ToolTipRole and self._filled[row]:
            return tr("filled in: it was not seen in this frame")
        return None
