"""GraphSH, fast: batch norms folded into the graph convolutions, joints in front (J, B, C) so that each private weight
is one matrix product over the batch and gathering neighbours is one over everything behind the joints.
"""

from __future__ import annotations

import torch
from torch import Tensor

from lifting.fast import Constants, norm_scale
from lifting.layers import GraphConv, Network, PreAggrConv, SemGConv, VanillaConv
from lifting.models.graphsh import ChannelWeights, Hourglass, Layer, Model, NodePool


class Fast(Constants):
    """See lifting.fast. A frame is lifted alone; its features are its 2D joints as they come."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.batch, self.batch_gpu = 128, 8192
        self.embed = FastConv(model.embed.conv, model.embed.norm)
        blocks = [FastHourglass(b) if isinstance(b, Hourglass) else FastResidual(b) for b in model.blocks]
        self.blocks = torch.nn.ModuleList(blocks)
        self.reducers = model.reducers
        self.weights: ChannelWeights | None = model.squeeze
        self.head = FastConv(model.head, None) if isinstance(model.head, GraphConv) else model.head

    def features(self, frames: Tensor) -> Tensor:
        return frames

    def lift(self, features: Tensor, step: int = 1) -> Tensor:
        y = self.embed(features.transpose(0, 1)).relu()
        levels = []
        for number, block in enumerate(self.blocks):
            y = block(y)
            if len(self.reducers):
                levels.append(self.reducers[number](y))
        if levels:
            y = torch.cat(levels, dim=-1)
        if self.weights is not None:
            y = y * self.weights.excite(self.weights.squeeze(y.mean(dim=0)).relu()).sigmoid()
        out: Tensor = self.head(y).transpose(0, 1)
        return out


class FastConv(Constants):
    """A graph convolution (N, B, C_in) -> (N, B, C_out) with the batch norm behind it, both as one."""

    def __init__(self, conv: GraphConv, norm: torch.nn.BatchNorm1d | None) -> None:
        super().__init__()
        ones = torch.ones(conv.c_out, device=conv.affinity.device)
        scale, shift = (ones, ones * 0) if norm is None else norm_scale(norm)
        affinity, width = conv.used_affinity(), conv.c_out
        own, others = affinity * conv.eye, affinity * (1 - conv.eye)
        bias = conv.bias * scale + shift
        self.width = width
        self.keep(bias=bias.unsqueeze(1) if bias.ndim == 2 else bias)
        if isinstance(conv, VanillaConv):
            self.keep(weight=conv.weight * scale, mixing=affinity)
        elif isinstance(conv, SemGConv):
            self.keep(weight=torch.cat([conv.weight[0], conv.weight[1]], dim=1) * scale.repeat(2), mixing=affinity)
            self.keep(own=own.diagonal().view(-1, 1, 1), others=others)
        elif isinstance(conv, PreAggrConv):
            mine = conv.weight[0] * own.diagonal().view(-1, 1, 1)
            self.keep(weight=torch.cat([mine, conv.weight[1]], dim=2) * scale.repeat(2), mixing=affinity, others=others)
        self.kind = type(conv).__name__

    def forward(self, x: Tensor, affinity: Tensor | None = None) -> Tensor:
        y = torch.matmul(x, self.weight)
        if self.kind == "VanillaConv":
            return _gather(self.mixing if affinity is None else affinity, y) + self.bias
        mine, spread = y[..., : self.width], y[..., self.width :]
        if affinity is not None:
            return self._chosen(mine, spread, affinity)
        out = _gather(self.others, spread) + self.bias
        return out.addcmul(mine, self.own) if self.kind == "SemGConv" else out + mine

    def _chosen(self, mine: Tensor, spread: Tensor, affinity: Tensor) -> Tensor:
        """With an affinity (B, N, N) of each pose instead of the one whose diagonal is in the weights (PreAggr)."""
        fixed = self.mixing.diagonal().view(-1, 1, 1)
        own = affinity.diagonal(dim1=1, dim2=2)
        others = affinity - own.diag_embed()
        return mine * (own.T.unsqueeze(-1) / fixed) + _gather(others, spread) + self.bias


def _gather(affinity: Tensor, x: Tensor) -> Tensor:
    """affinity (N, N), or (B, N, N), times x (N, B, C) over the nodes."""
    if affinity.ndim == 2:
        return (affinity @ x.flatten(1)).view_as(x)
    return torch.bmm(affinity, x.transpose(0, 1)).transpose(0, 1)


class FastResidual(Network):
    """The block of SeqRes: two layers and a skip."""

    def __init__(self, block: torch.nn.Module) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList(_folded(layer) for layer in block.children())

    def forward(self, x: Tensor) -> Tensor:
        y = x
        for layer in self.layers:
            y = layer(y).relu()
        return x + y


class FastHourglass(Constants):
    """An hourglass over (N, B, C)."""

    def __init__(self, block: Hourglass) -> None:
        super().__init__()
        self.down_16, self.down_8, self.bottom_4 = map(_folded, (block.down_16, block.down_8, block.bottom_4))
        self.up_8, self.up_16 = _folded(block.up_8), _folded(block.up_16)
        self.pool = block.pool
        if self.pool == "skeletal":
            self.keep(pairs_16=block.pairs_16, pairs_8=block.pairs_8)
            self.keep(parent_16=block.parent_16, parent_8=block.parent_8)
        if self.pool in ("gpool", "sagpool"):
            self.pool_16, self.pool_8 = block.pool_16, block.pool_8
            self.keep(links=block.links, affinity=block.down_16.conv.affinity)

    def forward(self, x: Tensor) -> Tensor:
        if self.pool in ("gpool", "sagpool"):
            return self._chosen(x)
        skip_16 = self.down_16(x).relu()
        skip_8 = self.down_8(self._pooled(skip_16, "16")).relu()
        y = self.bottom_4(self._pooled(skip_8, "8")).relu()
        y = self.up_8(self._unpooled(y, "8") + skip_8).relu()
        return self.up_16(self._unpooled(y, "16") + skip_16).relu() + x

    def _pooled(self, x: Tensor, scale: str) -> Tensor:
        if self.pool == "none":
            return x
        pairs = getattr(self, f"pairs_{scale}")
        return torch.maximum(x[pairs[:, 0]], x[pairs[:, 1]])

    def _unpooled(self, x: Tensor, scale: str) -> Tensor:
        return x if self.pool == "none" else x[getattr(self, f"parent_{scale}")]

    def _chosen(self, x: Tensor) -> Tensor:
        batch = x.shape[1]
        affinity = self.affinity.expand(batch, -1, -1)
        skip_16 = self.down_16(x).relu()
        links = self.links.expand(batch, -1, -1)
        y, affinity_8, links, index_8 = _choose(self.pool_16, skip_16, affinity, links)
        skip_8 = self.down_8(y, affinity_8).relu()
        y, affinity_4, _, index_4 = _choose(self.pool_8, skip_8, affinity_8, links)
        y = self.bottom_4(y, affinity_4).relu()
        y = self.up_8(_spread(y, index_4, skip_8), affinity_8).relu()
        return self.up_16(_spread(y, index_8, skip_16)).relu() + x


def _folded(layer: torch.nn.Module) -> FastConv:
    assert isinstance(layer, Layer)
    return FastConv(layer.conv, layer.norm)


def _choose(pool: NodePool, x: Tensor, affinity: Tensor, links: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    kept, affinity, links, index = pool(x.transpose(0, 1), affinity, links)
    return kept.transpose(0, 1), affinity, links, index


def _spread(x: Tensor, index: Tensor, skip: Tensor) -> Tensor:
    """The chosen nodes back at their places, plus what was there."""
    return skip.scatter_add(0, index.T.unsqueeze(-1).expand_as(x), x)
