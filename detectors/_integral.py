"""Integral regression in torch: differentiable decoders, the training loss, and a small head that learns with them.

The differentiable forms of `detectors.heatmaps`. Gu, Yang and Yao, "Removing the Bias of Integral Pose Regression"
(ICCV 2021): equations 1, 2 and 9 of the supplement; detection and compensated regression are trained together. The
weights of the loss are ours, the paper's main text was not at hand. Imported only where it is used: it needs torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from detectors.heatmaps import BETA

# Below this share of foreground the compensation is held, so that a map without a peak gives a finite gradient.
LEAST_FOREGROUND = 1e-3


def soft_argmax(maps: Tensor, beta: float = BETA) -> Tensor:
    """Maps (..., H, W) -> (..., 2) x, y in heat-map px: the expectation under softmax(beta * map)."""
    return _offset(maps, beta) + _middle(maps)


def compensated_soft_argmax(maps: Tensor, beta: float = BETA) -> Tensor:
    """Maps (..., H, W) -> (..., 2) x, y in heat-map px: soft-argmax without the pull of the background.

    Differentiable through the softmax and through C. Maps must have their background at 0 (an activation that is
    never negative sees to it); where C <= H W there is no compensation, and 1 - rho is held at a small number.
    """
    height, width = maps.shape[-2:]
    log_mean = torch.logsumexp((beta * maps).flatten(-2), dim=-1) - torch.log(maps.new_tensor(height * width))
    foreground = (-torch.expm1(-log_mean)).clamp(min=LEAST_FOREGROUND)
    return _offset(maps, beta) / foreground[..., None] + _middle(maps)


def gaussian_maps(xy: Tensor, size: tuple[int, int], sigma: float) -> Tensor:
    """Keypoints (..., 2) heat-map px -> maps (..., H, W), peak 1, cut off at three sigma; size is (H, W)."""
    y = torch.arange(size[0], device=xy.device, dtype=xy.dtype)[:, None] - xy[..., 1, None, None]
    x = torch.arange(size[1], device=xy.device, dtype=xy.dtype)[None, :] - xy[..., 0, None, None]
    distance = x**2 + y**2
    return torch.exp(-distance / (2 * sigma**2)) * (distance <= (3 * sigma) ** 2)


@dataclass(frozen=True)
class IntegralLoss:
    """detection * mean squared error of the maps + regression * smooth L1 of the decoded keypoints over the map's size.

    compensate: decode with bias compensation. sigma: of the target maps, heat-map px. One of the weights may be 0:
    detection alone is the usual heat-map training, regression alone is integral regression (Sun et al. 2018).
    """

    detection: float = 1.0
    regression: float = 1.0
    compensate: bool = True
    beta: float = BETA
    sigma: float = 2.0

    def __call__(self, maps: Tensor, target: Tensor, visible: Tensor) -> Tensor:
        """maps (B, J, H, W), target (B, J, 2) heat-map px, visible (B, J) weights 0..1 -> a scalar."""
        size = (maps.shape[-2], maps.shape[-1])
        known = visible.sum().clamp(min=1)
        loss = maps.new_zeros(())
        if self.detection:
            wanted = gaussian_maps(target, size, self.sigma)
            # Over the area of the target's peak, so that the weight means the same for maps of any size.
            squared = ((maps - wanted) ** 2).sum(dim=(-2, -1)) / (torch.pi * self.sigma**2)
            loss = loss + self.detection * (squared * visible).sum() / known
        if self.regression:
            decode = compensated_soft_argmax if self.compensate else soft_argmax
            scale = maps.new_tensor([size[1], size[0]])
            found, wanted = decode(maps, self.beta) / scale, target / scale
            apart = functional.smooth_l1_loss(found, wanted, reduction="none", beta=0.01).sum(dim=-1)
            loss = loss + self.regression * (apart * visible).sum() / known
        return loss


class HeatmapHead(nn.Module):
    """Features (B, C, h, w) -> maps (B, J, 2^n h, 2^n w), never negative: n transposed convolutions and a 1x1.

    The head of Xiao et al. 2018 ("Simple Baselines") in small. Softplus at the end keeps the background near 0 from
    above, which the compensation needs, and lets a gradient through everywhere, which a ReLU would not.
    """

    def __init__(self, channels: int, joints: int, width: int = 32, doublings: int = 1) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for step in range(doublings):
            layers.append(
                nn.ConvTranspose2d(channels if step == 0 else width, width, 4, stride=2, padding=1, bias=False)
            )
            layers += [nn.BatchNorm2d(width), nn.ReLU()]
        self.layers = nn.Sequential(*layers)
        self.last = nn.Conv2d(width if doublings else channels, joints, 1)
        nn.init.normal_(self.last.weight, std=0.01)
        if self.last.bias is not None:
            nn.init.constant_(self.last.bias, -0.5)

    def forward(self, features: Tensor) -> Tensor:
        # Softplus with a steep knee: 0.007 at -0.5, so an untrained map is nearly background everywhere.
        return functional.softplus(self.last(self.layers(features)), beta=10.0)


class SmallPoseNet(nn.Module):
    """Pictures (B, 3, H, W) 0..1 -> maps (B, J, H / 4, W / 4): three strided convolutions and a `HeatmapHead`.

    Small enough to learn on a CPU in a minute: it is there to compare ways of training a head, not to win.
    """

    def __init__(self, joints: int, width: int = 24) -> None:
        super().__init__()
        sizes = [3, width, width, 2 * width]
        blocks: list[nn.Module] = []
        for a, b in pairwise(sizes):
            blocks += [nn.Conv2d(a, b, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU()]
        wide = 2 * width
        blocks += [nn.Conv2d(wide, wide, 3, padding=2, dilation=2, bias=False), nn.BatchNorm2d(wide), nn.ReLU()]
        self.backbone = nn.Sequential(*blocks)
        self.head = HeatmapHead(wide, joints, width=width)

    def forward(self, pictures: Tensor) -> Tensor:
        out: Tensor = self.head(self.backbone(pictures))
        return out


def _middle(maps: Tensor) -> Tensor:
    height, width = maps.shape[-2:]
    return maps.new_tensor([(width - 1) / 2, (height - 1) / 2])


def _offset(maps: Tensor, beta: float) -> Tensor:
    """(..., 2) expectation under softmax(beta * map) from the middle of the map."""
    height, width = maps.shape[-2:]
    share = torch.softmax((beta * maps).flatten(-2), dim=-1).reshape(maps.shape)
    x = torch.arange(width, device=maps.device, dtype=maps.dtype) - (width - 1) / 2
    y = torch.arange(height, device=maps.device, dtype=maps.dtype) - (height - 1) / 2
    return torch.stack([share.sum(dim=-2) @ x, share.sum(dim=-1) @ y], dim=-1)
