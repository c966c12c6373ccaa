"""What every detector promises, for those that need files: made with small or random networks and written keypoints."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from app.pipeline.detect import detector_id
from detectors import create_detector, list_detectors
from poses.sequences import Keypoints, VideoFrame
from tests.detectors import keypoint_samples, onnx_models

PICTURES = {
    "empty": np.zeros((48, 64, 3), np.uint8),
    "one pixel": np.full((1, 1, 3), 90, np.uint8),
    "one row": np.full((1, 500, 3), 90, np.uint8),
    "grey": np.full((240, 320, 3), 128, np.uint8),
    "noise": np.random.default_rng(0).integers(0, 255, (300, 200, 3), np.uint8),
}
CROWD = [(8 * i, 8 * j, 8 * i + 7, 8 * j + 7, 0.9, 0) for i in range(8) for j in range(8)]


def rtmpose(folder, boxes):
    pose = onnx_models.simcc(folder / "pose.onnx")
    return create_detector("rtmpose", pose=pose, boxes=onnx_models.yolox_raw(folder / "boxes.onnx", boxes))


def heatmap_model(folder, boxes):
    pose = onnx_models.heatmap(folder / "maps.onnx")
    people = onnx_models.yolox_labelled(folder / "boxes.onnx", boxes)
    return create_detector("rtmpose", pose=pose, boxes=people, decoder="compensated")


def rtmo(folder, boxes):
    people = np.array([[*box[:5], *np.tile([box[0], box[1], 0.5], 17)] for box in boxes]).reshape(-1, 56)
    return create_detector("rtmpose", pose=onnx_models.rtmo(folder / "rtmo.onnx", people))


def mmpose(folder, boxes):
    if not list_detectors()["mmpose_topdown"].available:
        pytest.skip("needs MMPose")
    people = onnx_models.yolox_raw(folder / "boxes.onnx", boxes)
    config = "rtmpose-t_8xb256-420e_coco-256x192"
    return create_detector("mmpose_topdown", config=config, random_weights=True, boxes=people)


def keypoint_files(folder, boxes):
    points = keypoint_samples.POINTS[0, 0, :25]
    (folder / "json").mkdir(exist_ok=True)
    people = [{"pose_keypoints_2d": points.ravel().tolist()} for _ in boxes]
    for number in range(3):
        keypoint_samples.write_json(folder / "json" / f"a_{number}_keypoints.json", {"people": people})
    return create_detector("keypoint_files", path=folder / "json")


# Detectors tested here, by id: ways to make them.
MAKERS_OF = {
    "rtmpose": [rtmpose, heatmap_model, rtmo],
    "mmpose_topdown": [pytest.param(mmpose, marks=pytest.mark.slow)],
    "keypoint_files": [keypoint_files],
}
FROM_FILES = set(MAKERS_OF)
MAKERS = [make for makers in MAKERS_OF.values() for make in makers]


def check(found, detector, people):
    assert isinstance(found, Keypoints)
    assert found.xy.shape == (people, len(detector.skeleton), 2)
    assert (np.isfinite(found.xy).all(axis=-1) | (found.score == 0)).all()
    assert np.isfinite(found.boxes).all()
    assert (found.boxes[:, 2:] >= found.boxes[:, :2]).all()


@pytest.mark.parametrize("id", MAKERS_OF)
def test_every_way_makes_the_detector_it_says(id, tmp_path):
    for way in MAKERS_OF[id]:
        make = way if callable(way) else way.values[0]
        assert detector_id(make(tmp_path, CROWD[:1])) == id


@pytest.mark.parametrize("make", MAKERS)
def test_every_picture_gives_a_valid_answer_and_closing_twice_is_fine(make, tmp_path):
    detector = make(tmp_path, CROWD[:1])
    for index, picture in enumerate(PICTURES.values()):
        found = detector.detect(VideoFrame(index % 3, index / 30, picture))
        check(found, detector, 1)
    detector.close()
    detector.close()
    try:
        found = detector.detect(VideoFrame(2, 1.0, PICTURES["grey"]))
    except ValueError as error:
        assert "was closed" in str(error)
    else:
        check(found, detector, 1)


@pytest.mark.parametrize("make", MAKERS)
def test_frame_numbers_may_jump_go_back_and_come_twice(make, tmp_path):
    detector = make(tmp_path, CROWD[:1])
    for index in (0, 1, 7, 2, 2, 10**6):
        found = detector.detect(VideoFrame(index, index / 30, PICTURES["noise"]))
        # A file has nothing for frames that it does not know.
        check(found, detector, 0 if make is keypoint_files and index > 2 else 1)


@pytest.mark.parametrize("make", MAKERS)
def test_nobody_is_nobody(make, tmp_path):
    detector = make(tmp_path, [])
    for picture in PICTURES.values():
        check(detector.detect(VideoFrame(0, 0.0, picture)), detector, 0)


@pytest.mark.parametrize("make", MAKERS)
def test_many_people_are_no_trouble(make, tmp_path):
    crowd = CROWD if make is not mmpose else CROWD[:9]
    detector = make(tmp_path, crowd)
    check(detector.detect(VideoFrame(0, 0.0, PICTURES["grey"])), detector, len(crowd))


@pytest.mark.parametrize("make", MAKERS)
def test_a_worker_thread_gets_the_same_answer(make, tmp_path):
    detector, answers = make(tmp_path, CROWD[:2]), []
    frame = VideoFrame(0, 0.0, PICTURES["noise"])
    here = detector.detect(frame)
    thread = threading.Thread(target=lambda: answers.append(detector.detect(frame)))
    thread.start()
    thread.join()
    np.testing.assert_array_equal(answers[0].xy, here.xy)
