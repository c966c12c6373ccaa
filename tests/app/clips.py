"""Small videos made on the spot: any size, rate, time stamps, codec, rotation."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def shade(number: int, size: tuple[int, int]) -> np.ndarray:
    """(H, W, 3) picture whose number can be read back: black and white blocks in a row, a red top left corner."""
    width, height = size
    image = np.zeros((height, width, 3), dtype=np.uint8)
    for bit in range(8):
        if number >> bit & 1:
            image[height // 2 :, bit * width // 8 : (bit + 1) * width // 8] = 255
    image[: height // 4, : width // 4, 0] = 255
    return image


def number_in(image: np.ndarray) -> int:
    """Inverse of `shade`, whatever the size."""
    height, width = image.shape[:2]
    row = image[height * 3 // 4]
    return sum((int(row[int((bit + 0.5) * width / 8)].mean()) > 127) << bit for bit in range(8))


def make_clip(
    path: Path,
    numbers: Iterable[int] = range(10),
    rate: Fraction | int = 25,
    size: tuple[int, int] = (128, 96),
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    ticks: Sequence[int] | None = None,
    aspect: Fraction | None = None,
    gop: int = 12,
    b_frames: int | None = None,
    noise: bool = False,
    ticks_of_rate: Sequence[int] | None = None,
) -> Path:
    """Write a video of `shade` pictures. ticks: time stamps in thousandths of a second, else even at `rate`.

    b_frames: how many in a row, else as the codec likes. noise: moving grain, so that frames have some weight.
    ticks_of_rate: time stamps in steps of the rate.
    """
    if codec == "mjpeg":
        pix_fmt = "yuvj420p"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height = size
        stream.pix_fmt = pix_fmt
        stream.codec_context.gop_size = gop
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if b_frames is not None:
            stream.codec_context.max_b_frames = b_frames
        rng = np.random.default_rng(0)
        if ticks is not None:
            stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        for place, number in enumerate(numbers):
            image = shade(number, size)
            if noise:
                grain = rng.integers(-40, 41, (*image.shape[:2], 1))
                image = np.clip(image.astype(int) + grain, 0, 255).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            if ticks_of_rate is not None:
                frame.pts, frame.time_base = ticks_of_rate[place], 1 / Fraction(rate)
            if ticks is not None:
                frame.pts, frame.time_base = ticks[place], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def turn(path: Path, degrees: int) -> Path:
    """Write a rotation into the track header of an MP4, as a phone does: its display matrix (ISO 14496-12, 8.3.2)."""
    data = bytearray(path.read_bytes())
    place = data.index(b"tkhd") + 4 + 40
    one = 1 << 16
    cos, sin = {0: (one, 0), 90: (0, one), 180: (-one, 0), 270: (0, -one)}[degrees]
    data[place : place + 36] = struct.pack(">9i", cos, sin, 0, -sin, cos, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    return path


def make_sound(path: Path, cover: bool = False) -> Path:
    """Three tenths of a second of silence; with a cover picture where asked."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        picture = container.add_stream("mjpeg", rate=1) if cover else None
        if picture is not None:
            picture.width = picture.height = 64
            picture.pix_fmt = "yuvj420p"
            picture.disposition = av.stream.Disposition.attached_pic
        for _ in range(13):
            sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono")
            sound.rate = 44100
            container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
        if picture is not None:
            frame = av.VideoFrame.from_ndarray(shade(1, (64, 64)), format="rgb24").reformat(format="yuvj420p")
            container.mux(picture.encode(frame))
            container.mux(picture.encode(None))
    return path
