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


_FIELDS = {f.name: f for f in dataclasses.fields(ModelCard) if f.name != "folder"}
_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "int | None": (int, type(None)),
    "float | None": (float, int, type(None)),
    "dict[str, Any]": (dict,),
}


def read_card(path: Path) -> ModelCard:
    """The card in a JSON file; UserError, naming the file, where it cannot be read or lacks something."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot read the card {path}: {error.strerror or error}") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"the card {path} must be JSON, but is damaged: {error}; get its weights again") from None
    problem = _problem(values)
    if problem:
        raise UserError(f"the card {path} {problem}; get its weights again")
    try:
        card = ModelCard(**values, folder=path.parent)
    except ValueError as error:
        raise UserError(f"the card {path} does not hold together: {error}") from None
    if card.name != path.stem:
        raise UserError(f"the card {path} must be called {card.name}.json after its name, rename it")
    return card


def _problem(values: Any) -> str:
    if not isinstance(values, dict):
        return f"must hold a JSON object, got {type(values).__name__}"
    unknown = sorted(set(values) - set(_FIELDS))
    if unknown:
        return f"has fields that no card has: {', '.join(unknown)}"
    for name, spec in _FIELDS.items():
        if name not in values:
            if spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
                return f"must say {name!r}"
            continue
        kinds = _KINDS[str(spec.type)]
        if not isinstance(values[name], kinds) or isinstance(values[name], bool):
            return f"must hold {spec.type} as {name!r}, got {values[name]!r}"
    return ""


def write_card(card: ModelCard, folder: Path) -> Path:
    """Write NAME.json into `folder`, whole or not at all; returns its path."""
    values = {name: getattr(card, name) for name in _FIELDS}
    path = folder / f"{card.name}.json"
    folder.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")
    return path
