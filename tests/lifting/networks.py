"""Networks for tests: every preset as published, and each kind of network small, with weights that show mistakes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import torch

from lifting.models import load_architecture, make_config
from lifting.preset import Preset, list_presets

PRESETS = list_presets()
# Small networks of every kind the presets know, by name: architecture and settings.
_G = {"channels": 16, "stacks": 2}
_W = {"width": 24, "hidden": 32, "layers": 2}
_C = {"window": 5, "width": 16, "heads": 4, "spatial_blocks": 1, "kernels": [3, 5]}
_SETTINGS: dict[str, dict[str, Any]] = {
    "graphsh": _G,
    "graphsh_semgconv": _G | {"convolution": "semgconv"},
    "graphsh_vanilla": _G | {"convolution": "vanilla"},
    "graphsh_no_pool": _G | {"pool": "none"},
    "graphsh_gpool": _G | {"pool": "gpool"},
    "graphsh_gpool_vanilla": _G | {"pool": "gpool", "convolution": "vanilla"},
    "graphsh_sagpool": _G | {"pool": "sagpool"},
    "graphsh_no_mlf": _G | {"features": "last"},
    "graphsh_no_se": _G | {"features": "concat"},
    "graphsh_public": _G | {"graph": "public", "node_bias": False},
    "graphsh_seqres_preaggr": _G | {"layout": "seqres", "node_bias": False},
    "graphsh_seqres_semgconv": _G | {"layout": "seqres", "convolution": "semgconv"},
    "graphsh_seqres_vanilla": _G | {"layout": "seqres", "convolution": "vanilla"},
    "mlp_graphwj_t1": _W,
    "mlp_graphwj_t5": _W | {"window": 5},
    "mlp_graphwj_released": _W | {"window": 5, "propagation": "released"},
    "mlp_graphwj_mixer": _W | {"mixing": "mlp"},
    "mlp_graphwj_gcn": _W | {"mixing": "gcn"},
    "convformer": _C,
    "convformer_t1": _C | {"window": 1},
    "convformer_one_kernel": _C | {"kernels": [5]},
    "convformer_humaneva": _C | {"skeleton": "HUMANEVA15"},
    "convformer_linear": _C | {"attention": "linear"},
    "convformer_frames_first": _C | {"head_order": "frames_first"},
}


def _architecture(kind: str) -> str:
    return next(name for name in ("mlp_graphwj", "graphsh", "convformer") if kind.startswith(name))


KINDS = {kind: (_architecture(kind), make_config(_architecture(kind), s)) for kind, s in _SETTINGS.items()}


def build(preset: Preset, **changes: Any) -> Any:
    """The network of a preset, settings changed."""
    config = make_config(preset.architecture, preset.config)
    return load_architecture(preset.architecture).Model(dataclasses.replace(config, **changes))


def small(kind: str, **changes: Any) -> Any:
    """A small network of a kind, the same each time."""
    architecture, config = KINDS[kind]
    torch.manual_seed(0)
    return load_architecture(architecture).Model(dataclasses.replace(config, **changes))


def stir(model: Any, seed: int = 0) -> Any:
    """The model in eval mode with biases, norms, shares and links as training might leave them, not as they start."""
    drawn = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in model.named_buffers():
            if name.endswith("running_var"):
                value.uniform_(0.5, 2.0, generator=drawn)
            elif name.endswith("running_mean"):
                value.normal_(std=0.3, generator=drawn)
        for name, value in model.named_parameters():
            if name.endswith(("links", "edge", "logits")) or value.ndim == 1:
                value.add_(torch.randn(value.shape, generator=drawn) * 0.1)
    return model.eval()


def windows(model: Any, count: int, seed: int = 0) -> torch.Tensor:
    """(count, window, J, 2) random 2D poses of about unit size."""
    shape = (count, model.config.window, len(model.skeleton), 2)
    return torch.tensor(np.random.default_rng(seed).normal(size=shape), dtype=torch.float32)
