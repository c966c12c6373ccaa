"""ConvFormer, fast: one convolution for all kernels and for queries, keys and values; a frame's spatial features once.

The temporal stage keeps its frames in front (T, B, features): there the merged convolution is a few large matrix
products (see blockconv), and the MLP takes all rows at once.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from lifting.fast import Constants, bare_norm, into_linear, sliding
from lifting.fast.blockconv import BlockConv
from lifting.models.convformer import Block, Model


class Fast(Constants):
    """See lifting.fast. Features of a frame: what the spatial stage makes of it, (F, J * d)."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        config = model.config
        self.window, self.joints, self.head_order = config.window, len(model.skeleton), config.head_order
        # Measured: what one call works on shall fit into the cache, and the matrix products shall not get too narrow.
        self.batch = max(8, min(64, 1024 // self.window))
        self.batch_gpu = max(1, min(4096, 131072 // self.window))
        self.keep(embed=model.embed.weight.T, place=model.spatial_place + model.embed.bias)
        self.spatial = torch.nn.ModuleList(FastBlock(b) for b in model.spatial if isinstance(b, Block))
        self.temporal = torch.nn.ModuleList(FastBlock(b) for b in model.temporal if isinstance(b, Block))
        self.keep(temporal_place=model.temporal_place.unsqueeze(1))
        weight, bias = into_linear(model.head_norm, model.head_joints)
        self.keep(head_joints=weight, head_joints_bias=bias)
        frames = dict(model.head_frames.named_parameters())
        self.keep(head_frames=frames["weight"].view(-1), head_frames_bias=frames["bias"])
        self.spatial_norm, self.temporal_norm = model.spatial_norm, model.temporal_norm
        self.head_eps = model.head_norm.eps

    def features(self, frames: Tensor) -> Tensor:
        y = frames @ self.embed + self.place
        for block in self.spatial:
            y = block(y)
        return _normed(self.spatial_norm, y).flatten(1)

    def lift(self, features: Tensor, step: int = 1) -> Tensor:
        # (window, n, J * d): frame p of window b is frame b + p * step of the sequence.
        y = sliding(features, self.window, step).permute(2, 0, 1) + self.temporal_place
        for block in self.temporal:
            y = block(y)
        y = _normed(self.temporal_norm, y)
        if self.head_order == "joints_first":
            # All that follows the last norm is linear, so the frames are summed first and the joints made once.
            total = torch.tensordot(self.head_frames, bare_norm(y, self.head_eps), 1)
            out = total @ self.head_joints.T + self.head_joints_bias * self.head_frames.sum() + self.head_frames_bias
        else:
            total = torch.tensordot(self.head_frames, y, 1) + self.head_frames_bias
            out = F.linear(bare_norm(total, self.head_eps), self.head_joints, self.head_joints_bias)
        return out.view(-1, self.joints, 3)


class FastBlock(Constants):
    """A block over (J, d) of each frame, or, with frames in front, over (T, B, features)."""

    def __init__(self, block: Block) -> None:
        super().__init__()
        attention = block.attention
        self.heads, self.linear, self.over_rows = attention.heads, attention.linear, attention.over_rows
        self.temporal = attention.name == "temporal_attention"
        self.norm_1, self.eps = block.norm_1, block.norm_2.eps
        self.conv: BlockConv | None = None
        if self.linear:
            parts = [p for p in (attention.query, attention.key, attention.value) if isinstance(p, torch.nn.Linear)]
            self.keep(weight=torch.cat([p.weight for p in parts]), bias=torch.cat([p.bias for p in parts]))
        elif self.over_rows:
            weight, bias = attention.merged()
            self.conv = BlockConv(weight, bias, block.norm_1.normalized_shape[0])
        else:
            weight, bias = attention.merged()
            self.size = weight.shape[-1]
            # One row of the matrix product: the d features of each of the k joints under the kernel.
            self.keep(weight=weight.transpose(1, 2).flatten(1), bias=bias)
        self.keep(project=attention.project.weight, project_bias=attention.project.bias)
        expand, bias = into_linear(block.norm_2, block.mlp.expand)
        self.keep(expand=expand, expand_bias=bias)
        self.keep(reduce=block.mlp.reduce.weight, reduce_bias=block.mlp.reduce.bias)

    def forward(self, x: Tensor) -> Tensor:
        y = _normed(self.norm_1, x)
        x = x + (self._frames(y) if self.temporal else self._joints(y))
        y = F.gelu(F.linear(bare_norm(x, self.eps), self.expand, self.expand_bias))
        return x + F.linear(y, self.reduce, self.reduce_bias)

    def _joints(self, x: Tensor) -> Tensor:
        """x (F, J, d) -> (F, J, d)."""
        count, joints, width = x.shape
        if not self.linear:
            wide = F.pad(x, (0, 0, self.size // 2, self.size // 2))
            x = wide.as_strided((count, joints, self.size * width), ((joints + self.size - 1) * width, width, 1))
        three = F.linear(x, self.weight, self.bias).view(count, joints, 3, self.heads, -1)
        query, key, value = three.permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
        return F.linear(y, self.project, self.project_bias)

    def _frames(self, x: Tensor) -> Tensor:
        """x (T, B, features) -> the same."""
        frames, batch, _ = x.shape
        if self.conv is None:
            three = F.linear(x, self.weight, self.bias).view(frames, batch, 3, self.heads, -1).permute(2, 1, 3, 0, 4)
        else:
            three = self.conv(x).view(3, frames, batch, self.heads, -1).permute(0, 2, 3, 1, 4)
        query, key, value = three
        y = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
        if self.over_rows:
            return (torch.matmul(self.project, y) + self.project_bias.unsqueeze(1)).transpose(0, 1)
        return F.linear(y, self.project, self.project_bias).transpose(0, 1)


def _normed(norm: torch.nn.LayerNorm, x: Tensor) -> Tensor:
    return F.layer_norm(x, norm.normalized_shape, norm.weight, norm.bias, norm.eps)
