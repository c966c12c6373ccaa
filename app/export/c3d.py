"""C3D: marker positions for Visual3D, Vicon, Mokka, OpenSim and whatever else biomechanics uses."""

from __future__ import annotations

import io
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np

from app.export._rate import even_rows
from poses.arrays import FloatArray
from poses.files import write_bytes
from poses.motion import Motion
from poses.plugins import PluginInfo

INFO = PluginInfo("C3D markers (Visual3D, Vicon, Mokka)", packages=("c3d",), extension="c3d", per_person=True)

# Axes of a laboratory, x forwards, y to the left, z up: our z, x and y.
_LABORATORY = [2, 0, 1]


def write(motion: Motion, person: int | None, path: Path) -> list[str]:
    """Write person number `person` (from 0) to `path`, atomically; returns warnings.

    Millimetres as floats; right-handed, z up, x where a character faces in the rest pose (our +z). Missing markers are
    invalid points (residual -1), and so are all points of a frame that could not be decoded. Frames are counted from 1;
    where the rate varies they are resampled, as the format knows one rate.
    """
    if person is None:
        raise ValueError("a C3D file holds one person: say which")
    world = motion.persons[person].world
    even = even_rows(motion, world.xyz, world.present, "C3D", "there its points are invalid")
    joints = np.where(even.present[:, None, None] | ~motion.variable_rate, even.joints, np.nan)
    write_bytes(path, _file(joints[..., _LABORATORY] * 1000, world.skeleton.joint_names, motion.rate))
    return list(even.notes)


def _file(xyz_mm: FloatArray, names: tuple[str, ...], rate: Fraction) -> bytes:
    import c3d

    there = np.asarray(np.isfinite(xyz_mm).all(axis=-1))
    # x, y, z, residual (-1: invalid), number of cameras.
    points = np.zeros((*there.shape, 5), dtype=np.float32)
    points[..., :3] = np.where(there[..., None], xyz_mm, 0)
    points[..., 3] = np.where(there, 0, -1)
    no_analog = np.zeros((0, 1))
    # A scale of -1 says that points are floats.
    writer = c3d.Writer(point_rate=float(rate), analog_rate=0, point_scale=-1.0, point_units="mm")
    writer.set_point_labels(list(names))
    writer.set_screen_axis("+Y", "+Z")
    writer.set_start_frame(1)
    writer.add_frames([(frame, no_analog) for frame in points])
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No analog data")
        writer.write(buffer)
    return buffer.getvalue()
