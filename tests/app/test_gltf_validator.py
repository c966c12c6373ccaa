"""Khronos' glTF validator has nothing to say about our files, and would if something were wrong."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from app.export import gltf
from tests.app.motions import make_motion, read_clip

ROOT = Path(__file__).parents[2]
NODE_PATH = Path(os.environ.get("NODE_PATH") or ROOT / ".venv" / "node" / "node_modules")


def validate(*paths: Path) -> list[dict]:
    if shutil.which("node") is None or not (NODE_PATH / "gltf-validator").is_dir():
        pytest.skip("needs node and the npm package gltf-validator ('start.py test' installs it where npm is there)")
    script = ROOT / "tests" / "benchmarks" / "gltf_validator.cjs"
    environment = os.environ | {"NODE_PATH": str(NODE_PATH)}
    command = ["node", str(script), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_validator_finds_no_error_warning_or_hint(shared_data, tmp_path):
    walk = read_clip(shared_data, "012_01")[:60]
    gone = walk.copy()
    gone[10:15] = np.nan
    times = np.arange(60) / 50 + np.random.default_rng(0).uniform(0, 0.01, 60)
    motions = (make_motion(walk), make_motion(gone), make_motion(walk, time_s=times), make_motion(walk[:1]))
    for number, motion in enumerate(motions):
        gltf.write(motion, 0, tmp_path / f"{number}.glb")
    for found in validate(*sorted(tmp_path.glob("*.glb"))):
        counts = [found[key] for key in ("numErrors", "numWarnings", "numInfos", "numHints")]
        assert counts == [0, 0, 0, 0], found["messages"]
        assert found["animationCount"] == 1


def test_the_validator_finds_a_quaternion_that_is_none(shared_data, tmp_path):
    """So that the silence of the test above means something."""
    path = tmp_path / "a.glb"
    gltf.write(make_motion(read_clip(shared_data, "012_01")[:5]), 0, path)
    data = bytearray(path.read_bytes())
    size = struct.unpack("<I", data[12:16])[0]
    document = json.loads(data[20 : 20 + size])
    sampler = next(
        document["animations"][0]["samplers"][channel["sampler"]]
        for channel in document["animations"][0]["channels"]
        if channel["target"]["path"] == "rotation"
    )
    view = document["bufferViews"][document["accessors"][sampler["output"]]["bufferView"]]
    start = 28 + size + view.get("byteOffset", 0)
    data[start : start + 16] = struct.pack("<4f", 3, 0, 0, 0)
    path.write_bytes(data)
    (found,) = validate(path)
    assert found["numErrors"] > 0
