"""Public checkpoints are read by renaming, and mean what they meant.

No public weights are at hand, so the tests make checkpoints of the public layouts (names and shapes) with random
numbers, and compute what they mean straight from those names, by the formulas of the two public repositories.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from lifting import list_cards, load_lifter
from lifting.convert import main, read_public
from poses.errors import UserError
from poses.skeletons import H36M16

Tensors = dict[str, torch.Tensor]


def _drawn(shape: tuple[int, ...]) -> torch.Tensor:
    return torch.randn(shape) / math.sqrt(max(shape[-1], 1))


def _norm(name: str, width: int) -> Tensors:
    return {
        f"{name}.weight": torch.rand(width) + 0.5,
        f"{name}.bias": _drawn((width,)),
        f"{name}.running_mean": _drawn((width,)),
        f"{name}.running_var": torch.rand(width) + 0.5,
        f"{name}.num_batches_tracked": torch.tensor(7),
    }


def _linear(name: str, *shape: int) -> Tensors:
    return {f"{name}.weight": _drawn(shape), f"{name}.bias": _drawn(shape[:1])}


def _batch_norm(t: Tensors, name: str, x: torch.Tensor) -> torch.Tensor:
    scale = t[f"{name}.weight"] / (t[f"{name}.running_var"] + 1e-5).sqrt()
    return (x - t[f"{name}.running_mean"]) * scale + t[f"{name}.bias"]


def _apply(t: Tensors, name: str, x: torch.Tensor) -> torch.Tensor:
    return x @ t[f"{name}.weight"].flatten(1).T + t[f"{name}.bias"]


def _bones(edges: list[tuple[int, int]], nodes: int) -> torch.Tensor:
    matrix = torch.zeros(nodes, nodes)
    for a, b in edges:
        matrix[a, b] = matrix[b, a] = 1
    return matrix


FINE = [(j, p) for j, p in enumerate(H36M16.parents) if p >= 0]


def _mlp_graphwj(frames: int, width: int, hidden: int, layers: int) -> Tensors:
    t = _linear("to_patch_embedding", width, 2 * frames)
    t |= _linear("gconv_layers.mlp_head.0", 3, width)
    t |= {"gconv_layers.layer_norm.weight": torch.rand(width) + 0.5, "gconv_layers.layer_norm.bias": _drawn((width,))}
    for i in range(layers):
        block = f"gconv_layers.mixer_blocks.{i}"
        t |= {f"{block}.spatial_mix.0.weight": torch.rand(width), f"{block}.spatial_mix.0.bias": _drawn((width,))}
        t |= _linear(f"{block}.spatial_mix.2.net.0", width, 16) | _linear(f"{block}.spatial_mix.2.net.3", 16, width)
        for graph, norm, c_in, c_out in (
            ("graphConv", "norm1", width, hidden),
            ("graphConvII", "norm2", hidden, width),
        ):
            name = f"{block}.gconv.{graph}"
            t |= {f"{name}.W": _drawn((2, c_in, c_out)), f"{name}.W2": _drawn((1, c_in, c_out))}
            t |= {f"{name}.M": _drawn((1, 16, c_out)), f"{name}.adj2_1": 0.1 * _drawn((16, 16))}
            t |= {f"{name}.bias": _drawn((c_out,))} | _norm(f"{block}.gconv.{norm}", c_out)
    return t


def _released_jacobi(t: Tensors, name: str, x: torch.Tensor, first: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The released layer: the einsum over a repeated subscript multiplies by the adjacency's diagonal."""
    adjacency = _bones(FINE, 16)
    scale = adjacency.sum(1).pow(-0.5)
    adjacency = scale[:, None] * adjacency * scale + t[f"{name}.adj2_1"]
    diagonal = ((adjacency + adjacency.T) / 2).diagonal()[:, None]
    modulated, kept = x @ t[f"{name}.W"][0], x @ t[f"{name}.W"][1]
    first = first @ t[f"{name}.W2"][0]
    weight = t[f"{name}.M"][0]
    out = kept - weight * modulated + 0.9 * weight * modulated * diagonal + 0.1 * weight * first
    return out + t[f"{name}.bias"], first


