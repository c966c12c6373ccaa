"""Lifting beside the detection gives what lifting after it gives, sooner, and ends when it is told to."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.pipeline.analysis import Detections, Settings, Step, analyse, detect_video, lift_detections
from app.pipeline.lift import CHUNK, LiftCache, chunks_of, normalised_segments
from app.pipeline.speculative import SpeculativeLifter
from app.protocols import ChunkLifter, Lifter
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.motion import Motion
from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton
from poses.skeletons import H36M17
from poses.windows import cut_windows
from tests.app.clips import make_clip
from tests.app.stand_ins import FlatLifter, StandInDetector

FRAMES = 150


class PartFlatLifter(FlatLifter):
    """Lifts parts; each pose depends on its whole window. `parts` (start, stop) of sequences, and their `threads`."""

    block = 4

    def __init__(self, window: int = 5, wait_s: float = 0.0, window_hz: float | None = None) -> None:
        super().__init__(window, wait_s)
        self.window_hz = window_hz
        self.parts: list[tuple[int, int]] = []
        self.threads: list[str] = []

    def lift_chunk(
        self, xy: FloatArray, start: int, stop: int, progress: Callable[[int], None] | None = None, step: float = 1
    ) -> FloatArray:
        self.parts.append((start, stop))
        self.threads.append(threading.current_thread().name)
        for done in range(1, stop - start + 1):
            time.sleep(self._wait_s)
            if progress:
                progress(done)
        return self.lift(cut_windows(xy, self.window, step)[start:stop])

    def lift(self, windows: FloatArray) -> FloatArray:
        depth = windows[..., 1].mean(axis=1)[..., None]
        return np.concatenate([windows.mean(axis=1) * 0.5, depth], axis=-1)

    @property
    def early(self) -> int:
        """Frames lifted while the detection was running."""
        return sum(b - a for (a, b), name in zip(self.parts, self.threads, strict=True) if name == "lift early")

    @property
    def frames(self) -> int:
        return sum(b - a for a, b in self.parts)


def wait_for(holds: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it came to hold; long enough for a machine that is busy."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.005)
    return holds()


class Troubled(StandInDetector):
    """Comes late, is hidden for a moment and for long, has sides exchanged, and later somebody stands beside.

    The last frame comes when `ready`, so that what runs beside has had its time.
    """

    def __init__(self, ready: Callable[[], bool]) -> None:
        super().__init__(lambda index: index >= 7 and not (40 <= index < 44 or 60 <= index < 80))
        self._ready = ready

    def detect(self, frame: VideoFrame) -> Keypoints:
        if frame.index == FRAMES - 1:
            assert wait_for(self._ready)
        found = super().detect(frame)
        xy, score, boxes = found.xy.copy(), found.score, found.boxes
        if 100 <= frame.index < 110:
            xy = xy[:, list(H36M17.mirror)]
        if frame.index >= 120 and len(found):
            beside = np.array([40.0, 5.0])
            xy = np.concatenate([xy, xy * 0.9 + beside])
            score, boxes = np.concatenate([score, 0.8 * score]), np.concatenate([boxes, boxes + np.tile(beside, 2)])
        return Keypoints(xy, score, boxes)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", range(FRAMES), rate=30, size=(320, 240))


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    assert wait_for(lambda: not {t.name for t in threading.enumerate()} & {"decode", "lift", "lift early"}, 5)


def side_by_side(
    clip: Path, detector: StandInDetector, lifter: Lifter, settings: Settings
) -> tuple[Detections, Motion]:
    last = list(analyse(clip, detector, lifter, settings))[-1]
    assert last.motion is not None and last.detections is not None
    return last.detections, last.motion


def assert_same(one: Motion, other: Motion) -> None:
    assert len(one.persons) == len(other.persons) > 0 and one.warnings == other.warnings
    for a, b in zip(one.persons, other.persons, strict=True):
        for x, y in ((a.world.xyz, b.world.xyz), (a.camera.xyz, b.camera.xyz), (a.pose_2d.xy, b.pose_2d.xy)):
            np.testing.assert_array_equal(x, y)
        np.testing.assert_array_equal(a.filled, b.filled)


@pytest.mark.parametrize("window, window_hz", [(1, None), (5, None), (5, 10.0), (27, None), (27, 120.0)])
@pytest.mark.parametrize("persons", [1, 2])
def test_side_by_side_is_the_same_as_one_after_the_other(
    clip: Path, window: int, window_hz: float | None, persons: int
) -> None:
    settings, lifter = Settings(persons=persons), PartFlatLifter(window, window_hz=window_hz)
    detections, motion = side_by_side(clip, Troubled(lambda: lifter.early > 0), lifter, settings)
    assert_same(motion, lift_detections(detections, PartFlatLifter(window, window_hz=window_hz), settings))


def test_windows_are_cut_at_the_rate_that_the_lifter_is_for(clip: Path) -> None:
    """30 frames a second for a lifter of 10: what three neighbours see does not overlap."""
    lifter = PartFlatLifter(5, window_hz=10.0)
    _, motion = side_by_side(clip, StandInDetector(), lifter, Settings())
    (person,) = motion.persons
    run = next(normalised_segments(person.pose_2d, lifter, Settings(), motion.roll_deg))
    expected, close = (lifter.lift(cut_windows(run.screen, 5, step)) for step in (3, 1))
    np.testing.assert_allclose(person.camera.xyz, run.turned_back(expected, 0, FRAMES), atol=1e-9)
    assert np.abs(close - expected).max() > 1e-4


def test_a_network_gives_the_same_numbers_side_by_side(clip: Path) -> None:
    """To the last bit: parts end at the same frames whoever lifts them."""
    torch = pytest.importorskip("torch")
    from lifting.lifter import TorchLifter
    from lifting.models.convformer import Config, Model

    torch.manual_seed(0)
    lifter, threads = TorchLifter(Model(Config(window=9, width=16)), "random", "person", device="cpu", batch=8), []
    lift_chunk = lifter.lift_chunk

    def noted(*given: object) -> FloatArray:
        threads.append(threading.current_thread().name)
        return lift_chunk(*given)  # type: ignore[arg-type]

    lifter.lift_chunk = noted  # type: ignore[method-assign,assignment]
    detector = Troubled(lambda: threads.count("lift early") > 1)
    detections, motion = side_by_side(clip, detector, lifter, Settings())
    assert "lift" in threads
    assert_same(motion, lift_detections(detections, lifter, Settings()))


def test_most_of_a_steady_clip_is_lifted_before_the_detection_ends_and_only_once(clip: Path) -> None:
    lifter = PartFlatLifter()
    for step in analyse(clip, StandInDetector(wait_s=0.003), lifter):
        if step.detections is not None and step.motion is None:
            wait_for(lambda: lifter.early >= 4 * CHUNK)
    assert lifter.early == 4 * CHUNK and lifter.frames == FRAMES


def test_only_parts_that_saw_a_change_are_lifted_again(clip: Path) -> None:
    lifter = PartFlatLifter()
    cache: LiftCache = {}
    detections = list(detect_video(clip, StandInDetector(), Settings()))[-1].detections
    assert detections is not None
    lift_detections(detections, lifter, Settings(), cache=cache)
    assert lifter.frames == FRAMES
    xy = detections.keypoints[70].xy.copy()
    xy[0, 16] += 1.0
    moved = list(detections.keypoints)
    moved[70] = Keypoints(xy, moved[70].score, moved[70].boxes)
    changed = Detections(
        detections.video, detections.frame, detections.time_s, detections.rate, False, detections.image_size,
        detections.skeleton, detections.detector, tuple(moved),
    )  # fmt: skip
    lifter.parts.clear()
    again = lift_detections(changed, lifter, Settings(), cache=cache)
    assert lifter.parts == [(64, 96)]
    assert_same(again, lift_detections(changed, PartFlatLifter(), Settings()))


def test_parts_are_cut_at_fixed_frames() -> None:
    assert list(chunks_of(0, 70, 32)) == [(0, 32), (32, 64), (64, 70)]
    assert list(chunks_of(40, 64, 32)) == [(40, 64)] and list(chunks_of(63, 65, 32)) == [(63, 64), (64, 65)]


def test_a_lifter_can_be_loaded_beside_the_first_frames(clip: Path) -> None:
    detector = StandInDetector()

    def load() -> Lifter:
        assert wait_for(lambda: len(detector.seen) > 5)
        return PartFlatLifter()

    motion = list(analyse(clip, detector, load))[-1].motion
    assert motion is not None and motion.lifter == "flat"


def test_a_lifter_that_is_loaded_last_is_waited_for_in_steps(clip: Path) -> None:
    """So that it can be cancelled meanwhile."""

    def load() -> Lifter:
        time.sleep(1.0)
        return FlatLifter()

    steps = list(analyse(clip, StandInDetector(), load, Settings(end_s=0.1)))
    assert [s.stage for s in steps].count("lift") > 3 + 4 and steps[-1].motion is not None


def test_a_lifter_that_cannot_be_loaded_ends_the_detection_at_once(clip: Path) -> None:
    detector = StandInDetector(wait_s=0.02)

    def load() -> Lifter:
        raise UserError("no lifter is called 'x'")

    with pytest.raises(UserError, match="no lifter is called"):
        list(analyse(clip, detector, load))
    assert len(detector.seen) < 30


def test_a_detector_that_cannot_serve_the_lifter_is_told_with_the_first_frames(clip: Path) -> None:
    class Hands(StandInDetector):
        skeleton = Skeleton("HANDS", ("LWrist", "RWrist"), (-1, -1), ((0, 1),))  # type: ignore[assignment]

        def detect(self, frame: VideoFrame) -> Keypoints:
            self.seen.append(frame.index)
            time.sleep(0.02)
            return Keypoints.none(2)

    detector = Hands()
    with pytest.raises(UserError, match=r"flat needs .*LFoot.*HANDS"):
        list(analyse(clip, detector, FlatLifter()))
    assert len(detector.seen) < FRAMES


def test_a_bet_that_fails_does_not_end_a_run_that_would_succeed(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.pipeline.speculative.lift_chunk", broken)
    lifter = PartFlatLifter()
    detections, motion = side_by_side(clip, StandInDetector(), lifter, Settings())
    assert lifter.early == 0
    assert_same(motion, lift_detections(detections, PartFlatLifter(), Settings()))


def test_an_error_of_the_lifter_comes_out_of_the_generator(clip: Path) -> None:
    class Broken(PartFlatLifter):
        def lift_chunk(self, *_: object) -> FloatArray:
            raise UserError("no memory")

    with pytest.raises(UserError, match="no memory"):
        list(analyse(clip, StandInDetector(wait_s=0.002), Broken()))


@pytest.mark.parametrize("steps_before", [1, 60, 150])
def test_closing_ends_everything_within_a_second(clip: Path, steps_before: int) -> None:
    lifter = PartFlatLifter(wait_s=0.05)
    steps = analyse(clip, StandInDetector(wait_s=0.001), lifter)
    for _ in range(steps_before):
        next(steps)
    if steps_before > 1:
        assert wait_for(lambda: bool(lifter.parts))
    began = time.monotonic()
    steps.close()
    assert time.monotonic() - began < 1
    assert wait_for(lambda: not [t for t in threading.enumerate() if t.name == "lift early"])


def test_pictures_are_not_kept(clip: Path) -> None:
    """A minute of 1080p would be 10 GB."""
    image = np.zeros((4, 4, 3), np.uint8)
    frame = VideoFrame(0, 0.0, image)
    early = SpeculativeLifter(FlatLifter, H36M17, Settings())
    early.add(Step("detect", 1, 1, frame, Keypoints.none(17)))
    kept = early._seen.get()
    assert kept is not None and not any(part is frame or part is image for part in kept)


def test_the_shipped_kind_of_lifter_can_lift_parts_and_stand_ins_need_not() -> None:
    pytest.importorskip("torch")
    from lifting.lifter import TorchLifter

    assert {"block", "lift_chunk"} <= set(dir(TorchLifter))
    assert isinstance(PartFlatLifter(), ChunkLifter) and not isinstance(FlatLifter(), ChunkLifter)


def test_one_person_needs_no_scipy(clip: Path) -> None:
    """It takes a second to load, on a clip of a few seconds a tenth of the whole run."""
    script = (
        "import sys; from app.pipeline.analysis import analyse; from tests.app.stand_ins import *; "
        f"list(analyse({str(clip)!r}, StandInDetector(), FlatLifter())); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.split()
    assert "app.pipeline.smooth" in loaded and "scipy" not in loaded
