"""GraphSH: Graph Stacked Hourglass Networks for 3D Human Pose Estimation (Xu and Takano, CVPR 2021).

One frame of 16 joints in, 16 joints out. Four hourglasses in series, each passing through skeletons of 16, 8 and 4
nodes; what each of them found is reduced, joined and weighted by channel (squeeze and excitation).
Also the rows of its ablations: three graph convolutions, four ways to pool, multi-level features with and without the
weighting or left out, and the sequential residual network (SeqRes) it is compared with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lifting.graph import Scale, adjacency, public_scales, row_normalised, skeletal_scales
from lifting.layers import (
    ChannelNorm,
    Network,
    PreAggrConv,
    Record,
    SemGConv,
    VanillaConv,
    check_windows,
    record_map,
)
from lifting.models import check_choice, find_skeleton
from poses.maps import LiftMap

CONVOLUTIONS = ("preaggr", "semgconv", "vanilla")
POOLS = ("skeletal", "none", "gpool", "sagpool")
FEATURES = ("se", "concat", "last")
LAYOUTS = ("hourglass", "seqres")
GRAPHS = ("contraction", "public")


@dataclass(frozen=True)
class Config:
    """Settings; the defaults are the published network.

    convolution: "preaggr" (private weights per source node, self apart from neighbours), "semgconv", "vanilla".
    pool: "skeletal", "none" (all at 16 nodes), "gpool" and "sagpool" (input-dependent choice of nodes).
    features: "se" (multi-level features, weighted), "concat" (no weighting), "last" (the last hourglass only).
    layout: "hourglass" or "seqres" (`stacks` residual blocks of two layers).
    node_bias: PreAggr's bias per node (the published counts of GraphSH) or shared (those of SeqRes, and public code).
    graph: "contraction", or "public" for the coarse edges and the un-pooling table of the public re-implementation.
    """

    window: int = 1
    skeleton: str = "H36M16"
    convolution: str = "preaggr"
    pool: str = "skeletal"
    features: str = "se"
    layout: str = "hourglass"
    node_bias: bool = True
    graph: str = "contraction"
    channels: int = 64
    stacks: int = 4
    reduction: int = 8
    dropout: float = 0.25

    def __post_init__(self) -> None:
        if self.window != 1:
            raise ValueError(f"window of graphsh must be 1, it sees a single frame, got {self.window}")
        check_choice("convolution", self.convolution, CONVOLUTIONS)
        check_choice("pool", self.pool, POOLS)
        check_choice("features", self.features, FEATURES)
        check_choice("layout", self.layout, LAYOUTS)
        check_choice("graph", self.graph, GRAPHS)
        if self.convolution == "semgconv" and self.pool in ("gpool", "sagpool"):
            raise ValueError(
                f"pool {self.pool!r} needs convolution 'preaggr' or 'vanilla': semgconv learns fixed edges"
            )
        if self.channels % (2 * self.stacks) or self.channels % self.reduction:
            raise ValueError(
                f"channels must be divisible by 2 * stacks ({2 * self.stacks}) and by reduction ({self.reduction}), "
                f"got {self.channels}"
            )
        find_skeleton(self.skeleton)


KINDS = {"vanilla": VanillaConv, "semgconv": SemGConv, "preaggr": PreAggrConv}


class Layer(Network):
    """Graph convolution, batch norm, ReLU, dropout."""

    def __init__(self, config: Config, c_in: int, c_out: int, affinity: np.ndarray, dropout: float) -> None:
        super().__init__()
        self.conv = KINDS[config.convolution](c_in, c_out, affinity, config.node_bias)
        self.norm = ChannelNorm(c_out)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, x: Tensor, affinity: Tensor | None = None, record: Record | None = None, name: str = ""
    ) -> Tensor:
        if record is not None:
            used = self.conv.used_affinity() if affinity is None else affinity[0]
            record_map(record, name or f"affinity_{x.shape[1]}", used)
        return self.dropout(self.norm(self.conv(x, affinity)).relu())


class NodePool(Network):
    """Input-dependent pooling: score the nodes, keep the better half, gate what is kept by its score.

    learned = False: gPool, score = x p / |p|, gate sigmoid (Gao and Ji 2019). learned = True: SAGPool, score = a
    vanilla graph convolution to one channel, gate tanh (Lee et al. 2019). The kept nodes stay in the order of the
    skeleton, so that a place in the smaller graph keeps its meaning as far as it can.
    """

    def __init__(self, channels: int, affinity: np.ndarray, learned: bool) -> None:
        super().__init__()
        self.score: VanillaConv | None = VanillaConv(channels, 1, affinity) if learned else None
        if not learned:
            self.direction = nn.Parameter(torch.randn(channels))

    def forward(self, x: Tensor, affinity: Tensor, links: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """x (B, N, C), affinity and links (B, N, N) -> kept x, affinity and links (B, N/2, ...), index (B, N/2)."""
        if self.score is not None:
            score = self.score(x, affinity).squeeze(-1)
            gate = score.tanh()
        else:
            score = x @ (self.direction / self.direction.norm())
            gate = score.sigmoid()
        index = score.topk(x.shape[1] // 2, dim=1).indices.sort(dim=1).values
        kept = (x * gate.unsqueeze(-1)).gather(1, index.unsqueeze(-1).expand(-1, -1, x.shape[2]))
        # Two steps of the graph keep the kept nodes connected (Graph U-Nets), then rows sum to 1 again.
        two = ((links @ links) > 0).to(x.dtype)
        rows = two.gather(1, index.unsqueeze(-1).expand(-1, -1, two.shape[2]))
        links = rows.gather(2, index.unsqueeze(1).expand(-1, index.shape[1], -1))
        return kept, links / links.sum(dim=-1, keepdim=True), links, index


def node_unpool(x: Tensor, index: Tensor, nodes: int) -> Tensor:
    """(B, N, C) back to `nodes` nodes: each at the place it came from, zeros where nothing was kept (gUnpool)."""
    empty = x.new_zeros(x.shape[0], nodes, x.shape[2])
    return empty.scatter(1, index.unsqueeze(-1).expand(-1, -1, x.shape[2]), x)


class Hourglass(Network):
    """Down through 16, 8 and 4 nodes and up again, five layers, additive skips at every scale and around the whole."""

    def __init__(self, config: Config, scales: tuple[Scale, Scale, Scale]) -> None:
        super().__init__()
        narrow, middle, wide = config.channels, config.channels * 3 // 2, config.channels * 2
        fine, half, quarter = (row_normalised(scale.adjacency) for scale in scales)

        def layer(c_in: int, c_out: int, affinity: np.ndarray) -> Layer:
            return Layer(config, c_in, c_out, affinity, config.dropout)

        self.down_16, self.down_8 = layer(narrow, middle, fine), layer(middle, wide, half)
        self.bottom_4 = layer(wide, wide, quarter)
        self.up_8, self.up_16 = layer(wide, middle, half), layer(middle, narrow, fine)
        self.pool = config.pool
        if config.pool == "skeletal":
            for name, scale in (("pairs_16", scales[0]), ("pairs_8", scales[1])):
                self.register_buffer(name, torch.tensor(scale.groups), persistent=False)
                self.register_buffer(f"parent_{name[6:]}", torch.tensor(scale.parent), persistent=False)
        if config.pool in ("gpool", "sagpool"):
            self.pool_16 = NodePool(middle, fine, config.pool == "sagpool")
            self.pool_8 = NodePool(wide, half, config.pool == "sagpool")
            self.register_buffer("links", torch.tensor((fine > 0).astype(np.float32)), persistent=False)

    def forward(self, x: Tensor, record: Record | None = None) -> Tensor:
        if self.pool in ("gpool", "sagpool"):
            return self._chosen(x, record)
        skip_16 = self.down_16(x, record=record)
        skip_8 = self.down_8(self._pooled(skip_16, "16"), record=record)
        y = self.bottom_4(self._pooled(skip_8, "8"), record=record)
        y = self.up_8(self._unpooled(y, "8") + skip_8, record=record)
        return self.up_16(self._unpooled(y, "16") + skip_16, record=record) + x

    def _pooled(self, x: Tensor, scale: str) -> Tensor:
        """Skeletal Pool: element-wise maximum over the two nodes of a group."""
        return x if self.pool == "none" else x[:, getattr(self, f"pairs_{scale}")].amax(dim=2)

    def _unpooled(self, x: Tensor, scale: str) -> Tensor:
        """Skeletal Unpool: every node gets its group's features."""
        return x if self.pool == "none" else x[:, getattr(self, f"parent_{scale}")]

    def _chosen(self, x: Tensor, record: Record | None) -> Tensor:
        batch = x.shape[0]
        affinity = self.down_16.conv.affinity.expand(batch, -1, -1)
        skip_16 = self.down_16(x, record=record)
        kept, affinity_8, links, index_8 = self.pool_16(skip_16, affinity, self.links.expand(batch, -1, -1))
        skip_8 = self.down_8(kept, affinity_8, record)
        kept, affinity_4, _, index_4 = self.pool_8(skip_8, affinity_8, links)
        y = self.bottom_4(kept, affinity_4, record)
        y = self.up_8(node_unpool(y, index_4, skip_8.shape[1]) + skip_8, affinity_8, record)
        return self.up_16(node_unpool(y, index_8, x.shape[1]) + skip_16, record=record) + x


