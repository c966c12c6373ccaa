"""What a network costs: its parameters, and its multiply-adds for one output frame as torch counts them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def count_parameters(model: Any) -> int:
    """Numbers that are learned."""
    return sum(p.numel() for p in model.parameters())


def count_macs(model: Any) -> int:
    """Multiply-adds of matrix products, convolutions and attention for one window (one output frame), window by window.

    Counted by torch.utils.flop_counter (half of its floating point operations) on the plain path; norms, activations
    and sums are not in it.
    """
    import torch

    training = model.training
    model.eval()
    device = next(model.parameters()).device
    window = torch.zeros(1, model.config.window, len(model.skeleton), 2, device=device)
    with torch.no_grad():
        macs = _counted(lambda: model(window))
    model.train(training)
    return macs


def count_fast_macs(fast: Any, window: int, joints: int, frames: int = 4) -> int:
    """Multiply-adds for one output frame in the middle of a long sequence on the fast path (lifting.fast)."""
    import torch

    poses = torch.zeros(frames + window - 1, joints, 2)
    with torch.no_grad():
        features = fast.features(poses)
        each_frame = _counted(lambda: fast.features(poses)) / len(poses)
        return round(each_frame + _counted(lambda: fast.lift(features)) / frames)


def _counted(call: Callable[[], Any]) -> int:
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    # Attention as two matrix products, because the fused one of the CPU is not counted.
    with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        call()
    return int(counter.get_total_flops()) // 2