def _run_mlp_graphwj(t: Tensors, x: torch.Tensor, layers: int) -> torch.Tensor:
    """x (B, T, 16, 2)."""
    h = first = _apply(t, "to_patch_embedding", x.permute(0, 2, 1, 3).flatten(2))
    for i in range(layers):
        block = f"gconv_layers.mixer_blocks.{i}"
        y = F.layer_norm(h, h.shape[-1:], t[f"{block}.spatial_mix.0.weight"], t[f"{block}.spatial_mix.0.bias"])
        y = F.gelu(_apply(t, f"{block}.spatial_mix.2.net.0", y.transpose(1, 2)))
        h = h + _apply(t, f"{block}.spatial_mix.2.net.3", y).transpose(1, 2)
        y, second = _released_jacobi(t, f"{block}.gconv.graphConv", h, first)
        y = F.gelu(_batch_norm(t, f"{block}.gconv.norm1", y))
        y, _ = _released_jacobi(t, f"{block}.gconv.graphConvII", y, second)
        h = h + F.gelu(_batch_norm(t, f"{block}.gconv.norm2", y))
    h = F.layer_norm(h, h.shape[-1:], t["gconv_layers.layer_norm.weight"], t["gconv_layers.layer_norm.bias"])
    return _apply(t, "gconv_layers.mlp_head.0", h)


MIDDLE = [(0, 2), (1, 2), (2, 3), (3, 7), (4, 7), (5, 7), (6, 7)]
COARSE = [(0, 1), (1, 2), (2, 3)]
EDGES = {16: FINE, 8: MIDDLE, 4: COARSE}
HIGH = [2, 3, 5, 6, 1, 4, 0, 7, 8, 9, 14, 15, 11, 12, 10, 13]
MID = [0, 1, 2, 3, 5, 6, 4, 7]
TO_HIGH = [3, 2, 1, 1, 2, 0, 0, 3, 4, 4, 7, 6, 6, 7, 5, 5]
TO_MID = [0, 0, 1, 1, 3, 2, 2, 3]


