"""Every lifter on the same detections: how fast, how large, how far from the one that is shown. Knows no Qt."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.edits import Edit, apply_edits
from app.gui.jobs import Report
from app.gui.text import tr
from app.pipeline.analysis import lift_steps
from app.pipeline.association import Track
from app.pipeline.detect import Detections
from app.pipeline.settings import Settings
from app.protocols import Lifter
from poses.arrays import FloatArray
from poses.motion import Motion
from poses.windows import cut_windows

TIMED_FRAMES = 64


@dataclass(frozen=True)
class ComparisonRow:
    """One lifter on the clip. problem: why it could not be used, "" where it could.

    per_frame_ms: the network alone, a window for every frame, on this machine. difference_mm: mean distance of the
    joints both have from those of the lifter shown, root at the origin; per_joint_mm by name. NaN where not known.
    device: what it ran on.
    """

    id: str
    label: str
    problem: str = ""
    window: int = 0
    parameters: int = 0
    macs_per_frame: int = 0
    per_frame_ms: float = float("nan")
    difference_mm: float = float("nan")
    per_joint_mm: tuple[tuple[str, float], ...] = ()
    motion: Motion | None = None
    device: str = ""


Entry = tuple[str, str, Callable[[], Lifter], Any]


def compare_lifters(
    detections: Detections, shown: Motion, lifters: Sequence[Entry], settings: Settings, edits: Sequence[Edit]
) -> Generator[Report, None, list[ComparisonRow]]:
    """Lift with each of (id, label, make, card or None); one that fails does not keep the others from being shown."""
    rows = []
    detections, tracks = apply_edits(detections, settings, edits)
    total = len(lifters) * len(detections)
    for number, (id, label, make, card) in enumerate(lifters):
        text = tr("Comparing: {0}").format(label)
        yield Report(text, number * len(detections), total)
        try:
            lifter = make()
            motion = yield from _lift(detections, lifter, settings, tracks, text, number, len(lifters))
            joints = differences(motion, shown)
            speed = yield from _timed(lifter, Report(text, (number + 1) * len(detections), total))
        except Exception as error:
            rows.append(ComparisonRow(id, label, str(error)))
            continue
        mean = float(np.mean([v for _, v in joints])) if joints else float("nan")
        parameters, macs = getattr(card, "parameters", 0), getattr(card, "macs_per_frame", 0)
        device = str(getattr(lifter, "device", ""))
        rows.append(ComparisonRow(id, label, "", lifter.window, parameters, macs, speed, mean, joints, motion, device))
    return rows


def _lift(
    detections: Detections, lifter: Lifter, settings: Settings, tracks: Sequence[Track] | None, text: str, number: int,
    count: int,
) -> Generator[Report, None, Motion]:  # fmt: skip
    """In steps, so that it can be cancelled at each; how far the whole comparison is."""
    motion, frames = None, len(detections)
    with closing(lift_steps(detections, lifter, settings, tracks)) as steps:
        for step in steps:
            motion = step.motion or motion
            part = step.done / max(step.total, 1)
            yield Report(text, round((number + part) * frames), count * frames)
    assert motion is not None, "lift_steps ends with a motion"
    return motion


def relative_to(rows: Sequence[ComparisonRow], shown: str) -> list[ComparisonRow]:
    """The rows with their differences from another of them; as they are where that one was not compared."""
    reference = next((row.motion for row in rows if row.id == shown and row.motion is not None), None)
    if reference is None:
        return list(rows)
    found = []
    for row in rows:
        joints = differences(row.motion, reference) if row.motion is not None else ()
        mean = float(np.mean([v for _, v in joints])) if joints else float("nan")
        found.append(replace(row, difference_mm=mean, per_joint_mm=joints))
    return found


def _timed(lifter: Lifter, report: Report) -> Generator[Report, None, float]:
    """Milliseconds for one frame in batches of 64 windows, best of three."""
    xy = np.random.default_rng(0).normal(size=(TIMED_FRAMES, len(lifter.skeleton), 2))
    windows = cut_windows(xy, lifter.window)
    best = np.inf
    for _ in range(3):
        yield report
        start = time.perf_counter()
        lifter.lift(windows)
        best = min(best, time.perf_counter() - start)
    return best * 1000 / TIMED_FRAMES


def differences(a: Motion, b: Motion) -> tuple[tuple[str, float], ...]:
    """(joint, mean distance mm) for the joints of the main person that both have, over frames that both lifted."""
    if not a.persons or not b.persons:
        return ()
    first, second = a.persons[0].camera, b.persons[0].camera
    names = [n for n in first.skeleton.joint_names if n in second.skeleton.joint_names]
    left = first.xyz[:, [first.skeleton.index(n) for n in names]]
    right = second.xyz[:, [second.skeleton.index(n) for n in names]]
    distance: FloatArray = np.linalg.norm(left - right, axis=-1) * 1000
    seen = np.isfinite(distance).all(axis=1)
    return tuple((n, float(distance[seen, i].mean())) for i, n in enumerate(names)) if seen.any() else ()
