"""What every detector promises, over everything found in `detectors` but those made from files (test_contract_made)."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from detectors import list_detectors
from poses.sequences import Keypoints, VideoFrame
from tests.detectors.test_contract_made import FROM_FILES

pytestmark = pytest.mark.slow


def without_files():
    """Every detector that is not made there from files is tested here: a new one is so without being listed."""
    return sorted(set(list_detectors()) - FROM_FILES)


@pytest.fixture(params=without_files())
def make(request):
    """Makes the detector; it must run here."""
    made = []

    def create():
        plugin = list_detectors()[request.param]
        assert not plugin.unavailable_reason, plugin.unavailable_reason
        made.append(plugin.info.create())
        return made[-1]

    yield create
    for detector in made:
        detector.close()


def picture(kind):
    rng = np.random.default_rng(0)
    return {
        "one pixel": np.full((1, 1, 3), 90, np.uint8),
        "one column": rng.integers(0, 255, (300, 1, 3), np.uint8),
        "grey": np.full((240, 320, 3), 128, np.uint8),
        "black": np.zeros((480, 640, 3), np.uint8),
        "noise": rng.integers(0, 255, (200, 300, 3), np.uint8),
        "very wide": np.full((16, 2048, 3), 200, np.uint8),
    }[kind]


def check(found, detector):
    assert isinstance(found, Keypoints)
    assert found.xy.shape[1] == len(detector.skeleton)
    assert (np.isfinite(found.xy).all(axis=-1) | (found.score == 0)).all()
    assert np.isfinite(found.boxes).all() and (found.boxes[:, 2:] >= found.boxes[:, :2]).all()


def test_every_detector_is_tested_here_or_made_from_files_there():
    assert "blazepose" in without_files()
    assert set(list_detectors()) >= FROM_FILES
    for name in list_detectors():
        assert (name in without_files()) != (name in FROM_FILES), name


def test_a_new_detector_cannot_escape(tmp_path, monkeypatch):
    import detectors

    source = "from poses.plugins import PluginInfo\nINFO = PluginInfo('Eyes', create=object)\n"
    (tmp_path / "eyes.py").write_text(source)
    monkeypatch.setattr(detectors, "__path__", [*detectors.__path__, str(tmp_path)])
    assert "eyes" in without_files()


def test_a_picture_without_pixels_never_reaches_a_detector():
    for shape in ((0, 0, 3), (0, 5, 3), (5, 0, 3)):
        with pytest.raises(ValueError, match="image must have pixels"):
            VideoFrame(0, 0.0, np.zeros(shape, np.uint8))


@pytest.mark.parametrize("kind", ["one pixel", "one column", "grey", "black", "noise", "very wide"])
def test_pictures_without_people_give_an_empty_or_a_valid_answer(make, kind):
    detector = make()
    for index in range(3):
        check(detector.detect(VideoFrame(index, index / 30, picture(kind))), detector)


@pytest.mark.parametrize("kind", ["one pixel", "grey", "black"])
def test_nobody_is_seen_where_there_is_nothing_to_see(make, kind):
    assert len(make().detect(VideoFrame(0, 0.0, picture(kind)))) == 0


def test_many_people_are_no_trouble(make, shared_data):
    from app.pipeline.video import read_frames

    one = next(iter(read_frames(shared_data / "videos" / "squats.mp4"))).image[::4, ::4]
    crowd = np.ascontiguousarray(np.tile(one, (1, 5, 1)))
    detector = make()
    for index in range(2):
        found = detector.detect(VideoFrame(index, index / 30, crowd))
        check(found, detector)
    assert len(found) >= 1


def test_closing_twice_and_using_it_again(make):
    detector = make()
    frame = VideoFrame(0, 0.0, picture("grey"))
    detector.detect(frame)
    detector.close()
    detector.close()
    check(detector.detect(frame), detector)


def test_it_works_in_a_worker_thread(make, shared_data):
    from app.pipeline.video import read_frames

    frame = next(iter(read_frames(shared_data / "videos" / "squats.mp4")))
    detector, answers = make(), []

    def work():
        try:
            answers.append(detector.detect(frame))
        except BaseException as error:  # shown by the assertion below
            answers.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(120)
    assert answers and isinstance(answers[0], Keypoints), answers
    check(answers[0], detector)
    assert len(answers[0]) >= 1


def test_frames_may_change_size_jump_go_back_and_come_twice(make):
    detector = make()
    for index, kind in [(0, "grey"), (1, "noise"), (7, "black"), (3, "one pixel"), (3, "noise"), (10**6, "grey")]:
        check(detector.detect(VideoFrame(index, index / 30, picture(kind))), detector)
