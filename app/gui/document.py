"""The one owner of the session's state: everybody reads it here, changes it here, and is told here what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.edits import Edit
from app.pipeline.detect import Detections
from app.pipeline.video import VideoInfo
from app.session.request import Request
from app.session.state import Analysis, Recipe, State, closed, gave_up, opened, resolve, same_joint, with_analysis
from poses.motion import Motion


class Document(QObject):
    """Holds the state (app.session.state); each change is compared with the last, and only what differs is told.

    leaving: another video takes the place of what is open, or nothing does; it is still there. opened: it is not.
    analysed: other detections. motion_changed: another motion, or none. frame_changed(frame): wanted by the user.
    range_changed; selection_changed; choices_changed: detector, lifter, settings or device. job_changed. resolved: what
    follows from the state (`resolved_state`) is not what it was. changed: after all of these, whatever it was.

    may_leave: asked before what is open is given up; False where the user would rather stay.
    """

    leaving = Signal()
    opened = Signal()
    analysed = Signal()
    motion_changed = Signal()
    frame_changed = Signal(int)
    range_changed = Signal()
    selection_changed = Signal()
    choices_changed = Signal()
    job_changed = Signal()
    resolved = Signal()
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = State()
        self.resolved_state = resolve(self.state)
        self.may_leave: Callable[[], bool] = lambda: True

    # ------------------------------------------------------------ reading

    @property
    def info(self) -> VideoInfo | None:
        return self.state.info

    @property
    def name(self) -> str:
        """File name of the video."""
        return Path(self.state.info.path).name if self.state.info else ""

    @property
    def detections(self) -> Detections | None:
        return self.state.analysis.detections

    @property
    def motion(self) -> Motion | None:
        return self.state.analysis.motion

    @property
    def edits(self) -> tuple[Edit, ...]:
        return self.state.analysis.edits

    @property
    def frame(self) -> int:
        return self.state.frame

    @property
    def range(self) -> tuple[int, int] | None:
        return self.state.range

    @property
    def selected(self) -> tuple[int, int] | None:
        return self.state.selected

    @property
    def unsaved(self) -> bool:
        """Whether there is something that is in no file of the user's."""
        return self.resolved_state.unsaved

    # ------------------------------------------------------------ changing

    def change(self, **changes: Any) -> None:
        """Other values for fields of the state; told where they differ."""
        self._take(replace(self.state, **changes))

    def open(self, info: VideoInfo, request: Request) -> None:
        """Another video; what was computed of the one before is let go."""
        self.leaving.emit()
        self.state.request.end()
        self._take(opened(self.state, info, request))

    def close(self) -> None:
        self.leaving.emit()
        self.state.request.end()
        self._take(closed(self.state))

    def set_analysis(self, analysis: Analysis) -> None:
        """Another analysis of the same video; where it has no motion yet it is lifted."""
        self._take(with_analysis(self.state, analysis))

    def give_up_lifting(self) -> None:
        """It was cancelled or failed: what is shown is what is chosen again."""
        self._take(gave_up(self.state))

    def set_lifted(self, motion: Motion, recipe: Recipe | None = None) -> None:
        """The same detections lifted again; a result of another lifter stays as the ghost."""
        before, selected = self.state.analysis, self.state.selected
        other = before.motion is not None and before.motion.lifter != motion.lifter
        ghost = before.motion if other else before.ghost
        if selected is not None and before.motion is not None:
            selected = same_joint(selected, before.motion, motion)
        recipe = recipe or self.state.recipe
        analysis = replace(before, motion=motion, ghost=ghost, recipe=recipe)
        self.change(analysis=analysis, selected=selected, lifting=None, refused=None)

    def set_saved(self, place: Path) -> None:
        """What is there now is safe in the analysis file `place`."""
        self.change(place=str(place), safe=(self.detections, self.edits))

    def set_range(self, first: int | None, last: int | None) -> None:
        """In and out, frames of the file, both included; None is the file's own end."""
        if self.info is None:
            return
        end = len(self.info) - 1
        low, high = (0 if first is None else first), (end if last is None else last)
        if low > high:
            low, high = (low, end) if first is not None and (self.range or (0, 0))[0] != low else (0, high)
        self.change(range=None if (low, high) == (0, end) else (low, high))

    def select(self, person: int, joint: int) -> None:
        self.change(selected=(person, joint))

    def _take(self, new: State) -> None:
        """Make it the state, and tell in order what differs from the last one."""
        old, self.state = self.state, new
        before, self.resolved_state = self.resolved_state, resolve(new)
        choices = [(s.detector, s.detector_options, s.lifter, s.settings, s.device) for s in (old, new)]
        a, b = old.analysis, new.analysis
        other = old.request is not new.request
        told = (
            (other, self.opened),
            (not other and a.detections is not b.detections, self.analysed),
            (not other and (a.motion is not b.motion or a.ghost is not b.ghost), self.motion_changed),
            (old.range != new.range, self.range_changed),
            (old.selected != new.selected, self.selection_changed),
            (choices[0] != choices[1], self.choices_changed),
            (old.job != new.job, self.job_changed),
            (before != self.resolved_state, self.resolved),
            (True, self.changed),
        )
        if not other and old.frame != new.frame:
            self.frame_changed.emit(new.frame)
        for differs, signal in told:
            if differs:
                signal.emit()
