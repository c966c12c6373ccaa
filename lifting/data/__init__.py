"""Data sets for training and evaluation: one file is one data set, its `open_data` makes a Source of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from poses.arrays import FloatArray
from poses.errors import UserError

KINDS = ("mocap", "bvh_folder", "h36m", "humaneva", "mpi_inf_3dhp")


class Source(Protocol):
    """What training asks of a data set."""

    @property
    def description(self) -> str:
        """One line for the card: which data, how many frames and people."""
        ...

    def batch(self, count: int, seed: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
        """xy (count, window, J, 2) normalised and xyz (count, J, 3) m, root-relative; float32, the same for a seed."""
        ...

    def held_out(self) -> dict[str, tuple[FloatArray, FloatArray]]:
        """Sets like a batch, by name, of people who are not in training; the last decides which weights are best."""
        ...


def open_source(settings: dict[str, Any], folder: Path, joints: int, window: int) -> Source:
    """The data set that a preset's [data] names, read from `folder`; UserError where it is not there or damaged."""
    settings = dict(settings)
    kind = settings.pop("kind", "mocap")
    if kind not in KINDS:
        raise UserError(f"[data] kind must be one of {', '.join(KINDS)}, got {kind!r}")
    if kind == "mocap":
        from lifting.data.virtual import open_mocap

        return open_mocap(folder, settings, joints, window)
    raise UserError(f'training on {kind} is not built yet; use kind = "mocap"')
