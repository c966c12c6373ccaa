"""A folder of numbered pictures as a video: frame_0001.png, frame_0002.png ... are its frames."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from poses.errors import UserError
from poses.files import escaped

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".dpx", ".exr")
RATE = Fraction(30)
MOST_MISSING = 100  # numbers that may be missing for each picture that is there


@dataclass(frozen=True)
class Pictures:
    """paths: the picture of each place, None where its number is missing; first: the number of the first one."""

    paths: tuple[Path | None, ...]
    first: int
    notes: tuple[str, ...] = ()


def numbered(folder: Path) -> dict[int, Path]:
    """Pictures by the last number in their names, of the most frequent pattern of names; empty where there are none."""
    series: dict[tuple[str, str], dict[int, Path]] = {}
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        raise UserError(f"{escaped(folder)} cannot be read: {error.strerror or error}") from error
    for path in files:
        match = re.fullmatch(r"(.*?)(\d{1,18})(\D*)", path.name)
        if match and path.suffix.lower() in ENDINGS and path.is_file():
            series.setdefault((match[1], match[3].lower()), {}).setdefault(int(match[2]), path)
    return max(series.values(), key=len, default={})


def read_pictures(folder: str | Path) -> Pictures:
    """The pictures of a folder in the order of their numbers; UserError where there are none, or numbers run wild."""
    found = numbered(Path(folder))
    name = escaped(folder)
    if not found:
        raise UserError(f"{name} is a folder without numbered pictures; name a video file, or a folder of pictures")
    first, last = min(found), max(found)
    if last - first > MOST_MISSING * len(found):
        raise UserError(f"the pictures in {name} are numbered {first} to {last}, but only {len(found)} are there")
    return Pictures(tuple(found.get(n) for n in range(first, last + 1)), first)
