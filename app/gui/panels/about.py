"""What this program is, and of which parts; and the list of shortcuts."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.gui import theme
from app.gui.made import made
from app.gui.text import tr

PACKAGES = ("marey", "PySide6-Essentials", "vispy", "pyqtgraph", "numpy", "scipy", "av", "torch", "mediapipe",
            "ai-edge-litert", "onnxruntime")  # fmt: skip


def versions() -> dict[str, str]:
    """Versions of what the program is made of, read without importing it."""
    found = {"Python": platform.python_version(), tr("System"): platform.platform(terse=True)}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = tr("not installed")
    return found


class AboutBox(QDialog):
    """Non-modal; the versions can be copied for a report."""

    def __init__(self, parent: QWidget, opengl: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("About Marey"))
        facts = {**versions(), tr("3D view"): opengl}
        self._text = "\n".join(f"{name} {value}" for name, value in facts.items())
        sign = QLabel()
        sign.setPixmap(theme.program_icon().pixmap(QSize(64, 64)))
        words = QLabel(
            "<b>Marey</b><br>" + tr("Video in, 3D motion out.") + "<br>" + tr("Free software, Apache License 2.0.")
        )
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(sign)
        head.addWidget(words, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        for row, (name, value) in enumerate(facts.items()):
            grid.addWidget(made(QLabel(name), objectName="muted"), row, 0)
            grid.addWidget(made(QLabel(value), wordWrap=True), row, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._text))
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 16)
        layout.setSpacing(16)
        layout.addLayout(head)
        layout.addLayout(grid)
        layout.addWidget(buttons)


class ShortcutBox(QDialog):
    """Every command that has keys, in two columns."""

    def __init__(self, parent: QWidget, actions: list[QAction]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keyboard"))
        with_keys = [a for a in actions if not a.shortcut().isEmpty()]
        half = -(-len(with_keys) // 2)
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        for n, action in enumerate(with_keys):
            row, column = n % half, n // half * 2
            grid.addWidget(
                made(QLabel(action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)), objectName="muted"),
                row,
                column,
            )
            grid.addWidget(QLabel(action.text().replace("&", "").rstrip("…")), row, column + 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 16)
        layout.setSpacing(16)
        layout.addLayout(grid)
        layout.addWidget(buttons)
