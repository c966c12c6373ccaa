"""End-point errors by sub-benchmark, on generated pictures with known answers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from app import cli
from detectors import evaluate
from detectors._coco import Annotated, read_coco, read_picture
from detectors._heads import INPUT, STRIDE, _flipped, cut_people
from detectors._stick_figures import write_stick_figures
from detectors._subbenchmarks import PUBLISHED, as_numbers, keypoint_bin, measure, occlusion_bin, report, size_bin
from poses.errors import UserError
from poses.sequences import Keypoints
from poses.skeletons import COCO17
from tests.detectors import onnx_models


def person(present=17, hidden=0, area=5000.0, box=(10, 20, 110, 220)) -> Annotated:
    visibility = np.array([1] * hidden + [2] * (present - hidden) + [0] * (17 - present))
    xy = np.random.default_rng(present).uniform([10, 20], [110, 220], (17, 2))
    return Annotated(None, np.array(box, float), xy, visibility, area)


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    return read_coco(write_stick_figures(folder, 40, seed=5), folder)


def test_people_are_put_into_the_sub_benchmarks_of_the_paper():
    assert [keypoint_bin(person(n)) for n in (1, 5, 6, 10, 11, 17)] == ["few", "few", "some", "some", "many", "many"]
    assert [size_bin(person(area=a * a)) for a in (31, 32, 63, 64, 96, 127, 128)] == "S M M L XL XL XXL".split()  # noqa: SIM905
    assert [occlusion_bin(person(10, h)) for h in (0, 1, 2, 4, 5, 10)] == ["few", "few", "some", "some", "many", "many"]


def test_errors_are_distances_of_annotated_keypoints():
    people = [person(5), person(17)]
    found = np.stack([p.xy + np.array([3.0, 4.0]) for p in people])
    errors = measure("x", people, found)
    assert np.isfinite(errors.px).sum() == 22
    np.testing.assert_allclose(errors.px[np.isfinite(errors.px)], 5.0)
    assert errors.missed == 0


def test_what_is_not_answered_counts_as_the_middle_of_the_box():
    one = person(17)
    found = one.xy[None].copy()
    found[0, 3] = np.nan
    errors = measure("x", [one], found)
    assert errors.px[0, 3] == pytest.approx(np.linalg.norm(one.xy[3] - [60, 120]))
    assert errors.missed == pytest.approx(1 / 17)


def test_errors_can_be_said_in_pixels_of_the_crop():
    one = person(17)
    in_picture = measure("x", [one], one.xy[None] + 1).px
    in_crop = measure("x", [one], one.xy[None] + 1, unit="crop").px
    # The box is 200 px high, the crop a quarter more, and 256 px high in the end.
    np.testing.assert_allclose(in_crop, in_picture * 256 / 250)


def test_the_report_has_the_supplement_s_tables():
    people = [person(3), person(8, 5, 3000), person(17, 1, 20000)]
    errors = [measure(n, people, np.stack([p.xy for p in people]) + d) for n, d in (("D", 3.0), ("S", 1.0))]
    text = report(people, errors, "picture")
    assert "mean over keypoints: D / S" in text
    assert text.count("occlusion") == text.count("size") == 2
    cells = [line.split() for line in text.splitlines()]
    assert ["many", "-", "4.24", "/", "1.41", "-", "4.24", "/", "1.41"] in cells
    assert ["all", "1", "1", "1", "3"] in cells
    numbers = as_numbers(people, errors)
    assert numbers["counts"]["size"] == {"L": 1, "M": 1, "XXL": 1}
    assert numbers["epe"]["S"]["keypoints"]["few"] == pytest.approx(np.sqrt(2))


def test_on_the_whole_of_coco_s_validation_set_the_counts_stand_beside_the_published_ones():
    assert {sum(counts.values()) for counts in PUBLISHED.values()} == {6352}
    people = [person(3)] * 6351 + [person(17, 1, 20000)]
    errors = [measure("x", people, np.stack([p.xy for p in people]))]
    text = report(people, errors, "picture")
    assert "few 6351 / 934, some 0 / 1792, many 1 / 3626" in text
    assert "in the supplement" not in report(people[:5], [measure("x", people[:5], np.zeros((5, 17, 2)))], "picture")


def test_generated_pictures_are_the_same_for_the_same_seed_and_of_every_kind(generated, tmp_path):
    again = read_coco(write_stick_figures(tmp_path, 40, seed=5), tmp_path)
    np.testing.assert_array_equal(again[7].xy, generated[7].xy)
    np.testing.assert_array_equal(read_picture(again[7].image), read_picture(generated[7].image))
    assert {keypoint_bin(p) for p in generated} == {"few", "some", "many"}
    assert len({size_bin(p) for p in generated}) >= 4
    assert len({occlusion_bin(p) for p in generated}) == 3
    for one in generated:
        seen = one.xy[one.visibility == 2]
        assert (seen >= one.box[:2] - 2).all() and (seen <= one.box[2:] + 2).all()


def test_left_is_red_where_it_is_seen(generated):
    """Else a network could not tell the sides, and the figures would be of no use."""
    wrist = COCO17.index("LWrist")
    reds = []
    for one in generated:
        if one.visibility[wrist] == 2 and np.sqrt(one.area) > 64:
            x, y = one.xy[wrist].astype(int)
            reds.append(read_picture(one.image)[y, x])
    assert len(reds) >= 5
    assert (np.median(reds, axis=0)[0] > 1.5 * np.median(reds, axis=0)[2]).all()


def test_crops_hold_the_keypoints_where_they_are(generated):
    crops = cut_people(generated[:5])
    for one, xy, place in zip(generated[:5], crops.xy, crops.places, strict=True):
        np.testing.assert_allclose(place.to_picture(xy * STRIDE), one.xy, atol=1e-9)


def test_mirrored_crops_show_the_other_side_where_it_is(generated):
    crops = cut_people(generated[:6])
    chosen = np.arange(6)
    plain = _flipped(crops, chosen, np.zeros(6, bool))
    mirrored = _flipped(crops, chosen, np.ones(6, bool))
    np.testing.assert_array_equal(mirrored[0].numpy()[..., ::-1], plain[0].numpy())
    left, right = COCO17.index("LKnee"), COCO17.index("RKnee")
    x_left, x_right = plain[1][:, left, 0] * STRIDE, mirrored[1][:, right, 0] * STRIDE
    np.testing.assert_allclose(x_right, INPUT[0] - 1 - x_left, atol=1e-3)
    np.testing.assert_array_equal(plain[2][:, left], mirrored[2][:, right])


class Oracle:
    """A detector that answers with the truth, shifted."""

    skeleton = COCO17

    def __init__(self, people):
        self._people = list(people)

    def detect(self, frame):
        one = self._people.pop(0)
        far = one.box + 1000
        xy = np.stack([one.xy + 500, one.xy + np.array([0.0, 2.0])])
        return Keypoints(xy, np.ones((2, 17)), np.stack([far, one.box + 1]))


def test_of_several_people_the_one_in_the_annotated_box_is_compared(generated):
    found = evaluate.find_with(Oracle(generated), generated, ["soft"])
    assert list(found) == ["own"]
    errors = measure("own", generated, found["own"])
    np.testing.assert_allclose(errors.px[np.isfinite(errors.px)], 2.0)


def test_decoders_of_a_heat_map_model_are_compared_on_annotated_boxes(generated, tmp_path, capsys):
    model = onnx_models.heatmap(tmp_path / "maps.onnx", size=(48, 64))
    folder = generated[0].image.parent
    where = ["--annotations", str(folder / "annotations.json"), "--images", str(folder), "--limit", "8"]
    what = ["--detector", "rtmpose", "--detector-option", f"pose={model}", "--detector-option", "boxes=none"]
    code = cli.main(["evaluate-detector", *where, *what, "--json"])
    said = json.loads(capsys.readouterr().out)
    assert code == 0
    assert said["people"] == 8
    assert list(said["epe"]) == ["own", "argmax", "soft", "compensated"]
    assert said["epe"]["own"] == said["epe"]["argmax"]
    assert said["epe"]["soft"]["all"] != said["epe"]["argmax"]["all"]


@pytest.mark.slow
def test_blazepose_is_evaluated_with_every_decoder(capsys):
    assert cli.main(["evaluate-detector", "--generated", "3"]) == 0
    out = capsys.readouterr().out
    assert "own" in out
    assert "3 people. End-point error in picture pixels" in out


@pytest.mark.slow
def test_three_trainings_are_compared_from_the_same_start(capsys):
    """Too short to say which is best: that they learn at all, and that the same seed gives the same numbers."""
    command = ["evaluate-detector", "--generated", "8", "--train", "--steps", "2", "--json"]
    runs = []
    for _ in range(2):
        assert cli.main(command) == 0
        runs.append(json.loads(capsys.readouterr().out))
    assert list(runs[0]["epe"]) == ["detection", "regression", "compensated"]
    assert runs[0]["epe"] == runs[1]["epe"]


def test_wrong_input_is_told_in_one_line(tmp_path, generated, capsys):
    folder = generated[0].image.parent
    good = json.loads((folder / "annotations.json").read_text())
    files = {
        "text": "no json",
        "list": "[]",
        "empty": json.dumps({**good, "annotations": []}),
        "absent": json.dumps({**good, "images": [{**i, "file_name": "gone.png"} for i in good["images"]]}),
        "short": json.dumps({**good, "annotations": [{**good["annotations"][0], "keypoints": [1.0] * 30}]}),
        "cut": (folder / "annotations.json").read_text()[:3000],
    }
    for name, text in files.items():
        (tmp_path / f"{name}.json").write_text(text)
    said = {
        "text": "no JSON", "list": "it must hold images and annotations", "empty": "has nobody with keypoints",
        "absent": "gone.png is not there", "short": "has 10 keypoints a person", "cut": "damaged or no JSON",
    }  # fmt: skip
    for name, expected in said.items():
        with pytest.raises(UserError, match=expected):
            read_coco(tmp_path / f"{name}.json", folder)
    commands = {
        "needs --annotations FILE --images DIR, or --generated N": [],
        "decoders are argmax, soft, compensated, got best": ["--generated", "1", "--decoders", "best"],
        "must be at least 1": ["--generated", "-3"],
        "has no option speed": ["--generated", "1", "--detector-option", "speed=1"],
        "invalid int value": ["--steps", "many"],
    }
    for expected, arguments in commands.items():
        assert cli.main(["evaluate-detector", *arguments]) == 2
        error = capsys.readouterr().err
        assert expected in error
        assert error.count("\n") == 1


def test_a_damaged_picture_is_told(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    with pytest.raises(UserError, match=r"a\.png is damaged or no picture"):
        read_picture(tmp_path / "a.png")
