"""The drop-downs of detector and lifter: they show what is chosen, whoever chose it; the next start remembers it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.gui.catalogue import Catalogue, first_choice
from app.gui.document import Document
from app.gui.panels.plugin_choice import PluginChoice
from app.gui.preferences import Preferences
from app.gui.text import tr


class PluginChoices(QObject):
    """Both boxes. Choosing goes through the document, which holds what is chosen."""

    def __init__(
        self, document: Document, catalogue: Catalogue, preferences: Preferences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._catalogue, self._preferences = document, catalogue, preferences
        self.detector, self.lifter = PluginChoice(tr("Detector")), PluginChoice(tr("Lifter"))
        self.lifter.chosen.connect(self.choose_lifter)

    def fill(self) -> None:
        """At the start: what there is, and what was chosen last."""
        detectors, lifters = self._catalogue.detectors(), self._catalogue.lifters()
        chosen = self._preferences.text("detector"), self._preferences.text("lifter")
        detector = first_choice(detectors, chosen[0], self._catalogue.default_detector)
        self.detector.set_plugins(detectors, detector)
        lifter = first_choice(lifters, chosen[1], self._catalogue.default_lifter())
        self.lifter.set_plugins(lifters, lifter)
        options = tuple(self._preferences.texts(f"options_{detector}"))
        device = self._preferences.text("device", "auto")
        self._document.change(detector=detector, detector_options=options, lifter=lifter, device=device)
        self._document.choices_changed.connect(self._show)

    def refill_lifters(self, id: str) -> None:
        """There are new weights, of the lifter `id`."""
        self._catalogue.forget(id)
        self.lifter.set_plugins(self._catalogue.lifters(), self._document.state.lifter or id)
        self._document.change(lifter=self._document.state.lifter or id)

    def choose_lifter(self, id: str) -> None:
        """Another lifter lifts what was detected, at once or when the analysis that runs is through."""
        self._document.change(lifter=id)

    def _show(self) -> None:
        state = self._document.state
        self.lifter.set_id(state.lifter)
        self.detector.set_id(state.detector)
        self._preferences.set("lifter", state.lifter)
