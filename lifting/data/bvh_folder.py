"""A folder of BVH files of the user's own as motion capture to train on.

Joints are found by their names (Mixamo, CMU, Blender and our own exports); what a file does not have (nose, toes) is
put where it usually is. y must be up, as BVH has it; units are guessed from the length of the legs. The files of one
person belong into a sub-folder of their own; every fifth person, or where there are no sub-folders every fifth file, is
held out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lifting.data.cameras import axis_rotation
from lifting.data.mocap import MOCAP23, Motions
from poses.arrays import FloatArray
from poses.errors import UserError

FPS = 50.0
# Length of a leg, hip to ankle, that a file in metres would have; centimetres, inches and CMU's unit are found by it.
LEG_M = 0.84
# Names of a joint, without prefix, punctuation and side, best first.
NAMES = {
    "Hip": ("hips", "hip", "pelvis", "root"),
    "Spine": ("spine1", "chest", "spine", "spine2", "abdomen"),
    "Thorax": ("neck", "neck1", "upperneck", "spine3", "spine2", "thorax"),
    "Head": ("headend", "headtop", "headtopend", "head"),
    "SkullBase": ("head",),
    "UpLeg": ("upleg", "thigh", "upperleg", "hip"),
    "Knee": ("knee", "leg", "shin", "calf", "lowerleg", "lowleg"),
    "Foot": ("ankle", "foot"),
    "Toe": ("toe", "toebase", "toes", "ball"),
    "Shoulder": ("arm", "upperarm", "uparm", "shoulder"),
    "Elbow": ("elbow", "forearm", "lowerarm", "lowarm"),
    "Wrist": ("wrist", "hand"),
}


@dataclass
class Node:
    """One joint of a BVH hierarchy: offset (3,) from its parent, its channels in the order of the motion lines."""

    name: str
    parent: int
    offset: FloatArray
    channels: list[str] = field(default_factory=list)


def read_bvh(path: Path) -> tuple[list[str], FloatArray, float]:
    """Joint names, positions (T, J, 3) in the file's own unit, and frames per second; UserError where it is no BVH."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
        head, _, motion = text.partition("MOTION")
        nodes = _read_hierarchy(head)
        lines = motion.strip().splitlines()
        count, step = int(lines[0].split(":")[1]), float(lines[1].split(":")[1])
        width = sum(len(node.channels) for node in nodes)
        values = np.array([line.split() for line in lines[2 : 2 + count]], dtype=np.float64)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror or error}") from None
    except (ValueError, IndexError, KeyError) as error:
        raise UserError(f"{path} must be a BVH file, but cannot be read: {error}") from None
    if not nodes or values.shape != (count, width) or not count or step <= 0:
        raise UserError(f"{path} promises {count} frames of {width} channels, but has {values.shape}: get it again")
    return [node.name for node in nodes], _positions(nodes, values), 1 / step


def _read_hierarchy(text: str) -> list[Node]:
    nodes: list[Node] = []
    above: list[int] = []
    words = iter(text.split())
    current = -1
    for word in words:
        if word in ("ROOT", "JOINT"):
            current = len(nodes)
            nodes.append(Node(next(words), above[-1] if above else -1, np.zeros(3)))
        elif word == "End":
            next(words)
            current = len(nodes)
            nodes.append(Node(f"{nodes[above[-1]].name}End", above[-1], np.zeros(3)))
        elif word == "{":
            above.append(current)
        elif word == "}":
            above.pop()
        elif word == "OFFSET":
            nodes[current].offset = np.array([float(next(words)) for _ in range(3)])
        elif word == "CHANNELS":
            nodes[current].channels = [next(words) for _ in range(int(next(words)))]
    return nodes


def _positions(nodes: list[Node], values: FloatArray) -> FloatArray:
    """Forward kinematics of all frames at once."""
    turns: list[FloatArray] = []
    places: list[FloatArray] = []
    column = 0
    for node in nodes:
        turn, offset = np.broadcast_to(np.eye(3), (len(values), 3, 3)), np.tile(node.offset, (len(values), 1))
        for channel in node.channels:
            axis, value = "XYZ".index(channel[0].upper()), values[:, column]
            column += 1
            if channel[1:].lower() == "position":
                offset[:, axis] = value if node.parent < 0 else offset[:, axis] + value
            else:
                turn = turn @ axis_rotation(axis, np.radians(value))
        if node.parent < 0:
            places.append(offset)
            turns.append(turn)
        else:
            places.append(places[node.parent] + (turns[node.parent] @ offset[..., None])[..., 0])
            turns.append(turns[node.parent] @ turn)
    return np.stack(places, axis=1)


_SIDES = (
    re.compile(r"^(left|right)[_. ]*(.+)$", re.IGNORECASE),
    re.compile(r"^([LR])[_.]?(?=[A-Z])(.+)$"),
    re.compile(r"^(l|r)[_.](.+)$"),
    re.compile(r"^(.+?)[_. ]+(l|r|left|right)$", re.IGNORECASE),
)


def split_side(name: str) -> tuple[str, str]:
    """Side ("L", "R" or "") and the rest, lower case, without punctuation and what stands before a colon."""
    raw = name.split(":")[-1].removeprefix("mixamorig").strip("_")
    side = ""
    for pattern in _SIDES:
        match = pattern.match(raw)
        if match:
            first, second = match.groups()
            side, raw = (second, first) if pattern is _SIDES[-1] else (first, second)
            break
    return side[:1].upper(), re.sub(r"[^a-z0-9]", "", raw.lower())


