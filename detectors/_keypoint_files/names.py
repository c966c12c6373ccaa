"""Joints by the names that people give them in DeepLabCut, SLEAP and the like."""

from __future__ import annotations

import re
from pathlib import Path

from detectors._keypoint_files.recording import named_skeleton
from poses.errors import UserError
from poses.skeleton import Skeleton
from poses.skeletons import SKELETONS

_SIDES = {"left": "L", "l": "L", "right": "R", "r": "R"}
_SIDED = {
    "eye": "Eye", "ear": "Ear", "shoulder": "Shoulder", "elbow": "Elbow", "wrist": "Wrist", "hand": "Wrist",
    "hip": "Hip", "knee": "Knee", "ankle": "Ankle", "foot": "Ankle", "heel": "Heel", "bigtoe": "BigToe",
    "toe": "BigToe", "toes": "BigToe", "smalltoe": "SmallToe", "littletoe": "SmallToe",
}  # fmt: skip
_MIDDLE = {
    "nose": "Nose", "neck": "Neck", "thorax": "Thorax", "chest": "Thorax", "head": "HeadTop", "headtop": "HeadTop",
    "forehead": "HeadTop", "spine": "Spine", "pelvis": "Pelvis", "hip": "Pelvis", "midhip": "Pelvis", "root": "Pelvis",
}  # fmt: skip
# Nearest joint towards the pelvis, best first, of the joints above.
_PARENTS = {
    "Shoulder": ("Neck", "Thorax"), "Elbow": ("Shoulder",), "Wrist": ("Elbow",), "Hip": ("Pelvis",), "Knee": ("Hip",),
    "Ankle": ("Knee",), "Heel": ("Ankle",), "BigToe": ("Ankle",), "SmallToe": ("Ankle",), "Eye": ("Nose",),
    "Ear": ("Eye", "Nose"), "Nose": ("Neck", "Thorax"), "HeadTop": ("Nose", "Neck", "Thorax"),
    "Neck": ("Thorax", "Spine", "Pelvis"), "Thorax": ("Spine", "Pelvis"), "Spine": ("Pelvis",),
}  # fmt: skip


def joint_name(part: str) -> str:
    """Our name of a body part ("left_shoulder", "LShoulder", "shoulder-R" ...); an unknown one keeps its own name."""
    apart = re.sub(r"^([LR])(?=[A-Z][a-z])", r"\1 ", part)
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", apart)]
    sides = [_SIDES[w] for w in words if w in _SIDES]
    rest = "".join(w for w in words if w not in _SIDES)
    if not sides and (found := re.match(r"(left|right)(.+)", rest)):
        sides, rest = [_SIDES[found[1]]], found[2]
    if len(sides) == 1 and rest in _SIDED:
        return sides[0] + _SIDED[rest]
    return _MIDDLE.get(rest, part) if not sides else part


def skeleton_of_names(name: str, parts: list[str]) -> Skeleton:
    """The skeleton of these body parts: a known one where all names are its own, else a forest of what is known.

    ValueError where no body part is known at all, or one has no name.
    """
    for known in SKELETONS.values():
        if known.joint_names == tuple(parts):
            return known
    if "" in parts:
        raise ValueError(f"body part {parts.index('') + 1} has no name")
    names = [joint_name(part) for part in parts]
    # A second part that would get the same name keeps its own.
    names = [n if n not in names[:i] else parts[i] for i, n in enumerate(names)]
    for known in SKELETONS.values():
        if known.joint_names == tuple(names):
            return known
    every = {n for s in SKELETONS.values() for n in s.joint_names}
    if not every & set(names):
        raise ValueError(f"none of the body parts is known: {', '.join(parts)}")
    parents = [_parent(n, names) for n in names]
    pairs = tuple((i, names.index("R" + n[1:])) for i, n in enumerate(names) if n[0] == "L" and "R" + n[1:] in names)
    return Skeleton(name, tuple(names), tuple(parents), pairs)


def _parent(name: str, names: list[str]) -> int:
    side, plain = (name[0], name[1:]) if name[0] in "LR" and name[1:] in _PARENTS else ("", name)
    for candidate in _PARENTS.get(plain, ()):
        for one in (side + candidate, candidate):
            if one in names and one != name:
                return names.index(one)
    return -1


def skeleton_of_parts(path: Path, name: str, parts: list[str], skeleton: str | None) -> Skeleton:
    """The skeleton said, which must have as many joints, or one made of these names; UserError where neither works."""
    if skeleton is not None:
        kind = named_skeleton(skeleton)
        if len(kind) != len(parts):
            raise UserError(f"{path} has {len(parts)} body parts, {kind.name} has {len(kind)} joints: say another")
        return kind
    try:
        return skeleton_of_names(name, parts)
    except ValueError as error:
        raise UserError(f"{path}: {error}; rename them (left_shoulder, right_knee ...) or say skeleton=NAME") from None
