"""Detectors and lifters by their ids: what there is, defaults, how they are made."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.protocols import Detector, Lifter
from poses.errors import UserError
from poses.plugins import Plugin, check_packages
from poses.skeletons import H36M23

DEFAULT_DETECTOR = "blazepose"
# Multiply-adds a second on one core, windows in batches of 64: 15e9 (GraphSH) and 25e9 (ConvFormer, 27 frames) were
# measured on a core of a small virtual machine; half of the smaller leaves room for the detector beside it.
MACS_PER_CORE_S = 7.5e9
VIDEO_FPS = 25
EQUAL = 1.04


def list_plugins(kind: str) -> dict[str, Plugin]:
    """All "detectors", "lifters" or "exporters", by id."""
    if kind == "detectors":
        from detectors import list_detectors

        return list_detectors()
    if kind == "lifters":
        from lifting import list_lifters

        return list_lifters()
    from app.export import list_exporters

    return list_exporters()


def check_detector(name: str, options: Sequence[str] = ()) -> None:
    """UserError unless there is a detector of that id and it can run here.

    With options, which may bring what it lacks by default (a model file), only its packages are asked for.
    """
    from detectors import list_detectors

    plugins = list_detectors()
    if name not in plugins:
        raise UserError(f"no detector is called {name!r}; there are {', '.join(plugins)}")
    why = check_packages(plugins[name].info.packages) if options else plugins[name].unavailable_reason
    if why:
        raise UserError(f"detector {name} cannot run here: {why}")


def make_detector(name: str, device: str = "auto", persons: int = 1, options: Sequence[str] = ()) -> Detector:
    """A detector by its id; options are NAME=VALUE texts for its constructor, the rest goes to those that take it."""
    from detectors import create_detector, option_kinds, read_options

    values, known = read_options(name, options), option_kinds(name)
    for key, chosen in (("device", device), ("persons", persons)):
        if key in known:
            values.setdefault(key, chosen)
    detector: Detector = create_detector(name, **values)
    return detector


def make_lifter(name: str | None, device: str = "auto") -> Lifter:
    """A lifter by name; None: the default one (`default_lifter`). As everywhere in the program, what it lifts is
    averaged with what it lifts from the mirror image: twice the work, up to 3 mm nearer on real video."""
    from lifting import load_lifter

    return load_lifter(name or default_lifter(), device=device, flip=True)


def check_lifter(name: str | None) -> None:
    """UserError unless there is a lifter of that name (None: the default one) that can run here; loads nothing."""
    from lifting import list_lifters

    name, plugins = name or default_lifter(), list_lifters()
    if name not in plugins:
        raise UserError(f"no lifter is called {name!r}; there are {', '.join(plugins) or 'none yet'}")
    if plugins[name].unavailable_reason:
        raise UserError(f"lifter {name} cannot run here: {plugins[name].unavailable_reason}")


def default_lifter() -> str:
    """The most accurate one that keeps up with video on this machine; of equals one that sees movement, then one
    whose feet and head have a direction, and of these the lightest; the lightest of all where none keeps up.

    Accurate: the lowest error on people held out of the training, seen as a detector sees them, by the cards; equals
    are within 4 %, the 3 mm by which two trainings of one network may differ. Sees movement: of windows of several
    frames, which trembles less than of single ones (docs/results.md, "Movement"). Keeps up: its multiply-adds for 25
    frames a second and their mirror images, by the cards, are within what the cores do (a GPU does them all). Known
    without loading torch: the window asks before it is shown.
    """
    from lifting import list_cards, list_lifters

    able = [name for name, plugin in list_lifters().items() if plugin.available]
    if not able:
        raise UserError("no lifter has weights here; train one with 'marey train', see 'marey lifters'")
    cards = list_cards()
    cost = {name: getattr(cards.get(name), "macs_per_frame", 0) * VIDEO_FPS * 2 for name in able}
    limit = np.inf if _has_gpu() else MACS_PER_CORE_S * _cores()
    fast = [name for name in able if cost[name] <= limit] or [min(able, key=lambda name: cost[name])]
    error = {name: _error(cards[name].scores) if name in cards else np.inf for name in fast}
    equals = [name for name in fast if error[name] <= EQUAL * min(error.values())]

    def less_wanted(name: str) -> tuple[bool, bool, int]:
        card = cards.get(name)
        return getattr(card, "window", 1) == 1, getattr(card, "skeleton", "") != H36M23.name, cost[name]

    return min(equals, key=less_wanted)


def _cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _has_gpu() -> bool:
    """Whether there is a GPU that "auto" uses (`lifting.lifter.pick_device`: CUDA alone), as its driver shows."""
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None


def _error(scores: dict[str, Any]) -> float:
    """Mean of the MPJPE that a card names, those with noisy 2D first; infinite where it names none."""
    tables = [scores, *(table for table in scores.values() if isinstance(table, dict))]
    for name in ("noisy_mpjpe", "mpjpe", "exact_mpjpe"):
        found = [table[name] for table in tables if isinstance(table.get(name), (int, float))]
        if found:
            return float(np.mean(found))
    return np.inf
