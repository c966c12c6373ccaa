"""The small heat-map network trained in three ways that differ in their loss only: the claim of Gu et al., re-run.

detection: mean squared error of the maps, decoded by argmax. regression: error of the soft-argmax alone (Sun et al.
2018), decoded by it. compensated: both, with the bias taken off the soft-argmax, decoded so (Gu et al. 2021).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from detectors._coco import Annotated, read_picture
from detectors._integral import IntegralLoss, SmallPoseNet
from detectors._topdown import Crop, crop_of, cut
from detectors.heatmaps import DECODERS
from poses.arrays import FloatArray
from poses.skeletons import COCO17

INPUT, STRIDE = (96, 128), 4
SIGMA = 1.5
# name -> loss and decoder.
TRAINING_VARIANTS: dict[str, tuple[IntegralLoss, str]] = {
    "detection": (IntegralLoss(detection=1, regression=0, sigma=SIGMA), "argmax"),
    "regression": (IntegralLoss(detection=0, regression=1, compensate=False, sigma=SIGMA), "soft"),
    "compensated": (IntegralLoss(detection=1, regression=1, compensate=True, sigma=SIGMA), "compensated"),
}


@dataclass(frozen=True)
class Crops:
    """Pictures (N, 3, h, w) float32 normalised, keypoints (N, 17, 2) heat-map px, present (N, 17) 0 or 1."""

    pictures: NDArray[np.float32]
    xy: FloatArray
    present: FloatArray
    places: tuple[Crop, ...]


def cut_people(people: Sequence[Annotated]) -> Crops:
    """The crops of annotated boxes. A keypoint outside of its crop counts as absent."""
    pictures, points, present, places = [], [], [], []
    for person in people:
        crop = crop_of(person.box, INPUT)
        pictures.append(cut(read_picture(person.image), crop))
        inside = (person.xy @ crop.matrix[:, :2].T + crop.matrix[:, 2]) / STRIDE
        limits = np.array(INPUT) / STRIDE - 1
        points.append(inside)
        present.append(person.present & ((inside >= 0) & (inside <= limits)).all(axis=-1))
        places.append(crop)
    return Crops(np.stack(pictures), np.stack(points), np.stack(present).astype(float), tuple(places))


def train(
    loss: IntegralLoss, crops: Crops, steps: int, seed: int = 0, device: str = "cpu", batch: int = 32,
    progress: Callable[[int, int, float], None] | None = None,
) -> SmallPoseNet:  # fmt: skip
    """A network of that loss. Its start, the order of the batches and the flips depend on the seed alone."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = SmallPoseNet(len(COCO17)).to(device).train()
    optimiser = torch.optim.Adam(net.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=2e-3, total_steps=steps)
    for step in range(steps):
        chosen = rng.integers(0, len(crops.pictures), batch)
        pictures, xy, present = _flipped(crops, chosen, rng.random(batch) < 0.5)
        optimiser.zero_grad()
        error = loss(net(pictures.to(device)), xy.to(device), present.to(device))
        error.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if progress:
            progress(step + 1, steps, error.item())
    return net.eval()


def find(net: SmallPoseNet, crops: Crops, decoder: str, device: str = "cpu", batch: int = 64) -> FloatArray:
    """Keypoints (N, 17, 2) in picture pixels, NaN where the map says nothing."""
    found = []
    with torch.inference_mode():
        for start in range(0, len(crops.pictures), batch):
            pictures = torch.from_numpy(crops.pictures[start : start + batch])
            maps = net(pictures.to(device)).cpu().numpy()
            decoded = DECODERS[decoder](maps).xy * STRIDE
            places = crops.places[start : start + batch]
            found.append(np.stack([p.to_picture(xy) for p, xy in zip(places, decoded, strict=True)]))
    return np.concatenate(found)


def _flipped(
    crops: Crops, chosen: NDArray[np.int64], flip: NDArray[np.bool_]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The chosen crops, some of them mirrored with left and right exchanged."""
    pictures, xy, present = crops.pictures[chosen], crops.xy[chosen], crops.present[chosen]
    order = list(COCO17.mirror)
    pictures[flip] = pictures[flip][..., ::-1]
    mirrored = xy[flip][:, order]
    mirrored[..., 0] = INPUT[0] / STRIDE - 1 / STRIDE - mirrored[..., 0]
    xy[flip], present[flip] = mirrored, present[flip][:, order]
    return torch.from_numpy(pictures), torch.from_numpy(xy).float(), torch.from_numpy(present).float()
