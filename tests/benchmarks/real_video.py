"""Errors of every shipped lifter on real video, next to BlazePose's own world landmarks: a script, run on demand.

    python -m tests.benchmarks.real_video [--data DIR] [--json] [--size S ...] [--views N] [--every N] [LIFTER ...]

PA-MPJPE in millimetres over the 12 limb joints of balance_cam01, balance_cam02 and two_people_cam02 (the man of cam02,
partly hidden by somebody else) against joints triangulated from four cameras (`balance_gt.npz`, itself good to 15 or
20 mm). Lifters (ids or weights files) average with the mirror image, as in the program. "reference 2D" is the reference
projected into the picture in the place of the detector's keypoints: what is left there is the lifter's error, the rest
is the detector's. A second table is root-relative (hips at the origin, up to scale, not turned), a third has the mean
error of the joints' velocity about the hip (MPJVE a second), as lifted and smoothed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.pipeline.analysis import Settings, detect_video
from app.pipeline.association import choose_main, track_people
from app.pipeline.left_right import repair_left_right
from app.pipeline.lift import lift_prepared, prepare_person
from app.pipeline.main_people import select_people
from app.pipeline.roll import lift_person
from app.pipeline.smooth import smooth
from app.pipeline.tracks import world_landmarks
from app.protocols import Lifter
from detectors.blazepose import BlazePose
from lifting import find_weights, list_cards, load_lifter
from lifting.metrics import align, joint_errors, rescale
from poses.sequences import Keypoints, PoseSequence2D, PoseSequence3D, VideoFrame
from poses.skeletons import COCO17

# The video of each camera, and how many people are looked for in it.
VIDEOS = {
    "cam01": ("balance_cam01.mp4", 1),
    "cam02": ("balance_cam02.mp4", 1),
    "two_people_cam02": ("two_people_cam02.mp4", 2),
}
CAMERAS = tuple(VIDEOS)
LIMBS = [*("RHip", "RKnee", "RFoot", "LHip", "LKnee", "LFoot"),
         *("LShoulder", "LElbow", "LWrist", "RShoulder", "RElbow", "RWrist")]  # fmt: skip
REFERENCE = [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]


@dataclass(frozen=True)
class Clip:
    """One camera: the tracked detections; BlazePose's own 3D (T, 33, 3), as it is and with left and right put back as
    they are for the lifters; the reference, and the rows they share."""

    camera: str
    track: PoseSequence2D
    world: np.ndarray
    world_repaired: np.ndarray
    reference_2d: PoseSequence2D
    reference: np.ndarray
    valid: np.ndarray
    rows: np.ndarray


class Changed:
    """BlazePose that is shown something else than the video: `change` is given each picture (H, W, 3).

    What is cut off must be cut off below or on the right, so that coordinates stay those of the video.
    """

    def __init__(self, detector: BlazePose, change: Callable[[np.ndarray], np.ndarray]) -> None:
        self._detector, self._change = detector, change
        self.skeleton, self.close = detector.skeleton, detector.close

    def detect(self, frame: VideoFrame) -> Keypoints:
        return self._detector.detect(replace(frame, image=np.ascontiguousarray(self._change(frame.image))))


def read_clip(
    folder: Path,
    camera: str,
    views: int = 1,
    size: str = "auto",
    change: Callable[[np.ndarray], np.ndarray] = lambda image: image,
) -> Clip:
    """Detect one clip with BlazePose of a size, `views` views of each person, and read its reference."""
    with np.load(folder / "balance_gt.npz") as file:
        truth = {key: file[key] for key in file.files if not file[key].dtype.hasobject}
    (video, persons), detections = VIDEOS[camera], None
    detector, settings = BlazePose(persons=persons, views=views, size=size), Settings(persons=persons)
    for step in detect_video(folder / video, Changed(detector, change), settings):
        detections = step.detections or detections
    detector.close()
    assert detections is not None
    rows = truth[f"{camera}_frame_index"]
    keypoints, skeleton, size = detections.keypoints, detections.skeleton, detections.image_size
    people = choose_main(track_people(keypoints, detections.time_s, skeleton), keypoints, size, persons)
    tracks = select_people(detections, settings, people)[0]
    middle = truth[f"{camera}_joints2d"].mean(axis=(0, 1))
    far = [float(np.linalg.norm(np.nanmean(one.xy[rows], axis=(0, 1)) - middle)) for one in tracks]
    track, person = tracks[int(np.argmin(far))], people[int(np.argmin(far))]
    swapped = repair_left_right(track.xy, track.score, track.skeleton, track.time_s)[2]
    return Clip(
        camera,
        track,
        world_landmarks(person, keypoints, skeleton),
        world_landmarks(person, keypoints, skeleton, swapped),
        project_reference(truth, camera),
        truth[f"{camera}_joints3d_cam"][:, REFERENCE],
        truth["joints_valid"][:, REFERENCE],
        rows,
    )


def thinned(clip: Clip, every: int) -> Clip:
    """The clip as a slower camera would have it: every so many frames; found and followed in all of them."""
    kept = np.flatnonzero(clip.rows % every == 0)
    return Clip(
        clip.camera,
        _rows(clip.track, np.arange(0, len(clip.track.time_s), every)),
        clip.world[::every],
        clip.world_repaired[::every],
        _rows(clip.reference_2d, kept),
        clip.reference[kept],
        clip.valid[kept],
        clip.rows[kept] // every,
    )


def _rows(pose: PoseSequence2D, rows: np.ndarray) -> PoseSequence2D:
    return replace(pose, xy=pose.xy[rows], score=pose.score[rows], time_s=pose.time_s[rows])


def project_reference(truth: dict[str, np.ndarray], camera: str) -> PoseSequence2D:
    """The triangulated joints in the picture, as COCO keypoints, so that they go the same way as a detector's."""
    import cv2

    assert list(truth["kpts2d_names"][:17]) == list(COCO17.joint_names)
    world = truth["body25b_3d_world"][:, :17].astype(float)
    lens = [truth[f"{camera}_{key}"] for key in ("K", "dist")]
    turn = cv2.Rodrigues(truth[f"{camera}_R"])[0]
    xy = cv2.projectPoints(world.reshape(-1, 3), turn, truth[f"{camera}_t"], *lens)[0].reshape(-1, 17, 2)
    there = np.isfinite(xy).all(axis=-1)
    xy[~there] = np.nan
    width, height = truth[f"{camera}_size"]
    time_s = np.arange(len(xy)) / float(truth["fps"])
    return PoseSequence2D(xy, there.astype(float), time_s, (int(width), int(height)), COCO17)


