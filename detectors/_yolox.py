"""People in a picture by a YOLOX ONNX model (Ge et al. 2021), as published by Megvii and by MMPose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detectors._onnx import Network
from detectors._topdown import letterbox, non_maximum
from poses.arrays import FloatArray
from poses.errors import UserError

STRIDES = (8, 16, 32)
LEAST_SCORE = 0.35
OVERLAP = 0.45
PERSON = 0


class YoloX:
    """Boxes of people. Two layouts are known: (1, N, 5 + classes) raw, and dets (1, N, 5) with labels (1, N)."""

    def __init__(self, network: Network, least_score: float = LEAST_SCORE) -> None:
        self._network, self._least = network, least_score
        self._size = network.image_size()
        self._raw = len(network.outputs) == 1
        shapes = [t.shape for t in network.outputs]
        last, ranks = shapes[0][-1] if shapes[0] else None, [len(s) for s in shapes]
        raw = ranks == [3] and (last is None or last > 5)
        labelled = ranks == [3, 2] and last in (None, 5)
        if not raw and not labelled:
            found = ", ".join(f"{t.name} {t.shape}" for t in network.outputs)
            raise UserError(
                f"{network.path.name} must give YOLOX boxes, (1, N, 5 + classes) or dets and labels; it gives {found}"
            )

    def people(self, image: NDArray) -> tuple[FloatArray, FloatArray]:
        """(H, W, 3) RGB -> boxes (P, 4) px x0 y0 x1 y1 and scores (P), best first."""
        batch, scale = letterbox(image, self._size)
        outputs = self._network.run(batch)
        boxes, score = self._decode(outputs[0][0]) if self._raw else _labelled(outputs)
        kept = non_maximum(boxes, score, self._least, OVERLAP)
        height, width = image.shape[:2]
        limits = np.array([width, height, width, height], dtype=float)
        return np.clip(boxes[kept] / scale, 0, limits), np.clip(score[kept], 0, 1)

    def close(self) -> None:
        self._network.close()

    def _decode(self, raw: NDArray) -> tuple[FloatArray, FloatArray]:
        """Raw rows (N, 5 + classes): offsets and log sizes in cells of grids of three strides, then scores."""
        width, height = self._size
        grids, strides = [], []
        for stride in STRIDES:
            rows, columns = height // stride, width // stride
            y, x = np.mgrid[:rows, :columns]
            grids.append(np.stack([x.ravel(), y.ravel()], axis=1))
            strides.append(np.full((rows * columns, 1), stride))
        grid, stride_of = np.concatenate(grids), np.concatenate(strides)
        if len(grid) != len(raw):
            raise UserError(
                f"{self._network.path.name} must give {len(grid)} boxes for {width} x {height}, it gives {len(raw)}"
            )
        centre = (raw[:, :2].astype(float) + grid) * stride_of
        half = np.exp(np.minimum(raw[:, 2:4].astype(float), 20)) * stride_of / 2
        score = raw[:, 4] * raw[:, 5 + PERSON]
        return np.concatenate([centre - half, centre + half], axis=1), score.astype(float)


def _labelled(outputs: list[NDArray]) -> tuple[FloatArray, FloatArray]:
    dets, labels = outputs[0][0].astype(float), outputs[1][0]
    people = labels.astype(int) == PERSON
    return dets[people, :4], dets[people, 4]
