"""How fast or accurate the detector is to be: the choice in the settings panel, with what each word costs here."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.gui.panels.settings import SettingsPanel
from app.gui.worker import LatestAnswer

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow

_log = logging.getLogger(__name__)


class DetectionChoice(QObject):
    """Of a detector that has choices, the first one. Frames a second are measured once and remembered."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._panel: SettingsPanel | None = None
        self._measured_id = ""
        self._thread = LatestAnswer(self)
        self._thread.answered.connect(self._take_rates)
        self._thread.failed.connect(self._not_measured)

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
        plugin = self._window.catalogue.detectors().get(self._window.controller.detector)
        measure = plugin.info.measure if plugin is not None else None
        if words and not rates and measure is not None and not self._window.controller.busy:
            self._measured_id = self._window.controller.detector
            self._thread.ask(measure)

    def _choices(self) -> tuple[str, tuple[str, ...]]:
        plugin = self._window.catalogue.detectors().get(self._window.controller.detector)
        choices = plugin.info.choices if plugin is not None else {}
        return next(((option, tuple(words)) for option, words in choices.items()), ("", ()))

    def _chosen(self, option: str) -> str:
        values = dict(text.split("=", 1) for text in self._window.controller.detector_options if "=" in text)
        return values.get(option, "")

    def _choose(self, word: str) -> None:
        self._window.analysis.choose_detection(self._choices()[0], word)

    def _key(self, id: str) -> str:
        return f"frames_per_second_{id}_{os.cpu_count()}"

    def _rates(self) -> dict[str, float]:
        rates = {}
        for text in self._window.preferences.texts(self._key(self._window.controller.detector)):
            word, _, rate = text.partition("=")
            try:
                rates[word] = float(rate)
            except ValueError:  # damaged settings are measured again
                return {}
        return rates

    def _take_rates(self, number: int, rates: dict[str, float]) -> None:
        if number == self._thread.current and rates:
            self._window.preferences.set(self._key(self._measured_id), [f"{w}={r:.1f}" for w, r in rates.items()])
            self.show()

    def _not_measured(self, _number: int, error: Exception) -> None:
        _log.warning("the detector's speed could not be measured: %s", error)