def error(clip: Clip, xyz: np.ndarray) -> float:
    """PA-MPJPE, mm, of xyz (rows, 12, 3); every row must be there, so that nobody gains by leaving out hard ones."""
    chosen = clip.valid.all(axis=1)
    if not np.isfinite(xyz[chosen]).all():
        raise ValueError(f"{clip.camera}: every frame must have a pose to be compared")
    return float(joint_errors(align(xyz[chosen], clip.reference[chosen]), clip.reference[chosen]).mean())


def root_error(clip: Clip, xyz: np.ndarray) -> float:
    """Root-relative error up to scale, mm, of xyz (rows, 12, 3) in camera axes: hips at the origin, one scale a frame,
    not turned, so that a wrong heading or lean counts."""
    hips, chosen = [LIMBS.index("RHip"), LIMBS.index("LHip")], clip.valid.all(axis=1)
    ours, theirs = (one[chosen] - one[chosen][:, hips].mean(axis=1, keepdims=True) for one in (xyz, clip.reference))
    return float(joint_errors(rescale(ours, theirs), theirs).mean())


def velocity_error(clip: Clip, xyz: np.ndarray) -> float:
    """Mean error of the joints' velocity, mm/s, of xyz (rows, 12, 3), both seen from the middle of the hips."""
    hips = [LIMBS.index("RHip"), LIMBS.index("LHip")]
    ours, theirs = (one - one[:, hips].mean(axis=1, keepdims=True) for one in (xyz, clip.reference))
    seconds = np.diff(clip.track.time_s[clip.rows])[:, None]
    wrong = joint_errors(np.diff(ours, axis=0), np.diff(theirs, axis=0)) / seconds
    return float(wrong[clip.valid[1:].all(axis=1) & clip.valid[:-1].all(axis=1)].mean())


def lift_clip(track: PoseSequence2D, lifter: Lifter, keep_roll: bool = False) -> PoseSequence3D:
    """As the program lifts it; keep_roll: the camera's roll is not taken out of the 2D poses before."""
    if keep_roll:
        return lift_prepared(prepare_person(track, lifter, Settings()), lifter, Settings()).camera
    return lift_person(track, lifter, Settings()).camera


