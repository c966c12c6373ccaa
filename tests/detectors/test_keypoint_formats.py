"""Keypoint files as the programs of other people write them: versions, conventions, numbering, inputs that failed."""

from __future__ import annotations

import json
import pickle

import h5py
import numpy as np
import pytest

from detectors._keypoint_files.openpose import BY_COUNT
from poses.errors import UserError
from poses.skeletons import COCO17, COCO18, SKELETONS
from tests.detectors.keypoint_samples import FRAMES, POINTS, SNAKE, check, coco_results, frame, mmpose, read, write_json


def seen(detector, frames: int = 70) -> list[int]:
    """The frames of a video in which it finds somebody."""
    return [t for t in range(frames) if len(detector.detect(frame(t)))]


# ---------------------------------------------------------------- inputs that failed


def test_alphapose_of_a_video_counts_from_zero_also_where_nobody_is_in_frame_0(shared_cases):
    detector = read(shared_cases / "alpha_from1.json")
    rows = json.loads((shared_cases / "alpha_from1.json").read_text())
    assert seen(detector) == sorted({int(row["image_id"].removesuffix(".jpg")) for row in rows})
    assert seen(detector)[0] == 1
    assert not any("first" in warning for warning in detector.warnings)


def test_openpose_numbers_are_those_of_the_video(shared_cases):
    assert seen(read(shared_cases / "openpose_from30")) == [30, 31, 32]


def test_openpose_before_its_version_1_1_is_read(shared_cases):
    detector = read(shared_cases / "openpose11")
    assert detector.skeleton == COCO18
    found = detector.detect(frame(0))
    np.testing.assert_allclose(found.xy[0, 0], [254.51, 159.94])


def test_a_byte_order_mark_changes_nothing(shared_cases):
    one = read(shared_cases / "bom.json").detect(frame(0))
    other = read(shared_cases / "kp.json").detect(frame(0))
    np.testing.assert_array_equal(one.xy, other.xy)


REFUSED = {
    "results_mmpose3d": r"three coordinates a point, so it is a 3D result",
    "bad_bboxdict": r"expected array \| null, found object at \[1\]\.bbox",
    "bad_bigid": r"\[1\]\.image_id",
    "bad_mm_instances_null": r"expected array, found null at instance_info\[0\]\.instances",
    "bad_ann_dictid": r"expected int \| str, found object at annotations\[0\]\.image_id",
}


@pytest.mark.parametrize("name", REFUSED)
def test_odd_shapes_are_told_by_what_was_expected_and_found(shared_cases, name):
    with pytest.raises(UserError, match=REFUSED[name]) as caught:
        read(shared_cases / f"{name}.json")
    assert "\n" not in str(caught.value) and f"{name}.json" in str(caught.value)


# ---------------------------------------------------------------- versions and programs


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_text_of_other_encodings_is_read(tmp_path, encoding):
    path = coco_results(tmp_path / "a.json")
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    path.write_bytes(mark + path.read_text().encode(encoding))
    check(read(path), POINTS[:, :, :17])


@pytest.mark.parametrize("key", ["pose_keypoints_2d", "pose_keypoints"])
@pytest.mark.parametrize(("count", "name"), BY_COUNT.items())
def test_openpose_of_every_version_and_model_is_read(tmp_path, key, count, name):
    points = np.concatenate([POINTS, POINTS], axis=2)[:, :, :count]
    for t in range(FRAMES):
        people = [{key: one.ravel().tolist(), "face_keypoints_2d": []} for one in points[t]]
        write_json(tmp_path / f"clip_{t:012d}_keypoints.json", {"version": 1.0, "people": people})
    detector = read(tmp_path)
    assert detector.skeleton == SKELETONS[name]
    check(detector, points)


