"""Generated pictures of stick figures with COCO annotations: something to run the evaluation on without COCO itself.

Figures of all sizes stand before noise, partly outside of the picture (keypoints absent) or behind plates (hidden).
They are not people: what is learned on them says how ways of training and decoding compare, not how good they are.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from poses.arrays import FloatArray, IntArray
from poses.skeletons import COCO17

# A standing figure, x right and y down, about two units high; by joint of COCO17.
_STANDING = np.array(
    [
        [0, -0.95], [0.05, -1.0], [-0.05, -1.0], [0.1, -0.97], [-0.1, -0.97], [0.22, -0.7], [-0.22, -0.7],
        [0.32, -0.38], [-0.32, -0.38], [0.36, -0.05], [-0.36, -0.05], [0.14, 0.0], [-0.14, 0.0], [0.16, 0.48],
        [-0.16, 0.48], [0.17, 0.95], [-0.17, 0.95],
    ]
)  # fmt: skip
# Joints that turn as one about a joint, by up to so many radians.
_TURNS = (
    ((7, 9), 5, 1.4),
    ((8, 10), 6, 1.4),
    ((9,), 7, 1.2),
    ((10,), 8, 1.2),
    ((13, 15), 11, 0.6),
    ((14, 16), 12, 0.6),
)
_SHINS = (((15,), 13, 0.6), ((16,), 14, 0.6))
SIZE = (320, 240)


def write_stick_figures(folder: str | Path, count: int, seed: int = 0) -> Path:
    """Write `count` pictures and `annotations.json` into `folder`; returns the annotations' path. Deterministic."""
    import cv2

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    images, annotations = [], []
    for number in range(1, count + 1):
        picture, xy, visibility, drawn = _scene(rng)
        name = f"{number:06d}.png"
        cv2.imwrite(str(folder / name), picture[..., ::-1])
        images.append({"id": number, "file_name": name, "width": SIZE[0], "height": SIZE[1]})
        annotations.append(_annotation(number, xy, visibility, drawn))
    content = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "person"}]}
    path = folder / "annotations.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _scene(rng: np.random.Generator) -> tuple[NDArray[np.uint8], FloatArray, IntArray, NDArray[np.bool_]]:
    """A picture, its figure's keypoints (17, 2) px and visibility (17), and where the figure is drawn."""
    import cv2

    coarse = rng.uniform(40, 200, (6, 8, 3)).astype(np.float32)
    picture = np.asarray(cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC), dtype=np.float32)
    for _ in range(6):  # Things that could be limbs.
        a, b = rng.uniform([0, 0], SIZE, (2, 2)).astype(int)
        cv2.line(picture, a.tolist(), b.tolist(), rng.uniform(0, 255, 3).tolist(), int(rng.integers(1, 6)))
    xy, scale = _placed(rng)
    drawn = _draw(picture, xy, scale, rng)
    visibility = np.full(len(COCO17), 2, dtype=np.int64)
    for _ in range(int(rng.integers(0, 3))):  # Plates in front of some of it.
        low = xy[rng.integers(17)] - rng.uniform(0.1, 0.6, 2) * scale
        high = low + rng.uniform(0.3, 1.4, 2) * scale
        visibility[((xy > low) & (xy < high)).all(axis=-1)] = 1
        cv2.rectangle(picture, low.astype(int).tolist(), high.astype(int).tolist(), rng.uniform(0, 255, 3).tolist(), -1)
    visibility[~((xy >= 0) & (xy < np.array(SIZE))).all(axis=-1)] = 0
    noisy = np.clip(picture + rng.normal(0, 8, picture.shape), 0, 255)
    return noisy.astype(np.uint8), xy, visibility, drawn


def _placed(rng: np.random.Generator) -> tuple[FloatArray, float]:
    """A figure's keypoints (17, 2) px, some of them in the picture, and its scale: half its height, px."""
    while True:
        scale = float(np.exp(rng.uniform(np.log(28), np.log(280))))
        xy = _pose(rng) * scale + rng.uniform([0, 0], SIZE) * np.array([1.0, 1.3]) - np.array([0, 0.15 * SIZE[1]])
        if ((xy >= 0) & (xy < np.array(SIZE))).all(axis=-1).any():
            return xy, scale


def _pose(rng: np.random.Generator) -> FloatArray:
    """A standing figure with its limbs and then itself turned."""
    xy = _STANDING * rng.uniform(0.9, 1.1, 2)
    for joints, about, most in _TURNS + _SHINS:
        xy[list(joints)] = _turned(xy[list(joints)], xy[about], rng.uniform(-most, most))
    return _turned(xy, np.zeros(2), rng.normal(0, 0.25))


def _turned(xy: FloatArray, about: FloatArray, angle: float) -> FloatArray:
    c, s = np.cos(angle), np.sin(angle)
    return np.asarray((xy - about) @ np.array([[c, s], [-s, c]]) + about)


def _draw(picture: NDArray[np.float32], xy: FloatArray, scale: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Draw the figure, left reddish and right bluish so that the sides can be told; returns where."""
    import cv2

    before = picture.copy()
    thick = max(1, round(scale * 0.07))
    shade = rng.uniform(0.75, 1.25)
    colours = {"left": (220 * shade, 60, 40), "right": (40, 70, 220 * shade), "middle": (230, 200 * shade, 60)}
    for a, b in [*COCO17.bones, (5, 6), (11, 12)]:
        sides = {COCO17.side(a), COCO17.side(b)}
        colour = colours[sides.pop() if len(sides) == 1 else "middle"]
        cv2.line(picture, xy[a].astype(int).tolist(), xy[b].astype(int).tolist(), colour, thick, cv2.LINE_AA)
    cv2.circle(picture, xy[:5].mean(axis=0).astype(int).tolist(), round(0.16 * scale), (200, 160, 130), -1, cv2.LINE_AA)
    for joint in range(5):
        cv2.circle(picture, xy[joint].astype(int).tolist(), max(1, round(0.025 * scale)), (20, 20, 20), -1, cv2.LINE_AA)
    return np.asarray(np.abs(picture - before).max(axis=-1) > 0)


def _annotation(number: int, xy: FloatArray, visibility: IntArray, drawn: NDArray[np.bool_]) -> dict[str, object]:
    keypoints = np.where(visibility[:, None] > 0, np.column_stack([xy, visibility]), 0)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    box = [0.0, 0.0, 1.0, 1.0]
    if len(rows):
        box = [float(columns[0]), float(rows[0]), float(np.ptp(columns) + 1), float(np.ptp(rows) + 1)]
    # A person fills about a third of its box; lines would make every figure a small one.
    area = box[2] * box[3] / 3
    return {
        "id": number, "image_id": number, "category_id": 1, "iscrowd": 0, "bbox": box, "area": area,
        "keypoints": [round(float(v), 2) for v in keypoints.ravel()], "num_keypoints": int((visibility > 0).sum()),
    }  # fmt: skip
