"""The fast path gives the plain path's numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from networks import KINDS, PRESETS, build, small, stir

from lifting.fast import Plain, make_fast
from lifting.fast.blockconv import BlockConv, transforms
from lifting.lifter import TorchLifter
from lifting.preset import read_preset
from poses.windows import cut_windows


def _both(model, frames, step=1):
    lifter = TorchLifter(model, "test", "person", device="cpu", batch=4)
    xy = np.random.default_rng(1).normal(size=(frames, len(lifter.skeleton), 2))
    return lifter.lift(cut_windows(xy, lifter.window, step)), lifter.lift_sequence(xy, step=step)


@pytest.mark.parametrize("step", [1, 3, 1 / 3])
@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_sequence_at_once_gives_what_window_by_window_gives(kind, step):
    plain, fast = _both(stir(small(kind)), 11, step)
    assert np.abs(plain).max() > 0.05
    np.testing.assert_allclose(fast, plain, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in PRESETS if "kernels" not in name])
def test_the_fast_path_of_a_preset_is_its_plain_path(name):
    torch.manual_seed(0)
    plain, fast = _both(stir(build(read_preset(name))), 3)
    np.testing.assert_allclose(fast, plain, atol=1e-5)


def test_an_architecture_without_a_fast_path_is_lifted_all_the_same():
    model = stir(small("convformer"))

    class Other(type(model)):
        """As if it came from another file."""

    Other.__module__ = "lifting.models.other"
    model.__class__ = Other
    assert isinstance(make_fast(model), Plain)
    plain, fast = _both(model, 11)
    np.testing.assert_allclose(fast, plain, atol=1e-5)


def test_the_fast_path_leaves_the_network_as_it_was():
    model = stir(small("convformer"))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    make_fast(model)
    assert all(p.requires_grad for p in model.parameters())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize(("block", "size"), [(8, 7), (9, 7), (22, 7), (40, 7), (12, 3), (13, 1)])
def test_block_transforms_correlate(block, size):
    drawn = np.random.default_rng(0)
    x, w = drawn.normal(size=block), drawn.normal(size=size)
    forwards, kernel, backwards = transforms(block, size)
    np.testing.assert_allclose(backwards @ ((kernel @ w) * (forwards @ x)), np.correlate(x, w, "valid"), atol=1e-12)


@pytest.mark.parametrize(
    ("channels", "length", "size"), [(3, 20, 3), (40, 544, 7), (40, 543, 5), (96, 100, 7), (2, 5, 1)]
)
def test_block_convolution_is_the_convolution(channels, length, size):
    torch.manual_seed(0)
    weight, bias = torch.randn(2 * channels, channels, size), torch.randn(2 * channels)
    x = torch.randn(2, channels, length)
    conv = BlockConv(weight, bias, length)
    expected = F.conv1d(x, weight, bias, padding=size // 2)
    found = conv(x.transpose(0, 1)).transpose(0, 1)
    assert conv.plain == (channels < 40)
    assert conv.products <= weight.numel() * length
    assert (found - expected).abs().max() < 1e-5 * expected.abs().max()


def test_long_windows_take_the_blocked_convolution_with_a_third_of_the_products():
    fast = make_fast(build(read_preset("convformer_t243")))
    conv = fast.temporal[0].conv
    assert not conv.plain
    assert 3 * conv.products < 3 * 243 * 243 * 7 * 544
