"""Odd and broken videos through the command line, with the real detector: a result, or one clear line; never half."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app import cli, commands
from tests.app.clips import make_clip, make_sound, turn
from tests.app.stand_ins import FlatLifter


@pytest.fixture(autouse=True)
def flat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "make_lifter", lambda name, device: FlatLifter())


def run(path: Path, out: Path) -> int:
    return cli.main(["run", str(path), "--export", "bvh,csv,npz", "--out", str(out)])


def cut(source: Path, target: Path, size: int = 230_000) -> Path:
    target.write_bytes(source.read_bytes()[:size])
    return target


BROKEN: dict[str, Callable[[Path, Path], object]] = {
    "zero bytes": lambda path, videos: path.write_bytes(b""),
    "cut off, index at the end": lambda path, videos: cut(videos / "squats.mp4", path),
    "random bytes": lambda path, videos: path.write_bytes(np.random.default_rng(0).bytes(100_000)),
    "text": lambda path, videos: path.write_text("Lorem ipsum\n" * 1000),
    "only sound": lambda path, videos: make_sound(path),
    "sound with a cover": lambda path, videos: make_sound(path, cover=True),
    "a folder": lambda path, videos: path.mkdir(),
    "missing": lambda path, videos: None,
    "header only": lambda path, videos: cut(videos / "squats.mp4", path, 48),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_read_is_one_line_exit_2_and_no_file(
    case: str, shared_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "odd video.mp4", tmp_path / "o"
    BROKEN[case](path, shared_data / "videos")
    assert run(path, out) == 2
    captured = capfd.readouterr()
    assert captured.out == "" and len(captured.err.splitlines()) == 1 and "odd video.mp4" in captured.err
    assert list(out.iterdir()) == []


def of_people(videos: Path, count: int) -> Iterator[np.ndarray]:
    with av.open(str(videos / "squats.mp4")) as container:
        for _, frame in zip(range(count), container.decode(video=0), strict=False):
            yield frame.to_ndarray(format="rgb24")


def people_clip(path: Path, videos: Path, count: int, size: tuple[int, int], **options: object) -> Path:
    """The squats clip at another size and in another format."""
    codec, pix_fmt = options.get("codec", "libx264"), options.get("pix_fmt", "yuv420p")
    with av.open(str(path), "w") as container:
        stream = container.add_stream(str(codec), rate=Fraction(str(options.get("rate", 5))))
        (stream.width, stream.height), stream.pix_fmt = size, str(pix_fmt)
        for image in of_people(videos, count):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    return path


SMALL = (180, 320)
ODD: dict[str, tuple[str, int, Callable[[Path, Path], object]]] = {
    "one frame": ("a.mp4", 1, lambda p, v: people_clip(p, v, 1, SMALL)),
    "two frames": ("a.mp4", 2, lambda p, v: people_clip(p, v, 2, SMALL)),
    "very tall": ("a.mp4", 5, lambda p, v: people_clip(p, v, 5, (64, 1024))),
    "very wide": ("a.mp4", 5, lambda p, v: people_clip(p, v, 5, (2048, 64))),
    "tiny": ("a.mp4", 5, lambda p, v: people_clip(p, v, 5, (32, 32))),
    "odd size, RGB": ("a.mkv", 5, lambda p, v: people_clip(p, v, 5, (361, 641), codec="libx264rgb", pix_fmt="rgb24")),
    "1000 fps": ("a.mp4", 5, lambda p, v: people_clip(p, v, 5, SMALL, rate=1000)),
    "1 fps": ("a.mp4", 5, lambda p, v: people_clip(p, v, 5, SMALL, rate=1)),
    "10 bit": ("a.mp4", 5, lambda p, v: people_clip(p, v, 5, SMALL, codec="libx265", pix_fmt="yuv420p10le")),
    "MJPEG": ("a.avi", 5, lambda p, v: people_clip(p, v, 5, SMALL, codec="mjpeg", pix_fmt="yuvj420p")),
    "animated GIF": ("a.gif", 5, lambda p, v: people_clip(p, v, 5, SMALL, codec="gif", pix_fmt="rgb8")),
    "rotated": ("a.mp4", 5, lambda p, v: turn(people_clip(p, v, 5, SMALL), 270)),
    "letters and wrong ending": ("Übung 1 – слон.txt", 5, lambda p, v: copy_as(people_clip, p, v)),
    "nobody": ("a.mp4", 10, lambda p, v: make_clip(p, range(10), size=(640, 360))),
    "black": ("a.mp4", 10, lambda p, v: make_clip(p, [0] * 10, size=(640, 360))),
}


def copy_as(make: Callable[..., Path], path: Path, videos: Path) -> Path:
    return make(path.with_name("a.mp4"), videos, 5, SMALL).rename(path)


@pytest.mark.slow
@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_but_a_video_gives_a_row_for_every_frame(case: str, shared_data: Path, tmp_path: Path) -> None:
    name, frames, make = ODD[case]
    path, out = tmp_path / name, tmp_path / "o"
    make(path, shared_data / "videos")
    assert run(path, out) == 0
    data = np.load(out / f"{path.stem}.npz", allow_pickle=False)
    assert len(data["time_s"]) == frames == data["xyz_world_m"].shape[1]
    lines = (out / f"{path.stem}.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + frames * max(1, len(data["joint_names"]) * len(data["person"]))
    seen = np.isfinite(data["xyz_world_m"]).all(axis=(2, 3))
    if case in ("nobody", "black"):
        assert not seen.any()
    if case in ("1 fps", "10 bit", "MJPEG", "animated GIF", "odd size, RGB", "letters and wrong ending"):
        assert seen.any()
    assert not [p for p in out.iterdir() if p.name.startswith(".")]
