"""Keypoints that other programs wrote: every kind is read back as it was, matched to its frame, and told when wrong."""

from __future__ import annotations

import csv
import json
import threading
from fractions import Fraction

import numpy as np
import pytest

from app.export import csv as csv_export
from app.export import npz as npz_export
from detectors import create_detector, list_detectors
from detectors._keypoint_files.names import joint_name, skeleton_of_names
from poses.errors import UserError
from poses.motion import Motion, Person
from poses.sequences import PoseSequence2D, PoseSequence3D, Space, VideoFrame
from poses.skeletons import BODY25, BODY25B, COCO17, H36M17, HALPE26

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


def test_an_openpose_folder_is_read_and_its_first_file_is_the_first_frame(tmp_path):
    detector = read(openpose(tmp_path / "json"))
    assert detector.skeleton == BODY25
    check(detector, POINTS[:, :, :25])
    check(read(openpose(tmp_path / "later", start=7)), POINTS[:, :, :25])
    assert read(tmp_path / "json", skeleton="BODY25B").skeleton == BODY25B


def test_points_that_openpose_did_not_find_are_missing(tmp_path):
    points = POINTS[0, 0, :25].copy()
    points[3] = 0
    write_json(tmp_path / "a_0_keypoints.json", {"people": [{"pose_keypoints_2d": points.ravel().tolist()}]})
    write_json(tmp_path / "a_1_keypoints.json", {"people": []})
    write_json(tmp_path / "a_2_keypoints.json", {"people": [{"pose_keypoints_2d": [0] * 75}]})
    detector = read(tmp_path)
    found = detector.detect(frame(0))
    assert np.isnan(found.xy[0, 3]).all()
    assert found.score[0, 3] == 0
    assert np.isfinite(found.boxes).all()
    assert len(detector.detect(frame(1))) == len(detector.detect(frame(2))) == 0


def test_coco_results_are_read(tmp_path):
    detector = read(coco_results(tmp_path / "results.json"))
    assert detector.skeleton == COCO17
    check(detector, POINTS[:, :, :17])
    found = detector.detect(frame(0))
    np.testing.assert_allclose(found.boxes[0], [*POINTS[0, 0, :17, :2].min(0), *POINTS[0, 0, :17, :2].max(0)])


def test_results_that_are_numbered_from_one_begin_with_the_first_frame(tmp_path):
    check(read(coco_results(tmp_path / "one.json", name=lambda t: t + 1)), POINTS[:, :, :17])
    check(read(coco_results(tmp_path / "late.json", name=lambda t: t + 500), first=500), POINTS[:, :, :17])


def test_coco_annotations_say_what_is_hidden(tmp_path):
    points = POINTS[0, 0, :17].copy()
    points[:, 2] = 2
    points[4, 2], points[5] = 1, 0
    content = {
        "images": [{"id": 77, "file_name": "f_0001.png"}, {"id": 78, "file_name": "f_0002.png"}],
        "annotations": [{"id": 1, "image_id": 78, "keypoints": points.ravel().tolist(), "bbox": [1, 2, 3, 4]}],
    }
    detector = read(write_json(tmp_path / "annotations.json", content))
    assert len(detector.detect(frame(0))) == 0
    found = detector.detect(frame(1))
    assert found.score[0, 3:6].tolist() == [1, 0.5, 0]
    np.testing.assert_array_equal(found.boxes[0], [1, 2, 4, 6])


@pytest.mark.parametrize(("count", "skeleton"), [(17, COCO17), (26, HALPE26)])
def test_alphapose_is_read(tmp_path, count, skeleton):
    detector = read(coco_results(tmp_path / "alpha.json", count, name=lambda t: f"{t}.jpg", box="box"))
    assert detector.skeleton == skeleton
    check(detector, POINTS[:, :, :count])


def test_of_whole_body_results_the_body_is_taken(tmp_path):
    keypoints = np.concatenate([POINTS[0, 0], np.ones((110, 3))]).ravel().tolist()
    detector = read(write_json(tmp_path / "a.json", [{"image_id": "0.jpg", "keypoints": keypoints, "score": 1}]))
    assert detector.skeleton == HALPE26
    np.testing.assert_allclose(detector.detect(frame(0)).xy[0], POINTS[0, 0, :, :2])