def test_openpose_people_without_a_body_are_left_out_and_3d_alone_is_refused(tmp_path):
    flat = POINTS[0, 0, :25].ravel().tolist()
    people = [{"pose_keypoints_2d": [], "hand_left_keypoints_2d": [1, 2, 0.5]}, {"pose_keypoints_2d": flat}]
    write_json(tmp_path / "a_000000000000_keypoints.json", {"people": people})
    assert len(read(tmp_path).detect(frame(0))) == 1
    write_json(tmp_path / "a_000000000000_keypoints.json", {"people": [{"pose_keypoints_3d": [1.0, 2, 3, 1] * 25}]})
    with pytest.raises(UserError, match="has 3D keypoints of OpenPose and no 2D ones"):
        read(tmp_path)


@pytest.mark.parametrize(("outer", "inner"), [("people", "pose_keypoints_2d"), ("bodies", "joints")])
def test_alphapose_in_its_other_forms_is_read(tmp_path, outer, inner):
    """`--format open` and `--format cmu`: one file of all frames, and a folder with one for each frame with people."""
    points = POINTS[:, :, :18]
    by_name = {
        f"{t}.jpg": {"version": "AlphaPose v0.3", outer: [{inner: one.ravel().tolist()} for one in points[t]]}
        for t in range(1, FRAMES)
    }
    (tmp_path / "sep-json").mkdir()
    for name, one in by_name.items():
        write_json(tmp_path / "sep-json" / name.replace("jpg", "json"), one)
    for path in (write_json(tmp_path / "alphapose-results.json", by_name), tmp_path / "sep-json"):
        detector = read(path)
        assert detector.skeleton == COCO18
        assert seen(detector) == list(range(1, FRAMES))
        np.testing.assert_allclose(detector.detect(frame(3)).xy, points[3, :, :, :2])
        assert not any("first" in warning for warning in detector.warnings)


def test_mmpose_of_single_pictures_is_read_as_a_folder(tmp_path):
    for t in range(FRAMES):
        people = [{"keypoints": p[:17, :2].tolist(), "keypoint_scores": p[:17, 2].tolist()} for p in POINTS[t]]
        write_json(tmp_path / f"frame_{t:05d}.json", people)
    check(read(tmp_path), POINTS[:, :, :17])
    with pytest.raises(UserError, match="give the folder with all of them"):
        read(tmp_path / "frame_00000.json")


@pytest.mark.parametrize("bbox", [None, [], [[]], [[1, 2]], 7, "box", [["a"] * 4], [[1, 2, 3, None]]])
def test_where_mmpose_has_no_box_it_is_drawn_around_the_points(tmp_path, bbox):
    points = POINTS[0, 0, :17]
    one = {"keypoints": points[:, :2].tolist(), "keypoint_scores": points[:, 2].tolist(), "bbox": bbox}
    path = write_json(tmp_path / "a.json", [{"frame_id": 0, "instances": [one, {**one, "bbox": [[1, 2, 3, 4]]}]}])
    found = read(path).detect(frame(0))
    np.testing.assert_allclose(found.boxes, [[*points[:, :2].min(0), *points[:, :2].max(0)], [1, 2, 3, 4]])


def test_coco_annotations_name_their_points(tmp_path):
    images = [{"id": t, "file_name": f"{t:06d}.png"} for t in range(FRAMES)]
    rows = [
        {"image_id": t, "keypoints": np.column_stack([one[:3, :2], [2, 2, 2]]).ravel().tolist()}
        for t in range(FRAMES)
        for one in POINTS[t]
    ]
    content = {
        "images": images,
        "annotations": rows,
        "categories": [{"keypoints": ["nose", "left_knee", "right_knee"]}],
    }
    detector = read(write_json(tmp_path / "a.json", content))
    assert detector.skeleton.joint_names == ("Nose", "LKnee", "RKnee")
    np.testing.assert_allclose(detector.detect(frame(2)).xy, POINTS[2, :, :3, :2])


# ---------------------------------------------------------------- what is missing


