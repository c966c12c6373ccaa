"""Any MMPose top-down network: a config and a checkpoint, heat maps and all.

MMPose 1.3 (Apache-2.0), torch. People are found by an MMDet network, by a YOLOX ONNX model of the models folder, or
not at all: then the whole picture is one person's box. A config is a program, as MMPose made it: use only those you
trust (those that come with MMPose are found by their name). A checkpoint is read without running anything in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detectors import models
from detectors._mmpose_build import build_network, choose_device, has_maps, scope, skeleton_of
from detectors.heatmaps import DECODERS, decode
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.plugins import PluginInfo
from poses.sequences import Keypoints, VideoFrame

if TYPE_CHECKING:
    from detectors._yolox import YoloX

LEAST_SCORE = 0.3


class TopDown:
    """A top-down MMPose network as a detector.

    `heatmaps` holds the maps (P, J, h, w) of the last picture: always of heat-map networks, of SimCC networks (where
    they are the outer products of two vectors, as large as the input) when asked for.
    """

    def __init__(self, model: Any, people: Any, decoder: str | None, keep_heatmaps: bool) -> None:
        self._model, self._people, self._decoder = model, people, decoder
        self._maps = has_maps(model)
        self.skeleton = skeleton_of(model.dataset_meta)
        self.heatmaps: NDArray | None = None
        self._inputs: list[dict[str, Any]] = []
        model.test_cfg["output_heatmaps"] = self._maps or keep_heatmaps

    def detect(self, frame: VideoFrame) -> Keypoints:
        """Keypoints of every person."""
        boxes = self._people(frame.image) if self._people else np.array([[0.0, 0.0, *frame.size]])
        return self.look(frame.image, boxes)

    def look(self, image: NDArray, boxes: FloatArray) -> Keypoints:
        """Keypoints of the people in these boxes (P, 4) px of a picture (H, W, 3) RGB."""
        if self._model is None:
            raise ValueError("this detector was closed")
        self.heatmaps = None
        if len(boxes) == 0:
            return Keypoints.none(len(self.skeleton))
        samples = self._run(np.ascontiguousarray(image[..., ::-1]), boxes)
        if "pred_fields" in samples[0] and "heatmaps" in samples[0].pred_fields:
            self.heatmaps = np.stack([s.pred_fields.heatmaps.cpu().numpy() for s in samples])
            self._inputs = [{key: s.metainfo[key] for key in ("input_scale", "input_center")} for s in samples]
        if self._decoder:
            return Keypoints(*self.decode_again(self._decoder), boxes)
        xy = np.concatenate([s.pred_instances.keypoints[..., :2] for s in samples]).astype(float)
        score = np.concatenate([s.pred_instances.keypoint_scores for s in samples]).astype(float)
        return Keypoints(xy, np.clip(np.nan_to_num(score), 0, 1), boxes)

    def decode_again(self, decoder: str) -> tuple[FloatArray, FloatArray]:
        """The last `heatmaps` by one of our decoders: xy (P, J, 2) picture px and score (P, J)."""
        maps = self.heatmaps
        assert maps is not None, "look at a picture first, with a network that gives heat maps"
        found = decode(maps, decoder)
        height, width = maps.shape[-2:]
        # UDP lays the corners of map and input on each other, the older codecs their first pixels.
        udp = "UDP" in type(self._model.head.decoder).__name__
        share = found.xy / (np.array([width, height]) - (1 if udp else 0))
        places = [
            part * i["input_scale"] + i["input_center"] - i["input_scale"] / 2
            for part, i in zip(share, self._inputs, strict=True)
        ]
        return np.stack(places), found.score

    def _run(self, image: NDArray, boxes: FloatArray) -> list[Any]:
        from mmengine.registry import DefaultScope
        from mmpose.apis import inference_topdown

        from detectors._mmpose_compat import quiet

        with scope, quiet(), DefaultScope.overwrite_default_scope("mmpose"):
            return list(inference_topdown(self._model, image, boxes.astype(np.float32)))

    def close(self) -> None:
        self._model = None
        if self._people is not None and hasattr(self._people, "close"):
            self._people.close()


class MmdetPeople:
    """Boxes of people by an MMDet network."""

    def __init__(self, model: Any, least_score: float = LEAST_SCORE) -> None:
        self._model, self._least = model, least_score

    def __call__(self, image: NDArray) -> FloatArray:
        """(H, W, 3) RGB -> (P, 4) px, best first."""
        from mmdet.apis import inference_detector
        from mmengine.registry import DefaultScope

        from detectors._mmpose_compat import quiet

        with scope, quiet(), DefaultScope.overwrite_default_scope("mmdet"):
            found = inference_detector(self._model, np.ascontiguousarray(image[..., ::-1])).pred_instances
        labels, score = found.labels.cpu().numpy(), found.scores.cpu().numpy()
        kept = (labels == 0) & (score >= self._least)
        boxes = found.bboxes.cpu().numpy()[kept].astype(float)
        return boxes[np.argsort(-score[kept])]

    def close(self) -> None:
        self._model = None


class YoloxPeople:
    """Boxes of people by a YOLOX ONNX model."""

    def __init__(self, network: YoloX) -> None:
        self._network = network

    def __call__(self, image: NDArray) -> FloatArray:
        return self._network.people(image)[0]

    def close(self) -> None:
        self._network.close()


def create(
    config: str | Path | None = None,
    checkpoint: str | Path | None = None,
    det_config: str | Path | None = None,
    det_checkpoint: str | Path | None = None,
    boxes: str | Path | None = None,
    device: str = "auto",
    decoder: str | None = None,
    flip: bool = False,
    keep_heatmaps: bool = False,
    random_weights: bool = False,
) -> TopDown:
    """A detector from an MMPose config (a path, or the name of one that comes with MMPose) and its checkpoint.

    det_config, det_checkpoint: an MMDet person network; boxes: a YOLOX ONNX file or a model of the manifest instead;
    with neither the whole picture is one box. decoder: None is the network's own, else "argmax", "soft" or
    "compensated" (of heat maps). flip: average with the mirrored picture, twice the time. random_weights: without a
    checkpoint, to try the plumbing.
    """
    if config is None or (checkpoint is None and not random_weights):
        raise UserError(
            "mmpose_topdown needs an MMPose config and its checkpoint: --detector-option config=NAME_OR_PATH "
            "--detector-option checkpoint=FILE"
        )
    if det_config is not None and det_checkpoint is None and not random_weights:
        raise UserError("the MMDet config needs its checkpoint: --detector-option det_checkpoint=FILE")
    if decoder is not None and decoder not in DECODERS:
        raise UserError(f"decoder must be one of {', '.join(DECODERS)}, got {decoder!r}")
    from detectors._mmpose_compat import prepare

    prepare()
    where = choose_device(device)
    model = build_network(config, checkpoint, "mmpose", where)
    if decoder is not None and not has_maps(model):
        raise UserError(f"decoder {decoder} needs heat maps, {type(model.head).__name__} has none: leave decoder out")
    model.test_cfg["flip_test"] = flip
    if det_config is None:
        return TopDown(model, None if boxes is None else _yolox(boxes, device), decoder, keep_heatmaps)
    people = MmdetPeople(build_network(det_config, det_checkpoint, "mmdet", where))
    return TopDown(model, people, decoder, keep_heatmaps)


def _yolox(boxes: str | Path, device: str) -> YoloxPeople:
    from detectors._onnx import Network
    from detectors._yolox import YoloX

    path = models.require_model(str(boxes)) if str(boxes) in models.read_manifest() else Path(boxes)
    return YoloxPeople(YoloX(Network(path, device)))


INFO = PluginInfo(
    "MMPose top-down (config and checkpoint)",
    packages=("torch", "mmengine", "mmcv", "mmdet", "mmpose"),
    create=create,
    options={
        "config": "an MMPose config: a file, or the name of one that comes with MMPose",
        "checkpoint": "its weights",
        "det_config": "an MMDet config of a person network; without one the picture is one person's box",
        "det_checkpoint": "the weights of the person network",
        "boxes": "a YOLOX file in place of the person network",
        "decoder": "of the heat maps: argmax, soft or compensated; the network's own where empty",
        "flip": "average with the mirrored picture, twice the time",
    },
)
