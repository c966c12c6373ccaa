"""A detection that is killed leaves what it saw so far, in a file that is whole."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from app import unfinished
from app.pipeline.detect import Step
from app.pipeline.settings import Settings
from app.pipeline.video import probe
from app.project import read_analysis
from app.unfinished import NOTE, DetectionAutosave, PartialDetections, unfinished_path
from poses.sequences import Keypoints
from poses.skeletons import COCO17
from tests.app.clips import make_clip


@pytest.fixture
def kept(tmp_path: Path) -> DetectionAutosave:
    clip = make_clip(tmp_path / "clip.mp4", range(8), rate=Fraction(25), size=(64, 48))
    return DetectionAutosave(unfinished_path(tmp_path, str(clip)), probe(clip), "some", COCO17, Settings(), "flat")


def steps(kept: DetectionAutosave, count: int) -> None:
    from app.pipeline.video import read_frames

    for frame in list(read_frames(kept._info.path))[:count]:
        kept.add(Step("detect", frame.index + 1, 8, frame, Keypoints.none(17)))


def test_it_is_written_now_and_then_so_that_a_kill_loses_little(
    kept: DetectionAutosave, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps(kept, 3)
    assert not kept.path.exists(), "not for every frame"
    monkeypatch.setattr(unfinished, "INTERVAL_S", -1.0)
    steps(kept, 5)
    saved = read_analysis(kept.path)
    assert len(saved.detections) == 8 and saved.lifter == "flat" and saved.detections.warnings == (NOTE,)


def test_an_early_end_keeps_it_and_a_good_end_removes_it(kept: DetectionAutosave) -> None:
    with pytest.raises(KeyboardInterrupt), kept:
        steps(kept, 4)
        raise KeyboardInterrupt
    assert kept.written and len(read_analysis(kept.path).detections) == 4
    with kept:
        steps(kept, 4)
    assert not kept.path.exists()


def test_where_it_may_not_be_written_the_run_goes_on(kept: DetectionAutosave, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unfinished, "INTERVAL_S", -1.0)
    kept.path = Path("/proc/nowhere/clip.marey")
    steps(kept, 4)
    assert not kept.written


def test_nothing_seen_is_nothing_kept(kept: DetectionAutosave) -> None:
    assert PartialDetections(skeleton=COCO17).detections(kept._info, "some") is None
    with pytest.raises(KeyboardInterrupt), kept:
        raise KeyboardInterrupt
    assert not kept.path.exists()
