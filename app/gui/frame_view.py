"""What the views are to show of one frame: a pure function of what was computed. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.gui.people import colour_of, name_of
from app.pipeline.fill import segments
from poses.arrays import BoolArray, FloatArray
from poses.motion import Motion
from poses.sequences import Keypoints
from poses.skeleton import Skeleton

TRAIL_S = 1.0
DOUBTFUL_SCORE, WEAK_PART = 0.35, 0.25
# Metres: mean expected error of the joints beyond which a pose is to be doubted, about twice the usual one.
DOUBTFUL_ERROR_M = 0.12


@dataclass(frozen=True)
class Pose2D:
    """One person on the picture: xy (J, 2) px, score (J), filled (J); NaN where missing.

    name, colour: what tells the person from others (app.gui.people), "" for somebody who is alone.
    """

    person: int
    xy: FloatArray
    score: FloatArray
    filled: BoolArray
    skeleton: Skeleton
    name: str = ""
    colour: str = ""


@dataclass(frozen=True)
class Pose3D:
    """One person in the world: xyz (J, 3) m; trail (K, 3) of the root. ghost: result of another lifter, to compare.

    name, colour: as in Figure2D.
    """

    person: int
    xyz: FloatArray
    skeleton: Skeleton
    trail: FloatArray
    ghost: bool = False
    name: str = ""
    colour: str = ""


@dataclass(frozen=True)
class FrameView:
    """Everything the views show of one frame."""

    frame: int
    poses_2d: tuple[Pose2D, ...] = ()
    poses_3d: tuple[Pose3D, ...] = ()


def row_of(motion: Motion, frame: int) -> int | None:
    """Row of a frame of the file in a motion, None where it was not analysed."""
    row = int(np.searchsorted(motion.frame, frame))
    return row if row < len(motion) and motion.frame[row] == frame else None


def frame_view(motion: Motion | None, ghost: Motion | None, frame: int) -> FrameView:
    """What is known of one frame of the file."""
    if motion is None or (row := row_of(motion, frame)) is None:
        return FrameView(frame)
    flat = tuple(
        Pose2D(i, p.pose_2d.xy[row], p.pose_2d.score[row], p.filled[row], p.pose_2d.skeleton, *_who(motion, i))
        for i, p in enumerate(motion.persons)
        if np.isfinite(p.pose_2d.xy[row]).any()
    )
    poses = _poses_3d(motion, row, False)
    if ghost is not None and (ghost_row := row_of(ghost, frame)) is not None:
        poses += _poses_3d(ghost, ghost_row, True)
    return FrameView(frame, flat, poses)


def keypoints_view(keypoints: Keypoints, skeleton: Skeleton, frame: int, persons: int = 1) -> FrameView:
    """What a detector sees in one frame, before anybody is followed or lifted: the `persons` seen best."""
    none = np.zeros(len(skeleton), dtype=bool)
    order = np.argsort(-keypoints.score.mean(axis=1))[:persons]
    flat = tuple(Pose2D(n, keypoints.xy[i], keypoints.score[i], none, skeleton) for n, i in enumerate(order))
    return FrameView(frame, flat)


def _poses_3d(motion: Motion, row: int, ghost: bool) -> tuple[Pose3D, ...]:
    first = int(np.searchsorted(motion.time_s, motion.time_s[row] - TRAIL_S))
    poses = []
    for index, person in enumerate(motion.persons):
        xyz = person.world.xyz[row]
        if np.isfinite(xyz).any():
            root = person.world.skeleton.root
            trail = np.empty((0, 3)) if ghost else person.world.xyz[first : row + 1, root]
            poses.append(Pose3D(index, xyz, person.world.skeleton, trail, ghost, *_who(motion, index)))
    return tuple(poses)


def _who(motion: Motion, person: int) -> tuple[str, str]:
    """Name and colour."""
    return name_of(motion, person), colour_of(motion, person)


def doubtful(motion: Motion, person: int) -> BoolArray:
    """(T) bool: frames of a person whose pose should be looked at, for one of the reasons of `doubts`."""
    return np.asarray(np.logical_or.reduce(list(doubts(motion, person).values())))


def doubts(motion: Motion, person: int) -> dict[str, BoolArray]:
    """(T) bool each: frames of a person whose 2D is "weak", was "filled", or jumps as by a "swap" of left and right,
    and those whose 3D is "uncertain" by the expected errors of its joints.

    Weak: at least a quarter of the limbs' joints have a low score; one hidden hand is nothing unusual.
    """
    who = motion.persons[person]
    body = [j for pair in who.pose_2d.skeleton.pairs for j in pair]
    there = who.pose_2d.present[:, body].any(axis=1)
    weak = (who.pose_2d.score[:, body] < DOUBTFUL_SCORE).mean(axis=1) >= WEAK_PART
    kinds = {"weak": weak, "filled": who.filled.any(axis=1), "swap": swaps(motion, person)}
    if who.sigma is not None:
        kinds["uncertain"] = np.nan_to_num(who.sigma[:, body].mean(axis=1)) >= DOUBTFUL_ERROR_M
    return {kind: np.asarray(there & flags) for kind, flags in kinds.items()}


def swaps(motion: Motion, person: int) -> BoolArray:
    """(T) bool: frames whose legs or arms lie where the other side was in the frame before."""
    pose = motion.persons[person].pose_2d
    found = np.zeros(len(pose), dtype=bool)
    for names in (("Knee", "Foot", "Ankle"), ("Elbow", "Wrist")):
        pairs = [(a, b) for a, b in pose.skeleton.pairs if any(n in pose.skeleton.joint_names[a] for n in names)]
        if not pairs or len(pose) < 2:
            continue
        left, right = pose.xy[:, [a for a, _ in pairs]], pose.xy[:, [b for _, b in pairs]]
        stay = _distance(left[1:], left[:-1]) + _distance(right[1:], right[:-1])
        change = _distance(left[1:], right[:-1]) + _distance(right[1:], left[:-1])
        apart = _distance(left[1:], right[1:])
        with np.errstate(invalid="ignore"):
            found[1:] |= (change < 0.5 * stay) & (stay > apart)
    return found


def _distance(a: FloatArray, b: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.norm(a - b, axis=-1).mean(axis=-1))


def doubtful_frames(motion: Motion) -> BoolArray:
    """(T) rows of the motion in which somebody's pose is to be doubted."""
    flags = [doubtful(motion, p) for p in range(len(motion.persons))]
    return np.logical_or.reduce(flags) if flags else np.zeros(len(motion), dtype=bool)


def next_doubtful(motion: Motion, frame: int, direction: int) -> int | None:
    """First frame of the next (1) or previous (-1) doubtful span from a frame on, None where there is none."""
    starts = [int(motion.frame[a]) for a, _ in segments(doubtful_frames(motion))]
    if direction > 0:
        return next((f for f in starts if f > frame), None)
    return next((f for f in reversed(starts) if f < frame), None)
