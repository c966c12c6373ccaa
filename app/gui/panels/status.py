"""The status bar: what runs, how far, how long still, and Cancel."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from app.gui.actions import Actions
from app.gui.text import tr
from app.gui.widgets import configured

LEAST_BAR_PX, MOST_BAR_PX = 60, 220


class Status(QStatusBar):
    """Progress left, facts about the video right.

    Both are permanent widgets: the tips of commands, which Qt shows for what the pointer is over, take the room that
    is left and lie over neither. While a job runs there is none left, so Cancel stays where it is under the pointer.
    """

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self._text = QLabel("")
        self.bar = configured(QProgressBar(), textVisible=False, accessibleName=tr("Progress"))
        self.bar.setMinimumWidth(LEAST_BAR_PX)
        self.bar.setMaximumWidth(MOST_BAR_PX)
        self._left = QLabel("")
        self.cancel = QToolButton()
        self.cancel.setDefaultAction(actions.by_id["cancel"])
        self.cancel.setIconSize(QSize(14, 14))
        self.cancel.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._facts = QLabel("")
        self._facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._job = QWidget()
        row = QHBoxLayout(self._job)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self._text, self.bar, self._left, self.cancel):
            row.addWidget(widget)
        row.addStretch()
        row.setStretchFactor(self.bar, 100)  # up to its greatest width
        self.addPermanentWidget(self._job, 1)
        self.addPermanentWidget(self._facts)
        self.set_idle()

    def set_progress(self, text: str, done: int, total: int, left_s: float) -> None:
        """How far the running job is; total 0: not known; left_s below 0: not known."""
        self._text.setText(text or tr("Starting"))
        self.bar.setUpdatesEnabled(False)  # else it paints at once, and with it all that waits to be painted
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setUpdatesEnabled(True)
        parts = [f"{done} / {total}"] if total else []
        parts += [time_left(left_s)] if left_s >= 0 else []
        self._left.setText("   ".join(parts))
        self._job.show()

    def text(self) -> str:
        """What runs; "" where nothing does."""
        return self._text.text()

    def set_idle(self) -> None:
        """Nothing runs."""
        self._text.setText("")
        self._job.hide()

    def set_facts(self, text: str) -> None:
        """What is known of the open video."""
        self._facts.setText(text)


def time_left(seconds: float) -> str:
    """ "about 40 s left"; coarse on purpose."""
    if seconds < 1.5:
        return tr("a moment left")
    if seconds < 90:
        return tr("about {0} s left").format(round(seconds))
    return tr("about {0} min left").format(round(seconds / 60))
