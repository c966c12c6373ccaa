"""A torch network as a Lifter: numpy in, numpy out; device, batches, whole sequences, the mirror image averaged in."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lifting.fast import make_fast
from lifting.maps import NAME as INPUT_DEPENDENCE
from lifting.maps import input_dependence
from poses.arrays import FloatArray, check_shape
from poses.errors import UserError
from poses.maps import LiftMap, finished
from poses.skeleton import Skeleton
from poses.uncertainty import ErrorModel
from poses.windows import window_reach, windows_at

# Half precision is used where it moves no joint further than this, metres.
HALF_ERROR_M = 1e-4
PROBE_FRAMES = 64


class TorchLifter:
    """A network with its weights on a device (an app.protocols.Lifter).

    name, normalisation, window_hz: as on the card. device: "auto", "cpu", "cuda", "mps". flip: average with the
    mirrored pose. half: 16-bit floats where they stay within HALF_ERROR_M of 32 bits, tried on a probe; by default on
    CUDA only; `half` afterwards says whether they are used. batch: windows lifted in one call, by default what suits
    the device. error_model: how far off its joints probably are, None where that is not known.
    """

    def __init__(
        self,
        model: Any,
        name: str,
        normalisation: str,
        device: str = "auto",
        flip: bool = False,
        half: bool | None = None,
        batch: int | None = None,
        window_hz: float | None = None,
    ) -> None:
        self.error_model: ErrorModel | None = None
        self.name, self.normalisation, self.window_hz, self.flip = name, normalisation, window_hz, flip
        self.device = pick_device(device)
        self.model = model.to(self.device).eval()
        self.window: int = model.config.window
        self.skeleton: Skeleton = model.skeleton
        self.fast = make_fast(self.model)
        self.batch = batch or (self.fast.batch if self.device.type == "cpu" else self.fast.batch_gpu)
        self.half = False
        if half or (half is None and self.device.type == "cuda"):
            self.half = self._half_precision_suffices()

    def lift(self, windows: FloatArray) -> FloatArray:
        """(B, window, J, 2) normalised -> (B, J, 3) m, CAMERA_ROOT, of the centre frames; ValueError for NaN.

        Each window on its own, by the network as published; `lift_sequence` is quicker for frames in a row.
        """
        xy = np.asarray(windows)
        check_shape("windows", xy, ("B", self.window, len(self.skeleton), 2))
        check_finite("windows", xy)
        out = np.empty((len(xy), len(self.skeleton), 3))
        with torch.inference_mode():
            for start in range(0, len(xy), self.batch):
                x = self._tensor(xy[start : start + self.batch])
                y = self.model(x)
                if self.flip:
                    y = (y + self._mirrored(self.model(self._mirrored(x)))) / 2
                out[start : start + self.batch] = y.float().cpu().numpy()
        return out

    def lift_sequence(
        self, xy: FloatArray, progress: Callable[[int], None] | None = None, step: float = 1
    ) -> FloatArray:
        """(T, J, 2) normalised, without gaps -> (T, J, 3) m, CAMERA_ROOT; edge frames repeated at both ends.

        step: how many frames the frames of a window are apart (`poses.windows`). Equal to `lift` of every frame's
        window to 1e-5 m. Memory beyond input and output does not grow with T. `progress` is called with the number of
        frames done; what it raises ends the lifting. ValueError for NaN.
        """
        return self.lift_chunk(xy, 0, len(xy), progress, step)

    @property
    def block(self) -> int:
        """Frames that are lifted best in one go."""
        return self.batch

    def lift_chunk(
        self, xy: FloatArray, start: int, stop: int, progress: Callable[[int], None] | None = None, step: float = 1
    ) -> FloatArray:
        """Frames start to stop of `lift_sequence(xy, step=step)`: (stop - start, J, 3) m, CAMERA_ROOT.

        It depends, to the last bit, on nothing but the frames that the windows of these frames see; with another
        start or stop the same frame may differ in the last bits (other sizes of matrix products).
        """
        xy = np.asarray(xy)
        check_shape("xy", xy, ("T", len(self.skeleton), 2))
        if not 0 <= start <= stop <= len(xy):
            raise ValueError(f"start and stop must be in order and within 0 to {len(xy)}, got {start} and {stop}")
        reach = window_reach(self.window, step)
        check_finite("xy", xy[max(start - reach, 0) : stop + reach])
        out = np.empty((stop - start, len(self.skeleton), 3))
        done = 0
        with torch.inference_mode():
            for y in (
                self._stream(xy, start, stop, int(step)) if step >= 1 else self._lift_dilated(xy, start, stop, step)
            ):
                out[done : done + len(y)] = y.float().cpu().numpy()
                done += len(y)
                if progress is not None:
                    progress(done)
        return out

    @cached_property
    def map_names(self) -> tuple[str, ...]:
        """Names of the maps, the one to begin with first: the network's attention where it has one, else what the
        output depends on."""
        own = self._own_maps(np.zeros((self.window, len(self.skeleton), 2)))
        attention = [name for name, found in own.items() if found.attention]
        return (*attention, INPUT_DEPENDENCE, *(name for name in own if name not in attention))

    def map_steps(self, window: FloatArray, name: str) -> Generator[None, None, LiftMap]:
        """(window, J, 2) normalised -> the map `name` of `map_names`, which explains the lifted centre frame.

        The network's own (see `maps` of its architecture) in one step; `input_dependence` (lifting.maps) in many, so
        that it can be left off: it takes as long as up to a hundred frames take to lift. ValueError for NaN and
        KeyError for another name, both at the first step.
        """
        xy = np.asarray(window)
        check_shape("window", xy, (self.window, len(self.skeleton), 2))
        check_finite("window", xy)
        if name == INPUT_DEPENDENCE:
            return (yield from input_dependence(self.fast, xy))
        return self._own_maps(xy)[name]

    def maps(self, window: FloatArray) -> dict[str, LiftMap]:
        """(window, J, 2) normalised -> all the maps that explain the lifted centre frame, by name."""
        return {name: finished(self.map_steps(window, name)) for name in self.map_names}

    def _own_maps(self, xy: FloatArray) -> dict[str, LiftMap]:
        found: dict[str, LiftMap] = self.model.maps(self._tensor(xy[None]))
        return found

    def _stream(self, xy: FloatArray, begin: int, end: int, step: int = 1) -> Iterator[Tensor]:
        """Poses of `batch` frames at a time: each frame's features once, kept as long as a window needs them."""
        pad = self.window // 2 * step
        kept: Tensor | None = None
        first = 0
        for start in range(begin, end, self.batch):
            stop = min(start + self.batch, end)
            low, high = max(start - pad, 0), min(stop + pad, len(xy))
            if kept is None:
                kept, first = self._features(xy[low:high]), low
            elif first + kept.shape[1] < high:
                kept = torch.cat([kept[:, low - first :], self._features(xy[first + kept.shape[1] : high])], dim=1)
                first = low
            wanted = torch.arange(start - pad, stop + pad, device=self.device).clamp(0, len(xy) - 1) - first
            yield self._lifted(kept[:, wanted], step)

    def _lift_dilated(self, xy: FloatArray, begin: int, end: int, step: float) -> Iterator[Tensor]:
        """The same of a slow video: hardly two windows share a frame, so each is lifted by itself."""
        for start in range(begin, end, self.batch):
            frames = np.arange(start, min(start + self.batch, end))
            yield torch.from_numpy(self.lift(windows_at(xy, frames, self.window, step)))

    def _features(self, xy: FloatArray) -> Tensor:
        """(F, J, 2) -> (1 or 2, F, ...): of the frames, and of their mirror images where `flip`; `batch` at a time."""
        x = self._tensor(xy)
        sides = [x, self._mirrored(x)] if self.flip else [x]
        with self._precision():
            return torch.stack([torch.cat([self.fast.features(part) for part in side.split(256)]) for side in sides])

    def _lifted(self, features: Tensor, step: int) -> Tensor:
        with self._precision():
            y: Tensor = self.fast.lift(features[0], step)
            if self.flip:
                y = (y + self._mirrored(self.fast.lift(features[1], step))) / 2
        return y

    def _mirrored(self, x: Tensor) -> Tensor:
        """x negated, left and right exchanged; of 2D (..., J, 2) or 3D (..., J, 3)."""
        signs = torch.tensor([-1.0, 1.0, 1.0][: x.shape[-1]], device=x.device)
        return x[..., list(self.skeleton.mirror), :] * signs

    def _tensor(self, xy: FloatArray) -> Tensor:
        return torch.as_tensor(np.ascontiguousarray(xy), dtype=torch.float32, device=self.device)

    def _precision(self) -> torch.autocast:
        return torch.autocast(self.device.type, torch.float16, enabled=self.half)

    def _half_precision_suffices(self) -> bool:
        """Whether 16-bit floats stay within HALF_ERROR_M on moving poses of unit size."""
        steps = np.random.default_rng(0).normal(size=(PROBE_FRAMES, len(self.skeleton), 2))
        poses = steps[:1] + 0.02 * np.cumsum(steps, axis=0)
        probe = poses / np.sqrt((poses**2).sum(axis=-1).mean(axis=-1))[:, None, None]
        with torch.inference_mode():
            self.half = False
            exact = torch.cat(list(self._stream(probe, 0, PROBE_FRAMES)))
            self.half = True
            close = torch.cat(list(self._stream(probe, 0, PROBE_FRAMES))).float()
        return bool((exact - close).norm(dim=-1).max() < HALF_ERROR_M)


def check_finite(name: str, xy: FloatArray) -> None:
    """Raise ValueError where a coordinate is NaN or infinite: gaps are filled before lifting."""
    bad = np.argwhere(~np.isfinite(xy))
    if len(bad):
        place = tuple(bad[0].tolist())
        raise ValueError(f"{name} must be finite, fill gaps before lifting; got {xy[place]} at {place}")


def devices() -> tuple[str, ...]:
    """The kinds of devices that are there: "cpu", and "cuda" and "mps" where PyTorch finds them."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return tuple(kind for kind, found in there.items() if found)


def pick_device(name: str) -> torch.device:
    """ "auto" is CUDA where there is one, else the CPU; UserError where a named device is not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind = name.split(":")[0]
    if kind not in ("cpu", "cuda", "mps"):
        raise UserError(f"device must be auto, cpu, cuda or mps, got {name!r}")
    if kind not in devices():
        raise UserError(f"device {name} is not there on this machine; use --device cpu")
    return torch.device(name)
