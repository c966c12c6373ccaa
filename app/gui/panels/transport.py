"""Buttons of the player, the time, the speed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from app.gui.actions import Actions
from app.gui.made import made
from app.gui.player import SPEEDS
from app.gui.text import tr
from app.gui.views.timeline_drawing import clock

NARROW = 620  # px: below, buttons, time and frame do not fit side by side


class Transport(QWidget):
    """speed_requested(speed)."""

    speed_requested = Signal(float)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.setSpacing(2)
        for id in ("first", "previous", "play", "next", "last"):
            layout.addWidget(_button(actions.by_id[id], 22 if id == "play" else 18))
        layout.addSpacing(12)
        self._time = QLabel("")
        self._time.setMinimumWidth(130)
        self._frame = made(QLabel(""), objectName="muted")
        layout.addWidget(self._time)
        layout.addWidget(self._frame)
        layout.addStretch()
        for id in ("set_in", "set_out", "next_doubt", "loop"):
            layout.addWidget(_button(actions.by_id[id], 18))
        self.speed = made(QComboBox(), accessibleName=tr("Speed"), toolTip=tr("Speed"))
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g} ×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.currentIndexChanged.connect(lambda: self.speed_requested.emit(self.speed.currentData()))
        layout.addSpacing(6)
        layout.addWidget(self.speed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for both, the time says where the player is."""
        self._frame.setVisible(event.size().width() >= NARROW)
        super().resizeEvent(event)

    def set_position(self, frame: int, count: int, time_s: float, duration_s: float) -> None:
        """Where the player is; times from the first frame."""
        self._time.setText(f"{clock(time_s)}  /  {clock(duration_s)}" if count else "")
        self._frame.setText(tr("frame {0} of {1}").format(frame + 1, count) if count else "")


def _button(action: QAction, size: int) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setIconSize(QSize(size, size))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text().replace("&", ""))
    return button
