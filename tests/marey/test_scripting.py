"""`import marey`: what a script gets is what the command line writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import marey
from app.project import SavedAnalysis, write_analysis

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"


def test_importing_is_light() -> None:
    heavy = ["torch", "cv2", "PySide6", "av", "scipy", "ai_edge_litert", "mediapipe"]
    code = f"import sys, json, marey; print(json.dumps([m for m in {heavy!r} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
    assert marey.__version__[0].isdigit()


@pytest.fixture(scope="module")
def motion() -> marey.Motion:
    if not CASES.is_dir():
        pytest.skip("needs ../shared/cases")
    pytest.importorskip("torch")
    told: list[tuple[str, int, int]] = []
    made = marey.analyse(
        CASES / "base.mp4",
        detector="keypoint_files",
        lifter="graphsh",
        detector_options=[f"path={CASES / 'kp.json'}"],
        progress=lambda *step: told.append(step),
    )
    assert {stage for stage, _, _ in told} == {"detect", "lift"} and told[-1][1:] == (60, 60)
    return made


def test_a_script_gets_what_the_command_line_writes(motion: marey.Motion, tmp_path: Path) -> None:
    command = ["run", str(CASES / "base.mp4"), "--detector", "keypoint_files", "--lifter", "graphsh", "--export", "npz"]
    options = ["--detector-option", f"path={CASES / 'kp.json'}", "--out", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "app", *command, *options], check=True, capture_output=True)
    with np.load(tmp_path / "base.npz") as data:
        np.testing.assert_array_equal(data["xyz_world_m"][0], motion.persons[0].world.xyz)


def test_the_ending_chooses_the_format(motion: marey.Motion, tmp_path: Path) -> None:
    starts = {
        "a.bvh": b"HIERARCHY",
        "a.csv": b"frame,time_s,person,joint,x_m",
        "a.trc": b"PathFileType",
        "a.npz": b"PK",
    }
    for name, start in starts.items():
        marey.write(motion, tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)
    marey.write(motion, tmp_path / "metres.bvh", format="bvh:blender", person=0)
    assert (tmp_path / "metres.bvh").read_bytes() != (tmp_path / "a.bvh").read_bytes()
    with pytest.raises(marey.UserError, match="no export format has the ending"):
        marey.write(motion, tmp_path / "a.docx")
    with pytest.raises(marey.UserError, match="person must be within"):
        marey.write(motion, tmp_path / "b.bvh", person=3)


def test_a_saved_analysis_is_opened(motion: marey.Motion, tmp_path: Path) -> None:
    steps = marey.analyse_steps(
        CASES / "base.mp4", "keypoint_files", "graphsh", detector_options=[f"path={CASES / 'kp.json'}"]
    )
    detections = [step.detections for step in steps][-1]
    assert detections is not None
    write_analysis(tmp_path / "a.marey", SavedAnalysis(detections, (), marey.Settings(), "graphsh"))
    opened = marey.open(tmp_path / "a.marey")
    np.testing.assert_allclose(opened.persons[0].world.xyz, motion.persons[0].world.xyz, atol=1e-9)


def test_steps_can_be_stopped() -> None:
    if not CASES.is_dir():
        pytest.skip("needs ../shared/cases")
    path = f"path={CASES / 'kp.json'}"
    steps = marey.analyse_steps(CASES / "base.mp4", "keypoint_files", "graphsh", detector_options=[path])
    assert next(steps).total == 60
    steps.close()


def test_what_cannot_work_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(marey.UserError, match=r"none\.mp4"):
        marey.analyse(tmp_path / "none.mp4", lifter="graphsh")
    with pytest.raises(marey.UserError, match="no lifter is called"):
        marey.analyse(tmp_path / "none.mp4", lifter="nobody")
    with pytest.raises(marey.UserError, match="no detector is called"):
        marey.analyse(tmp_path / "none.mp4", detector="nobody")
