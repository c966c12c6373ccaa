"""MMPose top-down networks, really run: random weights, in checkpoints laid out as the published ones."""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict

import numpy as np
import pytest
import torch

from detectors import create_detector, list_detectors
from detectors._mmpose_build import skeleton_of
from poses.errors import UserError
from poses.sequences import VideoFrame
from poses.skeletons import COCO17, HALPE26
from tests.detectors import onnx_models

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not list_detectors()["mmpose_topdown"].available, reason="needs MMPose"),
]

SMALL = """
codec = dict(type='{codec}', input_size={size}, {codec_rest})
model = dict(
    type='TopdownPoseEstimator',
    data_preprocessor=dict(type='PoseDataPreprocessor', mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375],
                           bgr_to_rgb=True),
    backbone={backbone},
    head={head},
    test_cfg=dict(flip_test=True))
default_scope = 'mmpose'
test_dataloader = dict(dataset=dict(type='{data}', pipeline=[
    dict(type='LoadImage'), dict(type='GetBBoxCenterScale'),
    dict(type='TopdownAffine', input_size=codec['input_size']{udp}),
    dict(type='PackPoseInputs')]))
"""
RESNET = "dict(type='ResNet', depth=18, init_cfg=dict(type='Pretrained', checkpoint='torchvision://resnet18'))"
HEATMAP = """dict(type='HeatmapHead', in_channels=512, out_channels={joints}, deconv_out_channels=(16, 16, 16),
    deconv_kernel_sizes=(4, 4, 4), loss=dict(type='KeypointMSELoss'), decoder=codec)"""
CSP = "dict(_scope_='mmdet', type='CSPNeXt', arch='P5', deepen_factor=0.167, widen_factor=0.125, out_indices=(4,))"
SIMCC = """dict(type='RTMCCHead', in_channels=128, out_channels=17, input_size=(48, 64), in_featuremap_size=(2, 2),
    simcc_split_ratio=2.0, final_layer_kernel_size=7, loss=dict(type='KLDiscretLoss'), decoder=codec,
    gau_cfg=dict(hidden_dims=32, s=16, expansion_factor=2, dropout_rate=0., drop_path=0., act_fn='SiLU',
                 use_rel_bias=False, pos_enc=False))"""


def heatmap_config(folder, codec="MSRAHeatmap", data="CocoDataset", joints=17):
    text = SMALL.format(
        codec=codec, size="(96, 128)", codec_rest="heatmap_size=(24, 32), sigma=2", backbone=RESNET,
        head=HEATMAP.format(joints=joints),
        data=data, udp=", use_udp=True" if "UDP" in codec else "",
    )  # fmt: skip
    path = folder / f"{codec}_{data}.py"
    path.write_text(text)
    return path


def simcc_config(folder):
    rest = "sigma=(4.9, 5.66), simcc_split_ratio=2.0, normalize=False, use_dark=False"
    path = folder / "simcc.py"
    path.write_text(
        SMALL.format(
            size="(48, 64)", codec="SimCCLabel", codec_rest=rest, backbone=CSP, head=SIMCC, data="CocoDataset", udp=""
        )
    )
    return path


def published(path, model, **extra):
    """A checkpoint as MMPose publishes it: weights, and facts that hold numpy arrays and objects of mmengine."""
    from mmengine.logging.history_buffer import HistoryBuffer

    meta = {"epoch": 210, "config": "...", "dataset_meta": {"sigmas": np.ones(17), "dataset_name": "coco"}}
    hub = {"log_scalars": {"train/loss": HistoryBuffer([1.0, 0.5], [1, 1])}}
    torch.save({"meta": meta, "message_hub": hub, "state_dict": OrderedDict(model.state_dict()), **extra}, path)
    return path


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    return VideoFrame(0, 0.0, rng.integers(0, 255, (240, 320, 3), dtype=np.uint8))


@pytest.fixture
def spread():
    """Weights whose maps differ from place to place, as they do after training."""

    def scatter(detector):
        torch.manual_seed(1)
        for name, value in detector._model.state_dict().items():
            if value.is_floating_point() and "running_var" not in name:
                value += 0.05 * torch.randn_like(value)
        return detector

    return scatter


