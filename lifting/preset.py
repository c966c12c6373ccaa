"""Presets: one TOML file per published setting; [model] is the network, [training] and [data] how it is trained."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poses.errors import UserError

FOLDER = Path(__file__).parent / "presets"


@dataclass(frozen=True)
class Preset:
    """A published setting. name: the file's. label, source: what it is and where it was published.

    architecture and config: the network (`lifting.models.make_model`). training, data: what `marey train` goes by.
    """

    name: str
    label: str
    source: str
    architecture: str
    config: dict[str, Any]
    training: dict[str, Any]
    data: dict[str, Any]


def list_presets() -> list[str]:
    """The names of the presets that come with the program."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_preset(name: str | Path) -> Preset:
    """A preset by name, or from a TOML file of one's own; UserError where there is none or it is damaged."""
    path = Path(name)
    if path.suffix != ".toml":
        path = FOLDER / f"{name}.toml"
        if not path.is_file():
            raise UserError(f"no preset is called {str(name)!r}; there are {', '.join(list_presets())}")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"cannot read the preset {path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"the preset {path} must be TOML: {error}") from None
    model = values.get("model")
    if not isinstance(model, dict) or "architecture" not in model:
        raise UserError(f"the preset {path} must have a [model] section with an architecture")
    config = {key: value for key, value in model.items() if key != "architecture"}
    return Preset(
        path.stem,
        values.get("label", path.stem),
        values.get("source", ""),
        model["architecture"],
        config,
        values.get("training", {}),
        values.get("data", {}),
    )
