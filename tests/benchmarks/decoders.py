"""Decoders of BlazePose's heat maps side by side, against the 2D reference of a real trial.

    python -m tests.benchmarks.decoders [DATA_FOLDER]

Reference: `balance_gt.npz`, 12 limb joints: the published OpenPose keypoints of each camera, and the smoothed 3D
projected into the picture. Errors are distances in pixels of the picture (the man is 600 to 800 px tall). "of its
mean" is the distance from the joint's own median offset over the clip: what is left when the two definitions of a
joint are brought together, that is, the noise of the decoder (and of the reference). Frames in which the detector was
with somebody else or had the sides exchanged (its own landmarks more than 100 px off on average) are left out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.pipeline.video import read_frames
from detectors import create_detector
from detectors.heatmaps import Decoded, check_compensation, decode_argmax, decode_compensated, decode_soft, from_logits
from poses.skeletons import BLAZEPOSE33, H36M17

JOINTS = "RHip RKnee RFoot LHip LKnee LFoot LShoulder LElbow LWrist RShoulder RElbow RWrist".split()  # noqa: SIM905
BLAZE = [BLAZEPOSE33.index(name.replace("Foot", "Ankle")) for name in JOINTS]
# Mean error of the detector's own landmarks above which it followed somebody else.
ELSEWHERE_PX = 100.0
BETAS = (1.0, 5.0, 10.0, 20.0)


Places = dict[int, np.ndarray]


def decoders() -> dict[str, Callable[[np.ndarray], Decoded]]:
    """name -> function of logits (J, 64, 64) giving a Decoded."""
    table = {"argmax + quarter": lambda logits: decode_argmax(from_logits(logits))}
    for beta in BETAS:
        table[f"soft-argmax of the sigmoid, beta {beta:g}"] = lambda m, b=beta: decode_soft(from_logits(m), b)
        table[f"compensated, of the sigmoid, beta {beta:g}"] = lambda m, b=beta: decode_compensated(from_logits(m), b)
    table["soft-argmax of the logits, beta 1"] = lambda logits: decode_soft(logits, 1.0)
    table["compensated, of the raw logits, beta 1"] = lambda logits: decode_compensated(logits, 1.0)
    return table


def collect(video: Path, frames: set[int]) -> tuple[Places, dict[str, Places], list]:
    """Per frame: BlazePose's own answer (12, 2), each decoder's (12, 2), and how valid the compensation is."""
    own: Places = {}
    decoded: dict[str, Places] = {name: {} for name in decoders()}
    facts = []
    detector = create_detector("blazepose")
    for frame in read_frames(video):
        found = detector.detect(frame)
        if not len(found) or frame.index not in frames:
            continue
        person = detector.people[0]
        logits = np.moveaxis(detector.heatmaps[0], -1, 0)[BLAZE].astype(float)
        own[frame.index] = found.xy[0, BLAZE]
        for name, decode in decoders().items():
            decoded[name][frame.index] = person.region.to_picture(decode(logits).xy, logits.shape[-1])
        checked = check_compensation(from_logits(logits), 10.0)
        facts.append([checked.rho, checked.border, from_logits(logits).max(axis=(-2, -1))])
    detector.close()
    return own, decoded, facts


def errors(found: Places, reference: Places) -> tuple[float, float, float, float]:
    """Mean and median distance, mean distance from the joint's median offset, share of keypoints that were decoded."""
    offset = np.stack([found[i] - reference[i] for i in found])
    seen = np.isfinite(offset).all(axis=-1)
    if not seen.any():
        return np.nan, np.nan, np.nan, 0.0
    distance = np.linalg.norm(offset, axis=-1)
    centred = np.linalg.norm(offset - np.nanmedian(offset, axis=0), axis=-1)
    return float(np.nanmean(distance)), float(np.nanmedian(distance)), float(np.nanmean(centred)), float(seen.mean())


def show(camera: str, held: np.lib.npyio.NpzFile, folder: Path) -> None:
    """Measure one camera and print its table."""
    names = [str(n) for n in held["kpts2d_names"]]
    in_openpose = [names.index(name.replace("Foot", "Ankle")) for name in JOINTS]
    in_h36m = [H36M17.index(name) for name in JOINTS]
    rows = held[f"{camera}_frame_index"].tolist()
    openpose = dict(zip(rows, held[f"{camera}_kpts2d"][:, in_openpose, :2].astype(float), strict=True))
    projected = dict(zip(rows, held[f"{camera}_joints2d"][:, in_h36m].astype(float), strict=True))
    own, decoded, facts = collect(folder / str(held[f"{camera}_video"]), set(rows))
    with_him = {i for i in own if np.linalg.norm(own[i] - projected[i], axis=-1).mean() < ELSEWHERE_PX}
    rho, border, peak = (np.array([f[i] for f in facts]) for i in range(3))
    print(f"\n{camera}: {len(with_him)} of {len(rows)} frames. Sigmoid maps: peak median {np.median(peak):.2f};")
    print(f"rho at beta 10 median {np.median(rho):.3f}, 95 % {np.quantile(rho, 0.95):.3f};", end=" ")
    print(f"cut off by the border {100 * (border > 0.1).mean():.1f} %")
    print(f"{'':44s}{'OpenPose 2D':>24s}{'projected 3D':>24s}")
    print(f"{'':44s}" + f"{'mean':>8s}{'median':>8s}{'of mean':>8s}" * 2 + f"{'decoded':>9s}")
    for name, found in {"BlazePose's own landmarks": own, **decoded}.items():
        kept = {i: xy for i, xy in found.items() if i in with_him}
        a, b = errors(kept, openpose), errors(kept, projected)
        print(f"{name:44s}" + "".join(f"{v:8.2f}" for v in (*a[:3], *b[:3])) + f"{100 * a[3]:8.1f}%")


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("MAREY_DATA", "../shared/data")) / "videos"
    held = np.load(folder / "balance_gt.npz")
    for camera in ("cam01", "cam02"):
        show(camera, held, folder)


if __name__ == "__main__":
    main()
