"""Blocks used by two or more of the networks."""

from __future__ import annotations

import torch
from torch import Tensor, nn

# What a network writes down on the way when asked for its maps: tensors by name, in the order they were made.
Record = dict[str, list[Tensor]]


def note(record: Record | None, name: str, value: Tensor) -> None:
    """Keep `value` under `name` where a record is kept; never touches the value itself."""
    if record is not None:
        record.setdefault(name, []).append(value.detach())


def check_windows(x: Tensor, window: int, joints: int) -> None:
    """Raise ValueError unless x is (B, window, joints, 2)."""
    if x.ndim != 4 or tuple(x.shape[1:]) != (window, joints, 2):
        raise ValueError(
            f"windows must have shape (B, {window}, {joints}, 2): {window} frames, {joints} joints, x and y; "
            f"got {tuple(x.shape)}"
        )


class ChannelNorm(nn.BatchNorm1d):
    """Batch norm of (B, N, C) over channels: statistics pooled over batch and joints."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.flatten(0, 1)).view_as(x)


class FeedForward(nn.Module):
    """Linear, GELU, Linear back to the width it came from, biases on."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.expand = nn.Linear(width, hidden)
        self.act = nn.GELU()
        self.reduce = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.reduce(self.act(self.expand(x)))


def xavier(*shape: int, gain: float = 1.414) -> nn.Parameter:
    """Matrices (..., C_in, C_out), each Xavier-uniform by its own two widths."""
    bound = gain * (6.0 / (shape[-1] + shape[-2])) ** 0.5
    return nn.Parameter(torch.empty(*shape).uniform_(-bound, bound))


def uniform_bias(*shape: int) -> nn.Parameter:
    """Biases (..., C_out) from U(-1/sqrt(C_out), 1/sqrt(C_out))."""
    bound = shape[-1] ** -0.5
    return nn.Parameter(torch.empty(*shape).uniform_(-bound, bound))
