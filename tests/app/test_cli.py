"""The command line: outputs, exit codes, progress, Ctrl-C. Detector and lifter are stand-ins, the rest is real."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app import cli, commands
from app.__main__ import open_window
from app.progress import Pace, Progress, duration
from app.project import read_analysis
from app.unfinished import unfinished_path
from detectors import option_kinds
from poses.errors import UserError
from tests.app.clips import make_clip
from tests.app.stand_ins import FlatLifter, StandInDetector
from tests.conftest import ROOT

SIZE = (320, 240)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", range(20), rate=Fraction(30000, 1001), size=SIZE)


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> list[StandInDetector]:
    made: list[StandInDetector] = []

    def make(*_: object) -> StandInDetector:
        made.append(StandInDetector())
        return made[-1]

    monkeypatch.setattr(commands, "make_detector", make)
    monkeypatch.setattr(commands, "make_lifter", lambda name, device: FlatLifter())
    return made


def test_run_prints_the_written_paths_one_a_line(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", str(clip), "--export", "bvh,csv,npz", "--out", str(tmp_path / "o")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [Path(line).name for line in lines] == ["clip.bvh", "clip.csv", "clip.npz"]
    assert sorted(p.name for p in (tmp_path / "o").iterdir()) == ["clip.bvh", "clip.csv", "clip.npz"]


def test_tables_have_a_row_for_every_frame_with_its_time(clip: Path, tmp_path: Path) -> None:
    cli.main(["run", str(clip), "--export", "csv,npz", "--out", str(tmp_path)])
    with (tmp_path / "clip.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20 * 17
    data = np.load(tmp_path / "clip.npz", allow_pickle=False)
    np.testing.assert_allclose(data["time_s"], np.arange(20) * 1001 / 30000, atol=1e-6)
    assert data["xyz_camera_m"].shape == data["xyz_world_m"].shape == (1, 20, 17, 3)


def test_json_is_one_object_a_video_with_every_field(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = make_clip(tmp_path / "other.mp4", range(5), size=SIZE)
    assert cli.main(["run", str(clip), str(other), "--json", "--export", "csv", "--out", str(tmp_path / "o")]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["video"], first["frames"], second["frames"]) == (str(clip), 20, 5)
    assert first["detector"] == "stand_ins" and first["lifter"] == "flat" and first["seconds"] > 0
    assert first["outputs"] == [str(tmp_path / "o" / "clip.csv")] and first["warnings"] == []
    assert first["persons"][0]["person"] == 1 and first["persons"][0]["frames"] == 20


def test_options_may_stand_between_videos(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = make_clip(tmp_path / "other.mp4", range(5), size=SIZE)
    assert cli.main(["run", str(clip), "--export", "csv", str(other), "--out", str(tmp_path / "o")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_range_and_the_settings_reach_the_pipeline(clip: Path, tmp_path: Path) -> None:
    call = ["run", str(clip), "--export", "npz", "--out", str(tmp_path), "--start", "0.2", "--end", "0.4"]
    assert cli.main([*call, "--smoothing", "0", "--max-gap", "1", "--focal", "1.2", "--pitch", "10"]) == 0
    assert np.load(tmp_path / "clip.npz")["frame"].tolist() == list(range(6, 12))


def test_a_picture_on_demand(clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", str(clip), "--export", "csv", "--picture", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "clip.png")
    assert (tmp_path / "clip.png").read_bytes()[:4] == b"\x89PNG"


def test_one_bad_video_does_not_keep_the_others_from_running(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", str(tmp_path / "no.mp4"), str(clip), "--export", "csv", "--out", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert "no.mp4 does not exist" in captured.err and captured.out.strip() == str(tmp_path / "clip.csv")


def test_detectors_are_closed(clip: Path, tmp_path: Path, stand_ins: list[StandInDetector]) -> None:
    cli.main(["run", str(clip), "--export", "csv", "--out", str(tmp_path)])
    assert [d.closed for d in stand_ins] == [True]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (["run"], "VIDEO"),
        (["run", "nope.mp4"], "nope.mp4 does not exist"),
        (["run", "CLIP", "--export", "bvh,fbx9"], "'fbx9'"),
        (["run", "CLIP", "--detector", "magic"], "'magic'"),
        (["run", "CLIP", "--persons", "0"], "persons"),
        (["run", "CLIP", "--persons", "many"], "--persons"),
        (["run", "CLIP", "--start", "3", "--end", "1"], "start"),
        (["run", "CLIP", "--height", "9"], "height of a person"),
        (["run", "CLIP", "--start", "99"], "no frame in the chosen range"),
        (["run", "CLIP", "CLIP"], "same name"),
        (["run", "CLIP", "--device", "tpu"], "tpu"),
        (["run", "CLIP", "--sideways"], "--sideways"),
        (["run", "CLIP", "--out", "CLIP/sub"], "file is where the folder should be"),
        (["dance"], "neither a command nor a file"),
        ([], "command is missing"),
        (["train"], "preset"),
    ],
)
def test_what_the_user_can_fix_is_one_line_and_exit_2(
    call: list[str], says: str, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = [part.replace("CLIP", str(clip)) for part in call]
    if call[:1] == ["run"] and "--out" not in call:
        call += ["--out", str(tmp_path / "o")]
    assert cli.main(call) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and len(captured.err.splitlines()) == 1 and says in captured.err
    assert not (tmp_path / "o").exists() or not list((tmp_path / "o").iterdir())


def test_a_defect_is_exit_1_one_line_and_a_traceback_in_the_log(
    clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("in the\nmiddle")

    monkeypatch.setattr(commands, "make_lifter", broken)
    monkeypatch.setattr("platformdirs.user_log_dir", lambda *a, **k: str(tmp_path / "log"))
    assert cli.main(["run", str(clip), "--out", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1 and "ZeroDivisionError: in the middle" in error
    log = (tmp_path / "log" / "marey.log").read_text()
    assert "Traceback" in log and str(tmp_path / "log" / "marey.log") in error


@pytest.mark.parametrize("kind", ["detectors", "lifters", "exporters"])
def test_lists_tell_what_runs_and_why_not(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([kind, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    for row in rows:
        assert set(row) >= {"id", "label", "runs", "why"} and isinstance(row["runs"], bool)
        assert row["runs"] == (row["why"] == "")
    assert cli.main([kind]) == 0
    printed = capsys.readouterr().out
    assert all(row["id"] in printed for row in rows)
    if kind == "detectors":
        assert "blazepose" in [row["id"] for row in rows]
        for row in rows:
            told = set(row["options"]) | {
                "device",
                "persons",
                "progress",
                "keep_heatmaps",
                "random_weights",
                "download",
            }
            assert set(option_kinds(row["id"])) <= told and set(row["options"]) <= set(option_kinds(row["id"]))
            assert all(f"{name}=" in printed and meaning in printed for name, meaning in row["options"].items())
    if kind == "exporters":
        assert {"bvh", "csv", "npz"} <= {row["id"] for row in rows}
        variants = next(row["variants"] for row in rows if row["id"] == "bvh")
        assert all(f"bvh:{name}" in printed and label in printed for name, label in variants.items())


def test_help_and_version_are_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    for call in (["--help"], ["run", "--help"], ["--version"], ["lifters", "--help"]):
        assert cli.main(call) == 0
    assert "marey run" in capsys.readouterr().out


def test_without_a_command_the_window_opens_on_the_file(clip: Path) -> None:
    opened: list[list[str]] = []

    def window(paths: list[str]) -> int:
        opened.append(paths)
        return 0

    assert cli.main([], window) == 0 and cli.main([str(clip)], window) == 0
    assert opened == [[], [str(clip)]]


def test_without_a_screen_the_window_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(UserError, match="no screen"):
        open_window([])


def test_the_default_lifter_is_the_one_with_the_least_error_that_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace as Any

    from app.catalogue import default_lifter

    cards = {"a": Any(scores={"mpjpe": 60.0}), "b": Any(scores={"test": {"mpjpe": 50.0}}), "c": Any(scores={})}
    able = {name: Any(available=True) for name in cards}
    monkeypatch.setattr("lifting.list_cards", lambda: cards)
    monkeypatch.setattr("lifting.list_lifters", lambda: able)
    assert default_lifter() == "b"
    cards["d"], able["d"] = Any(scores={"held out": {"noisy_mpjpe": 40.0, "exact_mpjpe": 70.0}}), Any(available=True)
    assert default_lifter() == "d"
    able["d"] = Any(available=False)
    assert default_lifter() == "b"
    able.clear()
    with pytest.raises(UserError, match="marey train"):
        default_lifter()


def test_a_lifter_that_is_too_slow_for_the_machine_is_not_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace as Any

    from app import catalogue

    cards = {
        "light": Any(scores={"mpjpe": 60.0}, macs_per_frame=2_000_000),
        "middle": Any(scores={"mpjpe": 50.0}, macs_per_frame=250_000_000),
        "heavy": Any(scores={"mpjpe": 40.0}, macs_per_frame=1_000_000_000),
    }
    monkeypatch.setattr("lifting.list_cards", lambda: cards)
    monkeypatch.setattr("lifting.list_lifters", lambda: {name: Any(available=True) for name in cards})
    monkeypatch.setattr(catalogue, "_has_gpu", lambda: False)
    for cores, expected in ((1, "light"), (2, "middle"), (16, "heavy")):
        monkeypatch.setattr(catalogue, "_cores", lambda cores=cores: cores)
        assert catalogue.default_lifter() == expected
    monkeypatch.setattr(catalogue, "_cores", lambda: 1)
    monkeypatch.setattr(catalogue, "_has_gpu", lambda: True)
    assert catalogue.default_lifter() == "heavy"
    cards["alike"] = Any(scores={"mpjpe": 40.5}, macs_per_frame=450_000_000)
    assert catalogue.default_lifter() == "alike", "of equals the lightest"
    cards["moving"] = Any(scores={"mpjpe": 40.5}, macs_per_frame=950_000_000, window=9)
    assert catalogue.default_lifter() == "moving", "of equals one that sees movement"
    cards["pointing"] = Any(scores={"mpjpe": 40.6}, macs_per_frame=990_000_000, window=9, skeleton="H36M23")
    assert catalogue.default_lifter() == "pointing", "of these one whose feet and head have a direction"
    del cards["pointing"]
    monkeypatch.setattr(catalogue, "_has_gpu", lambda: False)
    del cards["moving"], cards["alike"], cards["light"], cards["middle"]
    monkeypatch.setattr("lifting.list_lifters", lambda: {"heavy": Any(available=True)})
    assert catalogue.default_lifter() == "heavy", "a slow one is better than none"


# ---------------------------------------------------------------- progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_shows_rate_and_time_left() -> None:
    now = [0.0]
    stream = Terminal()
    progress = Progress("a.mp4", stream, lambda: now[0])
    for done in range(1, 51):
        now[0] += 0.1
        progress.update("detect", done, 100)
    assert re.search(r"a.mp4: detecting (49|50) of 100, 10.0 frames/s, 5 s left$", stream.getvalue())
    progress.close()
    assert "\n" not in stream.getvalue() and stream.getvalue().endswith("\r")


def test_progress_into_a_file_is_a_few_lines() -> None:
    now = [0.0]
    stream = io.StringIO()
    progress = Progress("a.mp4", stream, lambda: now[0])
    for done in range(1, 101):
        now[0] += 0.1
        progress.update("detect", done, 100)
    lines = stream.getvalue().splitlines()
    assert 3 <= len(lines) <= 6 and all("frames/s" in line for line in lines)


def test_no_time_left_is_told_before_there_is_evidence_and_loading_is_none() -> None:
    """It once began with 2811 minutes: the first frame came after the networks were loaded."""
    now = [0.0]
    pace = Pace(lambda: now[0])
    for done in [0] * 60 + [1, 2, 3]:
        now[0] += 0.5
        pace.see("detect", done)
        assert pace.left_s(10000) is None
    for done in range(4, 160):
        now[0] += 0.1
        pace.see("detect", done)
    left = pace.left_s(1159)
    assert left == pytest.approx(100, rel=0.15)
    pace.see("lift", 0)
    assert pace.left_s(1000) is None and pace.rate == 0


def test_durations_read_well() -> None:
    assert [duration(s) for s in (8.2, 200, 3900)] == ["8 s", "3 min 20 s", "1 h 05 min"]


# ---------------------------------------------------------------- Ctrl-C

SLOW = """
import sys
from app import cli, commands
from tests.app.stand_ins import FlatLifter, StandInDetector
commands.make_detector = lambda *_: StandInDetector(wait_s=float(sys.argv[1]))
commands.make_lifter = lambda name, device: FlatLifter()
sys.exit(cli.main(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize(
    ("wait_s", "number"),
    [("0.3", signal.SIGINT), ("30", signal.SIGINT), ("0.3", signal.SIGTERM), ("0.3", signal.SIGHUP)],
)
def test_a_signal_stops_within_a_second_and_what_was_computed_stays(
    tmp_path: Path, wait_s: str, number: signal.Signals
) -> None:
    """Also where the program sits in foreign code that never returns (wait_s 30)."""
    first = make_clip(tmp_path / "first.mp4", range(1), size=SIZE)
    second = make_clip(tmp_path / "second.mp4", range(200), size=SIZE)
    out = tmp_path / "o"
    videos = [str(first), str(second)] if wait_s == "0.3" else [str(second)]
    call = [sys.executable, "-c", SLOW, wait_s, "run", *videos, "--export", "csv", "--out", str(out)]
    process = subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    ready = out / "first.csv" if wait_s == "0.3" else out
    while not ready.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.5)  # into the second video, on a busy machine too
    began = time.monotonic()
    os.kill(process.pid, number)
    _, error = process.communicate(timeout=20)
    assert time.monotonic() - began < 1.5 and process.returncode == 128 + number
    assert "Traceback" not in error
    kept = out / "second.unfinished.marey"
    assert sorted(p.name for p in out.iterdir()) == (["first.csv", kept.name] if wait_s == "0.3" else [])
    if wait_s == "0.3":
        saved = read_analysis(kept)
        assert saved.detections.frame.tolist() == list(range(len(saved.detections))) and len(saved.detections) >= 1
        assert str(kept) in error and saved.detections.warnings


def test_a_run_that_ends_well_leaves_nothing_but_its_results(clip: Path, tmp_path: Path) -> None:
    unfinished_path(tmp_path, str(clip)).write_bytes(b"of a run that was stopped")
    assert cli.main(["run", str(clip), "--export", "csv", "--out", str(tmp_path)]) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["clip.csv"]


def test_the_module_runs_as_a_program() -> None:
    done = subprocess.run([sys.executable, "-m", "app", "run", "no.mp4"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "") and done.stderr == "marey: no.mp4 does not exist\n"
