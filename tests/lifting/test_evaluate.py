"""Evaluation: scores of lifters whose errors are known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import main
from lifting import find_weights
from lifting.data import Recording, open_recordings
from lifting.evaluate import NAMES, evaluate, evaluate_weights, lift_recording, score, scored_joints
from lifting.train import train
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.sequences import PoseSequence3D, Space
from poses.skeleton import Skeleton
from poses.skeletons import H36M16, H36M17, MPI17
from tests.lifting.mocap_files import write_mocap
from tests.lifting.tiny_training import PRESET


class Answer:
    """A lifter that knows the answer, `off` metres to the right of it in every joint but the root."""

    name, normalisation, window, window_hz, flip = "answer", "screen", 1, None, False

    def __init__(self, recordings: list[Recording], skeleton: Skeleton, off: float = 0.0) -> None:
        self.answers, self.skeleton, self.off = iter(recordings), skeleton, off

    def lift_sequence(self, xy: FloatArray, progress: Any = None, step: float = 1) -> FloatArray:
        xyz = next(self.answers).pose_3d.xyz
        xyz = xyz - xyz[:, :1]
        xyz[:, 1:, 0] += self.off
        return xyz


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mocap(tmp_path_factory.mktemp("mocap"))


def _scored(folder: Path, off: float, protocol: str = "mocap", skeleton: Skeleton = H36M17) -> Any:
    recordings = list(open_recordings("mocap", folder, "test", skeleton))
    lifter: Any = Answer(recordings, skeleton, off)
    return score(lifter, recordings, protocol, "test")


def test_the_right_answer_scores_nothing(folder: Path) -> None:
    scores = _scored(folder, 0.0)
    for name in ("mpjpe", "p_mpjpe", "n_mpjpe", "mpjve"):
        assert scores.over_frames[name] == pytest.approx(0, abs=1e-6)
    # A threshold of 0 mm is among the 31 of the AUC, and no error is below it.
    assert scores.over_frames["pck"] == 100 and scores.over_frames["auc"] == pytest.approx(100 * 30 / 31)


def test_a_known_error_is_found_in_every_table(folder: Path) -> None:
    scores = _scored(folder, 0.02)
    assert scores.over_frames["mpjpe"] == pytest.approx(20 * 16 / 17)
    assert scores.joints["Hip"] == pytest.approx(0) and scores.joints["LWrist"] == pytest.approx(20)
    assert scores.over_frames["mpjve"] == pytest.approx(0, abs=1e-6)
    assert scores.frames == 120 and list(scores.actions) == ["subject 0", "subject 1", "subject 2"]
    assert scores.over_actions["mpjpe"] == pytest.approx(np.mean([row["mpjpe"] for row in scores.actions.values()]))


def test_frames_that_are_not_valid_are_not_scored(folder: Path) -> None:
    recordings = list(open_recordings("mocap", folder, "test", H36M17))
    broken = recordings[0].pose_3d.xyz.copy()
    broken[:5] += np.arange(17)[:, None]
    bad = replace(
        recordings[0],
        pose_3d=PoseSequence3D(broken, recordings[0].pose_3d.time_s, Space.CAMERA, H36M17),
        valid=(False,) * 5 + (True,) * 35,
    )
    lifter: Any = Answer(recordings[:1], H36M17)
    scores = score(lifter, [bad], "mocap", "test")
    assert scores.frames == 35 and scores.over_frames["mpjpe"] == pytest.approx(0, abs=1e-6)
    assert scores.over_frames["mpjve"] == pytest.approx(0, abs=1e-6)


def test_the_axes_of_the_normalising_camera_are_turned_back(folder: Path) -> None:
    from poses.camera import normalise

    recording = next(iter(open_recordings("mocap", folder, "test", H36M17)))
    _, rotation = normalise("person", recording.pose_2d.xy, recording.pose_2d.image_size, 0, recording.focal_px)
    assert np.abs(rotation - np.eye(3)).max() > 0.001
    xyz = recording.pose_3d.xyz - recording.pose_3d.xyz[:, :1]

    class Turned(Answer):
        normalisation = "person"

        def lift_sequence(self, xy: FloatArray, progress: Any = None, step: float = 1) -> FloatArray:
            return xyz @ rotation

    lifter: Any = Turned([], H36M17)
    assert np.allclose(lift_recording(lifter, recording), xyz)


def test_3dhp_counts_the_14_joints_of_its_own_script() -> None:
    assert [MPI17.joint_names[i] for i in scored_joints("mpi_inf_3dhp", MPI17)] == list(MPI17.joint_names[:14])
    assert len(scored_joints("mpi_inf_3dhp", H36M17)) == 14
    assert len(scored_joints("h36m", H36M17)) == 17


def test_noisy_motion_capture_is_the_same_people_seen_by_a_detector(folder: Path) -> None:
    exact, noisy, again = (
        list(open_recordings("mocap", folder, "test", H36M17, kind)) for kind in ("gt", *["noisy"] * 2)
    )
    for one, other, same in zip(exact, noisy, again, strict=True):
        np.testing.assert_array_equal(one.pose_3d.xyz, other.pose_3d.xyz)
        np.testing.assert_array_equal(other.pose_2d.xy, same.pose_2d.xy)
        px_per_m = one.focal_px / one.pose_3d.xyz[:, 0, 2]  # type: ignore[operator]
        off = np.linalg.norm(other.pose_2d.xy - one.pose_2d.xy, axis=-1).mean(axis=1) / px_per_m
        assert (off > 0.005).all() and np.median(off) < 0.15, "centimetres, as of a detector"
    with pytest.raises(UserError, match="gt and noisy"):
        open_recordings("mocap", folder, "test", H36M17, "cpn")


def test_tables_are_markdown_and_json(folder: Path) -> None:
    scores = _scored(folder, 0.02, skeleton=H36M16)
    text = scores.markdown()
    assert "| mean of frames | 120 | 18.8 |" in text and "| LWrist | 20.0 |" in text
    values = json.loads(scores.json())
    assert set(NAMES) <= set(values["over_frames"]) and values["lifter"] == "answer"


def test_the_command_prints_tables_or_one_json_object_and_progress_apart(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    preset = tmp_path / "tiny.toml"
    preset.write_text(PRESET)
    train(preset, folder, tmp_path / "out", quiet=True, changes={"steps": 5})
    command = ["evaluate", str(tmp_path / "out" / "tiny.json"), "--data", str(folder), "--device", "cpu"]
    assert main(command) == 0
    text = capsys.readouterr().out
    assert text.startswith("tiny, mocap test, exact 2D, averaged with the mirror image, 120 frames")
    assert main([*command, "--json", "--no-flip", "--split", "val"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert (values["flip"], values["split"], values["detections"]) == (False, "val", "gt")
    assert {"actions", "joints", "over_actions", "over_frames"} <= set(values)
    assert f"| mean of frames | 120 | {values['over_frames']['mpjpe']:.1f} |" not in text, "another split"
    assert main([*command, "--protocol", "h36m", "--detections", "cpn_ft_h36m_dbb"]) == 2
    assert "data_3d_h36m.npz does not exist" in capsys.readouterr().err


def test_weights_are_scored_by_their_file_and_bad_wishes_are_named(folder: Path, tmp_path: Path) -> None:
    preset = tmp_path / "tiny.toml"
    preset.write_text(PRESET)
    train(preset, folder, tmp_path / "out", quiet=True, changes={"steps": 5})
    weights = tmp_path / "out" / "tiny.safetensors"
    done: list[tuple[int, int]] = []
    scores = evaluate_weights(weights, folder, device="cpu", progress=lambda *how_far: done.append(how_far))
    assert scores.lifter == "tiny" and scores.flip and done[-1] == (120, 120) and done == sorted(done)
    assert 50 < scores.over_frames["mpjpe"] < 1000
    assert find_weights(weights).name == "tiny"
    assert evaluate(weights, folder, device="cpu") == scores.markdown()
    with pytest.raises(UserError, match="must hold one of"):
        evaluate(weights, tmp_path, device="cpu")
    for values, message in (
        ({"protocol": "films"}, "protocol must be one of"),
        ({"split": "all"}, "split must be one of"),
        ({"protocol": "h36m"}, "data_3d_h36m.npz does not exist"),
        ({"protocol": "humaneva"}, "HumanEva has the 15 joints"),
    ):
        wishes: dict[str, Any] = values
        with pytest.raises(UserError, match=message):
            evaluate(weights, folder, device="cpu", **wishes)
    with pytest.raises(UserError, match="no lifter is called"):
        find_weights("nothing")


def test_errors_are_named_over_the_joints_that_all_networks_have() -> None:
    from lifting.evaluate import _score_one
    from lifting.metrics import comparable_joints
    from poses.skeletons import H36M16, H36M23, MPI17

    assert comparable_joints(H36M23) == list(range(17))
    assert all(comparable_joints(s) == list(range(len(s))) for s in (H36M16, H36M17, MPI17))
    xyz = np.random.default_rng(0).normal(size=(5, 23, 3))
    pred = xyz.copy()
    pred[:, 17:] += [0.03, 0.04, 0.0]
    sums = _score_one(pred, xyz, np.ones(5, bool), "mocap", H36M23)
    assert sums.values["mpjpe"] == 0 and sums.values["p_mpjpe"] == pytest.approx(0, abs=1e-6)
    assert sums.values["pck"] == 5 * 100
    assert sums.errors[:17].sum() == 0 and sums.errors[17:] == pytest.approx(5 * 50)
