"""Motion capture without pictures: the `train.npz`, `val.npz` and `test.npz` files of CMU motions in Human3.6M order.

17 joints of Human3.6M and six more points (toes, base of the skull, tip of the nose), 50 frames a second. The data were
obtained from mocap.cs.cmu.edu; the database was created with funding from NSF EIA-0196217.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from poses.arrays import FloatArray, IntArray, check_shape
from poses.errors import UserError
from poses.sequences import PoseSequence3D, Space
from poses.skeletons import H36M23

MOCAP23 = H36M23
# Whose motion a subject's number says it is, and what it asks to be told with weights trained on it.
SOURCES = (
    (
        range(1001),
        "CMU",
        "the data used in this project was obtained from mocap.cs.cmu.edu; the database was created with funding from "
        "NSF EIA-0196217",
    ),
    (range(1001, 1100), "UI-PRMD", "UI-PRMD (Vakanski et al. 2018, PDDL 1.0)"),
    (
        range(1101, 1200),
        "biomechZoo",
        "biomechZoo sample study, copyright (c) 2025 McGill MOTION Lab, MIT License (mcgillmotionlab/biomechzoo)",
    ),
    (
        range(1201, 1300),
        "ACCAD",
        "The Ohio State University, Advanced Computing Center for the Arts and Design (ACCAD), Open Motion Project, "
        "CC BY 3.0, converted to 17 joints",
    ),
)
KEYS = {"pose": 3, "root": 2, "extra": 3, "clip_start": 1, "clip_len": 1, "clip_subject": 1, "clip_name": 1, "fps": 0}
# The files have z up; the world of `poses` has y up: x stays, y is the old z, z is the old -y.
_TO_Y_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]], dtype=np.float32)


@dataclass(frozen=True)
class Motions:
    """Many clips of 3D motion, one after the other, as virtual cameras want them.

    xyz (N, 23, 3) float32 m, joints of MOCAP23 minus Hip, and root (N, 3) m, the Hip, both in WORLD axes (y up). Clip c
    is rows start[c] to start[c] + length[c]. subject (C,), name (C,), fps.
    """

    xyz: FloatArray
    root: FloatArray
    start: IntArray
    length: IntArray
    subject: IntArray
    name: tuple[str, ...]
    fps: float

    def __post_init__(self) -> None:
        check_shape("xyz", self.xyz, ("N", len(MOCAP23), 3))
        check_shape("root", self.root, (len(self.xyz), 3))

    def __len__(self) -> int:
        return len(self.xyz)

    def sequence(self, clip: int) -> PoseSequence3D:
        """One clip as a pose sequence in WORLD space."""
        rows = slice(int(self.start[clip]), int(self.start[clip] + self.length[clip]))
        xyz = self.xyz[rows] + self.root[rows, None]
        return PoseSequence3D(xyz, np.arange(len(xyz)) / self.fps, Space.WORLD, MOCAP23)


def sources_of(motions: Motions) -> tuple[tuple[str, str], ...]:
    """(name, attribution) of everybody whose motion is in there, CMU first."""
    numbers = set(motions.subject.tolist())
    return tuple((name, text) for of, name, text in SOURCES if any(number in of for number in numbers))


def read_mocap(path: Path) -> Motions:
    """One file of the set. Raises UserError naming the file where it is missing, damaged or of another layout."""
    hint = "expected a motion capture file in the Human3.6M order (keys pose, root, extra, clip_start ...)"
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            missing = [key for key in [*KEYS, "unit_m"] if key not in file.files]
            if missing:
                raise UserError(f"{path}: {hint}, but it has no {', '.join(missing)}")
            data = {key: file[key] for key in KEYS}
            unit = np.float32(file["unit_m"])
    except FileNotFoundError:
        raise UserError(
            f"{path} does not exist: {hint}; name the folder that holds train.npz, val.npz, test.npz"
        ) from None
    except UserError:
        raise
    except Exception as error:
        raise UserError(f"{path} cannot be read ({type(error).__name__}): {hint}; copy the file again") from None
    return _motions(path, data, unit)


def read_split(folder: Path, split: str) -> Motions:
    """All files of a split, one after the other: SPLIT.npz first, then any SPLIT*.npz beside it (train2.npz ...)."""
    more = sorted(path for path in folder.glob(f"{split}*.npz") if path.stem != split)
    parts = [read_mocap(path) for path in (folder / f"{split}.npz", *more)]
    other = [str(path) for path, part in zip(more, parts[1:], strict=True) if part.fps != parts[0].fps]
    if other:
        raise UserError(f"{other[0]} must have {parts[0].fps:g} frames a second like {split}.npz")
    before = np.cumsum([0, *(len(part) for part in parts)])
    return Motions(
        xyz=np.concatenate([part.xyz for part in parts]),
        root=np.concatenate([part.root for part in parts]),
        start=np.concatenate([part.start + rows for part, rows in zip(parts, before, strict=False)]),
        length=np.concatenate([part.length for part in parts]),
        subject=np.concatenate([part.subject for part in parts]),
        name=tuple(name for part in parts for name in part.name),
        fps=parts[0].fps,
    )


def _motions(path: Path, data: dict[str, np.ndarray], unit: np.float32) -> Motions:
    count = len(data["pose"])
    shapes = {"pose": (count, 17, 3), "extra": (count, 6, 3), "root": (count, 3)}
    for key, shape in shapes.items():
        if data[key].shape != shape:
            raise UserError(f"{path}: {key} must have shape {shape}, got {data[key].shape}: copy the file again")
    end = data["clip_start"].astype(np.int64) + data["clip_len"]
    if len(end) == 0 or data["clip_start"].min() < 0 or end.max() > count:
        raise UserError(f"{path}: clips must lie within its {count} frames, got an end at {end.max(initial=0)}")
    xyz = np.concatenate([data["pose"], data["extra"]], axis=1).astype(np.float32) * unit
    return Motions(
        xyz=xyz @ _TO_Y_UP.T,
        root=data["root"].astype(np.float32) @ _TO_Y_UP.T,
        start=data["clip_start"].astype(np.int64),
        length=data["clip_len"].astype(np.int64),
        subject=data["clip_subject"].astype(np.int64),
        name=tuple(str(n) for n in data["clip_name"]),
        fps=float(data["fps"]),
    )
