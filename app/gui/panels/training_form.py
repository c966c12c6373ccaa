"""What a new training needs to know."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme
from app.gui.panels.settings import DEVICES
from app.gui.preferences import Preferences
from app.gui.text import mark, tr
from app.gui.widgets import configured
from lifting import list_cards
from lifting.preset import Preset, list_presets, read_preset
from lifting.settings import make_settings
from lifting.trainings import TrainingRequest
from poses.errors import UserError

KINDS = {
    "mocap": mark("Free motion capture"),
    "bvh_folder": mark("BVH files of your own"),
    "h36m": mark("Human3.6M"),
    "humaneva": mark("HumanEva-I"),
    "mpi_inf_3dhp": mark("MPI-INF-3DHP"),
}
DEFAULT = "mocap_graphsh"
CHECK_AFTER_MS = 250


class TrainingForm(QWidget):
    """start_requested(TrainingRequest). check_requested(preset, folder): answer with `set_data_facts`.
    folder_chosen(folder): where trainings are to be kept."""

    start_requested = Signal(object)
    check_requested = Signal(object, str)
    folder_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.presets = {name: read_preset(name) for name in list_presets()}
        self._free_name: Callable[[str], str] = lambda name: name
        self._own_name = self._data_good = False
        self.preset = configured(QComboBox(), accessibleName=tr("Preset"), maxVisibleItems=24)
        self.about = configured(QLabel(), objectName="muted", wordWrap=True)
        self.data = configured(QLineEdit(), accessibleName=tr("Data folder"), clearButtonEnabled=True)
        self.data.setPlaceholderText(tr("choose or drop a folder"))
        self.facts = configured(QLabel(), objectName="muted", wordWrap=True)
        self.name = configured(QLineEdit(), accessibleName=tr("Name of the lifter"))
        self.begin = configured(QComboBox(), accessibleName=tr("Start from"))
        self.device = configured(QComboBox(), accessibleName=tr("Train on"))
        self.steps = configured(QSpinBox(), accessibleName=tr("Steps"), minimum=0, maximum=10_000_000, singleStep=500)
        self.folder = configured(QLineEdit(), accessibleName=tr("Save in"), readOnly=True)
        self.start = configured(QPushButton(tr("Start &training")), objectName="primary")
        self._soon = configured(QTimer(self), singleShot=True, interval=CHECK_AFTER_MS)
        self._fill()
        self._lay_out()
        self._connect()
        self._preset_changed()

    # ------------------------------------------------------------ from outside

    def restore(self, preferences: Preferences, folder: Path) -> None:
        """As it was at the last training."""
        self._pick(self.preset, preferences.text("training_preset"))
        self._pick(self.device, preferences.text("training_device"))
        self.data.setText(preferences.text("training_data"))
        self.folder.setText(str(folder))

    def remember(self, preferences: Preferences) -> None:
        preferences.set("training_preset", str(self.preset.currentData()))
        preferences.set("training_data", self.folder_of_data())
        preferences.set("training_device", str(self.device.currentData()))
        self._own_name = False

    def set_taken(self, free_name: Callable[[str], str]) -> None:
        """How a name that no lifter has is found; offers one unless the user wrote one."""
        self._free_name = free_name
        if not self._own_name:
            self.name.setText(free_name(f"my_{self._short_name()}"))
        self._fill_begin()

    def set_data_facts(self, text: str, good: bool) -> None:
        """What the data folder holds, or what is wrong with it."""
        self._data_good = good
        colours = theme.current()
        self.facts.setText(text)
        self.facts.setStyleSheet(f"color: {colours.good if good else colours.bad};")
        self._enable()

    def set_theme(self) -> None:
        self.set_data_facts(self.facts.text(), self._data_good)

    def chosen(self) -> Preset:
        return self.presets[str(self.preset.currentData())]

    def folder_of_data(self) -> str:
        return self.data.text().strip()

    def request(self) -> TrainingRequest:
        """What is filled in."""
        return TrainingRequest(
            str(self.preset.currentData()), self.folder_of_data(), self.name.text().strip(),
            str(self.begin.currentData() or ""), str(self.device.currentData()), self.steps.value(),
        )  # fmt: skip

    # ------------------------------------------------------------ inside

    def _fill(self) -> None:
        model = QStandardItemModel(self.preset)
        for kind, title in KINDS.items():
            names = [name for name, preset in self.presets.items() if preset.data.get("kind", "mocap") == kind]
            if names:
                header = QStandardItem(tr(title))
                header.setFlags(Qt.ItemFlag.NoItemFlags)
                model.appendRow(header)
            for name in names:
                item = QStandardItem(self.presets[name].label)
                item.setData(name, Qt.ItemDataRole.UserRole)
                item.setToolTip(name)
                model.appendRow(item)
        self.preset.setModel(model)
        self._pick(self.preset, DEFAULT)
        for box in (self.preset, self.begin, self.device):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        self.preset.view().setMinimumWidth(self.preset.view().sizeHintForColumn(0) + 32)
        self.steps.lineEdit().setTextMargins(6, 0, 0, 0)
        gpu = "mps" if sys.platform == "darwin" else "cuda"
        for id in ("auto", "cpu", gpu):
            self.device.addItem(tr(DEVICES[id]), id)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(9)
        form.setHorizontalSpacing(14)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("&Preset"), _with(self.preset, tr("File…"), self._choose_preset))
        form.addRow("", self.about)
        form.addRow(tr("&Data"), _with(self.data, tr("Choose…"), self._choose_data))
        form.addRow("", self.facts)
        form.addRow(tr("&Name"), self.name)
        form.addRow(tr("Start &from"), self.begin)
        form.addRow(tr("S&teps"), self.steps)
        form.addRow(tr("Train &on"), self.device)
        form.addRow(tr("Sa&ve in"), _with(self.folder, tr("Choose…"), self._choose_folder))
        for field, place in ((self.preset, 0), (self.data, 2), (self.folder, 8)):
            item = form.itemAt(place, QFormLayout.ItemRole.LabelRole)
            label = item.widget() if item is not None else None
            assert isinstance(label, QLabel)
            label.setBuddy(field)
        bottom = QHBoxLayout()
        bottom.addStretch()
        bottom.addWidget(self.start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 14)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addLayout(bottom)
        layout.addStretch()

    def _connect(self) -> None:
        self.preset.currentIndexChanged.connect(self._preset_changed)
        self.data.textChanged.connect(self._data_changed)
        self.name.textEdited.connect(self._name_edited)
        self._soon.timeout.connect(self._check)
        self.start.clicked.connect(lambda _checked: self.start_requested.emit(self.request()))

    def _preset_changed(self) -> None:
        preset = self.chosen()
        settings = make_settings(preset, {})
        self.about.setText(
            tr("{0}. {1} steps of {2}.").format(preset.source.rstrip("."), settings.steps, settings.batch)
        )
        self.steps.setSpecialValueText(tr("as the preset says ({0})").format(settings.steps))
        self.set_taken(self._free_name)
        self._data_changed()

    def _short_name(self) -> str:
        return make_settings(self.chosen(), {}).weights or self.chosen().name

    def _fill_begin(self) -> None:
        before = self.begin.currentData()
        with QSignalBlocker(self.begin):
            self.begin.clear()
            self.begin.addItem(tr("a new network"), "")
            for name, card in list_cards().items():
                if card.architecture == self.chosen().architecture:
                    self.begin.addItem(card.label, name)
        self._pick(self.begin, str(before or ""))

    def _data_changed(self) -> None:
        self._data_good = False
        self.facts.setText("")
        self._enable()
        if self.folder_of_data():
            self._soon.start()

    def _check(self) -> None:
        self.facts.setStyleSheet("")
        self.facts.setText(tr("Looking…"))
        self.check_requested.emit(self.chosen(), self.folder_of_data())

    def _name_edited(self, text: str) -> None:
        self._own_name = bool(text.strip())
        self._enable()

    def _enable(self) -> None:
        self.start.setEnabled(self._data_good and bool(self.name.text().strip()))

    def _choose_data(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Data folder"), self.data.text())
        if path:
            self.data.setText(path)

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, tr("Save trainings in"), self.folder.text())
        if path:
            self.folder.setText(path)
            self.folder_chosen.emit(path)

    def _choose_preset(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Preset"), "", tr("Presets (*.toml)"))
        if path:
            self.add_preset(path)

    def add_preset(self, path: str) -> None:
        """Offer and pick a preset file of the user's own."""
        try:
            self.presets[path] = read_preset(path)
            make_settings(self.presets[path], {})
        except UserError as error:
            self.presets.pop(path, None)
            self.set_data_facts(str(error), False)
            return
        self.preset.addItem(self.presets[path].label, path)
        self.preset.setCurrentIndex(self.preset.count() - 1)

    @staticmethod
    def _pick(box: QComboBox, value: str) -> None:
        box.setCurrentIndex(index if (index := box.findData(value)) >= 0 else box.currentIndex())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(Path(url.toLocalFile()).is_dir() for url in event.mimeData().urls() if url.isLocalFile()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        folders = [url.toLocalFile() for url in event.mimeData().urls() if Path(url.toLocalFile()).is_dir()]
        if folders:
            event.acceptProposedAction()
            self.data.setText(folders[0])


def _with(field: QWidget, text: str, call: Callable[[], None]) -> QWidget:
    """A field with a button beside it."""
    row = QWidget()
    inside = QHBoxLayout(row)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(6)
    button = QPushButton(text)
    button.clicked.connect(lambda _checked: call())
    inside.addWidget(field, 1)
    inside.addWidget(button)
    return row
