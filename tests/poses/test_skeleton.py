"""Skeletons: checked when made, mirrored by name, mapped onto one another by joint name."""

from __future__ import annotations

import re

import numpy as np
import pytest

from poses.skeleton import RULES, Skeleton, map_skeleton, mapping_matrix
from poses.skeletons import BLAZEPOSE33, BODY25, COCO17, H36M16, H36M17, HALPE26, HUMANEVA15, MPI17, SKELETONS


@pytest.fixture(params=list(SKELETONS))
def skeleton(request) -> Skeleton:
    return SKELETONS[request.param]


def test_every_skeleton_is_a_tree_without_loops(skeleton):
    for joint in range(len(skeleton)):
        seen = set()
        while joint >= 0:
            assert joint not in seen, f"{skeleton.name}: {skeleton.joint_names[joint]} is its own ancestor"
            seen.add(joint)
            joint = skeleton.parents[joint]


def test_every_sided_joint_is_paired(skeleton):
    sided = [n for n in skeleton.joint_names if "L" + n[1:] in skeleton.joint_names and n[0] in "LR"]
    assert len(sided) == 2 * len(skeleton.pairs)
    assert all(skeleton.joint_names[a][1:] == skeleton.joint_names[b][1:] for a, b in skeleton.pairs)


def test_mirroring_twice_gives_the_same_order(skeleton):
    order = np.array(skeleton.mirror)
    assert (order[order] == np.arange(len(skeleton))).all()


def test_bones_of_the_two_sides_mirror_each_other(skeleton):
    bones = {frozenset(bone) for bone in skeleton.bones}
    mirrored = {frozenset(skeleton.mirror[j] for j in bone) for bone in skeleton.bones}
    # Detectors of faces chain some points (nose to eye) on one side only.
    body = {b for b in bones if not any("Eye" in skeleton.joint_names[j] for j in b)}
    assert body <= mirrored


def test_the_last_number_in_a_name_is_the_number_of_joints(skeleton):
    assert len(skeleton) == int(re.findall(r"\d+", skeleton.name)[-1])


def test_human36m_has_the_order_of_the_data_set():
    assert [H36M17.index(n) for n in ("Hip", "RKnee", "LFoot", "Thorax", "Head", "LWrist", "RWrist")] == [
        0, 2, 6, 8, 10, 13, 16,
    ]  # fmt: skip
    assert H36M17.parents == (-1, 0, 1, 2, 0, 4, 5, 0, 7, 8, 9, 8, 11, 12, 8, 14, 15)
    assert H36M17.root == 0
    assert H36M17.side(4) == "left"
    assert H36M17.side(3) == "right"
    assert H36M17.side(8) == "middle"


def test_an_unknown_joint_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="H36M17 has no joint 'Tail', only Hip, RHip"):
        H36M17.index("Tail")


@pytest.mark.parametrize(
    ("names", "parents", "pairs", "message"),
    [
        (("a", "a"), (-1, 0), (), "must differ"),
        (("a", "b"), (-1,), (), "must have 2 parents"),
        (("a", "b"), (-1, 2), (), "parent of joint 1"),
        (("a", "b"), (-1, 1), (), "parent of joint 1"),
        (("a", "b"), (-1, 0), ((0, 2),), "pairs"),
        (("a", "b"), (-1, 0), ((0, 0),), "pairs"),
    ],
)
def test_a_skeleton_that_cannot_be_is_refused(names, parents, pairs, message):
    with pytest.raises(ValueError, match=message):
        Skeleton("odd", names, parents, pairs)


def _points(skeleton: Skeleton, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(4, len(skeleton), 2)), rng.uniform(0.1, 1, size=(4, len(skeleton)))


def test_mapping_a_skeleton_onto_itself_changes_nothing(skeleton):
    xy, score = _points(skeleton)
    out, out_score = map_skeleton(xy, score, skeleton, skeleton)
    assert (out == xy).all()
    assert (out_score == score).all()
    assert out is not xy


@pytest.mark.parametrize("source", [COCO17, HALPE26, BLAZEPOSE33, BODY25], ids=lambda s: s.name)
@pytest.mark.parametrize("target", [H36M17, H36M16, HUMANEVA15, MPI17], ids=lambda s: s.name)
def test_every_detector_can_feed_every_lifter(source, target):
    assert np.isfinite(mapping_matrix(source, target)).all()
    assert np.allclose(mapping_matrix(source, target).sum(axis=1), 1), "weights of a mean must sum to 1"


@pytest.mark.parametrize("source", [COCO17, HALPE26, BLAZEPOSE33, BODY25], ids=lambda s: s.name)
def test_left_stays_left_and_right_stays_right(source):
    matrix = mapping_matrix(source, H36M17)
    for row, weights in enumerate(matrix):
        sides = {source.side(j) for j in np.flatnonzero(weights)}
        if H36M17.side(row) != "middle":
            assert sides == {H36M17.side(row)}
        else:
            assert sides in ({"middle"}, {"left", "right"})


def test_limbs_are_taken_from_the_same_point():
    xy, score = _points(COCO17)
    out, _ = map_skeleton(xy, score, COCO17, H36M17)
    for ours, theirs in {"LFoot": "LAnkle", "RWrist": "RWrist", "RKnee": "RKnee", "Neck/Nose": "Nose"}.items():
        assert (out[:, H36M17.index(ours)] == xy[:, COCO17.index(theirs)]).all()


def test_the_root_of_coco_is_the_middle_of_the_hips():
    xy, score = _points(COCO17)
    out, out_score = map_skeleton(xy, score, COCO17, H36M17)
    hips = [COCO17.index("LHip"), COCO17.index("RHip")]
    assert np.allclose(out[:, 0], xy[:, hips].mean(axis=1))
    assert np.allclose(out_score[:, 0], score[:, hips].min(axis=1)), "a mean is as sure as its less sure part"


def test_a_missing_keypoint_makes_what_needs_it_missing_and_nothing_else():
    xy, score = _points(COCO17)
    xy[1, COCO17.index("LHip")], score[1, COCO17.index("LHip")] = np.nan, 0
    out, out_score = map_skeleton(xy, score, COCO17, H36M17)
    missing = {H36M17.joint_names[j] for j in np.flatnonzero(np.isnan(out[1]).any(axis=-1))}
    assert missing == {"Hip", "LHip", "Spine"}
    assert np.isfinite(out[[0, 2, 3]]).all()
    assert (out_score[1, np.isnan(out[1]).any(axis=-1)] == 0).all()


def test_a_joint_that_cannot_be_made_is_missing():
    xy, score = _points(HUMANEVA15)
    out, out_score = map_skeleton(xy, score, HUMANEVA15, H36M17)
    assert np.isnan(out[:, H36M17.index("Neck/Nose")]).all()
    assert (out_score[:, H36M17.index("Neck/Nose")] == 0).all()


def test_three_dimensions_are_mapped_too():
    xyz = np.random.default_rng(0).normal(size=(3, 17, 3))
    out, _ = map_skeleton(xyz, np.ones((3, 17)), H36M17, H36M16)
    assert np.allclose(out[:, H36M16.index("Head")], xyz[:, H36M17.index("Head")])


def test_every_rule_names_joints_that_some_skeleton_has():
    known = {name for s in SKELETONS.values() for name in s.joint_names}
    assert set(RULES) <= known
    assert {part for rules in RULES.values() for rule in rules for part in rule} <= known


def test_scores_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="score must have shape"):
        map_skeleton(np.zeros((4, 17, 2)), np.zeros((4, 16)), COCO17, H36M17)
