"""The picture that a run without a screen leaves behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.picture import COLOURS, HEIGHT, write_picture
from poses.errors import UserError
from poses.motion import Motion
from poses.skeletons import H36M17
from tests.app.clips import make_clip
from tests.app.motions import SIZE, make_motion

T_POSE = np.array(
    [[0, 0.9, 0], [-0.1, 0.9, 0], [-0.1, 0.5, 0], [-0.1, 0.05, 0], [0.1, 0.9, 0], [0.1, 0.5, 0], [0.1, 0.05, 0],
     [0, 1.2, 0], [0, 1.4, 0], [0, 1.5, 0], [0, 1.7, 0], [0.2, 1.4, 0], [0.45, 1.4, 0], [0.7, 1.4, 0],
     [-0.2, 1.4, 0], [-0.45, 1.4, 0], [-0.7, 1.4, 0]]
)  # fmt: skip


@pytest.fixture
def motion(tmp_path: Path) -> Motion:
    """Somebody facing the camera with arms spread; the first four of ten frames are empty."""
    world = np.repeat(T_POSE[None], 10, axis=0)
    world[:4] = np.nan
    clip = make_clip(tmp_path / "clip.mp4", range(10), 50, (640, 360))
    return replace(make_motion(world, skeleton=H36M17), video=str(clip), image_size=SIZE)


def places_of(picture: np.ndarray, side: str) -> np.ndarray:
    """(N, 2) row and column of the pixels in the colour of a side of the body."""
    return np.argwhere((np.abs(picture[..., ::-1].astype(int) - COLOURS[side]).sum(-1)) < 12)


def test_the_right_of_someone_facing_us_is_on_our_left_in_the_front_view(motion: Motion, tmp_path: Path) -> None:
    write_picture(motion, tmp_path / "out.png", moments=1)
    front = cv2.imread(str(tmp_path / "out.png"))[HEIGHT:]
    front = front[:, : front.shape[1] // 2]
    assert places_of(front, "right")[:, 1].mean() < places_of(front, "left")[:, 1].mean()


def test_feet_stand_on_the_floor_and_the_head_is_up(motion: Motion, tmp_path: Path) -> None:
    write_picture(motion, tmp_path / "out.png", moments=1)
    panel = cv2.imread(str(tmp_path / "out.png"))[HEIGHT:]
    limbs, middle = places_of(panel, "left")[:, 0], places_of(panel, "middle")[:, 0]
    assert middle.min() < limbs.min() < limbs.max() < HEIGHT // 2
    floor = np.flatnonzero((panel[:, -1] < 240).all(axis=-1)).min()
    assert abs(floor - limbs.max()) < 15


def test_only_moments_with_somebody_are_shown(motion: Motion, tmp_path: Path) -> None:
    write_picture(motion, tmp_path / "out.png", moments=3)
    picture = cv2.imread(str(tmp_path / "out.png"))
    for column in np.array_split(picture, 3, axis=1):
        assert len(places_of(column[HEIGHT:], "left")) > 50


def test_nobody_in_the_whole_video_still_gives_a_picture(motion: Motion, tmp_path: Path) -> None:
    write_picture(replace(motion, persons=()), tmp_path / "out.png", moments=2)
    assert cv2.imread(str(tmp_path / "out.png")) is not None


def test_a_folder_that_is_not_there_is_said_plainly(motion: Motion, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot write"):
        write_picture(motion, tmp_path / "none" / "out.png")
