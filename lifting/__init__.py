"""Lifters: trained networks that make 3D poses of 2D ones. Loads nothing heavy until a lifter is loaded."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lifting.card import ModelCard, read_card
from poses.errors import UserError
from poses.plugins import Plugin, PluginInfo, check_packages

if TYPE_CHECKING:
    from lifting.lifter import TorchLifter

SHIPPED = Path(__file__).resolve().parent.parent / "assets" / "models"
PACKAGES = ("torch", "safetensors")


def user_folder() -> Path:
    """Where weights that the user trained or converted live; MAREY_MODELS names another place."""
    import platformdirs

    return Path(os.environ.get("MAREY_MODELS") or Path(platformdirs.user_data_dir("marey", appauthor=False)) / "models")


def weight_folders() -> tuple[Path, ...]:
    """Folders that are searched for cards, in this order; the first card of a name wins."""
    return SHIPPED, user_folder()


def _card_files() -> dict[str, Path]:
    files: dict[str, Path] = {}
    for folder in weight_folders():
        for path in sorted(folder.glob("*.json")):
            files.setdefault(path.stem, path)
    return files


def list_cards() -> dict[str, ModelCard]:
    """The cards of all weights there are, by name; a damaged card is left out (`list_lifters` says why)."""
    cards = {}
    for name, path in _card_files().items():
        try:
            cards[name] = read_card(path)
        except UserError:
            continue
    return cards


def list_lifters() -> dict[str, Plugin]:
    """Every lifter there is, by name, and whether it can run here, and if not why."""
    plugins = {}
    for name, path in _card_files().items():
        label, why = name, ""
        try:
            card = read_card(path)
            label = card.label
            if not card.weights.is_file():
                why = f"its weights {card.weights} are missing: get them again"
        except UserError as error:
            why = str(error)
        plugins[name] = Plugin(
            name, PluginInfo(label, PACKAGES), sys.modules[__name__], why or check_packages(PACKAGES)
        )
    return plugins


def find_weights(weights: str | Path) -> ModelCard:
    """The card of a lifter's id, or of a card or weights file."""
    path = Path(weights)
    if path.suffix in (".json", ".safetensors"):
        return read_card(path.with_suffix(".json"))
    cards = list_cards()
    if str(weights) not in cards:
        raise UserError(
            f"no lifter is called {str(weights)!r}; there are {', '.join(cards)}, or give a .safetensors file"
        )
    return cards[str(weights)]


def load_lifter(name: str | ModelCard, device: str = "auto", **options: Any) -> TorchLifter:
    """The lifter of a card or of a card's name, on "auto", "cpu", "cuda" or "mps" (an app.protocols.Lifter).

    options: see lifting.lifter.TorchLifter (flip, batch, half). UserError where there is no such lifter or its
    weights cannot be used.
    """
    if isinstance(name, ModelCard):
        card = name
    else:
        files = _card_files()
        if name not in files:
            known = ", ".join(files) or "none yet: train one with 'marey train'"
            raise UserError(f"no lifter is called {name!r}; there are {known}")
        card = read_card(files[name])
    missing = check_packages(PACKAGES)
    if missing:
        raise UserError(f"lifter {card.name} cannot run here: {missing}")
    from lifting.checkpoint import load_model
    from lifting.lifter import TorchLifter
    from lifting.uncertainty import read_error_model

    model = load_model(card)
    choices = {"device": device, "window_hz": card.window_hz, **options}
    lifter = TorchLifter(model, card.name, card.normalisation, **choices)
    lifter.error_model = read_error_model(card, len(lifter.skeleton))
    return lifter
