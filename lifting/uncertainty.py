"""Fitting and reading of error models (`poses.uncertainty`): NAME.error.safetensors beside a lifter's weights.

Fitted on the training people, whose errors rank joints and poses; the overall size is then set on the people of "val",
since a lifter errs less on those it was trained with; quality is told by the test subjects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lifting.card import ModelCard
from lifting.data import Recording
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.uncertainty import ErrorModel, features

# Joints whose keypoint is further off than this, metres, lose score; by how much a metre.
SCORE_FREE_M, SCORE_LOSS = 0.04, 3.0
LARGEST_BYTES = 4 * 2**20


@dataclass(frozen=True)
class ErrorSamples:
    """Frames with their features (N, 5 J) and the true errors (N, J), metres."""

    features: FloatArray
    errors: FloatArray


def error_model_file(card: ModelCard) -> Path:
    """The error model beside the weights of a card, whether it is there or not."""
    return card.weights.with_suffix(".error.safetensors")


def read_error_model(card: ModelCard, joints: int) -> ErrorModel | None:
    """The error model of a lifter with so many joints, None where there is none; UserError where it is damaged."""
    path = error_model_file(card)
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ValueError(f"it has {path.stat().st_size} bytes, {LARGEST_BYTES} at most are expected")
        from safetensors.numpy import load_file

        model = ErrorModel(**load_file(path))
        if len(model.out_bias) != joints:
            raise ValueError(f"it is for {len(model.out_bias)} joints, the lifter has {joints}")
    except Exception as error:
        raise UserError(f"{path} is not a usable error model ({error}): copy it again or delete it") from None
    return model


def write_error_model(card: ModelCard, model: ErrorModel) -> Path:
    """Write it beside the weights, atomically."""
    from safetensors.numpy import save_file

    from poses.files import write_aside

    path = error_model_file(card)
    with write_aside(path) as aside:
        save_file({k: np.ascontiguousarray(v, dtype=np.float32) for k, v in vars(model).items()}, aside)
    return path


def simulated_scores(rng: np.random.Generator, off_m: FloatArray) -> FloatArray:
    """Scores as a detector gives them to keypoints that are so many metres (T, J) off: high, with a spread, and lower
    the further off; the spread keeps the model from trusting them more than real ones deserve."""
    score = 0.97 - np.abs(rng.normal(0, 0.1, off_m.shape)) - SCORE_LOSS * np.maximum(off_m - SCORE_FREE_M, 0)
    return np.clip(score, 0.02, 1.0)


def error_samples(
    lifter: Any, pairs: Iterator[tuple[Recording, FloatArray]], seed: int = 0, every: int = 5
) -> ErrorSamples:
    """Lift recordings with a detector's errors. pairs: each recording, and how far its keypoints are off (T, J) m."""
    from lifting.evaluate import lift_recording

    rng = np.random.default_rng(seed)
    seen, errors = [], []
    root = lifter.skeleton.root
    for recording, off_m in pairs:
        xyz = lift_recording(lifter, recording)
        truth = recording.pose_3d.xyz - recording.pose_3d.xyz[:, root : root + 1]
        score = simulated_scores(rng, off_m)
        seen.append(features(xyz, score, recording.pose_2d.time_s)[::every])
        errors.append(np.linalg.norm(xyz - truth, axis=-1)[::every])
    return ErrorSamples(np.concatenate(seen), np.concatenate(errors))


def fit_error_model(train: ErrorSamples, val: ErrorSamples, width: int = 64, steps: int = 3000) -> ErrorModel:
    """Maximum likelihood of exponentially distributed errors; the size is set so that errors of `val` are as expected
    on average, joint by joint."""
    import torch

    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    seen = torch.from_numpy(train.features).float()
    errors = torch.from_numpy(train.errors).float().clamp(min=1e-4)
    spread, middle = seen.std(dim=0) + 1e-3, seen.mean(dim=0)
    joints = errors.shape[1]
    first, last = torch.nn.Linear(seen.shape[1], width), torch.nn.Linear(width, joints)
    network = torch.nn.Sequential(first, torch.nn.Tanh(), last)
    with torch.no_grad():
        last.bias.copy_(errors.mean(dim=0).log())
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(steps):
        rows = torch.randint(len(seen), (512,), generator=generator)
        log_sigma = network((seen[rows] - middle) / spread)
        loss = (errors[rows] * (-log_sigma).exp() + log_sigma).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    weight = (first.weight.detach() / spread).T.double().numpy()
    bias = (first.bias.detach() - first.weight.detach() @ (middle / spread)).double().numpy()
    plain = (last.weight.detach().T.double().numpy(), last.bias.detach().double().numpy())
    sigma = np.exp(np.tanh(val.features @ weight + bias) @ plain[0] + plain[1])
    ratio = np.log(np.maximum(val.errors, 1e-4).mean(axis=0) / sigma.mean(axis=0))
    return ErrorModel(weight, bias, plain[0], plain[1] + ratio)
