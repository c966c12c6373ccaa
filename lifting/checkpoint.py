"""Weights on disk (to use): safetensors beside a card, written atomically, loaded strictly; and checkpoints
(to resume): all that a training is."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_parameter_registration_hook

from lifting.card import ModelCard, write_card
from lifting.cost import count_macs, count_parameters
from lifting.models import make_model
from lifting.report import TrainingState
from poses.errors import UserError
from poses.files import check_folder, write_bytes

# Parameters that a network may have beyond four times those of its file before it is given up.
SLACK = 2_000_000


def save_weights(model: nn.Module, card: ModelCard, folder: Path, half: bool = False) -> ModelCard:
    """Write the weights of `model` and their card into `folder`; returns the card with checksum and counts filled in.

    half: matrices in 16-bit floats, which halves the file; vectors (norms, biases) stay in 32 bits. The weights appear
    before the card, and each file atomically. UserError where they cannot be written.
    """
    from safetensors.torch import save

    content = save({name: _stored(value, half) for name, value in model.state_dict().items()})
    check_folder(folder)
    done = dataclasses.replace(
        card,
        sha256=hashlib.sha256(content).hexdigest(),
        parameters=count_parameters(model),
        macs_per_frame=count_macs(model),
        folder=folder,
    )
    write_bytes(done.weights, content)
    write_card(done, folder)
    return done


def _stored(value: Tensor, half: bool) -> Tensor:
    value = value.detach().cpu().contiguous()
    return value.half() if half and value.is_floating_point() and value.ndim >= 2 else value


def load_model(card: ModelCard) -> nn.Module:
    """The network of a card with its weights, on the CPU, in float32, in eval mode.

    Raises UserError where the weights are missing, damaged, not those of the card, or do not fit its settings.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = card.weights
    if not path.is_file():
        raise UserError(f"the weights of {card.name} must be at {path}, but there is no such file; get them again")
    if checksum(path) != card.sha256:
        raise UserError(f"{path} is not the file its card describes (SHA-256 differs); get the weights again")
    try:
        tensors = load_file(path)
    except (SafetensorError, ValueError, OSError) as error:
        raise UserError(f"{path} must be a safetensors file, but cannot be read: {error}") from None
    model = _network(card, sum(value.numel() for value in tensors.values()))
    load_strictly(model, tensors, str(path))
    return model.eval()


def _network(card: ModelCard, count: int) -> nn.Module:
    """The network of a card whose weights are `count` numbers, untrained.

    UserError where the two do not belong together, or the card says other facts than its network has.
    """
    try:
        # A network of another size is built so far that what differs can be told, but never one that fills the memory.
        with _at_most(4 * count + SLACK):
            model: nn.Module = make_model(card.architecture, card.config)
    except (ValueError, TypeError, RuntimeError) as error:
        raise UserError(f"the card of {card.name} does not describe a network: {str(error).splitlines()[0]}") from None
    for key in ("window", "skeleton"):
        own = getattr(model.config, key)
        if own != getattr(card, key):
            raise UserError(f"the card of {card.name} says {key} {getattr(card, key)}, its network has {own}: mend it")
    return model


@contextmanager
def _at_most(count: int) -> Iterator[None]:
    """Inside, the networks that this thread builds may have `count` parameters together; ValueError at the next one."""
    here, left = threading.get_ident(), count

    def register(module: nn.Module, name: str, parameter: nn.Parameter) -> None:
        nonlocal left
        if threading.get_ident() == here:
            left -= 0 if parameter is None else parameter.numel()
            if left < 0:
                raise ValueError(f"its settings make a network of more than {count} parameters, its weights have fewer")

    hook = register_module_parameter_registration_hook(register)
    try:
        yield
    finally:
        hook.remove()


def load_strictly(model: nn.Module, tensors: dict[str, Tensor], source: str) -> None:
    """Put `tensors` into `model`; UserError that says what was expected and found unless names and shapes all fit."""
    expected = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    found = {name: tuple(value.shape) for name, value in tensors.items()}
    if expected != found:
        raise UserError(f"{source} does not hold the weights of this network: {_difference(expected, found)}")
    bad = [name for name, value in tensors.items() if value.is_floating_point() and not torch.isfinite(value).all()]
    if bad:
        raise UserError(f"{source} must hold finite weights, found NaN or infinity in {bad[0]}")
    model.load_state_dict(
        {name: value.float() if value.is_floating_point() else value for name, value in tensors.items()}
    )


def _difference(expected: dict[str, tuple[int, ...]], found: dict[str, tuple[int, ...]]) -> str:
    for name, shape in expected.items():
        if name in found and found[name] != shape:
            return f"{name} must have shape {shape}, found {found[name]}{_why(name, shape, found[name])}"
    missing = sorted(set(expected) - set(found))
    surplus = sorted(set(found) - set(expected))
    parts = [
        f"{len(names)} {what} ({names[0]}, ...)"
        for names, what in ((missing, "missing"), (surplus, "unknown"))
        if names
    ]
    return f"expected {len(expected)} tensors, found {len(found)}; {', '.join(parts)}"


def _why(name: str, expected: tuple[int, ...], found: tuple[int, ...]) -> str:
    """Says so where the weights are for windows of another length, which only these two tensors tell."""
    if name == "temporal_place" and expected[1:] == found[1:]:
        frames = found[0], expected[0]
    elif name == "embed.weight" and expected[0] == found[0]:
        frames = found[1] // 2, expected[1] // 2
    else:
        return ""
    return f": these weights are for windows of {frames[0]} frames, the settings say {frames[1]}"


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---------------------------------------------------------------- to resume


def save_checkpoint(
    path: Path,
    model: nn.Module,
    average: nn.Module | None,
    optimiser: torch.optim.Optimizer,
    run: TrainingState,
    about: str,
) -> None:
    state = {
        "about": about,
        "model": model.state_dict(),
        "average": average.state_dict() if average is not None else {},
        "optimiser": optimiser.state_dict(),
        "run": json.dumps(dataclasses.asdict(run)),
        "random": torch.get_rng_state(),
        "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_bytes(path, buffer.getvalue())


def load_checkpoint(
    path: Path, model: nn.Module, average: nn.Module | None, optimiser: torch.optim.Optimizer, about: str
) -> TrainingState:
    """Put the state of `path` into all these and the random generators; UserError where it is not of this preset."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise UserError(f"{path} must be a checkpoint, but cannot be read ({type(error).__name__})") from None
    if state["about"] != about:
        raise UserError(f"{path} comes from other settings; use the same preset, or another --out to start anew")
    model.load_state_dict(state["model"])
    if average is not None:
        average.load_state_dict(state["average"])
    optimiser.load_state_dict(state["optimiser"])
    torch.set_rng_state(state["random"])
    if state["random_cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(state["random_cuda"])
    return TrainingState(**json.loads(state["run"]))
