"""2D keypoints that another program found: OpenPose, COCO, AlphaPose, MMPose, DeepLabCut, SLEAP, or our NPZ and CSV.

The picture is not looked at. Frames are matched by their number, or by their time where the file has times (or its
frame rate is said). What does not fit, the counts above all, is reported in `warnings`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detectors._keypoint_files.recording import Recording
from poses.errors import UserError
from poses.plugins import PluginInfo
from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton

READABLE = (
    "an OpenPose folder, COCO, AlphaPose or MMPose JSON, DeepLabCut CSV or HDF5, a SLEAP project or analysis (CSV, "
    "HDF5), or a CSV or NPZ of marey run"
)
# Formats without a reader here, and the way out.
ELSEWHERE = {
    ".pickle": "it could run any program; save it as CSV (DeepLabCut: save_as_csv=True)",
    ".pkl": "it could run any program; save it as JSON or CSV",
}


class KeypointFile:
    """Keypoints of a file as a detector. `warnings` tells, after the run, what of file and video did not meet."""

    def __init__(self, recording: Recording, first: int | None = None, fps: float | None = None) -> None:
        self._recording = recording
        self._first = recording.first if first is None else first
        self._doubt = recording.doubt if first is None else ""
        self._numbers = np.array(sorted(recording.frames), dtype=np.int64)
        self._times = self._time_of_rows(fps)
        self._read: list[int] = []
        self._missed = 0

    @property
    def skeleton(self) -> Skeleton:
        return self._recording.skeleton

    def detect(self, frame: VideoFrame) -> Keypoints:
        """The people of that frame; nobody where the file has nothing for it."""
        number = self._number(frame)
        found = self._recording.frames.get(number) if number is not None else None
        self._read.append(frame.index)
        self._missed += found is None
        return found if found is not None else Keypoints.none(len(self.skeleton))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What did not fit between the file and the frames that were asked for so far, one line each."""
        if not self._read:
            return ()
        name, count = self._recording.source.name, len(self._read)
        span = f"frames {self._numbers[0]} to {self._numbers[-1]}" if len(self._numbers) else "no frames"
        if self._missed == count:
            other = f"another video{self._later()}?"
            return (f"none of the {count} frames of the video is in {name}, which has {span}: {other}",)
        said = []
        if self._doubt and self._times is None:
            said.append(
                f"{name} does not say which of its frames is the video's first: frame {self._first} was taken "
                f"({self._doubt}); if it is another, say first=N (--detector-option first=N)"
            )
        if self._missed and self._recording.dense:
            said.append(
                f"{name} has nothing for {self._missed} of the {count} frames of the video, it has {len(self._numbers)}"
            )
        after = int((self._numbers > max(self._read) + self._first).sum()) if self._times is None else 0
        if after and min(self._read) == 0:
            said.append(f"{name} goes on for {after} frames after the last frame that was read ({max(self._read)})")
        return tuple(said)

    def _later(self) -> str:
        """Words for a file that may begin in the middle of what it was made from."""
        lowest = int(self._numbers[0]) if len(self._numbers) else 0
        return f", or one that begins with its frame {lowest} (first={lowest})" if lowest > self._first else ""

    def close(self) -> None:
        """Nothing is held open."""

    def _time_of_rows(self, fps: float | None) -> np.ndarray | None:
        """(N) seconds of the file's frames, None where only their numbers are known."""
        if fps is not None:
            if fps <= 0:
                raise UserError(f"fps must be positive, got {fps}")
            return (self._numbers - self._first) / fps
        if self._recording.time_s is None:
            return None
        return np.array([self._recording.time_s[int(n)] for n in self._numbers])

    def _number(self, frame: VideoFrame) -> int | None:
        """The file's number of a frame of the video: by time, within half a step, or by counting."""
        if self._times is None or len(self._times) == 0:
            return frame.index + self._first
        nearest = int(np.argmin(np.abs(self._times - frame.time_s)))
        step = float(np.median(np.diff(self._times))) if len(self._times) > 1 else np.inf
        close = abs(self._times[nearest] - frame.time_s) <= step / 2 * (1 + 1e-6)
        return int(self._numbers[nearest]) if close else None


def read_keypoints(path: str | Path, skeleton: str | None = None) -> Recording:
    """Read a file or folder of any of the known kinds; UserError, in one line, where that cannot be done."""
    path = Path(path)
    if not path.exists():
        raise UserError(f"{path} must be {READABLE}; found nothing there: check the path")
    if path.is_dir():
        from detectors._keypoint_files.jsons import read_folder

        return read_folder(path, skeleton)
    kind = path.suffix.lower()
    if kind in ELSEWHERE:
        raise UserError(f"{path} cannot be read here: {ELSEWHERE[kind]}")
    if kind == ".json":
        from detectors._keypoint_files.jsons import read_one

        return read_one(path, skeleton)
    if kind == ".csv":
        from detectors._keypoint_files.tables import read_csv

        return read_csv(path, skeleton)
    if kind in (".h5", ".hdf5", ".slp"):
        from detectors._keypoint_files.hdf5 import read_h5

        return read_h5(path, skeleton)
    if kind == ".npz":
        from detectors._keypoint_files.arrays import read_npz

        return read_npz(path)
    raise UserError(f"{path} must be {READABLE}; its name says none of them")


def create(
    path: str | Path | None = None, skeleton: str | None = None, first: int | None = None, fps: float | None = None
) -> KeypointFile:
    """A detector that reads `path`.

    skeleton: of files that do not name their joints, where it is not the usual one of their number of points
    ("BODY25B", "HALPE26" ...). first: the file's number of the video's first frame. fps: of the video that the file was
    made from; frames are then matched by time, for instance with a video of variable rate.
    """
    if path is None:
        raise UserError(f"keypoint_files needs --detector-option path=PATH: {READABLE}")
    return KeypointFile(read_keypoints(path, skeleton), first, fps)


INFO = PluginInfo(
    "Keypoint files (OpenPose, COCO, DeepLabCut ...)",
    create=create,
    options={
        "path": "the file or folder with the keypoints",
        "skeleton": "its joints, where the file does not name them: BODY25B, HALPE26 ...",
        "first": "the file's number of the video's first frame",
        "fps": "rate of the video the file was made from; frames are then matched by time",
    },
)
