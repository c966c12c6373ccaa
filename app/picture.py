"""One picture that shows a result without a screen: the 2D skeleton on the video, the 3D one from front and side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from app.pipeline.video import FrameReader, VideoInfo
from poses.arrays import FloatArray
from poses.files import write_bytes
from poses.motion import Motion
from poses.skeleton import Skeleton

HEIGHT = 720
# Blue and orange differ for every kind of colour vision; RGB.
COLOURS = {"left": (66, 135, 245), "right": (245, 145, 40), "middle": (150, 155, 165)}
PAPER, FLOOR, INK, SHADE = (250, 250, 250), (215, 218, 224), (60, 64, 72), (20, 22, 26)


def write_picture(motion: Motion, path: Path, moments: int = 3, info: VideoInfo | None = None) -> None:
    """Write a PNG with a row of `moments` frames and, under each, the main person in 3D from the front and the side.

    Frames are spread over the time in which a person is there. The 3D panels are orthographic projections of the world
    space, y up; "front" looks along -z, "side" along -x. info: of the video, where it is known already. UserError where
    the file cannot be written.
    """
    import cv2

    rows = _moments(motion, moments)
    reader = FrameReader(info or motion.video)
    try:
        columns = [_column(reader.frame(int(motion.frame[row])).image, motion, row) for row in rows]
    finally:
        reader.close()
    sheet = np.concatenate(columns, axis=1)
    done, data = cv2.imencode(".png", sheet[..., ::-1])
    assert done, "OpenCV writes PNG"
    write_bytes(path, data.tobytes())


def _moments(motion: Motion, count: int) -> list[int]:
    there = np.arange(len(motion))
    if motion.persons and motion.persons[0].world.present.any():
        there = np.flatnonzero(motion.persons[0].world.present)
    places = (np.arange(count) + 0.5) / count * len(there)
    return sorted({int(there[int(place)]) for place in places})


def _column(image: np.ndarray, motion: Motion, row: int) -> np.ndarray:
    """One moment: the frame at HEIGHT px, below it the two 3D panels side by side under the same width."""
    import cv2

    scale = HEIGHT / image.shape[0]
    width = max(round(image.shape[1] * scale), 320)
    picture = cv2.resize(image, (width, HEIGHT), interpolation=cv2.INTER_AREA)
    factor = np.array([width / image.shape[1], scale])
    for person in motion.persons:
        _draw(picture, person.pose_2d.xy[row] * factor, person.pose_2d.skeleton)
    panels = [_panel(motion, row, axes, width // 2, name) for name, axes in (("front", (0, 1)), ("side", (2, 1)))]
    below = np.concatenate(panels, axis=1)
    below = cv2.copyMakeBorder(below, 0, 0, 0, width - below.shape[1], cv2.BORDER_CONSTANT, value=PAPER)
    _write(picture, f"frame {motion.frame[row]}, {motion.time_s[row]:.2f} s", (12, 26), (255, 255, 255), SHADE)
    return np.concatenate([picture, below], axis=0)


def _panel(motion: Motion, row: int, axes: tuple[int, int], width: int, name: str) -> np.ndarray:
    """The main person's pose as seen along one axis of the world, from just below the floor up to the highest joint."""
    tall = 2.2
    if motion.persons and motion.persons[0].world.present.any():
        tall = max(1.9, float(np.nanmax(motion.persons[0].world.xyz[..., 1])) + 0.15) + 0.15
    px_per_m = min(HEIGHT / 2 / tall, width / 1.7)
    height = round(tall * px_per_m)
    panel = np.full((height, width, 3), PAPER, np.uint8)
    floor = height - 0.15 * px_per_m
    panel[int(floor) :] = FLOOR
    if motion.persons:
        person = motion.persons[0]
        xyz = person.world.xyz[row]
        across, up = xyz[:, axes[0]] - xyz[person.world.skeleton.root, axes[0]], xyz[:, axes[1]]
        flat = np.stack([width / 2 + across * px_per_m, floor - up * px_per_m], axis=-1)
        _draw(panel, flat, person.world.skeleton)
    _write(panel, name, (10, 22), INK, None)
    return panel


def _draw(picture: np.ndarray, xy: FloatArray, skeleton: Skeleton) -> None:
    import cv2

    thick = max(2, picture.shape[0] // 180)
    points = [tuple(int(v) for v in np.rint(p)) if np.isfinite(p).all() else None for p in np.clip(xy, -5e3, 5e3)]
    for parent, child in skeleton.bones:
        a, b = points[parent], points[child]
        if a and b:
            cv2.line(picture, a, b, COLOURS[skeleton.side(child)], thick, cv2.LINE_AA)
    for joint, point in enumerate(points):
        if point:
            cv2.circle(picture, point, thick + 1, COLOURS[skeleton.side(joint)], -1, cv2.LINE_AA)


def _write(picture: np.ndarray, text: str, place: tuple[int, int], colour: Any, shade: Any) -> None:
    import cv2

    font, size = cv2.FONT_HERSHEY_SIMPLEX, 0.6
    if shade:
        cv2.putText(picture, text, place, font, size, shade, 4, cv2.LINE_AA)
    cv2.putText(picture, text, place, font, size, colour, 1, cv2.LINE_AA)
