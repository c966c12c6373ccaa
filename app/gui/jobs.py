"""Long work as plain generators, run by the worker thread; know no Qt.

Each yields Reports and returns what was computed. Detectors and lifters are made here, so that torch and MediaPipe are
imported in the worker thread and not before they are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.edits import Edit, apply_edits
from app.gui.frame_maps import FrameMaps
from app.gui.frame_view import FrameView, keypoints_view
from app.gui.live_pose import TIMED, LiveMaps, LivePoses
from app.gui.text import tr
from app.pipeline.analysis import analyse, lift_steps
from app.pipeline.detect import Detections, Step
from app.pipeline.settings import Settings
from app.pipeline.video import VideoInfo
from app.protocols import Detector, Lifter
from app.unfinished import PartialDetections
from poses.motion import Motion
from poses.sequences import VideoFrame

Parts = tuple[Callable[[], Detector], Callable[[], Lifter]]


@dataclass(frozen=True)
class Report:
    """How far a job is: text for the user, done of total (0: not known); and what was just seen, while detecting.

    lifted: frames that were lifted already beside the detection.
    """

    text: str
    done: int = 0
    total: int = 0
    frame: VideoFrame | None = None
    frame_view: FrameView | None = None
    frame_maps: FrameMaps | None = None
    lifted: int = 0


def analysis(
    video: str | Path | VideoInfo,
    make_detector: Callable[[], Detector],
    make_lifter: Callable[[], Lifter],
    settings: Settings,
    partial: PartialDetections,
    maps: LiveMaps,
) -> Generator[Report, None, tuple[Detections, Motion]]:
    """Detect and lift side by side; the newest frame is lifted at once, as often as it does not slow things down."""
    yield Report(tr("Loading the detector"))
    with closing(make_detector()) as detector:
        yield Report(tr("Loading the lifter"))
        lifter = make_lifter()
        partial.skeleton = detector.skeleton
        result = yield from _reports(analyse(video, detector, lifter, settings), lifter, settings, partial, maps)
    return result


def _reports(
    steps: Generator[Step, None, None], lifter: Lifter, settings: Settings, partial: PartialDetections, maps: LiveMaps
) -> Generator[Report, None, tuple[Detections, Motion]]:
    """What the steps of an analysis bring, to be shown; what was detected goes into `partial`."""
    # the newest pose and maps stay with every report: not every report reaches the window
    detections, motion, frame_maps, poses = None, None, None, LivePoses()
    skeleton = partial.skeleton
    assert skeleton is not None
    maps.drop()
    with closing(steps):
        for step in steps:
            detections, motion = step.detections or detections, step.motion
            if step.stage == "lift":
                yield Report(tr("Lifting to 3D"), step.done, step.total)
            if step.frame is None or step.keypoints is None:
                continue
            partial.add(step.frame.index, step.frame.time_s, step.keypoints)
            view = keypoints_view(step.keypoints, skeleton, step.frame.index, settings.persons)
            times = [time_s / settings.slow_motion for _, time_s in partial.frames[-TIMED:]]
            poses.see(view.frame, partial.keypoints, times, skeleton, lifter, step.frame.size)
            frame_maps = maps.of(poses.newest, poses.frame, lifter) or frame_maps
            view = FrameView(view.frame, view.poses_2d, poses.newest.poses)
            yield Report(tr("Detecting"), step.done, step.total, step.frame, view, frame_maps, step.lifted)
    assert detections is not None and motion is not None, "analyse ends with both"
    return detections, motion


def lifting(
    detections: Detections, make_lifter: Callable[[], Lifter], settings: Settings, edits: Sequence[Edit] = ()
) -> Generator[Report, None, Motion]:
    """Lift detections that are there already, with the corrections made by hand."""
    yield Report(tr("Loading the lifter"))
    lifter, motion = make_lifter(), None
    detections, tracks = apply_edits(detections, settings, edits)
    with closing(lift_steps(detections, lifter, settings, tracks)) as steps:
        for step in steps:
            motion = step.motion or motion
            yield Report(tr("Lifting to 3D"), step.done, step.total)
    assert motion is not None, "lift_steps ends with a motion"
    return motion
