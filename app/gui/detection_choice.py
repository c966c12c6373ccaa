"""How fast or accurate the detector is to be: the choice in the settings panel, with what each word costs here."""

from __future__ import annotations

import logging
import os

from PySide6.QtCore import QObject, Signal

from app.gui.catalogue import Catalogue
from app.gui.document import Document
from app.gui.panels.settings import SettingsPanel
from app.gui.preferences import Preferences
from app.gui.worker import LatestAnswer
from app.session.request import Request

_log = logging.getLogger(__name__)


class DetectionChoice(QObject):
    """Of a detector that has choices, the first one. Frames a second are measured once and remembered.

    chosen(option, word): for the next analysis.
    """

    chosen = Signal(str, str)

    def __init__(
        self, document: Document, catalogue: Catalogue, preferences: Preferences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._catalogue, self._preferences = document, catalogue, preferences
        self._panel: SettingsPanel | None = None
        self._measured_id = ""
        self._thread = LatestAnswer(self)
        self._measuring = Request()
        document.choices_changed.connect(self.show)

    def close(self) -> None:
        self._thread.close()

    def connect_panel(self, panel: SettingsPanel) -> None:
        self._panel = panel
        panel.detection_chosen.connect(self._choose)

    def show(self) -> None:
        """The choice of the detector that is chosen; measures what is not known where nothing else is computed."""
        option, words = self._choices()
        if self._panel is None:
            return
        rates = self._rates()
        self._panel.set_detection(words, self._chosen(option) or (words[0] if words else ""), rates)
        plugin = self._catalogue.detectors().get(self._document.state.detector)
        measure = plugin.info.measure if plugin is not None else None
        if words and not rates and measure is not None and not self._document.state.job:
            self._measured_id = self._document.state.detector
            self._measuring.end()
            self._measuring = self._thread.ask(measure, self._take_rates, self._not_measured)

    def _choices(self) -> tuple[str, tuple[str, ...]]:
        plugin = self._catalogue.detectors().get(self._document.state.detector)
        choices = plugin.info.choices if plugin is not None else {}
        return next(((option, tuple(words)) for option, words in choices.items()), ("", ()))

    def _chosen(self, option: str) -> str:
        values = dict(text.split("=", 1) for text in self._document.state.detector_options if "=" in text)
        return values.get(option, "")

    def _choose(self, word: str) -> None:
        self.chosen.emit(self._choices()[0], word)

    def _key(self, id: str) -> str:
        return f"frames_per_second_{id}_{os.cpu_count()}"

    def _rates(self) -> dict[str, float]:
        rates = {}
        for text in self._preferences.texts(self._key(self._document.state.detector)):
            word, _, rate = text.partition("=")
            try:
                rates[word] = float(rate)
            except ValueError:  # damaged settings are measured again
                return {}
        return rates

    def _take_rates(self, rates: dict[str, float]) -> None:
        if rates:
            self._preferences.set(self._key(self._measured_id), [f"{w}={r:.1f}" for w, r in rates.items()])
            self.show()

    def _not_measured(self, error: Exception) -> None:
        _log.warning("the detector's speed could not be measured: %s", error)
