"""What is told of long work: how far it is, how it ended, and what an analysis has to say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from app.gui.analysis_controller import AnalysisController
from app.gui.document import Document
from app.gui.log import describe
from app.gui.message_translation import translate_message
from app.gui.panels.notice import Notice
from app.gui.panels.status import Status
from app.gui.player import Player
from app.gui.reporter import Reporter
from app.gui.text import tr
from app.pipeline.detect import Detections

NUMBER = re.compile(r"(?<!person )\d+")  # how many; who is meant stays


class JobReports(QObject):
    """From the controller to status bar and notifications."""

    def __init__(
        self, document: Document, controller: AnalysisController, player: Player, status: Status, reporter: Reporter,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._document, self._controller, self._player = document, controller, player
        self._status, self._reporter = status, reporter
        self._told: set[str] = set()
        self._lost_card: Notice | None = None
        document.opened.connect(self._opened)
        document.analysed.connect(self._told.clear)
        document.motion_changed.connect(self._tell)
        controller.progressed.connect(status.set_progress)
        controller.ended.connect(status.set_idle)
        controller.left_part.connect(self._part_left)
        controller.failed.connect(self._failed)
        controller.camera.lost.connect(self._lost)
        controller.camera.started.connect(self._forget_lost)

    def _opened(self) -> None:
        """Another file, or none: what was told of the one before is out of date."""
        self._told.clear()
        for kind in ("note", "warning"):
            self._reporter.notices.clear(kind)
        info = self._document.info
        if info is None:
            self._status.set_facts("")
            return
        if Path(info.path) != self._controller.camera.kept:
            self._forget_lost()
        rate = f"{float(info.rate):.2f}".rstrip("0").rstrip(".") + (tr(" (variable)") if info.variable_rate else "")
        self._status.set_facts(f"{info.size[0]} × {info.size[1]}    {rate} fps    {info.codec}")

    def _tell(self) -> None:
        """What an analysis has to tell, once: a correction or another lifter changes the numbers in it at most."""
        motion = self._document.motion
        for text in motion.warnings if motion is not None else ():
            if (kind := NUMBER.sub("", text)) not in self._told:
                self._told.add(kind)
                self._reporter.notices.show("note", translate_message(text))

    def _part_left(self, found: Detections) -> None:
        """An analysis was cancelled while another one is shown."""
        text = tr("The analysis before is kept. {0} frames were analysed anew.").format(len(found))
        take = (tr("Take the new part"), lambda: self._reporter.attempt(self._controller.take_part, found))
        self._reporter.notices.show("note", text, actions=(take,))

    def _failed(self, error: Exception) -> None:
        self._player.pause()
        self._reporter.show_error(error)
        self._status.showMessage(describe(error)[0], 5000)

    def _lost(self, error: Exception, again: Callable[[], None]) -> None:
        """A camera: told once, with the way back; not a warning, as those go when the recording is opened."""
        text, details = describe(error)
        actions = ((tr("Connect again"), lambda: self._reporter.attempt(again)),)
        self._lost_card = self._reporter.notices.show("error", text, details, actions=actions)

    def _forget_lost(self) -> None:
        """Something else is open: nobody wants to connect again to what was lost."""
        if self._lost_card is not None and self._lost_card in self._reporter.notices.cards:
            self._lost_card.dismiss()
        self._lost_card = None
