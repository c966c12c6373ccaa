"""Joint angles: a table with a row for every frame and person, for biomechanics and spreadsheets."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from poses.angles import joint_angles
from poses.files import write_text
from poses.motion import Motion
from poses.plugins import PluginInfo

INFO = PluginInfo("Joint angles table (degrees; CSV)", extension="angles.csv")


def write(motion: Motion, person: int | None, path: Path) -> list[str]:
    """Write person number `person` (from 0; None: everyone) to `path`; returns warnings.

    Columns: frame, time_s, person, then JOINT_angle_deg as `poses.angles` defines them. Cells of what is missing are
    empty. Where nobody was found at all, there are the first three columns only.
    """
    numbers = range(len(motion.persons)) if person is None else [person]
    worlds = [motion.persons[n].world for n in numbers]
    tables = [joint_angles(world.xyz, world.skeleton) for world in worlds]
    names = list(dict.fromkeys(name for table in tables for name in table))
    lines = [",".join(["frame,time_s,person", *(name.replace(" ", "_") + "_deg" for name in names)])]
    missing = np.full(len(motion), np.nan)
    columns = [np.stack([table.get(name, missing) for name in names], axis=1) for table in tables]
    for t, (frame, time_s) in enumerate(zip(motion.frame.tolist(), motion.time_s.tolist(), strict=True)):
        start = f"{frame},{time_s!r}"
        lines += [",".join([start, str(n + 1), *_cells(column[t])]) for n, column in zip(numbers, columns, strict=True)]
        if not columns:
            lines.append(f"{start},")
    write_text(path, "\n".join(lines) + "\n")
    return []


def _cells(values: np.ndarray) -> list[str]:
    # Adding 0 turns -0.0 into 0.0.
    return ["" if np.isnan(v) else f"{v + 0.0:.3f}" for v in np.round(values, 3).tolist()]