def _graphsh(kind: str, channels: int = 16, stacks: int = 2) -> Tensors:
    def layer(name: str, c_in: int, c_out: int, nodes: int) -> Tensors:
        shape = {"dc_preagg": (2, nodes), "semantic": (2,), "vanilla": (1,), "preagg": (1, nodes)}[kind]
        t = {f"{name}.gconv.W": _drawn((*shape, c_in, c_out)), f"{name}.gconv.bias": _drawn((c_out,))}
        if kind == "semantic":
            t[f"{name}.gconv.e"] = torch.randn(1, nodes + 2 * len(EDGES[nodes]))
        return t | _norm(f"{name}.bn", c_out)

    t = layer("gconv_input", 2, channels, 16)
    a, b, c = channels, channels * 3 // 2, channels * 2
    for i in range(stacks):
        for n, (c_in, c_out, nodes) in enumerate(((a, b, 16), (b, c, 8), (c, c, 4), (c, b, 8), (b, a, 16)), 1):
            t |= layer(f"gconv_layers.{i}.gconv{n}", c_in, c_out, nodes)
        t |= _linear(f"conv_layers.{i}", channels // stacks, channels, 1)
    t |= _linear("gconv_output.0.fc1", channels // 8, channels) | _linear("gconv_output.0.fc2", channels, channels // 8)
    return t | _linear("gconv_output.1", 3, channels, 1)


def _graph_layer(t: Tensors, name: str, x: torch.Tensor, kind: str) -> torch.Tensor:
    nodes = x.shape[1]
    looped = _bones(EDGES[nodes], nodes) + torch.eye(nodes)
    affinity = looped / looped.sum(1, keepdim=True)
    weight = t[f"{name}.gconv.W"]
    if kind == "vanilla":
        y = affinity @ (x @ weight[0])
    else:
        if kind == "semantic":
            logits = torch.full((nodes, nodes), -9e15)
            logits[affinity > 0] = t[f"{name}.gconv.e"][0]
            affinity = logits.softmax(1)
            own, others = x @ weight[0], x @ weight[1]
        else:
            own, others = (torch.einsum("bjn,jnm->bjm", x, w) for w in weight)
        y = (affinity * torch.eye(nodes)) @ own + (affinity * (1 - torch.eye(nodes))) @ others
    return F.relu(_batch_norm(t, f"{name}.bn", y + t[f"{name}.gconv.bias"]))


def _run_graphsh(t: Tensors, x: torch.Tensor, kind: str, stacks: int = 2) -> torch.Tensor:
    """x (B, 16, 2); the public tables of pooling and un-pooling as they are, slips included."""
    y = _graph_layer(t, "gconv_input", x, kind)
    levels = []
    for i in range(stacks):
        layer = f"gconv_layers.{i}.gconv"
        fine = _graph_layer(t, layer + "1", y, kind)
        middle = _graph_layer(t, layer + "2", fine[:, HIGH].unflatten(1, (8, 2)).amax(2), kind)
        z = _graph_layer(t, layer + "3", middle[:, MID].unflatten(1, (4, 2)).amax(2), kind)
        z = _graph_layer(t, layer + "4", z[:, TO_MID] + middle, kind)
        y = _graph_layer(t, layer + "5", z[:, TO_HIGH] + fine, kind) + y
        levels.append(_apply(t, f"conv_layers.{i}", y))
    y = torch.cat(levels, dim=2)
    share = _apply(t, "gconv_output.0.fc2", F.relu(_apply(t, "gconv_output.0.fc1", y.mean(1)))).sigmoid()
    return _apply(t, "gconv_output.1", y * share[:, None])


@pytest.mark.parametrize(("frames", "width", "hidden", "layers"), [(1, 24, 32, 3), (9, 16, 24, 2)])
def test_the_authors_mlp_graphwj_gives_the_released_codes_numbers(tmp_path, frames, width, hidden, layers):
    torch.manual_seed(0)
    tensors = _mlp_graphwj(frames, width, hidden, layers)
    torch.save(tensors, tmp_path / "model.pth")
    model, architecture, settings, _ = read_public(tmp_path / "model.pth")
    assert architecture == "mlp_graphwj"
    assert settings == {
        "window": frames, "width": width, "hidden": hidden, "layers": layers, "propagation": "released"
    }  # fmt: skip
    x = torch.randn(3, frames, 16, 2)
    with torch.no_grad():
        assert torch.allclose(model(x), _run_mlp_graphwj(tensors, x, layers), atol=1e-5)


@pytest.mark.parametrize("kind", ["dc_preagg", "semantic", "vanilla"])
def test_the_public_graphsh_gives_its_numbers(tmp_path, kind):
    torch.manual_seed(0)
    tensors = _graphsh(kind)
    torch.save(
        {"epoch": 3, "lr": 1e-4, "step": 9, "state_dict": tensors, "error": 40.1}, tmp_path / "ckpt_best.pth.tar"
    )
    model, architecture, _, _ = read_public(tmp_path / "ckpt_best.pth.tar")
    assert architecture == "graphsh"
    x = torch.randn(3, 16, 2)
    with torch.no_grad():
        assert torch.allclose(model(x[:, None]), _run_graphsh(tensors, x, kind), atol=1e-5)


def test_a_converted_checkpoint_becomes_a_lifter(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MAREY_MODELS", str(tmp_path / "models"))
    tensors = {f"module.{name}": value for name, value in _mlp_graphwj(9, 16, 24, 2).items()}
    torch.save(tensors, tmp_path / "model.pth")
    assert main([str(tmp_path / "model.pth"), "converted"]) == 0
    card = list_cards()["converted"]
    assert capsys.readouterr().out == f"{card.weights}\n"
    assert (card.window, card.skeleton, card.normalisation) == (9, "H36M16", "screen")
    xy = np.random.default_rng(0).normal(size=(4, 16, 2))
    assert load_lifter("converted", device="cpu").lift_sequence(xy).shape == (4, 16, 3)


class _Bomb:
    exploded = False

    def __reduce__(self) -> Any:
        return (_explode, ())


def _explode() -> None:
    _Bomb.exploded = True


def _spoiled() -> dict[str, tuple[Any, str]]:
    whole = _mlp_graphwj(1, 16, 24, 1)
    name = "gconv_layers.mixer_blocks.0.gconv.graphConv.M"
    return {
        "missing": ({k: v for k, v in whole.items() if k != name}, f"lacks the tensor {name}"),
        "surplus": ({**whole, "extra.weight": torch.ones(1)}, "does not know: extra.weight"),
        "shape": ({**whole, name: torch.zeros(1, 17, 24)}, r"must have shape \(16, 24\), found \(17, 24\)"),
        "nan": ({**whole, name: torch.full((1, 16, 24), math.nan)}, "must hold finite weights"),
        "other": ({"conv1.weight": torch.zeros(3)}, "must be a checkpoint of MLP-GraphWJ or GraphSH"),
        "list": ([1, 2], "must hold tensors by name, found list"),
        "convolution": (_graphsh("preagg"), "must use the graph convolution dc_preagg, semantic or vanilla"),
        "code": ({"weight": _Bomb()}, "must be a torch checkpoint that holds tensors only"),
    }


@pytest.mark.parametrize("what", _spoiled())
def test_what_does_not_fit_to_the_last_tensor_is_refused(tmp_path, what):
    content, words = _spoiled()[what]
    torch.save(content, tmp_path / "model.pth")
    with pytest.raises(UserError, match=words):
        read_public(tmp_path / "model.pth")
    assert not _Bomb.exploded


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_truncated_checkpoint_is_refused(tmp_path, share):
    path = tmp_path / "model.pth"
    torch.save(_mlp_graphwj(1, 16, 24, 1), path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(UserError, match="must be a torch checkpoint"):
        read_public(path)


def test_an_absent_checkpoint_is_named(tmp_path):
    with pytest.raises(UserError, match=r"cannot read the checkpoint .*absent"):
        read_public(tmp_path / "absent.pth")
