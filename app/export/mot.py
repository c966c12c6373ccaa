"""MOT: joint angles over time, as OpenSim plots and compares them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.export._rate import even_rows
from poses.angles import joint_angles
from poses.files import write_text
from poses.motion import Motion
from poses.plugins import PluginInfo

INFO = PluginInfo("MOT joint angles (OpenSim)", extension="mot", per_person=True)


def write(motion: Motion, person: int | None, path: Path) -> list[str]:
    """Write person number `person` (from 0) to `path`; returns warnings.

    Columns: time in seconds, then JOINT_angle in degrees as `poses.angles` defines them, with its zeros and signs,
    which are not those of a certain OpenSim model. What is missing is NaN, and so is all of a frame that could not be
    decoded.
    """
    if person is None:
        raise ValueError("a MOT file holds one person: say which")
    world, times, notes = motion.persons[person].world, motion.time_s, list[str]()
    xyz = world.xyz
    if len(motion.lost_s) and not motion.variable_rate:
        even = even_rows(motion, world.xyz, world.present, "MOT", "there its angles are NaN")
        times, xyz, notes = even.time_s, even.joints, [*even.notes]
    table = joint_angles(xyz, world.skeleton)
    names = [name.replace(" ", "_") for name in table]
    values = np.stack(list(table.values()), axis=1) if table else np.empty((len(times), 0))
    lines = [path.stem, "version=1", f"nRows={len(times)}", f"nColumns={len(names) + 1}", "inDegrees=yes", "endheader"]
    lines.append("\t".join(["time", *names]))
    for time_s, row in zip(times.tolist(), values, strict=True):
        # Adding 0 turns -0.0 into 0.0; OpenSim reads nan, and no empty cells.
        lines.append("\t".join([repr(time_s), *(f"{v + 0.0:.6f}" for v in np.round(row, 6).tolist())]))
    write_text(path, "\n".join(lines) + "\n")
    return notes
