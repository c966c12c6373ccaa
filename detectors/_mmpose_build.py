"""Networks of MMPose and MMDet from a config and a checkpoint, and the skeleton they predict."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from poses.errors import UserError
from poses.skeleton import Skeleton
from poses.skeletons import SKELETONS

# MMPose's names for the same points.
NAMES = {
    "root": "Hip",
    "neck_base": "Neck/Nose",
    "left_foot": "LFoot",
    "right_foot": "RFoot",
}
HALPE_NAMES = {"head": "HeadTop", "hip": "Pelvis"}
# OpenMMLab keeps which of its libraries is being talked to in a global.
scope = threading.Lock()


def skeleton_of(meta: dict[str, Any]) -> Skeleton:
    """The skeleton of a data set as MMPose describes it: a known one by its joint names, else one made of its facts."""
    halpe = HALPE_NAMES if "halpe" in str(meta.get("dataset_name", "")) else {}
    names = tuple(_joint_name(str(meta["keypoint_id2name"][i]), halpe) for i in range(len(meta["keypoint_id2name"])))
    for known in SKELETONS.values():
        if known.joint_names == names:
            return known
    parents = _parents(len(names), [(int(a), int(b)) for a, b in meta.get("skeleton_links", [])])
    pairs = tuple((i, names.index("R" + n[1:])) for i, n in enumerate(names) if n[0] == "L" and "R" + n[1:] in names)
    return Skeleton(str(meta.get("dataset_name", "mmpose")), names, parents, pairs)


def _joint_name(name: str, special: dict[str, str]) -> str:
    """left_shoulder -> LShoulder, head_top -> HeadTop."""
    if name in special or name in NAMES:
        return special.get(name) or NAMES[name]
    words = name.replace("-", "_").split("_")
    side = {"left": "L", "right": "R"}.get(words[0], "")
    return side + "".join(word[:1].upper() + word[1:] for word in (words[1:] if side else words))


def _parents(count: int, links: list[tuple[int, int]]) -> tuple[int, ...]:
    """Parents of a forest along the links, each tree from its lowest joint on; links that close a ring are left out."""
    parents, seen = [-1] * count, [False] * count
    for root in range(count):
        waiting = [] if seen[root] else [root]
        seen[root] = True
        while waiting:
            joint = waiting.pop(0)
            for a, b in links:
                other = b if a == joint else a if b == joint else joint
                if not seen[other]:
                    parents[other], seen[other] = joint, True
                    waiting.append(other)
    return tuple(parents)


def build_network(config: str | Path, checkpoint: str | Path | None, package: str, device: str) -> Any:
    """The network of a config with the weights of a checkpoint, ready to run."""
    from mmengine.config import Config
    from mmengine.model.utils import revert_sync_batchnorm
    from mmengine.registry import DefaultScope

    from detectors._mmpose_compat import find_config, load_weights, quiet

    path = find_config(config, package)
    try:
        with quiet():
            settings = Config.fromfile(path)
            _without_downloads(settings.model)
        with scope, quiet(), DefaultScope.overwrite_default_scope(package):
            model = _registry(package).build(settings.model)
    except UserError:
        raise
    except Exception as error:
        line = (str(error).strip().splitlines() or [type(error).__name__])[-1]
        raise UserError(f"{path} is not a config that {package} {_version(package)} can build ({line[:150]})") from None
    if package == "mmpose" and type(model).__name__ != "TopdownPoseEstimator":
        raise UserError(f"{path.name} must be a top-down network, it is a {type(model).__name__}: choose another")
    model = revert_sync_batchnorm(model)
    if checkpoint is not None:
        load_weights(model, checkpoint)
    else:
        model.init_weights()
    model.cfg = settings
    model.dataset_meta = _meta(settings, path) if package == "mmpose" else {}
    return model.to(device).eval()


def _registry(package: str) -> Any:
    if package == "mmpose":
        from mmpose.registry import MODELS

        return MODELS
    from mmdet.registry import MODELS as DETECTORS

    return DETECTORS


def _meta(settings: Any, path: Path) -> dict[str, Any]:
    from mmengine.registry import DefaultScope
    from mmpose.apis.inference import dataset_meta_from_config

    from detectors._mmpose_compat import quiet

    with scope, quiet(), DefaultScope.overwrite_default_scope("mmpose"):
        meta = dataset_meta_from_config(settings, "test")
    if meta is None:
        raise UserError(f"{path.name} must say its data set (test_dataloader.dataset), found none: use a whole config")
    return dict(meta)


def _without_downloads(settings: Any) -> None:
    """No part of a network is to fetch weights of its own: the checkpoint has them all."""
    if isinstance(settings, dict):
        init = settings.get("init_cfg")
        if isinstance(init, dict) and init.get("type") == "Pretrained":
            settings["init_cfg"] = None
        for value in settings.values():
            _without_downloads(value)
    elif isinstance(settings, list | tuple):
        for value in settings:
            _without_downloads(value)


def has_maps(model: Any) -> bool:
    """Whether the network predicts heat maps (a SimCC network predicts vectors, a regression network places)."""
    return "Heatmap" in type(getattr(model.head, "decoder", None)).__name__


def choose_device(device: str) -> str:
    import torch

    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not there.get(device, False):
        raise UserError(
            f"device must be auto or one of {', '.join(d for d, ok in there.items() if ok)}, got {device!r}"
        )
    return device


def _version(package: str) -> str:
    import importlib.metadata

    return importlib.metadata.version(package)
