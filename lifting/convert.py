"""Weights of others: public checkpoints read by explicit renaming, strictly, and without running anything in them.

Known layouts: MLP-GraphWJ of its authors (nies14/Spatio-Temporal-MLP-Graph) and the public re-implementation of GraphSH
(tamasino52/GraphSH). The settings are read off the shapes; every tensor of the file must find its place.
"""

from __future__ import annotations

import argparse
import pickle
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from lifting.card import ModelCard
from lifting.checkpoint import load_strictly, save_weights
from lifting.models import make_model
from poses.errors import UserError

NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


def convert_weights(path: Path, name: str, folder: Path, label: str = "") -> ModelCard:
    """Read a public checkpoint and write NAME.safetensors and its card into `folder`; returns the card."""
    model, architecture, settings, origin = read_public(path)
    card = ModelCard(
        name=name,
        label=label or f"{architecture} from {path.name}",
        architecture=architecture,
        config=settings,
        window=model.config.window,
        skeleton=model.config.skeleton,
        normalisation="screen",
        trained_on=f"not by us: {origin}",
        licence="that of its authors",
        notes=f"converted from {path.name}",
    )
    return save_weights(model, card, folder)


def read_public(path: Path) -> tuple[Any, str, dict[str, Any], str]:
    """The network in a public checkpoint: model with its weights, architecture, settings, and where it comes from.

    UserError where the file cannot be read safely, is of no known layout, or does not fit it to the last tensor.
    """
    tensors = read_tensors(path)
    if "to_patch_embedding.weight" in tensors:
        return _built("mlp_graphwj", *_mlp_graphwj(tensors, path), "the authors' MLP-GraphWJ", path)
    if "gconv_input.gconv.W" in tensors:
        return _built("graphsh", *_graphsh(tensors, path), "a public re-implementation of GraphSH", path)
    first = ", ".join(sorted(tensors)[:3])
    raise UserError(f"{path} must be a checkpoint of MLP-GraphWJ or GraphSH as published, found tensors {first}, ...")


def read_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a torch file by name, alone or under "state_dict"; runs no code of the file."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise UserError(f"cannot read the checkpoint {path}: {error.strerror or error}") from None
    with file:
        try:
            content = torch.load(file, map_location="cpu", weights_only=True)
        except (pickle.UnpicklingError, OSError, RuntimeError, EOFError, ValueError, KeyError) as error:
            reason = next(iter(str(error).splitlines()), "it ends too early")
            raise UserError(
                f"{path} must be a torch checkpoint that holds tensors only; cannot read: {reason}"
            ) from None
    if isinstance(content, dict) and isinstance(content.get("state_dict"), dict):
        content = content["state_dict"]
    if not isinstance(content, dict) or not all(isinstance(value, Tensor) for value in content.values()):
        raise UserError(f"{path} must hold tensors by name, found {type(content).__name__}")
    return {str(name).removeprefix("module."): value for name, value in content.items()}


def _built(
    architecture: str, settings: dict[str, Any], weights: dict[str, Tensor], origin: str, path: Path
) -> tuple[Any, str, dict[str, Any], str]:
    model: nn.Module = make_model(architecture, settings)
    load_strictly(model, weights, str(path))
    return model.eval(), architecture, settings, origin


class _Renamer:
    """Takes tensors out of a checkpoint under their public name and keeps them under ours; nothing may be left over."""

    def __init__(self, tensors: dict[str, Tensor], path: Path) -> None:
        self.left, self.path = dict(tensors), path
        self.done: dict[str, Tensor] = {}

    def take(self, public: str) -> Tensor:
        if public not in self.left:
            raise UserError(f"{self.path} lacks the tensor {public} of its layout")
        return self.left.pop(public)

    def move(self, public: str, ours: str, *parts: str) -> None:
        for part in parts:
            self.done[f"{ours}.{part}"] = self.take(f"{public}.{part}")

    def finish(self) -> dict[str, Tensor]:
        if self.left:
            raise UserError(
                f"{self.path} holds tensors that its layout does not know: {', '.join(sorted(self.left)[:3])}"
            )
        return self.done


def _count(tensors: dict[str, Tensor], pattern: str) -> int:
    numbers = {int(found[1]) for found in (re.match(pattern, name) for name in tensors) if found}
    return len(numbers)


