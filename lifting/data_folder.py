"""What lies in a data folder, told without torch and without reading all of it."""

from __future__ import annotations

import os
import zipfile
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from poses.errors import UserError

MARKS = {
    "mocap": "test.npz",
    "h36m": "data_3d_h36m.npz",
    "humaneva": "data_3d_humaneva15.npz",
    "mpi_inf_3dhp": "data_*_3dhp.npz",
    "bvh_folder": "**/*.bvh",
}
LABELS = {
    "mocap": "motion capture files",
    "h36m": "Human3.6M",
    "humaneva": "HumanEva-I",
    "mpi_inf_3dhp": "MPI-INF-3DHP",
    "bvh_folder": "BVH files",
}
_FOLDERS_AT_MOST = 3000


def find_protocol(folder: Path) -> str:
    """The data set whose files are in `folder`; UserError where there is none."""
    for protocol, pattern in MARKS.items():
        if any(folder.glob(pattern)):
            return protocol
    raise UserError(
        f"{folder} must hold one of {', '.join(MARKS.values())}, but has none; name the folder of a data set"
    )


def kind_of(kind: str, folder: Path) -> str:
    """The kind of data to read: BVH files of the user's own also serve a preset for motion capture, where only these
    are in the folder."""
    own = kind == "mocap" and not any((folder / name).is_file() for name in _files(kind, folder, {}))
    return "bvh_folder" if own and _bvh_files(folder) else kind


def check_data(folder: Path, data: dict[str, Any]) -> str:
    """What is in `folder`, in a few words, where a preset with this [data] can be trained on it; else UserError.

    Looks at names and heads only: a damaged file is found when it is read.
    """
    kind = kind_of(str(data.get("kind", "mocap")), folder)
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder; choose the folder that holds {LABELS[kind]}")
    needed = _files(kind, folder, data)
    missing = [name for name in needed if not (folder / name).is_file()]
    bvh = _bvh_files(folder) if kind == "bvh_folder" else []
    if missing or (kind == "bvh_folder" and not bvh):
        there = next((LABELS[k] for k in MARKS if k != kind and _holds(folder, k)), "")
        found = f"it holds {there}: choose a preset for these" if there else "choose the folder of a data set"
        wanted = ", ".join(missing) or "BVH files"
        raise UserError(f"{folder} must hold {wanted} ({LABELS[kind]}) for this preset, but does not; {found}")
    if kind == "mocap":
        return _about_mocap(folder)
    if kind == "bvh_folder":
        return f"{len(bvh)} BVH files in {len({path.parent for path in bvh})} folders"
    return f"{LABELS[kind]}: {', '.join(needed)}"


def _holds(folder: Path, kind: str) -> bool:
    return bool(_bvh_files(folder)) if kind == "bvh_folder" else any(folder.glob(MARKS[kind]))


def _bvh_files(folder: Path) -> list[Path]:
    """BVH files in the folder and its sub-folders; gives up looking in a folder as large as a whole disk."""
    walk = islice(os.walk(folder), _FOLDERS_AT_MOST)
    return [Path(place) / name for place, _, names in walk for name in names if name.endswith(".bvh")]


def _files(kind: str, folder: Path, data: dict[str, Any]) -> tuple[str, ...]:
    detections = data.get("detections", "gt")
    if kind == "mocap":
        return "train.npz", "val.npz"
    if kind == "h36m":
        return "data_3d_h36m.npz", f"data_2d_h36m_{detections}.npz"
    if kind == "humaneva":
        return "data_3d_humaneva15.npz", f"data_2d_humaneva15_{detections}.npz"
    if kind == "mpi_inf_3dhp":
        graphmlp = (folder / "data_3d_3dhp.npz").is_file()
        return tuple(f"data_{part}_3dhp.npz" for part in (("3d", "2d") if graphmlp else ("train", "test")))
    return ()


def _about_mocap(folder: Path) -> str:
    seconds, people = 0.0, set[int]()
    for path in sorted(folder.glob("train*.npz")):
        try:
            with np.load(path, allow_pickle=False) as file:
                seconds += int(file["clip_len"].sum()) / float(file["fps"])
                people |= set(file["clip_subject"].tolist())
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            raise UserError(f"{path} is not a motion capture file, or is damaged; copy the file again") from None
    return f"Motion capture: {_long(seconds)} of {len(people)} people to train on"


def _long(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
