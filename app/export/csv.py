"""CSV: one tidy table, a row for every frame, person and joint."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from poses.files import write_text
from poses.motion import Motion, Person
from poses.parts import Info

INFO = Info("CSV table (joints in world metres and in pixels)", extension="csv")

HEADER = ("frame", "time_s", "person", "joint", "x_m", "y_m", "z_m", "x_px", "y_px", "score", "filled")


def write(motion: Motion, person: int | None, path: Path) -> list[str]:
    """Write person number `person` (from 0; None: everybody) to `path`; returns warnings.

    World: right-handed, y up, metres. Pixels: upright picture, origin top left. People are numbered from 1. Cells of
    what is missing are empty. Where nobody was found at all, each frame has one row without person and joint.
    """
    buffer = io.StringIO()
    table = csv.writer(buffer, lineterminator="\n")
    table.writerow(HEADER)
    numbers = range(len(motion.persons)) if person is None else [person]
    rows = [_person_rows(motion.persons[n], n + 1) for n in numbers]
    for t, (frame, time_s) in enumerate(zip(motion.frame.tolist(), motion.time_s.tolist(), strict=True)):
        start = [str(frame), repr(time_s)]
        if not rows:
            table.writerow(start + [""] * (len(HEADER) - len(start)))
        for cells in rows:
            table.writerows(start + row for row in cells[t])
    write_text(path, buffer.getvalue())
    return []


def _person_rows(person: Person, number: int) -> list[list[list[str]]]:
    """Cells from "person" to "filled", [frame][joint]."""
    names = person.world.skeleton.joint_names
    xyz, xy, score = person.world.xyz, person.pose_2d.xy, person.pose_2d.score
    rows = []
    for t in range(len(xyz)):
        cells = []
        for j, name in enumerate(names):
            there = np.isfinite(xyz[t, j]).all() or np.isfinite(xy[t, j]).all()
            row = [str(number), name, *_cells(xyz[t, j], 6), *_cells(xy[t, j], 3)]
            row += [f"{score[t, j]:.4f}" if there else "", str(int(person.filled[t, j]))]
            cells.append(row)
        rows.append(cells)
    return rows


def _cells(values: np.ndarray, digits: int) -> list[str]:
    # Adding 0.0 turns -0.0 into 0.0.
    return [f"{round(v, digits) + 0.0:.{digits}f}" if np.isfinite(v) else "" for v in values.tolist()]
