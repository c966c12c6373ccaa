"""BVH files read: the one reader of the program, for training on motion capture and for what the export wrote.

A BVH file is a tree of joints, each with an offset from its parent and the channels that move it, and a line of channel
values a frame. Positions among the channels stand in the place of the offset; rotations apply in the order in which
they are listed (Meredith and Maddock 2001, "Motion Capture File Formats Explained").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from poses.arrays import FloatArray
from poses.errors import UserError
from poses.files import read_text
from poses.rotations import apply, axis_angle_rotation

# Files come in metres to millimetres and angles may wind up; what is larger is damage, and would overflow.
LARGEST = 1e9
# Seconds a frame: from 10 000 frames a second to one in 10 s.
SHORTEST, LONGEST = 1e-4, 10.0
_MOTION = re.compile(r"\bMOTION\s+Frames\s*:\s*(\S+)\s+Frame\s+Time\s*:\s*(\S+)", re.IGNORECASE)
_CHANNEL = re.compile(r"[XYZ](position|rotation)", re.IGNORECASE)


@dataclass
class Bvh:
    """B joints over T frames, in the file's own unit of length, degrees and seconds.

    parents: -1 for a root. offsets: (3,) of each joint from its parent. channels: of each joint, "Xposition"
    to "Zrotation", in the order of the values. ends: offset (3,) of the end site by joint. values (T, C): every
    channel in the order of the file.
    """

    names: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    offsets: list[list[float]] = field(default_factory=list)
    channels: list[list[str]] = field(default_factory=list)
    ends: dict[int, list[float]] = field(default_factory=dict)
    frame_time: float = 0.0
    values: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))

    def joints(self) -> FloatArray:
        """(T, B, 3) positions of the joints by forward kinematics."""
        return self._place()[0]

    def joints_and_ends(self) -> tuple[list[str], FloatArray]:
        """Names and positions (T, B + E, 3) of the joints and, after them, of the end sites, called JOINT + "End"."""
        xyz, turns = self._place()
        ends = [xyz[:, joint] + apply(turns[joint], np.array(end)) for joint, end in self.ends.items()]
        names = [*self.names, *(f"{self.names[joint]}End" for joint in self.ends)]
        return names, np.concatenate([xyz, *(end[:, None] for end in ends)], axis=1)

    def _place(self) -> tuple[FloatArray, list[FloatArray]]:
        """Positions (T, B, 3) and the global rotation (T, 3, 3) of every joint."""
        xyz = np.empty((len(self.values), len(self.names), 3))
        turns: list[FloatArray] = []
        column = 0
        for joint, parent in enumerate(self.parents):
            place = np.tile(np.array(self.offsets[joint]), (len(xyz), 1))
            turn = turns[parent] if parent >= 0 else np.broadcast_to(np.eye(3), (len(xyz), 3, 3))
            above = turn
            for channel in self.channels[joint]:
                axis = "XYZ".index(channel[0])
                if channel.endswith("position"):
                    place[:, axis] = self.values[:, column]
                else:
                    line = np.broadcast_to(np.eye(3)[axis], (len(xyz), 3))
                    turn = turn @ axis_angle_rotation(line, np.radians(self.values[:, column]))
                column += 1
            xyz[:, joint] = place if parent < 0 else xyz[:, parent] + apply(above, place)
            turns.append(turn)
        return xyz, turns


def read_bvh(path: Path) -> Bvh:
    """The BVH file at `path`; UserError, in one line that names it, where it is cut off, damaged or none."""
    return parse_bvh(read_text(path, errors="replace"), str(path))


def parse_bvh(text: str, source: str = "the BVH file") -> Bvh:
    """The BVH file of this text; UserError, which calls it `source`, where it is cut off, damaged or none."""
    try:
        found = _MOTION.search(text)
        if not re.match(r"\s*HIERARCHY\b", text, re.IGNORECASE) or found is None:
            raise ValueError("it must hold HIERARCHY, MOTION, Frames: and Frame Time:")
        bvh = _Tree(text[: found.start()]).bvh
        bvh.frame_time = _frame_time(found[2])
        bvh.values = _values(text[found.end() :], found[1], sum(map(len, bvh.channels)))
    except ValueError as error:
        raise UserError(f"{source} must be a whole BVH file, but cannot be read: {error}; export it again") from None
    return bvh


def _frame_time(word: str) -> float:
    step = _number(word)
    if not SHORTEST <= step <= LONGEST:
        raise ValueError(f"Frame Time must be from {SHORTEST} to {LONGEST:g} seconds, found {word[:20]}")
    return step


def _values(text: str, frames: str, width: int) -> FloatArray:
    """(T, C) channel values, as many as promised."""
    if not frames.isdecimal() or int(frames[:18]) < 1:
        raise ValueError(f"Frames must be a whole number from 1 on, found {frames[:20]!r}")
    words, count = text.split(), int(frames[:18])
    if len(words) != count * width:
        raise ValueError(f"it promises {count} frames of {width} channels, {count * width} numbers, found {len(words)}")
    try:
        values = np.array(words, dtype=np.float64).reshape(count, width)
    except ValueError:
        bad = next(word for word in words if not _is_number(word))
        raise ValueError(f"{bad[:20]!r} among the channel values is no number") from None
    wrong = np.argwhere(~(np.abs(values) < LARGEST))
    if len(wrong):
        row, column = wrong[0]
        raise ValueError(f"frame {row + 1} has {values[row, column]:g} in channel {column + 1}")
    return values


def _number(word: str) -> float:
    if not _is_number(word) or not abs(float(word)) < LARGEST:
        raise ValueError(f"{word[:20]!r} is no number that a BVH file can have")
    return float(word)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


class _Tree:
    """The HIERARCHY part, read word by word; lines and indents mean nothing, names may have blanks."""

    def __init__(self, text: str) -> None:
        self.bvh = Bvh()
        self._words = iter(text.replace("{", " { ").replace("}", " } ").split()[1:])
        # Open brackets: the joint, or -1 for that of an end site.
        self._open: list[int] = []
        for word in self._words:
            self._read(word)
        if self._open or not self.bvh.names:
            raise ValueError("a bracket is not closed" if self._open else "it has no joints")

    def _read(self, word: str) -> None:
        kind = word.upper()
        if kind in ("ROOT", "JOINT"):
            self._joint()
        elif kind in ("END", "ENDSITE"):
            list(self._until_bracket(word))
            self._inside(word)
            self._open.append(-1)
        elif kind == "OFFSET":
            self._offset()
        elif kind == "CHANNELS":
            self._channels()
        elif kind == "}" and self._open:
            self._open.pop()
        else:
            raise ValueError(f"unknown word {word[:20]!r} in HIERARCHY")

    def _joint(self) -> None:
        parent = self._inside("JOINT") if self._open else -1
        name = " ".join(self._until_bracket("ROOT or JOINT"))
        if not name:
            raise ValueError(f"joint {len(self.bvh.names) + 1} has no name")
        self._open.append(len(self.bvh.names))
        self.bvh.names.append(name)
        self.bvh.parents.append(parent)
        self.bvh.offsets.append([0.0, 0.0, 0.0])
        self.bvh.channels.append([])

    def _offset(self) -> None:
        offset = [_number(self._next("OFFSET")) for _ in range(3)]
        if self._open and self._open[-1] < 0:
            self.bvh.ends[self._open[-2]] = offset
        else:
            self.bvh.offsets[self._inside("OFFSET")] = offset

    def _channels(self) -> None:
        joint, count = self._inside("CHANNELS"), self._next("CHANNELS")
        if not count.isdecimal() or int(count[:9]) > 9:
            raise ValueError(f"CHANNELS of {self.bvh.names[joint]} must be a number up to 9, found {count[:20]!r}")
        for _ in range(int(count)):
            word = self._next("CHANNELS")
            if not _CHANNEL.fullmatch(word):
                raise ValueError(f"channels are Xposition ... Zrotation, {self.bvh.names[joint]} has {word[:20]!r}")
            self.bvh.channels[joint].append(word.capitalize())

    def _inside(self, what: str) -> int:
        """The joint whose bracket is open."""
        if not self._open or self._open[-1] < 0:
            raise ValueError(f"{what} stands outside the brackets of a joint")
        return self._open[-1]

    def _until_bracket(self, after: str) -> Iterator[str]:
        while (word := self._next(after)) != "{":
            if word in ("}", "OFFSET", "CHANNELS"):
                raise ValueError(f"after {after} a bracket must open, found {word!r}")
            yield word

    def _next(self, after: str) -> str:
        word = next(self._words, None)
        if word is None:
            raise ValueError(f"it ends after {after}")
        return word
