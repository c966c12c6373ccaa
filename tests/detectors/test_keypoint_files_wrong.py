"""Keypoint files that are cut off, of another kind or wrong in themselves: one line says what and what to do."""

from __future__ import annotations

import json

import h5py
import numpy as np
import pytest

from app.export import csv as csv_export
from app.export import npz as npz_export
from detectors import create_detector
from poses.errors import UserError
from tests.detectors.keypoint_samples import (
    FRAMES,
    coco_results,
    deeplabcut,
    mmpose,
    motion,
    openpose,
    read,
    sleap,
    sleap_h5,
    write_json,
)

KINDS = {
    "results.json": coco_results,
    "mmpose.json": mmpose,
    "dlc.csv": deeplabcut,
    "sleap.csv": sleap,
    "sleap.h5": sleap_h5,
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
    with pytest.raises(UserError, match=rf"{file.name} must be JSON, but is damaged or cut off"):
        read(tmp_path / "json")


def bad(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


ROW = {"image_id": 0, "keypoints": [1.0] * 51, "score": 1}
TWINS = {"images": [{"id": 1, "file_name": "a_1.jpg"}, {"id": 2, "file_name": "b_1.jpg"}], "annotations": []}
DLC = "scorer,D,D\nbodyparts,{part},{part}\ncoords,x,y\n{row}\n"
OURS = "frame,time_s,person,joint,x_px,y_px,score\n"
WRONG = {
    "none of the body parts is known: snout": ("a.csv", DLC.format(part="snout", row="0,1,2")),
    "body part 1 has no name": ("a.csv", "scorer,D,D,D,D\nbodyparts,,,nose,nose\ncoords,x,y,x,y\n0,1,2,3,4\n"),
    "a frame has the number 1000000": ("a.csv", f"{OURS}1{'0' * 30},0,1,Nose,1,2,0.5\n"),
    "a frame has the number -1": ("a.csv", f"{OURS}-1,0,1,Nose,1,2,0.5\n"),
    "line 4 has 2 cells, the header 3": ("a.csv", DLC.format(part="nose", row="0,1")),
    "line 4 has cells that are no numbers": ("a.csv", DLC.format(part="nose", row="0,1,two")),
    "row 'img' has no frame number": ("a.csv", DLC.format(part="nose", row="img,1,2")),
    "neither a DeepLabCut, a SLEAP": ("a.csv", "name,value\na,1\n"),
    "must be text in UTF-8 or UTF-16": ("a.csv", b"\xff\xfe\x00binary"),
    "the columns nose.score are missing": ("a.csv", "track,frame_idx,instance.score,nose.x,nose.y\n"),
    "has 5 keypoints a person, known are 17": ("a.json", json.dumps([{**ROW, "keypoints": [1.0] * 15}])),
    "keypoints come in threes": ("a.json", json.dumps([{**ROW, "keypoints": [1.0] * 50}])),
    "different numbers of keypoints: 17, 26": ("a.json", json.dumps([ROW, {**ROW, "keypoints": [1.0] * 78}])),
    "expected float | null, found str at [0].keypoints[0]": ("a.json", json.dumps([{**ROW, "keypoints": ["a"]}])),
    "object missing required field image_id at [0]": ("a.json", json.dumps([{"keypoints": [1.0] * 51}])),
    "has no frame number": ("a.json", json.dumps([{**ROW, "image_id": "first.jpg"}])),
    "holds no people at all": ("a.json", "[]"),
    "give the folder with all of them": ("a.json", '{"people": []}'),
    "neither COCO, AlphaPose, MMPose": ("a.json", '{"a": 1}'),
    "several images with one frame number": ("a.json", json.dumps(TWINS)),
    "which is not listed": ("a.json", '{"images": [], "annotations": [{"image_id": 5, "keypoints": []}]}'),
    "no HDF5": ("a.h5", b"\x89HDF"),
    "no HDF5 that can be read": ("a.slp", b"\x89HDF"),
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


def test_hdf5_of_others_and_of_wrong_shape_is_told_in_one_line(tmp_path):
    path = tmp_path / "a.h5"
    names = np.array([b"nose", b"left_hip"])
    cases = {
        "its table has no index or no values": {"df_with_missing/table": np.zeros(3)},
        "tracks, node_names is missing": {"keypoints": np.zeros(3)},
        "tracks must be numbers": {"tracks": np.zeros((1, 2, 3, 4)), "node_names": names},
        "point_scores must be": {
            "tracks": np.zeros((1, 2, 2, 4)), "node_names": names, "point_scores": np.zeros((4, 2, 1)),
        },
    }  # fmt: skip
    for said, content in cases.items():
        with h5py.File(path, "w") as file:
            for name, values in content.items():
                file[name] = values
        with pytest.raises(UserError, match=said) as caught:
            read(path)
        assert "\n" not in str(caught.value)


def test_wrong_arrays_and_options_are_told(tmp_path):
    np.savez(tmp_path / "no_names.npz", xy_px=np.zeros((1, 2, 3, 2)))
    np.savez(tmp_path / "shape.npz", xy_px=np.zeros((2, 3, 2)), joint_names=np.array(["Nose"] * 3))
    np.savez(tmp_path / "fit.npz", xy_px=np.zeros((1, 2, 1, 2)), joint_names=np.array(["Nose"]), frame=np.arange(5))
    np.savez(tmp_path / "pickle.npz", xy_px=np.array([{}], dtype=object), joint_names=np.array(["Nose"]))
    (tmp_path / "empty").mkdir()
    write_json(tmp_path / "empty" / "x_keypoints.json", {"people": []})
    cases = {
        "joint_names is missing": dict(path=tmp_path / "no_names.npz"),
        r"xy_px must be \(any, any, 3, 2\)": dict(path=tmp_path / "shape.npz"),
        r"frame must be \(2\)": dict(path=tmp_path / "fit.npz"),
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
