"""A drop-down of detectors or lifters; those that cannot run are shown, greyed, with the reason as tool tip."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from poses.plugins import Plugin


class PluginChoice(QComboBox):
    """chosen(id): another part was picked by the user."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setMinimumWidth(150)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(22)
        self._name = name
        self.setModel(QStandardItemModel(self))
        self.activated.connect(self._activated)

    def set_plugins(self, plugins: Mapping[str, Plugin], current: str) -> None:
        """Offer these, the ones that run first; nothing is picked where `current` is not among them."""
        with QSignalBlocker(self):
            self.clear()
            for id, plugin in sorted(plugins.items(), key=lambda p: not p[1].available):
                self._add(id, plugin)
            self.setCurrentIndex(self.findData(current))
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 32)
        self._explain()

    def id(self) -> str:
        """Id of what is picked, "" where nothing is."""
        return str(self.currentData() or "")

    def label_of(self, id: str) -> str:
        """What the user reads for an id."""
        return self.itemText(self.findData(id)) or id

    def set_id(self, id: str) -> None:
        """Pick without telling anybody."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(id))
        self._explain()

    def _add(self, id: str, plugin: Plugin) -> None:
        item = QStandardItem(plugin.info.label)
        item.setData(id, Qt.ItemDataRole.UserRole)
        item.setToolTip(plugin.unavailable_reason or f"{plugin.info.label} ({id})")
        item.setEnabled(plugin.available)
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        model.appendRow(item)

    def _activated(self, _index: int) -> None:
        self._explain()
        self.chosen.emit(self.id())

    def _explain(self) -> None:
        self.setToolTip(f"{self._name}: {self.currentText()}" if self.id() else self._name)
