"""Reading video: every frame, its own time, upright, whatever the file is like."""

from __future__ import annotations

import csv
import threading
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.pipeline.container import ReadWarnings
from app.pipeline.read_ahead import read_ahead
from app.pipeline.video import FrameReader, probe, read_frames
from poses.errors import UserError
from tests.app.clips import make_clip, make_sound, number_in, turn


def numbers_of(path: Path, **options: float) -> list[int]:
    return [number_in(frame.image) for frame in read_frames(path, **options)]


def test_every_frame_comes_once_in_order_with_its_time(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.mp4", range(40), rate=Fraction(30000, 1001))
    frames = list(read_frames(path))
    assert [number_in(f.image) for f in frames] == list(range(40))
    assert [f.index for f in frames] == list(range(40))
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(40) * 1001 / 30000, atol=1e-6)


def test_probe_tells_rate_size_and_number_of_frames(tmp_path: Path) -> None:
    info = probe(make_clip(tmp_path / "a.mp4", range(40), rate=Fraction(30000, 1001)))
    assert (info.rate, info.variable_rate, info.size, len(info)) == (Fraction(30000, 1001), False, (128, 96), 40)
    assert info.duration_s == pytest.approx(40 * 1001 / 30000)


def test_a_variable_rate_is_told_and_its_times_kept(tmp_path: Path) -> None:
    ticks = [0, 40, 80, 240, 280, 500, 540, 580, 620, 660]
    info = probe(path := make_clip(tmp_path / "a.mkv", ticks=ticks))
    assert info.variable_rate and info.rate == 25
    np.testing.assert_allclose([f.time_s for f in read_frames(path)], np.array(ticks) / 1000, atol=1e-9)


def test_times_rounded_to_milliseconds_are_still_a_constant_rate(tmp_path: Path) -> None:
    ticks = [round(n * 1000 / 30) for n in range(90)]
    info = probe(make_clip(tmp_path / "a.mkv", range(90), rate=30, ticks=ticks))
    assert (info.rate, info.variable_rate) == (30, False)


def test_times_that_do_not_start_at_zero_stay_as_they_are(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.ts", range(5), codec="mpeg2video")
    times = [f.time_s for f in read_frames(path)]
    assert times[0] > 0 and np.allclose(np.diff(times), 0.04)
    assert np.allclose(times, probe(path).time_s)


@pytest.mark.parametrize("rate", [1, 1000])
def test_extreme_rates(tmp_path: Path, rate: int) -> None:
    path = make_clip(tmp_path / "a.mp4", range(6), rate=rate)
    assert probe(path).rate == rate
    assert numbers_of(path) == list(range(6))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_rotated_file_gives_upright_pictures(tmp_path: Path, degrees: int) -> None:
    path = turn(make_clip(tmp_path / "a.mp4", range(2)), degrees)
    info, image = probe(path), next(read_frames(path)).image
    assert info.size == ((96, 128) if degrees % 180 else (128, 96)) == image.shape[1::-1]
    height, width = image.shape[:2]
    corners = {0: (0, 0), 90: (0, width - 1), 180: (height - 1, width - 1), 270: (height - 1, 0)}
    red = image[..., 0].astype(int) - image[..., 1]
    for turned, corner in corners.items():
        assert (red[corner] > 150) == (turned == degrees)


def test_the_rotated_clip_shows_the_picture_of_the_upright_one(shared_data: Path) -> None:
    upright, turned = (
        next(read_frames(shared_data / "videos" / f"balance_cam01{name}.mp4")).image for name in ("", "_rotated")
    )
    assert upright.shape == turned.shape
    assert np.abs(upright.astype(int) - turned).mean() < 4


def test_variable_rate_clip_has_the_times_of_its_table(shared_data: Path) -> None:
    with (shared_data / "videos" / "golf_swing_vfr_pts.csv").open() as file:
        wanted = [float(row["pts_seconds"]) for row in csv.DictReader(file)]
    path = shared_data / "videos" / "golf_swing_vfr.mp4"
    np.testing.assert_allclose([f.time_s for f in read_frames(path)], wanted, atol=1e-6)
    assert probe(path).variable_rate and probe(path).rate == 30


def test_non_square_pixels_become_square(tmp_path: Path) -> None:
    wide = make_clip(tmp_path / "wide.mp4", range(2), aspect=Fraction(2, 1))
    assert probe(wide).size == (256, 96) and next(read_frames(wide)).size == (256, 96)
    tall = make_clip(tmp_path / "tall.mp4", range(2), aspect=Fraction(1, 2))
    assert next(read_frames(tall)).size == (128, 192)


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt", "size"),
    [
        ("a.avi", "mjpeg", "yuvj420p", (128, 96)),
        ("a.gif", "gif", "rgb8", (128, 96)),
        ("a.mkv", "libx264rgb", "rgb24", (141, 97)),
        ("a.mkv", "libx265", "yuv420p10le", (128, 96)),
        ("a.webm", "libvpx-vp9", "yuv420p", (128, 96)),
        ("a.mp4", "libx264", "yuv420p", (32, 32)),
        ("a.mp4", "libx264", "yuv420p", (64, 1024)),
        ("a.mp4", "libx264", "yuv420p", (2048, 64)),
    ],
)
def test_formats_and_sizes(tmp_path: Path, name: str, codec: str, pix_fmt: str, size: tuple[int, int]) -> None:
    path = make_clip(tmp_path / name, range(5), size=size, codec=codec, pix_fmt=pix_fmt)
    assert numbers_of(path) == list(range(5))
    assert probe(path).size == size


