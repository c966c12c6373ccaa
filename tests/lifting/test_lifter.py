"""A network as a lifter: sequences, mirrored poses, bad input; cards and weights on disk."""

from __future__ import annotations

import copy
import dataclasses
import json
import re

import numpy as np
import pytest
import torch
from networks import KINDS, build, small, stir

import lifting
from lifting.card import ModelCard, read_card, write_card
from lifting.checkpoint import checksum, load_model, save_weights
from lifting.lifter import TorchLifter, pick_device
from lifting.preset import list_presets, read_preset
from poses.errors import UserError
from poses.maps import finished


def _lifter(kind="convformer", **options):
    return TorchLifter(stir(small(kind)), "test", "person", device="cpu", **options)


def _poses(lifter, frames, seed=0):
    return np.random.default_rng(seed).normal(size=(frames, len(lifter.skeleton), 2))


def _card(kind="convformer", name="test"):
    architecture, config = KINDS[kind]
    settings = {key: list(v) if isinstance(v, tuple) else v for key, v in vars(config).items()}
    return ModelCard(name, "Test", architecture, settings, config.window, config.skeleton, "person", licence="CC0-1.0")


@pytest.fixture
def models(tmp_path, monkeypatch):
    """An empty folder of the user's models, and no shipped ones."""
    monkeypatch.setenv("MAREY_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(lifting, "SHIPPED", tmp_path / "shipped")
    return tmp_path / "models"


def test_chunks_do_not_show_in_the_result():
    whole = _lifter(batch=100)
    xy = _poses(whole, 23)
    expected = whole.lift_sequence(xy)
    for batch in (1, 2, 7, 23):
        np.testing.assert_allclose(_lifter(batch=batch).lift_sequence(xy), expected, atol=1e-5)


@pytest.mark.parametrize("frames", [0, 1, 2, 4])
def test_sequences_shorter_than_a_window_are_lifted(frames):
    lifter = _lifter()
    assert lifter.lift_sequence(_poses(lifter, frames)).shape == (frames, 17, 3)


def test_the_features_of_a_frame_are_made_once_and_kept_no_longer_than_needed(monkeypatch):
    lifter = _lifter(batch=4)
    made, held = [], []
    features, lift = lifter.fast.features, lifter.fast.lift
    monkeypatch.setattr(lifter.fast, "features", lambda x: made.append(len(x)) or features(x))
    monkeypatch.setattr(lifter.fast, "lift", lambda x, step: held.append(len(x)) or lift(x, step))
    lifter.lift_sequence(_poses(lifter, 50))
    assert sum(made) == 50
    assert max(held) <= 4 + lifter.window - 1


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_part_of_a_sequence_depends_on_nothing_but_what_its_windows_see(kind, step):
    """To the last bit, so that a part lifted early can be taken as it is."""
    lifter = _lifter(kind, batch=4)
    xy, pad = _poses(lifter, 40), lifter.window // 2 * step
    whole, part = lifter.lift_sequence(xy, step=step), lifter.lift_chunk(xy, 10, 23, step=step)
    np.testing.assert_allclose(part, whole[10:23], atol=1e-5)
    other = _poses(lifter, 60, seed=1)
    other[5 - pad : 18 + pad] = xy[10 - pad : 23 + pad]
    np.testing.assert_array_equal(lifter.lift_chunk(other, 5, 18, step=step), part)
    for start, stop in ((0, 7), (33, 40), (0, 40), (12, 12)):
        np.testing.assert_allclose(lifter.lift_chunk(xy, start, stop, step=step), whole[start:stop], atol=1e-5)
    with pytest.raises(ValueError, match="within 0 to 40, got 5 and 41"):
        lifter.lift_chunk(xy, 5, 41)


def test_averaging_with_the_mirror_image_lifts_a_mirrored_pose_to_the_mirrored_joints():
    lifter = _lifter(flip=True)
    xy, order = _poses(lifter, 9), list(lifter.skeleton.mirror)
    expected = lifter.lift_sequence(xy)[:, order] * [-1, 1, 1]
    np.testing.assert_allclose(lifter.lift_sequence(xy[:, order] * [-1, 1]), expected, atol=1e-6)
    from poses.windows import cut_windows

    np.testing.assert_allclose(lifter.lift(cut_windows(xy, 5))[:, order] * [-1, 1, 1], expected, atol=1e-5)
    assert np.abs(_lifter().lift_sequence(xy)[:, order] * [-1, 1, 1] - expected).max() > 1e-3


def test_progress_is_told_and_can_end_the_lifting():
    lifter, told = _lifter(batch=4), []
    lifter.lift_sequence(_poses(lifter, 10), told.append)
    assert told == [4, 8, 10]

    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lifter.lift_sequence(_poses(lifter, 10), stop)


def test_bad_input_is_refused_with_what_was_expected_and_found():
    lifter = _lifter()
    xy = _poses(lifter, 6)
    xy[3, 2, 1] = np.nan
    with pytest.raises(ValueError, match=r"xy must be finite, fill gaps before lifting; got nan at \(3, 2, 1\)"):
        lifter.lift_sequence(xy)
    with pytest.raises(ValueError, match=r"xy must have shape \(T, 17, 2\), got \(6, 16, 2\)"):
        lifter.lift_sequence(xy[:, :16])
    with pytest.raises(ValueError, match=r"windows must have shape \(B, 5, 17, 2\), got \(1, 6, 17, 2\)"):
        lifter.lift(xy[None])
    with pytest.raises(ValueError, match=r"window must have shape \(5, 17, 2\), got \(6, 17, 2\)"):
        lifter.maps(xy)
    with pytest.raises(ValueError, match="windows must be finite"):
        lifter.lift(xy[None, :5])


def test_devices_that_are_not_there_are_refused():
    assert pick_device("cpu").type == "cpu"
    with pytest.raises(UserError, match="device must be auto, cpu, cuda or mps, got 'tpu'"):
        pick_device("tpu")
    if not torch.cuda.is_available():
        assert pick_device("auto").type == "cpu"
        with pytest.raises(UserError, match="device cuda is not there"):
            pick_device("cuda")


def test_half_precision_is_used_only_where_it_stays_exact_enough():
    """Tried on the CPU, where it is not the default; the network that fails has outputs of a hundred metres."""
    close = _lifter("convformer", half=True)
    far = stir(small("convformer"))
    with torch.no_grad():
        far.head_joints.weight.mul_(300)
    refused = TorchLifter(far, "test", "person", device="cpu", half=True)
    assert not refused.half
    if close.half:
        xy = _poses(close, 9)
        assert np.abs(close.lift_sequence(xy) - _lifter().lift_sequence(xy)).max() < 5e-4


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("name", ["graphsh", "mlp_graphwj_t9", "convformer_t27", "convformer_t81"])
def test_cuda_gives_the_cpus_joints_to_a_tenth_of_a_millimetre(name):
    torch.manual_seed(0)
    model = stir(build(read_preset(name)))
    cpu = TorchLifter(copy.deepcopy(model), name, "person", device="cpu")
    xy = _poses(cpu, 100)
    xy /= np.sqrt((xy**2).sum(axis=-1).mean(axis=-1))[:, None, None]
    expected = cpu.lift_sequence(xy)
    exact = TorchLifter(copy.deepcopy(model), name, "person", device="cuda", half=False)
    np.testing.assert_allclose(exact.lift_sequence(xy), expected, atol=1e-4)
    best = TorchLifter(model, name, "person", device="cuda")
    assert np.linalg.norm(best.lift_sequence(xy) - expected, axis=-1).max() < 3e-4


@pytest.mark.parametrize("kind", ["convformer", "mlp_graphwj_t1"])
def test_the_input_dependence_is_the_derivative(kind):
    lifter = _lifter(kind)
    window = _poses(lifter, lifter.window)
    found = lifter.maps(window)["input_dependence"]
    assert found.axes == ("target_joint", "frame", "source_joint")
    step, frame, source = 1e-2, lifter.window // 3, 6
    columns = []
    for axis in (0, 1):
        ends = []
        for sign in (1, -1):
            moved = window.copy()
            moved[frame, source, axis] += sign * step
            ends.append(lifter.lift(moved[None])[0])
        columns.append((ends[0] - ends[1]) / (2 * step))
    by_hand = np.sqrt((np.stack(columns) ** 2).sum(axis=(0, 2)))
    np.testing.assert_allclose(found.values[:, frame, source], by_hand, rtol=0.05, atol=1e-4)


@pytest.mark.parametrize("kind", ["graphsh", "graphsh_gpool", "mlp_graphwj_t5", "convformer_linear"])
def test_every_lifter_has_an_input_dependence_and_its_own_maps(kind):
    lifter = _lifter(kind)
    window = _poses(lifter, lifter.window)
    before = lifter.lift(window[None])
    maps = lifter.maps(window)
    assert np.array_equal(lifter.lift(window[None]), before)
    joints = len(lifter.skeleton)
    assert maps["input_dependence"].values.shape == (joints, lifter.window, joints)
    assert maps["input_dependence"].values.max() > 0
    assert len(maps) > 1


@pytest.mark.parametrize("kind", ["graphsh", "convformer_linear"])
def test_a_map_of_the_network_is_made_without_the_input_dependence(kind, monkeypatch):
    lifter = _lifter(kind)
    window = _poses(lifter, lifter.window)
    monkeypatch.setattr("lifting.lifter.input_dependence", None)  # a call fails
    own = [name for name in lifter.map_names if name != "input_dependence"]
    assert own and len(set(lifter.map_names)) == len(own) + 1
    assert (lifter.map_names[0] == "input_dependence") == (kind == "graphsh"), "attention comes first"
    for name in own:
        assert finished(lifter.map_steps(window, name)).name == name
    with pytest.raises(KeyError):
        finished(lifter.map_steps(window, "another"))


@pytest.mark.parametrize("kind", ["graphsh", "mlp_graphwj_t5"])
def test_the_input_dependence_can_be_left_off_and_leaves_the_mode_of_torch_alone(kind):
    lifter = _lifter(kind)
    window = _poses(lifter, lifter.window)
    with torch.inference_mode(False), torch.no_grad():
        steps = lifter.map_steps(window, "input_dependence")
        for _ in range(3):
            next(steps)
            assert not torch.is_grad_enabled()
        steps.close()
    count = sum(1 for _ in lifter.map_steps(window, "input_dependence"))
    assert count == (6 if kind == "graphsh" else 3 * len(lifter.skeleton))


def test_weights_that_were_saved_become_a_lifter(models):
    model = stir(small("convformer"))
    saved = save_weights(model, _card(), models, half=True)
    assert lifting.list_cards() == {"test": saved}
    assert saved.parameters == sum(p.numel() for p in model.parameters())
    assert saved.macs_per_frame > 0
    part = lifting.list_lifters()["test"]
    assert (part.info.label, part.available) == ("Test", True)
    lifter = lifting.load_lifter("test", device="cpu")
    assert (lifter.name, lifter.window, lifter.skeleton.name, lifter.normalisation) == ("test", 5, "H36M17", "person")
    assert lifter.lift_sequence(_poses(lifter, 3)).shape == (3, 17, 3)
    with pytest.raises(UserError, match="no lifter is called 'other'; there are test"):
        lifting.load_lifter("other")


def test_the_cards_folder_may_be_absent(models):
    assert lifting.list_cards() == {}
    with pytest.raises(UserError, match="there are none yet: train one"):
        lifting.load_lifter("test")


def test_damaged_weights_are_refused(models):
    card = save_weights(stir(small("convformer")), _card(), models)
    whole = card.weights.read_bytes()
    card.weights.write_bytes(whole[:-100])
    with pytest.raises(UserError, match="SHA-256 differs"):
        lifting.load_lifter("test")
    with pytest.raises(UserError, match="must be a safetensors file"):
        load_model(dataclasses.replace(card, sha256=checksum(card.weights)))
    card.weights.unlink()
    assert "are missing" in lifting.list_lifters()["test"].unavailable_reason
    with pytest.raises(UserError, match="there is no such file"):
        lifting.load_lifter("test")


@pytest.mark.parametrize("kind", ["convformer", "mlp_graphwj_t5"])
def test_weights_for_another_window_are_refused_by_naming_both(models, kind):
    card = save_weights(stir(small(kind)), _card(kind), models)
    other = dataclasses.replace(card, window=9, config={**card.config, "window": 9})
    with pytest.raises(UserError, match="weights are for windows of 5 frames, the settings say 9"):
        load_model(other)


def test_weights_for_other_settings_are_refused(models):
    card = save_weights(stir(small("convformer")), _card(), models)
    wider = dataclasses.replace(card, config={**card.config, "width": 32})
    with pytest.raises(UserError, match=r"must have shape .*, found"):
        load_model(wider)
    deeper = dataclasses.replace(card, config={**card.config, "spatial_blocks": 2})
    with pytest.raises(UserError, match=r"expected \d+ tensors, found \d+; \d+ missing \(spatial"):
        load_model(deeper)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"width": 10**9}, r"width of convformer must be from 0 to 4096"),
        ({"spatial_blocks": 10**9}, r"spatial_blocks of convformer must be from 0 to 4096"),
        ({"kernels": [10**9 + 1]}, r"kernels of convformer must be from 0 to 4096"),
        ({"heads": -1}, r"heads of convformer must be from 0"),
        ({"heads": 0}, r"does not describe a network"),
        ({"width": 4096}, r"make a network of more than \d+ parameters, its weights have fewer"),
        ({"width": 1024, "temporal_blocks": 4096}, r"make a network of more than \d+ parameters"),
        ({"dropout": float("nan")}, r"dropout of convformer must be from 0"),
        ({"width": "wide"}, r"expected int, found str at width"),
    ],
)
def test_settings_that_would_fill_the_memory_are_refused_before_they_do(models, settings, words):
    card = save_weights(stir(small("convformer")), _card(), models)
    path = write_card(card, models)
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, "config": {**values["config"], **settings}}))
    with pytest.raises(UserError, match=words) as caught:
        load_model(read_card(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("key", "other"), [("window", 7), ("skeleton", "COCO17")])
def test_a_card_that_says_other_facts_than_its_network_has_is_refused(models, key, other):
    """Also where its config leaves them out, so that the network has those of its architecture."""
    card = save_weights(stir(small("convformer")), _card(), models)
    with pytest.raises(ValueError, match=f"{key} must be the same in card and config"):
        dataclasses.replace(card, **{key: other})
    without = {name: value for name, value in card.config.items() if name != key}
    with pytest.raises(UserError, match=f"says {key} {other}, its network has"):
        load_model(dataclasses.replace(card, **{key: other}, config=without))


def test_weights_that_are_not_numbers_are_refused(models):
    model = stir(small("convformer"))
    with torch.no_grad():
        model.head_joints.bias[0] = float("nan")
    with pytest.raises(UserError, match=r"must hold finite weights, found NaN or infinity in head_joints\.bias"):
        load_model(save_weights(model, _card(), models))


def _damaged(values):
    yield "not json", "must be JSON, but is damaged"
    yield json.dumps([1]), "must be the card of a lifter, but is not shaped so: expected object, found array"
    yield json.dumps({**values, "colour": 1}), "has fields that no card has: colour"
    yield json.dumps({k: v for k, v in values.items() if k != "window"}), "object missing required field window"
    yield json.dumps({**values, "window": "9"}), "expected int, found str at window"
    yield json.dumps({**values, "window": 8}), "window must be odd so that it has a centre frame, got 8"
    yield json.dumps({**values, "window_hz": 0}), "window_hz must be more than 0, got 0"
    yield json.dumps({**values, "window_hz": "fast"}), "expected float | null, found str at window_hz"
    yield json.dumps({**values, "normalisation": "none"}), "normalisation must be one of screen, person"
    yield json.dumps({**values, "skeleton": "COCO17"}), "skeleton must be the same in card and config"
    yield json.dumps({**values, "name": "other"}), "must be called other.json"


def test_a_damaged_card_is_refused_and_does_not_hide_the_others(models):
    path = write_card(_card(), models)
    values = json.loads(path.read_text())
    write_card(_card(name="good"), models)
    for text, words in _damaged(values):
        path.write_text(text)
        with pytest.raises(UserError, match=re.escape(words)):
            read_card(path)
        assert list(lifting.list_cards()) == ["good"]
        assert words in lifting.list_lifters()["test"].unavailable_reason
    with pytest.raises(UserError, match=r"cannot read .*absent\.json"):
        read_card(models / "absent.json")


def test_a_card_survives_a_round_trip(tmp_path):
    card = dataclasses.replace(_card(), scores={"mpjpe": 41.25}, seed=7, command="marey train x", notes="ä")
    assert read_card(write_card(card, tmp_path)) == card


def test_presets_are_found_and_unknown_ones_named(tmp_path):
    assert {"graphsh", "mlp_graphwj_t1", "convformer_t27"} <= set(list_presets())
    with pytest.raises(UserError, match="no preset is called 'convformer'; there are"):
        read_preset("convformer")
    own = tmp_path / "own.toml"
    with pytest.raises(UserError, match="cannot read the preset"):
        read_preset(own)
    own.write_text("[model")
    with pytest.raises(UserError, match="must be TOML"):
        read_preset(own)
    own.write_text("[training]\nlr = 1")
    with pytest.raises(UserError, match=r"must have a \[model\] section"):
        read_preset(own)
    own.write_text('[model]\narchitecture = "convformer"\nwindow = 9\nkernels = [3, 5]')
    assert build(read_preset(own)).config.kernels == (3, 5)
