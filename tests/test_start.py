"""start.py on broken and half-made environments; installing itself is what CI does first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import start
from tests.conftest import ROOT


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A made-up environment with one package, pinned and installed."""
    site = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    info = site / "walk-1.2.dist-info"
    info.mkdir(parents=True)
    (site / "marey-0.1.0.dist-info").mkdir()
    (site / "walk.py").write_text("speed = 1\n")
    (info / "RECORD").write_text("walk.py,sha256=x,10\nwalk-1.2.dist-info/RECORD,,\n")
    (tmp_path / "requirements.txt").write_text("# pins\nwalk==1.2\n")
    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setattr(start, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(start, "BIN", tmp_path / ".venv" / "bin")
    monkeypatch.setattr(start, "TORCH", "walk==1.2")
    return site


def test_a_complete_environment_is_trusted(environment: Path) -> None:
    assert start.damaged() == set()


def test_a_missing_file_is_damage(environment: Path) -> None:
    (environment / "walk.py").unlink()
    assert start.damaged() == {"walk"}


def test_a_truncated_file_is_damage(environment: Path) -> None:
    (environment / "walk.py").write_text("speed")
    assert start.damaged() == {"walk"}


def test_another_version_is_damage(environment: Path) -> None:
    (environment.parents[3] / "requirements.txt").write_text("walk==1.3\n")
    assert start.damaged() == {"walk"}


def test_a_package_that_was_never_installed_is_damage(environment: Path) -> None:
    (environment.parents[3] / "requirements.txt").write_text("walk==1.2\nrun-fast==2.0\n")
    assert start.damaged() == {"run-fast"}


def test_an_interrupted_environment_is_made_anew(environment: Path) -> None:
    assert start.interpreter_version() == ""


def test_a_damaged_stamp_is_not_trusted(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = environment.parents[2] / "stamp.json"
    monkeypatch.setattr(start, "STAMP", stamp)
    stamp.write_text('{"requirements": ')
    assert start.read_stamp() is None


def test_a_video_that_is_not_there_is_one_line_and_exit_2() -> None:
    done = subprocess.run([sys.executable, "start.py", "no such.mp4"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and "no such.mp4" in done.stderr


@pytest.mark.parametrize("found", [True, False])
def test_networks_that_cannot_be_had_are_one_line_and_no_failure(
    found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "python"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/asked\n'
        + ("echo /models/a.tflite" if found else "echo 'a: fetching' >&2; echo 'marey: cannot download a' >&2; exit 2")
    )
    program.chmod(0o755)
    monkeypatch.setattr(start, "python", lambda: str(program))
    start.fetch_networks()
    assert (tmp_path / "asked").read_text() == "-m app models --fetch\n"
    why = "not all networks of the detector are here, the best of those that are is used: cannot download a"
    told = "" if found else f"marey: {why}\n"
    assert capfd.readouterr() == ("", told)


def test_every_requirement_is_pinned_exactly() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins and all("==" in line for line in pins)
