"""How a picture is to be shown: the display matrix of a file (ISO 14496-12, 8.3.2) as one of eight turns and flips."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Orientation:
    """mirrored: left and right are exchanged first; rotation: then turned counterclockwise, 0, 90, 180 or 270 degrees.

    off_deg: how far what the file asks for is from that.
    """

    rotation: int = 0
    mirrored: bool = False
    off_deg: float = 0.0

    @property
    def sideways(self) -> bool:
        """Whether width and height change places."""
        return self.rotation % 180 != 0

    @property
    def note(self) -> str:
        """The warning that goes with it, "" where there is none."""
        if abs(self.off_deg) < 1:
            return ""
        asked = -(self.rotation + self.off_deg)  # clockwise, as players count
        return (
            f"the file asks for its picture turned by {(asked + 180) % 360 - 180:.1f} degrees: only quarter turns are "
            f"made, so it is turned by {(-self.rotation + 180) % 360 - 180}"
        )

    def upright(self, image: np.ndarray) -> np.ndarray:
        """The stored picture (H, W, 3) as it is to be shown."""
        if not self.rotation and not self.mirrored:
            return image
        import cv2

        if self.mirrored:
            image = cv2.flip(image, 1)
        ways = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
        return np.asarray(cv2.rotate(image, ways[self.rotation])) if self.rotation else np.asarray(image)


def orientation_of(frame: Any) -> Orientation:
    """Of a decoded frame (PyAV), by the display matrix that comes with it."""
    matrix = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None or len(data := bytes(matrix)) != 36:
        return Orientation()
    return from_matrix(np.frombuffer(data, dtype="=i4").astype(float))


def from_matrix(matrix: np.ndarray) -> Orientation:
    """matrix (9): a, b, u, c, d, v, x, y, w; a point (p, q) of the stored picture, q down, is shown at
    (a p + c q, b p + d q). Scale is left out, a matrix without area changes nothing."""
    a, b, c, d = (float(matrix[k]) for k in (0, 1, 3, 4))
    if not a * d - b * c:
        return Orientation()
    mirrored = a * d - b * c < 0
    if mirrored:
        a, b = -a, -b
    first, second = math.hypot(a, b), math.hypot(c, d)
    # The turn nearest to the matrix, counterclockwise.
    degrees = -math.degrees(math.atan2(b / first - c / second, a / first + d / second))
    rotation = round(degrees / 90) * 90
    return Orientation(rotation % 360, mirrored, degrees - rotation)
