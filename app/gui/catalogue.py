"""The detectors and lifters there are, and making them; nothing heavy is imported before one is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

from app import catalogue
from app.gui.caching_lifter import CachingLifter
from app.gui.preload import freeze_garbage_collector, open_libraries
from app.protocols import Detector, Lifter
from poses.errors import UserError
from poses.plugins import Plugin


class Catalogue:
    """What can be chosen. Tests hand in another one with stand-ins."""

    def __init__(self) -> None:
        self._lifters: dict[tuple[str, str, str], Lifter] = {}
        self._devices: tuple[str, ...] = ("auto", "cpu")
        self._lock = Lock()
        self.device = "auto"

    def detectors(self) -> Mapping[str, Plugin]:
        """Every detector by id."""
        return catalogue.list_plugins("detectors")

    def lifters(self) -> Mapping[str, Plugin]:
        """Every lifter by name."""
        return catalogue.list_plugins("lifters")

    @property
    def default_detector(self) -> str:
        return catalogue.DEFAULT_DETECTOR

    def default_lifter(self) -> str:
        """What is taken where nobody chose; "" where there is none."""
        try:
            return catalogue.default_lifter()
        except UserError:
            return ""

    def card(self, id: str) -> Any:
        """The facts about a lifter's weights (lifting.card.ModelCard), None where it has no card."""
        import lifting

        return lifting.list_cards().get(id)

    def detector_options(self, id: str) -> dict[str, str]:
        """What can be chosen about a detector, and of what kind it is; without what the window decides itself."""
        from detectors import option_kinds

        ours = ("device", "persons", "progress", "keep_heatmaps", "random_weights", "download")
        return {name: kind for name, kind in option_kinds(id).items() if name not in ours}

    def make_detector(self, id: str, persons: int = 1, options: Sequence[str] = ()) -> Detector:
        """A new detector; it keeps state from frame to frame, so every analysis has its own. options: NAME=VALUE."""
        return catalogue.make_detector(id, persons=persons, options=options)

    def lifter(self, id: str, thread: str) -> Lifter:
        """The lifter of that name for one thread; loaded once for each."""
        device = self.device
        key = (id, thread, device)
        with self._lock:
            if key not in self._lifters:
                self._lifters = {known: lifter for known, lifter in self._lifters.items() if known[2] == device}
                self._lifters[key] = CachingLifter(self.load_lifter(id, device))
            return self._lifters[key]

    def forget(self, id: str) -> None:
        """A lifter has new weights: load it again when it is asked for next."""
        with self._lock:
            self._lifters = {key: lifter for key, lifter in self._lifters.items() if key[0] != id}

    def devices(self) -> tuple[str, ...]:
        """What lifters can run on here. Asking takes torch: more than these two is known once one was loaded."""
        return self._devices

    def load_lifter(self, id: str, device: str) -> Lifter:
        """A new lifter on a device; on the best one there is where that one is not there (any more)."""
        first = open_libraries()
        import lifting
        from lifting.lifter import devices

        self._devices = ("auto", *devices())
        lifter = lifting.load_lifter(id, device=device if device in self._devices else "auto", flip=True)
        if first:
            freeze_garbage_collector()
        return lifter


def first_choice(plugins: Mapping[str, Plugin], *wanted: str) -> str:
    """The first of `wanted` that can run, else the first of all that can; "" where none can."""
    return next((id for id in (*wanted, *plugins) if id in plugins and plugins[id].available), "")