def test_mmpose_is_read_from_its_demo_and_its_inferencer(tmp_path):
    names = {str(i): name for i, name in enumerate(SNAKE)}
    meta = {"dataset_name": "coco", "keypoint_id2name": names, "skeleton_links": [[15, 13]]}
    for detector in (read(mmpose(tmp_path / "a.json", 1, meta)), read(mmpose(tmp_path / "b.json", 0))):
        assert detector.skeleton == COCO17
        check(detector, POINTS[:, :, :17])
        np.testing.assert_array_equal(detector.detect(frame(0)).boxes, [[1, 2, 300, 400]] * 2)


def test_mmpose_names_its_own_skeleton(tmp_path):
    names = {str(i): name for i, name in enumerate(["thorax", "left_hip", "right_hip"])}
    meta = {"dataset_name": "mine", "keypoint_id2name": names, "skeleton_links": [[0, 1], [0, 2]]}
    skeleton = read(mmpose(tmp_path / "a.json", 1, meta, count=3)).skeleton
    assert skeleton.joint_names == ("Thorax", "LHip", "RHip")
    assert skeleton.parents == (-1, 0, 0)


def test_deeplabcut_is_read_of_one_and_of_several(tmp_path):
    one = read(deeplabcut(tmp_path / "one.csv"))
    assert one.skeleton == COCO17
    check(one, POINTS[:, :, :17], people=1)
    check(read(deeplabcut(tmp_path / "two.csv", ("ada", "bob"))), POINTS[:, :, :17])


def test_sleap_is_read(tmp_path):
    check(read(sleap(tmp_path / "analysis.csv")), POINTS[:, :, :17])


@pytest.mark.parametrize("exporter", [npz_export, csv_export])
def test_what_a_run_wrote_is_read_back(tmp_path, exporter):
    path = tmp_path / f"run.{exporter.INFO.extension}"
    exporter.write(motion(np.arange(FRAMES) / 30), None, path)
    detector = read(path)
    assert detector.skeleton == H36M17
    assert len(detector.detect(frame(0))) == 1
    found = detector.detect(frame(3))
    np.testing.assert_allclose(found.xy, POINTS[3, :, :17, :2], atol=1e-2)
    np.testing.assert_allclose(found.score, POINTS[3, :, :17, 2], atol=1e-2)


def test_frames_are_matched_by_time_where_the_file_has_times(tmp_path):
    """Of a video of variable rate: the second frame is at 0.5 s, where the file of even rate has its fifth."""
    npz_export.write(motion(np.arange(FRAMES) * 0.125), None, tmp_path / "run.npz")
    by_time = read(tmp_path / "run.npz")
    by_rate = read(openpose(tmp_path / "json"), fps=8.0)
    for detector, count in ((by_time, 17), (by_rate, 25)):
        found = detector.detect(frame(1, 0.5))
        np.testing.assert_allclose(found.xy[0], POINTS[4, 0, :count, :2])
        assert len(detector.detect(frame(2, 2.0))) == 0


def test_wrong_counts_are_reported(tmp_path):
    folder = openpose(tmp_path / "json")
    longer, fitting, shorter, other = read(folder), read(folder), read(folder), read(folder, first=100)
    assert fitting.warnings == ()
    for detector, count in ((longer, FRAMES + 3), (fitting, FRAMES), (shorter, FRAMES - 2), (other, 4)):
        for t in range(count):
            detector.detect(frame(t))
    assert longer.warnings == ("json has nothing for 3 of the 9 frames of the video, it has 6",)
    assert fitting.warnings == ()
    assert shorter.warnings == ("json goes on for 2 frames after the last frame that was read (3)",)
    assert other.warnings == ("none of the 4 frames of the video is in json, which has frames 0 to 5: another video?",)


