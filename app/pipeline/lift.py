"""2D to 3D: the detector's keypoints as the lifter's joints, normalised as it expects, lifted segment by segment.

A segment (frames without a gap) is lifted in chunks. A chunk that was lifted before from identical input is taken from
the cache (`LiftCache`, filled while the rest of the video is still being detected: app.pipeline.speculative). Chunks
end at fixed frames of the video, so the result is the same to the last bit whichever of them are cached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

import numpy as np

from app.pipeline.fill import fill_gaps, segments
from app.pipeline.left_right import flip_joints, repair_left_right
from app.pipeline.missing_joints import estimate_missing_joints
from app.pipeline.settings import Settings
from app.protocols import ChunkLifter, Lifter
from poses.arrays import BoolArray, FloatArray
from poses.camera import assumed_focal_px, normalise, turn_back
from poses.errors import UserError
from poses.sequences import PoseSequence2D, PoseSequence3D, Space
from poses.skeleton import Skeleton, map_skeleton, mapping_matrix
from poses.windows import window_reach, window_step

# Poses (n, J, 3) m of chunks that were lifted before, by a digest of their input (`chunk_digest`).
LiftCache = dict[bytes, FloatArray]
# Least length of a chunk, frames.
CHUNK = 32


@dataclass(frozen=True)
class Lifted:
    """One person: pose_2d in the lifter's skeleton with short gaps filled, filled (T, J), camera CAMERA_ROOT.

    flips: number of frames in which the detector had flipped left and right, repaired before lifting.
    """

    pose_2d: PoseSequence2D
    filled: BoolArray
    camera: PoseSequence3D
    flips: int = 0


def focal_px(settings: Settings, image_size: tuple[int, int]) -> float:
    """Focal length in pixels: the chosen one, else the usual one of phones."""
    return assumed_focal_px(image_size) if settings.focal is None else settings.focal * max(image_size)


@dataclass(frozen=True)
class PreparedPerson:
    """One person as joints of the lifter, before lifting: pose_2d with short gaps filled, filled (T, J); flips as in
    `Lifted`."""

    pose_2d: PoseSequence2D
    filled: BoolArray
    flips: int = 0


def prepare_person(
    track: PoseSequence2D,
    lifter: Lifter,
    settings: Settings,
    flipped: Sequence[int] = (),
    sides: BoolArray | None = None,
) -> PreparedPerson:
    """Left and right repaired, joints mapped, short gaps filled.

    flipped: frames whose left and right, as they are after the repair, are exchanged by hand: that word is the last.
    sides (T, J): joints whose left and right the repair exchanges, where that is known already.
    """
    repaired, flips = repair_track(track, sides) if settings.repair_swaps else (track, 0)
    if len(flipped):
        repaired = _mirrored(repaired, flipped)
    return PreparedPerson(*to_lifter_skeleton(repaired, lifter, settings), flips)


def lift_prepared(
    person: PreparedPerson,
    lifter: Lifter,
    settings: Settings,
    progress: Callable[[int], None] | None = None,
    cache: LiftCache | None = None,
    roll_deg: float = 0.0,
) -> Lifted:
    """Lift one person; frames in which too little of the body is seen (beyond a short gap) are NaN.

    `progress` is called with the number of frames done; what it raises ends the lifting. cache: chunks lifted before.
    roll_deg: roll of the camera, removed from the 2D poses and applied again to the 3D ones.
    """
    pose_2d = person.pose_2d
    xyz = np.full((*pose_2d.xy.shape[:2], 3), np.nan)
    done = 0
    for segment in normalised_segments(pose_2d, lifter, settings, roll_deg):
        before, count = done, len(segment.screen)
        report = (lambda n, before=before: progress(before + n)) if progress else None
        rows = slice(segment.start, segment.start + count)
        xyz[rows] = segment.turned_back(_lift_segment(segment, lifter, report, cache), 0, count)
        done += count
    camera = PoseSequence3D(xyz, pose_2d.time_s, Space.CAMERA_ROOT, lifter.skeleton)
    return Lifted(pose_2d, person.filled, camera, person.flips)


def repair_track(track: PoseSequence2D, sides: BoolArray | None = None) -> tuple[PoseSequence2D, int]:
    """The track with left-right flips of the detector repaired, and the number of frames concerned.

    sides (T, J): the joints that are flipped, where that is known already.
    """
    if sides is None:
        xy, score, flips = repair_left_right(track.xy, track.score, track.skeleton, track.time_s)
    else:
        flips = sides & np.asarray(track.present.any(axis=1))[:, None]
        xy, score = (flip_joints(values, flips, track.skeleton) for values in (track.xy, track.score))
    repaired = PoseSequence2D(xy, score, track.time_s, track.image_size, track.skeleton)
    return repaired, int(flips.any(axis=1).sum())


def _mirrored(track: PoseSequence2D, rows: Sequence[int]) -> PoseSequence2D:
    xy, score, order = track.xy.copy(), track.score.copy(), list(track.skeleton.mirror)
    chosen = list(rows)
    xy[chosen], score[chosen] = xy[chosen][:, order], score[chosen][:, order]
    return PoseSequence2D(xy, score, track.time_s, track.image_size, track.skeleton)


def check_serves(skeleton: Skeleton, lifter: Lifter) -> None:
    """UserError unless keypoints of `skeleton` give every joint that the lifter needs."""
    lacking = np.isnan(mapping_matrix(skeleton, lifter.skeleton)).any(axis=1)
    if lacking.any():
        names = ", ".join(np.array(lifter.skeleton.joint_names)[lacking])
        raise UserError(
            f"lifter {lifter.name} needs {names}, which keypoints of {skeleton.name} cannot give; "
            "choose another detector or lifter"
        )


def to_lifter_skeleton(track: PoseSequence2D, lifter: Lifter, settings: Settings) -> tuple[PoseSequence2D, BoolArray]:
    """The track as joints of the lifter with short gaps filled, and filled (T, J)."""
    check_serves(track.skeleton, lifter)
    xy, score = map_skeleton(track.xy, track.score, track.skeleton, lifter.skeleton)
    xy, score, filled = fill_gaps(xy, score, track.time_s, settings.max_gap_s)
    return PoseSequence2D(xy, score, track.time_s, track.image_size, lifter.skeleton), filled


@dataclass(frozen=True)
class Segment:
    """Successive frames of a person from `start`, normalised for a lifter: screen (n, J, 2), rotation (n, 3, 3); step:
    how many frames those of a window are apart."""

    start: int
    screen: FloatArray
    rotation: FloatArray
    root: int
    step: float = 1

    def turned_back(self, xyz: FloatArray, begin: int, end: int) -> FloatArray:
        """Lifted joints of frames begin to end of the segment, rotated to the camera's axes, root at the origin."""
        turned = turn_back(np.asarray(xyz, dtype=float), self.rotation[begin:end])
        return turned - turned[:, self.root : self.root + 1]


