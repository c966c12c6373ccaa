"""SLEAP: its project files (.slp), and its analysis export as HDF5 or CSV. Frames count from 0.

A project file is HDF5 with tables of frames, instances and points (user-made `points`, predicted `pred_points`) and
the skeleton as JSON, as sleap-io documents it (docs of sleap_io.io.slp). Before its format 1.1 coordinates were half a
pixel larger.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from detectors._keypoint_files.cells import Rows, numbers
from detectors._keypoint_files.names import skeleton_of_parts
from detectors._keypoint_files.recording import Recording, damaged, people
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.schema import shaped

NEEDED = ("tracks", "node_names")
TABLES = {
    "frames": ("video", "frame_idx", "instance_id_start", "instance_id_end"),
    "instances": ("instance_type", "from_predicted", "point_id_start", "point_id_end"),
    "points": ("x", "y", "visible"),
    "pred_points": ("x", "y", "visible", "score"),
}
PREDICTED = 1


class Node(msgspec.Struct):
    name: str


class NodeId(msgspec.Struct):
    id: int


class NodeIds(msgspec.Struct):
    nodes: list[NodeId]


class Metadata(msgspec.Struct):
    """The JSON in a project file: all nodes, and by their places those of each skeleton."""

    nodes: list[Node]
    skeletons: list[NodeIds]


def read_csv_rows(path: Path, rows: Rows, skeleton: str | None) -> Recording:
    """track, frame_idx, instance.score, PART.x, PART.y, PART.score ..., a row a person and frame."""
    header = rows[0]
    parts = [name[:-2] for name in header if name.endswith(".x")]
    missing = [f"{p}.{c}" for p in parts for c in ("y", "score") if f"{p}.{c}" not in header]
    if not parts or missing:
        raise damaged(path, f"the columns {', '.join(missing) or 'PART.x, PART.y, PART.score'} are missing")
    kind = skeleton_of_parts(path, "SLEAP", parts, skeleton)
    columns = [[header.index(f"{p}.{c}") - 1 for c in ("x", "y", "score")] for p in parts]
    read: dict[int, list[FloatArray]] = defaultdict(list)
    for values in numbers(path, rows, 1, 1):
        if not np.isfinite(values[0]):
            raise damaged(path, "a row has no frame_idx")
        read[int(values[0])].append(_sure(values[columns]))
    return Recording(path, kind, {n: people(kind, one) for n, one in read.items()}, 0, dense=False)


def read_analysis(path: Path, file: Any, skeleton: str | None) -> Recording:
    """An analysis file: tracks (P, 2, J, T) px, node_names (J), and, mostly, point_scores (P, J, T).

    Arrays lie transposed, as MATLAB wants them.
    """
    missing = [name for name in NEEDED if not hasattr(file.get(name), "shape")]
    if missing:
        raise damaged(path, f"no SLEAP analysis: {', '.join(missing)} is missing")
    tracks, names = file["tracks"][()], file["node_names"][()]
    scores = file["point_scores"][()] if hasattr(file.get("point_scores"), "shape") else None
    parts = [one.decode(errors="replace") if isinstance(one, bytes) else str(one) for one in np.ravel(names)]
    points = _points(path, tracks, scores, len(parts))
    kind = skeleton_of_parts(path, "SLEAP", parts, skeleton)
    return Recording(path, kind, {t: people(kind, list(one)) for t, one in enumerate(points)}, 0, dense=False)


def _points(path: Path, tracks: Any, scores: Any, count: int) -> FloatArray:
    """(T, P, J, 3) x, y, score from the arrays of the file."""
    if tracks.ndim == 4 and tracks.shape[1] == 3:
        raise UserError(f"{path} has three coordinates a point, so it is a 3D result: give the 2D result of one camera")
    if tracks.dtype.kind not in "fiu" or tracks.ndim != 4 or tracks.shape[1:3] != (2, count):
        raise damaged(path, f"tracks must be numbers (P, 2, {count}, T), found {tracks.dtype} {tracks.shape}")
    xy = np.moveaxis(tracks.astype(np.float64), (3, 0, 2, 1), (0, 1, 2, 3))
    score = np.full(xy.shape[:3], np.nan)
    if scores is not None:
        wanted = (tracks.shape[0], count, tracks.shape[3])
        if scores.dtype.kind not in "fiu" or scores.shape != wanted:
            raise damaged(path, f"point_scores must be numbers {wanted}, found {scores.dtype} {scores.shape}")
        score = np.moveaxis(scores.astype(np.float64), (2, 0, 1), (0, 1, 2))
    return _sure(np.concatenate([xy, score[..., None]], axis=-1))


def _sure(points: FloatArray) -> FloatArray:
    """(..., 3) x, y, score: corrected by hand, points have no score and count as sure."""
    out = points.copy()
    out[..., 2] = np.where(np.isnan(points[..., 2]), 1.0, points[..., 2])
    return out


def read_project(path: Path, file: Any, skeleton: str | None) -> Recording:
    """A project file: what the user labelled in it and, of the rest, what was predicted."""
    tables = {name: _records(path, file, name, needed) for name, needed in TABLES.items()}
    parts = _parts(path, file)
    kind = skeleton_of_parts(path, "SLEAP", parts, skeleton)
    shift = 0.5 if float(np.ravel(file["metadata"].attrs.get("format_id", 1.0))[0]) < 1.1 else 0.0
    frames = tables["frames"]
    if len(set(frames["video"].tolist())) > 1:
        raise UserError(f"{path} holds the labels of several videos: save those of one video in SLEAP")
    read: dict[int, list[FloatArray]] = {}
    for one in frames:
        number, span = int(one["frame_idx"]), slice(int(one["instance_id_start"]), int(one["instance_id_end"]))
        read[number] = [_instance(path, tables, row, len(parts), shift) for row in _shown(tables["instances"], span)]
    return Recording(path, kind, {n: people(kind, one) for n, one in read.items()}, 0, dense=False)


def _records(path: Path, file: Any, name: str, needed: tuple[str, ...]) -> Any:
    table = file.get(name)
    rows = table[()] if hasattr(table, "shape") else np.zeros(0)
    if rows.ndim != 1 or not set(needed) <= set(rows.dtype.names or ()):
        raise damaged(path, f"no SLEAP project: its table {name} must have {', '.join(needed)}")
    return rows


def _parts(path: Path, file: Any) -> list[str]:
    text = file["metadata"].attrs.get("json", b"")
    try:
        content = msgspec.json.decode(text if isinstance(text, str) else bytes(text))
    except (msgspec.DecodeError, TypeError, RecursionError):
        raise damaged(path, "no SLEAP project: its metadata are no JSON") from None
    held = shaped(content, Metadata, path, "a SLEAP project")
    if len(held.skeletons) != 1:
        raise UserError(f"{path} must have one skeleton, found {len(held.skeletons)}: save those of one in SLEAP")
    places = [node.id for node in held.skeletons[0].nodes]
    if not places or not all(0 <= place < len(held.nodes) for place in places):
        raise damaged(path, "the nodes of its skeleton are not among its nodes")
    return [held.nodes[place].name for place in places]


def _shown(instances: Any, span: slice) -> Any:
    """The instances of a frame: those of the user, and predicted ones unless the user's were made of them."""
    rows = instances[max(span.start, 0) : max(span.stop, 0)]
    replaced = {int(row["from_predicted"]) for row in rows if row["instance_type"] != PREDICTED}
    numbers = range(max(span.start, 0), max(span.start, 0) + len(rows))
    return [row for n, row in zip(numbers, rows, strict=True) if row["instance_type"] != PREDICTED or n not in replaced]


def _instance(path: Path, tables: dict[str, Any], row: Any, count: int, shift: float) -> FloatArray:
    """(J, 3) of one person."""
    predicted = row["instance_type"] == PREDICTED
    points = tables["pred_points" if predicted else "points"]
    points = points[max(int(row["point_id_start"]), 0) : max(int(row["point_id_end"]), 0)]
    if len(points) != count:
        raise damaged(path, f"a person must have {count} points, found {len(points)}")
    score = points["score"] if predicted else np.ones(count)
    seen = points["visible"].astype(bool)
    xy = np.stack([points["x"], points["y"]], axis=1).astype(np.float64) - shift
    return _sure(np.column_stack([np.where(seen[:, None], xy, np.nan), score]))
