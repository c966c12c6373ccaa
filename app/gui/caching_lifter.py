"""A lifter that remembers: of what was lifted before, only parts that see a change are lifted again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator
from threading import Lock

import numpy as np

from app.pipeline.lift import CHUNK, chunk_digest
from app.protocols import ChunkLifter, Lifter
from poses.arrays import FloatArray
from poses.maps import LiftMap
from poses.skeleton import Skeleton
from poses.windows import windows_at

# Frames that are remembered at most: an hour of one person at 60 frames a second, 100 MB.
MAX_CACHED_FRAMES = 250_000


class CachingLifter:
    """Wraps a Lifter and is a ChunkLifter, so that lifting can begin while a video is still being detected.

    A part is known by all that its windows see, so what was lifted beside the detection, before a correction or before
    it was undone is taken as it was, to the last bit; the parts used least recently are forgotten. `lifted` counts the
    frames that the network worked on.
    """

    def __init__(self, lifter: Lifter, kept: int = MAX_CACHED_FRAMES) -> None:
        self._lifter, self._kept = lifter, kept
        self._cache: OrderedDict[bytes, FloatArray] = OrderedDict()
        self._lock, self._frames = Lock(), 0
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
    def window_hz(self) -> float | None:
        return self._lifter.window_hz

    @property
    def normalisation(self) -> str:
        return self._lifter.normalisation

    @property
    def block(self) -> int:
        return self._lifter.block if isinstance(self._lifter, ChunkLifter) else CHUNK

    def lift(self, windows: FloatArray) -> FloatArray:
        return self._lifter.lift(windows)

    @property
    def map_names(self) -> tuple[str, ...]:
        return self._lifter.map_names

    def map_steps(self, window: FloatArray, name: str) -> Generator[None, None, LiftMap]:
        return self._lifter.map_steps(window, name)

    def lift_sequence(
        self, xy: FloatArray, progress: Callable[[int], None] | None = None, step: float = 1
    ) -> FloatArray:
        return self.lift_chunk(xy, 0, len(xy), progress, step)

    def lift_chunk(
        self, xy: FloatArray, start: int, stop: int, progress: Callable[[int], None] | None = None, step: float = 1
    ) -> FloatArray:
        """As the lifter's own; what is known from before is not lifted again."""
        key = chunk_digest(xy, start, stop, self.window, step)
        chunk = self._cache.get(key)
        if chunk is None:
            chunk = self._lift_chunk(np.asarray(xy), start, stop, progress, step)
            chunk.flags.writeable = False
            self.lifted += stop - start
        elif progress is not None:
            progress(stop - start)
        self._remember(key, chunk)
        return chunk

    def _lift_chunk(
        self, xy: FloatArray, start: int, stop: int, progress: Callable[[int], None] | None, step: float
    ) -> FloatArray:
        if isinstance(self._lifter, ChunkLifter):
            return self._lifter.lift_chunk(xy, start, stop, progress, step)
        # What `lift_sequence` is by definition: each frame with its window.
        poses = self._lifter.lift(windows_at(xy, np.arange(start, stop), self.window, step))
        if progress is not None:
            progress(stop - start)
        return poses

    def _remember(self, key: bytes, chunk: FloatArray) -> None:
        """As the part that was used last. A lifting that was cancelled may still be ending in another thread."""
        with self._lock:
            if key not in self._cache:
                self._frames += len(chunk)
            self._cache[key] = chunk
            self._cache.move_to_end(key)
            while self._frames > self._kept:
                self._frames -= len(self._cache.popitem(last=False)[1])
