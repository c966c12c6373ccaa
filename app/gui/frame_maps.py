"""Which 2D window a lifter saw for one frame of one person, as its maps need it. Knows no Qt."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from app.gui.frame_view import row_of
from app.pipeline.fill import segments
from app.pipeline.missing_joints import estimate_missing_joints
from app.pipeline.settings import Settings
from app.protocols import Lifter
from poses.arrays import FloatArray
from poses.camera import normalise
from poses.maps import LiftMap
from poses.motion import Motion
from poses.windows import window_reach, window_step, windows_at


@dataclass(frozen=True)
class FrameMaps:
    """One map of one frame, and what its axes mean. step: how many frames those of the window are apart.

    map: None where the lifter has none. names: of all the maps that it has.
    """

    frame: int
    map: LiftMap | None
    names: tuple[str, ...]
    joints: tuple[str, ...]
    window: int
    step: float = 1


def window_at(
    motion: Motion, person: int, frame: int, lifter: Lifter, settings: Settings
) -> tuple[FloatArray, float] | None:
    """(window, J, 2) normalised around a frame, the ends of the run without gaps repeated, and how many frames its own
    are apart; None where nobody is."""
    row = row_of(motion, frame)
    if row is None or person >= len(motion.persons):
        return None
    pose = motion.persons[person].pose_2d
    whole, _ = estimate_missing_joints(pose.xy, pose.skeleton)
    lifted = np.asarray(np.isfinite(whole).all(axis=(1, 2)))
    segment = next(((a, b) for a, b in segments(lifted) if a <= row < b), None)
    if segment is None:
        return None
    step = window_step(motion.time_s, lifter.window_hz)
    reach = window_reach(lifter.window, step)
    low, high = max(row - reach, segment[0]), min(row + reach, segment[1] - 1)
    focal = None if settings.focal is None else settings.focal * max(motion.image_size)
    rows, root = whole[low : high + 1], lifter.skeleton.root
    xy, _ = normalise(lifter.normalisation, rows, motion.image_size, root, focal, motion.roll_deg)
    return windows_at(xy, np.array([row - low]), lifter.window, step)[0], step


def compute_frame_maps(
    motion: Motion, person: int, frame: int, lifter: Lifter, settings: Settings, name: str = ""
) -> Generator[None, None, FrameMaps | None]:
    """The lifter's map `name` of one frame ("": the one to begin with), in steps; None where nobody is."""
    found = window_at(motion, person, frame, lifter, settings)
    if found is None:
        return None
    return (yield from compute_window_maps(*found, frame, lifter, name))


def compute_window_maps(
    window: FloatArray, step: float, frame: int, lifter: Lifter, name: str
) -> Generator[None, None, FrameMaps]:
    """The same of a window (window, J, 2), normalised; a name that the lifter has no map of is taken for ""."""
    names = lifter.map_names
    found = None
    if names:
        found = yield from lifter.map_steps(window, name if name in names else names[0])
    return FrameMaps(frame, found, names, lifter.skeleton.joint_names, lifter.window, step)
