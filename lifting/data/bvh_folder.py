"""A folder of BVH files of the user's own as motion capture to train on.

Joints are found by their names (Mixamo, CMU, Blender and our own exports); what a file does not have (nose, toes) is
put where it usually is. y must be up, as BVH has it; units are guessed from the length of the legs. The files of one
person belong into a sub-folder of their own; every fifth person, or where there are no sub-folders every fifth file, is
held out; of fewer than five the last one, of a single file its last fifth.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from lifting.data.mocap import MOCAP23, Motions
from poses.arrays import FloatArray
from poses.bvh import read_bvh
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
    bvh = read_bvh(path)
    names, places = bvh.joints_and_ends()
    found = find_joints(names)
    needed = [
        "Hip",
        "Thorax",
        *(f"{s}{p}" for s in "LR" for p in ("UpLeg", "Knee", "Foot", "Shoulder", "Elbow", "Wrist")),
    ]
    missing = [name for name in needed if name not in found]
    if missing:
        raise UserError(f"{path} has no joint for {', '.join(missing)}; its joints are {', '.join(names)}")
    places = _resample(places, 1 / bvh.frame_time)
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
    count = max(owner) + 1
    chosen = [n for n in range(len(files)) if count > 1 and is_held_out(owner[n], count) == (split != "train")]
    parts = [to_mocap(files[n]) for n in chosen] or [_share_of(*to_mocap(files[0]), split)]
    length = np.array([len(xyz) for xyz, _ in parts])
    return Motions(
        np.concatenate([xyz for xyz, _ in parts]),
        np.concatenate([root for _, root in parts]),
        np.cumsum(length) - length,
        length,
        np.array([owner[n] for n in chosen or [0]]),
        tuple(files[n].stem for n in chosen or [0]),
        FPS,
    )


def is_held_out(number: int, count: int) -> bool:
    """Whether person (or file) `number` of `count` is not trained on: every fifth, of fewer than five the last one."""
    return number % 5 == 4 or number == count - 1 < 4


def _share_of(xyz: FloatArray, root: FloatArray, split: str) -> tuple[FloatArray, FloatArray]:
    """Of the only file the first four fifths to train on, and the rest."""
    first = max(4 * len(xyz) // 5, 1)
    rows = slice(first) if split == "train" or first == len(xyz) else slice(first, None)
    return xyz[rows], root[rows]
