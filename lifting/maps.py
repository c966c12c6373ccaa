"""What an output joint depends on: the gradient of a lifter's output with respect to its input."""

from __future__ import annotations

from itertools import chain
from typing import Any

from poses.arrays import FloatArray
from poses.maps import LiftMap


def input_dependence(fast: Any, window: FloatArray) -> LiftMap:
    """How far each joint of the lifted frame moves with each joint of each frame of `window` (T, J, 2), normalised.

    values (target joint, frame, source joint): the Frobenius norm of the 3 x 2 derivative, metres per unit of the
    normalised picture. fast: a fast path (lifting.fast). One backward pass for each of the 3 J outputs.
    """
    import torch

    device = next(chain(fast.buffers(), fast.parameters())).device
    frames = torch.as_tensor(window, dtype=torch.float32, device=device).requires_grad_()
    with torch.enable_grad():
        out = fast.lift(fast.features(frames))[0]
        rows = [torch.autograd.grad(value, frames, retain_graph=True)[0] for value in out.flatten()]
    jacobian = torch.stack(rows).view(*out.shape, *frames.shape)
    values = jacobian.square().sum(dim=(1, 4)).sqrt()
    return LiftMap("input_dependence", values.cpu().numpy(), ("target_joint", "frame", "source_joint"))
