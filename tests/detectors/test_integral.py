"""The differentiable decoders, the training loss and the small head."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from detectors import heatmaps
from detectors._integral import (
    HeatmapHead,
    IntegralLoss,
    SmallPoseNet,
    compensated_soft_argmax,
    gaussian_maps,
    soft_argmax,
)


@pytest.fixture
def maps() -> torch.Tensor:
    places = torch.tensor([[[10.0, 12.0], [30.3, 40.7]], [[40.0, 9.0], [21.5, 50.0]]], dtype=torch.float64)
    return gaussian_maps(places, (64, 48), 2.0)


@pytest.mark.parametrize("beta", [1.0, 5.0, 10.0])
def test_torch_and_numpy_decode_alike(maps, beta):
    np.testing.assert_allclose(soft_argmax(maps, beta).numpy(), heatmaps.decode_soft(maps.numpy(), beta).xy, atol=1e-9)
    ours = compensated_soft_argmax(maps, beta).numpy()
    np.testing.assert_allclose(ours, heatmaps.decode_compensated(maps.numpy(), beta).xy, atol=1e-9)


@pytest.mark.parametrize("decode", [soft_argmax, compensated_soft_argmax])
def test_gradients_are_those_of_finite_differences(decode):
    torch.manual_seed(0)
    maps = torch.rand(2, 6, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda m: decode(m, 3.0), (maps,))


def test_an_empty_map_gives_a_finite_gradient():
    maps = torch.zeros(1, 1, 16, 12, requires_grad=True)
    IntegralLoss()(maps, torch.tensor([[[3.0, 4.0]]]), torch.ones(1, 1)).backward()
    assert torch.isfinite(maps.grad).all()


def test_the_right_maps_have_no_loss_only_where_regression_is_compensated():
    target = torch.tensor([[[8.0, 9.0]]])
    maps = gaussian_maps(target, (64, 48), 2.0)
    seen = torch.ones(1, 1)

    assert IntegralLoss(compensate=True)(maps, target, seen) < 1e-6
    assert IntegralLoss(compensate=False)(maps, target, seen) > 1e-2


def test_hidden_keypoints_do_not_count():
    target = torch.tensor([[[8.0, 9.0], [20.0, 30.0]]])
    maps = gaussian_maps(target, (64, 48), 2.0)
    wrong = target.clone()
    wrong[0, 1] = 40.0

    assert IntegralLoss()(maps, wrong, torch.tensor([[1.0, 0.0]])) < 1e-6
    assert IntegralLoss()(maps, wrong, torch.ones(1, 2)) > 0.1


@pytest.mark.parametrize("loss", [IntegralLoss(1, 0), IntegralLoss(0, 1, compensate=False), IntegralLoss(1, 1)])
def test_every_parameter_gets_a_gradient(loss):
    torch.manual_seed(0)
    net = SmallPoseNet(joints=4)
    loss(net(torch.rand(2, 3, 64, 48)), torch.rand(2, 4, 2) * 10, torch.ones(2, 4)).backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


def test_the_head_doubles_its_input_and_is_never_negative():
    head = HeatmapHead(channels=8, joints=5, doublings=2).eval()
    maps = head(torch.randn(1, 8, 6, 4))
    assert maps.shape == (1, 5, 24, 16)
    assert (maps >= 0).all()


@pytest.mark.slow
def test_one_batch_is_learned_by_heart():
    torch.manual_seed(0)
    pictures = torch.rand(4, 3, 64, 48)
    target = torch.rand(4, 3, 2) * torch.tensor([11.0, 15.0])
    net, loss, seen = SmallPoseNet(joints=3), IntegralLoss(sigma=1.0), torch.ones(4, 3)
    optimiser = torch.optim.Adam(net.parameters(), lr=5e-3)
    for _ in range(250):
        optimiser.zero_grad()
        loss(net(pictures), target, seen).backward()
        optimiser.step()
    found = compensated_soft_argmax(net(pictures))
    assert (found - target).norm(dim=-1).mean() < 0.5
