"""A detector and lifters that need no weights: a walking figure and a flat reading of it. Fast and always the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.gui.catalogue import Catalogue
from app.protocols import Detector
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.maps import LiftMap
from poses.plugins import Plugin, PluginInfo
from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton
from poses.skeletons import COCO17, H36M16, H36M17
from poses.windows import cut_windows

# Rest pose of the 17 COCO keypoints, in parts of the picture's height, from the middle of the hips.
REST = np.array(
    [[0, -0.42], [0.015, -0.44], [-0.015, -0.44], [0.03, -0.43], [-0.03, -0.43], [0.09, -0.32], [-0.09, -0.32],
     [0.12, -0.19], [-0.12, -0.19], [0.13, -0.07], [-0.13, -0.07], [0.06, 0], [-0.06, 0], [0.07, 0.19],
     [-0.07, 0.19], [0.07, 0.37], [-0.07, 0.37]]
)  # fmt: skip


def figure(index: int, size: tuple[int, int]) -> FloatArray:
    """(17, 2) px: somebody who waves and swings a leg, moving a little to the right."""
    width, height = size
    swing = np.sin(index / 5)
    points = REST.copy()
    points[9] += [0.04 * swing, -0.05 - 0.05 * swing]
    points[[13, 15], 0] += [0.03 * swing, 0.06 * swing]
    return np.asarray(points * height * 0.8 + [width * (0.45 + 0.0005 * index), height * 0.52])


class StandInDetector:
    """Sees the figure in every frame but those of `absent`; counts what it is asked."""

    def __init__(self, absent: range = range(0), wait_s: float = 0.0, fail_at: int = -1) -> None:
        self._absent, self._wait_s, self._fail_at = absent, wait_s, fail_at
        self.frames: list[int] = []
        self.closed = False

    @property
    def skeleton(self) -> Skeleton:
        return COCO17

    def detect(self, frame: VideoFrame) -> Keypoints:
        self.frames.append(frame.index)
        time.sleep(self._wait_s)
        if frame.index == self._fail_at:
            raise RuntimeError("the detector broke")
        if frame.index in self._absent:
            return Keypoints.none(17)
        xy = figure(frame.index, frame.size)
        box = np.concatenate([xy.min(axis=0), xy.max(axis=0)])
        return Keypoints(xy[None], np.full((1, 17), 0.9), box[None])

    def close(self) -> None:
        self.closed = True


class StandInLifter:
    """Takes the normalised 2D for metres and adds a little depth; its maps show which lifter made them."""

    def __init__(self, name: str, skeleton: Skeleton, depth: float = 0.1) -> None:
        self._name, self._skeleton, self._depth = name, skeleton, depth
        self.lifted = 0
        self.mapped: list[str] = []  # names of the maps that were begun

    @property
    def name(self) -> str:
        return self._name

    @property
    def skeleton(self) -> Skeleton:
        return self._skeleton

    @property
    def window(self) -> int:
        return 9

    @property
    def window_hz(self) -> float | None:
        return None

    @property
    def normalisation(self) -> str:
        return "person"

    def lift(self, windows: FloatArray) -> FloatArray:
        self.lifted += len(windows)
        xy = np.asarray(windows)[:, windows.shape[1] // 2] * 0.45
        z = self._depth * np.sin(np.arange(len(self._skeleton)))
        return np.concatenate([xy, np.broadcast_to(z[:, None], (*xy.shape[:2], 1))], axis=-1)

    def lift_sequence(
        self, xy: FloatArray, progress: Callable[[int], None] | None = None, step: float = 1
    ) -> FloatArray:
        out = self.lift(cut_windows(xy, self.window, step))
        if progress is not None:
            progress(len(xy))
        return out

    @property
    def map_names(self) -> tuple[str, ...]:
        return ("spatial attention", "temporal attention", "channel weights")

    def map_steps(self, window: FloatArray, name: str) -> Generator[None, None, LiftMap]:
        self.mapped.append(name)
        yield
        return self.maps(window)[name]

    def maps(self, window: FloatArray) -> dict[str, LiftMap]:
        joints, frames = len(self._skeleton), self.window
        spatial = np.random.default_rng(0).random((2, 4, joints, joints)) + np.eye(joints)
        temporal = np.abs(np.asarray(window)[:, None, 1, 0] - np.asarray(window)[None, :, 1, 0]) + np.eye(frames)
        return {
            "spatial attention": LiftMap(
                "spatial attention", spatial / spatial.sum(-1, keepdims=True),
                ("block", "head", "target_joint", "source_joint"), True,
            ),
            "temporal attention": LiftMap(
                "temporal attention", (temporal / temporal.sum(-1, keepdims=True))[None, None],
                ("block", "head", "target_frame", "source_frame"), True,
            ),
            "channel weights": LiftMap("channel weights", np.linspace(-1, 1, 16), ("channel",)),
        }  # fmt: skip


class StandInCatalogue(Catalogue):
    """Two lifters that run, one that cannot; one detector that runs, one that cannot."""

    def __init__(self, **detector_options: object) -> None:
        super().__init__()
        self.made: list[StandInDetector] = []
        self.loaded: list[tuple[str, str]] = []
        self.asked: tuple[str, ...] = ()
        self.measured = 0
        self.options = detector_options

    @property
    def default_detector(self) -> str:
        return "stand_ins"

    def default_lifter(self) -> str:
        return "flat"

    def detectors(self) -> Mapping[str, Plugin]:
        info = _part("stand_ins", "Figure").info
        sized = replace(info, choices={"size": ("auto", "lite", "full", "heavy")}, measure=self.measure)
        return {
            "stand_ins": replace(_part("stand_ins", "Figure"), info=sized),
            "absent": _part("absent", "Absent", "needs the package absent"),
        }

    def lifters(self) -> Mapping[str, Plugin]:
        return {
            "flat": _part("flat", "Flat"),
            "deep": _part("deep", "Deep"),
            "broken": _part("broken", "Broken"),
            "lost": _part("lost", "Lost", "its weights are missing: get them again"),
        }

    def measure(self) -> dict[str, float]:
        self.measured += 1
        return {"auto": 60.2, "lite": 121.7, "full": 60.2}

    def card(self, id: str) -> None:
        return None

    def detector_options(self, id: str) -> dict[str, str]:
        return {"path": "str | Path | None", "first": "int | None", "size": "str"}

    def make_detector(self, id: str, persons: int = 1, options: Sequence[str] = ()) -> Detector:
        self.asked = tuple(options)
        self.made.append(StandInDetector(**self.options))  # type: ignore[arg-type]
        return self.made[-1]

    def devices(self) -> tuple[str, ...]:
        return ("auto", "cpu", "cuda")

    def load_lifter(self, id: str, device: str) -> StandInLifter:
        self.loaded.append((id, device))
        if id == "broken":
            raise UserError("the weights of broken do not match their card: get them again")
        return StandInLifter(id, H36M17, 0.1) if id == "flat" else StandInLifter(id, H36M16, 0.25)


class SlowLifting(StandInCatalogue):
    """Lifters (those called `only`, "" for all) that take `lift_s` for every part of 32 frames."""

    def __init__(self, only: str = "", lift_s: float = 0.3, **detector_options: object) -> None:
        super().__init__(**detector_options)
        self.only, self.lift_s = only, lift_s

    def load_lifter(self, id: str, device: str) -> StandInLifter:
        lifter = super().load_lifter(id, device)
        lift = lifter.lift

        def slowly(windows: FloatArray) -> FloatArray:
            if id == (self.only or id) and len(windows) > 1:
                time.sleep(self.lift_s * len(windows) / 32)
            return lift(windows)

        lifter.lift = slowly  # type: ignore[method-assign]
        return lifter


def _part(id: str, label: str, why: str = "") -> Plugin:
    import poses.plugins

    return Plugin(id, PluginInfo(label, options={"path": "the file or folder with the keypoints"}), poses.plugins, why)
