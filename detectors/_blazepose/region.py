"""Square, rotated regions of a picture: where a person is, and the crop a network looks at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poses.arrays import FloatArray

# A region is this much larger than the circle through the person that the networks predict (mediapipe's graph).
MARGIN = 1.25
# Squares of the picture that are searched: least side px, most of them along a side.
SMALLEST, MOST = 64, 12


@dataclass(frozen=True)
class Region:
    """A square: centre x, y and side in px, turned by `angle` radians (clockwise on the screen, y down).

    mirrored: it is seen in a mirror, left and right of its crop exchanged.
    """

    x: float
    y: float
    side: float
    angle: float
    mirrored: bool = False

    @staticmethod
    def around(start: FloatArray, end: FloatArray) -> Region:
        """The region of a person whose middle is `start` and whose surrounding circle passes `end` (above the head).

        Upright persons have `end` straight above `start`: angle 0.
        """
        dx, dy = float(end[0] - start[0]), float(end[1] - start[1])
        angle = np.pi / 2 - np.arctan2(-dy, dx)
        angle -= 2 * np.pi * np.floor((angle + np.pi) / (2 * np.pi))
        return Region(float(start[0]), float(start[1]), 2 * float(np.hypot(dx, dy)) * MARGIN, float(angle))

    @staticmethod
    def whole(width: int, height: int) -> Region:
        """The smallest upright square that holds a whole picture."""
        return Region(width / 2, height / 2, float(max(width, height)), 0.0)

    def matrix(self, pixels: int) -> FloatArray:
        """(2, 3) affine map from crop coordinates 0..pixels to picture coordinates."""
        c, s = np.cos(self.angle), np.sin(self.angle)
        turn = np.array([[c, -s], [s, c]]) * self._signs[:2] * (self.side / pixels)
        centre = np.array([self.x, self.y])
        return np.column_stack([turn, centre - turn @ np.full(2, pixels / 2)])

    def to_picture(self, xy: FloatArray, pixels: int) -> FloatArray:
        """(..., 2) crop coordinates -> picture coordinates."""
        matrix = self.matrix(pixels)
        return np.asarray(xy @ matrix[:, :2].T + matrix[:, 2])

    def to_crop(self, xy: FloatArray, pixels: int) -> FloatArray:
        """(..., 2) picture coordinates -> crop coordinates."""
        matrix = self.matrix(pixels)
        return np.asarray((xy - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T)

    def turn(self, xyz: FloatArray) -> FloatArray:
        """(..., 3) camera axes of the crop -> of the picture: turned about the viewing axis."""
        c, s = np.cos(self.angle), np.sin(self.angle)
        return np.asarray(xyz * self._signs @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]]))

    def scaled(self, factor: float) -> Region:
        """The region with a side `factor` times as long."""
        return replace(self, side=self.side * factor)

    def in_mirror(self) -> Region:
        """The region seen in a mirror."""
        return replace(self, mirrored=not self.mirrored)

    @property
    def _signs(self) -> FloatArray:
        return np.array([-1.0 if self.mirrored else 1.0, 1.0, 1.0])

    def corners(self) -> FloatArray:
        """(4, 2) px of the picture."""
        return self.to_picture(np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]), 1)

    def usable(self) -> bool:
        """Whether numbers are finite and the side is at least a few pixels."""
        return bool(np.isfinite([self.x, self.y, self.side, self.angle]).all() and self.side >= 4)


def crop(image: NDArray[np.uint8], region: Region, pixels: int, repeat_border: bool) -> NDArray[np.uint8]:
    """(H, W, 3) -> (pixels, pixels, 3): the region, bilinear; outside the picture its border is repeated, or black."""
    import cv2

    border = cv2.BORDER_REPLICATE if repeat_border else cv2.BORDER_CONSTANT
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    cut: Any = cv2.warpAffine(image, region.matrix(pixels), (pixels, pixels), flags=flags, borderMode=border)
    return cut


def squares(size: tuple[int, int], part: float) -> list[Region]:
    """Squares of a side of `part` of the picture's shorter side that cover it, each half over the next.

    None where they would be too small to show a person; not more than MOST along a side, further apart then.
    """
    side = min(size) * part
    if side < SMALLEST:
        return []
    counts = [min(int(np.ceil((length - side) / (side / 2))) + 1, MOST) for length in size]
    across, down = (np.linspace(side / 2, n - side / 2, k) for n, k in zip(size, counts, strict=True))
    return [Region(float(x), float(y), side, 0.0) for y in down for x in across]
