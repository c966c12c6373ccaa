"""People painted over, so that the networks see those beside and behind them.

The detection network answers with one or two people, the clearest ones, and the landmark network with the person who
fills most of its region. The landmark network also says which pixels are the person; with those filled in by their
blurred surroundings, the next person is the clearest one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors._blazepose.landmarks import Landmarks
from poses.arrays import FloatArray

# The filling is the mean of the picture over this part of a person's region.
SMEARED = 0.4
# Side of the small picture, in pixels a region, in which that mean is taken.
COARSE = 32


def mask_people(image: NDArray[np.uint8], people: Iterable[Landmarks]) -> NDArray[np.uint8]:
    """A copy of the picture (H, W, 3) without the pixels of `people`; the picture itself where there is nobody."""
    out = image
    for person in people:
        out = _without(out, image, person)
    return out


def _without(picture: NDArray[np.uint8], image: NDArray[np.uint8], person: Landmarks) -> NDArray[np.uint8]:
    import cv2

    where = window(person.region.corners(), (image.shape[1], image.shape[0]))
    if not person.mask.size or where is None:
        return picture
    rows, columns = where
    part = picture[rows, columns]
    # Crop pixels to pixels of the part.
    matrix = person.region.matrix(person.mask.shape[0])
    matrix[:, 2] -= columns.start, rows.start
    shape = part.shape[1], part.shape[0]
    mask: Any = cv2.warpAffine((person.mask > 0).astype(np.uint8), matrix, shape, flags=cv2.INTER_NEAREST)
    rim = 2 * max(1, round(person.region.side / 100)) + 1
    mask = cv2.dilate(mask, np.ones((rim, rim), np.uint8))
    filling = _around(part, mask, COARSE / person.region.side)
    out = picture.copy()
    out[rows, columns] = np.where(mask[..., None] > 0, filling, part)
    return out


def _around(part: NDArray[np.uint8], mask: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """A picture like `part` (H, W, 3) of the mean colours near each pixel, without those under `mask` (H, W)."""
    import cv2

    height, width = mask.shape
    small = max(1, round(width * scale)), max(1, round(height * scale))
    free = cv2.resize(1.0 - mask, small, interpolation=cv2.INTER_AREA)
    seen = cv2.resize(part * (1.0 - mask[..., None]), small, interpolation=cv2.INTER_AREA)
    reach = 2 * round(SMEARED * COARSE / 2) + 1
    sums, counts = cv2.blur(seen, (reach, reach)), cv2.blur(free, (reach, reach))
    everywhere = seen.reshape(-1, 3).sum(axis=0) / max(float(free.sum()), 1e-6)
    means = np.where(counts[..., None] > 1e-3, sums / np.maximum(counts, 1e-3)[..., None], everywhere)
    filling: Any = cv2.resize(np.clip(means, 0, 255).astype(np.uint8), (width, height))
    return filling


def window(points: FloatArray, size: tuple[int, int]) -> tuple[slice, slice] | None:
    """Rows and columns of a picture of `size` (width, height) around points (N, 2); None where they are outside."""
    low = np.clip(np.floor(points.min(axis=0)), 0, size).astype(int)
    high = np.clip(np.ceil(points.max(axis=0)), 0, size).astype(int)
    return (slice(low[1], high[1]), slice(low[0], high[0])) if (high > low).all() else None
