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

from lifting.graph import Scale, adjacency, adjacency_of, row_normalised, skeletal_scales
from lifting.layers import ChannelNorm, Record, check_windows, note, uniform_bias, xavier
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


class GraphConv(nn.Module):
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

    def __init__(self, c_in: int, c_out: int, affinity: np.ndarray, node_bias: bool) -> None:
        super().__init__(c_in, c_out, affinity)
        self.weight = xavier(c_in, c_out)
        self.bias = uniform_bias(c_out)

    def forward(self, x: Tensor, affinity: Tensor | None = None) -> Tensor:
        return (self.affinity if affinity is None else affinity) @ (x @ self.weight) + self.bias


class SemGConv(GraphConv):
    """y = diag(S) x W0 + offdiag(S) x W1 + b, S the row softmax of one learned number per edge (Zhao et al. 2019)."""

    def __init__(self, c_in: int, c_out: int, affinity: np.ndarray, node_bias: bool) -> None:
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

    def __init__(self, c_in: int, c_out: int, affinity: np.ndarray, node_bias: bool) -> None:
        super().__init__(c_in, c_out, affinity)
        nodes = len(affinity)
        self.weight = xavier(2, nodes, c_in, c_out)
        self.bias = uniform_bias(nodes, c_out) if node_bias else uniform_bias(c_out)

    def forward(self, x: Tensor, affinity: Tensor | None = None) -> Tensor:
        own, others = torch.einsum("bjc,sjcd->sbjd", x, self.weight)
        return self.mix(own, others, self.affinity if affinity is None else affinity) + self.bias


KINDS = {"vanilla": VanillaConv, "semgconv": SemGConv, "preaggr": PreAggrConv}


class Layer(nn.Module):
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
            note(record, name or f"affinity_{x.shape[1]}", used)
        return self.dropout(self.norm(self.conv(x, affinity)).relu())


class NodePool(nn.Module):
    """Input-dependent pooling: score the nodes, keep the better half, gate what is kept by its score.

    learned = False: gPool, score = x p / |p|, gate sigmoid (Gao and Ji 2019). learned = True: SAGPool, score = a
    vanilla graph convolution to one channel, gate tanh (Lee et al. 2019). The kept nodes stay in the order of the
    skeleton, so that a place in the smaller graph keeps its meaning as far as it can.
    """

    def __init__(self, channels: int, affinity: np.ndarray, learned: bool) -> None:
        super().__init__()
        self.score = VanillaConv(channels, 1, affinity, False) if learned else None
        self.direction = None if learned else nn.Parameter(torch.randn(channels))

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


class Hourglass(nn.Module):
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


class ChannelWeights(nn.Module):
    """Squeeze and excitation: x (B, N, C) times sigmoid(W2 relu(W1 mean over joints)), equation (2) and (3)."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, channels // reduction)
        self.excite = nn.Linear(channels // reduction, channels)

    def forward(self, x: Tensor, record: Record | None = None) -> Tensor:
        weights = self.excite(self.squeeze(x.mean(dim=1)).relu()).sigmoid()
        note(record, "channel_weights", weights[0])
        return x * weights.unsqueeze(1)


class Model(nn.Module):
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
            out[name] = LiftMap(name, stacked.cpu().numpy(), axes)
        return out


def _residual(config: Config, affinity: np.ndarray) -> nn.Sequential:
    layers = [Layer(config, config.channels, config.channels, affinity, config.dropout) for _ in range(2)]
    return nn.Sequential(*layers)


def _scales(config: Config) -> tuple[Scale, Scale, Scale]:
    if config.layout == "seqres" or config.pool == "none":
        none = np.empty((0, 2), dtype=int)
        same = Scale(adjacency(find_skeleton(config.skeleton)), none, none[:, 0])
        return same, same, same
    if config.pool != "skeletal":
        fine = adjacency(find_skeleton(config.skeleton))
        if len(fine) % 4:
            raise ValueError(f"pool {config.pool!r} halves the joints twice, got {len(fine)} joints")
        none = np.empty((0, 2), dtype=int)
        return tuple(Scale(fine[:n, :n], none, none[:, 0]) for n in (len(fine), len(fine) // 2, len(fine) // 4))  # type: ignore[return-value]
    fine, middle, coarse = skeletal_scales(find_skeleton(config.skeleton))
    if config.graph == "contraction":
        return fine, middle, coarse
    # The public code un-pools the shins crosswise, hangs the shoulders on the pelvis, and joins trunk to arms.
    crossed = fine.parent.copy()
    shins = fine.groups[:2]
    crossed[shins[0]], crossed[shins[1]] = 1, 0
    edges_8 = ((0, 2), (1, 2), (2, 3), (3, 7), (4, 7), (5, 7), (6, 7))
    return (
        Scale(fine.adjacency, fine.groups, crossed),
        Scale(adjacency_of(8, edges_8), middle.groups, middle.parent),
        Scale(adjacency_of(4, ((0, 1), (1, 2), (2, 3))), coarse.groups, coarse.parent),
    )
