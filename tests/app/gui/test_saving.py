"""A saved analysis comes back as it was, and a damaged one is refused in one line."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.edits import IdentitySwap, LeftRightFlip, Mask, Merge, Move, Rename, Split
from app.gui.main_window import MainWindow
from app.pipeline.settings import Settings
from app.project import SavedAnalysis, read_analysis, write_analysis
from poses.errors import UserError
from tests.app.gui.conftest import MakeWindow, wait_idle
from tests.app.gui.test_edits import detections

EDITS = (
    Move(0, 3, 9, 1.5, 2.5),
    Move(0, 4, 9, float("nan"), float("nan")),
    Mask(0, 1, 2),
    LeftRightFlip(0, 5, 6),
    IdentitySwap(0, 1, 9),
    Split(0, 12),
    Rename(2, "Ada"),
    Merge(0, 2),
)


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Path, SavedAnalysis]:
    from dataclasses import replace

    (tmp_path / "v.mp4").write_bytes(b"a video")
    found = replace(detections(absent=(4, 7)), video=str(tmp_path / "v.mp4"))
    kept = SavedAnalysis(found, EDITS, Settings(persons=2, smoothing_hz=None, start_s=0.5), "flat")
    write_analysis(tmp_path / "v.marey", kept)
    return tmp_path / "v.marey", kept


def test_everything_comes_back(saved: tuple[Path, SavedAnalysis]) -> None:
    path, before = saved
    after = read_analysis(path)
    assert repr(after.edits) == repr(before.edits) and after.settings == before.settings and after.lifter == "flat"
    assert after.detections.skeleton == before.detections.skeleton and after.detections.rate == before.detections.rate
    for a, b in zip(after.detections.keypoints, before.detections.keypoints, strict=True):
        np.testing.assert_array_equal(a.xy, b.xy)
        np.testing.assert_array_equal(a.score, b.score)
    assert sorted(p.name for p in path.parent.iterdir()) == ["v.marey", "v.mp4"], "nothing half-written is left"


def test_the_video_is_found_again_where_both_were_moved(saved: tuple[Path, SavedAnalysis], tmp_path: Path) -> None:
    path, _ = saved
    other = tmp_path / "elsewhere"
    other.mkdir()
    shutil.move(path, other / "v.marey")
    shutil.move(tmp_path / "v.mp4", other / "v.mp4")
    assert read_analysis(other / "v.marey").detections.video == str(other / "v.mp4")
    (other / "v.mp4").unlink()
    with pytest.raises(UserError, match="put it beside"):
        read_analysis(other / "v.marey")


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.95])
def test_a_truncated_file_is_refused(saved: tuple[Path, SavedAnalysis], keep: float) -> None:
    path, _ = saved
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep if keep >= 1 else keep * len(whole))])
    with pytest.raises(UserError, match="not a saved analysis"):
        read_analysis(path)


@pytest.mark.gui
def test_saving_and_opening_restores_detections_edits_and_lifter(
    analysed: MainWindow, make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed.document.set_range(10, 12)
    analysed.actions_.by_id["mask_span"].trigger()
    wait_idle(analysed, qtbot)
    before = analysed.document.motion
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(tmp_path / "kept"), ""))
    analysed.actions_.by_id["save"].trigger()
    analysed.close()
    window = make_window()
    window.reporter.attempt(window.files.open, str(tmp_path / "kept.marey"))
    qtbot.waitUntil(lambda: window.document.motion is not None, timeout=15000)
    after = window.document.motion
    assert before is not None and after is not None
    np.testing.assert_array_equal(after.persons[0].pose_2d.xy, before.persons[0].pose_2d.xy)
    assert len(window.document.edits) == 1 and not window.catalogue.made  # type: ignore[attr-defined]
