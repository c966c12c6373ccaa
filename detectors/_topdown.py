"""Top-down geometry: from a person's box to the crop a pose network wants, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from poses.arrays import FloatArray

# Of RTMPose and of every MMPose top-down model: the crop is this much larger than the box.
PADDING = 1.25
# ImageNet mean and deviation, RGB 0..255, with which these networks were trained.
MEAN = np.array([123.675, 116.28, 103.53], dtype=np.float32)
STD = np.array([58.395, 57.12, 57.375], dtype=np.float32)


@dataclass(frozen=True)
class Crop:
    """Where a crop lies in the picture: centre (2,) and size (2,) px; input_size: (width, height) of the network."""

    centre: FloatArray
    size: FloatArray
    input_size: tuple[int, int]

    @property
    def matrix(self) -> FloatArray:
        """(2, 3) affine map from picture pixels to input pixels."""
        scale = np.array(self.input_size) / self.size
        shift = np.array(self.input_size) / 2 - scale * self.centre
        return np.array([[scale[0], 0, shift[0]], [0, scale[1], shift[1]]])

    def to_picture(self, xy: FloatArray) -> FloatArray:
        """(..., 2) input pixels -> picture pixels."""
        return xy / np.array(self.input_size) * self.size + self.centre - self.size / 2


def crop_of(box: FloatArray, input_size: tuple[int, int], padding: float = PADDING) -> Crop:
    """The crop of a box x0 y0 x1 y1, padded and widened or heightened to the shape of the network's input."""
    low, high = np.asarray(box[:2], dtype=float), np.asarray(box[2:4], dtype=float)
    size = np.maximum(high - low, 1.0) * padding
    ratio = input_size[0] / input_size[1]
    width = max(size[0], size[1] * ratio)
    return Crop((low + high) / 2, np.array([width, width / ratio]), input_size)


def cut(image: NDArray, crop: Crop) -> NDArray:
    """(H, W, 3) uint8 RGB -> (3, h, w) float32, normalised; black beyond the picture."""
    import cv2

    pixels = cv2.warpAffine(image, crop.matrix, crop.input_size, flags=cv2.INTER_LINEAR)
    return np.ascontiguousarray(((pixels.astype(np.float32) - MEAN) / STD).transpose(2, 0, 1))


def letterbox(image: NDArray, size: tuple[int, int]) -> tuple[NDArray, float]:
    """Picture (H, W, 3) RGB fitted into (width, height): (1, 3, h, w) BGR 0..255, grey below and right, and the scale.

    This is what YOLOX and RTMO were trained with: no normalisation, blue first.
    """
    import cv2

    height, width = image.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    small = (max(1, min(size[0], round(width * scale))), max(1, min(size[1], round(height * scale))))
    fitted = np.full((size[1], size[0], 3), 114, dtype=np.uint8)
    fitted[: small[1], : small[0]] = cv2.resize(image, small, interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(fitted[..., ::-1].transpose(2, 0, 1)[None].astype(np.float32)), scale


def non_maximum(boxes: FloatArray, score: FloatArray, least: float, overlap: float) -> list[int]:
    """Indices of the boxes (N, 4) x0 y0 x1 y1 that stay, best first: scores from `least`, overlaps up to `overlap`."""
    import cv2

    if len(boxes) == 0:
        return []
    sizes = np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxes(sizes.tolist(), score.astype(float).tolist(), least, overlap)
    return [int(i) for i in np.asarray(kept).ravel()]
