"""Errors of 3D poses, in millimetres. pred and target (T, J, 3) metres, root-relative; one number for all of them.

MPJPE, P-MPJPE, N-MPJPE and MPJVE as Human3.6M's protocols 1, 2, (scale only) and 3 define them; PCK and AUC as
MPI-INF-3DHP's own evaluation script does.
"""

from __future__ import annotations

import numpy as np

from poses.arrays import FloatArray, check_shape
from poses.skeleton import Skeleton
from poses.skeletons import H36M17, H36M23

AUC_THRESHOLDS_MM = np.arange(0, 151, 5)


def _checked(pred: FloatArray, target: FloatArray) -> tuple[FloatArray, FloatArray]:
    pred, target = np.asarray(pred, dtype=np.float64), np.asarray(target, dtype=np.float64)
    check_shape("pred", pred, ("T", "J", 3))
    check_shape("target", target, pred.shape)
    return pred, target


def joint_errors(pred: FloatArray, target: FloatArray) -> FloatArray:
    """(T, J) Euclidean distances, mm."""
    pred, target = _checked(pred, target)
    return np.asarray(1000 * np.linalg.norm(pred - target, axis=-1))


def align(pred: FloatArray, target: FloatArray) -> FloatArray:
    """pred (T, J, 3) turned, scaled and moved onto target frame by frame, never mirrored (Umeyama 1991)."""
    pred, target = _checked(pred, target)
    centre = target.mean(axis=1, keepdims=True)
    a, b = pred - pred.mean(axis=1, keepdims=True), target - centre
    u, s, vt = np.linalg.svd(np.swapaxes(a, 1, 2) @ b)
    sign = np.ones_like(s)
    sign[:, -1] = np.where(np.linalg.det(u @ vt) < 0, -1.0, 1.0)
    rotation = (u * sign[:, None]) @ vt
    scale = (s * sign).sum(axis=1) / np.maximum((a**2).sum(axis=(1, 2)), 1e-12)
    return np.asarray(scale[:, None, None] * (a @ rotation) + centre)


def rescale(pred: FloatArray, target: FloatArray) -> FloatArray:
    """pred (T, J, 3) with the scale of each frame that fits target best in the least squares sense."""
    pred, target = _checked(pred, target)
    scale = (target * pred).sum(axis=(1, 2)) / np.maximum((pred**2).sum(axis=(1, 2)), 1e-12)
    return np.asarray(scale[:, None, None] * pred)


def mpjpe(pred: FloatArray, target: FloatArray) -> float:
    """Mean per joint position error, root included (Protocol #1)."""
    return float(joint_errors(pred, target).mean())


def p_mpjpe(pred: FloatArray, target: FloatArray) -> float:
    """MPJPE after a similarity transform of every frame (Protocol #2)."""
    return float(joint_errors(align(pred, target), target).mean())


def n_mpjpe(pred: FloatArray, target: FloatArray) -> float:
    """MPJPE after the best scale of every frame."""
    return float(joint_errors(rescale(pred, target), target).mean())


def mpjve(pred: FloatArray, target: FloatArray) -> float:
    """Mean per joint velocity error of one video, mm per frame (Protocol #3); needs two frames."""
    pred, target = _checked(pred, target)
    if len(pred) < 2:
        raise ValueError(f"a velocity needs at least 2 frames, got {len(pred)}")
    return float(joint_errors(np.diff(pred, axis=0), np.diff(target, axis=0)).mean())


def pck(pred: FloatArray, target: FloatArray, threshold_mm: float = 150.0) -> float:
    """Share of joints, 0..1, whose error is below the threshold (strictly)."""
    return float((joint_errors(pred, target) < threshold_mm).mean())


def auc(pred: FloatArray, target: FloatArray) -> float:
    """Mean PCK over the 31 thresholds 0, 5, ... 150 mm."""
    errors = joint_errors(pred, target)
    return float(np.mean([(errors < limit).mean() for limit in AUC_THRESHOLDS_MM]))


METRICS = {"mpjpe": mpjpe, "p_mpjpe": p_mpjpe, "n_mpjpe": n_mpjpe, "mpjve": mpjve, "pck": pck, "auc": auc}


def comparable_joints(skeleton: Skeleton) -> list[int]:
    """Indices of the joints that errors are named over: of H36M23 those of H36M17, of all others all."""
    return [j for j, name in enumerate(skeleton.joint_names) if skeleton != H36M23 or name in H36M17.joint_names]
