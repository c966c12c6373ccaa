"""Speed of the detectors: measured on a video, told where it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import bench
from app.pipeline.video import read_frames
from poses.errors import UserError
from tests.app.clips import make_clip
from tests.app.stand_ins import StandInDetector


def test_the_rate_leaves_out_warming_up_and_stops_in_time(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.mp4", range(40), size=(320, 240))
    count, rate, size = bench.frames_per_second(StandInDetector(wait_s=0.02), read_frames(path), 0.2)
    assert size == (320, 240) and 5 <= count <= 11 and 20 < rate < 50
    with pytest.raises(UserError, match="more than 3 frames"):
        bench.frames_per_second(StandInDetector(), read_frames(make_clip(tmp_path / "b.mp4", range(2))), 1)


def test_without_a_video_the_table_says_how_to_name_one() -> None:
    assert "--video" in bench.detector_table(None)


def test_every_detector_has_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_clip(tmp_path / "a.mp4", range(10), size=(320, 240))

    def make(name: str) -> StandInDetector:
        if name == "keypoint_files":
            raise UserError("needs a file")
        return StandInDetector()

    monkeypatch.setattr(bench, "make_detector", make)
    table = bench.detector_table(path)
    assert "| blazepose | 320 x 240 |" in table and "not measured: needs a file" in table
    for name in bench.list_plugins("detectors"):
        assert f"| {name} |" in table


def test_a_video_that_is_not_there_is_told_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        bench.bench(["--video", str(tmp_path / "no.mp4")])
