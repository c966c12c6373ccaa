"""A training that starts from trained weights, also from those of a network with a shorter window or fewer joints.

Windows can grow because a frame means the same in both. MLP-GraphWJ's track of a joint is a row of frames: the old
frames stay in the middle, and the new ones begin at zero, so that the network does what it did. ConvFormer's temporal
stage is matrices over frames: each frame becomes a group of `times` frames that share its weight. Where the frames of
a group are alike (video at `times` the rate) the stretched network gives exactly what the short one gave.
"""

from __future__ import annotations

import re

import torch
from torch import Tensor, nn

from lifting.card import ModelCard
from lifting.checkpoint import load_model
from lifting.models import find_skeleton
from poses.errors import UserError
from poses.skeleton import Skeleton

# By axis, the parts of ConvFormer whose rows or columns are hidden units.
_HIDDEN = (re.compile(r"temporal\.\d+\.mlp\.expand\."), re.compile(r"temporal\.\d+\.mlp\.reduce\."))
_OVER_FRAMES = re.compile(r"temporal\.\d+\.attention\.(?P<part>.*)")


def warm_start(model: nn.Module, card: ModelCard, architecture: str) -> None:
    """Put the weights of `card` into `model`, windows stretched; UserError where its network is another one."""
    if card.architecture != architecture:
        raise UserError(f"a training of {architecture} cannot start from {card.name}: it is a {card.architecture}")
    wanted = model.state_dict()
    found = load_model(card).state_dict()
    new = int(model.config.window)  # type: ignore[union-attr, arg-type]
    if new % card.window:
        raise UserError(f"a window of {new} frames must be a multiple of the {card.window} frames of {card.name}")
    if card.window != new:
        grow = {"mlp_graphwj": _widen_track, "convformer": _stretch}.get(architecture)
        found = {name: grow(name, value, new // card.window) for name, value in found.items()} if grow else found
    if card.skeleton != model.config.skeleton:  # type: ignore[union-attr]
        sources = joint_sources(find_skeleton(card.skeleton), model.skeleton)  # type: ignore[arg-type]
        old = len(find_skeleton(card.skeleton))
        found = {k: add_joints(k, value, wanted.get(k, value), old, sources) for k, value in found.items()}
    different = [name for name in wanted if name not in found or found[name].shape != wanted[name].shape]
    if different or len(found) != len(wanted):
        what = different[0] if different else next(iter(set(found) - set(wanted)))
        raise UserError(f"a training cannot start from {card.name}: its network has other settings (see {what})")
    model.load_state_dict(found)


def joint_sources(old: Skeleton, new: Skeleton) -> list[tuple[int, bool]]:
    """For each joint of `new` the joint of `old` that its weights come from, and whether it is that very joint; the
    others take those of the nearest joint up the tree that both have."""
    sources = []
    for joint, name in enumerate(new.joint_names):
        nearest = joint
        while new.joint_names[nearest] not in old.joint_names:
            nearest = new.parents[nearest]
            if nearest < 0:
                raise UserError(f"a training on {new.name} cannot start from {old.name}: nothing in it is near {name}")
        sources.append((old.index(new.joint_names[nearest]), nearest == joint))
    return sources


def add_joints(name: str, value: Tensor, wanted: Tensor, old: int, sources: list[tuple[int, bool]]) -> Tensor:
    """A tensor of a network of `old` joints for a network with more, where `wanted` is what it was drawn as.

    Whatever makes a joint (rows of a matrix, biases, norms, places) begins as that of the joint it comes from; columns
    that take in a new joint begin at zero, so that the old joints are what they were. The units of hidden layers belong
    to no joint: additional ones begin as they were drawn, with nothing going out. A tensor that is not made of joints
    stays as it is.
    """
    if value.ndim != wanted.ndim:
        return value
    for axis in reversed(range(value.ndim)):
        has, needs = value.shape[axis], wanted.shape[axis]
        if has == needs or has % old or needs != has // old * len(sources):
            continue
        if _HIDDEN[axis].search(name):
            drawn = wanted.narrow(axis, has, needs - has)
            value = torch.cat([value, drawn if axis == 0 else value.new_zeros(len(value), needs - has)], axis)
            continue
        parts, kept = value.chunk(old, axis), axis == 0 or "place" in name
        value = torch.cat([parts[source] * float(kept or own) for source, own in sources], axis)
    return value


def _widen_track(name: str, value: Tensor, times: int) -> Tensor:
    """embed.weight (F, 2 * frames): columns x_1, y_1, x_2, y_2, ...; the old frames in the middle of the new."""
    if name != "embed.weight":
        return value
    old = value.shape[1] // 2
    before = (old * times - old) // 2 * 2
    return nn.functional.pad(value, (before, 2 * old * (times - 1) - before))


def _stretch(name: str, value: Tensor, times: int) -> Tensor:
    """Rows over frames are repeated; columns over frames are repeated and shared out among the group."""
    if name == "temporal_place":
        return value.repeat_interleave(times, 0)
    if name == "head_frames.weight":
        return value.repeat_interleave(times, 1) / times
    match = _OVER_FRAMES.fullmatch(name)
    if match is None or match["part"].endswith("logits"):
        return value
    rows = value.repeat_interleave(times, 0)
    return rows.repeat_interleave(times, 1) / times if value.ndim > 1 else rows
