"""glTF binary (GLB): the animated character with a simple body, for viewers, game engines and the web.

Metres, y up, facing +z, as glTF wants it. Keys stand at the video's own times, variable rates included; frames
without the person have no key. The format: Khronos glTF 2.0 specification.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from app.export._character import Character, h36m_joints, measure
from app.export._solve import Fit, solve
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.files import write_bytes
from poses.motion import Motion
from poses.plugins import PluginInfo
from poses.rotations import basis, quaternion_from_matrix, unit

INFO = PluginInfo("glTF animation (GLB, for viewers and game engines)", extension="glb", per_person=True)

FLOAT, BYTE, SHORT = 5126, 5121, 5123
VERTICES, INDICES = 34962, 34963
WIDEST = 0.3  # where along a bone its body is widest
THICK = 0.09  # half the width there, as part of the bone's length
GREY, LEFT, RIGHT = (0.6, 0.6, 0.6, 1.0), (0.1, 0.35, 0.85, 1.0), (0.85, 0.3, 0.08, 1.0)


class _Buffer:
    """The binary part, and the views and accessors that say what is in it."""

    def __init__(self) -> None:
        self.data = b""
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    def add(self, values: np.ndarray, kind: str, component: int, target: int | None = None) -> int:
        """Append an array; returns the number of its accessor. Every array starts at a multiple of four bytes."""
        raw = values.tobytes()
        view: dict[str, Any] = {"buffer": 0, "byteOffset": len(self.data), "byteLength": len(raw)}
        if target is not None:
            view["target"] = target
        accessor: dict[str, Any] = {"bufferView": len(self.views), "componentType": component, "type": kind}
        accessor["count"] = len(values)
        if component == FLOAT and kind in ("SCALAR", "VEC3"):
            flat = values.reshape(len(values), -1)
            accessor |= {"min": flat.min(axis=0).tolist(), "max": flat.max(axis=0).tolist()}
        self.views.append(view)
        self.accessors.append(accessor)
        self.data += raw + bytes(-len(raw) % 4)
        return len(self.accessors) - 1


def write(motion: Motion, person: int | None, path: Path) -> list[str]:
    """Write person number `person` (from 0) to `path`; returns warnings. UserError where the person is in no frame."""
    if person is None:
        raise ValueError("a glTF file holds one person: say which")
    world = motion.persons[person].world
    joints, present = h36m_joints(world), world.present
    if not present.any():
        raise UserError(f"person {person + 1} is in no frame, so there is no motion to write as glTF")
    seen, start = joints[present], min([motion.time_s[0], *motion.lost_s])
    fit = solve(seen, measure(seen), float(motion.rate))
    write_bytes(path, to_glb(fit, motion.time_s[present] - start, motion.persons[person].name))
    miss = fit.miss_m * 1000
    lost = len(motion.lost_s)
    return [
        *([f"{lost} frames of the video could not be decoded: the pose is blended over them"] if lost else []),
        f"with constant bone lengths the joints are {miss.mean():.1f} mm from the lifted joints on average, "
        f"{miss.max():.0f} mm at most",
    ]


def to_glb(fit: Fit, time_s: FloatArray, name: str = "") -> bytes:
    """The animated character as the bytes of a GLB file; time_s (T) from 0.

    name: of the person; programs show it as that of the character (Blender: the armature), its body and its motion.
    """
    character, buffer = fit.character, _Buffer()
    count = len(character.names)
    places = _rest(character)
    binds = np.tile(np.eye(4), (count, 1, 1))
    binds[:, :3, 3] = -places
    document = {
        "asset": {"version": "2.0", "generator": "Marey"},
        "scene": 0,
        "scenes": [{"nodes": [0, count]}],
        "nodes": [*_nodes(character), {"name": name or "Body", "mesh": 0, "skin": 0}],
        "meshes": [{"name": "Body", "primitives": _body(character, places, buffer)}],
        "materials": [_material(*m) for m in (("Middle", GREY), ("Left", LEFT), ("Right", RIGHT))],
        # glTF stores matrices column by column.
        "skins": [{
            **({"name": name} if name else {}),
            "joints": list(range(count)),
            "skeleton": 0,
            "inverseBindMatrices": buffer.add(binds.transpose(0, 2, 1).astype("<f4"), "MAT4", FLOAT),
        }],
        "animations": [{**_animation(fit, time_s, buffer), "name": name or "Motion"}],
        "accessors": buffer.accessors,
        "bufferViews": buffer.views,
        "buffers": [{"byteLength": len(buffer.data)}],
    }  # fmt: skip
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = (
        struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(buffer.data), b"BIN\0") + buffer.data
    )
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def _nodes(character: Character) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    for joint, name in enumerate(character.names):
        node: dict[str, Any] = {"name": name, "translation": character.offsets[joint].tolist()}
        children = [c for c, p in enumerate(character.parents) if p == joint]
        nodes.append({**node, "children": children} if children else node)
    return nodes


def _rest(character: Character) -> FloatArray:
    turn = np.broadcast_to(np.eye(3), (1, len(character.names), 3, 3))
    return character.place(np.zeros((1, 3)), turn)[0][0]


def _material(name: str, colour: tuple[float, ...]) -> dict[str, Any]:
    return {"name": name, "pbrMetallicRoughness": {"baseColorFactor": list(colour), "metallicFactor": 0.0}}


def _animation(fit: Fit, time_s: FloatArray, buffer: _Buffer) -> dict[str, Any]:
    times = buffer.add(time_s.astype("<f4"), "SCALAR", FLOAT)
    quaternion = quaternion_from_matrix(fit.rotation)
    # q and -q are one rotation; players blend the short way only between neighbours of the same sign.
    flips = np.where((quaternion[1:] * quaternion[:-1]).sum(axis=-1) < 0, -1.0, 1.0).cumprod(axis=0)
    quaternion[1:] *= flips[..., None]
    tracks = [(0, "translation", buffer.add(fit.root.astype("<f4"), "VEC3", FLOAT))]
    for joint in range(len(fit.character.names)):
        xyzw = np.roll(quaternion[:, joint], -1, axis=-1)
        tracks.append((joint, "rotation", buffer.add(xyzw.astype("<f4"), "VEC4", FLOAT)))
    return {
        "samplers": [{"input": times, "output": output, "interpolation": "LINEAR"} for _, _, output in tracks],
        "channels": [{"sampler": k, "target": {"node": n, "path": p}} for k, (n, p, _) in enumerate(tracks)],
    }


def _body(character: Character, places: FloatArray, buffer: _Buffer) -> list[dict[str, Any]]:
    """A double pyramid along every bone, moved by the joint at its start; one part for the middle, left and right."""
    bones = [(p, places[p], places[c]) for c, p in enumerate(character.parents) if p >= 0]
    bones += [(joint, places[joint], places[joint] + end) for joint, end in character.ends.items()]
    parts: list[dict[str, Any]] = []
    for material, side in enumerate(("", "Left", "Right")):
        chosen = [b for b in bones if _side(character, b[0]) == side]
        corners = np.concatenate([_pyramids(start, end) for _, start, end in chosen])
        owner = np.repeat([joint for joint, _, _ in chosen], 24)
        normal = unit(np.cross(corners[1::3] - corners[::3], corners[2::3] - corners[::3])).repeat(3, axis=0)
        joints, weights = np.zeros((len(owner), 4), "u1"), np.zeros((len(owner), 4), "<f4")
        joints[:, 0], weights[:, 0] = owner, 1
        attributes = {
            "POSITION": buffer.add(corners.astype("<f4"), "VEC3", FLOAT, VERTICES),
            "NORMAL": buffer.add(normal.astype("<f4"), "VEC3", FLOAT, VERTICES),
            "JOINTS_0": buffer.add(joints, "VEC4", BYTE, VERTICES),
            "WEIGHTS_0": buffer.add(weights, "VEC4", FLOAT, VERTICES),
        }
        indices = buffer.add(np.arange(len(owner), dtype="<u2"), "SCALAR", SHORT, INDICES)
        parts.append({"attributes": attributes, "indices": indices, "material": material})
    return parts


def _side(character: Character, joint: int) -> str:
    name = character.names[joint]
    return next((side for side in ("Left", "Right") if name.startswith(side)), "")


def _pyramids(start: FloatArray, end: FloatArray) -> FloatArray:
    """(24, 3): the corners of eight triangles, seen from outside against the clock."""
    along = end - start
    frame = basis(along, np.array([1.0, 0, 0]) if abs(along[0]) < abs(along[1]) + abs(along[2]) else np.eye(3)[2])
    width = THICK * float(np.linalg.norm(along))
    ring = [
        start + WIDEST * along + width * (x * frame[:, 0] + z * frame[:, 2])
        for x, z in ((1, 1), (-1, 1), (-1, -1), (1, -1))
    ]
    corners = []
    for k in range(4):
        a, b = ring[k], ring[(k + 1) % 4]
        corners += [start, a, b, end, b, a]
    return np.array(corners)