MISSING = {
    "zeros": [0.0, 0.0, 0.0],
    "zeros with a score": [0.0, 0.0, 0.3],
    "minus ones": [-1.0, -1.0, 0.0],
    "NaN": [float("nan"), float("nan"), float("nan")],
    "NaN with a score": [float("nan"), 5.0, 0.9],
    "null": [None, None, None],
    "infinity": [float("inf"), 3.0, 0.9],
    "no score": [30.0, 40.0, 0.0],
    "score not a number": [30.0, 40.0, float("nan")],
    "negative score": [30.0, 40.0, -0.2],
    "far beyond any picture": [1e300, 40.0, 0.9],
}


@pytest.mark.parametrize("name", MISSING)
def test_every_convention_of_missing_points_is_missing(tmp_path, name):
    flat = POINTS[0, 0, :17].ravel().tolist()
    flat[9:12] = MISSING[name]
    found = read(write_json(tmp_path / "a.json", [{"image_id": 0, "keypoints": flat}])).detect(frame(0))
    assert np.isnan(found.xy[0, 3]).all() and found.score[0, 3] == 0
    assert np.isfinite(np.delete(found.xy[0], 3, axis=0)).all()
    assert np.isfinite(found.boxes).all()


# ---------------------------------------------------------------- which frame is the first


def doubts(detector) -> list[str]:
    seen(detector, 20)
    return [warning for warning in detector.warnings if "first=" in warning]


def test_where_the_first_frame_cannot_be_known_the_run_says_which_was_taken(tmp_path):
    padded = coco_results(tmp_path / "padded.json", name=lambda t: f"img_{t + 1:05d}.png")
    numbers = coco_results(tmp_path / "numbers.json", name=lambda t: t + 4)
    for path, first in ((padded, 1), (numbers, 0)):
        said = doubts(read(path))
        assert len(said) == 1 and f"frame {first} was taken" in said[0] and path.name in said[0]
        assert doubts(read(path, first=first)) == []
    assert doubts(read(coco_results(tmp_path / "known.json"))) == []
    assert doubts(read(coco_results(tmp_path / "zero.json", name=lambda t: f"img_{t:05d}.png"))) == []


def test_a_folder_that_begins_late_is_doubted_unless_openpose_numbered_it(tmp_path):
    people = {"people": [{"pose_keypoints_2d": POINTS[0, 0, :25].ravel().tolist()}]}
    for name in ("late", "openpose", "one"):
        (tmp_path / name).mkdir()
    for t in range(3):
        write_json(tmp_path / "late" / f"img{t + 30}_keypoints.json", people)
        write_json(tmp_path / "openpose" / f"{t + 3:012d}_keypoints.json", people)
        write_json(tmp_path / "one" / f"img{t + 1}_keypoints.json", people)
    assert "frame 30 was taken" in doubts(read(tmp_path / "late"))[0]
    assert seen(read(tmp_path / "late")) == [0, 1, 2]
    assert doubts(read(tmp_path / "openpose")) == [] and seen(read(tmp_path / "openpose")) == [3, 4, 5]
    assert doubts(read(tmp_path / "one")) == [] and seen(read(tmp_path / "one")) == [0, 1, 2]


def test_mmpose_counts_from_zero_or_one_by_what_wrote_it(tmp_path):
    late = mmpose(tmp_path / "list.json", start=5)
    assert seen(read(late), 20) == list(range(5, 5 + FRAMES))
    demo = mmpose(tmp_path / "demo.json", start=5, meta={})
    assert seen(read(demo), 20) == list(range(4, 4 + FRAMES))


def test_a_file_that_begins_in_the_middle_says_how_to_match_it(tmp_path):
    detector = read(coco_results(tmp_path / "a.json", name=lambda t: t + 500))
    detector.detect(frame(0))
    assert "begins with its frame 500 (first=500)" in detector.warnings[0]


# ---------------------------------------------------------------- DeepLabCut


LABELS = [("labeled-data", "clip", f"img{n:04d}.png") for n in (3, 17, 40)]


