"""CSV: DeepLabCut (one animal or several), SLEAP's analysis export, and our own table."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np

from detectors._keypoint_files.names import skeleton_of_names
from detectors._keypoint_files.recording import Recording, damaged, frame_number, named_skeleton, people
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.sequences import Keypoints
from poses.skeleton import Skeleton

Rows = list[list[str]]


def read_csv(path: Path, skeleton: str | None) -> Recording:
    """A CSV file, its kind told by its header."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [row for row in csv.reader(file) if row]
    except (csv.Error, UnicodeDecodeError) as error:
        raise damaged(path, f"no CSV: {error}") from None
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    header = rows[0] if rows else []
    if header[:1] == ["scorer"]:
        return _deeplabcut(path, rows, skeleton)
    if header[:2] == ["track", "frame_idx"]:
        return _sleap(path, rows, skeleton)
    if {"frame", "person", "joint", "x_px", "y_px", "score"} <= set(header):
        return _ours(path, rows)
    raise damaged(path, "neither a DeepLabCut, a SLEAP analysis nor a Marey table")


def _deeplabcut(path: Path, rows: Rows, skeleton: str | None) -> Recording:
    """Header rows scorer, (individuals,) bodyparts, coords; then a row a frame: number, x, y, likelihood ..."""
    names = {row[0]: row[1:] for row in rows[:4] if row[0] in ("individuals", "bodyparts", "coords")}
    if "bodyparts" not in names or "coords" not in names:
        raise damaged(path, "the header rows bodyparts and coords are missing")
    if any(len(row) != len(rows[0]) - 1 for row in names.values()):
        raise damaged(path, "the header rows are not of one length")
    if not set(names["coords"]) <= {"x", "y", "likelihood"} or len(rows) <= 1 + len(names):
        raise damaged(path, "there are no rows of x, y and likelihood")
    width, start = len(rows[0]), 1 + len(names)
    table = _numbers(path, rows, start, width)
    owners = names.get("individuals", [""] * (width - 1))
    parts = list(dict.fromkeys(names["bodyparts"]))
    kind = skeleton_of_parts(path, "DeepLabCut", parts, skeleton)
    columns: dict[tuple[str, str, str], int] = {
        key: i for i, key in enumerate(zip(owners, names["bodyparts"], names["coords"], strict=True))
    }
    frames: dict[int, Keypoints] = {}
    for row, values in zip(rows[start:], table, strict=True):
        number = frame_number(row[0])
        if number is None:
            raise damaged(path, f"row {row[0]!r} has no frame number")
        points = [_picked(values, columns, owner, parts) for owner in dict.fromkeys(owners)]
        frames[number] = people(kind, points)
    return Recording(path, kind, frames, min(frames, default=0), dense=True)


def _picked(values: FloatArray, columns: dict[tuple[str, str, str], int], owner: str, parts: list[str]) -> FloatArray:
    """(J, 3) of one individual; hand-made labels have no likelihood and count as sure."""
    rows = []
    for part in parts:
        places = [columns.get((owner, part, coordinate)) for coordinate in ("x", "y", "likelihood")]
        x, y = (values[p] if p is not None else np.nan for p in places[:2])
        rows.append([x, y, values[places[2]] if places[2] is not None else 1.0])
    return np.array(rows)


def _sleap(path: Path, rows: Rows, skeleton: str | None) -> Recording:
    """track, frame_idx, instance.score, PART.x, PART.y, PART.score ..., a row a person and frame."""
    header = rows[0]
    parts = [name[:-2] for name in header if name.endswith(".x")]
    missing = [f"{p}.{c}" for p in parts for c in ("y", "score") if f"{p}.{c}" not in header]
    if not parts or missing:
        raise damaged(path, f"the columns {', '.join(missing) or 'PART.x, PART.y, PART.score'} are missing")
    kind = skeleton_of_parts(path, "SLEAP", parts, skeleton)
    at = {name: header.index(name) - 1 for name in header[1:]}
    columns = [[at[f"{p}.{c}"] for c in ("x", "y", "score")] for p in parts]
    read: dict[int, list[FloatArray]] = defaultdict(list)
    for values in _numbers(path, rows, 1, len(header)):
        if not np.isfinite(values[at["frame_idx"]]):
            raise damaged(path, "a row has no frame_idx")
        read[int(values[at["frame_idx"]])].append(values[columns])
    return Recording(path, kind, {n: people(kind, one) for n, one in read.items()}, 0, dense=False)


def _ours(path: Path, rows: Rows) -> Recording:
    """The CSV of `marey run`: a row for every frame, person and joint."""
    at = {name: rows[0].index(name) for name in rows[0]}
    parts = list(dict.fromkeys(row[at["joint"]] for row in rows[1:] if len(row) == len(rows[0]) and row[at["joint"]]))
    kind = skeleton_of_parts(path, "Marey", parts, None)
    read: dict[int, dict[str, FloatArray]] = {}
    times: dict[int, float] = {}
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise damaged(path, f"line {line} has {len(row)} cells, the header {len(rows[0])}")
        try:
            number, joint = int(row[at["frame"]]), row[at["joint"]]
            values = [float(row[at[c]]) if row[at[c]] else np.nan for c in ("x_px", "y_px", "score")]
            times[number] = float(row[at["time_s"]]) if "time_s" in at else np.nan
        except (ValueError, IndexError):
            raise damaged(path, f"line {line} is not like the others") from None
        frame = read.setdefault(number, {})
        if joint:
            frame.setdefault(row[at["person"]], np.full((len(kind), 3), np.nan))[parts.index(joint)] = values
    frames = {n: people(kind, list(one.values())) for n, one in read.items()}
    if rows[-1][at["joint"]] not in ("", parts[-1] if parts else ""):
        raise damaged(path, f"it ends with {rows[-1][at['joint']]}, in the middle of a person")
    known = times if all(np.isfinite(t) for t in times.values()) else None
    return Recording(path, kind, frames, 0, dense=True, time_s=known)


def skeleton_of_parts(path: Path, name: str, parts: list[str], skeleton: str | None) -> Skeleton:
    """The skeleton said, which must have as many joints, or one made of these names; UserError where neither works."""
    if skeleton is not None:
        kind = named_skeleton(skeleton)
        if len(kind) != len(parts):
            raise UserError(f"{path} has {len(parts)} body parts, {kind.name} has {len(kind)} joints: say another")
        return kind
    try:
        return skeleton_of_names(name, parts)
    except ValueError as error:
        raise UserError(f"{path}: {error}; rename them (left_shoulder, right_knee ...) or say skeleton=NAME") from None


def _numbers(path: Path, rows: Rows, start: int, width: int) -> list[FloatArray]:
    """The rows from `start` without their first column, as numbers; an empty cell is NaN."""
    table = []
    for line, row in enumerate(rows[start:], start=start + 1):
        if len(row) != width:
            raise damaged(path, f"line {line} has {len(row)} cells, the header {width}")
        try:
            table.append(np.array([float(cell) if cell else np.nan for cell in row[1:]]))
        except ValueError:
            raise damaged(path, f"line {line} has cells that are no numbers") from None
    return table
