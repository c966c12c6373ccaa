"""MLP-GraphWJ: a mixer of joints and a graph layer for 3D human pose estimation (Hassan and Ben Hamza, BMVC 2023).

The 2D track of every joint over a window is embedded as one vector; three layers mix joints by an MLP and channels by
two weighted-Jacobi graph layers, whose weights are modulated per joint and whose adjacency is free to learn.
Also the two rows it is compared with in its ablation: a channel-mixing MLP, and plain graph convolutions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lifting.graph import adjacency, symmetric_normalised
from lifting.layers import (
    ChannelNorm,
    FeedForward,
    Network,
    Record,
    VanillaConv,
    check_windows,
    record_map,
    uniform_bias,
    xavier,
)
from lifting.models import check_choice, find_skeleton
from poses.maps import LiftMap
from poses.windows import check_window

PROPAGATIONS = ("paper", "released")
MIXINGS = ("jacobi", "gcn", "mlp")


@dataclass(frozen=True)
class Config:
    """Settings; the defaults are the published network for a single frame.

    width F, hidden R, layers L. alpha: share of the first features that every layer keeps.
    propagation: "paper" mixes neighbours (equation (6)); "released" multiplies by the diagonal of the adjacency only,
    as the authors' code does, which is what their weights were trained with.
    mixing: "jacobi" (the paper's), "gcn" or "mlp" (the rows of its Table 3).
    """

    window: int = 1
    skeleton: str = "H36M16"
    layers: int = 3
    width: int = 384
    hidden: int = 768
    alpha: float = 0.1
    dropout: float = 0.2
    propagation: str = "paper"
    mixing: str = "jacobi"

    def __post_init__(self) -> None:
        check_window(self.window)
        check_choice("propagation", self.propagation, PROPAGATIONS)
        check_choice("mixing", self.mixing, MIXINGS)
        find_skeleton(self.skeleton)


class WeightedJacobi(Network):
    """H W1 - O * (H W2) + (1 - alpha) O * (A H W2) + alpha O * (X W3) + b, equation (6), A = A_hat + Q symmetrised.

    H (B, N, C_in), X (B, N, C) the first features (or what the layer before made of them). W1 keep, W2 spread,
    W3 first, O modulation (N, C_out), Q links (N, N), all learned.
    """

    normed: Tensor

    def __init__(self, c_in: int, c_out: int, c_first: int, affinity: np.ndarray, alpha: float, paper: bool) -> None:
        super().__init__()
        self.alpha, self.paper = alpha, paper
        self.keep, self.spread, self.first = xavier(c_in, c_out), xavier(c_in, c_out), xavier(c_first, c_out)
        self.modulation = xavier(len(affinity), c_out)
        self.links = nn.Parameter(torch.full(affinity.shape, 1e-6))
        self.bias = uniform_bias(c_out)
        self.register_buffer("normed", torch.tensor(affinity, dtype=torch.float32), persistent=False)

    def used_affinity(self) -> Tensor:
        """(N, N) modulated and symmetrised; in released propagation its diagonal only."""
        modulated = self.normed + self.links
        modulated = (modulated + modulated.T) / 2
        return modulated if self.paper else modulated.diagonal().diag()

    def forward(self, h: Tensor, first: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the layer's output (B, N, C_out), and X W3, which the second layer of a block sees as X."""
        spread = h @ self.spread
        first = first @ self.first
        gathered = (1 - self.alpha) * (self.used_affinity() @ spread) + self.alpha * first - spread
        return h @ self.keep + self.modulation * gathered + self.bias, first


class PlainConv(VanillaConv):
    """A H W + b with self loops in A (Kipf and Welling); has no use for the first features and hands them on."""

    def forward(self, h: Tensor, first: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        return super().forward(h), first


class GraphMixing(Network):
    """Two graph layers F -> R -> F, each with batch norm, GELU and dropout, equations (8) and (9)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        skeleton, width, hidden = find_skeleton(config.skeleton), config.width, config.hidden
        self.graph_1: WeightedJacobi | PlainConv
        self.graph_2: WeightedJacobi | PlainConv
        if config.mixing == "gcn":
            looped = symmetric_normalised(adjacency(skeleton) + np.eye(len(skeleton)))
            self.graph_1, self.graph_2 = PlainConv(width, hidden, looped), PlainConv(hidden, width, looped)
        else:
            affinity, paper = symmetric_normalised(adjacency(skeleton)), config.propagation == "paper"
            self.graph_1 = WeightedJacobi(width, hidden, width, affinity, config.alpha, paper)
            self.graph_2 = WeightedJacobi(hidden, width, hidden, affinity, config.alpha, paper)
        self.norm_1, self.norm_2 = ChannelNorm(hidden), ChannelNorm(width)
        self.act = nn.GELU()
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, h: Tensor, first: Tensor, record: Record | None = None) -> Tensor:
        for graph in (self.graph_1, self.graph_2):
            record_map(record, "adjacency", graph.used_affinity())
        h, first = self.graph_1(h, first)
        h = self.dropout(self.act(self.norm_1(h)))
        h, _ = self.graph_2(h, first)
        return self.dropout(self.act(self.norm_2(h)))


class ChannelMixing(Network):
    """Layer norm and an MLP over channels: the MLP-Mixer row of the ablation."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.width)
        self.mlp = FeedForward(config.width, config.hidden)

    def forward(self, h: Tensor, first: Tensor, record: Record | None = None) -> Tensor:
        return self.mlp(self.norm(h))


class MixerLayer(Network):
    """Joints by an MLP on the transpose, equation (7), then channels by the graph; both with a skip."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.width)
        self.joints = FeedForward(len(find_skeleton(config.skeleton)), config.width)
        self.channels = ChannelMixing(config) if config.mixing == "mlp" else GraphMixing(config)

    def forward(self, h: Tensor, first: Tensor, record: Record | None = None) -> Tensor:
        h = h + self.joints(self.norm(h).transpose(1, 2)).transpose(1, 2)
        return h + self.channels(h, first, record)


class Model(Network):
    """Normalised 2D (B, window, J, 2) -> root-relative 3D (B, J, 3) of the centre frame, metres."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.skeleton = find_skeleton(config.skeleton)
        self.embed = nn.Linear(2 * config.window, config.width)
        self.layers = nn.ModuleList(MixerLayer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, 3)

    def forward(self, x: Tensor, record: Record | None = None) -> Tensor:
        check_windows(x, self.config.window, len(self.skeleton))
        # One row a joint: x_1, y_1, x_2, y_2, ... of its track.
        return self.mix(self.embed(x.transpose(1, 2).flatten(2)), record)

    def mix(self, first: Tensor, record: Record | None = None) -> Tensor:
        """Embedded joints (B, J, F) -> (B, J, 3) m."""
        h = first
        for layer in self.layers:
            h = layer(h, first, record)
        out: Tensor = self.head(self.norm(h))
        return out

    @torch.no_grad()
    def maps(self, x: Tensor) -> dict[str, LiftMap]:
        """Maps of one window (1, window, J, 2); none of them depends on it, they are what the network learned.

        adjacency (block, level, target, source): modulated, of the two graph layers of each block. modulation_1,
        modulation_2 (block, joint, channel): the weight modulation of the two. The MLP-Mixer row has no maps.
        """
        record: Record = {}
        self(x, record)
        out = {}
        if record:
            values = torch.stack(record["adjacency"]).unflatten(0, (-1, 2)).cpu().numpy()
            out["adjacency"] = LiftMap(
                "adjacency", values, ("block", "level", "target_joint", "source_joint"), fixed=True
            )
        if self.config.mixing == "jacobi":
            for name, graph in (("modulation_1", "graph_1"), ("modulation_2", "graph_2")):
                found = [getattr(layer.channels, graph).modulation for layer in self.layers]
                out[name] = LiftMap(name, torch.stack(found).cpu().numpy(), ("block", "joint", "channel"), fixed=True)
        return out
