"""Mutated videos: whatever a file is like, reading it ends in frames with rising times or in one clear line.

    python -m tests.benchmarks.fuzz_video --minutes 10

Clips of many containers and codecs are cut, zeroed, overwritten, doubled and shuffled, then read as the program reads
them. Every exception that is not a UserError, every time that does not rise, every hang over 60 s and every crash of
the decoder is printed with the seed that makes it again (`--seed N --count 1`). Exit code 1 where there was any.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

import numpy as np

from app.pipeline.container import ReadWarnings
from app.pipeline.thumbnails import ThumbnailReader
from app.pipeline.video import FrameReader, probe, read_frames
from poses.errors import UserError

CLIPS = (
    ("a.mp4", "libx264", 0), ("b.mp4", "libx264", 2), ("c.mkv", "libx264", 2), ("d.ts", "libx264", 2),
    ("e.avi", "mpeg4", 1), ("f.avi", "mjpeg", 0), ("g.webm", "libvpx", 0), ("h.flv", "libx264", 0),
    ("i.mpg", "mpeg2video", 2), ("j.mov", "libx265", 2), ("k.gif", "gif", 0), ("l.h264", "libx264", 2),
    ("m.avi", "libx264", 2), ("n.wmv", "wmv2", 0),
)  # fmt: skip
BATCH, LONGEST_S = 25, 60


def make_clips(folder: Path) -> None:
    from tests.app.clips import make_clip

    for name, codec, b_frames in CLIPS:
        pix_fmt = {"gif": "rgb8", "mjpeg": "yuvj420p"}.get(codec, "yuv420p")
        make_clip(folder / name, range(30), size=(96, 64), codec=codec, pix_fmt=pix_fmt, b_frames=b_frames, noise=True)


def mutated(data: bytes, others: list[bytes], rng: np.random.Generator) -> bytes:
    """One to four changes of a file, as damage, careless joining and malice make them."""
    out = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        if not out:
            break
        a, b = sorted(rng.integers(0, len(out) + 1, 2).tolist())
        b = min(b, a + int(rng.choice([4, 64, 2000, 10**6])))
        match rng.integers(0, 9):
            case 0:
                out[a:b] = bytes(b - a)
            case 1:
                out[a:b] = rng.bytes(b - a)
            case 2:
                del out[a:b]
            case 3:
                out[a:a] = out[a:b]
            case 4:
                out = out[: max(a, 1)]
            case 5:
                out += others[rng.integers(len(others))]
            case 6:
                out += out[a:]
            case 7:  # numbers in headers
                place = int(rng.integers(0, min(len(out), 2000)))
                out[place : place + 4] = rng.choice([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"])
            case _:
                for place in rng.integers(0, len(out), 20).tolist():
                    out[place] ^= 1 << int(rng.integers(8))
    return bytes(out)


def read_all(path: Path, rng: np.random.Generator) -> str:
    """What came of it: "read" or "refused"; any other error comes out of here."""
    try:
        info = probe(path)
        last = (-1, -np.inf)
        count = 0
        for frame in read_frames(info, notes=ReadWarnings()):
            now = (frame.index, frame.time_s)
            assert now[0] > last[0] and now[1] > last[1], f"{last}, then {now}"
            last = now
            count += 1
        assert len(info) < 30_000 and np.isfinite(info.time_s).all() and info.rate > 0
        reader, thumbnails = FrameReader(info), ThumbnailReader(info, 24)
        for number in rng.integers(0, len(info), 4).tolist():
            try:
                reader.frame(number)
            except UserError:
                continue
        list(thumbnails.keyframes([0, len(info) - 1], 5.0))
        list(thumbnails.frames([len(info) // 2], 5.0))
        reader.close()
        thumbnails.close()
    except UserError as error:
        assert "\n" not in str(error)
        return "refused"
    return "read" if count else "empty"


def child(folder: Path, seed: int, count: int) -> None:
    """Mutate and read `count` files; a line for each on stdout, the seed first so that a crash names its file."""
    data = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    with tempfile.TemporaryDirectory() as aside:
        for one in range(seed, seed + count):
            rng = np.random.default_rng(one)
            name = sorted(data)[rng.integers(len(data))]
            path = Path(aside) / name
            path.write_bytes(mutated(data[name], list(data.values()), rng))
            print(one, name, flush=True)
            try:
                print("=", read_all(path, rng), flush=True)
            except Exception as error:
                print("=", "DEFECT", "".join(traceback.format_exception(error)), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=0, help="this many files instead of a time")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.seed, options.count or BATCH)
        return 0
    found: Counter[str] = Counter()
    end, seed = time.monotonic() + 60 * options.minutes, options.seed
    with tempfile.TemporaryDirectory() as folder:
        make_clips(Path(folder))
        while (seed < options.seed + options.count) if options.count else time.monotonic() < end:
            size = min(BATCH, options.count or BATCH)
            call = [sys.executable, "-m", "tests.benchmarks.fuzz_video", "--child", folder]
            call += ["--seed", str(seed), "--count", str(size)]
            try:
                done = subprocess.run(
                    call, capture_output=True, text=True, errors="replace", timeout=LONGEST_S + 4 * size
                )
                output, code = done.stdout, done.returncode
            except subprocess.TimeoutExpired as late:
                output, code = (late.stdout or b"").decode(errors="replace"), -1
            found.update(line.split()[1] for line in output.splitlines() if line.startswith("= "))
            if "DEFECT" in output:
                print(output[output.index("DEFECT") - 200 :])
            if code:
                found["CRASH"] += 1
                print("CRASH or hang, exit", code, "at", output.splitlines()[-1:])
            seed += size
    print(f"{sum(found.values())} files, {dict(found)}")
    return 1 if found["DEFECT"] or found["CRASH"] else 0


if __name__ == "__main__":
    sys.exit(main())
