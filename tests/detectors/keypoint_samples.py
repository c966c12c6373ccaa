"""Files as OpenPose, COCO, AlphaPose, MMPose, DeepLabCut, SLEAP and `marey run` write them, with known keypoints."""

from __future__ import annotations

import csv
import json
from fractions import Fraction

import numpy as np

from detectors import create_detector
from poses.motion import Motion, Person
from poses.sequences import PoseSequence2D, PoseSequence3D, Space, VideoFrame
from poses.skeletons import H36M17

FRAMES = 6
RNG = np.random.default_rng(3)
# (T, P, J, 3) x, y, score of two people in 26 points, the first 17 of which are COCO's.
POINTS = np.round(
    np.concatenate([RNG.uniform(1, 500, (FRAMES, 2, 26, 2)), RNG.uniform(0.1, 1, (FRAMES, 2, 26, 1))], -1), 3
)


def frame(index: int, time_s: float | None = None) -> VideoFrame:
    return VideoFrame(index, index / 30 if time_s is None else time_s, np.zeros((4, 4, 3), np.uint8))


def read(path, **options):
    return create_detector("keypoint_files", path=path, **options)


def check(detector, points, people=2, tolerance=1e-9):
    """Every frame has these people, in their order."""
    for t in range(FRAMES):
        found = detector.detect(frame(t))
        np.testing.assert_allclose(found.xy, points[t, :people, :, :2], atol=tolerance)
        np.testing.assert_allclose(found.score, points[t, :people, :, 2], atol=tolerance)


def write_json(path, content):
    path.write_text(json.dumps(content))
    return path


def openpose(folder, count=25, start=0):
    folder.mkdir(exist_ok=True)
    for t in range(FRAMES):
        people = [{"person_id": [-1], "pose_keypoints_2d": one[:count].ravel().tolist()} for one in POINTS[t]]
        write_json(folder / f"cam01_{t + start:012d}_keypoints.json", {"version": 1.3, "people": people})
    return folder


def coco_results(path, count=17, name=lambda t: t, box="bbox"):
    rows = []
    for t in range(FRAMES):
        for one in POINTS[t]:
            low, high = one[:count, :2].min(0), one[:count, :2].max(0)
            rows.append(
                {"image_id": name(t), "category_id": 1, "keypoints": one[:count].ravel().tolist(), "score": 0.9}
            )
            rows[-1][box] = [*low.tolist(), *(high - low).tolist()]
    return write_json(path, rows)


def mmpose(path, start=1, meta=None, count=17):
    rows = [
        {
            "frame_id": t + start,
            "instances": [
                {
                    "keypoints": one[:count, :2].tolist(), "keypoint_scores": one[:count, 2].tolist(),
                    "bbox": [[1.0, 2.0, 300.0, 400.0]], "bbox_score": 0.8,
                }
                for one in POINTS[t]
            ],
        }
        for t in range(FRAMES)
    ]  # fmt: skip
    return write_json(path, rows if meta is None else {"meta_info": meta, "instance_info": rows})


SNAKE = [
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
]


def deeplabcut(path, individuals=("",)):
    """Header and rows as analyze_videos(save_as_csv=True) writes them."""
    columns = [(who, part, c) for who in individuals for part in SNAKE for c in ("x", "y", "likelihood")]
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["scorer"] + ["DLC_resnet50"] * len(columns))
        if individuals != ("",):
            out.writerow(["individuals"] + [c[0] for c in columns])
        out.writerow(["bodyparts"] + [c[1] for c in columns])
        out.writerow(["coords"] + [c[2] for c in columns])
        for t in range(FRAMES):
            out.writerow([t, *POINTS[t, : len(individuals), :17].ravel().tolist()])
    return path


def sleap(path):
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            ["track", "frame_idx", "instance.score"] + [f"{p}.{c}" for p in SNAKE for c in ("x", "y", "score")]
        )
        for t in range(FRAMES):
            for p in range(2):
                out.writerow([f"track_{p}", t, 0.9, *POINTS[t, p, :17].ravel().tolist()])
    return path


def sleap_h5(path, scores=True):
    """Arrays transposed, as SLEAP's export of an analysis HDF5 file lays them."""
    import h5py

    points = POINTS[:, :, :17]
    with h5py.File(path, "w") as file:
        file["node_names"] = np.array([name.encode() for name in SNAKE])
        file["track_names"] = np.array([b"track_0", b"track_1"])
        file["track_occupancy"] = np.ones((FRAMES, 2), np.uint8)
        tracks = points[..., :2].transpose(1, 3, 2, 0)
        file.create_dataset("tracks", data=tracks, compression="gzip", compression_opts=9)
        if scores:
            file.create_dataset("point_scores", data=points[..., 2].transpose(1, 2, 0), compression="gzip")
    return path


def motion(times) -> Motion:
    """Two people; the second is not there in the first frame."""
    persons = []
    for p in range(2):
        xy, score = POINTS[:, p, :17, :2].copy(), POINTS[:, p, :17, 2].copy()
        xyz = np.zeros((FRAMES, 17, 3))
        if p == 1:
            xy[0], score[0], xyz[0] = np.nan, 0, np.nan
        pose = PoseSequence2D(xy, score, times, (640, 480), H36M17)
        camera = PoseSequence3D(xyz, times, Space.CAMERA_ROOT, H36M17)
        world = PoseSequence3D(xyz, times, Space.WORLD, H36M17)
        persons.append(Person(pose, pose, np.zeros((FRAMES, 17), bool), camera, world))
    numbers = np.arange(FRAMES)
    return Motion("a.mp4", numbers, times, Fraction(30), False, (640, 480), tuple(persons), "blazepose", "none")
