"""2D to 3D: the detector's keypoints as the lifter's joints, normalised as it wants them, lifted run by run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.pipeline.fill import fill_gaps, runs
from app.pipeline.guess import guess_missing
from app.pipeline.settings import Settings
from app.pipeline.swaps import repair_swaps
from app.protocols import Lifter
from poses.arrays import BoolArray, FloatArray
from poses.camera import assumed_focal_px, normalise, turn_back
from poses.errors import UserError
from poses.sequences import PoseSequence2D, PoseSequence3D, Space
from poses.skeleton import map_skeleton, mapping_matrix


@dataclass(frozen=True)
class Lifted:
    """One person: pose_2d in the lifter's skeleton with short gaps filled, filled (T, J), camera CAMERA_ROOT.

    swapped: number of frames in which the detector had exchanged left and right, put back before lifting.
    """

    pose_2d: PoseSequence2D
    filled: BoolArray
    camera: PoseSequence3D
    swapped: int = 0


def focal_px(settings: Settings, image_size: tuple[int, int]) -> float:
    """Focal length in pixels: the chosen one, else the usual one of phones."""
    return assumed_focal_px(image_size) if settings.focal is None else settings.focal * max(image_size)


def lift_person(
    track: PoseSequence2D, lifter: Lifter, settings: Settings, progress: Callable[[int], None] | None = None
) -> Lifted:
    """Lift one tracked person; frames in which too little of the body is seen (beyond a short gap) are NaN.

    `progress` is called with the number of frames done; what it raises ends the lifting.
    """
    repaired, swapped = repaired_sides(track) if settings.repair_swaps else (track, 0)
    pose_2d, filled = to_lifter_skeleton(repaired, lifter, settings)
    whole, _ = guess_missing(pose_2d.xy, lifter.skeleton)
    xyz = np.full((*pose_2d.xy.shape[:2], 3), np.nan)
    done = 0
    for start, stop in runs(np.asarray(np.isfinite(whole).all(axis=(1, 2)))):
        before = done
        report = (lambda n, before=before: progress(before + n)) if progress else None
        xyz[start:stop] = _lift_run(whole[start:stop], track.image_size, lifter, settings, report)
        done += stop - start
    camera = PoseSequence3D(xyz, track.time_s, Space.CAMERA_ROOT, lifter.skeleton)
    return Lifted(pose_2d, filled, camera, swapped)


def repaired_sides(track: PoseSequence2D) -> tuple[PoseSequence2D, int]:
    """The track with left and right put back where the detector exchanged them, and in how many frames it had."""
    xy, score, swapped = repair_swaps(track.xy, track.score, track.skeleton, track.time_s)
    repaired = PoseSequence2D(xy, score, track.time_s, track.image_size, track.skeleton)
    return repaired, int(swapped.any(axis=1).sum())


def to_lifter_skeleton(track: PoseSequence2D, lifter: Lifter, settings: Settings) -> tuple[PoseSequence2D, BoolArray]:
    """The track as joints of the lifter with short gaps filled, and filled (T, J)."""
    lacking = np.isnan(mapping_matrix(track.skeleton, lifter.skeleton)).any(axis=1)
    if lacking.any():
        names = ", ".join(np.array(lifter.skeleton.joint_names)[lacking])
        raise UserError(
            f"lifter {lifter.name} needs {names}, which keypoints of {track.skeleton.name} cannot give; "
            "choose another detector or lifter"
        )
    xy, score = map_skeleton(track.xy, track.score, track.skeleton, lifter.skeleton)
    xy, score, filled = fill_gaps(xy, score, track.time_s, settings.max_gap_s)
    return PoseSequence2D(xy, score, track.time_s, track.image_size, lifter.skeleton), filled


def _lift_run(
    xy: FloatArray,
    image_size: tuple[int, int],
    lifter: Lifter,
    settings: Settings,
    progress: Callable[[int], None] | None,
) -> FloatArray:
    root = lifter.skeleton.root
    screen, rotation = normalise(lifter.normalisation, xy, image_size, root, focal_px(settings, image_size))
    xyz = turn_back(np.asarray(lifter.lift_sequence(screen, progress), dtype=float), rotation)
    return xyz - xyz[:, root : root + 1]
