"""Long work as plain generators, run by the worker thread; know no Qt.

Each yields Reports and returns what was computed. Detectors and lifters are made here, so that torch and MediaPipe are
imported in the worker thread and not before they are needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.edits import Edit, corrected
from app.gui.explain import Explanation
from app.gui.live import LiveMaps, live_pose
from app.gui.shown import Shown, shown_keypoints
from app.gui.text import tr
from app.pipeline.detect import Detections, detect_video
from app.pipeline.run import lift_steps
from app.pipeline.settings import Settings
from app.protocols import Detector, Lifter
from app.unfinished import Partial
from poses.motion import Motion
from poses.sequences import VideoFrame

LIVE_INTERVAL_S = 0.12
Parts = tuple[Callable[[], Detector], Callable[[], Lifter]]


@dataclass(frozen=True)
class Report:
    """How far a job is: text for the user, done of total (0: not known); and what was just seen, while detecting."""

    text: str
    done: int = 0
    total: int = 0
    frame: VideoFrame | None = None
    shown: Shown | None = None
    explanation: Explanation | None = None


def analysis(
    path: str | Path,
    make_detector: Callable[[], Detector],
    make_lifter: Callable[[], Lifter],
    settings: Settings,
    partial: Partial,
    maps: LiveMaps,
) -> Generator[Report, None, tuple[Detections, Motion]]:
    """Detect and lift; while detecting, the newest frame is lifted too, as often as it does not slow things down."""
    yield Report(tr("Loading the detector"))
    with closing(make_detector()) as detector:
        yield Report(tr("Loading the lifter"))
        lifter = make_lifter()
        detections = yield from _detection(path, detector, lifter, settings, partial, maps)
    motion = yield from lifting(detections, lambda: lifter, settings)
    return detections, motion


def _detection(
    path: str | Path, detector: Detector, lifter: Lifter, settings: Settings, partial: Partial, maps: LiveMaps
) -> Generator[Report, None, Detections]:
    partial.skeleton = detector.skeleton
    last, detections, explanation = 0.0, None, None
    with closing(detect_video(path, detector, settings)) as steps:
        for step in steps:
            detections = step.detections or detections
            if step.frame is None or step.keypoints is None:
                continue
            partial.add(step.frame.index, step.frame.time_s, step.keypoints)
            view = shown_keypoints(step.keypoints, detector.skeleton, step.frame.index, settings.persons)
            if time.monotonic() - last > LIVE_INTERVAL_S:
                last = time.monotonic()
                pose = live_pose(partial.keypoints, detector.skeleton, lifter, step.frame.size)
                view = Shown(view.frame, view.figures_2d, pose.figures)
                # the newest stays with every report: not every report reaches the window
                explanation = maps.of(pose, view.frame, lifter) or explanation
            yield Report(tr("Detecting"), step.done, step.total, step.frame, view, explanation)
    assert detections is not None, "detect_video ends with detections"
    return detections


def lifting(
    detections: Detections, make_lifter: Callable[[], Lifter], settings: Settings, edits: Sequence[Edit] = ()
) -> Generator[Report, None, Motion]:
    """Lift detections that are there already, with the corrections made by hand."""
    yield Report(tr("Loading the lifter"))
    lifter, motion = make_lifter(), None
    detections, tracks = corrected(detections, settings, edits)
    with closing(lift_steps(detections, lifter, settings, tracks)) as steps:
        for step in steps:
            motion = step.motion or motion
            yield Report(tr("Lifting to 3D"), step.done, step.total)
    assert motion is not None, "lift_steps ends with a motion"
    return motion
