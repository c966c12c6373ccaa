"""The whole chain, nothing stood in for, on real video against what is known of it."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from app import cli
from app.catalogue import default_lifter, make_detector, make_lifter
from app.pipeline.analysis import Detections, Settings, detect_video, lift_detections
from lifting.metrics import p_mpjpe
from poses.motion import Motion
from poses.skeleton import map_skeleton
from poses.skeletons import H36M17

pytestmark = [pytest.mark.slow, pytest.mark.data]

LIMBS = ("RHip", "RKnee", "RFoot", "LHip", "LKnee", "LFoot", "LShoulder", "LElbow", "LWrist", "RShoulder", "RElbow")


def detect(path: Path) -> Detections:
    detector = make_detector("blazepose")
    try:
        steps = list(detect_video(path, detector, Settings()))
    finally:
        detector.close()
    assert steps[-1].detections is not None
    return steps[-1].detections


def limbs(names: tuple[str, ...]) -> list[int]:
    return [names.index(name) for name in (*LIMBS, "RWrist")]


@pytest.fixture(scope="module", params=["cam01", "cam02"])
def balance(request: pytest.FixtureRequest, shared_data: Path) -> tuple[str, Detections, Motion, dict[str, np.ndarray]]:
    """Camera, detections, motion and the reference of one of the two clips."""
    detections = detect(shared_data / "videos" / f"balance_{request.param}.mp4")
    motion = lift_detections(detections, make_lifter(default_lifter(), "cpu"), Settings())
    return request.param, detections, motion, dict(np.load(shared_data / "videos" / "balance_gt.npz"))


def test_it_is_nearer_to_the_reference_than_the_detectors_own_3d(
    balance: tuple[str, Detections, Motion, dict[str, np.ndarray]], capsys: pytest.CaptureFixture[str]
) -> None:
    name, detections, motion, truth = balance
    rows = truth[f"{name}_frame_index"]
    wanted = truth[f"{name}_joints3d_cam"][:, limbs(H36M17.joint_names)]
    camera = motion.persons[0].camera
    ours = camera.xyz[rows][:, limbs(camera.skeleton.joint_names)]
    world = np.stack([detections.keypoints[row].world_m[0] for row in rows])  # type: ignore[index]
    score = np.ones(world.shape[:2])
    theirs = map_skeleton(world, score, detections.skeleton, H36M17)[0][:, limbs(H36M17.joint_names)]
    errors = p_mpjpe(ours, wanted), p_mpjpe(theirs, wanted)
    with capsys.disabled():
        print(f"\n{name}: PA-MPJPE {errors[0]:.1f} mm ({motion.lifter}), BlazePose's own 3D {errors[1]:.1f} mm")
    assert errors[0] < errors[1]


def test_the_world_is_upright_and_the_feet_are_on_the_floor(
    balance: tuple[str, Detections, Motion, dict[str, np.ndarray]], capsys: pytest.CaptureFixture[str]
) -> None:
    name, _, motion, truth = balance
    person = motion.persons[0]
    root = person.camera.skeleton.root
    # The rotation from camera to world, back from the two poses: least squares over all joints and frames.
    world = (person.world.xyz - person.world.xyz[:, root : root + 1]).reshape(-1, 3)
    u, _, vt = np.linalg.svd(world.T @ person.camera.xyz.reshape(-1, 3))
    rotation = u @ np.diag([1, 1, np.linalg.det(u @ vt)]) @ vt
    assert np.abs(world - person.camera.xyz.reshape(-1, 3) @ rotation.T).mean() < 0.02
    off = np.degrees(np.arccos(truth[f"{name}_R"] @ [0, 0, 1] @ rotation[1]))
    feet = person.world.xyz[:, [3, 6], 1].min(axis=1)
    with capsys.disabled():
        print(f"\n{name}: up is off by {off:.1f} deg, the lower ankle is at {100 * np.median(feet):.0f} cm")
    assert off < 10 and 0.02 < np.median(feet) < 0.12 and feet.min() > -0.1


def test_bones_keep_their_length_and_what_comes_out_is_as_near_as_what_was_lifted(
    balance: tuple[str, Detections, Motion, dict[str, np.ndarray]],
) -> None:
    name, _, motion, truth = balance
    person = motion.persons[0]
    xyz, skeleton = person.world.xyz, person.world.skeleton
    lengths = np.stack([np.linalg.norm(xyz[:, b] - xyz[:, a], axis=1) for a, b in skeleton.bones], axis=1)
    assert lengths.std(axis=0).max() < 1e-4
    rows, joints = truth[f"{name}_frame_index"], limbs(skeleton.joint_names)
    wanted = truth[f"{name}_joints3d_cam"][:, limbs(H36M17.joint_names)]
    lifted, shown = (p_mpjpe(one.xyz[rows][:, joints], wanted) for one in (person.camera, person.world))
    assert shown < lifted + 1.5


def test_a_man_who_enters_has_empty_rows_before_and_every_table_every_frame(
    shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    video = shared_data / "videos" / "enter_frame.mp4"
    assert cli.main(["run", str(video), "--export", "csv,npz,bvh", "--out", str(tmp_path)]) == 0
    data = np.load(tmp_path / "enter_frame.npz", allow_pickle=False)
    assert np.isnan(data["xyz_world_m"][0, :44]).all() and np.isfinite(data["xyz_world_m"][0, 60:]).all()
    with (tmp_path / "enter_frame.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    joints = [*data["joint_names"], *data["extra_joint_names"]]
    assert [int(r["frame"]) for r in rows] == [n for n in range(100) for _ in joints]
    assert all(r["x_m"] == r["x_px"] == "" for r in rows if int(r["frame"]) < 44)
    # He stands with his back to the camera: his left is on the left, at -x, and he faces away, to -z.
    hips = data["xyz_world_m"][0, 70:][:, [list(data["joint_names"]).index(n) for n in ("LHip", "RHip")]]
    assert (hips[:, 0, 0] < hips[:, 1, 0]).all()


def test_a_variable_rate_keeps_the_times_of_the_file(shared_data: Path, tmp_path: Path) -> None:
    video = shared_data / "videos" / "golf_swing_vfr.mp4"
    assert cli.main(["run", str(video), "--export", "npz", "--out", str(tmp_path)]) == 0
    with (shared_data / "videos" / "golf_swing_vfr_pts.csv").open() as file:
        wanted = [float(row["pts_seconds"]) for row in csv.DictReader(file)]
    np.testing.assert_allclose(np.load(tmp_path / "golf_swing_vfr.npz")["time_s"], wanted, atol=1e-6)
