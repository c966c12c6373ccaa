"""Tables of errors: `marey evaluate WEIGHTS --data DIR [--protocol P]`.

A protocol is a data set with its way of scoring: mocap (the test subjects before cameras like those of Human3.6M, exact
2D), h36m, humaneva, mpi_inf_3dhp. Scored are MPJPE (Protocol #1), P-MPJPE (#2), MPJVE (#3), N-MPJPE, PCK@150 and AUC;
of a network with toes and face over the joints of Human3.6M, as of all others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lifting import find_weights
from lifting.checkpoint import load_model
from lifting.data import Recording, open_recordings
from lifting.data_folder import find_protocol
from lifting.lifter import TorchLifter
from lifting.metrics import AUC_THRESHOLDS_MM, align, comparable_joints, joint_errors, rescale
from poses.arrays import FloatArray
from poses.camera import normalise, turn_back
from poses.errors import UserError
from poses.skeleton import Skeleton
from poses.windows import window_step

NAMES = ("mpjpe", "p_mpjpe", "n_mpjpe", "mpjve", "pck", "auc")
Progress = Callable[[int, int], None]
TITLES = ("MPJPE", "P-MPJPE", "N-MPJPE", "MPJVE", "PCK@150", "AUC")


@dataclass(frozen=True)
class Scores:
    """What one lifter scored. frames: how many; actions: scores by action, mm (pck and auc in %); joints: MPJPE by
    joint, mm; over_actions and over_frames: the means of both kinds. detections: whose 2D, "gt" is the exact one."""

    lifter: str
    protocol: str
    split: str
    flip: bool
    frames: int
    actions: dict[str, dict[str, float]]
    joints: dict[str, float]
    over_actions: dict[str, float]
    over_frames: dict[str, float]
    detections: str = "gt"

    def markdown(self) -> str:
        """The table, and the errors joint by joint."""
        seen = "exact 2D" if self.detections == "gt" else f"2D of {self.detections}"
        mirrored = "averaged with the mirror image" if self.flip else "without the mirror image"
        title = f"{self.lifter}, {self.protocol} {self.split}, {seen}, {mirrored}, {self.frames} frames"
        lines = [f"{title}, mm (PCK and AUC in %)", ""]
        lines += ["| | frames | " + " | ".join(TITLES) + " |", "|---|" + "---|" * (len(TITLES) + 1)]
        rows = [(name, row) for name, row in self.actions.items()]
        rows += [("mean of actions", self.over_actions), ("mean of frames", self.over_frames)]
        for name, row in rows:
            cells = " | ".join(f"{row[key]:.1f}" for key in NAMES)
            lines.append(f"| {name} | {int(row['frames'])} | {cells} |")
        lines += ["", "| joint | MPJPE |", "|---|---|"]
        lines += [f"| {name} | {value:.1f} |" for name, value in self.joints.items()]
        return "\n".join(lines) + "\n"

    def json(self) -> str:
        return json.dumps(self.__dict__)


def evaluate(weights: str | Path, data: Path, protocol: str | None = None, device: str = "auto", **choices: Any) -> str:
    """The table of `evaluate_weights` as Markdown; `protocol` None takes the one whose files are in `data`."""
    return evaluate_weights(weights, data, protocol, device=device, **choices).markdown()


def evaluate_weights(
    weights: str | Path,
    data: Path,
    protocol: str | None = None,
    split: str = "test",
    device: str = "auto",
    flip: bool = True,
    detections: str = "gt",
    progress: Progress | None = None,
) -> Scores:
    """Score weights on the data in the folder `data`.

    flip: average with the mirror image. detections: whose 2D, "gt" or the last part of a detection file's name.
    `progress` gets the number of frames done and of all. Raises UserError for what the user can fix.
    """
    card = find_weights(weights)
    lifter = TorchLifter(load_model(card), card.name, card.normalisation, device, flip=flip, window_hz=card.window_hz)
    chosen = protocol or find_protocol(Path(data))
    # all at once, so that the time left is known; the test part of Human3.6M takes 0.4 GB
    recordings = list(open_recordings(chosen, Path(data), split, lifter.skeleton, detections))
    return score(lifter, recordings, chosen, split, progress, detections)


def lift_recording(
    lifter: TorchLifter, recording: Recording, progress: Callable[[int], None] | None = None
) -> FloatArray:
    """(T, J, 3) m, root at the origin, in the axes of the recording's camera."""
    pose = recording.pose_2d
    xy, rotation = normalise(lifter.normalisation, pose.xy, pose.image_size, lifter.skeleton.root, recording.focal_px)
    step = window_step(pose.time_s, lifter.window_hz)
    return turn_back(lifter.lift_sequence(xy, progress, step), rotation)


