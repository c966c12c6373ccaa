"""Blocks used by two or more of the networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

# What a network writes down on the way when asked for its maps: tensors by name, in the order they were made.
Record = dict[str, list[Tensor]]


class Network(nn.Module):
    """A torch module whose parts, parameters and buffers are taken by type checkers as what they are put in as."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def record_map(record: Record | None, name: str, value: Tensor) -> None:
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


class GraphConv(Network):
    """Graph convolution (B, N, C_in) -> (B, N, C_out); `affinity` (N, N) or (B, N, N) replaces the fixed one."""

    def __init__(self, c_in: int, c_out: int, affinity: np.ndarray) -> None:
        super().__init__()
        self.c_in, self.c_out = c_in, c_out
        self.register_buffer("affinity", torch.tensor(affinity, dtype=torch.float32), persistent=False)
        self.register_buffer("eye", torch.eye(len(affinity)), persistent=False)

    def used_affinity(self) -> Tensor:
        """(N, N) the fixed affinity, or what was learned of it."""
        return self.affinity

    def mix(self, own: Tensor, others: Tensor, affinity: Tensor) -> Tensor:
        """What a node makes of itself and what it gathers from the others, each weighted by the affinity."""
        return (affinity * self.eye) @ own + (affinity * (1 - self.eye)) @ others


class VanillaConv(GraphConv):
    """y = A x W + b (Kipf and Welling)."""

    def __init__(self, c_in: int, c_out: int, affinity: np.ndarray, node_bias: bool = False) -> None:
        super().__init__(c_in, c_out, affinity)
        self.weight = xavier(c_in, c_out)
        self.bias = uniform_bias(c_out)

    def forward(self, x: Tensor, affinity: Tensor | None = None) -> Tensor:
        return (self.affinity if affinity is None else affinity) @ (x @ self.weight) + self.bias


class SemGConv(GraphConv):
    """y = diag(S) x W0 + offdiag(S) x W1 + b, S the row softmax of one learned number per edge (Zhao et al. 2019)."""

    def __init__(self, c_in: int, c_out: int, affinity: np.ndarray, node_bias: bool = False) -> None:
        super().__init__(c_in, c_out, affinity)
        rows, columns = np.nonzero(affinity)
        self.weight = xavier(2, c_in, c_out)
        self.edge = nn.Parameter(torch.ones(len(rows)))
        self.bias = uniform_bias(c_out)
        self.register_buffer("place", torch.tensor(rows * len(affinity) + columns), persistent=False)
        self.register_buffer("closed", torch.full((affinity.size,), float("-inf")), persistent=False)

    def used_affinity(self) -> Tensor:
        logits = self.closed.scatter(0, self.place, self.edge)
        return logits.view_as(self.affinity).softmax(dim=-1)

    def forward(self, x: Tensor, affinity: Tensor | None = None) -> Tensor:
        return self.mix(x @ self.weight[0], x @ self.weight[1], self.used_affinity()) + self.bias


class PreAggrConv(GraphConv):
    """y_i = a_ii x_i W0_i + sum_{j != i} a_ij x_j W1_j + b_i: weights belong to the source node (Liu et al. 2020)."""

    def __init__(self, c_in: int, c_out: int, affinity: np.ndarray, node_bias: bool = False) -> None:
        super().__init__(c_in, c_out, affinity)
        nodes = len(affinity)
        self.weight = xavier(2, nodes, c_in, c_out)
        self.bias = uniform_bias(nodes, c_out) if node_bias else uniform_bias(c_out)

    def forward(self, x: Tensor, affinity: Tensor | None = None) -> Tensor:
        own, others = torch.einsum("bjc,sjcd->sbjd", x, self.weight)
        return self.mix(own, others, self.affinity if affinity is None else affinity) + self.bias
