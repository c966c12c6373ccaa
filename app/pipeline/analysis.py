"""The whole chain as one generator: used by the command line, the tests and the window.

    for step in analyse(path, detector, lifter, Settings()):
        ...                       # step.stage, step.done, step.total, step.frame, step.keypoints
    motion = step.motion          # on the last step

Three threads work side by side: one decodes ahead, the caller's detects, one loads the lifter and lifts
speculatively (`app.pipeline.speculative`); the result is the same as without threads.
Closing the generator (or leaving the loop) cancels. Detection is the slow part and does not depend on the lifter:
keep the Detections of the step that carries them and call `lift_detections` (or `lift_steps`) again with another one.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app.pipeline.association import Track
from app.pipeline.bones import constant_bones
from app.pipeline.detect import Detections, Step, detect_video
from app.pipeline.feet import plant_feet
from app.pipeline.lift import LiftCache, Lifted, PreparedPerson, focal_px, lift_prepared, prepare_person
from app.pipeline.main_people import select_people
from app.pipeline.roll import estimate_roll
from app.pipeline.settings import Settings
from app.pipeline.smooth import smooth_joints
from app.pipeline.speculative import SpeculativeLifter, StoppedError
from app.pipeline.video import VideoInfo
from app.pipeline.world import WorldPlacement, place_in_world
from app.protocols import Detector, Lifter
from poses.arrays import FloatArray
from poses.motion import Motion, Person
from poses.sequences import PoseSequence2D, PoseSequence3D, Space
from poses.uncertainty import ErrorModel

__all__ = ["Detections", "Settings", "Step", "StoppedError", "analyse", "detect_video", "lift_detections", "lift_steps"]


def analyse(
    video: str | Path | VideoInfo,
    detector: Detector,
    lifter: Lifter | Callable[[], Lifter],
    settings: Settings | None = None,
) -> Generator[Step, None, None]:
    """Detect, track, lift, place and smooth one video; the last step carries the Motion.

    lifter: a Lifter, or a function that loads one, which is called while the first frames are detected.
    UserError where the video or the settings do not allow it, or the lifter cannot be loaded. Neither detector nor
    lifter is closed.
    """
    settings = settings or Settings()
    detections: Detections | None = None
    with SpeculativeLifter(lifter, detector.skeleton, settings) as speculative:
        with closing(detect_video(video, detector, settings)) as steps:
            for step in steps:
                speculative.add(step)
                detections = step.detections
                yield replace(step, lifted=speculative.lifted)
        assert detections is not None, "detect_video ends with detections"
        while (loaded := speculative.wait(0.1)) is None:
            yield Step("lift", 0, len(detections))
        yield from lift_steps(detections, loaded, settings, cache=speculative.cache)


def lift_steps(
    detections: Detections,
    lifter: Lifter,
    settings: Settings,
    tracks: Sequence[Track] | None = None,
    cache: LiftCache | None = None,
) -> Generator[Step, None, None]:
    """`lift_detections` in a thread, as steps; closing the generator ends the thread at its next report."""
    reports: queue.Queue[tuple[int, int] | Motion | BaseException] = queue.Queue()
    cancelled = threading.Event()

    def progress(done: int, total: int) -> None:
        if cancelled.is_set():
            raise StoppedError
        reports.put((done, total))

    def work() -> None:
        try:
            reports.put(lift_detections(detections, lifter, settings, progress, tracks, cache))
        except BaseException as error:
            reports.put(error)

    thread = threading.Thread(target=work, name="lift", daemon=True)
    thread.start()
    total = len(detections)
    try:
        while True:
            report = reports.get()
            if isinstance(report, BaseException):
                raise report
            if isinstance(report, Motion):
                break
            total = report[1]
            yield Step("lift", *report)
    finally:
        cancelled.set()
        thread.join(timeout=0.5)
    yield Step("lift", total, total, detections=detections, motion=report)


def lift_detections(
    detections: Detections,
    lifter: Lifter,
    settings: Settings,
    progress: Callable[[int, int], None] | None = None,
    tracks: Sequence[Track] | None = None,
    cache: LiftCache | None = None,
) -> Motion:
    """Motion from detections: track people, map to the lifter's skeleton, fill, lift, place in the world, smooth,
    keep bones constant, plant feet.

    tracks: people to take as they are, in that order (corrected by hand: app.pipeline.association); None finds them and
    takes the main `settings.persons`. `progress(done, total)` is called with frames lifted, over all persons; an
    exception from it ends the lifting and is passed on. Times are those of life (`settings.slow_motion`). known: parts
    that were lifted before; those lifted now are added.
    """
    detections = detections.in_life(settings.slow_motion)
    people, warnings = select_people(detections, settings, tracks)
    prepared = _prepare_people(people, lifter, settings, tracks)
    roll_deg = estimate_roll(prepared, lifter, settings, cache)
    lifted = _lift_people(prepared, lifter, settings, progress, cache, roll_deg)
    kept = [n for n, one in enumerate(lifted) if one.camera.present.any()]
    for number in sorted(set(range(len(lifted))) - set(kept)):
        warnings.append(f"person {number + 1} is left out: there is no frame in which enough of the body was seen")
    people, lifted = [people[n] for n in kept], [lifted[n] for n in kept]
    placed = place_in_world(lifted, settings)
    names = [track.name for track in tracks] if tracks is not None else [""] * (max(kept, default=0) + 1)
    warnings += [
        f"the detector had left and right of person {names[n] or number + 1} exchanged in {one.flips} frames, they "
        "were put back"
        for number, (n, one) in enumerate(zip(kept, lifted, strict=True))
        if one.flips
    ]
    persons = tuple(
        replace(_person(person, one, xyz, placed, settings), track=n, name=names[n], sigma=_sigma(one, lifter))
        for n, person, one, xyz in zip(kept, people, lifted, placed.xyz, strict=True)
    )
    return Motion(
        detections.video, detections.frame, detections.time_s, detections.rate, detections.variable_rate,
        detections.image_size, persons, detections.detector, lifter.name,
        (*detections.warnings, *warnings, *placed.warnings), roll_deg, detections.lost_s, settings.slow_motion,
    )  # fmt: skip


def _prepare_people(
    people: Sequence[PoseSequence2D], lifter: Lifter, settings: Settings, tracks: Sequence[Track] | None
) -> list[PreparedPerson]:
    known = [(track.flipped, track.sides) for track in tracks] if tracks is not None else [((), None)] * len(people)
    return [prepare_person(one, lifter, settings, *said) for one, said in zip(people, known, strict=True)]


def _lift_people(
    people: Sequence[PreparedPerson],
    lifter: Lifter,
    settings: Settings,
    progress: Callable[[int, int], None] | None,
    cache: LiftCache | None,
    roll_deg: float,
) -> list[Lifted]:
    """One after the other. Joined into one call, without frames wasted at the seams, two to four people of 300 frames
    cost 0.97 to 1.01 times as much processor time (GraphSH, small MLP-GraphWJ, ConvFormer of 27 frames; measured
    once): a call takes 8 to 128 windows at a time, what fits the cache, and one person fills it. A GPU takes thousands,
    so there a short clip of several people would save a call for each."""
    lifted, total, before = [], sum(len(one.pose_2d) for one in people), 0
    for person in people:
        report = (lambda n, before=before: progress(before + n, total)) if progress else None
        lifted.append(lift_prepared(person, lifter, settings, report, cache, roll_deg))
        before += len(person.pose_2d)
    return lifted


def _sigma(lifted: Lifted, lifter: Lifter) -> FloatArray | None:
    model: ErrorModel | None = getattr(lifter, "error_model", None)
    if model is None:
        return None
    return model.sigma(lifted.camera.xyz, lifted.pose_2d.score, lifted.camera.time_s)


def _person(
    track: PoseSequence2D, lifted: Lifted, xyz: FloatArray, placed: WorldPlacement, settings: Settings
) -> Person:
    pose_2d, skeleton = lifted.pose_2d, lifted.camera.skeleton
    xyz = constant_bones(smooth_joints(xyz, track.time_s, settings.smoothing_hz), skeleton)
    if settings.plant_feet:
        depth = placed.depth(xyz[:, skeleton.root])
        xyz = plant_feet(xyz, pose_2d, skeleton, focal_px(settings, pose_2d.image_size) / depth)
    world = PoseSequence3D(xyz, track.time_s, Space.WORLD, skeleton)
    return Person(track, lifted.pose_2d, lifted.filled, lifted.camera, world)
