"""Export as a whole: what formats there are, how files are named, nothing half-written."""

from __future__ import annotations

import os

import numpy as np
import pytest

from app.export import choose_exporters, list_exporters, write_all
from poses.errors import UserError
from tests.app.motions import make_motion, read_clip


@pytest.fixture(scope="module")
def walk(shared_data) -> np.ndarray:
    return read_clip(shared_data, "012_01")[:40]


def test_the_three_formats_are_found_by_their_ids():
    assert {"bvh", "csv", "npz"} <= set(list_exporters())
    for id, part in list_exporters().items():
        assert part.info.extension, f"{id} must say what its files end in"
        assert part.info.label
        assert callable(part.module.write)


def test_one_person_is_one_file_a_format(walk, tmp_path):
    paths, _ = write_all(make_motion(walk), ["bvh", "csv", "npz"], tmp_path / "out", "clip")
    assert [p.name for p in paths] == ["clip.bvh", "clip.csv", "clip.npz"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["clip.bvh", "clip.csv", "clip.npz"]


def test_two_people_are_numbered_where_the_format_holds_one(walk, tmp_path):
    paths, warnings = write_all(make_motion(walk, walk + np.array([1, 0, 0])), ["bvh", "csv"], tmp_path, "clip")
    assert [p.name for p in paths] == ["clip_p1.bvh", "clip_p2.bvh", "clip.csv"]
    assert any(w.startswith("clip_p2.bvh: ") for w in warnings), "a warning must say which file it is about"


def test_nobody_is_tables_without_people_and_no_character(tmp_path):
    motion = make_motion(time_s=np.arange(3) / 25)
    paths, warnings = write_all(motion, ["bvh", "csv", "npz"], tmp_path, "empty")
    assert [p.name for p in paths] == ["empty.csv", "empty.npz"]
    assert any("nobody was found, so there is no bvh file" in w for w in warnings)


def test_a_format_asked_for_twice_is_written_once(walk, tmp_path):
    paths, _ = write_all(make_motion(walk), ["csv", "csv"], tmp_path, "clip")
    assert [p.name for p in paths] == ["clip.csv"]


def test_an_unknown_format_is_refused_before_anything_is_written(walk, tmp_path):
    with pytest.raises(UserError, match="no export format is called 'fbx'; there are angles, bvh, c3d, csv"):
        write_all(make_motion(walk), ["csv", "fbx"], tmp_path / "out", "clip")
    assert not (tmp_path / "out").exists()


def test_formats_can_be_checked_before_a_long_run():
    with pytest.raises(UserError, match="no export format"):
        choose_exporters(["nothing"])


def test_a_format_may_have_variants(walk, tmp_path):
    assert [(w.plugin.id, w.variant) for w in choose_exporters(["bvh", "csv"])] == [("bvh", "maya"), ("csv", "")]
    for variant in list_exporters()["bvh"].info.variants:
        paths, _ = write_all(make_motion(walk), [f"bvh:{variant}"], tmp_path, variant)
        assert [path.name for path in paths] == [f"{variant}.bvh"]
    assert (tmp_path / "blender.bvh").read_text() != (tmp_path / "maya.bvh").read_text()


@pytest.mark.parametrize(
    ("formats", "said"),
    [
        (["bvh:poser"], "bvh has no variant 'poser'; there are maya, motionbuilder, blender"),
        (["csv:maya"], "csv has no variant 'maya'; it has none"),
        (["bvh:"], "bvh has no variant ''"),
        (["bvh", "bvh:blender"], "bvh can be written in one way at a time"),
    ],
)
def test_a_variant_that_is_not_there_is_refused(formats, said):
    with pytest.raises(UserError, match=said):
        choose_exporters(formats)


def test_when_one_file_fails_none_appears(walk, tmp_path):
    motion = make_motion(walk, np.full_like(walk, np.nan))
    with pytest.raises(UserError, match="person 2 is in no frame"):
        write_all(motion, ["csv", "bvh"], tmp_path, "clip")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_one_clear_line(walk, tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(UserError, match="a file is where the folder should be"):
        write_all(make_motion(walk), ["csv"], tmp_path / "out", "clip")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_rights_is_one_clear_line(walk, tmp_path):
    tmp_path.chmod(0o555)
    with pytest.raises(UserError, match="no right to write"):
        write_all(make_motion(walk), ["csv"], tmp_path, "clip")


def test_a_full_disk_leaves_nothing_behind(walk, tmp_path, monkeypatch):
    import errno

    from app.export import npz

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(npz.np, "savez_compressed", full)
    with pytest.raises(UserError, match="the disk is full"):
        write_all(make_motion(walk), ["csv", "npz"], tmp_path, "clip")
    assert list(tmp_path.iterdir()) == []


def test_writing_again_replaces_the_files(walk, tmp_path):
    write_all(make_motion(walk), ["csv"], tmp_path, "clip")
    first = (tmp_path / "clip.csv").read_text()
    write_all(make_motion(walk[:20]), ["csv"], tmp_path, "clip")
    assert len((tmp_path / "clip.csv").read_text()) < len(first)
