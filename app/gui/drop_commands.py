"""What is done with what was dropped on the window."""

from __future__ import annotations

from pathlib import Path

from app.gui.analysis_commands import AnalysisCommands
from app.gui.document import Document
from app.gui.file_commands import FileCommands
from app.gui.file_drop import add_weights, interpret_drop
from app.gui.panels.notice import Notices
from app.gui.plugin_choices import PluginChoices
from app.gui.preferences import Preferences
from app.gui.text import tr
from poses.errors import UserError


class DropCommands:
    """Opens a video or an analysis, takes weights among the lifters, or keypoints in the place of the detector."""

    def __init__(
        self, document: Document, files: FileCommands, analysis: AnalysisCommands, choices: PluginChoices,
        preferences: Preferences, notices: Notices,
    ) -> None:  # fmt: skip
        self._document, self._files, self._analysis, self._choices = document, files, analysis, choices
        self._preferences, self._notices = preferences, notices

    def drop(self, paths: list[str]) -> None:
        """Do what is to be done with it, and say what was not done."""
        drop = interpret_drop(paths)
        if drop.kind == "open":
            self._files.open(str(drop.path))
            if drop.others:
                text = tr(
                    "One video is open at a time: {0} of those dropped is opened. 'marey run' does many in a row."
                )
                self._notices.show("info", text.format(drop.path.name))
        elif drop.kind == "weights":
            name = add_weights(drop.path)
            self._choices.refill_lifters(name)
            self._choices.choose_lifter(name)
            self._notices.show("info", tr("{0} is among the lifters now, and chosen.").format(name))
        else:
            self._take_keypoints(drop.path)

    def _take_keypoints(self, path: Path) -> None:
        """2D keypoints of the open video, computed elsewhere: chosen as its detector."""
        if self._document.info is None:
            raise UserError(tr("{0} holds 2D keypoints: open the video they are of first").format(path.name))
        self._preferences.set("options_keypoint_files", [f"path={path}"])
        self._analysis.choose_detector("keypoint_files")
        self._notices.show("info", tr("{0} takes the place of the detector. Press Analyse.").format(path.name))
