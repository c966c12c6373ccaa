"""RTMPose, RTMO and YOLOX through ONNX Runtime, with small models of the published inputs and outputs."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from detectors import create_detector, list_detectors, rtmpose
from detectors._onnx import Network, choose_providers
from detectors._topdown import crop_of, letterbox
from detectors._yolox import YoloX
from poses.errors import UserError
from poses.sequences import VideoFrame
from tests.detectors import onnx_models


def picture(*dots: tuple[int, int], size: tuple[int, int] = (320, 240), colour=(255, 0, 0)) -> VideoFrame:
    """A dark picture with a soft red dot at each (x, y)."""
    y, x = np.mgrid[: size[1], : size[0]]
    image = np.zeros((size[1], size[0], 3))
    for dot in dots:
        light = np.exp(-((x - dot[0]) ** 2 + (y - dot[1]) ** 2) / (2 * 4.0**2))
        image += light[..., None] * np.array(colour)
    return VideoFrame(0, 0.0, np.clip(image, 0, 255).astype(np.uint8))


@pytest.fixture
def pose(tmp_path):
    return onnx_models.simcc(tmp_path / "pose.onnx")


@pytest.fixture
def boxes(tmp_path):
    """Two people in a 320 x 240 picture that is fitted into 64 x 64, a dog, a doubtful one and a double."""
    people = [(4, 4, 28, 44, 0.9, 0), (36, 4, 60, 44, 0.8, 0), (20, 4, 44, 44, 0.99, 16), (4, 20, 12, 28, 0.1, 0)]
    return onnx_models.yolox_raw(tmp_path / "boxes.onnx", [*people, (7, 14, 33, 50, 0.7, 0)])


def test_each_person_s_keypoints_are_found_where_they_are(pose, boxes):
    detector = create_detector("rtmpose", pose=pose, boxes=boxes)
    found = detector.detect(picture((70, 130), (250, 60)))

    assert found.xy.shape == (2, 17, 2)
    np.testing.assert_allclose(found.boxes, [[20, 20, 140, 220], [180, 20, 300, 220]], atol=0.01)
    # A SimCC bin is half an input pixel, an input pixel here about five of the picture.
    assert np.abs(found.xy[0] - [70, 130]).max() < 4
    assert np.abs(found.xy[1] - [250, 60]).max() < 4
    assert ((found.score > 0.5) & (found.score <= 1)).all()


def test_models_get_red_first(pose):
    detector = rtmpose.create(pose=pose, boxes=None)
    red = detector.detect(picture((70, 130)))
    blue = detector.detect(picture((70, 130), colour=(0, 0, 255)))

    assert np.abs(red.xy - [70, 130]).max() < 5
    assert np.abs(blue.xy - [70, 130]).max() > 20


def test_a_model_for_one_picture_at_a_time_is_run_for_each_person(tmp_path, boxes):
    one = onnx_models.simcc(tmp_path / "one.onnx", batch=1)
    found = rtmpose.create(pose=one, boxes=boxes).detect(picture((70, 130), (250, 60)))
    assert np.abs(found.xy[1] - [250, 60]).max() < 4


def test_the_layout_with_labels_gives_the_same_people(tmp_path, pose):
    labelled = onnx_models.yolox_labelled(
        tmp_path / "labelled.onnx", [(4, 4, 28, 44, 0.9, 0), (36, 4, 60, 44, 0.8, 0), (20, 4, 44, 44, 0.99, 16)]
    )
    found = rtmpose.create(pose=pose, boxes=labelled).detect(picture())
    np.testing.assert_allclose(found.boxes, [[20, 20, 140, 220], [180, 20, 300, 220]], atol=0.01)


@pytest.mark.parametrize("make", [onnx_models.yolox_raw, onnx_models.yolox_labelled])
def test_nobody_gives_no_people(tmp_path, pose, make):
    detector = rtmpose.create(pose=pose, boxes=make(tmp_path / "none.onnx", []))
    assert len(detector.detect(picture())) == 0


@pytest.mark.parametrize("decoder", ["argmax", "soft", "compensated"])
def test_heat_maps_are_kept_and_decoded_as_asked(tmp_path, decoder):
    model = onnx_models.heatmap(tmp_path / "maps.onnx", size=(192, 256))
    detector = rtmpose.create(pose=model, boxes=None, decoder=decoder)
    found = detector.detect(picture((70, 130)))

    assert detector.heatmaps.shape == (1, 17, 64, 48)
    assert np.isfinite(found.xy).all()
    # Black is not 0 in these maps, and the light is soft: the plain soft-argmax is drawn to the middle at (160, 120).
    apart = np.abs(found.xy - [70, 130]).max()
    assert apart > 20 if decoder == "soft" else apart < 8


def test_rtmo_gives_people_and_keypoints_at_once(tmp_path):
    people = np.zeros((3, 5 + 51))
    people[:, :5] = [[4, 4, 28, 44, 0.9], [5, 5, 29, 45, 0.6], [36, 4, 60, 44, 0.8]]
    people[:, 5:] = np.tile([10, 20, 0.7], 17)
    people[2, 5:] = np.tile([50, 30, 1.3], 17)
    detector = rtmpose.create(pose=onnx_models.rtmo(tmp_path / "rtmo.onnx", people))

    found = detector.detect(picture())

    np.testing.assert_allclose(found.xy[0], np.tile([50, 100], (17, 1)), atol=1e-4)
    np.testing.assert_allclose(found.xy[1], np.tile([250, 150], (17, 1)), atol=1e-4)
    np.testing.assert_allclose(found.boxes[1], [180, 20, 300, 220], atol=1e-4)
    assert found.score.max() == 1


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (640, 2)])
def test_odd_pictures_are_taken(pose, boxes, size):
    found = rtmpose.create(pose=pose, boxes=boxes).detect(VideoFrame(0, 0.0, np.full((*size, 3), 128, np.uint8)))
    assert found.xy.shape[1:] == (17, 2)


def test_works_in_a_worker_thread_and_closes_twice(pose, boxes):
    detector = rtmpose.create(pose=pose, boxes=boxes)
    found = []
    worker = threading.Thread(target=lambda: found.append(detector.detect(picture((70, 130)))))
    worker.start()
    worker.join()
    detector.close()
    detector.close()
    assert len(found[0]) == 2


def test_26_keypoints_need_their_skeleton_said(tmp_path):
    model = onnx_models.simcc(tmp_path / "halpe.onnx", joints=26)
    with pytest.raises(UserError, match="gives 26 keypoints, COCO17 has 17 joints: say skeleton=HALPE26"):
        rtmpose.create(pose=model, boxes=None)
    assert rtmpose.create(pose=model, boxes=None, skeleton="HALPE26").skeleton.name == "HALPE26"


def test_of_a_whole_body_model_the_body_is_taken(tmp_path):
    model = onnx_models.simcc(tmp_path / "whole.onnx", joints=133)
    found = rtmpose.create(pose=model, boxes=None).detect(picture((70, 130)))
    assert found.xy.shape == (1, 17, 2)


def test_wrong_models_are_told_in_one_line(tmp_path, pose, boxes):
    (tmp_path / "text.onnx").write_text("not a model")
    truncated = tmp_path / "cut.onnx"
    truncated.write_bytes(pose.read_bytes()[: pose.stat().st_size // 2])
    wrong = {
        "must give YOLOX boxes": dict(pose=pose, boxes=pose),
        "SimCC vectors": dict(pose=boxes, boxes=boxes),
        "not an ONNX model that runs": dict(pose=tmp_path / "text.onnx"),
        "not an ONNX model": dict(pose=truncated),
        "found nothing there": dict(pose=tmp_path / "absent.onnx"),
        "must be an .onnx file or one of": dict(pose="rtmpose-xxl"),
        "decoder must be one of": dict(pose=pose, decoder="best"),
        "skeleton must be one of": dict(pose=pose, skeleton="COCO19"),
    }
    for text, options in wrong.items():
        with pytest.raises(UserError, match=text) as caught:
            rtmpose.create(**options)
        assert "\n" not in str(caught.value)


def test_devices_that_are_not_there_are_named():
    cpu = ["AzureExecutionProvider", "CPUExecutionProvider"]
    cuda = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]
    assert choose_providers("auto", cpu) == ["CPUExecutionProvider"]
    assert choose_providers("auto", cuda) == ["CUDAExecutionProvider", "CPUExecutionProvider"]
    assert choose_providers("mps", ["CoreMLExecutionProvider", "CPUExecutionProvider"])[0] == "CoreMLExecutionProvider"
    with pytest.raises(UserError, match="device cuda needs onnxruntime-gpu"):
        choose_providers("cuda", cpu)
    with pytest.raises(UserError, match="device must be auto"):
        choose_providers("tpu", cpu)


def test_missing_models_are_told_before_use(monkeypatch, tmp_path):
    monkeypatch.setenv("MAREY_MODELS", str(tmp_path))
    part = list_detectors()["rtmpose"]

    assert not part.available
    assert "rtmpose-m (54 MB" in part.unavailable_reason
    assert "marey models --fetch rtmpose-m yolox-tiny" in part.unavailable_reason
    with pytest.raises(UserError, match="cannot run here: needs rtmpose-m"):
        create_detector("rtmpose")
    with pytest.raises(UserError, match="needs rtmpose-s"):
        create_detector("rtmpose", pose="rtmpose-s")


def test_a_crop_goes_there_and_back():
    crop = crop_of(np.array([100.0, 50.0, 180.0, 250.0]), (192, 256))
    corners = np.array([[100.0, 50.0], [180.0, 250.0], [33.3, 7.7]])
    inside = corners @ crop.matrix[:, :2].T + crop.matrix[:, 2]

    np.testing.assert_allclose(crop.to_picture(inside), corners, atol=1e-9)
    np.testing.assert_allclose(crop.size, [187.5, 250.0])
    assert crop.size[0] / crop.size[1] == pytest.approx(192 / 256)


def test_the_letterbox_is_blue_first_and_grey_where_there_is_no_picture():
    image = np.zeros((100, 200, 3), np.uint8)
    image[..., 2] = 200
    batch, scale = letterbox(image, (64, 64))
    assert scale == pytest.approx(0.32)
    assert batch.shape == (1, 3, 64, 64)
    np.testing.assert_array_equal(batch[0, :, 0, 0], [200, 0, 0])
    np.testing.assert_array_equal(batch[0, :, 63, 63], [114, 114, 114])


def test_boxes_of_another_size_of_grid_are_refused(tmp_path):
    wrong = onnx_models._fixed(tmp_path / "wrong.onnx", (64, 64), {"output": np.zeros((1, 11, 85))})
    with pytest.raises(UserError, match="must give 84 boxes for 64 x 64, it gives 11"):
        YoloX(Network(wrong)).people(np.zeros((64, 64, 3), np.uint8))
