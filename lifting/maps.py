"""What an output joint depends on: the gradient of a lifter's output with respect to its input."""

from __future__ import annotations

from itertools import chain
from typing import Any

from poses.arrays import FloatArray
from poses.maps import LiftMap


def input_dependence(fast: Any, window: FloatArray) -> LiftMap:
    """How far each joint of the lifted frame moves with each joint of each frame of `window` (T, J, 2), normalised.

    values (target joint, frame, source joint): the Frobenius norm of the 3 x 2 derivative, metres per unit of the
    normalised picture. fast: a fast path (lifting.fast). A backward pass for each of the 3 J outputs, or, where the
    window is a single frame, one for all of them over as many copies of it.
    """
    import torch

    device = next(chain(fast.buffers(), fast.parameters())).device
    frames = torch.as_tensor(window, dtype=torch.float32, device=device)
    outputs = 3 * frames.shape[1]
    with torch.enable_grad():
        if len(frames) == 1:
            copies = frames.repeat(outputs, 1, 1).requires_grad_()
            own = fast.lift(fast.features(copies)).flatten(1).diagonal()
            jacobian = torch.autograd.grad(own.sum(), copies)[0].unsqueeze(1)
        else:
            frames.requires_grad_()
            out = fast.lift(fast.features(frames)).flatten()
            jacobian = torch.stack([torch.autograd.grad(value, frames, retain_graph=True)[0] for value in out])
    values = jacobian.unflatten(0, (-1, 3)).square().sum(dim=(1, 4)).sqrt()
    return LiftMap("input_dependence", values.cpu().numpy(), ("target_joint", "frame", "source_joint"))