class ChannelWeights(Network):
    """Squeeze and excitation: x (B, N, C) times sigmoid(W2 relu(W1 mean over joints)), equation (2) and (3)."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, channels // reduction)
        self.excite = nn.Linear(channels // reduction, channels)

    def forward(self, x: Tensor, record: Record | None = None) -> Tensor:
        weights = self.excite(self.squeeze(x.mean(dim=1)).relu()).sigmoid()
        record_map(record, "channel_weights", weights[0])
        return x * weights.unsqueeze(1)


class Model(Network):
    """Normalised 2D (B, 1, J, 2) -> root-relative 3D (B, J, 3), metres."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.skeleton = find_skeleton(config.skeleton)
        scales = _scales(config)
        affinity = row_normalised(scales[0].adjacency)
        width = config.channels
        self.embed = Layer(config, 2, width, affinity, 0.0)
        self.squeeze = None
        if config.layout == "seqres":
            blocks = [_residual(config, affinity) for _ in range(config.stacks)]
            self.blocks = nn.ModuleList(blocks)
            self.reducers = nn.ModuleList()
            self.head: nn.Module = KINDS[config.convolution](width, 3, affinity, config.node_bias)
            return
        self.blocks = nn.ModuleList([Hourglass(config, scales) for _ in range(config.stacks)])
        several = config.features != "last"
        self.reducers = nn.ModuleList(nn.Linear(width, width // config.stacks) for _ in range(config.stacks * several))
        if config.features == "se":
            self.squeeze = ChannelWeights(width, config.reduction)
        self.head = nn.Linear(width, 3)

    def forward(self, x: Tensor, record: Record | None = None) -> Tensor:
        check_windows(x, 1, len(self.skeleton))
        y = self.embed(x[:, 0], record=record, name="affinity_input")
        levels = []
        for number, block in enumerate(self.blocks):
            y = block(y, record) if isinstance(block, Hourglass) else self._residual_step(block, y, record)
            if len(self.reducers):
                levels.append(self.reducers[number](y))
        if levels:
            y = torch.cat(levels, dim=-1)
        if self.squeeze is not None:
            y = self.squeeze(y, record)
        return self.head(y)

    @staticmethod
    def _residual_step(block: nn.Module, x: Tensor, record: Record | None) -> Tensor:
        y = x
        for layer in block.children():
            y = layer(y, record=record)
        return x + y

    @torch.no_grad()
    def maps(self, x: Tensor) -> dict[str, LiftMap]:
        """Maps of one window (1, 1, J, 2).

        affinity_input (target, source): of the first layer. affinity_16, _8, _4 (stack, level, target, source): of the
        layers of each hourglass in the order they run, at that many nodes; where the pooling is input-dependent, those
        of this pose. channel_weights (stack, channel): what squeeze and excitation gives each stack's channels.
        """
        record: Record = {}
        self(x, record)
        out = {}
        for name, values in record.items():
            stacked = torch.stack(values).squeeze(0) if len(values) == 1 else torch.stack(values)
            if name == "channel_weights":
                out[name] = LiftMap(name, stacked.view(self.config.stacks, -1).cpu().numpy(), ("stack", "channel"))
                continue
            kind = "joint" if stacked.shape[-1] == len(self.skeleton) else "group"
            axes: tuple[str, ...] = (f"target_{kind}", f"source_{kind}")
            if name != "affinity_input":
                stacked = stacked.view(self.config.stacks, -1, *stacked.shape[-2:])
                axes = ("stack", "level", *axes)
            whole = self.config.pool in ("skeletal", "none") or kind == "joint"
            groups = self._groups(stacked.shape[-1]) if whole and kind == "group" else ()
            out[name] = LiftMap(name, stacked.cpu().numpy(), axes, fixed=whole, groups=groups)
        return out

    def _groups(self, nodes: int) -> tuple[tuple[str, ...], ...]:
        """Names of the joints that Skeletal Pool has brought together in each of `nodes` nodes."""
        members: list[tuple[str, ...]] = [(name,) for name in self.skeleton.joint_names]
        for scale in _scales(self.config):
            if len(members) > nodes:
                members = [tuple(name for node in group for name in members[node]) for group in scale.groups]
        return tuple(members)


def _residual(config: Config, affinity: np.ndarray) -> nn.Sequential:
    layers = [Layer(config, config.channels, config.channels, affinity, config.dropout) for _ in range(2)]
    return nn.Sequential(*layers)


def _scales(config: Config) -> tuple[Scale, Scale, Scale]:
    skeleton = find_skeleton(config.skeleton)
    if config.layout == "hourglass" and config.pool == "skeletal":
        scales = skeletal_scales(skeleton)
        return scales if config.graph == "contraction" else public_scales(*scales)
    whole = adjacency(skeleton)
    sizes = [len(whole)] * 3
    if config.layout == "hourglass" and config.pool != "none":
        if len(whole) % 4:
            raise ValueError(f"pool {config.pool!r} halves the joints twice, got {len(whole)} joints")
        # The chosen nodes bring their own edges; these only say how many nodes there will be.
        sizes = [len(whole), len(whole) // 2, len(whole) // 4]
    none = np.empty((0, 2), dtype=int)
    first, second, third = (Scale(whole[:n, :n], none, none[:, 0]) for n in sizes)
    return first, second, third
