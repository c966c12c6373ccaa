"""The doctor finds what is broken and names the fix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import cli, doctor
from app.doctor import CHECKS, FAILS, NOTE, OK, CheckResult, run_checks, to_text


def test_a_check_that_breaks_is_a_finding_with_a_fix() -> None:
    def broken() -> CheckResult:
        raise ImportError("libfoo.so.1: cannot open\nshared object file")

    (finding,) = run_checks([("decoding", broken)])
    assert (finding.name, finding.state, finding.fix) == ("decoding", FAILS, doctor.SETUP)
    assert "libfoo.so.1: cannot open shared object file" in finding.found


def test_the_text_names_each_fix_and_ends_with_the_outcome() -> None:
    good, bad = CheckResult("a", OK, "fine"), CheckResult("b", FAILS, "broken", "mend it")
    assert to_text([good]).endswith("all is well")
    assert "fix: mend it" in to_text([good, bad]) and to_text([good, bad]).endswith("1 of 2 checks fail")


@pytest.mark.parametrize(("state", "code"), [(OK, 0), (NOTE, 0), (FAILS, 2)])
def test_the_exit_code_says_whether_all_is_well(
    state: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (("x", lambda: CheckResult("x", state, "found", "fix it")),))
    assert cli.main(["doctor"]) == code
    assert "found" in capsys.readouterr().out
    assert cli.main(["doctor", "--json"]) == code
    assert json.loads(capsys.readouterr().out)[0]["state"] == state


def test_decoding_and_python_are_well_here() -> None:
    assert [doctor.check_python().state, doctor.check_decoding().state] == [OK, OK]


def test_decoding_that_gives_wrong_times_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.pipeline.video.read_frames", lambda video: iter(()))
    finding = doctor.check_decoding()
    assert finding.state == FAILS and finding.fix


def test_an_old_python_is_told_which_one_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.sys, "version_info", (3, 9, 2))
    assert "3.12" in doctor.check_python().fix


def test_opengl_answers_without_a_screen() -> None:
    finding = doctor.check_opengl()
    assert finding.state in (OK, NOTE) and (finding.state == OK or finding.fix)


def test_a_window_that_cannot_start_fails_with_the_packages_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_GL_PROBE", "raise ImportError('libEGL.so.1: cannot open shared object file')")
    finding = doctor.check_opengl()
    assert finding.state == FAILS and "libEGL.so.1" in finding.found and "libegl1" in finding.fix


def test_no_weights_at_all_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("lifting.weight_folders", lambda: (tmp_path,))
    finding = doctor.check_weights()
    assert finding.state == FAILS and "marey train" in finding.fix


def test_a_damaged_card_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    monkeypatch.setattr("lifting.weight_folders", lambda: (tmp_path,))
    finding = doctor.check_weights()
    assert finding.state == FAILS and "bad" in finding.found


def test_folders_that_may_not_be_written_fail(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *a, **k: str(tmp_path / "file" / "marey"))
    finding = doctor.check_writing()
    assert finding.state == FAILS and "writable" in finding.fix


def test_every_check_has_a_name_of_its_own() -> None:
    assert len({name for name, _ in CHECKS}) == len(CHECKS) == 7
