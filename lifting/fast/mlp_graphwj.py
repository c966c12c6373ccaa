"""MLP-GraphWJ, fast: the embedding as a convolution over the sequence, fewer and larger matrix products, norms folded.

Joints come in front (J, B, channels): mixing joints is then one matrix product over everything behind them. The term
of the first features is linear in them, so it is made for all layers at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from lifting.fast import Constants, bare_norm, into_linear, norm_scale
from lifting.models.mlp_graphwj import GraphMixing, MixerLayer, Model, PlainConv, WeightedJacobi


class Fast(Constants):
    """See lifting.fast. Features of a frame are its 2D joints as they come."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.window = model.config.window
        # Measured: mixing joints makes F x F numbers a pose, which shall stay in the cache.
        self.batch, self.batch_gpu = 8, 2048
        self.keep(embed=model.embed.weight.view(-1, self.window, 2).permute(0, 2, 1), embed_bias=model.embed.bias)
        layers = [FastLayer(layer) for layer in model.layers if isinstance(layer, MixerLayer)]
        self.layers = torch.nn.ModuleList(layers)
        self.widths = [width for layer in layers for width in layer.widths]
        none = model.embed.weight.new_zeros(model.config.width, 0)
        self.keep(first=torch.cat([none, *(layer.first for layer in layers if layer.first is not None)], dim=1))
        weight, bias = into_linear(model.norm, model.head)
        self.keep(head=weight, head_bias=bias)
        self.eps = model.norm.eps

    def features(self, frames: Tensor) -> Tensor:
        return frames

    def lift(self, features: Tensor, step: int = 1) -> Tensor:
        tracks = features.permute(1, 2, 0)
        # (J, n, F), as a convolution along each joint's track.
        h = F.conv1d(tracks, self.embed, self.embed_bias, dilation=step).transpose(1, 2).contiguous()
        firsts = (h @ self.first).split(self.widths, dim=-1)
        for number, layer in enumerate(self.layers):
            h = layer(h, firsts[2 * number : 2 * number + 2])
        return F.linear(bare_norm(h, self.eps), self.head, self.head_bias).transpose(0, 1)


class FastLayer(Constants):
    """A mixer layer over (J, B, F). `first` (F, sum of `widths`): what its graph layers add of the first features."""

    def __init__(self, layer: MixerLayer) -> None:
        super().__init__()
        self.norm, channels = layer.norm, layer.channels
        self.keep(expand=layer.joints.expand.weight, expand_bias=layer.joints.expand.bias.unsqueeze(1))
        self.keep(reduce=layer.joints.reduce.weight, reduce_bias=layer.joints.reduce.bias.view(-1, 1, 1))
        self.first: Tensor | None = None
        self.widths: list[int] = []
        self.graphs = torch.nn.ModuleList()
        if isinstance(channels, GraphMixing):
            pairs = ((channels.graph_1, channels.norm_1), (channels.graph_2, channels.norm_2))
            self.graphs.extend(FastGraph(graph, norm) for graph, norm in pairs)
            if isinstance(channels.graph_1, WeightedJacobi) and isinstance(channels.graph_2, WeightedJacobi):
                # The second layer sees X W3(1): both products are of X, so W3(1) W3(2) is one matrix.
                first = channels.graph_1.first
                self.first = torch.cat([first, first @ channels.graph_2.first], dim=1)
                self.widths = [first.shape[1], channels.graph_2.first.shape[1]]
        else:
            weight, bias = into_linear(channels.norm, channels.mlp.expand)
            self.keep(mix=weight, mix_bias=bias)
            self.keep(back=channels.mlp.reduce.weight, back_bias=channels.mlp.reduce.bias)
            self.eps = channels.norm.eps

    def forward(self, h: Tensor, firsts: Sequence[Tensor]) -> Tensor:
        y = F.layer_norm(h, h.shape[-1:], self.norm.weight, self.norm.bias, self.norm.eps).flatten(1)
        y = F.gelu(torch.addmm(self.expand_bias, self.expand, y))
        h = h + (self.reduce @ y).view_as(h) + self.reduce_bias
        if len(self.graphs):
            y = h
            for number, graph in enumerate(self.graphs):
                y = F.gelu(graph(y, firsts[number] if firsts else None))
            return h + y
        y = F.gelu(F.linear(bare_norm(h, self.eps), self.mix, self.mix_bias))
        return h + F.linear(y, self.back, self.back_bias)


class FastGraph(Constants):
    """A graph layer with its batch norm folded: W1 and W2 in one product, the modulation scaled.

    out = H W1 + O * (M H W2) + alpha O * (X W3) + b with M = (1 - alpha) A - I.
    """

    def __init__(self, graph: WeightedJacobi | PlainConv, norm: torch.nn.BatchNorm1d) -> None:
        super().__init__()
        scale, shift = norm_scale(norm)
        adjacency = graph.used_affinity()
        self.keep(bias=graph.bias * scale + shift)
        self.modulated = isinstance(graph, WeightedJacobi)
        if isinstance(graph, PlainConv):
            self.keep(weight=graph.weight * scale, mixing=adjacency)
            return
        eye = torch.eye(len(adjacency), device=adjacency.device)
        self.width = graph.keep.shape[1]
        self.keep_weights(graph, scale)
        self.keep(mixing=(1 - graph.alpha) * adjacency - eye)

    def keep_weights(self, graph: WeightedJacobi, scale: Tensor) -> None:
        modulation = (graph.modulation * scale).unsqueeze(1)
        self.keep(weight=torch.cat([graph.keep * scale, graph.spread], dim=1))
        self.keep(modulation=modulation, share=graph.alpha * modulation)

    def forward(self, h: Tensor, first: Tensor | None) -> Tensor:
        y = h @ self.weight
        if not self.modulated or first is None:
            return (self.mixing @ y.flatten(1)).view_as(y) + self.bias
        spread = y[..., self.width :].flatten(1)
        gathered = (self.mixing @ spread).view(first.shape)
        return torch.addcmul(
            torch.addcmul(y[..., : self.width] + self.bias, gathered, self.modulation), first, self.share
        )
