"""Training batches out of motion capture: drawn, widened, seen by a virtual camera, detected, normalised.

A batch depends on the seed and its number alone, so that training can stop and go on anywhere, and several processes
can make batches side by side.

Why `normalisation` is "person": the same plain network (512 wide, 2500 batches of 256, one seed) with "person", with
"screen" and with the pose scaled to its bounding box made errors of 67, 75 and 72 mm on held-out people (exact 2D),
86, 94 and 111 mm with noise, and 77, 86 and 78 mm (P-MPJPE) on the projected reference of balance_cam01. To be told as
well how large the person is seen changed nothing (66.1 and 85.5 instead of 65.7 and 86.0 mm, focal length known).
What each widening is worth: tests/benchmarks/augmentation.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from lifting.data import Recording
from lifting.data.augmentation import Augmentation, augment
from lifting.data.cameras import H36M_LIKE, CameraBatch, CameraRange, sample_cameras
from lifting.data.mocap import MOCAP23, Motions, read_split, sources_of
from lifting.data.noise import NoiseModel, add_noise, detector_points
from lifting.data.pose_sampler import PoseSampler
from poses.arrays import FloatArray
from poses.camera import assumed_focal_px, normalise
from poses.errors import UserError
from poses.sequences import PoseSequence2D, PoseSequence3D, Space
from poses.skeleton import Skeleton
from poses.skeletons import H36M16


@dataclass(frozen=True)
class VirtualData:
    """How to make batches of motion capture: `skeleton` H36M16, H36M17 or H36M23, `window` frames, `rate` the range of
    frames per second that windows are seen at (drawn log-uniformly), `window_hz` the one that they are used at (None:
    the video's), `evenness` how evenly kinds of pose are drawn
    (`lifting.data.pose_sampler`), `held_out` the size of the sets to choose by."""

    skeleton: Skeleton = H36M16
    window: int = 1
    normalisation: str = "person"
    rate: tuple[float, float] = (25.0, 60.0)
    window_hz: float | None = None
    evenness: float = 1.0
    held_out: int = 2048
    cameras: CameraRange = field(default_factory=CameraRange)
    widening: Augmentation = field(default_factory=Augmentation)
    noise: NoiseModel = field(default_factory=NoiseModel)


def make_batch(
    sampler: PoseSampler, data: VirtualData, count: int, seed: tuple[int, ...]
) -> tuple[FloatArray, FloatArray]:
    """Batch of `count`: xy (B, window, J, 2) normalised and xyz (B, J, 3) m, root at the origin, in the axes of the
    normalising camera; float32."""
    rng = np.random.default_rng(seed)
    motions = sampler.motions
    rate = np.exp(rng.uniform(np.log(data.rate[0]), np.log(data.rate[1]), count))
    rows, centre = sampler.draw(rng, count, data.window, motions.fps / rate)
    xyz = augment(rng, motions.xyz[rows], data.widening)
    path = motions.root[rows] - motions.root[centre][:, None]
    views = sample_cameras(rng, count, data.cameras)
    seen = views.to_camera(xyz, path)
    exact = rng.random(count) < data.noise.exact
    found = simulate_detections(rng, seen, views, rate, data.noise)
    xy_px = np.where(exact[:, None, None, None], views.project(seen), found)
    keep = joints_of(data.skeleton)
    return normalise_views(xy_px[:, :, keep], seen[:, data.window // 2, keep], views, data.normalisation)


def joints_of(skeleton: Skeleton) -> list[int]:
    """Where the joints of a skeleton are in MOCAP23; UserError where it has one that motion capture lacks."""
    if not set(skeleton.joint_names) <= set(MOCAP23.joint_names):
        raise UserError(f"motion capture has the joints of Human3.6M, but this network has {skeleton.name}")
    return [MOCAP23.index(name) for name in skeleton.joint_names]


def simulate_detections(
    rng: np.random.Generator, seen: FloatArray, views: CameraBatch, rate: float | FloatArray, noise: NoiseModel
) -> FloatArray:
    """2D (B, W, 23, 2) px of people seen (B, W, 23, 3) m CAMERA, as a detector finds them; rate (B,) or one for all,
    frames a second."""
    meant = detector_points(rng, seen, noise.offsets, noise.hip_drop)
    px_per_m = views.focal / np.maximum(views.offset[:, 2], 0.5)
    step_s = np.broadcast_to(1 / np.asarray(rate, dtype=float), len(seen))
    return add_noise(rng, views.project(meant), px_per_m, views.size, step_s, noise)


def normalise_views(
    xy_px: FloatArray, xyz: FloatArray, views: CameraBatch, kind: str, known_focal: bool = False
) -> tuple[FloatArray, FloatArray]:
    """Normalise xy_px (B, W, J, 2) and turn xyz (B, J, 3) of the centre frames into the normalising camera's axes."""
    middle = xy_px.shape[1] // 2
    xy = np.empty(xy_px.shape, dtype=np.float32)
    target = np.empty(xyz.shape, dtype=np.float32)
    groups = np.concatenate([views.size, views.focal[:, None] * known_focal], axis=1)
    for group in np.unique(groups, axis=0):
        rows = np.flatnonzero((groups == group).all(axis=1))
        size = (int(group[0]), int(group[1]))
        focal = float(group[2]) if known_focal else assumed_focal_px(size)
        xy[rows], rotation = normalise(kind, xy_px[rows].astype(np.float64), size, 0, focal)
        target[rows] = (xyz[rows] - xyz[rows, :1]) @ rotation[:, middle].astype(np.float32)
    return xy, target


@dataclass(frozen=True)
class VirtualSource:
    """Motion capture as a training Source (`lifting.data.Source`): batches of `train`, held-out people of `val`."""

    data: VirtualData
    train: PoseSampler
    val: PoseSampler
    description: str
    licence: str = ""

    def batch(self, count: int, seed: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
        return make_batch(self.train, self.data, count, seed)

    def held_out(self) -> dict[str, tuple[FloatArray, FloatArray]]:
        """exact: Human3.6M-like cameras, no noise. noisy: the cameras and the noise of training."""
        count, hz = self.data.held_out, self.data.window_hz or 50.0
        plain = replace(self.data, widening=Augmentation(0, 0, 0, 0, 0, 0), rate=(hz, hz))
        exact = replace(plain, cameras=H36M_LIKE, noise=replace(plain.noise, exact=1.0))
        noisy = replace(plain, noise=replace(plain.noise, exact=0.0))
        return {
            "exact": make_batch(self.val, exact, count, (1, 0)),
            "noisy": make_batch(self.val, noisy, count, (1, 1)),
        }


def record_clips(
    motions: Motions,
    skeleton: Skeleton,
    seed: int = 7,
    noise: NoiseModel | None = None,
    cameras: CameraRange = H36M_LIKE,
) -> Iterator[Recording]:
    """Every clip before one camera (like those of Human3.6M by default), which looks at the middle of the clip's path;
    2D exact, or as a detector with this noise would find it.

    Camera and noise of clip c depend on `seed` and c alone, so that every lifter is scored on the same pictures.
    """
    keep = joints_of(skeleton)
    for clip in range(len(motions.start)):
        rng = np.random.default_rng((seed, clip))
        views = sample_cameras(rng, 1, cameras)
        rows = slice(int(motions.start[clip]), int(motions.start[clip] + motions.length[clip]))
        xyz, root = motions.xyz[rows], motions.root[rows]
        path = root - (root.min(axis=0) + root.max(axis=0)) / 2
        bodies = views.to_camera(xyz[None], path[None])
        found = views.project(bodies) if noise is None else simulate_detections(rng, bodies, views, motions.fps, noise)
        xy, seen = found[0][:, keep], bodies[0][:, keep]
        size, time_s = (int(views.size[0, 0]), int(views.size[0, 1])), np.arange(len(xyz)) / motions.fps
        yield Recording(
            subject=str(motions.subject[clip]),
            action=f"subject {motions.subject[clip]}",
            camera=motions.name[clip],
            pose_2d=PoseSequence2D(xy, np.ones(xy.shape[:2]), time_s, size, skeleton),
            pose_3d=PoseSequence3D(seen, time_s, Space.CAMERA, skeleton),
            focal_px=float(views.focal[0]),
        )


def make_settings(settings: dict[str, Any], skeleton: Skeleton, window: int) -> VirtualData:
    """VirtualData from plain settings, sub-tables `cameras`, `widening` and `noise`; UserError where one is unknown."""
    parts: dict[str, Any] = {"cameras": CameraRange, "widening": Augmentation, "noise": NoiseModel}
    plain: dict[str, Any] = _tuples({key: value for key, value in settings.items() if key not in parts})
    try:
        made: dict[str, Any] = {name: kind(**_tuples(settings.get(name, {}))) for name, kind in parts.items()}
        return VirtualData(skeleton=skeleton, window=window, **plain, **made)
    except TypeError as error:
        raise UserError(f"[data] has a setting that virtual cameras do not know: {error}") from None


def _tuples(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def read_motions(kind: str, folder: Path, split: str) -> Motions:
    """One split of the mocap files, or of a folder of BVH files."""
    if kind == "mocap":
        return read_split(folder, split)
    from lifting.data.bvh_folder import read_folder

    return read_folder(folder, split)


def open_virtual(kind: str, folder: Path, settings: dict[str, Any], skeleton: Skeleton, window: int) -> VirtualSource:
    """Motion capture in `folder`: "train" to train, "val" to choose the best by."""
    joints_of(skeleton)
    data = make_settings(settings, skeleton, window)
    train, val = read_motions(kind, folder, "train"), read_motions(kind, folder, "val")
    people = len(set(train.subject.tolist()))
    minutes = len(train) / train.fps / 60
    sources = sources_of(train) if kind == "mocap" else ()
    names = ", ".join(name for name, _ in sources) or "the user's own"
    text = f"motion capture of {names}, {len(train)} frames ({minutes:.0f} minutes) of {people} people, virtual cameras"
    licence = "Apache-2.0; motion capture: " + "; ".join(text for _, text in sources)
    licence = licence if sources else "as the motion capture that it was trained on allows"
    return VirtualSource(data, PoseSampler(train, data.evenness), PoseSampler(val), text, licence)
