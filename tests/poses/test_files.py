"""Files appear whole or not at all, and a refusal of the system is one clear line."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from poses.errors import UserError
from poses.files import check_folder, describe_write_error, write_aside, write_bytes, write_text


def test_a_file_is_written_with_its_contents(tmp_path):
    write_text(tmp_path / "a.txt", "größer\n")
    assert (tmp_path / "a.txt").read_bytes() == "größer\n".encode()
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_failure_half_way_leaves_nothing_behind(tmp_path):
    with pytest.raises(RuntimeError, match="half way"), write_aside(tmp_path / "a.bin") as aside:
        aside.write_bytes(b"half")
        raise RuntimeError("half way")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_half_way_keeps_the_file_that_was_there(tmp_path):
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    with pytest.raises(RuntimeError), write_aside(target) as aside:
        aside.write_bytes(b"half")
        raise RuntimeError
    assert target.read_bytes() == b"old"
    write_bytes(target, b"new")
    assert target.read_bytes() == b"new"


def test_the_file_is_not_there_before_it_is_whole(tmp_path):
    target = tmp_path / "a.bin"
    with write_aside(target) as aside:
        aside.write_bytes(b"all")
        assert not target.exists()
    assert target.exists()


def test_a_file_where_the_folder_should_be_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="a file is where the folder should be"):
        write_text(tmp_path / "file" / "a.txt", "x")
    with pytest.raises(UserError, match="a file is where the folder should be"):
        check_folder(tmp_path / "file")


def test_a_folder_of_that_name_is_one_clear_line(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(UserError, match="a folder of that name is there"):
        write_text(tmp_path / "a.txt", "x")
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_one_clear_line():
    with pytest.raises(OSError) as full, Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")
    assert "the disk is full" in str(describe_write_error(full.value, Path("out/a.bvh")))


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EACCES, "no right to write"), (errno.EROFS, "no right to write"), (errno.ENAMETOOLONG, "too long")],
)
def test_other_refusals_say_what_to_do(number, words):
    text = str(describe_write_error(OSError(number, "no"), Path("out/a.bvh")))
    assert words in text
    assert "choose" in text
    assert "\n" not in text


def test_a_folder_is_made_and_left_empty(tmp_path):
    check_folder(tmp_path / "deep" / "out")
    assert list((tmp_path / "deep" / "out").iterdir()) == []
