"""CSV: one tidy table, a row for every frame, person and joint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from poses.files import write_aside
from poses.motion import Motion, Person
from poses.plugins import PluginInfo

INFO = PluginInfo("CSV table (joints in world metres and in pixels)", extension="csv")

HEADER = "frame,time_s,person,joint,x_m,y_m,z_m,x_px,y_px,score,filled,sigma_m"


def write(motion: Motion, person: int | None, path: Path) -> list[str]:
    """Write person number `person` (from 0; None: everyone) to `path`; returns warnings.

    World: right-handed, y up, metres. Pixels: upright picture, origin top left. People are numbered from 1. Cells of
    what is missing are empty. sigma_m: the expected error of the joint, metres. Where nobody was found at all, each
    frame has one row without person and joint.
    """
    numbers = range(len(motion.persons)) if person is None else [person]
    rows = [_rows(motion.persons[n], n + 1) for n in numbers]
    with write_aside(path) as aside, aside.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER + "\n")
        for frame, time_s in zip(motion.frame.tolist(), motion.time_s.tolist(), strict=True):
            start = f"{frame},{time_s!r},"
            lines = [start + row for one in rows for row in next(one)]
            file.write("\n".join(lines or [start + "," * 9]) + "\n")
    return []


def _rows(person: Person, number: int) -> Iterator[list[str]]:
    """The cells from "person" to "sigma_m" of every joint, frame by frame."""
    names = [_quoted(name) for name in person.world.skeleton.joint_names]
    for t in range(len(person.world)):
        # Adding 0 turns -0.0 into 0.0. A joint that is in neither place has no score to tell.
        xyz, xy = np.round(person.world.xyz[t], 6) + 0.0, np.round(person.pose_2d.xy[t], 3) + 0.0
        lines: list[str] = []
        placed, seen = np.isfinite(xyz).all(axis=1).tolist(), np.isfinite(xy).all(axis=1).tolist()
        sigma = np.full(len(names), np.nan) if person.sigma is None else person.sigma[t]
        score, filled = person.pose_2d.score[t].tolist(), person.filled[t].tolist()
        for j, (name, (x, y, z), (u, v)) in enumerate(zip(names, xyz.tolist(), xy.tolist(), strict=True)):
            place = f"{x:.6f},{y:.6f},{z:.6f}" if placed[j] else ",,"
            point = f"{u:.3f},{v:.3f}" if seen[j] else ","
            sure = f"{score[j]:.4f}" if placed[j] or seen[j] else ""
            error = f"{sigma[j]:.4f}" if placed[j] and np.isfinite(sigma[j]) else ""
            lines.append(f"{number},{name},{place},{point},{sure},{filled[j]:d},{error}")
        yield lines


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if any(c in name for c in ',"\n') else name