@pytest.mark.parametrize("count", [1, 2])
def test_one_and_two_frames(tmp_path: Path, count: int) -> None:
    path = make_clip(tmp_path / "a.mp4", range(count))
    assert numbers_of(path) == list(range(count)) and len(probe(path)) == count


def test_file_names_with_spaces_letters_and_wrong_extensions(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.mp4", range(3)).rename(tmp_path / "Übung 1 – слон.txt")
    assert numbers_of(path) == [0, 1, 2]


def test_a_range_has_both_its_ends_and_keeps_the_numbers_of_the_file(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.mp4", range(50))
    frames = list(read_frames(path, 0.4, 1.2))
    assert [f.index for f in frames] == list(range(10, 31))
    assert [number_in(f.image) for f in frames] == list(range(10, 31))


def test_a_range_without_a_frame_is_empty(tmp_path: Path) -> None:
    assert numbers_of(make_clip(tmp_path / "a.mp4"), start_s=0.41, end_s=5) == []


def test_a_file_cut_off_gives_the_frames_that_are_there(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "a.mkv", range(60), size=(320, 240))
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert 5 < len(numbers_of(cut)) < 60
    assert numbers_of(cut) == list(range(len(numbers_of(cut))))


def test_a_file_that_says_it_holds_more_is_noted(shared_data: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    faststart(shared_data / "videos" / "squats.mp4", cut)
    cut.write_bytes(cut.read_bytes()[:230_000])
    notes = ReadWarnings()
    frames = list(read_frames(cut, notes=notes))
    assert 10 < len(frames) < 65
    assert any("ends early" in text for text in notes.texts)


def faststart(source: Path, target: Path) -> None:
    import av

    with av.open(str(source)) as old, av.open(str(target), "w", options={"movflags": "+faststart"}) as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(old.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)


def test_a_change_of_size_is_scaled_to_the_first_size_and_noted(tmp_path: Path) -> None:
    parts = [make_clip(tmp_path / f"{w}.h264", range(5), size=(w, 96)) for w in (128, 192)]
    path = tmp_path / "both.h264"
    path.write_bytes(b"".join(p.read_bytes() for p in parts))
    notes = ReadWarnings()
    frames = list(read_frames(path, notes=notes))
    assert [number_in(f.image) for f in frames] == [0, 1, 2, 3, 4] * 2
    assert {f.size for f in frames} == {(128, 96)}
    assert any("changes size" in text for text in notes.texts)
    assert (np.diff([f.time_s for f in frames]) > 0).all()
    reader = FrameReader(path)
    assert [number_in(reader.frame(n).image) for n in (7, 0, 9)] == [2, 0, 4] and len(reader) == 10
    reader.close()


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("zero.mp4", lambda p: p.write_bytes(b""), "empty"),
        ("text.mp4", lambda p: p.write_text("not a video\n" * 100), "not a video"),
        ("random.mp4", lambda p: p.write_bytes(np.random.default_rng(0).bytes(50_000)), "not a video"),
        ("folder.mp4", lambda p: p.mkdir(), "folder"),
        ("sound.m4a", make_sound, "only sound"),
        ("cover.mp4", lambda p: make_sound(p, cover=True), "cover picture"),
        ("missing.mp4", lambda p: None, "does not exist"),
    ],
)
def test_what_is_no_video_is_one_clear_line(tmp_path: Path, name: str, make: object, says: str) -> None:
    path = tmp_path / name
    make(path)  # type: ignore[operator]
    with pytest.raises(UserError, match=says) as caught:
        probe(path)
    assert "\n" not in str(caught.value) and name in str(caught.value)


def test_a_file_cut_off_before_its_index_is_one_clear_line(shared_data: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes((shared_data / "videos" / "squats.mp4").read_bytes()[:230_000])
    with pytest.raises(UserError, match="cut off"):
        probe(cut)


@pytest.mark.parametrize("variable", [False, True])
def test_any_frame_by_its_number_in_any_order(tmp_path: Path, variable: bool) -> None:
    order = np.random.default_rng(1)
    ticks = np.cumsum(order.integers(20, 200, 150)).tolist() if variable else None
    path = make_clip(tmp_path / "a.mkv", range(150), ticks=ticks, gop=30)
    reader = FrameReader(path)
    try:
        for number in [*order.permutation(150)[:60], 149, 148, 147, 0, 1]:
            frame = reader.frame(int(number))
            assert (number_in(frame.image), frame.index) == (number, number)
            assert frame.time_s == pytest.approx(reader.info.time_s[number])
    finally:
        reader.close()


def test_number_at_is_the_frame_shown_then(tmp_path: Path) -> None:
    info = probe(make_clip(tmp_path / "a.mkv", ticks=[0, 40, 80, 240, 280, 500, 540, 580, 620, 660]))
    assert [info.number_at(t) for t in (-1, 0, 0.039, 0.04, 0.2, 0.24, 99)] == [0, 0, 0, 1, 2, 3, 9]


def test_read_ahead_gives_the_same_frames_and_its_thread_ends_when_closed(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.mp4", range(30))
    assert [number_in(f.image) for f in read_ahead(read_frames(path))] == list(range(30))
    frames = read_ahead(read_frames(path))
    next(frames)
    frames.close()
    time.sleep(0.1)
    assert not [t for t in threading.enumerate() if t.name == "decode"]


def test_read_ahead_hands_errors_on(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="does not exist"):
        list(read_ahead(read_frames(tmp_path / "missing.mp4")))
