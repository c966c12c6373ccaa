"""Videos that were read wrongly once, and others of their kinds: other containers, codecs, rates, holes, joins."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app import cli, commands
from app.export import write_all
from app.pipeline.analysis import analyse
from app.pipeline.container import ReadWarnings
from app.pipeline.settings import Settings
from app.pipeline.thumbnails import ThumbnailReader
from app.pipeline.video import FrameReader, VideoInfo, probe, read_frames
from poses.bvh import read_bvh
from poses.errors import UserError
from poses.motion import Motion
from tests.app.clips import make_clip, number_in, shade
from tests.app.stand_ins import FlatLifter, StandInDetector

FORMATS = ["bvh", "c3d", "csv", "npz", "trc", "gltf"]


def read(path: Path | VideoInfo) -> tuple[np.ndarray, np.ndarray, ReadWarnings]:
    """Numbers and times of the decoded frames, and what was said."""
    warnings = ReadWarnings()
    rows = [(f.index, f.time_s) for f in read_frames(path, notes=warnings)]
    return np.array([r[0] for r in rows]), np.array([r[1] for r in rows]), warnings


def on_grid(numbers: np.ndarray, times: np.ndarray, rate: float, start: float = 0.0) -> bool:
    return bool((numbers == np.rint((times - start) * rate)).all())


def motion_of(path: Path | VideoInfo, settings: Settings | None = None) -> Motion:
    *_, last = analyse(path, StandInDetector(), FlatLifter(), settings)
    assert last.motion is not None
    return last.motion


def lengths(motion: Motion, folder: Path) -> dict[str, int]:
    """Frames of every written format, read back."""
    import ezc3d

    write_all(motion, FORMATS, folder, "out")
    c3d = ezc3d.c3d(str(folder / "out.c3d"))
    return {
        "bvh": len(read_bvh(folder / "out.bvh").values),
        "c3d": c3d["data"]["points"].shape[2],
        "trc": int((folder / "out.trc").read_text().splitlines()[2].split("\t")[2]),
        "npz": len(np.load(folder / "out.npz")["frame"]),
    }


def zeroed(path: Path, share: float, count: int) -> Path:
    data = bytearray(path.read_bytes())
    begin = int(len(data) * share)
    data[begin : begin + count] = bytes(count)
    path.write_bytes(data)
    return path


def test_parts_joined_byte_by_byte_go_on_at_the_rate_of_the_first(shared_cases: Path, tmp_path: Path) -> None:
    numbers, times, warnings = read(shared_cases / "joined.ts")
    assert numbers.tolist() == list(range(60))
    assert times[-1] - times[0] == pytest.approx(59 / 30) and np.diff(times).min() > 0.5 / 30
    assert ["jump 2 times" in t for t in warnings.texts] == [True]
    motion = motion_of(shared_cases / "joined.ts")
    assert (motion.rate, motion.variable_rate) == (30, False)
    assert lengths(motion, tmp_path) == {"bvh": 60, "c3d": 60, "trc": 60, "npz": 60}


@pytest.mark.parametrize(("name", "rows"), [("hole.mp4", 46), ("hole_b.mp4", 48)])
def test_a_hole_leaves_its_places_free(shared_cases: Path, tmp_path: Path, name: str, rows: int) -> None:
    numbers, times, warnings = read(shared_cases / name)
    assert len(numbers) == rows and on_grid(numbers, times, 30) and numbers[-1] == 59
    assert ["cannot be decoded" in t and f"{60 - rows} of 60" in t for t in warnings.texts] == [True]
    motion = motion_of(shared_cases / name)
    assert (motion.rate, motion.variable_rate, len(motion.lost_s)) == (30, False, 60 - rows)
    assert lengths(motion, tmp_path) == {"bvh": 60, "c3d": 60, "trc": 60, "npz": rows}


def test_the_hole_is_blended_in_bvh_and_invalid_in_c3d(shared_cases: Path, tmp_path: Path) -> None:
    import ezc3d

    motion = motion_of(shared_cases / "hole.mp4")
    _, said = write_all(motion, ["bvh", "c3d"], tmp_path, "out")
    assert sum("14 frames" in text and "could not be decoded" in text for text in said) == 2
    residual = ezc3d.c3d(str(tmp_path / "out.c3d"))["data"]["meta_points"]["residuals"][0]
    lost = np.flatnonzero((residual < 0).all(axis=0))
    assert lost.tolist() == sorted(set(range(60)) - set(motion.frame.tolist()))
    whole = read_bvh(tmp_path / "out.bvh").values
    assert np.isfinite(whole).all() and np.abs(np.diff(whole[:, 3:], axis=0)).max() < 30, "no jump at the hole"


def test_the_film_is_read_and_not_the_thumbnail(shared_cases: Path) -> None:
    info = probe(shared_cases / "thumb_first.mp4")
    assert (len(info), info.size) == (60, (320, 180))


def test_a_mirrored_picture_is_shown_mirrored(shared_cases: Path) -> None:
    plain, mirrored = (next(read_frames(shared_cases / f"{n}.mp4")).image for n in ("base", "mirror"))
    assert np.abs(plain[:, ::-1].astype(int) - mirrored).mean() < 2


def test_three_degrees_are_no_turn_and_are_said(shared_cases: Path) -> None:
    numbers, _, warnings = read(shared_cases / "rot3.mp4")
    assert len(numbers) == 60 and ["3.0 degrees" in t for t in warnings.texts] == [True]


def test_a_clip_trimmed_by_its_edit_list_says_nothing(shared_cases: Path) -> None:
    numbers, times, warnings = read(shared_cases / "editlist.mp4")
    assert len(numbers) == 27 and times[0] == 0 and not warnings.texts


def test_healthy_files_say_nothing(shared_data: Path) -> None:
    for path in sorted((shared_data / "videos").glob("*.mp4")):
        info = probe(path)
        assert not info.notes and info.axis.seekable, path.name
        assert info.variable_rate == ("vfr" in path.name)


@pytest.mark.parametrize(
    ("name", "codec", "b_frames", "rate"),
    [
        ("a.mp4", "libx264", 0, 25), ("a.mp4", "libx264", 3, 60), ("a.mkv", "libx264", 2, 30),
        ("a.ts", "libx264", 2, 50),
        ("a.mov", "libx265", 3, 24), ("a.avi", "mpeg4", 0, 25), ("a.avi", "mjpeg", 0, 30), ("a.webm", "libvpx", 0, 30),
        ("a.flv", "libx264", 1, 25), ("a.mpg", "mpeg2video", 2, 25), ("a.avi", "libx264", 2, 30),
    ],
)  # fmt: skip
def test_healthy_clips_of_many_kinds_say_nothing(
    tmp_path: Path, name: str, codec: str, b_frames: int, rate: int
) -> None:
    path = make_clip(tmp_path / name, range(40), rate=rate, codec=codec, b_frames=b_frames)
    numbers, times, warnings = read(path)
    assert numbers.tolist() == list(range(40)) and not warnings.texts
    assert np.ptp(np.diff(times)) < 0.0021 and probe(path).rate == rate
    assert [number_in(f.image) for f in read_frames(path)] == list(range(40))


@pytest.mark.parametrize(
    ("name", "codec", "b_frames"),
    [("a.mp4", "libx264", 3), ("a.mp4", "mpeg4", 0), ("a.mkv", "libx264", 0), ("a.mkv", "libx264", 2),
     ("a.ts", "libx264", 0), ("a.ts", "libx264", 2), ("a.mov", "libx265", 2), ("a.webm", "libvpx-vp9", 0),
     ("a.avi", "mjpeg", 0), ("a.avi", "libx264", 2)],
)  # fmt: skip
@pytest.mark.parametrize("share", [0.35, 0.5])
def test_holes_of_many_kinds_leave_everything_after_them_in_its_place(
    tmp_path: Path, name: str, codec: str, b_frames: int, share: float
) -> None:
    path = make_clip(tmp_path / name, range(60), rate=30, size=(160, 120), codec=codec, b_frames=b_frames, noise=True)
    start = float(probe(path).time_s[0])
    zeroed(path, share, path.stat().st_size // 8)
    numbers, times, warnings = read(path)
    assert 10 <= len(numbers) < 60 and (np.diff(numbers) > 0).all()
    assert on_grid(numbers, times, 30, start)
    assert any(f"{60 - len(numbers)} of 60 frames cannot be decoded" in t for t in warnings.texts)
    motion = motion_of(path)
    assert (motion.rate, motion.variable_rate) == (30, False)
    assert lengths(motion, tmp_path) == {"bvh": 60, "c3d": 60, "trc": 60, "npz": len(numbers)}


def test_parts_of_two_rates_joined_into_one_stream(tmp_path: Path) -> None:
    parts = [make_clip(tmp_path / f"{r}.ts", range(30), rate=r, b_frames=2) for r in (30, 60)]
    path = tmp_path / "both.ts"
    path.write_bytes(b"".join(p.read_bytes() for p in parts))
    numbers, times, warnings = read(path)
    assert numbers.tolist() == list(range(60)) and any("jump once" in t for t in warnings.texts)
    np.testing.assert_allclose(np.diff(times), [1 / 30] * 30 + [1 / 60] * 29, atol=1e-4)
    reader = FrameReader(path)
    assert [number_in(reader.frame(n).image) for n in (40, 5, 59, 0)] == [10, 5, 29, 0]
    reader.close()


def test_a_file_that_starts_between_key_frames_says_how_much_is_missing(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "a.ts", range(60), rate=30, gop=24, size=(320, 240), noise=True)
    data = whole.read_bytes()
    cut = tmp_path / "cut.ts"
    cut.write_bytes(data[: 188 * 3] + data[len(data) // 5 // 188 * 188 :])
    numbers, times, warnings = read(cut)
    assert 30 < len(numbers) < 60 and (np.diff(times) > 0).all()
    assert not warnings.texts or any("key frames" in t or "cannot be decoded" in t for t in warnings.texts)


def test_what_a_file_loses_while_it_is_read_is_said(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.mp4", range(200), rate=30, size=(320, 240), gop=5, noise=True)
    info, warnings = probe(path), ReadWarnings()
    frames = read_frames(info, notes=warnings)
    seen = [next(frames).index for _ in range(10)]
    with path.open("r+b") as file:
        file.truncate(0)
    seen += [f.index for f in frames]
    assert len(seen) < 200 and [f"ends early: {len(seen)} of 200" in t for t in warnings.texts] == [True]


def test_empty_chunks_keep_the_time_of_the_picture_before(tmp_path: Path) -> None:
    """An AVI in which the recorder left out pictures says so by chunks without bytes."""
    path = make_clip(tmp_path / "a.avi", range(20), rate=30, codec="mjpeg", ticks_of_rate=[*range(10), *range(20, 30)])
    numbers, times, warnings = read(path)
    assert len(numbers) == 20 and times[10] - times[9] == pytest.approx(11 / 30) and not warnings.texts
    assert len(read_bvh_of(motion_of(path), tmp_path)) == 30


def read_bvh_of(motion: Motion, folder: Path) -> np.ndarray:
    write_all(motion, ["bvh"], folder, "out")
    return read_bvh(folder / "out.bvh").values


@pytest.mark.skipif(sys.platform == "win32", reason="such names are not allowed there")
@pytest.mark.parametrize(
    "name", [b"2026-11-28T10:33:00.mp4", b"na\xff\xfem.mp4", b"100%03d.mp4", b"-x.mp4", b"a\nb.mp4"]
)
def test_odd_names_are_read_and_written(
    tmp_path: Path, name: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "make_detector", lambda *_: StandInDetector())
    monkeypatch.setattr(commands, "make_lifter", lambda name, device: FlatLifter())
    clip = make_clip(tmp_path / "plain.mp4", range(6), size=(320, 240)).rename(tmp_path / os.fsdecode(name))
    for more in ([], ["--json"]):
        call = ["run", "--export", "trc,npz,gltf", "--picture", "--out", str(tmp_path / "o"), *more, str(clip)]
        assert cli.main(call) == 0, capsys.readouterr().err
        capsys.readouterr().out.encode()  # what is printed can be written anywhere
    stem = Path(os.fsdecode(name)).stem
    assert sorted(p.suffix for p in (tmp_path / "o").iterdir()) == [".glb", ".npz", ".png", ".trc"]
    assert (tmp_path / "o" / f"{stem}.trc").read_bytes().decode()  # valid UTF-8
    assert len(np.load(tmp_path / "o" / f"{stem}.npz")["frame"]) == 6


@pytest.mark.parametrize("option", ["--start", "--end", "--slow-motion", "--fps", "--smoothing", "--max-gap"])
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_numbers_that_are_none_are_refused(
    tmp_path: Path, option: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "make_detector", lambda *_: StandInDetector())
    clip = make_clip(tmp_path / "a.mp4", range(3))
    assert cli.main(["run", str(clip), option, value, "--out", str(tmp_path)]) == 2
    assert "finite" in capsys.readouterr().err


def test_slow_motion_makes_times_speeds_and_rate_those_of_life(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.mp4", range(60), rate=30, size=(320, 240))
    plain, slow = motion_of(path), motion_of(path, Settings(slow_motion=8))
    np.testing.assert_allclose(slow.time_s, plain.time_s / 8)
    assert slow.rate == 240 and slow.persons[0].world.time_s[-1] == pytest.approx(59 / 240)
    write_all(slow, ["bvh", "npz"], tmp_path, "slow")
    assert read_bvh(tmp_path / "slow.bvh").frame_time == pytest.approx(1 / 240)
    with np.load(tmp_path / "slow.npz") as data:
        assert data["fps"] == 240 and data["slow_motion"] == 8
    # The arms of the stand-in swing once a second of the file, eight times a second of life: smoothing takes them out.
    hands = [m.persons[0].world.xyz[10:-10, 13] for m in (plain, slow)]
    swing = [np.ptp(hand, axis=0)[1:].sum() for hand in hands]
    assert swing[1] < 0.7 * swing[0]


def pictures(folder: Path, numbers: list[int], pattern: str = "frame_{:04d}.png") -> Path:
    import cv2

    folder.mkdir()
    for number in numbers:
        cv2.imwrite(str(folder / pattern.format(number)), shade(number, (320, 240))[..., ::-1])
    (folder / "notes.txt").write_text("not a picture")
    return folder


@pytest.mark.parametrize("pattern", ["frame_{:04d}.png", "{}.jpg", "shot 2 take {:02d}b.bmp"])
def test_a_folder_of_numbered_pictures_is_a_video(tmp_path: Path, pattern: str) -> None:
    folder = pictures(tmp_path / "p", [*range(7, 12), *range(14, 20)], pattern)
    info = probe(folder, fps=50)
    numbers, times, warnings = read(info)
    assert numbers.tolist() == [*range(5), *range(7, 13)] and on_grid(numbers, times, 50)
    assert [number_in(f.image) for f in read_frames(info)] == [*range(7, 12), *range(14, 20)]
    assert any("numbered 7" in t for t in warnings.texts) and any("2 of 13" in t for t in warnings.texts)
    assert len(read_bvh_of(motion_of(info), tmp_path)) == 13
    reader, thumbnails = FrameReader(info), ThumbnailReader(info, 48)
    assert number_in(reader.frame(8).image) == 15 and number_in(dict(thumbnails.frames([2], 60))[2]) == 9
    with pytest.raises(UserError, match="frame 5"):
        reader.frame(5)
    assert probe(folder).rate == 30 and "30 a second" in probe(folder).notes[0]


def test_other_folders_and_animated_webp_are_one_clear_line(tmp_path: Path) -> None:
    from PIL import Image

    with pytest.raises(UserError, match="without numbered pictures"):
        probe(tmp_path)
    wild = pictures(tmp_path / "wild", [1, 10**9])
    with pytest.raises(UserError, match="only 2 are there"):
        probe(wild)
    moving = [Image.fromarray(shade(n, (64, 48))) for n in range(4)]
    moving[0].save(tmp_path / "a.webp", save_all=True, append_images=moving[1:])
    with pytest.raises(UserError, match="animated WebP"):
        probe(tmp_path / "a.webp")


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="compares with ffmpeg, which is not installed")
@pytest.mark.parametrize("matrix", [(1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0),
                                    (-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0)])  # fmt: skip
def test_pictures_are_as_ffmpeg_shows_them(tmp_path: Path, matrix: tuple[int, int, int, int]) -> None:
    path = make_clip(tmp_path / "a.mp4", [0b10110], size=(128, 96))
    data = bytearray(path.read_bytes())
    place = data.index(b"tkhd") + 44
    a, b, c, d = (n << 16 for n in matrix)
    data[place : place + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    call = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(call, capture_output=True, check=True).stdout
    image = next(read_frames(path)).image
    assert np.abs(np.frombuffer(raw, np.uint8).reshape(image.shape).astype(int) - image).mean() < 4


def test_a_part_of_a_motion_takes_its_own_lost_frames_along() -> None:
    from app.gui.panels.export_dialog import part_of
    from tests.app.motions import make_motion

    still = np.repeat(np.arange(51.0).reshape(1, 17, 3), 20, axis=0)
    motion = replace(make_motion(still, rate=Fraction(50)), lost_s=np.array([0.05, 0.25]))
    assert part_of(motion, [0], np.arange(10, 16)).lost_s.tolist() == [0.25]
