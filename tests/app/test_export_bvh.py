"""BVH: upright, facing +z, left at +x, constant bones, calm angles, and joints where they were lifted."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.export import bvh as exporter
from app.export._character import NAMES, PARENTS, SAME_POINT, h36m_joints, measure
from app.export._rate import resample
from app.export._solve import solve
from poses.bvh import Bvh, read_bvh
from poses.errors import UserError
from poses.rotations import apply, axis_angle_rotation, quaternion_from_matrix, transpose
from poses.sequences import PoseSequence3D, Space
from poses.skeletons import COCO17, H36M16, H36M17
from tests.app.motions import make_motion, read_clip

# Clip, and the largest distance in mm that constant bone lengths may cost there (spine and neck of the capture bend).
CLIPS = {"012_01": 15, "017_10.2": 30, "131_06": 20, "143_35": 20}


def written(tmp_path: Path, world: np.ndarray, **options: object) -> tuple[Bvh, list[str], Path]:
    path = tmp_path / "clip.bvh"
    warnings = exporter.write(make_motion(world, **options), 0, path)
    return read_bvh(path), warnings, path


def joint(file: Bvh, name: str) -> np.ndarray:
    """(T, 3) m of one joint of the file."""
    return file.joints()[:, file.names.index(name)] / 100


def rest(file: Bvh) -> dict[str, np.ndarray]:
    """Joints of the file with every channel at zero."""
    still = Bvh(
        file.names, file.parents, file.offsets, file.channels, file.ends, 1.0, np.zeros((1, file.values.shape[1]))
    )
    return dict(zip(file.names, still.joints()[0], strict=True))


def t_pose(frames: int = 5) -> np.ndarray:
    """(T, 17, 3) m: standing on the floor, arms out, facing +z, left at +x."""
    half = {
        "Hip": (0, 0.95, 0), "LHip": (0.1, 0.95, 0), "LKnee": (0.1, 0.52, 0), "LFoot": (0.1, 0.08, 0),
        "Spine": (0, 1.18, 0), "Thorax": (0, 1.42, 0), "Neck/Nose": (0, 1.55, 0.1), "Head": (0, 1.68, 0),
        "LShoulder": (0.18, 1.42, 0), "LElbow": (0.46, 1.42, 0), "LWrist": (0.71, 1.42, 0),
    }  # fmt: skip
    pose = np.zeros((17, 3))
    for name, place in half.items():
        pose[H36M17.index(name)] = place
        if name[0] == "L":
            pose[H36M17.index("R" + name[1:])] = (-place[0], *place[1:])
    return np.tile(pose, (frames, 1, 1))


@pytest.fixture(params=CLIPS)
def clip(request, shared_data) -> tuple[str, np.ndarray]:
    return request.param, read_clip(shared_data, request.param)


@pytest.fixture(scope="module")
def walk(shared_data) -> np.ndarray:
    return read_clip(shared_data, "012_01")


def test_names_and_channels_are_the_promised_ones(walk, tmp_path):
    file, _, path = written(tmp_path, walk[:5])
    assert set(file.names) == {
        "Hips", "Spine", "Spine1", "Neck", "Head",
        *(s + n for s in ("Left", "Right") for n in ("Shoulder", "Arm", "ForeArm", "Hand", "UpLeg", "Leg", "Foot")),
    }  # fmt: skip
    assert file.names[0] == "Hips"
    assert file.channels[0][3:] == ["Zrotation", "Xrotation", "Yrotation"]
    assert all(c == ["Zrotation", "Xrotation", "Yrotation"] for c in file.channels[1:]), "only the root translates"
    assert path.read_text().count("ROOT") == 1


def test_zero_rotations_are_a_t_pose_facing_plus_z_with_the_left_at_plus_x(walk, tmp_path):
    file, _, _ = written(tmp_path, walk)
    at = rest(file)
    spine = [at[n] for n in ("Hips", "Spine", "Spine1", "Neck", "Head")]
    assert (np.diff(spine, axis=0)[:, 1] > 0).all(), "upright along +y"
    assert np.allclose(np.array(spine)[:, [0, 2]], 0), "straight"
    for side, sign in (("Left", 1), ("Right", -1)):
        arm = np.array([at[side + n] for n in ("Shoulder", "Arm", "ForeArm", "Hand")])
        assert (np.diff(arm[:, 0]) * sign > 0).all()
        assert np.allclose(arm[:, 1:], arm[0, 1:]), "arms level"
        leg = np.array([at[side + n] for n in ("UpLeg", "Leg", "Foot")])
        assert (np.diff(leg[:, 1]) < 0).all()
        assert np.allclose(leg[:, [0, 2]], leg[0, [0, 2]]), "legs straight down"
        assert leg[0, 0] * sign > 0
        assert file.ends[file.names.index(f"{side}Foot")][2] > 0, "toes forward"
    mirrored = {n: at[n.replace("Left", "Right")] * [-1, 1, 1] for n in at if n.startswith("Left")}
    assert all(np.allclose(at[n], mirrored[n]) for n in mirrored), "lengths are the same left and right"


def test_a_person_in_t_pose_needs_no_rotations(tmp_path):
    file, _, _ = written(tmp_path, t_pose())
    assert np.allclose(file.values[:, 3:], 0, atol=1e-4)
    assert np.allclose(file.values[:, :3], [0, 95, 0], atol=1e-3)


def test_a_person_who_turns_left_turns_about_plus_y(tmp_path):
    turn = axis_angle_rotation(np.array([0.0, 1, 0]), np.radians(90.0))
    file, _, _ = written(tmp_path, apply(turn, t_pose()))
    hips = file.values[:, 3:6]
    assert np.allclose(hips, [0, 0, 90], atol=1e-3)
    assert np.allclose(file.values[:, 6:], 0, atol=1e-3)


def test_joints_are_where_they_were_lifted(clip, tmp_path):
    clip_name, world = clip
    file, _, _ = written(tmp_path, world)
    places = {ours: world[:, H36M17.index(theirs)] for ours, theirs in SAME_POINT.items()}
    miss = np.array([np.linalg.norm(joint(file, name) - place, axis=-1) for name, place in places.items()])
    assert miss.mean() < 0.007
    assert miss.max() < CLIPS[clip_name] / 1000


def test_bone_lengths_are_constant_in_the_file_read_back(clip, tmp_path):
    file, _, _ = written(tmp_path, clip[1])
    xyz = file.joints()
    for child, parent in enumerate(file.parents):
        if parent >= 0:
            length = np.linalg.norm(xyz[:, child] - xyz[:, parent], axis=-1)
            assert np.ptp(length) < 1e-6, file.names[child]


def test_angles_never_jump(clip, tmp_path):
    file, _, _ = written(tmp_path, clip[1])
    assert np.abs(np.diff(file.values[:, 3:], axis=0)).max() <= 180


def turning(fit) -> np.ndarray:
    """(T - 1, B) degrees that each bone turns from frame to frame, in the world."""
    _, turn = fit.character.place(fit.root, fit.rotation)
    q = quaternion_from_matrix(transpose(turn[:-1]) @ turn[1:])
    return np.degrees(2 * np.arctan2(np.linalg.norm(q[..., 1:], axis=-1), q[..., 0]))


def test_no_bone_spins(clip):
    world = clip[1]
    assert turning(solve(world, measure(world), 50.0)).max() < 45, "2,250 degrees a second is a boxer's forearm"


def test_no_bone_spins_when_the_lifter_is_noisy(shared_data):
    from scipy.ndimage import gaussian_filter1d

    world = read_clip(shared_data, "143_35")
    noise = gaussian_filter1d(np.random.default_rng(0).normal(size=world.shape), 3, axis=0)
    world = world + 0.02 * noise / noise.std()
    assert turning(solve(world, measure(world), 50.0)).max() < 45


def test_straight_limbs_keep_their_twist(walk):
    """A limb that straightens, and shakes a little while it is straight, must not turn about itself."""
    world = np.repeat(t_pose(1), 120, axis=0)
    bend = np.radians(np.concatenate([np.linspace(80, 0, 40), np.zeros(40), np.linspace(0, 80, 40)]))
    elbow, wrist = H36M17.index("LElbow"), H36M17.index("LWrist")
    world[:, wrist] = world[:, elbow] + 0.25 * np.stack([np.cos(bend), np.sin(bend), 0 * bend], axis=-1)
    world[40:80, wrist] += np.random.default_rng(0).normal(size=(40, 3)) * 0.004
    fit = solve(world, measure(world), 50.0)
    _, turn = fit.character.place(fit.root, fit.rotation)
    hinge = turn[:, NAMES.index("LeftArm"), :, 1]
    assert (hinge @ hinge[0] > np.cos(np.radians(40))).all()


@pytest.mark.parametrize("side", ["Left", "Right"])
def test_knees_and_elbows_bend_about_one_axis_the_right_way(side, tmp_path):
    world = np.repeat(t_pose(1), 50, axis=0)
    bend = np.radians(np.linspace(0, 110, 50))
    for middle, end, along, to in (("Knee", "Foot", (0, -1, 0), (0, 0, -1)), ("Elbow", "Wrist", (1, 0, 0), (0, 0, 1))):
        m, e = H36M17.index(side[0] + middle), H36M17.index(side[0] + end)
        length = np.linalg.norm(world[:, e] - world[:, m], axis=-1)[:, None]
        direction = np.array(along, dtype=float) * (-1 if side == "Right" and middle == "Elbow" else 1)
        world[:, e] = world[:, m] + length * (np.cos(bend)[:, None] * direction + np.sin(bend)[:, None] * np.array(to))
    file, _, _ = written(tmp_path, world)
    angles = {n: file.values[:, 3 + 3 * j : 6 + 3 * j] for j, n in enumerate(file.names)}
    assert np.allclose(angles[f"{side}Leg"], np.degrees(bend)[:, None] * [0, 1, 0], atol=1), "knee about +x"
    about_y = -1 if side == "Left" else 1
    assert np.allclose(angles[f"{side}ForeArm"], np.degrees(bend)[:, None] * [0, 0, about_y], atol=1)
    assert np.allclose(angles[f"{side}UpLeg"], 0, atol=1)


def test_the_report_says_how_far_joints_are(walk, tmp_path):
    _, warnings, _ = written(tmp_path, walk)
    report = warnings[-1]
    assert "read back" in report
    error = float(report.split("at most ")[1].split(" mm")[0])
    assert 0 < error < 0.1


@pytest.mark.parametrize(
    "rate", [Fraction(30000, 1001), Fraction(24000, 1001), Fraction(30), Fraction(60), Fraction(240)]
)
def test_the_frame_time_is_the_reciprocal_of_the_rate(walk, tmp_path, rate):
    file, warnings, _ = written(tmp_path, walk[:4], rate=rate)
    assert file.frame_time == float(1 / rate)
    assert Fraction(1 / file.frame_time).limit_denominator(1001) == rate
    assert len(file.values) == 4
    assert not any("varies" in w for w in warnings)


def test_in_metres_it_is_the_same_motion_a_hundredth_as_large(walk, tmp_path):
    exporter.write(make_motion(walk), 0, tmp_path / "cm.bvh")
    exporter.write(make_motion(walk), 0, tmp_path / "m.bvh", "blender")
    large, small = (read_bvh(tmp_path / name) for name in ("cm.bvh", "m.bvh"))
    assert np.abs(small.joints() - large.joints() / 100).max() < 1e-5
    assert 1.2 < np.ptp(small.joints()[..., 1]) < 1.8, "ankles to head in metres"
    assert np.array_equal(small.values[:, 3:], large.values[:, 3:])


def test_a_t_pose_in_front_moves_every_frame_by_one(walk, tmp_path):
    notes = exporter.write(make_motion(walk), 0, tmp_path / "rest.bvh", "motionbuilder")
    exporter.write(make_motion(walk), 0, tmp_path / "plain.bvh")
    rest, plain = (read_bvh(tmp_path / name) for name in ("rest.bvh", "plain.bvh"))
    assert any("one later" in note for note in notes)
    # The angles may differ by whole turns, as both are continuous from where they begin.
    assert np.allclose(rest.joints()[1:], plain.joints(), atol=1e-3)
    assert (rest.values[0, 3:] == 0).all()
    pose, names = rest.joints()[0], rest.names
    hands = [pose[names.index(side + "Hand")] for side in ("Left", "Right")]
    assert hands[0][1] == pytest.approx(hands[1][1]) and hands[0][0] > 60 > -60 > hands[1][0], "arms out, left at +x"
    foot = names.index("LeftFoot")
    assert pose[foot][1] + rest.ends[foot][1] == pytest.approx(0, abs=1e-3), "the soles are on the floor"
    assert np.abs(np.diff(rest.values[:, 3:], axis=0)).max() <= 180


def test_a_variable_rate_is_resampled_and_said(walk, tmp_path):
    """Frames taken at uneven times give the same motion at even times as frames taken at even times."""
    rng = np.random.default_rng(0)
    keep = np.sort(rng.choice(np.arange(1, len(walk) - 1), 150, replace=False))
    keep = np.concatenate([[0], keep, [len(walk) - 1]])
    file, warnings, _ = written(tmp_path, walk[keep], time_s=keep / 50.0, rate=Fraction(50))
    assert any("frame rate varies" in w and "resampled at 50 frames" in w for w in warnings)
    assert len(file.values) == len(walk)
    even, _, _ = written(tmp_path, walk)
    assert np.abs(joint(file, "LeftHand") - joint(even, "LeftHand")).max() < 0.015


def test_resampling_at_the_same_times_changes_nothing(walk):
    present = np.ones(len(walk), bool)
    present[10:20] = False
    broken = walk.copy()
    broken[10:20] = np.nan
    times = np.arange(len(walk)) / 50.0
    out, there = resample(broken, present, times, times)
    assert (there == present).all()
    assert np.allclose(out, broken, equal_nan=True)


def test_frames_without_the_person_are_blended_or_held_and_said(walk, tmp_path):
    world = walk.copy()
    world[:10], world[50:60], world[-5:] = np.nan, np.nan, np.nan
    file, warnings, _ = written(tmp_path, world)
    said = next(w for w in warnings if "nobody is there" in w)
    assert f"in 25 of {len(walk)} frames" in said
    assert f"0-9, 50-59, {len(walk) - 5}-{len(walk) - 1}" in said
    assert len(file.values) == len(walk)
    assert (file.values[:10] == file.values[10]).all(), "held before the first frame"
    assert np.allclose(file.values[-5:], file.values[-6]), "held after the last frame"
    hand = joint(file, "LeftHand")
    assert np.linalg.norm(np.diff(hand[48:62], axis=0), axis=-1).max() < 0.06, "blended in between"


def test_one_frame_is_enough(walk, tmp_path):
    file, _, _ = written(tmp_path, walk[:1])
    assert len(file.values) == 1


def test_a_person_who_is_never_there_is_refused(walk, tmp_path):
    with pytest.raises(UserError, match="person 1 is in no frame"):
        written(tmp_path, np.full_like(walk, np.nan))
    assert list(tmp_path.iterdir()) == []


def test_a_skeleton_without_a_nose_works(walk, tmp_path):
    file, _, _ = written(tmp_path, walk, skeleton=H36M16)
    assert np.linalg.norm(joint(file, "LeftHand") - walk[:, H36M17.index("LWrist")], axis=-1).max() < 0.02


def test_a_skeleton_without_a_trunk_is_refused():
    faceless = PoseSequence3D(np.zeros((2, 17, 3)), np.arange(2.0), Space.WORLD, COCO17)
    assert np.isfinite(h36m_joints(faceless)[:, H36M17.index("Thorax")]).all(), "COCO has shoulders to make one of"
    from poses.skeleton import Skeleton

    stick = Skeleton("STICK", ("Hip", "Head"), (-1, 0), ())
    with pytest.raises(UserError, match="needs the joints RHip"):
        h36m_joints(PoseSequence3D(np.zeros((2, 2, 3)), np.arange(2.0), Space.WORLD, stick))


def test_feet_are_level_on_the_floor_and_hang_in_the_air(tmp_path):
    lean = axis_angle_rotation(np.array([1.0, 0, 0]), np.radians(20.0))
    world = t_pose()
    for height, level in ((0.0, True), (1.0, False)):
        leaning = world.copy()
        knee, foot = H36M17.index("LKnee"), H36M17.index("LFoot")
        leaning[:, knee] = leaning[:, foot] + apply(lean, world[:, knee] - world[:, foot])
        leaning[..., 1] += height
        fit = solve(leaning, measure(leaning), 50.0)
        _, turn = fit.character.place(fit.root, fit.rotation)
        pitch = np.degrees(np.arcsin(turn[:, NAMES.index("LeftFoot"), 1, 2]))
        assert (np.abs(pitch) < 2).all() if level else (pitch < -10).all()


def test_joints_are_listed_depth_first_as_the_file_needs():
    for index, parent in enumerate(PARENTS):
        assert parent < index
    children = [[c for c, p in enumerate(PARENTS) if p == j] for j in range(len(NAMES))]
    order: list[int] = []

    def visit(j: int) -> None:
        order.append(j)
        for c in children[j]:
            visit(c)

    visit(0)
    assert order == list(range(len(NAMES)))


SECOND_OPINION = """
import json, sys
import bvhio
root = bvhio.readAsHierarchy(sys.argv[1])
out = {}
for frame in map(int, sys.argv[2:]):
    root.loadPose(frame)
    out[frame] = {joint.Name: list(joint.PositionWorld) for joint, _, _ in root.layout()}
print(json.dumps(out))
"""


def test_another_reader_sees_the_same_joints(shared_data, tmp_path):
    """bvhio is asked in a process of its own, so that it can be stopped."""
    world = read_clip(shared_data, "143_35")
    file, _, path = written(tmp_path, world)
    frames = [0, 100, 250, len(world) - 1]
    command = [sys.executable, "-W", "ignore", "-c", SECOND_OPINION, str(path), *map(str, frames)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    theirs = json.loads(done.stdout.splitlines()[-1])
    xyz = file.joints()
    for frame in frames:
        for index, name in enumerate(file.names):
            assert np.linalg.norm(np.array(theirs[str(frame)][name]) - xyz[frame, index]) < 0.01, (frame, name)
