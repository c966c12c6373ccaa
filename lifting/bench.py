"""How fast lifters are on this machine: `marey bench`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from poses.windows import cut_windows

if TYPE_CHECKING:
    from lifting.lifter import TorchLifter

MATRIX = 2048
# At least so many frames are timed on each path, however slow it is.
LEAST_FRAMES = 8


@dataclass(frozen=True)
class Speed:
    """Frames a second of one lifter over a sequence, by three paths, and what the fast one makes of the machine.

    single: the network as published, window by window. batched: the same, as many windows a call as the fast path
    takes. fast: `TorchLifter.lift_sequence`. macs, fast_macs: multiply-adds for a frame, published and fast.
    matmul: GFLOP/s that a large float32 matrix product of torch reached in between.
    """

    name: str
    window: int
    parameters: int
    macs: int
    fast_macs: int
    single: float
    batched: float
    fast: float
    matmul: float

    @property
    def gflops(self) -> float:
        """Floating point operations a second that the fast path does, two for a multiply-add, in billions."""
        return 2e-9 * self.fast_macs * self.fast


def measure(lifter: TorchLifter, frames: int, seconds: float) -> Speed:
    """Speed of a lifter on a random sequence of `frames` frames, about `seconds` for each path.

    The paths take turns with the matrix product, and the best turn of each counts, so that other work on the machine
    hurts all alike. Where a path is too slow for the whole sequence it lifts as many frames as the time allows.
    """
    from lifting.cost import count_fast_macs, count_macs, count_parameters

    xy = np.random.default_rng(0).normal(size=(frames, len(lifter.skeleton), 2))
    runs: list[Callable[[int], object]] = [
        lambda count: [lifter.lift(row[None]) for row in cut_windows(xy[:count], lifter.window)],
        lambda count: lifter.lift(cut_windows(xy[:count], lifter.window)),
        lambda count: lifter.lift_sequence(xy[:count]),
    ]
    least = min(LEAST_FRAMES, frames)
    leasts = [least, least, least, 1]
    single, batched, fast, products = _rates([*runs, _products(str(lifter.device))], leasts, frames, seconds)
    fast_macs = count_fast_macs(lifter.fast.to("cpu"), lifter.window, len(lifter.skeleton))
    lifter.fast.to(lifter.device)
    return Speed(
        lifter.name,
        lifter.window,
        count_parameters(lifter.model),
        count_macs(lifter.model),
        fast_macs,
        single,
        batched,
        fast,
        2e-9 * MATRIX**3 * products,
    )


def _products(device: str) -> Callable[[int], object]:
    """Multiplies large matrices so many times."""
    import torch

    a = torch.randn(MATRIX, MATRIX, device=device)
    return lambda count: [float((a @ a)[0, 0]) for _ in range(count)]  # Reading a number waits for the device.


def _rates(
    runs: Sequence[Callable[[int], object]], leasts: Sequence[int], most: int, seconds: float, turns: int = 4
) -> list[float]:
    """How often a second each run does what it does, tried at least and at most so many times in a row."""
    counts = []
    for run, least in zip(runs, leasts, strict=True):
        run(least)
        counts.append(int(np.clip(least / _timed(run, least) * seconds / turns, least, most)))
    best = [0.0] * len(runs)
    for _ in range(turns):
        for i, (run, count) in enumerate(zip(runs, counts, strict=True)):
            best[i] = max(best[i], count / _timed(run, count))
    return best


def _timed(run: Callable[[int], object], count: int) -> float:
    start = time.perf_counter()
    run(count)
    return time.perf_counter() - start


def to_markdown(speeds: Sequence[Speed], threads: int) -> str:
    """A table of speeds, and under it what they were measured against."""
    heads = ["lifter", "window", "parameters", "MMAC/frame", "MMAC/frame, fast", "single", "batched", "fast"]
    heads += ["fast : single", "fast : batched", "GFLOP/s", "of matmul"]
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    for s in speeds:
        cells = [s.name, f"{s.window}", f"{s.parameters:,}", f"{s.macs / 1e6:,.1f}", f"{s.fast_macs / 1e6:,.1f}"]
        cells += [f"{rate:,.1f}" for rate in (s.single, s.batched, s.fast)]
        cells += [f"{s.fast / s.single:.1f}", f"{s.fast / s.batched:.1f}"]
        cells += [f"{s.gflops:.0f}", f"{100 * s.gflops / s.matmul:.0f} %"]
        lines.append("| " + " | ".join(cells) + " |")
    best = max((s.matmul for s in speeds), default=0.0)
    lines.append("")
    lines.append(
        "Frames a second. single, batched: the published network, one window or many a call; fast: a whole sequence. "
        f"of matmul: share of what a {MATRIX} x {MATRIX} float32 matrix product reached in between "
        f"(at best {best:.0f} GFLOP/s, {threads} threads)."
    )
    return "\n".join(lines)


def preset_lifters(names: Iterable[str], device: str) -> Iterable[TorchLifter]:
    """The networks of presets with random weights, which are as fast as trained ones."""
    from lifting.lifter import TorchLifter
    from lifting.models import make_model
    from lifting.preset import read_preset

    for name in names:
        preset = read_preset(name)
        yield TorchLifter(make_model(preset.architecture, preset.config), name, "person", device=device)


def main(arguments: Sequence[str]) -> int:
    """`marey bench [NAME...] [--presets]`."""
    import torch

    from lifting import list_lifters, load_lifter
    from lifting.lifter import pick_device
    from lifting.preset import list_presets

    parser = argparse.ArgumentParser(prog="marey bench", description="Speed of the lifters on this machine.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="lifters, or presets with --presets (default: all)")
    parser.add_argument("--presets", action="store_true", help="networks of the presets, with random weights")
    parser.add_argument("--frames", type=int, default=1000, help="length of the sequence (default: 1000)")
    parser.add_argument("--seconds", type=float, default=3.0, help="time for each path of each lifter (default: 3)")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    options = parser.parse_args(arguments)
    device = str(pick_device(options.device))
    lifters: Iterable[TorchLifter]
    if options.presets:
        lifters = preset_lifters(options.names or list_presets(), device)
    else:
        able = [name for name, part in list_lifters().items() if part.available]
        lifters = (load_lifter(name, device=device) for name in options.names or able)
    speeds = [measure(lifter, max(options.frames, 1), options.seconds) for lifter in lifters]
    print(to_markdown(speeds, torch.get_num_threads()))
    return 0