def _mlp_graphwj(tensors: dict[str, Tensor], path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    names = _Renamer(tensors, path)
    layers = _count(tensors, r"gconv_layers\.mixer_blocks\.(\d+)\.")
    names.move("to_patch_embedding", "embed", "weight", "bias")
    names.move("gconv_layers.layer_norm", "norm", "weight", "bias")
    names.move("gconv_layers.mlp_head.0", "head", "weight", "bias")
    for i in range(layers):
        public, ours = f"gconv_layers.mixer_blocks.{i}", f"layers.{i}"
        names.move(f"{public}.spatial_mix.0", f"{ours}.norm", "weight", "bias")
        names.move(f"{public}.spatial_mix.2.net.0", f"{ours}.joints.expand", "weight", "bias")
        names.move(f"{public}.spatial_mix.2.net.3", f"{ours}.joints.reduce", "weight", "bias")
        for number, graph in ((1, "graphConv"), (2, "graphConvII")):
            source, target = f"{public}.gconv.{graph}", f"{ours}.channels.graph_{number}"
            # Their W holds what is modulated first and what is kept second; W2 is the paper's W3.
            spread, keep = names.take(f"{source}.W").unbind(0)
            names.done |= {f"{target}.spread": spread, f"{target}.keep": keep}
            names.done[f"{target}.first"] = names.take(f"{source}.W2").squeeze(0)
            names.done[f"{target}.modulation"] = names.take(f"{source}.M").squeeze(0)
            names.done[f"{target}.links"] = names.take(f"{source}.adj2_1")
            names.done[f"{target}.bias"] = names.take(f"{source}.bias")
            names.move(f"{public}.gconv.norm{number}", f"{ours}.channels.norm_{number}", *NORM)
    weights = names.finish()
    settings = {
        "window": weights["embed.weight"].shape[1] // 2,
        "width": weights["embed.weight"].shape[0],
        "hidden": weights["layers.0.channels.graph_1.bias"].shape[0] if layers else 0,
        "layers": layers,
        "propagation": "released",
    }
    return settings, weights


def _graphsh(tensors: dict[str, Tensor], path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    names = _Renamer(tensors, path)
    convolution = _convolution(tensors, path)
    stacks = _count(tensors, r"gconv_layers\.(\d+)\.")
    _graph_layer(names, "gconv_input", "embed", convolution)
    for i in range(stacks):
        for number, ours in enumerate(("down_16", "down_8", "bottom_4", "up_8", "up_16"), 1):
            _graph_layer(names, f"gconv_layers.{i}.gconv{number}", f"blocks.{i}.{ours}", convolution)
        _pointwise(names, f"conv_layers.{i}", f"reducers.{i}")
    names.move("gconv_output.0.fc1", "squeeze.squeeze", "weight", "bias")
    names.move("gconv_output.0.fc2", "squeeze.excite", "weight", "bias")
    _pointwise(names, "gconv_output.1", "head")
    weights = names.finish()
    settings = {
        "convolution": convolution,
        "channels": weights["embed.norm.weight"].shape[0],
        "stacks": stacks,
        "node_bias": False,
        "graph": "public",
    }
    return settings, weights


def _convolution(tensors: dict[str, Tensor], path: Path) -> str:
    shape = tuple(tensors["gconv_input.gconv.W"].shape)
    if len(shape) == 4 and shape[0] == 2:
        return "preaggr"
    if len(shape) == 3 and shape[0] == 2 and "gconv_input.gconv.e" in tensors:
        return "semgconv"
    if len(shape) == 3 and shape[0] == 1:
        return "vanilla"
    raise UserError(
        f"{path} must use the graph convolution dc_preagg, semantic or vanilla, found a weight of shape {shape}"
    )


def _graph_layer(names: _Renamer, public: str, ours: str, convolution: str) -> None:
    weight = names.take(f"{public}.gconv.W")
    names.done[f"{ours}.conv.weight"] = weight.squeeze(0) if convolution == "vanilla" else weight
    names.done[f"{ours}.conv.bias"] = names.take(f"{public}.gconv.bias")
    if convolution == "semgconv":
        names.done[f"{ours}.conv.edge"] = names.take(f"{public}.gconv.e").squeeze(0)
    names.move(f"{public}.bn", f"{ours}.norm", *NORM)


def _pointwise(names: _Renamer, public: str, ours: str) -> None:
    """A convolution of kernel 1 is a linear layer."""
    names.done[f"{ours}.weight"] = names.take(f"{public}.weight").squeeze(-1)
    names.done[f"{ours}.bias"] = names.take(f"{public}.bias")


def main(arguments: Sequence[str]) -> int:
    """`python -m lifting.convert FILE NAME [--out DIR]`."""
    from lifting import user_folder

    parser = argparse.ArgumentParser(prog="python -m lifting.convert", description="Make a lifter of public weights.")
    parser.add_argument("file", type=Path, metavar="FILE", help="checkpoint of MLP-GraphWJ or GraphSH as published")
    parser.add_argument("name", metavar="NAME", help="what the lifter shall be called")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where to write (default: where lifters are looked for)"
    )
    options = parser.parse_args(arguments)
    print(convert_weights(options.file, options.name, options.out or user_folder()).weights)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
