"""A training that starts from trained weights, also from those of a network with a shorter window.

Windows can grow because a frame means the same in both. MLP-GraphWJ's track of a joint is a row of frames: the old
frames stay in the middle, and the new ones begin at zero, so that the network does what it did. ConvFormer's temporal
stage is matrices over frames: each frame becomes a group of `times` frames that share its weight. Where the frames of
a group are alike (video at `times` the rate) the stretched network gives exactly what the short one gave.
"""

from __future__ import annotations

import re

from torch import Tensor, nn

from lifting.card import ModelCard
from lifting.checkpoint import load_model
from poses.errors import UserError

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
    different = [name for name in wanted if name not in found or found[name].shape != wanted[name].shape]
    if different or len(found) != len(wanted):
        what = different[0] if different else next(iter(set(found) - set(wanted)))
        raise UserError(f"a training cannot start from {card.name}: its network has other settings (see {what})")
    model.load_state_dict(found)


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
