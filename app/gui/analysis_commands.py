"""Commands about the analysis and the range."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.gui.analysis_controller import AnalysisController
from app.gui.catalogue import Catalogue
from app.gui.document import Document
from app.gui.frame_view import next_doubtful
from app.gui.panels.options_dialog import OptionsDialog
from app.gui.player import Player
from app.gui.preferences import Preferences
from app.gui.reporter import Reporter
from app.gui.text import tr
from detectors import current_options


class AnalysisCommands:
    """Starts and stops; moves to what is doubtful; sets the range."""

    def __init__(
        self, document: Document, controller: AnalysisController, player: Player, catalogue: Catalogue,
        preferences: Preferences, reporter: Reporter, open_dock: Callable[[str], None],
        say: Callable[[str, int], object], parent: QWidget,
    ) -> None:  # fmt: skip
        """open_dock: bring a dock up. say: a short text for some milliseconds. parent: of dialogs."""
        self._document, self._controller, self._player = document, controller, player
        self._catalogue, self._preferences, self._reporter = catalogue, preferences, reporter
        self._open_dock, self._say, self._parent = open_dock, say, parent
        self.show_live = True

    def analyse(self) -> None:
        """Analyse the open video, or the chosen range of it."""
        if not self._document.state.lifter:
            self._reporter.notices.show("warning", tr("No lifter has weights here: train one with 'marey train'."))
            return
        self._player.pause()
        self._controller.analyse()
        self._controller.live = self.show_live

    def choose_detector(self, id: str) -> None:
        """Take another detector for the next analysis; one that reads files asks for them."""
        options = tuple(self._preferences.texts(f"options_{id}"))
        self._document.change(detector=id, detector_options=options)
        self._preferences.set("detector", id)
        needs_files = any("Path" in kind for kind in self._catalogue.detector_options(id).values())
        if needs_files and not options:
            self.detector_options()

    def choose_device(self, id: str) -> None:
        """Lift on another device from now on, and again what is there."""
        self._catalogue.device = id
        self._preferences.set("device", id)
        self._document.change(device=id)

    def detector_options(self) -> None:
        """Ask for the options of the chosen detector."""
        id = self._document.state.detector
        before = current_options(id, dict(text.split("=", 1) for text in self._document.state.detector_options))
        plugin = self._catalogue.detectors().get(id)
        meanings, choices = (plugin.info.options, plugin.info.choices) if plugin is not None else ({}, {})
        label = plugin.info.label if plugin is not None else id
        dialog = OptionsDialog(self._parent, label, self._catalogue.detector_options(id), before, meanings, choices)
        dialog.chosen.connect(self._take_options)
        dialog.show()

    def _take_options(self, texts: list[str]) -> None:
        self._document.change(detector_options=tuple(texts))
        self._preferences.set(f"options_{self._document.state.detector}", texts)

    def choose_detection(self, option: str, word: str) -> None:
        """Another of the detector's choices for the next analysis (BlazePose: the size of its network)."""
        kept = [text for text in self._document.state.detector_options if text.partition("=")[0] != option]
        self._take_options([*kept, f"{option}={word}"])

    def lift(self) -> None:
        """Lift again what is not lifted as it is wanted: after a cancelled or failed lifting."""
        self._document.change(refused=None)

    def cancel(self) -> None:
        self._controller.cancel()

    def set_live(self, on: bool) -> None:
        """Show frames while they are analysed, or leave the views alone."""
        self.show_live = on
        self._controller.live = on and self._controller.busy

    def compare(self) -> None:
        """Lift what was detected with every lifter that runs; the table is filled when all are done."""
        self._open_dock("compare")
        self._controller.compare()

    def go_doubtful(self, direction: int) -> None:
        """To the next (1) or previous (-1) frame that should be looked at."""
        document = self._document
        frame = next_doubtful(document.motion, document.frame, direction) if document.motion else None
        if frame is None:
            self._say(tr("no doubtful frame there"), 3000)
        else:
            self._player.go(frame)

    def set_in(self) -> None:
        document = self._document
        document.set_range(document.frame, document.range[1] if document.range else None)

    def set_out(self) -> None:
        document = self._document
        document.set_range(document.range[0] if document.range else None, document.frame)

    def clear_range(self) -> None:
        self._document.set_range(None, None)

    def set_loop(self, on: bool) -> None:
        self._player.loop = on
