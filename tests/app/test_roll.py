"""Roll of the camera is found, taken out before lifting and put back; level cameras are left as they are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from app.pipeline.analysis import Settings, lift_detections
from app.pipeline.detect import Detections
from app.pipeline.roll import STEP
from poses.arrays import FloatArray
from poses.camera import normalise, roll_rotation, turn_back
from poses.sequences import Keypoints
from poses.skeletons import H36M17
from tests.app.stand_ins import camera_at, figure
from tests.app.test_speculative import PartFlatLifter

SIZE = (640, 480)


def filmed(roll_deg: float, frames: int = 100) -> Detections:
    """`figure`, standing, by a camera in whose picture up is turned clockwise."""
    camera = camera_at(SIZE, roll_deg=-roll_deg)
    times = np.arange(frames) / 25
    found = []
    for time_s in times:
        xy = camera.project(camera.to_camera(figure(float(time_s))))
        box = np.concatenate([xy.min(axis=0), xy.max(axis=0)])
        found.append(Keypoints(xy[None], np.full((1, 17), 0.9), box[None]))
    return Detections("a.mp4", np.arange(frames), times, Fraction(25), False, SIZE, H36M17, "stand-in", found)


class RecordingLifter(PartFlatLifter):
    """Gives poses without depth, each the mean of its window; keeps the windows that it was given last."""

    def lift(self, windows: FloatArray) -> FloatArray:
        self.seen = windows
        flat = windows.mean(axis=1) * 0.5
        return np.concatenate([flat, np.zeros_like(flat[..., :1])], axis=-1)


@pytest.mark.parametrize("roll_deg", [-25.0, -14.0, 14.0, 25.0])
def test_a_rolled_camera_is_turned_level_before_lifting(roll_deg: float) -> None:
    lifter = RecordingLifter()
    motion = lift_detections(filmed(roll_deg), lifter, Settings())
    assert motion.roll_deg % STEP == 0 and abs(motion.roll_deg - roll_deg) < 0.45 * abs(roll_deg)
    hips = lifter.seen[:, 2, [H36M17.index("LHip"), H36M17.index("RHip")]]
    across = hips[:, 0] - hips[:, 1]
    left_over = np.degrees(np.arctan2(across[:, 1], np.abs(across[:, 0])))
    assert np.abs(left_over).mean() < 0.6 * abs(roll_deg)


@pytest.mark.parametrize("roll_deg", [0.0, 2.0, -3.0])
def test_a_level_camera_is_left_as_it_is(roll_deg: float) -> None:
    assert lift_detections(filmed(roll_deg), RecordingLifter(), Settings()).roll_deg == 0


@pytest.mark.parametrize("kind", ["person", "screen"])
def test_what_is_lifted_from_a_level_picture_is_turned_back_into_the_axes_of_the_rolled_camera(kind: str) -> None:
    level, rolled = camera_at(SIZE), camera_at(SIZE, roll_deg=-20.0)
    seen = [camera.to_camera(figure(0.3)) for camera in (level, rolled)]
    np.testing.assert_allclose(seen[0] @ roll_rotation(20.0).T, seen[1], atol=1e-12)
    flat = [camera.project(xyz) for camera, xyz in zip((level, rolled), seen, strict=True)]
    expected, turn = normalise(kind, flat[0][None], SIZE)
    found, turn_rolled = normalise(kind, flat[1][None], SIZE, roll_deg=20.0)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    pose = np.random.default_rng(0).normal(size=(1, 17, 3))
    np.testing.assert_allclose(turn_back(pose, turn_rolled), turn_back(pose, turn) @ roll_rotation(20.0).T, atol=1e-12)


def test_a_small_correction_keeps_the_roll_and_all_frames_that_do_not_see_it() -> None:
    found = filmed(14.0)
    keypoints = list(found.keypoints)
    moved = keypoints[50].xy.copy()
    moved[0, H36M17.index("LWrist")] += 8
    keypoints[50] = Keypoints(moved, keypoints[50].score, keypoints[50].boxes)
    corrected = Detections(
        found.video, found.frame, found.time_s, found.rate, False, SIZE, H36M17, "stand-in", keypoints
    )
    one, other = (lift_detections(d, RecordingLifter(), Settings()) for d in (found, corrected))
    assert one.roll_deg == other.roll_deg != 0
    a, b = one.persons[0].camera.xyz, other.persons[0].camera.xyz
    np.testing.assert_array_equal(a[:48], b[:48])
    np.testing.assert_array_equal(a[53:], b[53:])
    assert np.abs(a[48:53] - b[48:53]).max() > 1e-4
