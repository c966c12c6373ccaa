"""Cells of a CSV file as numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detectors._keypoint_files.recording import damaged
from poses.arrays import FloatArray

Rows = list[list[str]]


def numbers(path: Path, rows: Rows, start: int, skip: int) -> FloatArray:
    """(rows, columns) from row `start` and column `skip` on; empty cells are NaN. Rows are as long as the first."""
    width = len(rows[0])
    table = []
    for line, row in enumerate(rows[start:], start=start + 1):
        if len(row) != width:
            raise damaged(path, f"line {line} has {len(row)} cells, the header {width}")
        try:
            table.append(np.array([float(cell) if cell else np.nan for cell in row[skip:]]))
        except ValueError:
            raise damaged(path, f"line {line} has cells that are no numbers") from None
    return np.array(table, dtype=np.float64).reshape(len(table), width - skip)