def labelled_csv(path, one_column: bool):
    """CollectedData as DeepLabCut writes it: the picture in three columns, in old versions in one."""
    lead = 0 if one_column else 2
    head = [
        ["scorer", *[""] * lead, *["me"] * 34],
        ["bodyparts", *[""] * lead, *np.repeat(SNAKE, 2)],
        ["coords", *[""] * lead, *["x", "y"] * 17],
    ]
    rows = [["/".join(name)] if one_column else list(name) for name in LABELS]
    values = [POINTS[t, 0, :17, :2].ravel().tolist() for t in range(3)]
    lines = [*head, *([*row, *map(str, value)] for row, value in zip(rows, values, strict=True))]
    path.write_text("\n".join(",".join(line) for line in lines) + "\n")
    return path


def labelled_h5(path):
    """The same as pandas' fixed form, which pickles nothing."""
    names = {"axis0": [("me", part, c) for part in SNAKE for c in "xy"], "axis1": LABELS}
    names["block0_items"] = names["axis0"]
    with h5py.File(path, "w") as file:
        group = file.create_group("df_with_missing")
        for axis, places in names.items():
            for k, column in enumerate(zip(*places, strict=True)):
                levels = sorted(set(column))
                group[f"{axis}_level{k}"] = np.array([one.encode() for one in levels])
                group[f"{axis}_label{k}"] = np.array([levels.index(one) for one in column], dtype=np.int8)
        group["block0_values"] = POINTS[:3, 0, :17, :2].reshape(3, -1)
    return path


def analysed_h5(path, individuals=("",), kind=None):
    """An analysed video as pandas' table form, whose column names are a pickle of protocol 0."""
    who = [(one,) if one else () for one in individuals]
    columns = [("DLC", *one, part, c) for one in who for part in SNAKE for c in ("x", "y", "likelihood")]
    values = POINTS[:, : len(who), :17].reshape(FRAMES, -1)
    with h5py.File(path, "w") as file:
        group = file.create_group("df_with_missing")
        record = np.zeros(FRAMES, dtype=[("index", "<i8"), ("values_block_0", "<f8", (len(columns),))])
        record["index"], record["values_block_0"] = np.arange(FRAMES), values
        table = group.create_dataset("table", data=record)
        table.attrs["values_block_0_kind"] = np.bytes_(pickle.dumps(columns, 0) if kind is None else kind)
    return path


def test_deeplabcut_labels_are_read_at_the_frames_they_were_made_of(tmp_path):
    for path in (
        labelled_csv(tmp_path / "CollectedData_me.csv", False),
        labelled_csv(tmp_path / "CollectedData_old.csv", True),
        labelled_h5(tmp_path / "CollectedData_me.h5"),
    ):
        detector = read(path)
        assert detector.skeleton == COCO17 and seen(detector) == [3, 17, 40]
        found = detector.detect(frame(17))
        np.testing.assert_allclose(found.xy[0], POINTS[1, 0, :17, :2])
        assert (found.score == 1).all()
        assert not doubts(read(path))


@pytest.mark.parametrize("individuals", [("",), ("ada", "bob")])
def test_deeplabcut_videos_are_read_as_hdf5(tmp_path, individuals):
    detector = read(analysed_h5(tmp_path / "video.h5", individuals))
    check(detector, POINTS[:, :, :17], people=len(individuals))


class _Program:
    def __reduce__(self):
        return (print, ("run!",))


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_pickle_that_could_run_a_program_is_refused_and_not_run(tmp_path, protocol, capsys):
    with pytest.raises(UserError, match="could run a program: save it as CSV"):
        read(analysed_h5(tmp_path / "evil.h5", kind=pickle.dumps([_Program()], protocol)))
    with pytest.raises(UserError, match="could run a program"):
        read(analysed_h5(tmp_path / "large.h5", kind=b"(lp9999999999\n."))
    assert capsys.readouterr().out == ""


