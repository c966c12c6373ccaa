"""`marey bench`: speed of every lifter and every detector on this machine."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from app.catalogue import list_plugins, make_detector
from app.pipeline.video import read_frames
from app.protocols import Detector
from poses.errors import UserError
from poses.sequences import VideoFrame

SAMPLES = Path(__file__).resolve().parent.parent / "assets" / "samples"
# The first frames load networks and search the whole picture; they are not what a long video costs.
WARM_UP = 3


def bench(arguments: Sequence[str]) -> int:
    """Lifters (`lifting.bench` says how), then detectors on a video; `--video` names it, else the sample is taken."""
    parser = argparse.ArgumentParser(prog="marey bench", add_help=False)
    parser.add_argument("--video", type=Path, default=None)
    options, rest = parser.parse_known_args(arguments)
    from lifting.bench import main as bench_lifters

    if options.video is not None and not options.video.exists():
        raise UserError(f"{options.video} does not exist")
    if {"-h", "--help"} & set(rest):
        print("marey bench [--video VIDEO] [options of the lifters, below]: the video is for the detectors\n")
    code = bench_lifters(rest)
    if not code:
        print("\n" + detector_table(options.video or sample_video()))
    return code


def sample_video() -> Path | None:
    """A video that came with the program, None where there is none."""
    return next(iter(sorted(SAMPLES.glob("*.mp4"))), None)


def detector_table(video: Path | None, seconds: float = 5.0) -> str:
    """Frames per second of every detector that runs here, as Markdown."""
    if video is None:
        return "Detectors are measured on a video: name one with --video."
    lines = [f"Detectors on {video.name}:", "", "| detector | picture | frames/s | frames |", "|---|---|---|---|"]
    for name, plugin in list_plugins("detectors").items():
        if plugin.unavailable_reason:
            lines.append(f"| {name} | does not run here: {plugin.unavailable_reason} | | |")
            continue
        try:
            with closing(make_detector(name)) as detector:
                count, rate, size = frames_per_second(detector, read_frames(video), seconds)
        except UserError as error:
            lines.append(f"| {name} | not measured: {error} | | |")
            continue
        lines.append(f"| {name} | {size[0]} x {size[1]} | {rate:.1f} | {count} |")
    return "\n".join(lines)


def frames_per_second(
    detector: Detector, frames: Iterator[VideoFrame], seconds: float
) -> tuple[int, float, tuple[int, int]]:
    """(frames measured, frames per second, size) of detection alone, without decoding; stops after `seconds`."""
    count, spent, size = 0, 0.0, (0, 0)
    for number, frame in enumerate(frames):
        began = time.perf_counter()
        detector.detect(frame)
        size = frame.size
        if number >= WARM_UP:
            count, spent = count + 1, spent + time.perf_counter() - began
        if spent > seconds:
            break
    if not count:
        raise UserError(f"a video of more than {WARM_UP} frames is needed")
    return count, count / spent, size
