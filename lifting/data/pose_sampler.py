"""Which frames of motion capture a training sees: everybody counts, and so does every kind of pose.

Recordings are mostly people who stand and walk with their arms down; a lifter that is trained on frames as they come
learns that arms are down.
"""

from __future__ import annotations

import warnings

import numpy as np

from lifting.data.augmentation import HIP, L_HIP, R_HIP, THORAX, trunk_axes
from lifting.data.mocap import Motions
from poses.arrays import FloatArray, IntArray
from poses.rotations import unit
from poses.skeletons import H36M17

KINDS = 256
# Frames from which the kinds are made, at most, and how often their centres are moved.
SAMPLE, ROUNDS = 12_000, 10


class PoseSampler:
    """Draws frames so that everybody counts: a person with n frames is drawn in proportion to the root of n.

    evenness: a frame whose kind of pose has m frames is drawn m ** evenness times less often than it would be; 0 draws
    poses as often as they were recorded, 1 every kind equally often, but for who shows it.
    """

    def __init__(self, motions: Motions, evenness: float = 0.0) -> None:
        who = np.unique(motions.subject, return_inverse=True)[1]
        frames = np.bincount(who, weights=motions.length)
        self.clip = np.repeat(np.arange(len(motions.length)), motions.length)
        clips = zip(motions.start, motions.length, strict=True)
        self.row = np.concatenate([np.arange(start, start + length) for start, length in clips])
        weight = 1 / np.sqrt(frames[who[self.clip]])
        if evenness:
            kind = cluster_poses(motions.xyz[self.row])
            size = np.bincount(kind)
            # The rarest are often single odd moments: none counts for more than six times its share.
            weight /= np.maximum(size, size.mean() / 6)[kind] ** evenness
        self.cumulative = np.cumsum(weight) / weight.sum()
        self.motions = motions

    def draw(self, rng: np.random.Generator, count: int, window: int, step: FloatArray) -> tuple[IntArray, IntArray]:
        """Rows (B, window) around random frames, `step` (B,) rows apart, edge frames repeated; and the centres (B,)."""
        frame = np.searchsorted(self.cumulative, rng.random(count), side="right").clip(max=len(self.clip) - 1)
        clip, centre = self.clip[frame], self.row[frame]
        start, length = self.motions.start[clip], self.motions.length[clip]
        offset = np.arange(window) - window // 2
        rows = np.rint(centre[:, None] + offset * step[:, None]).astype(np.int64)
        return np.clip(rows, start[:, None], (start + length - 1)[:, None]), centre


def cluster_poses(xyz: FloatArray) -> IntArray:
    """(N,) of KINDS or fewer groups of alike poses (k-means, k-means++ start), from xyz (N, 23, 3) m minus Hip, y up.

    Two poses are as far apart as their joints are after both are turned to face the same way about the vertical.
    """
    from scipy.cluster.vq import kmeans2, vq

    joints = align_heading(xyz[:, : len(H36M17)]).reshape(len(xyz), -1)
    sample = joints[:: max(1, len(joints) // SAMPLE)].astype(np.float64)
    kinds = min(KINDS, len(np.unique(sample, axis=0)))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="One of the clusters is empty")
        centres = kmeans2(sample, kinds, iter=ROUNDS, minit="++", seed=0)[0]
    found: IntArray = vq(joints.astype(np.float64), centres)[0]
    return found


def align_heading(xyz: FloatArray) -> FloatArray:
    """(N, J, 3) turned about the vertical so that the hips point the same way."""
    side = unit(trunk_axes(xyz, L_HIP, R_HIP, HIP, THORAX)[..., 0] * [1, 0, 1])
    up = np.broadcast_to([0.0, 1.0, 0.0], side.shape)
    return xyz @ np.stack([side, up, np.cross(side, up)], axis=-1)
