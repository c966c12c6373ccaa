"""Skeletons as graphs: adjacency, the two normalisations the networks use, and the coarser skeletons of GraphSH."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poses.arrays import FloatArray, IntArray
from poses.skeleton import Skeleton

# Skeletal Pool joins these pairs (SemGCN's grouping, which GraphSH follows): 16 joints to 8 groups.
PAIRS_16 = (
    ("RKnee", "RFoot"),
    ("LKnee", "LFoot"),
    ("RHip", "LHip"),
    ("Hip", "Spine"),
    ("Thorax", "Head"),
    ("RElbow", "RWrist"),
    ("LElbow", "LWrist"),
    ("LShoulder", "RShoulder"),
)
# 8 groups to 4: legs, trunk, arms, head and shoulders.
PAIRS_8 = ((0, 1), (2, 3), (5, 6), (4, 7))


@dataclass(frozen=True)
class Scale:
    """A skeleton at one resolution: `adjacency` (N, N) of 0 and 1 without self loops, and how it becomes the next.

    groups (N/2, 2): the nodes that pool into each node of the next coarser scale; parent (N): the group of each node.
    Both are empty at the coarsest.
    """

    adjacency: FloatArray
    groups: IntArray
    parent: IntArray


def adjacency(skeleton: Skeleton) -> FloatArray:
    """(J, J) symmetric, 1 where a bone joins two joints, zero diagonal."""
    return adjacency_of(len(skeleton), skeleton.bones)


def adjacency_of(count: int, edges: tuple[tuple[int, int], ...]) -> FloatArray:
    """(count, count) symmetric adjacency of the edges, zero diagonal."""
    matrix = np.zeros((count, count))
    for a, b in edges:
        matrix[a, b] = matrix[b, a] = 1.0
    return matrix


def row_normalised(matrix: FloatArray) -> FloatArray:
    """D^-1 (A + I): every row sums to 1 (Semantic GCN, GraphSH)."""
    looped = matrix + np.eye(len(matrix))
    return looped / looped.sum(axis=1, keepdims=True)


def symmetric_normalised(matrix: FloatArray) -> FloatArray:
    """D^-1/2 A D^-1/2 without self loops: the diagonal stays zero (MLP-GraphWJ)."""
    scale = 1 / np.sqrt(np.maximum(matrix.sum(axis=1), 1e-12))
    return matrix * scale[:, None] * scale[None, :]


def contract(matrix: FloatArray, groups: IntArray) -> FloatArray:
    """Adjacency between groups: 1 where any bone joins a node of one with a node of the other."""
    coarse = matrix[groups][:, :, groups].max(axis=(1, 3))
    np.fill_diagonal(coarse, 0.0)
    return coarse


def skeletal_scales(skeleton: Skeleton) -> tuple[Scale, Scale, Scale]:
    """The 16-, 8- and 4-node skeletons of GraphSH, edges by contraction.

    Raises ValueError where the skeleton is not made of the 16 joints that Skeletal Pool pairs.
    """
    needed = {name for pair in PAIRS_16 for name in pair}
    if set(skeleton.joint_names) != needed:
        raise ValueError(
            f"skeletal pooling pairs the 16 joints of H36M16 ({', '.join(sorted(needed))}), got {skeleton.name} "
            f"with {', '.join(skeleton.joint_names)}; choose pool 'none', 'gpool' or 'sagpool'"
        )
    pairs = np.array([[skeleton.index(name) for name in pair] for pair in PAIRS_16])
    fine = adjacency(skeleton)
    middle = contract(fine, pairs)
    coarse = contract(middle, np.array(PAIRS_8))
    none = np.empty((0, 2), dtype=int)
    return (
        Scale(fine, pairs, _parents(pairs)),
        Scale(middle, np.array(PAIRS_8), _parents(np.array(PAIRS_8))),
        Scale(coarse, none, none[:, 0]),
    )


def public_scales(fine: Scale, middle: Scale, coarse: Scale) -> tuple[Scale, Scale, Scale]:
    """The scales of the public re-implementation of GraphSH, whose weights need them as they are.

    It un-pools the shins crosswise, hangs the shoulders on the pelvis, and joins trunk to arms.
    """
    crossed = fine.parent.copy()
    right, left = fine.groups[:2]
    crossed[right], crossed[left] = 1, 0
    edges_8 = ((0, 2), (1, 2), (2, 3), (3, 7), (4, 7), (5, 7), (6, 7))
    edges_4 = ((0, 1), (1, 2), (2, 3))
    return (
        Scale(fine.adjacency, fine.groups, crossed),
        Scale(adjacency_of(8, edges_8), middle.groups, middle.parent),
        Scale(adjacency_of(4, edges_4), coarse.groups, coarse.parent),
    )


def _parents(groups: IntArray) -> IntArray:
    parent = np.empty(groups.size, dtype=int)
    for group, members in enumerate(groups):
        parent[members] = group
    return parent
