"""Every detector through `marey run --detector ID` on a real video; the lifter is a stand-in.

Where no weights can be had the networks are small or have random weights: then only the plumbing is claimed.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from app import cli, commands
from detectors import list_detectors
from tests.app.stand_ins import FlatLifter
from tests.detectors import onnx_models

FRAMES = 4


@pytest.fixture
def run(monkeypatch, tmp_path, shared_data, capsys):
    """Runs a detector over four frames; the exit code, standard output and error, and the rows of the CSV."""
    monkeypatch.setattr(commands, "make_lifter", lambda name, device: FlatLifter())

    def run_detector(name, *options):
        video = shared_data / "videos" / "balance_cam01.mp4"
        given = [part for option in options for part in ("--detector-option", option)]
        command = ["run", str(video), "--detector", name, *given, "--end", "0.051", "--export", "csv", "--json"]
        code = cli.main([*command, "--out", str(tmp_path / "out")])
        said = capsys.readouterr()
        rows = []
        if code == 0:
            with (tmp_path / "out" / "balance_cam01.csv").open(newline="") as file:
                rows = list(csv.DictReader(file))
        return code, said, rows

    return run_detector


def check(result, name):
    code, said, rows = result
    assert code == 0, said.err
    summary = json.loads(said.out)
    assert summary["detector"] == name
    assert summary["frames"] == FRAMES
    assert len({row["frame"] for row in rows}) == FRAMES
    return summary, rows


def test_rtmpose_runs_on_a_video(run, tmp_path):
    pose = onnx_models.simcc(tmp_path / "pose.onnx", size=(192, 256))
    boxes = onnx_models.yolox_raw(tmp_path / "boxes.onnx", [(12, 8, 28, 60, 0.9, 0)])
    _, rows = check(run("rtmpose", f"pose={pose}", f"boxes={boxes}"), "rtmpose")
    seen = [float(row["x_px"]) for row in rows if row["x_px"]]
    assert len(seen) > 0
    assert -200 < np.median(seen) < 1300


@pytest.mark.slow
@pytest.mark.skipif(not list_detectors()["mmpose_topdown"].available, reason="needs MMPose")
@pytest.mark.parametrize("people", [(), ("det_config=rtmdet_tiny_8xb32-300e_coco",)], ids=["whole picture", "MMDet"])
def test_mmpose_runs_on_a_video(run, people):
    options = ["config=rtmpose-t_8xb256-420e_coco-256x192", "random_weights=yes", "flip=no", *people]
    check(run("mmpose_topdown", *options), "mmpose_topdown")


@pytest.mark.slow
def test_blazepose_finds_the_man_of_a_video(run, shared_data):
    _, rows = check(run("blazepose"), "blazepose")
    held = np.load(shared_data / "videos" / "balance_gt.npz")
    reference = held["cam01_kpts2d"][held["cam01_frame_index"].tolist().index(3), 13, :2]
    knee = next(row for row in rows if row["joint"] == "LKnee" and row["frame"] == "3")
    assert np.hypot(float(knee["x_px"]) - reference[0], float(knee["y_px"]) - reference[1]) < 40


def test_every_detector_is_run_here():
    source = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in list_detectors() if f', "{name}")' not in source] == []


def test_keypoint_files_run_on_a_video_and_wrong_counts_are_reported(run, tmp_path, shared_data):
    """The OpenPose keypoints that were published with this video; they begin with its second frame."""
    held = np.load(shared_data / "videos" / "balance_gt.npz")
    for number, one in zip(held["cam01_frame_index"], held["cam01_kpts2d"], strict=True):
        people = [{"pose_keypoints_2d": np.nan_to_num(one.astype(float)).ravel().tolist()}]
        (tmp_path / "json").mkdir(exist_ok=True)
        (tmp_path / "json" / f"cam01_{number:012d}_keypoints.json").write_text(json.dumps({"people": people}))

    options = [f"path={tmp_path / 'json'}", "skeleton=BODY25B", "first=0"]
    summary, rows = check(run("keypoint_files", *options), "keypoint_files")

    assert any("json has nothing for 1 of the 4 frames of the video, it has 98" in w for w in summary["warnings"])
    knee = next(row for row in rows if row["joint"] == "LKnee" and row["frame"] == "2")
    found = np.array([float(knee["x_px"]), float(knee["y_px"])])
    row = held["cam01_frame_index"].tolist().index(2)
    np.testing.assert_allclose(found, held["cam01_kpts2d"][row, 13, :2], atol=0.1)


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("keypoint_files", [], "needs --detector-option path=PATH"),
        ("keypoint_files", ["path=absent.json"], "found nothing there"),
        ("keypoint_files", ["path=absent.json", "fps=fast"], "detector option fps must be float | None, got 'fast'"),
        ("mmpose_topdown", [], "needs an MMPose config and its checkpoint"),
        ("rtmpose", ["pose=absent.onnx"], "found nothing there"),
        ("rtmpose", ["model=x"], "detector rtmpose has no option model"),
        ("rtmpose", [], "run 'marey models --fetch rtmpose-m yolox-tiny'"),
        ("posenet", [], "no detector is called 'posenet'; there are blazepose"),
    ],
)
def test_what_is_missing_is_told_in_one_line(run, monkeypatch, tmp_path, name, options, said):
    monkeypatch.setenv("MAREY_MODELS", str(tmp_path / "models"))
    code, output, _ = run(name, *options)
    assert code == 2
    assert said in output.err
    assert output.err.count("\n") == 1
    assert output.out == ""
