"""What the lifter looks at: one of its maps as a picture, for the frame that is shown, and which one it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.gui.map_picture import ALL, MapPicture, arranged, choices, first_choice, first_map, picture
from app.gui.text import mark, tr
from app.gui.views.map_axes import caption, choice_name, map_name
from app.gui.views.map_plot import MapPlot, Names
from app.gui.widgets import configured
from poses.maps import LiftMap

EMPTY_NOTE = mark("Analyse a video to see what the lifter looks at.")


class AttentionView(QWidget):
    """Maps of one lifter.

    joint_requested(joint) and offset_requested(frames): a cell was clicked; choice_changed: another map is shown.
    map_requested: another one is wanted than those that were set. wanted: its name, "" where nobody chose yet.
    """

    joint_requested = Signal(int)
    offset_requested = Signal(int)
    choice_changed = Signal()
    map_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.wanted = ""
        self._maps: dict[str, LiftMap] = {}
        self._listed: tuple[str, ...] = ()
        self._picks: dict[str, int] = {}
        self._names = Names()
        self._seen: MapPicture | None = None
        self._boxes: dict[str, QComboBox] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        self._choose = configured(QComboBox(), accessibleName=tr("Map"))
        self._choose.currentIndexChanged.connect(self._choice_made)
        self._auto = QCheckBox(tr("Automatic levels"))
        self._auto.toggled.connect(self._draw)
        self._row = QHBoxLayout()
        self._plot = MapPlot()
        self._plot.chosen.connect(self._cell_chosen)
        self._note = configured(QLabel(tr(EMPTY_NOTE)), objectName="muted", wordWrap=True)
        self._plot.walked.connect(self._note.setText)
        layout.addWidget(self._choose)
        layout.addLayout(self._row)
        layout.addWidget(self._plot, 100)
        layout.addWidget(self._note)
        layout.addWidget(self._auto)
        layout.addStretch()
        self._show_parts(False)

    def set_theme(self) -> None:
        """Take the colours of the theme that is applied."""
        self._plot.set_theme()

    def set_maps(
        self,
        maps: dict[str, LiftMap],
        joints: tuple[str, ...],
        window: int,
        rate: float = 0.0,
        step: float = 1,
        names: tuple[str, ...] = (),
    ) -> None:
        """Maps of the current frame; the choice of map, block and head stays where the new ones have it too.

        rate: frames per second of the video, for times along the axes; 0 where it is not known. step: how many frames
        those of the window are apart. names: of all that the lifter has, where those in `maps` are not all of them.
        """
        before, names = _kinds(self._maps), names or tuple(maps)
        self._maps = {name: arranged(found) for name, found in maps.items()}
        self._names = Names(joints, window, rate, step)
        if names != self._listed:
            self._list(names, self.wanted if self.wanted in names else first_map(maps))
        if _kinds(self._maps) != before:
            self._map_chosen()
        self._draw()

    def _list(self, names: tuple[str, ...], chosen: str) -> None:
        self._listed = names
        self._choose.blockSignals(True)
        self._choose.clear()
        for name in names:
            self._choose.addItem(map_name(name), name)
        self._choose.setCurrentIndex(self._choose.findData(chosen))
        self._choose.blockSignals(False)

    def set_message(self, text: str) -> None:
        """Say why there is no map."""
        self._maps, self._seen = {}, None
        self._list((), "")
        self._plot.clear_map()
        self._show_parts(False)
        self._note.setText(text)

    def set_selected(self, joint: int | None) -> None:
        """Frame the row and the column of a joint."""
        self._plot.set_selected(joint)

    @property
    def shown_map(self) -> LiftMap | None:
        return self._maps.get(self._choose.currentData() or "")

    @property
    def picks(self) -> dict[str, int]:
        """Chosen block, head and so on of the shown map."""
        return dict(self._picks)

    def save(self, path: Path) -> list[Path]:
        """The picture as PNG and the numbers as NPZ beside it; returns what was written."""
        assert self.shown_map is not None, "there is a map to save"
        image, numbers = path.with_suffix(".png"), path.with_suffix(".npz")
        if not self._plot.grab().save(str(image)):
            raise OSError(f"{image} cannot be written")
        names = {f"{n}_axes": np.array(m.axes) for n, m in self._maps.items()}
        arrays: dict[str, Any] = {**{n: m.values for n, m in self._maps.items()}, **names}
        np.savez(numbers, **arrays)
        return [image, numbers]

    def _show_parts(self, there: bool) -> None:
        """Without a map there is only the note, at the top."""
        parts: list[QWidget] = [self._plot, self._auto, *self._boxes.values()]
        for widget in parts:
            widget.setVisible(there)
        self._choose.setVisible(there or bool(self._listed))
        self._note.setAlignment(Qt.AlignmentFlag.AlignLeft if there else Qt.AlignmentFlag.AlignCenter)

    def _choice_made(self) -> None:
        """By the user."""
        self.wanted = self._choose.currentData() or ""
        self._map_chosen()
        if self._listed and self.shown_map is None:
            self._plot.clear_map()
            self._draw()
            self._note.setText(tr("Working it out…"))
            self.map_requested.emit()

    def _map_chosen(self) -> None:
        for box in self._boxes.values():
            self._row.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = {}
        found = self.shown_map
        if found is None:
            return
        self._picks = first_choice(found)
        for axis, count in choices(found).items():
            if count > 1 or axis == "head":
                self._boxes[axis] = self._make_box(axis, count)
        self._draw()
        self.choice_changed.emit()

    def _make_box(self, axis: str, count: int) -> QComboBox:
        name = choice_name(axis)
        box = configured(QComboBox(), accessibleName=name)
        if axis == "head":
            box.addItem(tr("All heads"), ALL)
        for n in range(count):
            box.addItem(self._choice_label(axis, name, n, count), n)
        box.setCurrentIndex(box.findData(self._picks[axis]))
        box.currentIndexChanged.connect(lambda _i, axis=axis, box=box: self._picked(axis, box.currentData()))
        self._row.addWidget(box)
        return box

    def _choice_label(self, axis: str, name: str, n: int, count: int) -> str:
        joints, window = self._names.joints, self._names.window
        if axis.endswith("joint") and count == len(joints):
            return joints[n]
        if axis == "frame" and count == window:
            return f"{name} {self._names.frame_label(n)}"
        return f"{name} {n + 1}"

    def _picked(self, axis: str, value: int) -> None:
        self._picks[axis] = value
        self._draw()
        self.choice_changed.emit()

    def _draw(self) -> None:
        found = self.shown_map
        self._show_parts(found is not None)
        if found is None:
            return
        self._seen = picture(found, self._picks)
        self._plot.show_map(self._seen, replace(self._names, groups=found.groups), self._auto.isChecked())
        self._note.setText(self._describe(found, self._seen))

    def _describe(self, found: LiftMap, seen: MapPicture) -> str:
        parts = [caption(found)]
        parts += [tr("Heads from left to right, top to bottom.")] if len(seen.tiles) > 1 else []
        return " ".join(parts)

    def _cell_chosen(self, row: int, column: int) -> None:
        """The joint of a cell is selected, or its frame gone to."""
        seen = self._seen
        assert seen is not None
        for axis, index in ((seen.rows, row), (seen.columns, column)):
            if axis.endswith("joint") and index < len(self._names.joints):
                self.joint_requested.emit(index)
                return
            if axis.endswith("frame") and axis != "target_frame":
                self.offset_requested.emit(round((index - self._names.window // 2) * self._names.step))
                return


def _kinds(maps: dict[str, LiftMap]) -> dict[str, tuple[object, ...]]:
    """What there is to choose from: two lifters may have maps of the same name and other axes."""
    return {name: (found.axes, found.values.shape) for name, found in maps.items()}
