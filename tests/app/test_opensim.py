"""OpenSim itself opens our TRC and MOT: gaps are NaN there, and inverse kinematics follows the markers."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.export import mot, trc
from poses.angles import joint_angles
from poses.skeletons import H36M17
from tests.app.motions import make_motion, read_clip

CHECK = Path(__file__).parents[1] / "benchmarks" / "opensim_check.py"


def ask_opensim(*arguments: str) -> list[dict]:
    """Lines of JSON of the check, in a process of its own: its libraries are not loaded beside ours."""
    if importlib.util.find_spec("opensim") is None:
        message = "needs OpenSim: pip install --no-deps opensim==4.6 ('start.py test' does)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    done = subprocess.run([sys.executable, str(CHECK), *arguments], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout[-1000:] + done.stderr[-1000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.fixture(scope="module")
def walk(shared_data) -> np.ndarray:
    return read_clip(shared_data, "012_01")[:40]


def test_opensim_follows_our_markers_to_two_millimetres_across_gaps(walk, tmp_path):
    world = walk.copy()
    world[:3] = np.nan
    world[10:14, H36M17.index("RWrist")] = np.nan
    world[20:22, H36M17.index("RFoot")] = np.nan
    trc.write(make_motion(world, rate=Fraction(50)), 0, tmp_path / "a.trc")
    (seen,) = ask_opensim(str(tmp_path / "a.trc"))
    assert (seen["frames"], seen["markers"], seen["gaps"]) == (40, 17, 3 * 17 + 4 + 2)
    assert seen["solved"] == 37
    # The person is not quite of fixed lengths; a swapped, shifted or scaled marker is centimetres off.
    assert seen["rms_m"] < 0.002 and seen["max_m"] < 0.02


def test_opensim_reads_our_joint_angles(walk, tmp_path):
    world = walk.copy()
    world[5:7] = np.nan
    assert mot.write(make_motion(world), 0, tmp_path / "a.mot") == []
    (seen,) = ask_opensim("--angles", str(tmp_path / "a.mot"))
    table = joint_angles(world, H36M17)
    assert seen["names"] == [name.replace(" ", "_") for name in table]
    assert seen["inDegrees"] == "yes"
    np.testing.assert_allclose(seen["time_s"], np.arange(40) / 50)
    np.testing.assert_allclose(seen["degrees"], np.stack(list(table.values()), axis=1), atol=1e-5)