@dataclass
class _Sums:
    """Sums over frames of one action."""

    frames: int
    pairs: int
    errors: FloatArray
    values: dict[str, float]


def score(
    lifter: TorchLifter,
    recordings: Sequence[Recording],
    protocol: str,
    split: str,
    progress: Progress | None = None,
    detections: str = "gt",
) -> Scores:
    """Lift and score every recording; actions in the order they first appear."""
    sums: dict[str, _Sums] = {}
    done, total_frames = 0, sum(len(recording.pose_2d) for recording in recordings)

    def tell(frames: int) -> None:
        if progress is not None:
            progress(done + frames, total_frames)

    for recording in recordings:
        pred = lift_recording(lifter, recording, tell)
        root = lifter.skeleton.root
        xyz = recording.pose_3d.xyz - recording.pose_3d.xyz[:, root : root + 1]
        valid = np.array(recording.valid if recording.valid is not None else [True] * len(xyz))
        one = _score_one(pred, xyz, valid, protocol, lifter.skeleton)
        total = sums.get(recording.action)
        sums[recording.action] = one if total is None else _add(total, one)
        done += len(xyz)
        tell(0)
    if not sums:
        raise UserError(f"there is nothing to score in the {split} part of {protocol}")
    return _table(lifter, protocol, split, sums, detections)


def scored_joints(protocol: str, skeleton: Skeleton) -> list[int]:
    """Joints that PCK and AUC count: those that are compared, in MPI-INF-3DHP without pelvis, spine and head as in its
    own script."""
    if protocol != "mpi_inf_3dhp":
        return comparable_joints(skeleton)
    return [
        i for i, name in enumerate(skeleton.joint_names) if name not in ("Pelvis", "Hip", "Spine", "Nose", "Neck/Nose")
    ]


def _score_one(pred: FloatArray, xyz: FloatArray, valid: np.ndarray, protocol: str, skeleton: Skeleton) -> _Sums:
    every, compared = joint_errors(pred, xyz)[valid], comparable_joints(skeleton)
    counted, errors = every[:, scored_joints(protocol, skeleton)], every[:, compared]
    pred, xyz = pred[:, compared], xyz[:, compared]
    both = valid[1:] & valid[:-1]
    speed = (
        joint_errors(np.diff(pred, axis=0), np.diff(xyz, axis=0))[both].mean(axis=1) if len(pred) > 1 else np.zeros(0)
    )
    pred, xyz = pred[valid], xyz[valid]
    values = {
        "mpjpe": errors.mean(axis=1).sum(),
        "p_mpjpe": joint_errors(align(pred, xyz), xyz).mean(axis=1).sum(),
        "n_mpjpe": joint_errors(rescale(pred, xyz), xyz).mean(axis=1).sum(),
        "mpjve": speed.sum(),
        "pck": 100 * (counted < 150).mean(axis=1).sum(),
        "auc": 100 * np.mean([(counted < limit).mean(axis=1).sum() for limit in AUC_THRESHOLDS_MM]),
    }
    return _Sums(len(errors), int(both.sum()), every.sum(axis=0), {k: float(v) for k, v in values.items()})


def _add(a: _Sums, b: _Sums) -> _Sums:
    values = {name: a.values[name] + b.values[name] for name in NAMES}
    return _Sums(a.frames + b.frames, a.pairs + b.pairs, a.errors + b.errors, values)


def _means(sums: _Sums) -> dict[str, float]:
    count = {name: max(sums.pairs if name == "mpjve" else sums.frames, 1) for name in NAMES}
    return {"frames": float(sums.frames), **{name: sums.values[name] / count[name] for name in NAMES}}


def _table(lifter: TorchLifter, protocol: str, split: str, sums: dict[str, _Sums], detections: str) -> Scores:
    actions = {name: _means(one) for name, one in sums.items()}
    whole = None
    for one in sums.values():
        whole = one if whole is None else _add(whole, one)
    assert whole is not None
    over_actions = {name: float(np.mean([row[name] for row in actions.values()])) for name in NAMES}
    joints = dict(zip(lifter.skeleton.joint_names, (whole.errors / whole.frames).tolist(), strict=True))
    return Scores(
        lifter.name, protocol, split, lifter.flip, whole.frames, actions, joints,
        {"frames": float(whole.frames), **over_actions}, _means(whole), detections,
    )  # fmt: skip
