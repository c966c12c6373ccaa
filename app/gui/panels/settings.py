"""Choices about the analysis: people, smoothing, gaps, camera."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from app.gui.text import mark, tr
from app.gui.widgets import configured
from app.pipeline.settings import Settings

NOTE = mark("Changes are lifted again at once. More people than were analysed take another analysis.")

DEVICES = {
    "auto": mark("Best there is"),
    "cpu": mark("Processor (CPU)"),
    "cuda": mark("NVIDIA GPU (CUDA)"),
    "mps": mark("Apple GPU (MPS)"),
}

# Words of a detector's choice, in the order of the drop-down.
DETECTION = {"auto": mark("Automatic"), "lite": mark("Fast"), "full": mark("Balanced"), "heavy": mark("Accurate")}


class SettingsPanel(QWidget):
    """changed(Settings): the user chose something else. device_chosen(id): what lifters are to run on.
    detection_chosen(word): how fast or accurate the detector is to be."""

    changed = Signal(object)
    device_chosen = Signal(str)
    detection_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = Settings()
        self.persons = configured(QSpinBox(), minimum=1, maximum=8, accessibleName=tr("People to follow"))
        self.slow_motion = configured(
            _number(1, 1000, 1, " ×", tr("Slow motion")),
            toolTip=tr("How many times slower than life the file plays: 8 where 240 a second were saved at 30"),
        )
        self.smooth = QCheckBox(tr("Smooth"))
        self.cutoff = _number(0.5, 30, 0.5, " Hz", tr("Cut-off of the smoothing"))
        self.gap = _number(0, 5, 0.05, " s", tr("Longest gap to fill"))
        self.swaps = QCheckBox(tr("Mend exchanged left and right"))
        self.feet = configured(
            QCheckBox(tr("&Standing feet keep their place")), toolTip=tr("Knees bend for it; hips stay")
        )
        self.own_pitch = configured(
            QCheckBox(tr("Camera looks &down by")), toolTip=tr("Else estimated from the person")
        )
        self.pitch = _number(-80, 80, 1, "°", tr("Camera looks down by"))
        self.own_height = configured(
            QCheckBox(tr("&Height of the person")), toolTip=tr("Else an average body; one camera cannot tell")
        )
        self.height_m = _number(0.3, 3, 0.01, " m", tr("Height of the person"))
        self.own_focal = configured(
            QCheckBox(tr("&Focal length / longer side")), toolTip=tr("Else the usual one of phones is taken")
        )
        self.focal = _number(0.3, 5, 0.05, "", tr("Focal length"))
        self.device = configured(QComboBox(), accessibleName=tr("Lift on"))
        self.detection = configured(
            QComboBox(), accessibleName=tr("Detection"), toolTip=tr("Of the next analysis; live, Automatic keeps up")
        )
        self._lay_out()
        self.set_devices(("auto",), "auto")
        self.set_detection((), "", {})
        self.device.activated.connect(lambda _index: self.device_chosen.emit(self.device.currentData()))
        self.detection.activated.connect(lambda _index: self.detection_chosen.emit(self.detection.currentData()))
        self.set_settings(self._settings)
        for box in (self.slow_motion, self.cutoff, self.gap, self.pitch, self.height_m, self.focal):
            box.valueChanged.connect(self._changed)
        self.persons.valueChanged.connect(self._changed)
        for check in (self.smooth, self.swaps, self.feet, self.own_pitch, self.own_height, self.own_focal):
            check.toggled.connect(self._changed)

    def set_settings(self, settings: Settings) -> None:
        """Show these without telling anybody."""
        widgets = (self.persons, self.slow_motion, self.smooth, self.cutoff, self.gap, self.swaps, self.feet,
                   self.own_pitch, self.pitch, self.own_height, self.height_m, self.own_focal, self.focal)  # fmt: skip
        blockers = [QSignalBlocker(w) for w in widgets]
        self._settings = settings
        self.persons.setValue(settings.persons)
        self.slow_motion.setValue(settings.slow_motion)
        self.smooth.setChecked(settings.smoothing_hz is not None)
        self.cutoff.setValue(settings.smoothing_hz or 5.0)
        self.gap.setValue(settings.max_gap_s)
        self.swaps.setChecked(settings.repair_swaps)
        self.feet.setChecked(settings.plant_feet)
        self.own_pitch.setChecked(settings.pitch_deg is not None)
        self.pitch.setValue(settings.pitch_deg or 0.0)
        self.own_height.setChecked(settings.height_m is not None)
        self.height_m.setValue(settings.height_m or 1.75)
        self.own_focal.setChecked(settings.focal is not None)
        self.focal.setValue(settings.focal or 0.85)
        del blockers
        self._enable()

    def set_devices(self, devices: tuple[str, ...], chosen: str) -> None:
        """Offer these without telling anybody."""
        with QSignalBlocker(self.device):
            self.device.clear()
            for id in devices:
                self.device.addItem(tr(DEVICES.get(id, id)), id)
            self.device.setCurrentIndex(max(self.device.findData(chosen), 0))

    def set_detection(self, words: Sequence[str], chosen: str, rates: Mapping[str, float]) -> None:
        """Offer these; none hides the choice. rates: frames a second of those that can be used, none: not measured."""
        with QSignalBlocker(self.detection):
            self.detection.clear()
            for word in words:
                name, rate = tr(DETECTION.get(word, word)), tr("{0} frames/s").format(round(rates.get(word, 0)))
                self.detection.addItem(f"{name}    {rate}" if word in rates else name, word)
                if rates and word not in rates:
                    self.detection.model().item(self.detection.count() - 1).setEnabled(False)  # type: ignore[attr-defined]
            self.detection.setCurrentIndex(max(self.detection.findData(chosen), 0))
        self._form.setRowVisible(self.detection, bool(words))

    def _lay_out(self) -> None:
        form = self._form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setContentsMargins(14, 14, 14, 14)
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(14)
        form.addRow(tr("&People to follow"), self.persons)
        form.addRow(tr("D&etection"), self.detection)
        form.addRow(tr("Slow motion"), self.slow_motion)
        form.addRow(tr("Longest &gap to fill"), self.gap)
        form.addRow(self.swaps)
        form.addRow(self.smooth, self.cutoff)
        form.addRow(self.feet)
        form.addRow(self.own_pitch, self.pitch)
        form.addRow(self.own_height, self.height_m)
        form.addRow(self.own_focal, self.focal)
        form.addRow(tr("&Lift on"), self.device)
        spins = (self.persons, self.slow_motion, self.gap, self.cutoff, self.pitch, self.height_m, self.focal)
        for field in (*spins, self.device, self.detection):
            label = form.labelForField(field)  # as high as its field, so that both stand on one line
            label.setMinimumHeight(field.sizeHint().height())
        for spin in spins:
            spin.lineEdit().setTextMargins(6, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        note = configured(QLabel(tr(NOTE)), objectName="muted", wordWrap=True)
        note.setContentsMargins(14, 0, 14, 0)
        layout.addWidget(note)
        layout.addStretch()

    def _enable(self) -> None:
        self.cutoff.setEnabled(self.smooth.isChecked())
        self.pitch.setEnabled(self.own_pitch.isChecked())
        self.height_m.setEnabled(self.own_height.isChecked())
        self.focal.setEnabled(self.own_focal.isChecked())

    def _changed(self) -> None:
        self._enable()
        self._settings = replace(
            self._settings,
            persons=self.persons.value(),
            slow_motion=self.slow_motion.value(),
            max_gap_s=self.gap.value(),
            smoothing_hz=self.cutoff.value() if self.smooth.isChecked() else None,
            repair_swaps=self.swaps.isChecked(),
            plant_feet=self.feet.isChecked(),
            pitch_deg=self.pitch.value() if self.own_pitch.isChecked() else None,
            height_m=self.height_m.value() if self.own_height.isChecked() else None,
            focal=self.focal.value() if self.own_focal.isChecked() else None,
        )
        self.changed.emit(self._settings)


def _number(low: float, high: float, step: float, suffix: str, name: str) -> QDoubleSpinBox:
    box = configured(QDoubleSpinBox(), minimum=low, maximum=high, singleStep=step, suffix=suffix, accessibleName=name)
    box.setKeyboardTracking(False)
    return box
