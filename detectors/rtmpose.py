"""RTMPose, DWPose and RTMO through ONNX Runtime: many people, on CPU, CUDA, DirectML or Core ML.

RTMPose (Jiang et al. 2023) looks at each person's box, found by YOLOX (Ge et al. 2021); RTMO (Lu et al. 2024) finds
people and keypoints at once. Any ONNX file with their published inputs and outputs works: SimCC vectors
(B, J, Wx), (B, J, Hy); heat maps (B, J, h, w); or dets (1, N, 5) with keypoints (1, N, J, 3).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors import models
from detectors._onnx import Network
from detectors._topdown import Crop, crop_of, cut, letterbox, non_maximum
from detectors._yolox import LEAST_SCORE, OVERLAP, YoloX
from detectors.heatmaps import DECODERS, Decoded, decode, decode_simcc
from poses.arrays import FloatArray
from poses.errors import UserError
from poses.plugins import PluginInfo
from poses.sequences import Keypoints, VideoFrame
from poses.skeleton import Skeleton
from poses.skeletons import SKELETONS

POSE, BOXES = "rtmpose-m", "yolox-tiny"
# Models trained on COCO-WholeBody give 133 keypoints, of which the first 17 are COCO's.
WHOLE_BODY = 133


class RtmPose:
    """A pose network over the boxes of a person network (or over the whole picture, where there is none)."""

    def __init__(self, pose: Network, boxes: YoloX | None, skeleton: Skeleton, decoder: str = "argmax") -> None:
        self.skeleton = skeleton
        self.heatmaps: NDArray | None = None
        self._pose, self._boxes, self._decoder = pose, boxes, decoder
        self._crops: list[Crop] = []
        self._size = pose.image_size()
        self._simcc = len(pose.outputs) == 2
        _check_joints(pose, pose.outputs[0].shape[1], skeleton)

    def detect(self, frame: VideoFrame) -> Keypoints:
        """Keypoints of every person; `heatmaps` then holds their maps (P, J, h, w), where the network gives maps."""
        boxes = self._boxes.people(frame.image)[0] if self._boxes else np.array([[0.0, 0.0, *frame.size]])
        return self.look(frame.image, boxes)

    def look(self, image: NDArray, boxes: FloatArray) -> Keypoints:
        """Keypoints of the people in these boxes (P, 4) px of a picture (H, W, 3) RGB."""
        self.heatmaps, self._crops = None, [crop_of(box, self._size) for box in boxes]
        if len(boxes) == 0:
            return Keypoints.none(len(self.skeleton))
        outputs = self._pose.run(np.stack([cut(image, crop) for crop in self._crops]))
        if self._simcc:
            places = self._places(decode_simcc(outputs[0], outputs[1], outputs[0].shape[-1] / self._size[0]))
        else:
            self.heatmaps = outputs[0]
            places = self.decode_again(self._decoder)
        return Keypoints(*places, boxes)

    def decode_again(self, decoder: str) -> tuple[FloatArray, FloatArray]:
        """The last `heatmaps` by another decoder: xy (P, J, 2) px and score (P, J)."""
        assert self.heatmaps is not None, "look at a picture first, with a network that gives heat maps"
        found = decode(self.heatmaps, decoder)
        share = found.xy / self.heatmaps.shape[:1:-1]
        return self._places(Decoded(share * np.array(self._size), found.score, found.valid))

    def _places(self, found: Decoded) -> tuple[FloatArray, FloatArray]:
        """Keypoints in input pixels (P, J, 2) -> those of the skeleton in picture pixels, and their scores."""
        count = len(self.skeleton)
        xy = [crop.to_picture(one) for crop, one in zip(self._crops, found.xy[:, :count], strict=True)]
        return np.stack(xy), found.score[:, :count]

    def close(self) -> None:
        self._pose.close()
        if self._boxes:
            self._boxes.close()


class Rtmo:
    """RTMO: people and keypoints in one pass."""

    def __init__(self, network: Network, skeleton: Skeleton, least_score: float = LEAST_SCORE) -> None:
        self.skeleton = skeleton
        self._network, self._least, self._size = network, least_score, network.image_size()
        _check_joints(network, network.outputs[1].shape[2], skeleton)

    def detect(self, frame: VideoFrame) -> Keypoints:
        """Keypoints of every person, best first."""
        batch, scale = letterbox(frame.image, self._size)
        dets, points = (output[0].astype(float) for output in self._network.run(batch))
        kept = non_maximum(dets[:, :4], dets[:, 4], self._least, OVERLAP)
        points = points[kept, : len(self.skeleton)]
        return Keypoints(points[..., :2] / scale, np.clip(points[..., 2], 0, 1), dets[kept, :4] / scale)

    def close(self) -> None:
        self._network.close()


def create(
    pose: str | Path = POSE,
    boxes: str | Path | None = BOXES,
    device: str = "auto",
    skeleton: str | None = None,
    decoder: str = "argmax",
    folder: str | Path | None = None,
    download: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> RtmPose | Rtmo:
    """A detector from models of the manifest (by name) or from ONNX files of your own (by path).

    boxes: the person network; None takes the whole picture as one person's box. skeleton: of your own pose file
    ("COCO17" unless said); the manifest knows it of its models. decoder: of heat maps ("argmax", "soft",
    "compensated"). folder: the models folder. download: fetch what is missing from the manifest.
    """
    if decoder not in DECODERS:
        raise UserError(f"decoder must be one of {', '.join(DECODERS)}, got {decoder!r}")
    known = models.read_manifest().get(str(pose))
    name = skeleton or (known.skeleton if known else None) or "COCO17"
    if name not in SKELETONS:
        raise UserError(f"skeleton must be one of {', '.join(SKELETONS)}, got {name!r}")
    network = Network(_file(pose, folder, download, progress), device)
    ranks = [len(t.shape) for t in network.outputs]
    if ranks == [3, 4]:
        return Rtmo(network, SKELETONS[name])
    if ranks not in ([3, 3], [4]):
        found = ", ".join(f"{t.name} {t.shape}" for t in network.outputs)
        raise UserError(
            f"{network.path.name} must give SimCC vectors, heat maps or RTMO's dets and keypoints; it gives {found}"
        )
    people = YoloX(Network(_file(boxes, folder, download, progress), device)) if boxes else None
    return RtmPose(network, people, SKELETONS[name], decoder)


def _file(
    wanted: str | Path, folder: str | Path | None, download: bool, progress: Callable[[int, int], None] | None
) -> Path:
    """The file of a model of the manifest (by name), or the file itself."""
    if str(wanted) in models.read_manifest():
        if download:
            models.fetch_model(str(wanted), folder, progress)
        return models.require_model(str(wanted), folder)
    if Path(wanted).suffix != ".onnx":
        known = ", ".join(models.read_manifest())
        raise UserError(f"a model must be an .onnx file or one of {known}, got {str(wanted)!r}")
    return Path(wanted)


def _check_joints(network: Network, joints: int | None, skeleton: Skeleton) -> None:
    whole_body = joints == WHOLE_BODY and skeleton.name == "COCO17"
    if joints is not None and joints != len(skeleton) and not whole_body:
        fitting = [s.name for s in SKELETONS.values() if len(s) == joints]
        hint = f"say skeleton={' or '.join(fitting)}" if fitting else "no known skeleton has that many"
        raise UserError(
            f"{network.path.name} gives {joints} keypoints, {skeleton.name} has {len(skeleton)} joints: {hint}"
        )


def _unavailable_reason() -> str:
    missing = [name for name in (POSE, BOXES) if models.find_model(name) is None]
    return models.missing_models_hint(missing) if missing else ""


INFO = PluginInfo(
    "RTMPose (ONNX Runtime)",
    packages=("onnxruntime", "cv2"),
    create=create,
    unavailable_reason=_unavailable_reason,
    options={
        "pose": "a model that was fetched, by name, or an ONNX file of your own",
        "boxes": "the person network likewise; none takes the picture as one person's box",
        "skeleton": "of an ONNX file of your own; COCO17 unless said",
        "decoder": "of the heat maps: argmax, soft or compensated",
        "folder": "where the models are",
    },
)
