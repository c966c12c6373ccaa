"""Buttons of the player, the time, the speed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from app.gui.actions import Actions
from app.gui.player import SPEEDS
from app.gui.text import tr
from app.gui.views.timeline_drawing import clock
from app.gui.widgets import configured

SPACING = 2
# What goes first where there is little room: buttons, which are in the menu too; then what is nowhere else.
GOES_FIRST = ("loop", "next_doubt", "set_out", "set_in", "last", "first", "speed", "frame")


class Transport(QWidget):
    """speed_requested(speed)."""

    speed_requested = Signal(float)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._time = QLabel("")
        self._frame = configured(QLabel(""), objectName="muted")
        self._frame.setContentsMargins(12, 0, 0, 0)
        self.speed = configured(QComboBox(), accessibleName=tr("Speed"), toolTip=tr("Speed"))
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g} ×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.currentIndexChanged.connect(lambda: self.speed_requested.emit(self.speed.currentData()))
        self._parts: dict[str, QWidget] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 4, 10, 4)
        self._row.setSpacing(SPACING)
        for id in ("first", "previous", "play", "next", "last"):
            self._add(id, _button(actions.by_id[id], 22 if id == "play" else 18))
        self._row.addSpacing(12)
        self._add("time", self._time)
        self._add("frame", self._frame)
        self._row.addStretch()
        for id in ("set_in", "set_out", "next_doubt", "loop"):
            self._add(id, _button(actions.by_id[id], 18))
        self._row.addSpacing(6)
        self._add("speed", self.speed)

    def _add(self, id: str, part: QWidget) -> None:
        self._parts[id] = part
        self._row.addWidget(part)

    def minimumSizeHint(self) -> QSize:
        """Without all that may go."""
        kept = [part.sizeHint().width() + SPACING for id, part in self._parts.items() if id not in GOES_FIRST]
        return QSize(sum(kept) + 40, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._make_room()
        super().resizeEvent(event)

    def set_position(self, frame: int, count: int, time_s: float, duration_s: float) -> None:
        """Where the player is; times from the first frame."""
        self._time.setText(f"{clock(time_s)}  /  {clock(duration_s)}" if count else "")
        self._frame.setText(tr("frame {0} of {1}").format(frame + 1, count) if count else "")
        self._make_room()

    def _make_room(self) -> None:
        """Hide what does not fit, so that nothing lies over anything else."""
        sizes = {id: part.sizeHint().width() + SPACING for id, part in self._parts.items()}
        over = sum(sizes.values()) + 50 - self.width()
        hidden = set()
        for id in GOES_FIRST:
            if over > 0:
                hidden.add(id)
                over -= sizes[id]
        for id in GOES_FIRST:
            self._parts[id].setVisible(id not in hidden)


def _button(action: QAction, size: int) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setIconSize(QSize(size, size))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(action.text().replace("&", ""))
    return button
