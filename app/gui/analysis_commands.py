"""Commands about the analysis and the range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui.panels.options_dialog import OptionsDialog
from app.gui.text import tr
from detectors import current_options

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow


class AnalysisCommands:
    """Starts and stops; moves to what is doubtful; sets the range."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.show_live = True

    def analyse(self) -> None:
        """Analyse the open video, or the chosen range of it."""
        window = self._window
        if not window.controller.lifter:
            window.notices.show("warning", tr("No lifter has weights here: train one with 'marey train'."))
            return
        if window.document.edits and not window.may_leave():
            return
        window.player.pause()
        window.controller.analyse()
        window.controller.live = self.show_live

    def choose_detector(self, id: str) -> None:
        """Take another detector for the next analysis; one that reads files asks for them."""
        window = self._window
        window.controller.detector = id
        window.controller.detector_options = tuple(window.preferences.texts(f"options_{id}"))
        window.preferences.set("detector", id)
        window.view_controller.show_badges()
        window.dock_controller.detection.show()
        needs_files = any("Path" in kind for kind in window.catalogue.detector_options(id).values())
        if needs_files and not window.controller.detector_options:
            self.detector_options()

    def choose_device(self, id: str) -> None:
        """Lift on another device from now on, and again what is there."""
        window = self._window
        window.catalogue.device = id
        window.preferences.set("device", id)
        if not window.controller.detecting:
            window.attempt(window.controller.relift)

    def detector_options(self) -> None:
        """Ask for the options of the chosen detector."""
        window = self._window
        id = window.controller.detector
        before = current_options(id, dict(text.split("=", 1) for text in window.controller.detector_options))
        label = window.detector_choice.currentText()
        part = window.catalogue.detectors().get(id)
        meanings, choices = (part.info.options, part.info.choices) if part is not None else ({}, {})
        dialog = OptionsDialog(window, label, window.catalogue.detector_options(id), before, meanings, choices)
        dialog.chosen.connect(self._take_options)
        dialog.show()

    def _take_options(self, texts: list[str]) -> None:
        self._window.controller.detector_options = tuple(texts)
        self._window.preferences.set(f"options_{self._window.controller.detector}", texts)
        self._window.dock_controller.detection.show()

    def choose_detection(self, option: str, word: str) -> None:
        """Another of the detector's choices for the next analysis (BlazePose: the size of its network)."""
        kept = [text for text in self._window.controller.detector_options if text.partition("=")[0] != option]
        self._take_options([*kept, f"{option}={word}"])

    def cancel(self) -> None:
        self._window.controller.cancel()

    def set_live(self, on: bool) -> None:
        """Show frames while they are analysed, or leave the views alone."""
        self.show_live = on
        self._window.controller.live = on and self._window.controller.busy

    def compare(self) -> None:
        """Lift what was detected with every lifter that runs; the table is filled when all are done."""
        self._window.open_dock("compare")
        self._window.controller.compare()

    def go_doubtful(self, direction: int) -> None:
        """To the next (1) or previous (-1) frame that should be looked at."""
        frame = self._window.document.next_doubtful(direction)
        if frame is None:
            self._window.status.showMessage(tr("no doubtful frame there"), 3000)
        else:
            self._window.player.go(frame)

    def set_in(self) -> None:
        document = self._window.document
        document.set_range(document.frame, document.range[1] if document.range else None)

    def set_out(self) -> None:
        document = self._window.document
        document.set_range(document.range[0] if document.range else None, document.frame)

    def clear_range(self) -> None:
        self._window.document.set_range(None, None)

    def set_loop(self, on: bool) -> None:
        self._window.player.loop = on