def test_3d_results_of_every_program_are_refused(tmp_path):
    (tmp_path / "dlc.csv").write_text("scorer,D,D,D\nbodyparts,nose,nose,nose\ncoords,x,y,z\n0,1,2,3\n")
    with h5py.File(tmp_path / "sleap.h5", "w") as file:
        file["tracks"], file["node_names"] = np.zeros((1, 3, 2, 4)), np.array([b"nose", b"left_hip"])
    np.savez(tmp_path / "poses.npz", positions_3d=np.zeros((2, 17, 3)))
    for name in ("dlc.csv", "sleap.h5", "poses.npz"):
        with pytest.raises(UserError, match="3D result"):
            read(tmp_path / name)


# ---------------------------------------------------------------- SLEAP and VideoPose3D


def sleap_project(path, format_id=1.3, videos=(0, 0)):
    """Frame 3 with a prediction, frame 7 with one that the user corrected and one that he did not."""
    whole = POINTS[:3, 0, :17]
    predicted = np.zeros(51, dtype=[("x", "f8"), ("y", "f8"), ("visible", "?"), ("complete", "?"), ("score", "f8")])
    predicted["x"], predicted["y"], predicted["score"] = whole.reshape(-1, 3).T
    predicted["visible"] = True
    predicted["visible"][4] = False
    user = np.zeros(17, dtype=predicted.dtype.descr[:4])
    user["x"], user["y"], user["visible"] = POINTS[3, 0, :17, 0], POINTS[3, 0, :17, 1], True
    instance = [("instance_type", "u1"), ("from_predicted", "i8"), ("point_id_start", "u8"), ("point_id_end", "u8")]
    place = [("video", "u4"), ("frame_idx", "u8"), ("instance_id_start", "u8"), ("instance_id_end", "u8")]
    ids = list(range(17))[::-1]
    metadata = {"nodes": [{"name": n} for n in SNAKE[::-1]], "skeletons": [{"nodes": [{"id": i} for i in ids]}]}
    with h5py.File(path, "w") as file:
        file["pred_points"], file["points"] = predicted, user
        file["instances"] = np.array([(1, -1, 0, 17), (1, -1, 17, 34), (1, -1, 34, 51), (0, 1, 0, 17)], dtype=instance)
        file["frames"] = np.array([(videos[0], 3, 0, 1), (videos[1], 7, 1, 4)], dtype=place)
        group = file.create_group("metadata")
        group.attrs["format_id"], group.attrs["json"] = format_id, np.bytes_(json.dumps(metadata))
    return path


@pytest.mark.parametrize(("format_id", "shift"), [(1.0, 0.5), (1.3, 0.0)])
def test_sleap_projects_are_read(tmp_path, format_id, shift):
    detector = read(sleap_project(tmp_path / "labels.slp", format_id))
    assert detector.skeleton == COCO17 and seen(detector) == [3, 7]
    first, second = detector.detect(frame(3)), detector.detect(frame(7))
    np.testing.assert_allclose(np.delete(first.xy[0], 4, axis=0), np.delete(POINTS[0, 0, :17, :2], 4, axis=0) - shift)
    assert np.isnan(first.xy[0, 4]).all()
    np.testing.assert_allclose(second.xy, POINTS[[2, 3], 0, :17, :2] - shift)
    np.testing.assert_allclose(second.score[0], POINTS[2, 0, :17, 2])
    assert (second.score[1] == 1).all()


def test_a_sleap_project_of_several_videos_is_refused(tmp_path):
    with pytest.raises(UserError, match="labels of several videos"):
        read(sleap_project(tmp_path / "labels.slp", videos=(0, 1)))


def test_videopose3d_is_refused_with_the_reason(tmp_path):
    pose = {"clip": {"custom": [np.zeros((4, 17, 2), np.float32)]}}
    np.savez_compressed(tmp_path / "data_2d_custom.npz", positions_2d=pose, metadata={"num_joints": 17})
    boxes = np.array([[np.zeros((1, 5))], []], dtype=object)
    np.savez_compressed(tmp_path / "clip.mp4.npz", boxes=boxes, keypoints=boxes, metadata={"w": 1})
    for name in ("data_2d_custom.npz", "clip.mp4.npz"):
        with pytest.raises(UserError, match="pickled objects, which could run any program: save them as plain arrays"):
            read(tmp_path / name)
