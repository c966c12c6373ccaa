"""What an output joint depends on: the gradient of a lifter's output with respect to its input."""

from __future__ import annotations

from collections.abc import Generator
from itertools import chain
from typing import TYPE_CHECKING, Any

from poses.arrays import FloatArray
from poses.maps import LiftMap

if TYPE_CHECKING:
    from torch import Tensor

NAME = "input_dependence"
# Outputs of a network of single frames that are derived in one backward pass, over as many copies of the frame.
COPIES = 9


def input_dependence(fast: Any, window: FloatArray) -> Generator[None, None, LiftMap]:
    """How far each joint of the lifted frame moves with each joint of each frame of `window` (T, J, 2), normalised.

    values (target joint, frame, source joint): the Frobenius norm of the 3 x 2 derivative, metres per unit of the
    normalised picture. fast: a fast path (lifting.fast). Yields after each of its backward passes, a few milliseconds
    each: one for each of the 3 J outputs, or, where the window is a single frame, one for every COPIES of them.
    """
    import torch

    device = next(chain(fast.buffers(), fast.parameters())).device
    frames = torch.as_tensor(window, dtype=torch.float32, device=device)
    rows: list[Tensor] = []
    for part in _single(fast, frames) if len(frames) == 1 else _several(fast, frames):
        rows.append(part)
        yield
    values = torch.cat(rows).unflatten(0, (-1, 3)).square().sum(dim=(1, 4)).sqrt()
    return LiftMap(NAME, values.cpu().numpy(), ("target_joint", "frame", "source_joint"))


def _single(fast: Any, frame: Tensor) -> Generator[Tensor, None, None]:
    """Parts of the Jacobian (outputs, 1, J, 2) of a network that sees one frame (1, J, 2)."""
    import torch

    for wanted in torch.arange(3 * frame.shape[1], device=frame.device).split(COPIES):
        with torch.enable_grad():  # not over the yield: what runs between two steps has a mode of its own
            copies = frame.repeat(len(wanted), 1, 1).requires_grad_()
            own = fast.lift(fast.features(copies)).flatten(1).gather(1, wanted[:, None])
            part = torch.autograd.grad(own.sum(), copies)[0].unsqueeze(1)
        yield part


def _several(fast: Any, frames: Tensor) -> Generator[Tensor, None, None]:
    """Rows of the Jacobian (1, T, J, 2) of a network that sees T frames (T, J, 2), one after the other."""
    import torch

    with torch.enable_grad():
        out = fast.lift(fast.features(frames.requires_grad_())).flatten()
        outputs = out.unbind()
    for value in outputs:
        yield torch.autograd.grad(value, frames, retain_graph=True)[0].unsqueeze(0)
