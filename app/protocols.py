"""What the program asks of a detector and of a lifter."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Protocol, runtime_checkable

from poses.arrays import FloatArray
from poses.maps import LiftMap
from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton


class Detector(Protocol):
    """2D keypoints of the people in a frame. May keep state from frame to frame (tracking); `close` frees it.

    Used by one thread at a time, any thread. Frames may jump. After `close`, which may be called twice, `detect` starts
    afresh or raises ValueError.
    """

    @property
    def skeleton(self) -> Skeleton: ...

    def detect(self, frame: VideoFrame) -> Keypoints: ...

    def close(self) -> None: ...


class Lifter(Protocol):
    """3D joints from normalised 2D windows (`poses.camera.normalise` of kind `normalisation`)."""

    @property
    def name(self) -> str: ...

    @property
    def skeleton(self) -> Skeleton: ...

    @property
    def window(self) -> int:
        """Frames in a window, odd; the centre frame is lifted."""
        ...

    @property
    def window_hz(self) -> float | None:
        """Frames a second at which windows are to be cut (`poses.windows.window_step`); None: as the video has them."""
        ...

    @property
    def normalisation(self) -> str: ...

    def lift(self, windows: FloatArray) -> FloatArray:
        """(B, window, J, 2) normalised -> (B, J, 3) m, CAMERA_ROOT, of the centre frames."""
        ...

    def lift_sequence(
        self, xy: FloatArray, progress: Callable[[int], None] | None = None, step: float = 1
    ) -> FloatArray:
        """(T, J, 2) normalised, without gaps -> (T, J, 3) m, CAMERA_ROOT; edge frames repeated at both ends.

        step: how many frames the frames of a window are apart (`poses.windows`). `progress` is called with the number
        of frames done; what it raises ends the lifting.
        """
        ...

    @property
    def map_names(self) -> tuple[str, ...]:
        """Names of the maps that explain a lifted frame, the one to begin with first; none where it has none."""
        ...

    def map_steps(self, window: FloatArray, name: str) -> Generator[None, None, LiftMap]:
        """(window, J, 2) normalised -> the map `name` of the lifted centre frame.

        In steps of some milliseconds, so that it can be spread over time or left off.
        """
        ...


@runtime_checkable
class ChunkLifter(Lifter, Protocol):
    """A lifter that can also lift a part of a sequence, so that lifting can begin before the sequence is whole."""

    @property
    def block(self) -> int:
        """Frames that it lifts best in one go."""
        ...

    def lift_chunk(
        self, xy: FloatArray, start: int, stop: int, progress: Callable[[int], None] | None = None, step: float = 1
    ) -> FloatArray:
        """Frames start to stop of `lift_sequence(xy, step=step)`: (stop - start, J, 3) m.

        It depends, to the last bit, on nothing but the frames that the windows of these frames see.
        """
        ...