def test_our_decoding_finds_what_mmpose_finds(tmp_path, frame, spread):
    # A seed, because MMPose leaves peaks one pixel from the border where they are, and ours moves them too.
    torch.manual_seed(0)
    config = heatmap_config(tmp_path)
    first = spread(create_detector("mmpose_topdown", config=config, random_weights=True))
    weights = published(tmp_path / "weights.pth", first._model)
    own = create_detector("mmpose_topdown", config=config, checkpoint=weights)
    ours = create_detector("mmpose_topdown", config=config, checkpoint=weights, decoder="argmax")

    expected, found = own.detect(frame), ours.detect(frame)

    assert own.heatmaps.shape == (1, 17, 32, 24)
    np.testing.assert_array_equal(own.heatmaps, first.heatmaps if first.heatmaps is not None else ours.heatmaps)
    seen = found.score > 0
    assert seen.sum() >= 8
    # MMPose's MSRA codec is an argmax with a quarter pixel, as ours.
    np.testing.assert_allclose(found.xy[seen], expected.xy[seen], atol=1e-3)
    assert len(np.unique(found.xy[seen].round(1), axis=0)) > 4


def test_maps_of_udp_networks_lie_on_the_picture_corner_on_corner(tmp_path):
    """On clean peaks the compensated soft-argmax and MMPose's own UDP decoding (a Newton step) must meet."""
    detector = create_detector(
        "mmpose_topdown", config=heatmap_config(tmp_path, "UDPHeatmap"), random_weights=True, decoder="compensated"
    )
    places = np.random.default_rng(2).uniform([7, 7], [16, 24], (17, 2))
    y, x = np.mgrid[:32, :24]
    apart = (x - places[:, 0, None, None]) ** 2 + (y - places[:, 1, None, None]) ** 2
    maps = np.exp(-apart / (2 * 2.0**2)).astype(np.float32)
    size = np.array([96.0, 128.0])
    sample = {"input_scale": size, "input_center": size / 2}

    expected, _ = detector._model.head.decoder.decode(maps.copy())
    detector.heatmaps, detector._inputs = maps[None], [sample]
    found, _ = detector.decode_again("compensated")

    # In input pixels, of which four are one of the map; with the older convention they would be up to 4 apart.
    np.testing.assert_allclose(found[0], expected[0], atol=0.25)


def test_a_simcc_network_runs_and_its_maps_are_kept_when_asked(tmp_path, frame):
    detector = create_detector("mmpose_topdown", config=simcc_config(tmp_path), random_weights=True, keep_heatmaps=True)
    found = detector.detect(frame)
    assert found.xy.shape == (1, 17, 2)
    assert np.isfinite(found.xy).all()
    assert detector.heatmaps.shape == (1, 17, 128, 96)
    with pytest.raises(UserError, match="decoder soft needs heat maps, RTMCCHead has none"):
        create_detector("mmpose_topdown", config=simcc_config(tmp_path), random_weights=True, decoder="soft")


def test_a_config_of_mmpose_is_found_by_its_name(frame, capfd):
    detector = create_detector(
        "mmpose_topdown", config="rtmpose-t_8xb256-420e_coco-256x192", random_weights=True, flip=True
    )
    assert detector.skeleton == COCO17
    assert detector.detect(frame).xy.shape == (1, 17, 2)
    assert capfd.readouterr().out == "", "standard output is for results"


@pytest.mark.parametrize("decoder", ["soft", "compensated"])
def test_each_decoder_gives_places_in_the_picture_or_nothing(tmp_path, frame, spread, decoder):
    detector = spread(
        create_detector("mmpose_topdown", config=heatmap_config(tmp_path), random_weights=True, decoder=decoder)
    )
    found = detector.detect(frame)
    assert np.isfinite(found.xy[found.score > 0]).all()
    assert (found.score > 0).any()


def test_people_of_a_yolox_model_are_looked_at_one_by_one(tmp_path, frame):
    boxes = onnx_models.yolox_raw(tmp_path / "boxes.onnx", [(4, 4, 28, 44, 0.9, 0), (36, 4, 60, 44, 0.8, 0)])
    config = heatmap_config(tmp_path)
    found = create_detector("mmpose_topdown", config=config, random_weights=True, boxes=boxes).detect(frame)
    assert found.xy.shape == (2, 17, 2)
    np.testing.assert_allclose(found.boxes[1], [180, 20, 300, 220], atol=0.01)


def test_an_mmdet_network_finds_people_with_our_non_maximum_suppression(tmp_path, frame):
    detector = create_detector(
        "mmpose_topdown",
        config=heatmap_config(tmp_path),
        det_config="rtmdet_tiny_8xb32-300e_coco",
        random_weights=True,
    )
    detector._people._least = 0.0
    found = detector.detect(VideoFrame(0, 0.0, frame.image[:64, :64].copy()))
    assert len(found.boxes) == len(found.xy)
    # Random weights find random things: only the plumbing is claimed.
    assert (found.boxes >= -64).all()
    assert (found.boxes <= 128).all()


