"""A torch network as a Lifter: numpy in, numpy out; device, batches and averaging with the mirror image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from lifting.models import find_skeleton
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.maps import LiftMap
from poses.skeleton import Skeleton
from poses.windows import cut_windows


class TorchLifter:
    """A network with its weights on a device (an app.protocols.Lifter)."""

    def __init__(
        self, model: nn.Module, name: str, normalisation: str, device: str = "auto", flip: bool = False
    ) -> None:
        self.name, self.normalisation, self.flip = name, normalisation, flip
        self.device = pick_device(device)
        self.model = model.to(self.device).eval()
        self.window: int = model.config.window
        self.skeleton: Skeleton = find_skeleton(model.config.skeleton)

    def lift(self, windows: FloatArray) -> FloatArray:
        """(B, window, J, 2) normalised -> (B, J, 3) m, CAMERA_ROOT, of the centre frames."""
        with torch.inference_mode():
            x = torch.as_tensor(np.asarray(windows), dtype=torch.float32, device=self.device)
            return self.model(x).cpu().double().numpy()

    def lift_sequence(self, xy: FloatArray, progress: Callable[[int], None] | None = None) -> FloatArray:
        """(T, J, 2) normalised, without gaps -> (T, J, 3) m, CAMERA_ROOT; edge frames repeated at both ends."""
        out = [np.empty((0, len(self.skeleton), 3))]
        for start in range(0, len(xy), 64):
            out.append(self.lift(cut_windows(xy, self.window)[start : start + 64]))
            if progress is not None:
                progress(min(start + 64, len(xy)))
        return np.concatenate(out)

    def maps(self, window: FloatArray) -> dict[str, LiftMap]:
        """(window, J, 2) normalised -> the maps that explain the lifted centre frame, by name."""
        return self.model.maps(torch.as_tensor(window[None], dtype=torch.float32, device=self.device))


def pick_device(name: str) -> torch.device:
    """ "auto" is CUDA where there is one, else the CPU; UserError where a named device is not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    kind = name.split(":")[0]
    if kind not in there:
        raise UserError(f"device must be auto, cpu, cuda or mps, got {name!r}")
    if not there[kind]:
        raise UserError(f"device {name} is not there on this machine; use --device cpu")
    return torch.device(name)
