"""Joint angles against bodies whose limbs were turned by known angles."""

from __future__ import annotations

import numpy as np
import pytest

from poses.angles import joint_angles
from poses.rotations import matrix_from_euler
from poses.skeletons import H36M16, H36M17, HUMANEVA15

# Standing upright, arms hanging, facing +z, head above the chest: its left is +x.
STANDING = {
    "Hip": (0, 0.9, 0), "RHip": (-0.1, 0.9, 0), "RKnee": (-0.1, 0.5, 0), "RFoot": (-0.1, 0.1, 0),
    "LHip": (0.1, 0.9, 0), "LKnee": (0.1, 0.5, 0), "LFoot": (0.1, 0.1, 0), "Spine": (0, 1.15, 0),
    "Thorax": (0, 1.4, 0), "Neck/Nose": (0, 1.5, 0), "Head": (0, 1.6, 0), "LShoulder": (0.2, 1.4, 0),
    "LElbow": (0.2, 1.1, 0), "LWrist": (0.2, 0.85, 0), "RShoulder": (-0.2, 1.4, 0), "RElbow": (-0.2, 1.1, 0),
    "RWrist": (-0.2, 0.85, 0),
}  # fmt: skip
LIMBS = {"LHip": ("LKnee", "LFoot"), "LKnee": ("LFoot",), "LShoulder": ("LElbow", "LWrist"), "LElbow": ("LWrist",)}


def standing() -> np.ndarray:
    return np.array([[STANDING[name] for name in H36M17.joint_names]])


def turned(xyz: np.ndarray, about: str, names: tuple[str, ...], euler: tuple[float, float, float]) -> np.ndarray:
    """`names` turned about the joint `about`, "YXZ" degrees in world axes."""
    out, moved, pivot = xyz.copy(), [H36M17.index(n) for n in names], xyz[:, [H36M17.index(about)]]
    out[:, moved] = (xyz[:, moved] - pivot) @ matrix_from_euler(np.array(euler, dtype=float), "YXZ").T + pivot
    return out


def at(xyz: np.ndarray) -> dict[str, float]:
    return {name: float(values[0]) for name, values in joint_angles(xyz, H36M17).items()}


def test_standing_is_zero() -> None:
    angles = at(standing())
    assert len(angles) == 20
    planes = {"LShoulder plane", "RShoulder plane"}
    assert all(np.isnan(angles[name]) for name in planes), "a hanging arm is raised in no plane"
    assert all(abs(angle) < 1e-6 for name, angle in angles.items() if name not in planes)


@pytest.mark.parametrize(
    ("joint", "euler", "expected"),
    [
        ("LHip", (0, -40, 0), {"LHip flexion": 40, "LHip abduction": 0}),
        ("LHip", (0, 20, 0), {"LHip flexion": -20}),
        ("LHip", (0, 0, 30), {"LHip abduction": 30, "LHip flexion": 0}),
        ("LKnee", (0, 75, 0), {"LKnee flexion": 75, "LHip flexion": 0}),
        ("LElbow", (0, -110, 0), {"LElbow flexion": 110, "LShoulder elevation": 0}),
        ("LShoulder", (0, 0, 90), {"LShoulder elevation": 90, "LShoulder plane": 0}),
        ("LShoulder", (0, -60, 0), {"LShoulder elevation": 60, "LShoulder plane": 90}),
        ("LShoulder", (0, 45, 0), {"LShoulder elevation": 45, "LShoulder plane": -90}),
    ],
)
def test_a_limb_turned_by_a_known_angle(joint, euler, expected) -> None:
    body = turned(standing(), joint, LIMBS[joint], euler)
    for name, angle in expected.items():
        assert at(body)[name] == pytest.approx(angle, abs=1e-6), name
    # The same on the other side, by the mirror image of the whole body.
    other = at((body * [-1, 1, 1])[:, list(H36M17.mirror)])
    for name, angle in expected.items():
        assert other["R" + name[1:]] == pytest.approx(angle, abs=1e-6), name


CHEST = ("Thorax", "Neck/Nose", "Head", "LShoulder", "LElbow", "LWrist", "RShoulder", "RElbow", "RWrist")


@pytest.mark.parametrize(
    ("euler", "expected"),
    [
        ((0, 25, 0), {"Spine flexion": 25, "Spine bending": 0, "Spine twist": 0}),
        ((0, 0, -15), {"Spine flexion": 0, "Spine bending": 15, "Spine twist": 0}),
        ((35, 0, 0), {"Spine flexion": 0, "Spine bending": 0, "Spine twist": 35}),
    ],
)
def test_a_chest_turned_against_the_hips(euler, expected) -> None:
    angles = at(turned(standing(), "Spine", CHEST, euler))
    for name, angle in expected.items():
        assert angles[name] == pytest.approx(angle, abs=1e-6), name
    # The spine is in the middle of the trunk, so the line from hips to neck leans by half.
    assert angles["Hip tilt"] == pytest.approx(expected["Spine flexion"] / 2, abs=1e-6)
    assert angles["LShoulder elevation"] == pytest.approx(0, abs=1e-6), "arms are seen from the chest"


def test_a_bowed_head() -> None:
    angles = at(turned(standing(), "Thorax", ("Neck/Nose", "Head"), (0, 20, 0)))
    assert (angles["Head flexion"], angles["Head bending"]) == pytest.approx((20, 0), abs=1e-6)
    assert at(turned(standing(), "Thorax", ("Head",), (0, 0, -10)))["Head bending"] == pytest.approx(10, abs=1e-6)


def test_a_whole_body_turned_in_the_world_changes_three_angles() -> None:
    posed = turned(turned(standing(), "LHip", LIMBS["LHip"], (0, -40, 10)), "Spine", CHEST, (10, 0, 0))
    moved = posed @ matrix_from_euler(np.array([50.0, 12.0, 7.0]), "YXZ").T + [1, 2, 3]
    before, after = at(posed), at(moved)
    assert (after["Hip heading"], after["Hip tilt"], after["Hip list"]) == pytest.approx((50, 12, 7), abs=1e-6)
    for name in before.keys() - {"Hip heading", "Hip tilt", "Hip list"}:
        assert after[name] == pytest.approx(before[name], abs=1e-6, nan_ok=True), name


def test_turning_round_twice_goes_on_counting_also_across_a_gap() -> None:
    heading = np.arange(0, 721, 20.0)
    turns = matrix_from_euler(np.stack([heading, 0 * heading, 0 * heading], axis=1), "YXZ")
    xyz = standing() @ np.swapaxes(turns, -1, -2)
    xyz[7:9] = np.nan
    found = joint_angles(xyz, H36M17)["Hip heading"]
    assert np.isnan(found[7:9]).all()
    np.testing.assert_allclose(np.delete(found, [7, 8]), np.delete(heading, [7, 8]), atol=1e-6)


def test_a_missing_joint_takes_only_its_own_angles() -> None:
    xyz = standing()
    xyz[:, H36M17.index("LWrist")] = np.nan
    missing = {name for name, angle in at(xyz).items() if np.isnan(angle)} - {"LShoulder plane", "RShoulder plane"}
    assert missing == {"LElbow flexion"}


def test_other_skeletons_give_what_they_have() -> None:
    sixteen = standing()[:, [H36M17.index(name) for name in H36M16.joint_names]]
    assert joint_angles(sixteen, H36M16).keys() == joint_angles(standing(), H36M17).keys()
    names = set(joint_angles(np.zeros((1, 15, 3)), HUMANEVA15))
    assert names == {f"{side}{joint} flexion" for side in "LR" for joint in ("Knee", "Elbow")}
