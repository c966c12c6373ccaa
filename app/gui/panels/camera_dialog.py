"""Which camera or stream, and whether to record it."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.gui.cameras import NAMED, list_cameras
from app.gui.preferences import Preferences
from app.gui.text import mark, tr
from app.gui.widgets import configured

HINT = mark("A camera of this machine, an address (rtsp://…, http://…) or a file, which is then read at its own pace.")


class CameraDialog(QDialog):
    """chosen(source, recording): recording is a path, "" for none."""

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget, preferences: Preferences) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Camera or stream"))
        self.setMinimumWidth(480)
        self._preferences = preferences
        self.source = QComboBox()
        self.source.setEditable(True)
        self.source.setAccessibleName(tr("Camera or address"))
        for camera in list_cameras():
            self.source.addItem(f"{camera.label} ({camera.source.removeprefix(NAMED)})", camera.source)
        self.source.addItems(preferences.texts("streams"))
        self.record = QCheckBox(tr("Record to"))
        folder = preferences.text("export_folder") or str(Path.home())
        self.path = QLineEdit(str(Path(folder) / time.strftime("recording_%Y%m%d_%H%M%S.mp4")))
        self.path.setAccessibleName(tr("Recording"))
        self.path.setEnabled(False)
        self.record.toggled.connect(self.path.setEnabled)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton(tr("Start"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("primary")
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(self.source)
        layout.addWidget(configured(QLabel(tr(HINT)), objectName="muted", wordWrap=True))
        layout.addWidget(self.record)
        layout.addWidget(self.path)
        layout.addWidget(buttons)

    def _accept(self) -> None:
        text = self.source.currentText()
        source = self.source.itemData(self.source.findText(text)) or text.strip()
        if not source:
            return
        known = [s for s in self._preferences.texts("streams") if s != source]
        if not source.startswith(("/dev/", NAMED)):
            self._preferences.set("streams", [source, *known][:5])
        self.close()
        self.chosen.emit(source, self.path.text().strip() if self.record.isChecked() else "")
