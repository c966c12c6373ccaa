"""The sides of a map: what they are called, which names have room along them, and a cell to move with the keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter

from app.gui.text import mark, tr
from poses.maps import LiftMap

LABEL_ROOM = 170  # px along a turned name
SMALLEST_PX = 11.5  # room that the name of a row needs
AXIS_NAMES = {
    "block": mark("Block"),
    "head": mark("Head"),
    "stack": mark("Stack"),
    "level": mark("Layer"),
    "frame": mark("Frame"),
    "joint": mark("Joint"),
}
MAP_NAMES = {
    "spatial_attention": mark("Attention between joints"),
    "temporal_attention": mark("Attention between frames"),
    "input_dependence": mark("What the pose depends on"),
    "adjacency": mark("Adjacency"),
    "modulation_1": mark("Weight modulation, first layer"),
    "modulation_2": mark("Weight modulation, second layer"),
    "channel_weights": mark("Channel weights"),
    "affinity_input": mark("Affinity, first layer"),
    "affinity_16": mark("Affinity, 16 nodes"),
    "affinity_8": mark("Affinity, 8 nodes"),
    "affinity_4": mark("Affinity, 4 nodes"),
}
# What a map is and its unit; whether it follows the frame is said by the map itself (LiftMap.fixed).
CAPTIONS = {
    "spatial_attention": mark(
        "How much each joint (row) draws on every other one (column) within a frame. Weights without a unit; each row "
        "adds up to 1."
    ),
    "temporal_attention": mark(
        "How much each frame of the window (row) draws on every other one (column). Weights without a unit; each row "
        "adds up to 1."
    ),
    "input_dependence": mark(
        "How far a joint of the 3D pose (row) moves when a joint in the picture (column) moves. In metres for a move "
        "by the size of the person in the picture (root mean square distance of the joints from their mean)."
    ),
    "adjacency": mark(
        "How much each joint (row) takes from every other one (column) in a graph layer: the bones of the skeleton and "
        "what training added to them. Weights without a unit."
    ),
    "modulation_1": mark(
        "How strongly each joint (row) takes in what its neighbours tell, in each channel (column) of the first graph "
        "layer of a block. Factors without a unit."
    ),
    "modulation_2": mark(
        "How strongly each joint (row) takes in what its neighbours tell, in each channel (column) of the second graph "
        "layer of a block. Factors without a unit."
    ),
    "channel_weights": mark(
        "What each channel (column) of each hourglass (row) counts in the result: squeeze and excitation, from 0 to 1, "
        "without a unit."
    ),
    **dict.fromkeys(
        ("affinity_input", "affinity_16", "affinity_8", "affinity_4"),
        mark(
            "How much each node (row) takes from itself and from its neighbours (columns) in a graph convolution. "
            "Weights without a unit; each row adds up to 1."
        ),
    ),
}
FIXED, FOLLOWS = mark("Fixed: the same for every frame."), mark("Follows the frame.")
SIDE_NAMES = {
    "target_joint": mark("joint that looks"),
    "source_joint": mark("joint looked at"),
    "target_frame": mark("frame that looks"),
    "source_frame": mark("frame looked at"),
    "target_group": mark("group that looks"),
    "source_group": mark("group looked at"),
    "joint": mark("joint"),
    "frame": mark("frame"),
    "channel": mark("channel"),
    "stack": mark("stack"),
}
# Where a map is not about nodes that look at others.
SIDES_OF = {
    "input_dependence": {"target_joint": mark("joint of the 3D pose"), "source_joint": mark("joint in the picture")},
    **{
        name: {
            "target_joint": mark("joint that takes"),
            "source_joint": mark("joint taken from"),
            "target_group": mark("group that takes"),
            "source_group": mark("group taken from"),
        }
        for name in ("adjacency", "affinity_input", "affinity_16", "affinity_8", "affinity_4")
    },
}

STEPS = {
    Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
}  # fmt: skip


def smaller(font: QFont) -> QFont:
    """The same letters, for the many names along a side."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.85)
    return small


def map_name(name: str) -> str:
    """What a map is called in the list; a lifter's own name for it where there is none of ours."""
    return tr(MAP_NAMES[name]) if name in MAP_NAMES else name.replace("_", " ").capitalize()


def caption(found: LiftMap) -> str:
    """What a map is, its unit, and whether it follows the frame."""
    said = [tr(CAPTIONS[found.name])] if found.name in CAPTIONS else []
    return " ".join([*said, tr(FIXED if found.fixed else FOLLOWS)])


def side_name(axis: str, of: str = "") -> str:
    """What stands along a side of the picture of the map `of`."""
    if axis in SIDES_OF.get(of, {}):
        return tr(SIDES_OF[of][axis])
    return tr(SIDE_NAMES[axis]) if axis in SIDE_NAMES else axis.replace("_", " ")


def choice_name(axis: str) -> str:
    """What is chosen from a list."""
    return tr(AXIS_NAMES[axis]) if axis in AXIS_NAMES else side_name(axis).capitalize()


def ticks_of(labels: Sequence[str], frames: bool, starts: list[int], cell_px: float) -> list[tuple[float, str]]:
    """Places and labels along an axis with tiles from `starts` on; few enough not to run into each other."""
    count = len(labels)
    centre = count // 2 if frames else 0
    every = max(1, round(count / (9 if frames else 24)), 0 if frames else -int(-SMALLEST_PX // max(cell_px, 1)))
    chosen = [n for n in range(count) if (n - centre) % every == 0]
    if len(starts) > 1 and frames:
        chosen = [centre - count // 3, centre, centre + count // 3]
    return [(start + n + 0.5, labels[n]) for start in starts for n in chosen]


class TurnedAxis(pg.AxisItem):
    """Labels written upwards, so that the names of many columns do not run into each other; all of them are drawn."""

    labels: tuple[tuple[float, str], ...] = ()

    def drawPicture(self, p: QPainter, axis: Any, ticks: Any, texts: Any) -> None:
        super().drawPicture(p, axis, ticks, texts if not self.labels else [])
        low, high = self.range
        p.setPen(self.textPen())
        p.setFont(self.style["tickFont"] or p.font())
        for place, text in self.labels:
            x = (place - low) / max(high - low, 1e-9) * self.size().width()
            p.save()
            p.translate(x, 8)
            p.rotate(-90)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            p.drawText(QRectF(-LABEL_ROOM, -10, LABEL_ROOM, 20), flags, text)
            p.restore()


class CellKeys(QObject):
    """A cell of the map that is moved with the arrow keys while the map has the keyboard.

    moved(rows, columns): by so many cells. entered: Return or Space, as a click on it.
    """

    moved = Signal(int, int)
    entered = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        step = STEPS.get(Qt.Key(event.key()))
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if step is None and not enters:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # else the window would step a frame
        elif event.type() == QEvent.Type.KeyPress:
            self.entered.emit() if step is None else self.moved.emit(*step)
        return True
