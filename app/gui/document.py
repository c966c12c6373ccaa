"""What is open in the window: the video, what was computed of it, and where the user is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.edits import Edit
from app.gui.frame_view import FrameView, doubtful, frame_view
from app.pipeline.detect import Detections
from app.pipeline.fill import segments
from app.pipeline.settings import Settings
from app.pipeline.video import VideoInfo
from poses.arrays import BoolArray
from poses.motion import Motion


def same_joint(selected: tuple[int, int], before: Motion, after: Motion) -> tuple[int, int] | None:
    """The selected (person, joint) in another result: its joint by name, as lifters have joints of their own."""
    person, joint = selected
    if person >= min(len(before.persons), len(after.persons)):
        return None
    name = before.persons[person].world.skeleton.joint_names[joint]
    names = after.persons[person].world.skeleton.joint_names
    return (person, names.index(name)) if name in names else None


class Document(QObject):
    """The one place that holds state; views are told by signals and hold none.

    opened: another video (or none). analysed: new detections. motion_changed: something was computed.
    frame_changed(frame): wanted by the user. range_changed; selection_changed; saved_changed.
    """

    opened = Signal()
    analysed = Signal()
    motion_changed = Signal()
    frame_changed = Signal(int)
    range_changed = Signal()
    selection_changed = Signal()
    saved_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.info: VideoInfo | None = None
        self.detections: Detections | None = None
        self.motion: Motion | None = None
        self.ghost: Motion | None = None
        self.edits: tuple[Edit, ...] = ()
        self.settings = Settings()
        self.frame = 0
        self.range: tuple[int, int] | None = None
        self.selected: tuple[int, int] | None = None
        self.place: Path | None = None
        self._safe: tuple[Detections | None, tuple[Edit, ...]] = (None, ())

    @property
    def name(self) -> str:
        """File name of the video."""
        return Path(self.info.path).name if self.info else ""

    @property
    def unsaved(self) -> bool:
        """Whether there is something that is neither saved nor (without corrections) exported."""
        detections, edits = self._safe
        return self.detections is not None and not (self.detections is detections and self.edits == edits)

    def set_saved(self, place: Path | None = None) -> None:
        """What is there now is safe in a file; place: of the analysis itself, None for an export.

        Corrections are in no export, so an export makes them no safer than they were.
        """
        self.place = place or self.place
        if place is not None or not self.edits:
            self._safe = (self.detections, self.edits)
            self.saved_changed.emit()

    def open(self, info: VideoInfo) -> None:
        """Another video; what was computed of the one before is let go."""
        self.info = info
        self.detections = self.motion = self.ghost = None
        self.edits = ()
        self.frame, self.range, self.selected, self.place = 0, None, None, None
        self.opened.emit()
        self.selection_changed.emit()

    def close(self) -> None:
        self.info = None
        self.detections = self.motion = self.ghost = None
        self.edits = ()
        self.range = self.selected = self.place = None
        self.opened.emit()
        self.selection_changed.emit()

    def set_result(self, detections: Detections, motion: Motion, edits: tuple[Edit, ...] = ()) -> None:
        """A finished analysis; edits: the corrections that are in the motion already."""
        self.detections, self.motion, self.ghost = detections, motion, None
        self.selected, self.edits = None, edits
        self.analysed.emit()
        self.motion_changed.emit()
        self.selection_changed.emit()

    def set_lifted(self, motion: Motion) -> None:
        """The same detections lifted again; a result of another lifter stays as the ghost."""
        if self.motion is not None and self.motion.lifter != motion.lifter:
            self.ghost = self.motion
        before, self.motion = self.motion, motion
        if self.selected is not None and before is not None:
            self.selected = same_joint(self.selected, before, motion)
            self.selection_changed.emit()
        self.motion_changed.emit()

    def set_frame(self, frame: int) -> None:
        """Frame of the file the user wants to see."""
        if frame != self.frame:
            self.frame = frame
            self.frame_changed.emit(frame)

    def set_range(self, first: int | None, last: int | None) -> None:
        """In and out, frames of the file, both included; None is the file's own end."""
        if self.info is None:
            return
        end = len(self.info) - 1
        low, high = (0 if first is None else first), (end if last is None else last)
        if low > high:
            low, high = (low, end) if first is not None and (self.range or (0, 0))[0] != low else (0, high)
        self.range = None if (low, high) == (0, end) else (low, high)
        self.range_changed.emit()

    def select(self, person: int, joint: int) -> None:
        self.selected = (person, joint)
        self.selection_changed.emit()

    def run_settings(self) -> Settings:
        """Settings of the next analysis, with the chosen range."""
        if self.info is None or self.range is None or not len(self.info):
            return self.settings
        from dataclasses import replace

        first, last = self.range
        return replace(self.settings, start_s=float(self.info.time_s[first]), end_s=float(self.info.time_s[last]))

    def frame_view(self, frame: int, ghost: bool = True) -> FrameView:
        """What the views show of a frame."""
        return frame_view(self.motion, self.ghost if ghost else None, frame)

    def doubtful_frames(self) -> BoolArray:
        """(T) rows of the motion in which somebody's pose is to be doubted."""
        assert self.motion is not None
        flags = [doubtful(self.motion, p) for p in range(len(self.motion.persons))]
        return np.logical_or.reduce(flags) if flags else np.zeros(len(self.motion), dtype=bool)

    def next_doubtful(self, direction: int) -> int | None:
        """First frame of the next (1) or previous (-1) doubtful span, None where there is none."""
        if self.motion is None:
            return None
        starts = [int(self.motion.frame[a]) for a, _ in segments(self.doubtful_frames())]
        if direction > 0:
            return next((f for f in starts if f > self.frame), None)
        return next((f for f in reversed(starts) if f < self.frame), None)
