"""ModelCard: what a set of weights is, expects, returns and scored: a JSON file beside them, read without torch."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poses.camera import NORMALISATIONS
from poses.errors import UserError
from poses.files import write_text
from poses.schema import read_json, shaped


@dataclass(frozen=True)
class ModelCard:
    """Facts about the weights NAME.safetensors in `folder`.

    name: the lifter's id. config: the architecture's settings. window: frames, odd. window_hz: frames a second at which
    windows are to be cut (of a faster video not every frame), None: every frame. normalisation: "screen" or
    "person" (poses.camera.normalise). trained_on, command, seed: where the weights come from. scores: metric -> value
    (millimetres unless the name says otherwise), or a table of such by data set. sha256: of the weights file.
    parameters: how many numbers the network learned. macs_per_frame: multiply-adds for one output frame, window by
    window, counted by torch. folder is where the card was read, not part of it.
    """

    name: str
    label: str
    architecture: str
    config: dict[str, Any]
    window: int
    skeleton: str
    normalisation: str
    trained_on: str = ""
    command: str = ""
    seed: int | None = None
    scores: dict[str, Any] = field(default_factory=dict)
    licence: str = ""
    notes: str = ""
    sha256: str = ""
    parameters: int = 0
    macs_per_frame: int = 0
    window_hz: float | None = None
    folder: Path | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.name or any(c in self.name for c in "/\\ "):
            raise ValueError(f"name of a card must be a file name without blanks, got {self.name!r}")
        if self.window < 1 or self.window % 2 == 0:
            raise ValueError(f"window must be odd so that it has a centre frame, got {self.window}")
        if self.window_hz is not None and not 0 < self.window_hz < math.inf:
            raise ValueError(f"window_hz must be more than 0, got {self.window_hz}")
        if self.normalisation not in NORMALISATIONS:
            raise ValueError(f"normalisation must be one of {', '.join(NORMALISATIONS)}, got {self.normalisation!r}")
        for key, own in (("window", self.window), ("skeleton", self.skeleton)):
            if key in self.config and self.config[key] != own:
                raise ValueError(f"{key} must be the same in card and config, got {own!r} and {self.config[key]!r}")

    @property
    def weights(self) -> Path:
        """The weights file beside the card."""
        if self.folder is None:
            raise ValueError(f"card {self.name} was not read from a file, so it has no weights beside it")
        return self.folder / f"{self.name}.safetensors"


_FIELDS = tuple(f.name for f in dataclasses.fields(ModelCard) if f.name != "folder")


def read_card(path: Path) -> ModelCard:
    """The card in a JSON file; UserError, naming the file, where it cannot be read or does not hold together."""
    values = read_json(path)
    unknown = sorted(set(values) - set(_FIELDS)) if isinstance(values, dict) else []
    if unknown:
        raise UserError(f"the card {path} has fields that no card has: {', '.join(unknown)}; get its weights again")
    card = dataclasses.replace(shaped(values, ModelCard, path, "the card of a lifter"), folder=path.parent)
    if card.name != path.stem:
        raise UserError(f"the card {path} must be called {card.name}.json after its name, rename it")
    return card


def write_card(card: ModelCard, folder: Path) -> Path:
    """Write NAME.json into `folder`, atomically; returns its path."""
    values = {name: getattr(card, name) for name in _FIELDS}
    path = folder / f"{card.name}.json"
    folder.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")
    return path
