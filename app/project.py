"""An analysis on disk: detections, corrections and choices, so that nothing has to be detected again. Without Qt.

One file NAME.marey, an NPZ without pickles: `frame` (T), `time_s` (T), `lost_s` (L), `count` (T) people in each frame,
for all of them one after the other `xy` (N, J, 2) px, `score` (N, J), `boxes` (N, 4); `about`: JSON with the rest. The
video is not in it, only where it was.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from app.edits import Edit, IdentitySwap, LeftRightFlip, Mask, Merge, Move, Rename, Split
from app.pipeline.detect import Detections
from app.pipeline.settings import Settings
from poses.errors import UserError
from poses.files import write_aside
from poses.sequences import Keypoints
from poses.skeleton import Skeleton

ENDING = ".marey"
VERSION = 1
KINDS: dict[str, type[Edit]] = {
    "move": Move,
    "mask": Mask,
    "swap": LeftRightFlip,
    "exchange": IdentitySwap,
    "merge": Merge,
    "split": Split,
    "rename": Rename,
}  # fmt: skip


@dataclass(frozen=True)
class SavedAnalysis:
    """What was saved: enough to lift again at once."""

    detections: Detections
    edits: tuple[Edit, ...]
    settings: Settings
    lifter: str


def write_analysis(path: Path, saved: SavedAnalysis, compress: bool = True) -> None:
    """Write it atomically; UserError where that is not possible. compress: smaller, slower."""
    found = saved.detections
    joints = len(found.skeleton)
    arrays: dict[str, Any] = {
        "frame": found.frame,
        "time_s": found.time_s,
        "lost_s": found.lost_s,
        "count": np.array([len(k) for k in found.keypoints]),
        "xy": np.concatenate([k.xy for k in found.keypoints] or [np.empty((0, joints, 2))]),
        "score": np.concatenate([k.score for k in found.keypoints] or [np.empty((0, joints))]),
        "boxes": np.concatenate([k.boxes for k in found.keypoints] or [np.empty((0, 4))]),
        "about": np.array(json.dumps(_about(path, saved))),
    }
    with write_aside(path) as aside, aside.open("wb") as file:
        (np.savez_compressed if compress else np.savez)(file, **arrays)


def read_analysis(path: Path) -> SavedAnalysis:
    """Read it back, with the path of the video where it is now; UserError where the file or the video is not usable."""
    if not path.is_file():
        raise UserError(f"{path} does not exist")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            parts = {name: arrays[name] for name in ("frame", "time_s", "count", "xy", "score", "boxes")}
            parts["lost_s"] = arrays["lost_s"] if "lost_s" in arrays else np.empty(0)
            about = json.loads(str(arrays["about"]))
        if about["version"] > VERSION:
            raise UserError(f"{path} was written by a newer Marey; this one reads version {VERSION}")
        detections = _detections(parts, about, _find_video(path, about))
        edits = tuple(KINDS[kind](**values) for kind, values in about["edits"])
        return SavedAnalysis(detections, edits, Settings(**about["settings"]), about["lifter"])
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise UserError(f"{path} is not a saved analysis, or it is damaged ({error})") from error


def _about(path: Path, saved: SavedAnalysis) -> dict[str, Any]:
    found = saved.detections
    video = Path(found.video).resolve()
    names = {kind: name for name, kind in KINDS.items()}
    return {
        "version": VERSION,
        "video": str(video),
        "video_from_here": _from_here(video, path.resolve().parent),
        "rate": [found.rate.numerator, found.rate.denominator],
        "variable_rate": found.variable_rate,
        "image_size": list(found.image_size),
        "skeleton": asdict(found.skeleton),
        "detector": found.detector,
        "lifter": saved.lifter,
        "settings": asdict(saved.settings),
        "edits": [[names[type(edit)], asdict(edit)] for edit in saved.edits],
        "warnings": list(found.warnings),
    }


def _from_here(video: Path, folder: Path) -> str:
    """The way from a folder to the video; its whole path where it lies on another drive."""
    try:
        return os.path.relpath(video, folder)
    except ValueError:
        return str(video)


def _find_video(path: Path, about: dict[str, Any]) -> Path:
    video = Path(about["video"])
    places = [path.parent / about["video_from_here"], video, path.parent / video.name]
    there = next((p for p in places if p.exists()), None)
    if there is None:
        raise UserError(f"the video {video.name} of {path.name} is not there any more: put it beside {path.name}")
    return there.resolve()


def _detections(parts: dict[str, np.ndarray], about: dict[str, Any], video: Path) -> Detections:
    s = about["skeleton"]
    pairs = tuple((a, b) for a, b in s["pairs"])
    skeleton = Skeleton(s["name"], tuple(s["joint_names"]), tuple(s["parents"]), pairs)
    if (len(parts["xy"]), len(parts["frame"])) != (int(parts["count"].sum()), len(parts["count"])):
        raise ValueError("its tables do not belong together")
    ends = np.cumsum(parts["count"])
    rows: Sequence[Keypoints] = [
        Keypoints(parts["xy"][a:b], parts["score"][a:b], parts["boxes"][a:b])
        for a, b in zip(ends - parts["count"], ends, strict=True)
    ]
    width, height = about["image_size"]
    return Detections(
        str(video), parts["frame"], parts["time_s"], Fraction(*about["rate"]), bool(about["variable_rate"]),
        (width, height), skeleton, about["detector"], tuple(rows), tuple(about["warnings"]),
        parts["lost_s"],
    )  # fmt: skip
