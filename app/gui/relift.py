"""A lifter that remembers: where a sequence changed a little, only the windows that saw it are lifted again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from app.protocols import Lifter
from poses.arrays import FloatArray, IntArray
from poses.maps import LiftMap
from poses.skeleton import Skeleton
from poses.windows import cut_windows

KEPT = 8
BATCH = 64


class RememberingLifter:
    """Wraps a Lifter (and is one); `lifted` counts the frames that the network worked on in the last call."""

    def __init__(self, lifter: Lifter) -> None:
        self._lifter = lifter
        self._known: list[tuple[FloatArray, FloatArray]] = []
        self.lifted = 0

    @property
    def name(self) -> str:
        return self._lifter.name

    @property
    def device(self) -> str:
        """What the network runs on, "" where it does not say."""
        return str(getattr(self._lifter, "device", ""))

    @property
    def skeleton(self) -> Skeleton:
        return self._lifter.skeleton

    @property
    def window(self) -> int:
        return self._lifter.window

    @property
    def normalisation(self) -> str:
        return self._lifter.normalisation

    def lift(self, windows: FloatArray) -> FloatArray:
        return self._lifter.lift(windows)

    def maps(self, window: FloatArray) -> dict[str, LiftMap]:
        return self._lifter.maps(window)

    def lift_sequence(self, xy: FloatArray, progress: Callable[[int], None] | None = None) -> FloatArray:
        """As the lifter's own, but frames whose whole window is known from before are not lifted again."""
        xy = np.asarray(xy)
        before, rows = self._nearest(xy)
        if before is None:
            out = self._lifter.lift_sequence(xy, progress)
            self.lifted = len(xy)
        else:
            out = before.copy()
            windows = cut_windows(xy, self.window)[rows] if len(rows) else np.empty(0)
            for start in range(0, len(rows), BATCH):
                out[rows[start : start + BATCH]] = self._lifter.lift(windows[start : start + BATCH])
            self.lifted = len(rows)
            if progress is not None:
                progress(len(xy))
        self._known = [(xy.copy(), out), *self._known][:KEPT]
        return out

    def _nearest(self, xy: FloatArray) -> tuple[FloatArray | None, IntArray]:
        """What is known of the most similar sequence of this length, and the rows to be lifted anew."""
        best: tuple[FloatArray | None, IntArray] = (None, np.arange(len(xy)))
        pad = self.window // 2
        for known, out in self._known:
            if known.shape != xy.shape:
                continue
            changed = np.flatnonzero((known != xy).any(axis=(1, 2)))
            near = np.zeros(len(xy), dtype=bool)
            for row in changed:
                near[max(row - pad, 0) : row + pad + 1] = True
            rows = np.flatnonzero(near)
            if len(rows) < 0.7 * len(xy) and len(rows) < len(best[1]):
                best = (out, rows)
        return best
