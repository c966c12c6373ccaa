"""DeepLabCut: analysed videos and labelled pictures (CollectedData), of one animal or several, as CSV or HDF5.

Both are pandas tables whose columns have three or four names: scorer, (individual,) body part, coordinate. A row is a
frame, named by its number, which counts from 0, or by its picture, `labeled-data/VIDEO/img0017.png`, whose number is
that of the frame. In HDF5 some of these names are pickled; only pickles of plain text and numbers are taken.
"""

from __future__ import annotations

import pickle
import pickletools
from pathlib import Path
from typing import Any

import numpy as np

from detectors._keypoint_files.cells import Rows, numbers
from detectors._keypoint_files.names import skeleton_of_parts
from detectors._keypoint_files.recording import Recording, damaged, frame_number, people
from poses.arrays import FloatArray
from poses.errors import UserError

# (individual, body part, coordinate) of every column.
Column = tuple[str, str, str]
GROUP = "df_with_missing"
_PLAIN = {
    *("MARK", "STOP", "NONE", "POP", "DUP", "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT"),
    *("BINFLOAT", "NEWTRUE", "NEWFALSE", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "LIST", "EMPTY_LIST", "APPEND"),
    *("APPENDS", "TUPLE", "EMPTY_TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "DICT", "EMPTY_DICT", "SETITEM", "SETITEMS"),
    *("PUT", "BINPUT", "LONG_BINPUT", "GET", "BINGET", "LONG_BINGET", "MEMOIZE", "PROTO", "FRAME"),
}


def read_csv_rows(path: Path, rows: Rows, skeleton: str | None) -> Recording:
    """Header rows scorer, (individuals,) bodyparts, coords; then a row a frame: number or picture, x, y, likelihood."""
    names = {row[0]: row for row in rows[:4] if row[0] in ("individuals", "bodyparts", "coords")}
    if "bodyparts" not in names or "coords" not in names:
        raise damaged(path, "the header rows bodyparts and coords are missing")
    width, start = len(rows[0]), 1 + len(names)
    if any(len(row) != width for row in names.values()):
        raise damaged(path, "the header rows are not of one length")
    # The picture's path may take three columns, of which the header has a name in the first.
    skip = next((i for i, name in enumerate(names["coords"][1:], start=1) if name), width)
    owners = names.get("individuals", [""] * width)
    columns = list(zip(owners[skip:], names["bodyparts"][skip:], names["coords"][skip:], strict=True))
    table = numbers(path, rows, start, skip)
    return _recording(path, columns, ["/".join(row[:skip]) for row in rows[start:]], table, skeleton)


def read_h5_group(path: Path, group: Any, skeleton: str | None) -> Recording:
    """The HDF5 group `df_with_missing` in either of pandas' two forms, table and fixed."""
    if "table" in group:
        columns, index, table = _table(path, group["table"])
    elif "block0_values" in group:
        columns, index, table = _fixed(path, group)
    else:
        raise damaged(path, "its group df_with_missing is no table of pandas")
    if table.dtype.kind not in "fiu" or table.shape != (len(index), len(columns)):
        raise damaged(path, f"its table must be {len(index)} rows of {len(columns)} numbers, found {table.shape}")
    if {len(names) for names in columns} not in ({3}, {4}):
        raise damaged(path, "its columns must be named scorer, (individual,) body part, coordinate")
    named = [("" if len(names) == 3 else names[1], names[-2], names[-1]) for names in columns]
    return _recording(path, named, index, table.astype(np.float64), skeleton)


def _recording(
    path: Path, columns: list[Column], index: list[str], table: FloatArray, skeleton: str | None
) -> Recording:
    kinds = {coordinate for _, _, coordinate in columns}
    if "z" in kinds:
        raise UserError(f"{path} has coordinates x, y, z, so it is a 3D result: give the 2D result of one camera")
    if not kinds or not kinds <= {"x", "y", "likelihood"} or not len(table):
        raise damaged(path, "there are no rows of x, y and likelihood")
    parts = list(dict.fromkeys(part for _, part, _ in columns))
    kind = skeleton_of_parts(path, "DeepLabCut", parts, skeleton)
    at = {column: i for i, column in enumerate(columns)}
    owners = list(dict.fromkeys(owner for owner, _, _ in columns))
    frames = {}
    for name, values in zip(index, table, strict=True):
        number = frame_number(name)
        if number is None or number in frames:
            raise damaged(path, f"row {name[:60]!r} has no frame number of its own")
        frames[number] = people(kind, [_points(values, at, owner, parts) for owner in owners])
    # Only some of a video's frames are labelled; an analysed video has all of them.
    return Recording(path, kind, frames, 0, dense=all(name.isdecimal() for name in index))


def _points(values: FloatArray, at: dict[Column, int], owner: str, parts: list[str]) -> FloatArray:
    """(J, 3) of one individual; hand-made labels have no likelihood and count as sure."""
    padded = np.concatenate([values, [np.nan, 1.0]])
    picked = [
        [at.get((owner, part, c), len(values) + (c == "likelihood")) for c in ("x", "y", "likelihood")]
        for part in parts
    ]
    return padded[np.array(picked)]


def _table(path: Path, table: Any) -> tuple[list[tuple[str, ...]], list[str], FloatArray]:
    """Form "table": records with the index and blocks of values, the columns of each block in a pickled attribute."""
    rows = table[()]
    blocks = [name for name in rows.dtype.names or () if name.startswith("values_block_")]
    if "index" not in (rows.dtype.names or ()) or not blocks:
        raise damaged(path, "its table has no index or no values")
    columns = [_names(path, one) for block in blocks for one in _plain(path, table.attrs.get(f"{block}_kind"))]
    values = [np.atleast_2d(rows[block].T).T for block in blocks]
    return columns, _texts(rows["index"]), np.concatenate(values, axis=1)


def _fixed(path: Path, group: Any) -> tuple[list[tuple[str, ...]], list[str], FloatArray]:
    """Form "fixed": values by block; names as levels and, for each column, which of them."""
    columns: list[tuple[str, ...]] = []
    values = []
    for block in range(len([name for name in group if name.startswith("block") and name.endswith("_values")])):
        columns += _levels(path, group, f"block{block}_items")
        values.append(group[f"block{block}_values"][()])
    if len({len(one) for one in values}) != 1 or any(one.ndim != 2 for one in values):
        raise damaged(path, "its blocks of values do not fit each other")
    index = _texts(group["axis1"][()]) if "axis1" in group else ["/".join(n) for n in _levels(path, group, "axis1")]
    return columns, index, np.concatenate(values, axis=1)


def _levels(path: Path, group: Any, name: str) -> list[tuple[str, ...]]:
    """The names of an axis that has several for each place."""
    count = len([one for one in group if one.startswith(f"{name}_level")])
    levels = [_texts(group[f"{name}_level{k}"][()]) for k in range(count)]
    labels = [np.asarray(group[f"{name}_label{k}"][()]).ravel() for k in range(count)]
    if any(len(one) and not (one.dtype.kind in "iu" and one.min() >= 0 and one.max() < len(level))
           for one, level in zip(labels, levels, strict=True)):  # fmt: skip
        raise damaged(path, f"the names of {name} do not fit each other")
    return [tuple(level[i] for level, i in zip(levels, places, strict=True)) for places in zip(*labels, strict=True)]


def _texts(values: Any) -> list[str]:
    return [one.decode(errors="replace") if isinstance(one, bytes) else str(one) for one in np.asarray(values).ravel()]


def _names(path: Path, one: Any) -> tuple[str, ...]:
    if not isinstance(one, tuple):
        raise damaged(path, "its columns must be named scorer, (individual,) body part, coordinate")
    return tuple(map(str, one))


def _plain(path: Path, attribute: Any) -> list[Any]:
    """A pickled list of text and numbers; anything else in the pickle is refused before it is opened."""
    content = bytes(attribute) if isinstance(attribute, bytes) else b""
    try:
        for code, argument, _ in pickletools.genops(content):
            far = "PUT" in code.name and isinstance(argument, int) and argument > len(content)
            if code.name not in _PLAIN or far:
                raise UserError(f"{path} holds a pickle that could run a program: save it as CSV (save_as_csv=True)")
        held = pickle.loads(content)
    except UserError:
        raise
    except Exception:
        raise damaged(path, "the names of its columns cannot be read") from None
    if not isinstance(held, list):
        raise damaged(path, "the names of its columns are no list")
    return held
