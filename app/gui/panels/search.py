"""Find a command by typing part of its name."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QKeyEvent, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme
from app.gui.text import tr
from app.gui.widgets import configured

KEYS = Qt.ItemDataRole.UserRole + 1


class _WithKeys(QStyledItemDelegate):
    """An item with its shortcut at the right, in the colour of the text but paler."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setPen(QColor(theme.current().text if chosen else theme.current().muted))
        room = option.rect.adjusted(0, 0, -12, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, index.data(KEYS) or "")
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), 30)


class CommandSearch(QDialog):
    """A line to type in and the commands that fit; Return does the first."""

    def __init__(self, actions: list[QAction], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(460, 360)
        self._actions = actions
        empty = QPixmap(16, 16)
        empty.fill(Qt.GlobalColor.transparent)
        self._nothing = QIcon(empty)
        self.line = configured(QLineEdit(), placeholderText=tr("Type a command"), accessibleName=tr("Command"))
        self.line.textChanged.connect(self._fill)
        self.line.returnPressed.connect(self.accept_current)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setIconSize(QSize(16, 16))
        self.list.setItemDelegate(_WithKeys(self.list))
        self.list.itemActivated.connect(self.accept_current)
        self.list.itemClicked.connect(self.accept_current)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(self.line)
        layout.addWidget(self.list)
        self._fill("")
        self.line.setFocus()

    def accept_current(self) -> None:
        """Close and do what is marked."""
        item = self.list.currentItem()
        self.close()
        if item is not None:
            item.data(Qt.ItemDataRole.UserRole).trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step:
                self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
                return True
        return False

    def _fill(self, text: str) -> None:
        words = text.lower().split()
        self.list.clear()
        for action in self._actions:
            name = action.text().replace("&", "")
            if action.isEnabled() and all(word in name.lower() for word in words):
                keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                item = QListWidgetItem(self._nothing if action.icon().isNull() else action.icon(), name)
                item.setData(KEYS, keys)
                item.setData(Qt.ItemDataRole.UserRole, action)
                self.list.addItem(item)
        self.list.setCurrentRow(0)
