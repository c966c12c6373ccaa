"""Keypoints that other programs wrote: every kind is read back as it was, and matched to its frame."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from app.export import csv as csv_export
from app.export import npz as npz_export
from detectors import list_detectors
from detectors._keypoint_files.names import joint_name, skeleton_of_names
from poses.skeletons import BODY25, BODY25B, COCO17, H36M17, HALPE26
from tests.detectors.keypoint_samples import (
    FRAMES,
    POINTS,
    SNAKE,
    check,
    coco_results,
    deeplabcut,
    frame,
    mmpose,
    motion,
    openpose,
    read,
    sleap,
    sleap_h5,
    write_json,
)


def test_an_openpose_folder_is_read(tmp_path):
    detector = read(openpose(tmp_path / "json"))
    assert detector.skeleton == BODY25
    check(detector, POINTS[:, :, :25])
    check(read(openpose(tmp_path / "later", start=7), first=7), POINTS[:, :, :25])
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
    detector = read(sleap_h5(tmp_path / "analysis.h5"))
    assert detector.skeleton == COCO17
    check(detector, POINTS[:, :, :17])


def test_points_of_sleap_without_a_score_count_as_sure(tmp_path):
    found = read(sleap_h5(tmp_path / "labelled.h5", scores=False)).detect(frame(2))
    np.testing.assert_allclose(found.xy, POINTS[2, :, :17, :2])
    assert (found.score == 1).all()


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
    assert list_detectors()["keypoint_files"].available
    detector, found = read(openpose(tmp_path / "json")), []
    worker = threading.Thread(target=lambda: found.append(detector.detect(frame(0))))
    worker.start()
    worker.join()
    detector.close()
    detector.close()
    assert len(found[0]) == 2
