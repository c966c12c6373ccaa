"""Training: a form for a new one, or one of those there are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.gui.panels.training_form import TrainingForm
from app.gui.panels.training_view import TrainingView
from app.gui.text import mark, tr
from app.gui.training_watch import TrainingStatus
from app.gui.widgets import configured

SHORT = {
    "starting": mark("starting"),
    "running": mark("running"),
    "finished": mark("finished"),
    "stopped": mark("stopped"),
    "failed": mark("failed"),
}


class TrainingPanel(QWidget):
    """training_chosen(folder): another training was picked, None for a new one."""

    training_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.trainings = configured(QComboBox(), accessibleName=tr("Training"))
        self.form, self.view = TrainingForm(), TrainingView()
        self.pages = QStackedWidget()
        for page in (self.form, self.view):
            page.setObjectName("panel")
            page.setMinimumWidth(280)  # else long words make it wider than the dock
            area = configured(QScrollArea(), widgetResizable=True, objectName="panel")
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setWidget(page)
            self.pages.addWidget(area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(14, 12, 14, 2)
        top.addWidget(self.trainings)
        layout.addLayout(top)
        layout.addWidget(self.pages, 1)
        self.trainings.activated.connect(lambda _index: self.training_chosen.emit(self.trainings.currentData()))

    def set_trainings(self, found: list[tuple[Path, TrainingStatus]], shown: Path | None) -> None:
        """Offer these trainings, and show one of them, or the form."""
        with QSignalBlocker(self.trainings):
            self.trainings.clear()
            self.trainings.addItem(tr("New training"), None)
            for out, status in found:
                self.trainings.addItem(_named(status.name, out, status.state), out)
            self.trainings.setCurrentIndex(next((i + 1 for i, (out, _) in enumerate(found) if out == shown), 0))
        self.pages.setCurrentIndex(0 if shown is None else 1)

    def set_training_status(self, status: TrainingStatus) -> None:
        """The training that is shown came further."""
        self.view.set_training_status(status)
        self.trainings.setItemText(self.trainings.currentIndex(), _named(status.name, status.out, status.state))

    def set_theme(self) -> None:
        self.form.set_theme()
        self.view.set_theme()


def _named(name: str, out: Path, state: str) -> str:
    """The lifter's name, the folder where that is another, and the state."""
    folder = f" ({out.name})" if out.name != name else ""
    return f"{name}{folder} — {tr(SHORT[state])}"
