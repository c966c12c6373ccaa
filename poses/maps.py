"""Maps that explain a lifted pose: attention, adjacency, channel weights."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from poses.arrays import check_shape

Result = TypeVar("Result")


@dataclass(frozen=True)
class LiftMap:
    """One map of a lifter for one window.

    values: float array; axes: one name per dimension, of "block", "head", "stack", "level", "channel", "joint",
    "source_joint", "target_joint", "source_group", "target_group" (joints pooled by two or four), "frame",
    "source_frame", "target_frame". Rows of attention (last axis) sum to 1 where `attention` is True. fixed: the same
    for every frame, as it belongs to the network. groups: the joints in each group of the axes that have groups.
    """

    name: str
    values: NDArray[np.floating]
    axes: tuple[str, ...]
    attention: bool = False
    fixed: bool = False
    groups: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        check_shape(f"map {self.name}", self.values, tuple(f"{a}#{i}" for i, a in enumerate(self.axes)))
        self.values.flags.writeable = False


def finished(steps: Generator[None, None, Result]) -> Result:
    """What is made in steps, all of them at once: a lifter's map, or something around it."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Result = end.value
            return found
