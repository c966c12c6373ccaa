"""CSV files, told apart by their header; and the table that `marey run` writes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from detectors._keypoint_files import deeplabcut, sleap
from detectors._keypoint_files.names import skeleton_of_parts
from detectors._keypoint_files.recording import Recording, damaged, people
from poses.arrays import FloatArray
from poses.files import read_text

Rows = list[list[str]]


def read_csv(path: Path, skeleton: str | None) -> Recording:
    """A CSV file of DeepLabCut, of SLEAP's analysis export or of ours."""
    try:
        rows = [row for row in csv.reader(io.StringIO(read_text(path), newline="")) if row]
    except csv.Error as error:
        raise damaged(path, f"no CSV: {error}") from None
    header = rows[0] if rows else []
    if header[:1] == ["scorer"]:
        return deeplabcut.read_csv_rows(path, rows, skeleton)
    if header[:2] == ["track", "frame_idx"]:
        return sleap.read_csv_rows(path, rows, skeleton)
    if {"frame", "person", "joint", "x_px", "y_px", "score"} <= set(header):
        return _ours(path, rows)
    raise damaged(path, "neither a DeepLabCut, a SLEAP analysis nor a Marey table")


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