def score_lifter(name: str | Lifter, clips: list[Clip], keep_roll: bool = False) -> dict[str, float]:
    """All columns of one lifter, by its id or weights file."""
    lifter = load_lifter(find_weights(name), flip=True) if isinstance(name, str) else name
    limbs = [lifter.skeleton.index(joint) for joint in LIMBS]
    settings, scores = Settings(), {}
    for clip in clips:
        lifted = lift_clip(clip.track, lifter, keep_roll)
        smoothed = smooth(lifted.xyz, lifted.time_s, settings.smoothing_hz)
        scores[f"{clip.camera} detector"] = error(clip, lifted.xyz[clip.rows][:, limbs])
        scores[f"{clip.camera} detector, smoothed"] = error(clip, smoothed[clip.rows][:, limbs])
        scores[f"{clip.camera} root-relative"] = root_error(clip, lifted.xyz[clip.rows][:, limbs])
        scores[f"{clip.camera} velocity"] = velocity_error(clip, lifted.xyz[clip.rows][:, limbs])
        scores[f"{clip.camera} velocity, smoothed"] = velocity_error(clip, smoothed[clip.rows][:, limbs])
        if VIDEOS[clip.camera][1] == 1:
            perfect = lift_clip(clip.reference_2d, lifter, keep_roll).xyz
            scores[f"{clip.camera} reference 2D"] = error(clip, perfect[:, limbs])
    return scores


def score_blazepose(clips: list[Clip]) -> dict[str, dict[str, float]]:
    """Rows of the detector's own 3D, for the columns that it has."""
    rows: dict[str, dict[str, float]] = {"blazepose world landmarks": {}, "the same, sides repaired": {}}
    for clip in clips:
        limbs = [clip.track.skeleton.index(joint.replace("Foot", "Ankle")) for joint in LIMBS]
        for row, world in zip(rows.values(), (clip.world, clip.world_repaired), strict=True):
            own = world[:, limbs]
            row[f"{clip.camera} detector"] = error(clip, own[clip.rows])
            smoothed = smooth(own, clip.track.time_s, Settings().smoothing_hz)
            row[f"{clip.camera} detector, smoothed"] = error(clip, smoothed[clip.rows])
            row[f"{clip.camera} root-relative"] = root_error(clip, own[clip.rows])
            row[f"{clip.camera} velocity"] = velocity_error(clip, own[clip.rows])
            row[f"{clip.camera} velocity, smoothed"] = velocity_error(clip, smoothed[clip.rows])
    return rows


def table(rows: dict[str, dict[str, float]]) -> str:
    """Markdown: where the joints are, then how they move."""
    lines: list[str] = []
    known = list(dict.fromkeys(key for row in rows.values() for key in row))
    kinds = {key: next((k for k in ("velocity", "root-relative") if k in key), "") for key in known}
    titles = (("PA-MPJPE, mm", 1, ""), ("root-relative, mm", 1, "root-relative"), ("velocity off, mm/s", 0, "velocity"))
    for title, digits, kind in titles:
        columns = [key for key in known if kinds[key] == kind]
        lines += ["", f"| {title} | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
        for name, row in rows.items():
            cells = [f"{row[key]:.{digits}f}" if key in row else "" for key in columns]
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lifters", nargs="*", help="ids or weights files; all that are installed if none is named")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--views", type=int, default=1, help="views of each person that the detector averages, 1 to 3")
    parser.add_argument("--every", type=int, default=1, help="only every so many frames, as of a slower camera")
    parser.add_argument("--size", nargs="+", default=["auto"], help="of BlazePose's network: lite, full, heavy or auto")
    parser.add_argument("--keep-roll", action="store_true", help="lift the pictures of rolled cameras as they are")
    options = parser.parse_args()
    rows: dict[str, dict[str, float]] = {}
    for size in options.size:
        clips = [
            thinned(read_clip(options.data / "videos", camera, options.views, size), options.every)
            for camera in CAMERAS
        ]
        found = score_blazepose(clips)
        for name in options.lifters or list_cards():
            found[Path(name).stem] = score_lifter(name, clips, options.keep_roll)
        rows |= {f"{name}, {size}" if len(options.size) > 1 else name: row for name, row in found.items()}
    print(json.dumps(rows) if options.json else table(rows))


if __name__ == "__main__":
    main()