def test_another_thread_may_use_it_and_closing_twice_is_fine(tmp_path, frame):
    detector = create_detector("mmpose_topdown", config=heatmap_config(tmp_path), random_weights=True)
    here, there = detector.detect(frame), []
    worker = threading.Thread(target=lambda: there.append(detector.detect(frame)))
    worker.start()
    worker.join()
    detector.close()
    detector.close()
    np.testing.assert_array_equal(here.xy, there[0].xy)


@pytest.mark.parametrize("size", [(1, 1), (2, 700)])
def test_odd_pictures_are_taken(tmp_path, size):
    detector = create_detector("mmpose_topdown", config=heatmap_config(tmp_path), random_weights=True)
    assert detector.detect(VideoFrame(0, 0.0, np.full((*size, 3), 90, np.uint8))).xy.shape == (1, 17, 2)


class Attack:
    """Unpickled carelessly, it makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


class SystemAttack(Attack):
    def __reduce__(self):
        import os

        return os.system, (f"touch {self.path}",)


@pytest.mark.parametrize("attack", [Attack, SystemAttack])
def test_nothing_in_a_checkpoint_is_run(tmp_path, attack):
    config = heatmap_config(tmp_path)
    model = create_detector("mmpose_topdown", config=config, random_weights=True)._model
    weights = published(tmp_path / "attack.pth", model, optimizer=attack(tmp_path / "hacked"))
    try:
        create_detector("mmpose_topdown", config=config, checkpoint=weights)
    except UserError as error:
        assert attack is SystemAttack, error
    assert not (tmp_path / "hacked").exists()


def test_wrong_files_are_told_in_one_line(tmp_path):
    config, simcc = heatmap_config(tmp_path), simcc_config(tmp_path)
    model = create_detector("mmpose_topdown", config=simcc, random_weights=True)._model
    good = published(tmp_path / "good.pth", model)
    cut = tmp_path / "cut.pth"
    cut.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    text, pickled = tmp_path / "text.pth", tmp_path / "pickled.pth"
    text.write_text("weights")
    pickled.write_bytes(pickle.dumps({"a": 1}))
    torch.save({"epoch": 3}, tmp_path / "empty.pth")
    broken = tmp_path / "broken.py"
    broken.write_text("model = dict(type='NoSuchNetwork')")
    cases = {
        "needs an MMPose config": dict(config=config),
        "does not fit the config: [0-9]+ weights are missing, [0-9]+ are unknown": dict(config=config, checkpoint=good),
        "cut.pth is damaged": dict(config=simcc, checkpoint=cut),
        "text.pth is damaged": dict(config=simcc, checkpoint=text),
        "pickled.pth is damaged": dict(config=simcc, checkpoint=pickled),
        "found nothing there": dict(config=simcc, checkpoint=tmp_path / "absent.pth"),
        "must hold weights by name": dict(config=simcc, checkpoint=tmp_path / "empty.pth"),
        "did you mean td-hm_res50_8xb64-210e_coco-256x192": dict(
            config="td-hm_res50_8xb64_coco-256x192", checkpoint=good
        ),
        "must be a config": dict(config=tmp_path / "absent.py", checkpoint=good),
        "is not a config that mmpose 1.3.2 can build": dict(config=broken, checkpoint=good),
        "must be a top-down network": dict(config="dekr_hrnet-w32_8xb10-140e_coco-512x512", checkpoint=good),
        "device must be auto or one of cpu": dict(config=simcc, checkpoint=good, device="tpu"),
        "decoder must be one of": dict(config=simcc, checkpoint=good, decoder="best"),
    }
    for said, options in cases.items():
        with pytest.raises(UserError, match=said) as caught:
            create_detector("mmpose_topdown", **options)
        assert "\n" not in str(caught.value)


def test_skeletons_are_known_by_the_names_of_their_joints():
    from detectors._mmpose_compat import prepare, quiet

    prepare()
    from mmpose.datasets.datasets.utils import parse_pose_metainfo

    with quiet():
        halpe = parse_pose_metainfo(dict(from_file="configs/_base_/datasets/halpe26.py"))
        mpii = parse_pose_metainfo(dict(from_file="configs/_base_/datasets/mpii.py"))
    assert skeleton_of(halpe) == HALPE26
    made = skeleton_of(mpii)
    assert {"LShoulder", "Pelvis", "Thorax", "HeadTop"} <= set(made.joint_names)
    assert len(made.pairs) == 6
    assert sum(p == -1 for p in made.parents) == 1
