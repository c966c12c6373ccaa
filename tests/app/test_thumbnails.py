"""Small pictures of a video: the right frames, whatever the file; a little at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.pipeline.thumbnails import REACH, ThumbnailReader
from app.pipeline.video import probe
from tests.app.clips import make_clip, number_in


def read_all(reader: ThumbnailReader, wanted: list[int], budget_s: float = 60.0) -> dict[int, np.ndarray | None]:
    found: dict[int, np.ndarray | None] = {}
    for _ in range(1000):
        found |= dict(reader.frames([n for n in wanted if n not in found], budget_s))
        if len(found) == len(set(wanted)):
            break
    return found


@pytest.fixture
def reader(tmp_path: Path) -> ThumbnailReader:
    return ThumbnailReader(probe(make_clip(tmp_path / "clip.mp4", range(60), size=(320, 240), gop=12)), 48)


def test_keyframes_are_those_at_or_before_and_need_no_other_frame(reader: ThumbnailReader) -> None:
    found = list(reader.keyframes([0, 5, 30, 59], 60))
    assert [wanted for wanted, *_ in found] == [0, 5, 30, 59]
    assert all(wanted - 12 < key <= wanted for wanted, key, _ in found)
    assert all(number_in(image) == key for _, key, image in found)
    assert found[0][2].shape == (48, 64, 3)
    reader.close()


def test_frames_are_the_wanted_ones_in_any_order_and_after_keyframes(reader: ThumbnailReader) -> None:
    for wanted in ([7, 3, 40], [58, 59], [0], [33, 34, 35]):
        list(reader.keyframes([20], 60))
        assert {n: number_in(image) for n, image in read_all(reader, wanted).items()} == {n: n for n in wanted}
    reader.close()


def test_with_hardly_any_time_it_goes_on_where_it_stopped(reader: ThumbnailReader) -> None:
    found = read_all(reader, [9, 20, 21, 59], budget_s=1e-4)
    assert {n: number_in(image) for n, image in found.items()} == {9: 9, 20: 20, 21: 21, 59: 59}
    reader.close()


def test_turned_videos_are_upright(shared_data: Path) -> None:
    lying = ThumbnailReader(probe(shared_data / "videos" / "balance_cam01_rotated.mp4"), 96)
    upright = ThumbnailReader(probe(shared_data / "videos" / "balance_cam01.mp4"), 96)
    a, b = (read_all(r, [10])[10] for r in (lying, upright))
    assert a is not None and b is not None and a.shape == b.shape == (96, 54, 3)
    assert np.abs(a.astype(int) - b).mean() < 8
    lying.close()
    upright.close()


def test_files_without_an_index_are_read_from_the_start(tmp_path: Path) -> None:
    reader = ThumbnailReader(probe(make_clip(tmp_path / "raw.h264", range(40), size=(320, 240))), 48)
    assert not reader.info.axis.seekable
    assert list(reader.keyframes([3], 60)) == []
    assert {n: number_in(image) for n, image in read_all(reader, [4, 30]).items()} == {4: 4, 30: 30}
    assert number_in(read_all(reader, [2])[2]) == 2
    reader.close()


def test_what_is_cut_off_is_said_to_be_lost(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", range(60), size=(320, 240))
    reader = ThumbnailReader(probe(path), 48)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    found = read_all(reader, [2, 59])
    assert found[59] is None and number_in(found[2]) == 2
    reader.close()


def test_far_frames_are_sought_not_decoded_to(tmp_path: Path) -> None:
    numbers = [n % 256 for n in range(REACH + 60)]
    reader = ThumbnailReader(probe(make_clip(tmp_path / "long.mp4", numbers, size=(64, 48), gop=20)), 24)
    last = len(numbers) - 1
    found = read_all(reader, [0, last])
    assert {n: number_in(image) for n, image in found.items()} == {0: 0, last: numbers[last]}
    reader.close()
