"""Losses of the papers. pred and target (B, J, 3), metres; a scalar."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Loss = Callable[[Tensor, Tensor], Tensor]


def mpjpe(pred: Tensor, target: Tensor) -> Tensor:
    """Mean Euclidean distance (ConvFormer, PoseFormer, VideoPose3D). Its gradient is finite at distance 0."""
    distance: Tensor = torch.linalg.vector_norm(pred - target, dim=-1)
    return distance.mean()


def mse(pred: Tensor, target: Tensor) -> Tensor:
    """Mean squared difference of coordinates (GraphSH)."""
    return torch.nn.functional.mse_loss(pred, target)


def squared_and_absolute(pred: Tensor, target: Tensor) -> Tensor:
    """0.99 mean squared distance + 0.01 mean absolute difference (MLP-GraphWJ, equation 11)."""
    difference = pred - target
    return 0.99 * difference.square().sum(dim=-1).mean() + 0.01 * difference.abs().sum(dim=-1).mean()


def distance_and_absolute(pred: Tensor, target: Tensor) -> Tensor:
    """0.99 MPJPE + 0.01 mean absolute difference (MLP-GraphWJ, as its public code has it)."""
    return 0.99 * mpjpe(pred, target) + 0.01 * (pred - target).abs().mean()


LOSSES: dict[str, Loss] = {
    "mpjpe": mpjpe,
    "mse": mse,
    "squared_and_absolute": squared_and_absolute,
    "distance_and_absolute": distance_and_absolute,
}
