"""Training: a form for a new one, or one of those there are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.gui.made import made
from app.gui.panels.training_form import TrainingForm
from app.gui.panels.training_run import TrainingRun
from app.gui.text import mark, tr
from app.gui.training_watch import Standing

SHORT = {
    "starting": mark("starting"),
    "running": mark("running"),
    "finished": mark("finished"),
    "stopped": mark("stopped"),
    "failed": mark("failed"),
}


class TrainingPanel(QWidget):
    """run_chosen(folder): another training was picked, None for a new one."""

    run_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.runs = made(QComboBox(), accessibleName=tr("Training"))
        self.form, self.run = TrainingForm(), TrainingRun()
        self.pages = QStackedWidget()
        for page in (self.form, self.run):
            page.setObjectName("panel")
            page.setMinimumWidth(280)  # else long words make it wider than the dock
            area = made(QScrollArea(), widgetResizable=True, objectName="panel")
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setWidget(page)
            self.pages.addWidget(area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(14, 12, 14, 2)
        top.addWidget(self.runs)
        layout.addLayout(top)
        layout.addWidget(self.pages, 1)
        self.runs.activated.connect(lambda _index: self.run_chosen.emit(self.runs.currentData()))

    def set_runs(self, found: list[tuple[Path, Standing]], shown: Path | None) -> None:
        """Offer these trainings, and show one of them, or the form."""
        with QSignalBlocker(self.runs):
            self.runs.clear()
            self.runs.addItem(tr("New training"), None)
            for out, standing in found:
                self.runs.addItem(_named(standing.name, out, standing.state), out)
            self.runs.setCurrentIndex(next((i + 1 for i, (out, _) in enumerate(found) if out == shown), 0))
        self.pages.setCurrentIndex(0 if shown is None else 1)

    def set_standing(self, standing: Standing) -> None:
        """The training that is shown came further."""
        self.run.set_standing(standing)
        self.runs.setItemText(self.runs.currentIndex(), _named(standing.name, standing.out, standing.state))

    def set_theme(self) -> None:
        self.form.set_theme()
        self.run.set_theme()


def _named(name: str, out: Path, state: str) -> str:
    """The lifter's name, the folder where that is another, and the state."""
    folder = f" ({out.name})" if out.name != name else ""
    return f"{name}{folder} — {tr(SHORT[state])}"
