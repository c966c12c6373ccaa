"""glTF: the file is well formed and its joints, read back, are those of the solved character."""

from __future__ import annotations

import json
import struct
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from app.export import gltf
from app.export._character import h36m_joints, measure
from app.export._solve import solve
from poses.errors import UserError
from poses.rotations import apply
from tests.app.motions import make_motion, read_clip

SIZES = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}
KINDS = {5126: "<f4", 5121: "u1", 5123: "<u2"}


def read_glb(data: bytes) -> tuple[dict, list[np.ndarray]]:
    """The JSON part, and the array of every accessor."""
    magic, version, length = struct.unpack("<4sII", data[:12])
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack("<I4s", data[12:20])
    assert kind == b"JSON"
    assert size % 4 == 0
    document = json.loads(data[20 : 20 + size])
    binary_size, kind = struct.unpack("<I4s", data[20 + size : 28 + size])
    assert kind == b"BIN\0"
    binary = data[28 + size :]
    assert len(binary) == binary_size == document["buffers"][0]["byteLength"]
    arrays = []
    for accessor in document["accessors"]:
        view = document["bufferViews"][accessor["bufferView"]]
        count = accessor["count"] * SIZES[accessor["type"]]
        array = np.frombuffer(binary, KINDS[accessor["componentType"]], count, view["byteOffset"])
        assert array.nbytes == view["byteLength"]
        arrays.append(array.reshape(accessor["count"], -1))
    return document, arrays


def joints_of(document: dict, arrays: list[np.ndarray]) -> dict[str, np.ndarray]:
    """(T, 3) of every joint by forward kinematics over the nodes."""
    animation = document["animations"][0]
    tracks = {
        (c["target"]["node"], c["target"]["path"]): arrays[animation["samplers"][c["sampler"]]["output"]].astype(float)
        for c in animation["channels"]
    }
    out = {}

    def visit(node: int, place: np.ndarray, turn: np.ndarray) -> None:
        entry = document["nodes"][node]
        offset = tracks.get((node, "translation"), np.array([entry["translation"]]))
        here = place + apply(turn, offset)
        xyzw = tracks[node, "rotation"]
        out[entry["name"]] = here
        for child in entry.get("children", []):
            visit(child, here, turn @ Rotation.from_quat(xyzw).as_matrix())

    frames = len(tracks[0, "rotation"])
    visit(0, np.zeros((frames, 3)), np.broadcast_to(np.eye(3), (frames, 3, 3)))
    return out


@pytest.fixture(scope="module")
def dance(shared_data) -> np.ndarray:
    return read_clip(shared_data, "143_35")[:200]


def test_joints_read_back_are_those_of_the_solved_character(dance, tmp_path):
    motion = make_motion(dance)
    gltf.write(motion, 0, tmp_path / "a.glb")
    document, arrays = read_glb((tmp_path / "a.glb").read_bytes())
    joints = h36m_joints(motion.persons[0].world)
    fit = solve(joints, measure(joints), 50.0)
    places = joints_of(document, arrays)
    for index, name in enumerate(fit.character.names):
        assert np.linalg.norm(places[name] - fit.xyz[:, index], axis=-1).max() < 1e-5, name


def test_keys_stand_at_the_times_of_the_frames_with_the_person(dance, tmp_path):
    world = dance.copy()
    world[20:30] = np.nan
    times = 2 + np.arange(200) / 50 + np.random.default_rng(0).uniform(0, 0.01, 200)
    gltf.write(make_motion(world, time_s=times), 0, tmp_path / "a.glb")
    document, arrays = read_glb((tmp_path / "a.glb").read_bytes())
    keys = arrays[document["animations"][0]["samplers"][0]["input"]][:, 0]
    assert np.allclose(keys, np.delete(times, range(20, 30)) - times[0], atol=1e-6)


def test_neighbouring_keys_turn_the_short_way(dance, tmp_path):
    gltf.write(make_motion(dance), 0, tmp_path / "a.glb")
    document, arrays = read_glb((tmp_path / "a.glb").read_bytes())
    animation = document["animations"][0]
    for channel in animation["channels"]:
        if channel["target"]["path"] == "rotation":
            q = arrays[animation["samplers"][channel["sampler"]]["output"]]
            assert ((q[1:] * q[:-1]).sum(axis=-1) > 0).all()


def test_the_body_is_seen_from_outside_and_belongs_to_its_joints(dance, tmp_path):
    gltf.write(make_motion(dance), 0, tmp_path / "a.glb")
    document, arrays = read_glb((tmp_path / "a.glb").read_bytes())
    joints = len(document["skins"][0]["joints"])
    for part in document["meshes"][0]["primitives"]:
        place, owner = (arrays[part["attributes"][k]] for k in ("POSITION", "JOINTS_0"))
        a, b, c = place.reshape(-1, 3, 3).transpose(1, 0, 2).astype(float)
        assert np.einsum("ti,ti->t", a, np.cross(b, c)).sum() > 0, "a closed surface has a positive volume"
        assert owner.max() < joints


def test_a_named_person_gives_the_character_its_name(dance, tmp_path):
    motion = make_motion(dance[:20])
    for name, shown in (("Åsa", ("Åsa", "Åsa", "Åsa")), ("", ("Body", None, "Motion"))):
        named = replace(motion, persons=(replace(motion.persons[0], name=name),))
        gltf.write(named, 0, tmp_path / "clip.glb")
        document, arrays = read_glb((tmp_path / "clip.glb").read_bytes())
        found = document["nodes"][-1]["name"], document["skins"][0].get("name"), document["animations"][0]["name"]
        assert found == shown
        assert "Hips" in joints_of(document, arrays)


def test_a_person_who_is_never_there_is_refused(dance, tmp_path):
    with pytest.raises(UserError, match="is in no frame"):
        gltf.write(make_motion(np.full_like(dance, np.nan)), 0, tmp_path / "a.glb")
