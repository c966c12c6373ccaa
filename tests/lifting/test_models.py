"""Every network and every preset keeps the contract of lifting.models."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from networks import KINDS, PRESETS, build, small, stir, windows

from lifting.card import ModelCard
from lifting.checkpoint import load_model, save_weights
from lifting.models import make_config, make_model
from lifting.preset import Preset, read_preset


@pytest.fixture(autouse=True)
def _repeatable():
    torch.manual_seed(0)


def _gradients(model: Any, x: torch.Tensor) -> dict[str, float]:
    model.zero_grad()
    out = model(x)
    assert out.shape == (len(x), len(model.skeleton), 3)
    assert torch.isfinite(out).all()
    (out * torch.randn(out.shape)).sum().backward()
    return {name: 0.0 if p.grad is None else float(p.grad.abs().max()) for name, p in model.named_parameters()}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_gives_finite_joints_and_a_gradient_to_every_parameter(name):
    preset = read_preset(name)
    # Without dropout the bias of a spatial key moves nothing: it adds the same to all scores of a row.
    changes = {"drop_path": 0.0, "dropout": 0.2} if preset.architecture == "convformer" else {}
    model = build(preset, **changes)
    x = windows(model, 2)
    found = _gradients(model.train(), x)
    smallest = 1e-6 * max(found.values())
    if min(found.values()) <= smallest:
        # A bias in front of a batch norm has no gradient while that takes its mean away, but has one in eval mode.
        fixed = _gradients(model.eval(), x)
        found = {key: max(value, fixed[key]) for key, value in found.items()}
    without = [key for key, value in found.items() if value <= smallest and not _moves_nothing(preset, key)]
    assert not without


def _moves_nothing(preset: Preset, name: str) -> bool:
    """A bias that is one number for all features of a row, where every path goes on through a layer norm, which takes
    it away again: ConvFormer's of the projection over frames, MLP-Mixer's of the joints. The published counts include
    them, so they stay; they cannot learn.
    """
    over_frames = name.startswith("temporal.") and name.endswith("attention.project.bias")
    return over_frames or (preset.config.get("mixing") == "mlp" and name.endswith("joints.reduce.bias"))


@pytest.mark.parametrize("kind", KINDS)
def test_one_batch_is_learned_by_heart(kind):
    model = small(kind, **({"dropout": 0.0, "drop_path": 0.0} if "convformer" in kind else {"dropout": 0.0}))
    x, target = windows(model, 4), torch.randn(4, len(model.skeleton), 3)
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    first = last = float("nan")
    for step in range(400):
        optimiser.zero_grad()
        loss = (model.train()(x) - target).square().mean()
        loss.backward()
        optimiser.step()
        last = loss.item()
        first = last if step == 0 else first
        if last < 0.05 * first:
            break
    assert last < 0.05 * first


@pytest.mark.parametrize("kind", KINDS)
def test_a_window_alone_gives_what_it_gives_in_a_batch(kind):
    model = stir(small(kind))
    x = windows(model, 5)
    with torch.no_grad():
        together = model(x)
        alone = torch.cat([model(row[None]) for row in x])
    assert torch.allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_saved_and_loaded_weights_give_the_same_joints(kind, tmp_path):
    architecture, config = KINDS[kind]
    model = stir(small(kind))
    settings = {key: list(v) if isinstance(v, tuple) else v for key, v in vars(config).items()}
    card = ModelCard(kind, kind, architecture, settings, config.window, config.skeleton, "person")
    x = windows(model, 3)
    with torch.no_grad():
        expected = model(x)
        assert torch.equal(load_model(save_weights(model, card, tmp_path))(x), expected)
        if "gpool" in kind or "sagpool" in kind:
            return  # Which nodes are chosen may hang on the last digit.
        halved = load_model(save_weights(model, card, tmp_path, half=True))
        assert torch.allclose(halved(x), expected, atol=2e-2)


@pytest.mark.parametrize("kind", KINDS)
def test_maps_are_named_by_axis_and_asking_for_them_changes_nothing(kind):
    model = stir(small(kind))
    x = windows(model, 1)
    with torch.no_grad():
        assert torch.equal(model(x, {}), model(x))
    maps = model.maps(x)
    assert bool(maps) == ("mixer" not in kind)
    joints, frames = len(model.skeleton), model.config.window
    for one in maps.values():
        assert torch.isfinite(torch.tensor(one.values)).all()
        for size, axis in zip(one.values.shape, one.axes, strict=True):
            assert "joint" not in axis or size == joints
            assert "frame" not in axis or size == frames
        if one.attention or "affinity" in one.name:
            assert one.values.sum(axis=-1) == pytest.approx(1.0, abs=1e-5)
    if "convformer" in kind:
        assert maps["spatial_attention"].attention and maps["temporal_attention"].attention


def test_attention_maps_are_those_the_output_is_made_with():
    """Values weighted by the recorded attention give what the fused attention gives."""
    attention = stir(small("convformer")).temporal[0].attention
    x = torch.randn(1, 5, 272)
    record: dict = {}
    seen = []
    handle = attention.project.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    with torch.no_grad():
        attention(x, record)
        value = attention._split(attention.value(x))
    handle.remove()
    by_hand = (record["temporal_attention"][0] @ value).transpose(1, 2).flatten(2)
    assert torch.allclose(by_hand.transpose(1, 2), seen[0], atol=1e-5)


def test_training_merges_the_kernels_and_means_the_same():
    model = small("convformer", dropout=0.0, drop_path=0.0)
    x = windows(model, 2)
    stir(model)
    with torch.no_grad():
        assert torch.allclose(model.eval()(x), model.train()(x), atol=1e-6)


def test_released_propagation_mixes_no_neighbours_and_the_papers_does():
    """The spec's finding: the published code reads only the diagonal of the adjacency."""
    for propagation, mixes in (("paper", True), ("released", False)):
        model = small("mlp_graphwj_t1", propagation=propagation)
        graph = stir(model).layers[0].channels.graph_1
        h = torch.randn(1, 16, 24)
        moved = h.clone()
        moved[0, 5] += 1
        with torch.no_grad():
            change = (graph(moved, h)[0] - graph(h, h)[0]).abs().amax(dim=-1)[0]
        assert (change[[j for j in range(16) if j != 5]].max() > 1e-6) == mixes