def find_joints(names: list[str]) -> dict[str, int]:
    """Our joint names and the columns of a BVH file that are them; those that are missing are left out."""
    sided = [split_side(name) for name in names]
    found: dict[str, int] = {}
    for part, choices in NAMES.items():
        middle = part in ("Hip", "Spine", "Thorax", "Head", "SkullBase")
        for side in ("",) if middle else ("L", "R"):
            for choice in choices:
                if (side, choice) in sided:
                    found[f"{side}{part}"] = sided.index((side, choice))
                    break
    return found


def to_mocap(path: Path) -> tuple[FloatArray, FloatArray]:
    """One file as xyz (T, 23, 3) m of MOCAP23 minus Hip, and the Hip (T, 3), at 50 frames a second."""
    names, places, fps = read_bvh(path)
    found = find_joints(names)
    needed = [
        "Hip",
        "Thorax",
        *(f"{s}{p}" for s in "LR" for p in ("UpLeg", "Knee", "Foot", "Shoulder", "Elbow", "Wrist")),
    ]
    missing = [name for name in needed if name not in found]
    if missing:
        raise UserError(f"{path} has no joint for {', '.join(missing)}; its joints are {', '.join(names)}")
    places = _resample(places, fps)
    joint = {name: places[:, column] for name, column in found.items()}
    leg = [np.linalg.norm(joint[f"{s}{a}"] - joint[f"{s}{b}"], axis=-1).mean()
           for s in "LR" for a, b in (("UpLeg", "Knee"), ("Knee", "Foot"))]  # fmt: skip
    scale = LEG_M / (sum(leg) / 2)
    # Files in metres or centimetres keep their size; others are taken to be of usual height.
    for unit in (1.0, 0.01):
        if 0.75 < scale / unit < 1.35:
            scale = unit
    return _complete({name: value * scale for name, value in joint.items()})


def _resample(places: FloatArray, fps: float) -> FloatArray:
    """(T, J, 3) at `fps` -> at 50 frames a second, linearly."""
    count = max(int((len(places) - 1) / fps * FPS) + 1, 1)
    at = np.arange(count) * fps / FPS
    low = np.minimum(at.astype(int), max(len(places) - 2, 0))
    share = (at - low)[:, None, None]
    return places[low] * (1 - share) + places[np.minimum(low + 1, len(places) - 1)] * share


def _complete(joint: dict[str, FloatArray]) -> tuple[FloatArray, FloatArray]:
    hip = (joint["LUpLeg"] + joint["RUpLeg"]) / 2
    thorax = (joint["LShoulder"] + joint["RShoulder"]) / 2
    up = thorax - hip
    left = joint["LShoulder"] - joint["RShoulder"]
    forward = np.cross(left, up)
    forward /= np.maximum(np.linalg.norm(forward, axis=-1, keepdims=True), 1e-9)
    up = up / np.maximum(np.linalg.norm(up, axis=-1, keepdims=True), 1e-9)
    skull = joint.get("SkullBase", joint["Thorax"] + 0.1 * up)
    axis = skull - thorax
    axis = axis / np.maximum(np.linalg.norm(axis, axis=-1, keepdims=True), 1e-9)
    head = joint.get("Head", skull)
    head = np.where(np.linalg.norm(head - skull, axis=-1, keepdims=True) < 0.05, skull + 0.16 * axis, head)
    made = {
        "Hip": hip, "Spine": (hip + thorax) / 2, "Thorax": thorax, "Head": head, "SkullBase": skull,
        "NoseTip": skull + 0.10 * forward + 0.02 * axis, "Neck/Nose": skull + 0.06 * forward,
    }  # fmt: skip
    for side in "LR":
        made |= {f"{side}Hip": joint[f"{side}UpLeg"]}
        made |= {f"{side}{part}": joint[f"{side}{part}"] for part in ("Knee", "Foot", "Shoulder", "Elbow", "Wrist")}
        foot = joint[f"{side}Foot"]
        made[f"{side}ToeBase"] = joint.get(f"{side}Toe", foot + 0.14 * forward - 0.07 * up)
        made[f"{side}ToeTip"] = made[f"{side}ToeBase"] + 0.06 * forward
    xyz = np.stack([made[name] for name in MOCAP23.joint_names], axis=1)
    return (xyz - hip[:, None]).astype(np.float32), hip.astype(np.float32)


def read_folder(folder: Path, split: str) -> Motions:
    """The BVH files of a split. UserError where the folder has none, or where a file cannot be used."""
    files = sorted(folder.rglob("*.bvh"))
    if not files:
        raise UserError(f"{folder} must hold BVH files (also in sub-folders, one a person), but has none")
    people = sorted({file.parent for file in files})
    owner = [people.index(file.parent) if len(people) > 1 else number for number, file in enumerate(files)]
    held_out = [number % 5 == 4 or len(set(owner)) == 1 for number in owner]
    chosen = [n for n in range(len(files)) if held_out[n] == (split != "train") or len(set(owner)) == 1]
    if not chosen:
        chosen = [len(files) - 1]
    parts = [to_mocap(files[n]) for n in chosen]
    length = np.array([len(xyz) for xyz, _ in parts])
    return Motions(
        np.concatenate([xyz for xyz, _ in parts]),
        np.concatenate([root for _, root in parts]),
        np.cumsum(length) - length,
        length,
        np.array([owner[n] for n in chosen]),
        tuple(files[n].stem for n in chosen),
        FPS,
    )
