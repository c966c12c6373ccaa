"""What the training dock reads: progress, records, states and data folders, without a window."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from app.gui.training_watch import TrainingWatcher, curves, smooth
from lifting import trainings
from lifting.data_folder import check_data
from poses.errors import UserError
from tests.app.gui.trainings import fake_run
from tests.lifting.mocap_files import write_mocap


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for the user's lifters and trainings."""
    monkeypatch.setenv("MAREY_MODELS", str(tmp_path / "home" / "models"))
    return tmp_path / "home"


def test_only_what_was_added_is_read_and_a_resumed_training_overwrites_the_steps_after_its_checkpoint(
    home: Path,
) -> None:
    out = fake_run(home)
    watched = TrainingWatcher(out)
    assert watched.look().steps.tolist() == list(range(1, 21))
    with (out / trainings.PROGRESS).open("a") as file:
        for step in (15, 16):
            line = {"step": step, "total": 40, "loss": 9.0, "steps_per_s": 1.0, "left_s": 1.0}
            file.write(json.dumps(line) + "\n")
        file.write('{"step": 17, "tot')
    status = watched.look()
    assert status.steps.tolist() == list(range(1, 17)) and status.loss[-2:].tolist() == [9.0, 9.0]
    assert (status.state, status.step, status.best) == ("stopped", 16, (15, 85.0))
    assert np.allclose(curves(status.record)["noisy_mpjpe"], [95, 90, 85])


def test_states_follow_from_the_files(home: Path) -> None:
    out = fake_run(home, steps=15, done=15)
    assert TrainingWatcher(out).look().state == "finished"
    (out / trainings.LOG).write_text("step 3\nmarey: cannot write there: the disk is full\n")
    status = TrainingWatcher(out).look()
    assert (status.state, status.problem) == ("failed", "cannot write there: the disk is full")
    (out / trainings.LOG).write_text("step 3\n\nmarey: stopped\n")
    assert TrainingWatcher(out).look().state == "finished"
    with trainings.lock_folder(out):
        assert trainings.LOCK in {path.name for path in out.iterdir()}
    assert TrainingWatcher(out).look(starting=True).state == "starting"


def test_the_smoothed_loss_starts_at_the_first_value_and_follows() -> None:
    assert smooth(np.array([2.0, 2.0, 2.0])).tolist() == pytest.approx([2, 2, 2])
    assert smooth(np.array([0.0] + [1.0] * 60))[-1] == pytest.approx(1, abs=0.01)
    assert len(smooth(np.zeros(0))) == 0


def test_weights_of_a_shipped_name_or_of_somebody_else_are_not_overwritten(home: Path, tmp_path: Path) -> None:
    import shutil

    from lifting import SHIPPED

    out = tmp_path / "out"
    out.mkdir()
    for path in SHIPPED.glob("graphsh.*"):
        shutil.copy(path, out)
    with pytest.raises(UserError, match="came with the program"):
        trainings.publish(out, "graphsh")
    card = json.loads((out / "graphsh.json").read_text())
    (out / "graphsh.safetensors").rename(out / "mine.safetensors")
    (out / "mine.json").write_text(json.dumps({**card, "name": "mine"}))
    assert trainings.publish(out, "mine") and not trainings.publish(out, "mine")
    assert trainings.free_name("mine") == "mine_2" and trainings.free_name("other") == "other"
    (out / "mine.json").write_text(json.dumps({**card, "name": "mine", "command": "another", "sha256": "0"}))
    with pytest.raises(UserError, match="belongs to other weights"):
        trainings.publish(out, "mine")


def test_data_folders_are_told_apart(tmp_path: Path) -> None:
    data = write_mocap(tmp_path / "data")
    assert check_data(data, {"kind": "mocap"}) == "Motion capture: 2 seconds of 3 people to train on"
    (data / "train2.npz").write_bytes((data / "val.npz").read_bytes())
    assert check_data(data, {"kind": "mocap"}) == "Motion capture: 5 seconds of 3 people to train on"
    (data / "train2.npz").unlink()
    (data / "train.npz").write_bytes(b"nonsense")
    with pytest.raises(UserError, match="is damaged"):
        check_data(data, {"kind": "mocap"})
    with pytest.raises(UserError, match="data_2d_h36m_cpn_ft_h36m_dbb"):
        check_data(data, {"kind": "h36m", "detections": "cpn_ft_h36m_dbb"})
    with pytest.raises(UserError, match="is not a folder"):
        check_data(tmp_path / "nowhere", {"kind": "humaneva"})
    own = tmp_path / "own" / "anna"
    own.mkdir(parents=True)
    (own / "walk.bvh").touch()
    for kind in ("bvh_folder", "mocap"):
        assert check_data(own.parent, {"kind": kind}) == "1 BVH files in 1 folders"
    with pytest.raises(UserError, match="must hold data_3d_h36m"):
        check_data(own.parent, {"kind": "h36m"})
    for part in ("train", "test"):
        (own / f"data_{part}_3dhp.npz").touch()
    assert "data_train_3dhp.npz" in check_data(own, {"kind": "mpi_inf_3dhp"})


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_a_folder_is_held_by_one_process_and_given_back_when_it_dies(tmp_path: Path) -> None:
    import subprocess

    code = (
        "import sys, time; from pathlib import Path; from lifting import trainings\n"
        "with trainings.lock_folder(Path(sys.argv[1])): print('holding', flush=True); time.sleep(60)"
    )
    out = tmp_path / "out"
    with subprocess.Popen([sys.executable, "-c", code, str(out)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "holding\n"
        assert trainings.running_pid(out) == process.pid
        with pytest.raises(UserError, match="a training is writing to"), trainings.lock_folder(out):
            pass
        process.send_signal(signal.SIGKILL)
    assert trainings.running_pid(out) == 0 and (out / trainings.LOCK).exists(), "it could not tidy up"
    with trainings.lock_folder(out):
        pass
    assert not out.exists(), "an empty folder is not left behind"
