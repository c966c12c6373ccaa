"""ConvFormer: a convolutional transformer for 3D human pose estimation (Diaz-Arias and Shin, 2023).

Spatial blocks relate the joints within each frame, temporal blocks the frames of a window; queries, keys and values
come from mixed one-dimensional convolutions. In temporal blocks the frames are the convolution's channels and the
kernel slides over the features of neighbouring joints ("temporal joints profile"), so weights hold for one window only.
Also the linear-attention baseline of its Table 6. What the paper leaves open follows PoseFormer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lifting.layers import FeedForward, Network, Record, check_windows, record_map
from lifting.models import check_choice, find_skeleton
from poses.maps import LiftMap
from poses.windows import check_window

ATTENTIONS = ("convolution", "linear")
HEAD_ORDERS = ("joints_first", "frames_first")


@dataclass(frozen=True)
class Config:
    """Settings; the defaults are the published network for 81 frames.

    width d: features of a joint. kernels: sizes of the convolutions that are mixed, odd. attention: "convolution", or
    "linear" for the baseline. head_order: features to joints and then frames to one (the paper), or the other way round
    (PoseFormer). drop_path: rate of the last block of a stack, rising from 0 (stochastic depth).
    """

    window: int = 81
    skeleton: str = "H36M17"
    width: int = 32
    spatial_blocks: int = 2
    temporal_blocks: int = 2
    heads: int = 8
    kernels: tuple[int, ...] = (7, 7, 7)
    dropout: float = 0.2
    drop_path: float = 0.2
    attention: str = "convolution"
    head_order: str = "joints_first"

    def __post_init__(self) -> None:
        check_window(self.window)
        check_choice("attention", self.attention, ATTENTIONS)
        check_choice("head_order", self.head_order, HEAD_ORDERS)
        if not self.kernels or any(k < 1 or k % 2 == 0 for k in self.kernels):
            raise ValueError(f"kernels must be odd so that they have a centre, at least one, got {self.kernels}")
        if self.width % self.heads:
            raise ValueError(f"width must be divisible by heads ({self.heads}), got {self.width}")
        find_skeleton(self.skeleton)


class MixedConv(Network):
    """sum_i eta_i Conv_{k_i}(x) over the last axis of (B, channels, length), sum eta = 1, equations (4) and (6)."""

    def __init__(self, channels: int, kernels: tuple[int, ...]) -> None:
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv1d(channels, channels, k, padding=k // 2) for k in kernels)
        # A single kernel has nothing to be mixed with, so nothing to learn.
        self.logits = nn.Parameter(torch.zeros(len(kernels))) if len(kernels) > 1 else None

    def shares(self) -> Tensor:
        """(n) eta: how much of each kernel."""
        return torch.ones(1) if self.logits is None else self.logits.softmax(dim=0)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = sum(share * conv(x) for share, conv in zip(self.shares(), self.convs, strict=True))
        return out

    def merged(self) -> tuple[Tensor, Tensor]:
        """Weight and bias of the one convolution that does the same.

        Convolutions are linear: the smaller kernels are padded to the largest and all are summed by their shares.
        """
        convs = [conv for conv in self.convs if isinstance(conv, nn.Conv1d)]
        size = max(conv.kernel_size[0] for conv in convs)
        weight, bias = torch.zeros(()), torch.zeros(())
        for conv, share in zip(convs, self.shares(), strict=True):
            missing = (size - conv.kernel_size[0]) // 2
            weight = weight.to(share) + share * F.pad(conv.weight, (missing, missing))
            bias = bias.to(share) + share * conv.bias
        return weight, bias


def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """softmax(Q K^T / sqrt(d)) V over the last two axes.

    PyTorch's fused kernel is for long sequences: on a processor its backward pass took a fifth of a whole training
    step at 9 frames (46 to 37 ms of processor time without it; 272 to 252 at 81), so there it is written out.
    """
    if query.requires_grad and query.device.type == "cpu":
        return (query * query.shape[-1] ** -0.5 @ key.transpose(-2, -1)).softmax(dim=-1) @ value
    return F.scaled_dot_product_attention(query, key, value)


class Attention(Network):
    """Multi-headed self-attention over the rows of (B, rows, features); heads split the features.

    over_rows: the convolutions' channels are the rows (temporal), else the features (spatial); so is the axis of the
    output projection.
    """

    def __init__(self, rows: int, features: int, config: Config, over_rows: bool, name: str) -> None:
        super().__init__()
        self.heads, self.dropout, self.name = config.heads, config.dropout, name
        self.linear = config.attention == "linear"
        self.over_rows = over_rows and not self.linear
        channels = rows if self.over_rows else features
        parts: list[nn.Module] = [
            nn.Linear(features, features) if self.linear else MixedConv(channels, config.kernels) for _ in range(3)
        ]
        self.query, self.key, self.value = parts
        self.project = nn.Linear(channels, channels)

    def forward(self, x: Tensor, record: Record | None = None, keep: int = 1) -> Tensor:
        """`keep`: how many of the batch to write into the record."""
        across = x if self.over_rows or self.linear else x.transpose(1, 2)
        query, key, value = (self._split(y) for y in self._queries_keys_values(across))
        if record is not None:
            scores = query[:keep] @ key[:keep].transpose(2, 3) * query.shape[-1] ** -0.5
            record_map(record, self.name, scores.softmax(dim=-1))
        y = attend(query, key, value).transpose(1, 2).flatten(2)
        if self.over_rows:
            return self.project(y.transpose(1, 2)).transpose(1, 2)
        return self.project(y)

    def _queries_keys_values(self, x: Tensor) -> tuple[Tensor, ...]:
        parts = (self.query, self.key, self.value)
        if self.training and not self.linear:
            return self.merged_call(x).chunk(3, dim=1)
        return tuple(part(x) for part in parts)

    def merged_call(self, x: Tensor) -> Tensor:
        """(B, channels, length) -> (B, 3 * channels, length): all kernels, queries, keys and values in one call."""
        weight, bias = self.merged()
        return F.conv1d(x, weight, bias, padding=weight.shape[-1] // 2)

    def merged(self) -> tuple[Tensor, Tensor]:
        """Weight (3 * channels, channels, k) and bias of the one convolution to queries, keys and values."""
        merged = [part.merged() for part in (self.query, self.key, self.value) if isinstance(part, MixedConv)]
        return torch.cat([weight for weight, _ in merged]), torch.cat([bias for _, bias in merged])

    def _split(self, y: Tensor) -> Tensor:
        """-> (B, heads, rows, features / heads), after the dropout on queries, keys and values."""
        y = y if self.over_rows or self.linear else y.transpose(1, 2)
        return F.dropout(y, self.dropout, self.training).unflatten(2, (self.heads, -1)).transpose(1, 2)


class Block(Network):
    """x + attention(LN x), then x + MLP(LN x), equation (8); each branch is left out at random while training."""

    def __init__(self, rows: int, features: int, config: Config, over_rows: bool, drop_path: float) -> None:
        super().__init__()
        name = "temporal_attention" if over_rows else "spatial_attention"
        self.norm_1 = nn.LayerNorm(features, eps=1e-6)
        self.attention = Attention(rows, features, config, over_rows, name)
        self.norm_2 = nn.LayerNorm(features, eps=1e-6)
        self.mlp = FeedForward(features, 2 * features)
        self.drop_path = drop_path

    def forward(self, x: Tensor, record: Record | None = None, keep: int = 1) -> Tensor:
        x = x + self._sometimes(self.attention(self.norm_1(x), record, keep))
        return x + self._sometimes(self.mlp(self.norm_2(x)))

    def _sometimes(self, x: Tensor) -> Tensor:
        if not self.training or self.drop_path == 0:
            return x
        kept = x.new_empty(x.shape[0], 1, 1).bernoulli_(1 - self.drop_path)
        return x * kept / (1 - self.drop_path)


class Model(Network):
    """Normalised 2D (B, window, J, 2) -> root-relative 3D (B, J, 3) of the centre frame, metres."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.skeleton = find_skeleton(config.skeleton)
        joints, frames, width = len(self.skeleton), config.window, config.width
        features = joints * width
        self.embed = nn.Linear(2, width)
        self.spatial_place = nn.Parameter(torch.empty(joints, width).normal_(std=0.02))
        self.spatial = nn.ModuleList(
            Block(joints, width, config, False, rate) for rate in _rising(config.drop_path, config.spatial_blocks)
        )
        self.spatial_norm = nn.LayerNorm(width, eps=1e-6)
        self.temporal_place = nn.Parameter(torch.empty(frames, features).normal_(std=0.02))
        self.temporal = nn.ModuleList(
            Block(frames, features, config, True, rate) for rate in _rising(config.drop_path, config.temporal_blocks)
        )
        self.temporal_norm = nn.LayerNorm(features, eps=1e-6)
        self.head_norm = nn.LayerNorm(features)
        self.head_joints = nn.Linear(features, 3 * joints)
        self.head_frames = nn.Conv1d(frames, 1, 1)

    def forward(self, x: Tensor, record: Record | None = None) -> Tensor:
        check_windows(x, self.config.window, len(self.skeleton))
        each_frame = self.relate_joints(x.flatten(0, 1), record)
        return self.relate_frames(each_frame.unflatten(0, (-1, self.config.window)), record)

    def relate_joints(self, frames: Tensor, record: Record | None = None) -> Tensor:
        """The spatial stage: frames (F, J, 2), each on its own -> (F, J * d), joint by joint."""
        y = self.embed(frames) + self.spatial_place
        for block in self.spatial:
            y = block(y, record, self.config.window)
        return self.spatial_norm(y).flatten(1)

    def relate_frames(self, features: Tensor, record: Record | None = None) -> Tensor:
        """The temporal stage and the head: (B, window, J * d) -> (B, J, 3) m."""
        y = features + self.temporal_place
        for block in self.temporal:
            y = block(y, record)
        y = self.temporal_norm(y)
        if self.config.head_order == "joints_first":
            y = self.head_frames(self.head_joints(self.head_norm(y)))
        else:
            y = self.head_joints(self.head_norm(self.head_frames(y)))
        return y.view(-1, len(self.skeleton), 3)

    @torch.no_grad()
    def maps(self, x: Tensor) -> dict[str, LiftMap]:
        """Attention of one window (1, window, J, 2); rows (last axis) sum to 1.

        spatial_attention (block, frame, head, target joint, source joint); temporal_attention (block, head, target
        frame, source frame).
        """
        record: Record = {}
        self(x, record)
        kinds: dict[str, Any] = {
            "spatial_attention": ("block", "frame", "head", "target_joint", "source_joint"),
            "temporal_attention": ("block", "head", "target_frame", "source_frame"),
        }
        out = {}
        for name, axes in kinds.items():
            values = torch.stack(record[name])
            values = values if "frame" in axes else values[:, 0]
            out[name] = LiftMap(name, values.cpu().numpy(), axes, attention=True)
        return out


def _rising(last: float, count: int) -> list[float]:
    return [last * number / max(count - 1, 1) for number in range(count)]