def normalised_segments(
    pose_2d: PoseSequence2D, lifter: Lifter, settings: Settings, roll_deg: float = 0.0
) -> Iterator[Segment]:
    """The segments in which the whole body is there and no frames are lacking, after what is missing was guessed; as a
    level camera sees them, where up is turned clockwise in the picture by roll_deg."""
    whole, _ = estimate_missing_joints(pose_2d.xy, lifter.skeleton)
    size, root = pose_2d.image_size, lifter.skeleton.root
    focal, step = focal_px(settings, size), window_step(pose_2d.time_s, lifter.window_hz)
    for start, stop in segments(np.asarray(np.isfinite(whole).all(axis=(1, 2))), pose_2d.time_s):
        screen, rotation = normalise(lifter.normalisation, whole[start:stop], size, root, focal, roll_deg)
        yield Segment(start, screen, rotation, root, step)


def chunk_size(lifter: ChunkLifter) -> int:
    """Frames in a chunk: a multiple of the lifter's block."""
    return lifter.block * -(-CHUNK // lifter.block)


def lift_chunk(
    segment: Segment,
    begin: int,
    end: int,
    lifter: ChunkLifter,
    progress: Callable[[int], None] | None,
    cache: LiftCache | None,
) -> FloatArray:
    """(end - begin, J, 3) m, the lifter's output for frames begin to end of a segment; cached."""
    if cache is None:
        return lifter.lift_chunk(segment.screen, begin, end, progress, segment.step)
    key = chunk_digest(segment.screen, begin, end, lifter.window, segment.step)
    if key not in cache:
        cache[key] = lifter.lift_chunk(segment.screen, begin, end, progress, segment.step)
    return cache[key]


def chunk_digest(xy: FloatArray, begin: int, end: int, window: int, step: float) -> bytes:
    """Of the input that frames begin to end of xy (T, J, 2) depend on, for windows of `window` frames `step` apart."""
    pad = window_reach(window, step)
    low, high = max(begin - pad, 0), min(end + pad, len(xy))
    seen = np.ascontiguousarray(xy[low:high], dtype=float)
    # The frames in the windows and which of them are output; this also determines where the windows end.
    return blake2b(np.array([begin - low, end - low, step]).tobytes() + seen.tobytes(), digest_size=16).digest()


def chunks_of(start: int, stop: int, size: int) -> Iterator[tuple[int, int]]:
    """(begin, end) of the chunks of frames start to stop, cut at the multiples of `size`."""
    edges = [start, *range(start - start % size + size, stop, size), stop]
    yield from pairwise(edges)


def _lift_segment(
    segment: Segment, lifter: Lifter, progress: Callable[[int], None] | None, cache: LiftCache | None
) -> FloatArray:
    if not isinstance(lifter, ChunkLifter):
        return lifter.lift_sequence(segment.screen, progress, segment.step)
    poses = np.empty((*segment.screen.shape[:2], 3))
    for a, b in chunks_of(segment.start, segment.start + len(segment.screen), chunk_size(lifter)):
        begin, end = a - segment.start, b - segment.start
        report = (lambda n, begin=begin: progress(begin + n)) if progress else None
        poses[begin:end] = lift_chunk(segment, begin, end, lifter, report, cache)
        if progress:
            progress(end)
    return poses
