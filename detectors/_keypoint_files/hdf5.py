"""HDF5 files: SLEAP's projects and analysis files, DeepLabCut's tables."""

from __future__ import annotations

from pathlib import Path

from detectors._keypoint_files import deeplabcut, sleap
from detectors._keypoint_files.recording import Recording, damaged
from poses.errors import UserError

# What HDF5 and h5py raise for damage inside a file is not documented; these were seen.
FAILURES = (OSError, RuntimeError, LookupError, ValueError, TypeError, AttributeError, MemoryError, ArithmeticError)


def read_h5(path: Path, skeleton: str | None) -> Recording:
    """An HDF5 file, told by what is in it."""
    try:
        import h5py
    except ImportError:
        raise UserError(f"reading {path} needs h5py: pip install h5py, or export it as CSV") from None
    try:
        with h5py.File(path, "r") as file:
            if isinstance(file.get(deeplabcut.GROUP), h5py.Group):
                return deeplabcut.read_h5_group(path, file[deeplabcut.GROUP], skeleton)
            if "metadata" in file and "instances" in file:
                return sleap.read_project(path, file, skeleton)
            return sleap.read_analysis(path, file, skeleton)
    except UserError:
        raise
    except (
        OSError,
        RuntimeError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        MemoryError,
        OverflowError,
    ) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise damaged(path, f"no HDF5 that can be read: {reason[:80]}") from None
