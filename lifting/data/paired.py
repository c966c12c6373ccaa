"""Training on data sets that have 2D and 3D of the same frames, as the papers do: Human3.6M, HumanEva, MPI-INF-3DHP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from lifting.data import Recording, open_recordings
from lifting.data_folder import LABELS
from poses.arrays import FloatArray, IntArray
from poses.camera import normalise
from poses.errors import UserError
from poses.skeleton import Skeleton


@dataclass(frozen=True)
class PairedData:
    """[data] of a preset. detections: whose 2D. flip: mirror every other sample. stride: every how manyth held-out
    frame is scored in training. held_out: the training subject that the best weights are chosen by and who
    is not trained on; the last one if empty. The test subjects are for `marey evaluate` alone."""

    normalisation: str = "screen"
    detections: str = "gt"
    flip: bool = True
    stride: int = 64
    held_out: str = ""


@dataclass(frozen=True)
class Frames:
    """Many recordings one after the other: xy (N, J, 2) normalised, xyz (N, J, 3) m in the normalising camera's axes,
    and for every frame the first and last row of its recording; rows that are scored."""

    xy: FloatArray
    xyz: FloatArray
    first: IntArray
    last: IntArray
    valid: IntArray

    def windows(self, centres: IntArray, window: int) -> tuple[FloatArray, FloatArray]:
        """xy (B, window, J, 2) around rows `centres`, edge frames repeated, and xyz (B, J, 3)."""
        rows = centres[:, None] + np.arange(window) - window // 2
        rows = np.clip(rows, self.first[centres][:, None], self.last[centres][:, None])
        return self.xy[rows], self.xyz[centres]


def stack(recordings: Iterable[Recording], kind: str, skeleton: Skeleton) -> Frames:
    """Normalise and join recordings. Frames without 3D are seen in windows but never their centre."""
    xy, xyz, first, last, valid, count = [], [], [], [], [], 0
    for recording in recordings:
        pose, size = recording.pose_2d, len(recording.pose_2d)
        flat, rotation = normalise(kind, pose.xy, pose.image_size, skeleton.root, recording.focal_px)
        root = recording.pose_3d.xyz[:, skeleton.root, None]
        turned = (recording.pose_3d.xyz - root) @ rotation
        good = np.isfinite(turned).all(axis=(1, 2)) & np.isfinite(flat).all(axis=(1, 2))
        good &= np.array(recording.valid if recording.valid is not None else [True] * size)
        xy.append(np.nan_to_num(flat).astype(np.float32))
        xyz.append(turned.astype(np.float32))
        first.append(np.full(size, count))
        last.append(np.full(size, count + size - 1))
        valid.append(count + np.flatnonzero(good))
        count += size
    if not count:
        raise UserError("there are no frames to train on")
    return Frames(*(np.concatenate(parts) for parts in (xy, xyz, first, last, valid)))


class PairedSource:
    """A training Source (`lifting.data.Source`): every frame of the training subjects once in an epoch, shuffled."""

    def __init__(
        self, kind: str, data: PairedData, train: Frames, val: Frames, skeleton: Skeleton, window: int
    ) -> None:
        self.data, self.train, self.val, self.skeleton, self.window = data, train, val, skeleton, window
        self.licence = f"no more than the terms of {LABELS[kind]} allow"
        self.description = f"{kind}, {len(train.valid)} frames, 2D: {data.detections}"
        self._order: tuple[tuple[int, ...], IntArray] = ((), np.empty(0, dtype=np.int64))

    def batch(self, count: int, seed: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
        start, total, step = seed[0], len(self.train.valid), seed[1]
        places = step * count + np.arange(count)
        epochs, inside = places // total, places % total
        centres = np.empty(count, dtype=np.int64)
        for epoch in np.unique(epochs):
            chosen = epochs == epoch
            centres[chosen] = self._shuffled((start, int(epoch), *seed[2:]))[inside[chosen]]
        xy, xyz = self.train.windows(centres, self.window)
        if self.data.flip:
            flipped = np.random.default_rng((*seed, 1)).random(count) < 0.5
            xy, xyz = mirrored(xy, self.skeleton, flipped), mirrored(xyz, self.skeleton, flipped)
        return xy, xyz

    def _shuffled(self, key: tuple[int, ...]) -> IntArray:
        if self._order[0] != key:
            self._order = (key, np.random.default_rng(key).permutation(self.train.valid))
        return self._order[1]

    def held_out(self) -> dict[str, tuple[FloatArray, FloatArray]]:
        return {"val": self.val.windows(self.val.valid[:: self.data.stride], self.window)}


def mirrored(values: FloatArray, skeleton: Skeleton, chosen: np.ndarray) -> FloatArray:
    """values (B, ..., J, D) with x turned round and sides exchanged in the `chosen` (B,) samples."""
    other = values[..., list(skeleton.mirror), :].copy()
    other[..., 0] *= -1
    return np.where(chosen.reshape(-1, *[1] * (values.ndim - 1)), other, values)


def open_paired(kind: str, folder: Path, settings: dict[str, Any], skeleton: Skeleton, window: int) -> PairedSource:
    """The data set in `folder`; UserError where a setting is unknown or a file is missing or damaged."""
    unknown = sorted(set(settings) - {field.name for field in fields(PairedData)})
    if unknown:
        raise UserError(f"[data] of {kind} has no setting called {', '.join(unknown)}")
    data = PairedData(**settings)
    recordings = list(open_recordings(kind, folder, "train", skeleton, data.detections))
    parts = [stack(part, data.normalisation, skeleton) for part in hold_out(recordings, data.held_out)]
    return PairedSource(kind, data, parts[0], parts[1], skeleton, window)


def hold_out(recordings: list[Recording], subject: str = "") -> tuple[list[Recording], list[Recording]]:
    """Recordings to train on, and those of `subject` (the last one if empty) to choose the best weights by; of a single
    subject the last fifth of the recordings, so that nothing is in both."""
    subjects = list(dict.fromkeys(recording.subject for recording in recordings))
    subject = subject or subjects[-1] if subjects else subject
    if subject not in subjects:
        raise UserError(f"[data] held_out must be one of {', '.join(subjects)}, got {subject!r}")
    if len(subjects) > 1:
        return [r for r in recordings if r.subject != subject], [r for r in recordings if r.subject == subject]
    if len(recordings) < 2:
        raise UserError("a single recording cannot be trained on and chosen by: at least two are needed")
    first = len(recordings) - max(len(recordings) // 5, 1)
    return recordings[:first], recordings[first:]