KINDS = {
    "results.json": coco_results,
    "mmpose.json": mmpose,
    "dlc.csv": deeplabcut,
    "sleap.csv": sleap,
    "run.npz": lambda p: npz_export.write(motion(np.arange(FRAMES) / 30), None, p),
    "run.csv": lambda p: csv_export.write(motion(np.arange(FRAMES) / 30), None, p),
}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_truncated_file_is_told_in_one_line(tmp_path, name):
    whole = tmp_path / name
    KINDS[name](whole)
    content = whole.read_bytes()
    read(whole)
    cuts = [len(content) * i // 10 for i in range(10)] + [len(content) - 12]
    if name.endswith(".csv"):
        # In the middle of a row: a cut between two rows leaves a whole, shorter table.
        cuts = [content.rfind(b"\n", 0, cut) + 6 for cut in cuts]
    for cut in cuts:
        whole.write_bytes(content[:cut])
        with pytest.raises(UserError) as caught:
            read(whole)
        assert "\n" not in str(caught.value)
        assert name in str(caught.value)


def test_a_truncated_openpose_file_is_told(tmp_path):
    file = sorted(openpose(tmp_path / "json").iterdir())[2]
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(UserError, match=rf"{file.name} is damaged .*export it again"):
        read(tmp_path / "json")


def bad(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


ROW = {"image_id": 0, "keypoints": [1.0] * 51, "score": 1}
TWINS = {"images": [{"id": 1, "file_name": "a_1.jpg"}, {"id": 2, "file_name": "b_1.jpg"}], "annotations": []}
DLC = "scorer,D,D\nbodyparts,{part},{part}\ncoords,x,y\n{row}\n"
WRONG = {
    "none of the body parts is known: snout": ("a.csv", DLC.format(part="snout", row="0,1,2")),
    "line 4 has 2 cells, the header 3": ("a.csv", DLC.format(part="nose", row="0,1")),
    "line 4 has cells that are no numbers": ("a.csv", DLC.format(part="nose", row="0,1,two")),
    "row 'img' has no frame number": ("a.csv", DLC.format(part="nose", row="img,1,2")),
    "neither a DeepLabCut, a SLEAP": ("a.csv", "name,value\na,1\n"),
    "no CSV": ("a.csv", b"\xff\xfe\x00binary"),
    "the columns nose.score are missing": ("a.csv", "track,frame_idx,instance.score,nose.x,nose.y\n"),
    "has 5 keypoints a person, known are 17": ("a.json", json.dumps([{**ROW, "keypoints": [1.0] * 15}])),
    "keypoints come in threes": ("a.json", json.dumps([{**ROW, "keypoints": [1.0] * 50}])),
    "different numbers of keypoints: 17, 26": ("a.json", json.dumps([ROW, {**ROW, "keypoints": [1.0] * 78}])),
    "keypoints are not numbers": ("a.json", json.dumps([{**ROW, "keypoints": ["a", "b", "c"]}])),
    "'image_id' is missing": ("a.json", json.dumps([{"keypoints": [1.0] * 51}])),
    "has no frame number": ("a.json", json.dumps([{**ROW, "image_id": "first.jpg"}])),
    "holds no people at all": ("a.json", "[]"),
    "give the folder with all of them": ("a.json", '{"people": []}'),
    "neither COCO, AlphaPose, MMPose": ("a.json", '{"a": 1}'),
    "several images with one frame number": ("a.json", json.dumps(TWINS)),
    "which is not listed": ("a.json", '{"images": [], "annotations": [{"image_id": 5, "keypoints": []}]}'),
    "save it as CSV": ("a.h5", b"\x89HDF"),
    "Export Analysis CSV": ("a.slp", b"\x89HDF"),
    "it could run any program": ("a.pickle", b"\x80\x04"),
    "its name says none of them": ("a.txt", "x"),
}  # fmt: skip


@pytest.mark.parametrize("said", sorted(WRONG))
def test_wrong_files_are_told_in_one_line(tmp_path, said):
    path = bad(tmp_path, *WRONG[said])
    with pytest.raises(UserError) as caught:
        read(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_wrong_arrays_and_options_are_told(tmp_path):
    np.savez(tmp_path / "no_names.npz", xy_px=np.zeros((1, 2, 3, 2)))
    np.savez(tmp_path / "shape.npz", xy_px=np.zeros((2, 3, 2)), joint_names=np.array(["Nose"] * 3))
    np.savez(tmp_path / "fit.npz", xy_px=np.zeros((1, 2, 1, 2)), joint_names=np.array(["Nose"]), frame=np.arange(5))
    np.savez(tmp_path / "pickle.npz", xy_px=np.array([{}], dtype=object), joint_names=np.array(["Nose"]))
    (tmp_path / "empty").mkdir()
    write_json(tmp_path / "empty" / "x_keypoints.json", {"people": []})
    cases = {
        "joint_names is missing": dict(path=tmp_path / "no_names.npz"),
        r"xy_px must be \(P, T, J, 2\)": dict(path=tmp_path / "shape.npz"),
        "do not fit each other": dict(path=tmp_path / "fit.npz"),
        "pickle": dict(path=tmp_path / "pickle.npz"),
        "needs --detector-option path=PATH": {},
        "found nothing there": dict(path=tmp_path / "absent.json"),
        "must have a frame number of its own": dict(path=tmp_path / "empty"),
        "skeleton must be one of": dict(path=openpose(tmp_path / "json"), skeleton="HALPE"),
        "COCO17 has 17: say another": dict(path=tmp_path / "json", skeleton="COCO17"),
        "fps must be positive": dict(path=tmp_path / "json", fps=0.0),
    }
    for said, options in cases.items():
        with pytest.raises(UserError, match=said):
            create_detector("keypoint_files", **options)


def test_scaled_openpose_results_are_refused(tmp_path):
    write_json(tmp_path / "a_0_keypoints.json", {"people": [{"pose_keypoints_2d": [0.5, 0.4, 0.9] * 25}]})
    with pytest.raises(UserError, match="--keypoint_scale 0"):
        read(tmp_path)


def test_published_2d_keypoints_of_a_real_video_are_read(tmp_path, shared_data):
    """The OpenPose BODY_25B keypoints of a real trial, written as OpenPose writes them."""
    held = np.load(shared_data / "videos" / "balance_gt.npz")
    points, numbers = held["cam02_kpts2d"].astype(float), held["cam02_frame_index"]
    for number, one in zip(numbers, points, strict=True):
        people = [{"pose_keypoints_2d": np.nan_to_num(one).ravel().tolist()}]
        write_json(tmp_path / f"cam02_{number:012d}_keypoints.json", {"version": 1.3, "people": people})
    detector = read(tmp_path, skeleton="BODY25B", first=0)
    assert tuple(str(n) for n in held["kpts2d_names"]) == detector.skeleton.joint_names
    found = detector.detect(frame(int(numbers[40])))
    seen = found.score[0] > 0
    np.testing.assert_allclose(found.xy[0][seen], points[40, seen, :2], atol=1e-6)
    knee = detector.skeleton.index("LKnee")
    assert np.abs(found.xy[0, knee] - held["cam02_joints2d"][40, H36M17.index("LKnee")]).max() < 40


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("left_shoulder", "LShoulder"), ("LShoulder", "LShoulder"), ("shoulder_R", "RShoulder"), ("rightKnee", "RKnee"),
        ("Left Ankle", "LAnkle"), ("leftwrist", "LWrist"), ("right-foot", "RAnkle"), ("l_big_toe", "LBigToe"),
        ("head", "HeadTop"), ("Nose", "Nose"), ("tail_base", "tail_base"), ("elbow", "elbow"), ("mid_hip", "Pelvis"),
    ],
)  # fmt: skip
def test_body_parts_are_known_by_many_names(part, name):
    assert joint_name(part) == name


def test_a_skeleton_is_made_of_the_parts_there_are():
    skeleton = skeleton_of_names("x", ["tail", "left_knee", "left_hip", "right_hip", "pelvis"])
    assert skeleton.joint_names == ("tail", "LKnee", "LHip", "RHip", "Pelvis")
    assert skeleton.parents == (-1, 2, 4, 4, -1)
    assert skeleton.pairs == ((2, 3),)


def test_it_always_runs_works_in_a_thread_and_closes_twice(tmp_path):
    assert list_detectors()["keypoint_files"].runs
    detector, found = read(openpose(tmp_path / "json")), []
    worker = threading.Thread(target=lambda: found.append(detector.detect(frame(0))))
    worker.start()
    worker.join()
    detector.close()
    detector.close()
    assert len(found[0]) == 2
