"""Data sets for training and evaluation: one file is one data set, its `open_data` makes a Source of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from lifting.data_folder import kind_of
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.sequences import PoseSequence2D, PoseSequence3D
from poses.skeleton import Skeleton

VIRTUAL = ("mocap", "bvh_folder")
KINDS = (*VIRTUAL, "h36m", "humaneva", "mpi_inf_3dhp")
SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Recording:
    """One person doing one action before one camera: 2D in pixels and 3D in CAMERA space (or CAMERA_ROOT), frame by
    frame. focal_px is the camera's, None where the data set does not say it. valid (T,): frames that are scored.
    """

    subject: str
    action: str
    camera: str
    pose_2d: PoseSequence2D
    pose_3d: PoseSequence3D
    focal_px: float | None = None
    valid: tuple[bool, ...] | None = None


class Source(Protocol):
    """What training asks of a data set."""

    @property
    def description(self) -> str:
        """One line for the card: which data, how many frames and people."""
        ...

    @property
    def licence(self) -> str:
        """What the data ask of who uses weights trained on them, for the card."""
        ...

    def batch(self, count: int, seed: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
        """xy (count, window, J, 2) normalised and xyz (count, J, 3) m, root-relative; float32, the same for a seed."""
        ...

    def held_out(self) -> dict[str, tuple[FloatArray, FloatArray]]:
        """Sets like a batch, by name, of motion that is not in training; the last decides which weights are best."""
        ...


def open_source(settings: dict[str, Any], folder: Path, skeleton: Skeleton, window: int) -> Source:
    """The data set that a preset's [data] names, read from `folder`; UserError where it is not there or damaged.

    kind: one of KINDS; bvh_folder also where mocap is wanted and only BVH files are there. For these two the rest are
    settings of `virtual.VirtualData`, for the others of `paired.PairedData`.
    """
    settings = dict(settings)
    kind = settings.pop("kind", "mocap")
    if kind not in KINDS:
        raise UserError(f"[data] kind must be one of {', '.join(KINDS)}, got {kind!r}")
    if kind in VIRTUAL:
        from lifting.data.virtual import open_virtual

        return open_virtual(kind_of(kind, folder), folder, settings, skeleton, window)
    from lifting.data.paired import open_paired

    return open_paired(kind, folder, settings, skeleton, window)


def open_recordings(
    protocol: str, folder: Path, split: str, skeleton: Skeleton, detections: str = "gt"
) -> Iterator[Recording]:
    """The recordings of one split ("train", "val", "test") of a data set, in `skeleton`; UserError as `open_source`.

    detections: whose 2D, where a data set has several ("gt", "cpn_ft_h36m_dbb", ...); of motion capture "gt" or
    "noisy", made by the noise model of the trainings.
    """
    if protocol not in KINDS:
        raise UserError(f"protocol must be one of {', '.join(KINDS)}, got {protocol!r}")
    if split not in SPLITS:
        raise UserError(f"split must be one of {', '.join(SPLITS)}, got {split!r}")
    if protocol in VIRTUAL:
        from lifting.data.noise import NoiseModel
        from lifting.data.virtual import read_motions, record_clips

        if detections not in ("gt", "noisy"):
            raise UserError(f"motion capture has the detections gt and noisy, got {detections!r}")
        noise = None if detections == "gt" else NoiseModel()
        return record_clips(read_motions(protocol, folder, split), skeleton, noise=noise)
    if protocol == "mpi_inf_3dhp":
        from lifting.data import mpi_inf_3dhp

        return mpi_inf_3dhp.read_recordings(folder, split, skeleton)
    from lifting.data import h36m, humaneva

    reader = h36m.read_recordings if protocol == "h36m" else humaneva.read_recordings
    return reader(folder, split, skeleton, detections)
