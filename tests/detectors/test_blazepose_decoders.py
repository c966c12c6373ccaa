"""BlazePose's 64 x 64 heat maps by the decoders of `detectors.heatmaps`, on a real video."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from app.pipeline.video import read_frames
from detectors import create_detector
from poses.errors import UserError
from poses.skeletons import BLAZEPOSE33

LIMBS = [BLAZEPOSE33.index(s + n) for s in "LR" for n in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")]


@pytest.fixture(scope="module")
def answers(shared_data):
    """Keypoints of the first frames by each decoder, and BlazePose's own; also decoded again from one run."""
    frames = list(islice(read_frames(shared_data / "videos" / "squats.mp4"), 8))
    found = {}
    for decoder in (None, "argmax", "soft", "compensated"):
        detector = create_detector("blazepose", decoder=decoder, size="full")
        found[decoder] = [detector.detect(frame) for frame in frames]
        if decoder is None:
            found["again"] = detector.decode_again("compensated")[0]
        detector.close()
    return found


def apart(answers, decoder):
    """Mean distance in px of the limbs from BlazePose's own refinement; the woman is about 900 px tall."""
    pairs = zip(answers[decoder], answers[None], strict=True)
    return np.mean([np.linalg.norm(a.xy[0, LIMBS] - b.xy[0, LIMBS], axis=-1).mean() for a, b in pairs])


def test_a_decoder_changes_the_places_and_nothing_else(answers):
    for mine, own in zip(answers["compensated"], answers[None], strict=True):
        np.testing.assert_array_equal(mine.score, own.score)
        np.testing.assert_array_equal(mine.world_m, own.world_m)
        assert np.abs(mine.xy - own.xy).max() > 0.1


def test_compensation_takes_the_pull_of_the_background_off(answers):
    assert apart(answers, "soft") > 20
    assert apart(answers, "compensated") < 12
    assert apart(answers, "argmax") < 15


def test_the_last_maps_can_be_decoded_again(answers):
    np.testing.assert_allclose(answers["again"], answers["compensated"][-1].xy)


def test_an_unknown_decoder_is_told():
    with pytest.raises(UserError, match="decoder must be one of argmax, soft, compensated, got 'best'"):
        create_detector("blazepose", decoder="best")
