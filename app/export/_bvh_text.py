"""The text of a BVH file."""

from __future__ import annotations

import numpy as np

from poses.arrays import FloatArray

ROOT_CHANNELS = "Xposition Yposition Zposition Zrotation Xrotation Yrotation"
JOINT_CHANNELS = "Zrotation Xrotation Yrotation"


def to_text(
    names: tuple[str, ...],
    parents: tuple[int, ...],
    offsets: FloatArray,
    ends: dict[int, FloatArray],
    values: FloatArray,
    frame_time: float,
) -> str:
    """A BVH file of joints listed depth first, the first one the root: six channels there, three elsewhere.

    offsets (B, 3) and ends in the file's unit; values (T, 6 + 3 (B - 1)) in the order of the joints.
    """
    lines = ["HIERARCHY"]

    def write(joint: int, depth: int) -> None:
        pad = "\t" * depth
        lines.append(f"{pad}{'JOINT' if depth else 'ROOT'} {names[joint]}")
        lines.append(f"{pad}{{")
        lines.append(f"{pad}\tOFFSET {_row(offsets[joint])}")
        lines.append(f"{pad}\tCHANNELS {f'3 {JOINT_CHANNELS}' if depth else f'6 {ROOT_CHANNELS}'}")
        for child in (c for c, p in enumerate(parents) if p == joint):
            write(child, depth + 1)
        if joint in ends:
            lines.extend([f"{pad}\tEnd Site", f"{pad}\t{{", f"{pad}\t\tOFFSET {_row(ends[joint])}", f"{pad}\t}}"])
        lines.append(f"{pad}}}")

    write(0, 0)
    # Python writes the shortest text that is read back as the same number: nothing of the rate is lost.
    lines += ["MOTION", f"Frames: {len(values)}", f"Frame Time: {frame_time!r}"]
    lines += [_row(row) for row in values]
    return "\n".join(lines) + "\n"


def _row(values: FloatArray) -> str:
    # Six digits of a centimetre or a degree are far below a micrometre at the fingertips; adding 0 turns -0 into 0.
    return " ".join(f"{v:.6f}" for v in np.round(values, 6) + 0.0)
