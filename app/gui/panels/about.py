"""What this program is, and of which parts; and the list of shortcuts."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.gui import theme
from app.gui.text import tr
from app.gui.widgets import configured

COLUMNS = 3
PACKAGES = ("marey", "PySide6-Essentials", "vispy", "pyqtgraph", "numpy", "scipy", "av", "torch",
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


class _Box(QDialog):
    """A box that blocks nothing: what it holds, and Close."""

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(20)
        self.grid.setVerticalSpacing(6)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.close)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(22, 20, 22, 16)
        self.rows.setSpacing(16)
        self.rows.addLayout(self.grid)
        self.rows.addWidget(self.buttons)

    def add(self, name: str, value: str, row: int, column: int = 0) -> None:
        self.grid.addWidget(configured(QLabel(name), objectName="muted"), row, column)
        self.grid.addWidget(QLabel(value), row, column + 1)


class AboutBox(_Box):
    """The versions can be copied for a report."""

    def __init__(self, parent: QWidget, opengl: str) -> None:
        super().__init__(parent, tr("About Marey"))
        facts = {**versions(), tr("3D view"): opengl}
        for row, (name, value) in enumerate(facts.items()):
            self.add(name, value, row)
        text = "\n".join(f"{name} {value}" for name, value in facts.items())
        copy = self.buttons.addButton(tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
        sign = QLabel()
        sign.setPixmap(theme.program_icon().pixmap(QSize(64, 64)))
        words = QLabel(
            "<b>Marey</b><br>" + tr("Video in, 3D motion out.") + "<br>" + tr("Free software, Apache License 2.0.")
        )
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(sign)
        head.addWidget(words, 1)
        self.rows.insertLayout(0, head)


class ShortcutBox(_Box):
    """Every command that has keys, in as many columns as a screen is wide."""

    def __init__(self, parent: QWidget, actions: list[QAction]) -> None:
        super().__init__(parent, tr("Keyboard"))
        with_keys = [a for a in actions if not a.shortcut().isEmpty()]
        height = -(-len(with_keys) // COLUMNS)
        for n, action in enumerate(with_keys):
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            self.add(keys, action.text().replace("&", "").rstrip("…"), n % height, n // height * 2)
