"""What a map says about itself is true: whether it follows the frame, and which joints its nodes hold."""

from __future__ import annotations

from typing import Any

import torch
from networks import KINDS, small, stir

from app.gui.views.map_axes import CAPTIONS
from lifting.maps import input_dependence
from poses.maps import LiftMap


def maps(network: Any, seed: int, size: float = 1.0) -> dict[str, LiftMap]:
    """Of a window made of noise."""
    noise = torch.randn(
        1, network.config.window, len(network.skeleton), 2, generator=torch.Generator().manual_seed(seed)
    )
    found: dict[str, LiftMap] = network.maps(size * noise)
    return found


def test_fixed_maps_are_the_same_for_every_window_and_the_others_follow_it() -> None:
    follow, said = set(), set()
    for kind in sorted(KINDS):
        network = stir(small(kind))
        one, other = maps(network, 0), maps(network, 1, size=20.0)
        for name, found in one.items():
            same = (found.values == other[name].values).all()
            assert same or not found.fixed, (kind, name)
            follow |= set() if same else {name}
            said |= set() if found.fixed else {name}
    assert follow == said


def test_every_map_says_what_it_is() -> None:
    names = {name for kind in KINDS for name in maps(stir(small(kind)), 0)}
    assert {*names, input_dependence.__name__} <= set(CAPTIONS)


def test_the_nodes_of_graphsh_name_their_joints() -> None:
    network = stir(small("graphsh"))
    found = maps(network, 0)
    eight, four = found["affinity_8"].groups, found["affinity_4"].groups
    assert eight[0] == ("RKnee", "RFoot") and four[0] == ("RKnee", "RFoot", "LKnee", "LFoot")
    for groups, count in ((eight, 8), (four, 4)):
        assert len(groups) == count == found[f"affinity_{count}"].values.shape[-1]
        assert sorted(name for group in groups for name in group) == sorted(network.skeleton.joint_names)
