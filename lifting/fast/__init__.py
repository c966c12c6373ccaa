"""Fast paths: the same numbers as the networks of lifting.models over a whole sequence, with less work.

One file for each architecture, of the same name, with `Fast(model)`: a module in eval mode made of the model's weights
(merged, folded), with `features(frames)`, what of a frame does not depend on the window: (F, J, 2) -> (F, ...), and
`lift(features, step)`: those of n + (window - 1) * step frames in a row -> (n, J, 3) m of the n centre frames, each
from a window whose frames are `step` apart. `batch` is the number of windows that a CPU lifts best in one call;
`batch_gpu` the same for a GPU.
"""

from __future__ import annotations

import copy
import importlib
import pkgutil
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from lifting.layers import Network


def make_fast(model: Any) -> Any:
    """The fast path of a network of lifting.models, with copies of its weights, on its device.

    An architecture without a file here has its plain path, window by window.
    """
    name = type(model).__module__.rsplit(".", 1)[-1]
    fast = Plain
    if name in (found.name for found in pkgutil.iter_modules(__path__)):
        fast = importlib.import_module(f"{__name__}.{name}").Fast
    return fast(copy.deepcopy(model)).eval().requires_grad_(False)


class Plain(Network):
    """The network itself in the form of a fast path. Features of a frame are its 2D joints as they come."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        self.batch, self.batch_gpu = 32, 512

    def features(self, frames: Tensor) -> Tensor:
        return frames

    def lift(self, features: Tensor, step: int = 1) -> Tensor:
        windows = sliding(features, self.model.config.window, step).movedim(-1, 1)
        out: Tensor = self.model(windows)
        return out


def sliding(features: Tensor, window: int, step: int) -> Tensor:
    """(n + (window - 1) * step, ...) -> (n, ..., window), a view: the frames of each window `step` apart."""
    return features.unfold(0, (window - 1) * step + 1, 1)[..., ::step]


class Constants(Network):
    """A module whose tensors are fixed: given by name, kept as buffers, so that they move with it to a device."""

    def keep(self, **tensors: Tensor) -> None:
        for name, value in tensors.items():
            self.register_buffer(name, value.detach().clone(memory_format=_contiguous()), persistent=False)


def _contiguous() -> Any:
    import torch

    return torch.contiguous_format


def norm_scale(norm: nn.BatchNorm1d) -> tuple[Tensor, Tensor]:
    """What batch norm does in eval mode: y = x * scale + shift, both (C)."""
    assert norm.running_mean is not None and norm.running_var is not None
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    return scale, norm.bias - norm.running_mean * scale


def into_linear(norm: nn.LayerNorm, linear: nn.Linear) -> tuple[Tensor, Tensor]:
    """Weight and bias of a linear layer that takes over the scale and shift of the layer norm in front of it."""
    return linear.weight * norm.weight, linear.bias + linear.weight @ norm.bias


def bare_norm(x: Tensor, eps: float) -> Tensor:
    """Layer norm over the last axis without scale and shift."""
    return F.layer_norm(x, x.shape[-1:], eps=eps)
