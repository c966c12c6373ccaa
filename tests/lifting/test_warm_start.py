"""Trainings that start from trained weights, also from those of a shorter window."""

import pytest
import torch

from lifting.card import ModelCard
from lifting.checkpoint import save_weights
from lifting.models import make_model
from lifting.warm_start import add_joints, joint_sources, warm_start
from poses.errors import UserError
from poses.skeletons import H36M16, H36M17, H36M23, HUMANEVA15

CONVFORMER = {"width": 8, "heads": 2, "kernels": [3], "dropout": 0.0, "drop_path": 0.0}
MLP_GRAPHWJ = {"width": 16, "hidden": 24, "layers": 1}
GRAPHSH = {"dropout": 0.0}
JOINTS = {"convformer": 17, "mlp_graphwj": 16, "graphsh": 16}


def saved(folder, architecture, window, config):
    """Random weights on disk: the model, and the card with its folder."""
    torch.manual_seed(window)
    config = {"window": window, **config} if architecture != "graphsh" else config
    model = make_model(architecture, config).eval()
    name = f"{architecture}_t{window}"
    skeleton = model.config.skeleton
    card = ModelCard(name, name, architecture, config, window, skeleton, "person")
    return model, save_weights(model, card, folder)


@pytest.mark.parametrize(
    ("architecture", "config"), [("convformer", CONVFORMER), ("mlp_graphwj", MLP_GRAPHWJ), ("graphsh", GRAPHSH)]
)
def test_weights_of_the_same_network_are_taken_as_they_are(tmp_path, architecture, config):
    old, card = saved(tmp_path, architecture, 1 if architecture == "graphsh" else 3, config)
    new = make_model(architecture, card.config).eval()
    warm_start(new, card, architecture)
    x = torch.randn(2, card.window, JOINTS[architecture], 2)
    torch.testing.assert_close(new(x), old(x))


@pytest.mark.parametrize("order", ["joints_first", "frames_first"])
def test_a_convformer_stretched_in_time_gives_the_same_where_frames_come_in_equal_groups(tmp_path, order):
    config = {**CONVFORMER, "head_order": order}
    old, card = saved(tmp_path, "convformer", 3, config)
    new = make_model("convformer", {**card.config, "window": 9}).eval()
    x = torch.randn(4, 3, 17, 2)
    assert not torch.allclose(new(x.repeat_interleave(3, 1)), old(x), atol=1e-3), "equal before: the test shows nothing"
    warm_start(new, card, "convformer")
    torch.testing.assert_close(new(x.repeat_interleave(3, 1)), old(x), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(("short", "long"), [(1, 27), (3, 9)])
def test_a_widened_mlp_graphwj_gives_the_same_whatever_the_new_frames_hold(tmp_path, short, long):
    old, card = saved(tmp_path, "mlp_graphwj", short, MLP_GRAPHWJ)
    new = make_model("mlp_graphwj", {**card.config, "window": long}).eval()
    warm_start(new, card, "mlp_graphwj")
    x = torch.randn(4, long, 16, 2)
    middle = slice((long - short) // 2, (long + short) // 2)
    torch.testing.assert_close(new(x), old(x[:, middle]), atol=1e-5, rtol=1e-4)


def test_what_does_not_fit_is_refused_in_one_line(tmp_path):
    _, card = saved(tmp_path, "mlp_graphwj", 3, MLP_GRAPHWJ)
    with pytest.raises(UserError, match="cannot start from mlp_graphwj_t3: it is a mlp_graphwj"):
        warm_start(make_model("graphsh", GRAPHSH), card, "graphsh")
    with pytest.raises(UserError, match="multiple of the 3 frames"):
        warm_start(make_model("mlp_graphwj", {"window": 5, **MLP_GRAPHWJ}), card, "mlp_graphwj")
    with pytest.raises(UserError, match="other settings"):
        warm_start(make_model("mlp_graphwj", {"window": 9, **MLP_GRAPHWJ, "width": 8}), card, "mlp_graphwj")


@pytest.mark.parametrize(
    ("architecture", "config", "skeleton"), [("convformer", CONVFORMER, H36M17), ("mlp_graphwj", MLP_GRAPHWJ, H36M16)]
)
def test_a_network_for_more_joints_starts_with_what_the_one_for_fewer_knew(tmp_path, architecture, config, skeleton):
    old, card = saved(tmp_path, architecture, 3, config)
    new = make_model(architecture, {**card.config, "skeleton": "H36M23"}).eval()
    joints = [H36M23.index(name) for name in skeleton.joint_names]
    before = {name: value.clone() for name, value in new.state_dict().items()}
    warm_start(new, card, architecture)
    x = 0.1 * torch.randn(8, 3, 23, 2)
    drawn = make_model(architecture, new.config.__dict__).eval()
    drawn.load_state_dict(before)
    with torch.no_grad():
        wanted = old(x[:, :, joints])
        near, far = ((model(x)[:, joints] - wanted).abs().mean() for model in (new, drawn))
    assert near < 0.35 * far
    shown = {name: value for name, value in new.state_dict().items() if value.shape == old.state_dict()[name].shape}
    assert all(torch.equal(value, old.state_dict()[name]) for name, value in shown.items())


def test_what_makes_a_joint_is_taken_from_the_nearest_joint_and_what_takes_it_in_is_zero():
    sources = joint_sources(H36M17, H36M23)
    assert sources[:17] == [(joint, True) for joint in range(17)]
    assert sources[17:] == [(6, False), (6, False), (3, False), (3, False), (8, False), (8, False)]
    value, wanted = torch.randn(17 * 2, 17), torch.randn(23 * 2, 23)
    grown = add_joints("head_joints.weight", value, wanted, 17, sources)
    assert torch.equal(grown[:34, :17], value) and not grown[:, 17:].any()
    assert torch.equal(grown[2 * 17 : 2 * 18, :17], value[12:14]), "a toe begins as the ankle"
    hidden = add_joints("temporal.0.mlp.expand.weight", value, wanted, 17, sources)
    assert torch.equal(hidden[:34, :17], value) and torch.equal(hidden[34:], wanted[34:])
    out = add_joints("temporal.0.mlp.reduce.weight", value.T, wanted.T, 17, sources)
    assert torch.equal(out[:17, :34], value.T) and not out[:, 34:].any()
    with pytest.raises(UserError, match="nothing in it is near Pelvis"):
        joint_sources(H36M17, HUMANEVA15)