@pytest.mark.parametrize(
    ("architecture", "settings", "words"),
    [
        ("convformer", {"window": 8}, "window must be odd so that it has a centre frame, got 8"),
        ("mlp_graphwj", {"window": 8}, "window must be odd so that it has a centre frame, got 8"),
        ("graphsh", {"window": 9}, "window of graphsh must be 1, it sees a single frame, got 9"),
        ("graphsh", {"skeleton": "H36M17"}, "skeletal pooling pairs the 16 joints of H36M16"),
        ("graphsh", {"convolution": "chebyshev"}, "convolution must be one of preaggr, semgconv, vanilla"),
        ("convformer", {"window": "9"}, "convformer cannot have these settings: expected int, found str at window"),
        ("graphsh", {"colour": 1}, "graphsh has no setting colour"),
        ("convformer", {"kernels": [4]}, "kernels must be odd"),
        ("convformer", {"heads": 7}, r"width must be divisible by heads \(7\), got 32"),
        ("transformer", {}, "architecture must be one of convformer, graphsh, mlp_graphwj, got 'transformer'"),
    ],
)
def test_settings_that_do_not_fit_are_refused_with_what_was_expected_and_found(architecture, settings, words):
    with pytest.raises(ValueError, match=words):
        make_model(architecture, settings)


@pytest.mark.parametrize("kind", ["graphsh", "mlp_graphwj_t5", "convformer"])
def test_windows_of_the_wrong_shape_are_refused(kind):
    model = small(kind)
    frames, joints = model.config.window, len(model.skeleton)
    for shape in ((2, frames + 2, joints, 2), (2, frames, joints + 1, 2), (2, frames, joints, 3), (frames, joints, 2)):
        with pytest.raises(ValueError, match=rf"must have shape \(B, {frames}, {joints}, 2\).*got \({shape[0]}, "):
            model(torch.zeros(shape))


def test_config_survives_a_round_trip_through_plain_settings():
    for architecture, config in KINDS.values():
        settings = {key: list(v) if isinstance(v, tuple) else v for key, v in vars(config).items()}
        assert make_config(architecture, settings) == config


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("kind", KINDS)
def test_cuda_gives_what_the_cpu_gives(kind):
    model = stir(small(kind))
    x = windows(model, 4)
    with torch.no_grad():
        expected = model(x)
        assert torch.allclose(model.cuda()(x.cuda()).cpu(), expected, atol=1e-4)
