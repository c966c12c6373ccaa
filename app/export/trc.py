"""TRC: marker positions for OpenSim, Pose2Sim, Kinovea and other programs of biomechanics."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.export._rate import even_rows
from poses.files import write_text
from poses.motion import Motion
from poses.plugins import PluginInfo

INFO = PluginInfo("TRC markers (OpenSim, Pose2Sim)", extension="trc", per_person=True)

COLUMNS = (
    *("DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units"),
    *("OrigDataRate", "OrigDataStartFrame", "OrigNumFrames"),
)


def write(motion: Motion, person: int | None, path: Path) -> list[str]:
    """Write person number `person` (from 0) to `path`; returns warnings.

    World: right-handed, y up, metres. Each row has the frame's own time stamp; markers that are missing are empty, and
    so are all of a frame that could not be decoded. Frames are counted from 1, as the format does. Rows end with a tab,
    as those of laboratories do: without it OpenSim does not count a last cell that is empty, and refuses the file.
    """
    if person is None:
        raise ValueError("a TRC file holds one person: say which")
    world = motion.persons[person].world
    # No name in OpenSim has a slash.
    names, count = [name.replace("/", "_") for name in world.skeleton.joint_names], len(motion)
    rate = f"{float(motion.rate):.6f}".rstrip("0").rstrip(".")
    times, xyz, notes = motion.time_s, world.xyz, []
    if len(motion.lost_s) and not motion.variable_rate:
        even = even_rows(motion, world.xyz, world.present, "TRC", "there its markers are empty")
        times, xyz, count, notes = even.time_s, even.joints, len(even.time_s), [*even.notes]
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "\t".join(COLUMNS),
        "\t".join([rate, rate, str(count), str(len(names)), "m", rate, "1", str(count)]),
        "Frame#\tTime\t" + "\t\t\t".join(names) + "\t\t",
        "\t\t" + "\t".join(f"X{k}\tY{k}\tZ{k}" for k in range(1, len(names) + 1)) + "\t",
    ]
    for row, (time_s, joints) in enumerate(zip(times.tolist(), xyz, strict=True), start=1):
        cells = [f"{v + 0.0:.6f}" if np.isfinite(v) else "" for v in np.round(joints, 6).ravel().tolist()]
        lines.append("\t".join([str(row), repr(time_s), *cells, ""]))
    write_text(path, "\n".join(lines) + "\n")
    if motion.variable_rate:
        notes.append(
            f"the video's frame rate varies: times are the video's own, the header says {rate} frames per second"
        )
    return notes
