"""The text of a BVH file: written, and read back with our own eyes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from poses.arrays import FloatArray
from poses.errors import UserError
from poses.rotations import matrix_from_euler

ROOT_CHANNELS = "Xposition Yposition Zposition Zrotation Xrotation Yrotation"
JOINT_CHANNELS = "Zrotation Xrotation Yrotation"


@dataclass
class Bvh:
    """A BVH file: B joints, T frames. offsets (B, 3) and ends by joint in the file's own unit; channels by joint.

    values (T, C): every channel in the file's order; frame_time in seconds.
    """

    names: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    offsets: list[list[float]] = field(default_factory=list)
    channels: list[list[str]] = field(default_factory=list)
    ends: dict[int, list[float]] = field(default_factory=dict)
    frame_time: float = 0.0
    values: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))

    def joints(self) -> FloatArray:
        """(T, B, 3) positions by forward kinematics; a root's own offset does not count where it has positions."""
        xyz = np.zeros((len(self.values), len(self.names), 3))
        turn = np.zeros((*xyz.shape, 3))
        column = 0
        for joint, parent in enumerate(self.parents):
            names = self.channels[joint]
            values = dict(zip(names, self.values[:, column : column + len(names)].T, strict=True))
            column += len(names)
            order = "".join(name[0] for name in names if name.endswith("rotation"))
            angles = np.stack([values[f"{axis}rotation"] for axis in order], axis=-1)
            offset = np.array(self.offsets[joint])
            moved = [values.get(f"{axis}position", np.full(len(xyz), offset[k])) for k, axis in enumerate("XYZ")]
            local, place = matrix_from_euler(angles, order), np.stack(moved, axis=-1)
            if parent < 0:
                xyz[:, joint], turn[:, joint] = place, local
            else:
                xyz[:, joint] = xyz[:, parent] + np.einsum("tij,tj->ti", turn[:, parent], place)
                turn[:, joint] = turn[:, parent] @ local
        return xyz


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


def read_bvh(text: str) -> Bvh:
    """Read a BVH file of any channel order. UserError where it is cut off or is no BVH."""
    head, found, rest = text.partition("MOTION")
    if not found or not head.strip().startswith("HIERARCHY"):
        raise UserError("a BVH file must hold HIERARCHY and MOTION, found no such text; is the file complete?")
    try:
        bvh = _read_tree(head.split()[1:])
        match = re.match(r"\s*Frames:\s*(\d+)\s+Frame Time:\s*(\S+)[^\n]*", rest)
        if match is None:
            raise ValueError("no frame count and frame time")
        bvh.frame_time = float(match.group(2))
        numbers = np.array(rest[match.end() :].split(), dtype=float)
        bvh.values = numbers.reshape(int(match.group(1)), sum(map(len, bvh.channels)))
    except (ValueError, IndexError) as error:
        raise UserError(f"the BVH file is damaged or cut off ({error}); write it again") from error
    return bvh


def _read_tree(words: list[str]) -> Bvh:
    bvh = Bvh()
    stack: list[int] = []
    in_end = False
    take: Callable[[], str] = iter(words).__next__
    for word in iter(lambda: next_or_empty(take), ""):
        if word in ("ROOT", "JOINT"):
            bvh.names.append(take())
            bvh.parents.append(stack[-1] if stack else -1)
            bvh.channels.append([])
            bvh.offsets.append([0.0, 0.0, 0.0])
        elif word == "End":
            in_end = take() == "Site"
        elif word == "{":
            stack.append(stack[-1] if in_end else len(bvh.names) - 1)
        elif word == "}":
            stack.pop()
            in_end = False
        elif word == "OFFSET":
            offset = [float(take()) for _ in range(3)]
            if in_end:
                bvh.ends[stack[-1]] = offset
            else:
                bvh.offsets[stack[-1]] = offset
        elif word == "CHANNELS":
            bvh.channels[stack[-1]] = [take() for _ in range(int(take()))]
        else:
            raise ValueError(f"unknown word {word!r}")
    if stack:
        raise ValueError("a bracket is not closed")
    return bvh


def next_or_empty(take: Callable[[], str]) -> str:
    """The next word, or "" after the last one."""
    try:
        return take()
    except StopIteration:
        return ""
