"""What a network costs: its parameters, and its multiply-adds for one output frame as torch counts them."""

from __future__ import annotations

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
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    training = model.training
    model.eval()
    device = next(model.parameters()).device
    window = torch.zeros(1, model.config.window, len(model.skeleton), 2, device=device)
    # As two matrix products, because the fused attention of the CPU is not counted.
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        model(window)
    model.train(training)
    return int(counter.get_total_flops()) // 2
