"""MMPose 1.3 beside a current PyTorch, without compiled operators: what must be there before it can be imported.

`mmcv-lite` has no compiled operators, the CPU build of torch has no torchvision, and xtcocotools is built for an old
numpy. MMPose imports all three without asking. Networks without deformable convolutions need none of them but
non-maximum suppression, which is written out below. Imported only when an MMPose model is loaded.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
import threading
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from poses.errors import UserError

_lock = threading.Lock()
_done = False


def prepare() -> None:
    """Put the stand-ins in place and import MMPose and MMDet (about five seconds, once)."""
    global _done
    with _lock:
        if _done:
            return
        _stand_in_torchvision()
        _stand_in_xtcocotools()
        _stand_in_operators()
        with quiet():
            importlib.import_module("mmdet.apis")
            importlib.import_module("mmpose.apis")
            logger = importlib.import_module("mmengine.logging").MMLogger.get_current_instance()
        # mmengine tells of every weight on standard output, where our results go.
        logger.setLevel("ERROR")
        _done = True


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings of packages written for older versions of Python, numpy, setuptools and torch.

    Warning filters belong to the whole process: should another thread change them meanwhile, some of these, all of
    them about MMPose, may stay.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        warnings.filterwarnings("ignore", category=SyntaxWarning)
        warnings.filterwarnings("ignore", message=".*MultiScaleDeformableAttention.*", category=ImportWarning)
        warnings.filterwarnings("ignore", message=".*pkg_resources.*", category=UserWarning)
        warnings.filterwarnings("ignore", message=".*torch.cuda.amp.*", category=FutureWarning)
        warnings.filterwarnings("ignore", message=".*CUDA is not available.*", category=UserWarning)
        warnings.filterwarnings("ignore", message="torch.meshgrid", category=UserWarning)
        warnings.filterwarnings("ignore", message="The predicted simcc values", category=UserWarning)
        # Descriptions of data sets are read from MMPose's own folder, which is where we want them from.
        warnings.filterwarnings("ignore", message="The metainfo config file", category=UserWarning)
        yield


class Inert:
    """What stands for an object of a checkpoint that is no tensor: it swallows its contents and does nothing."""

    def __new__(cls, *_args: object, **_kwargs: object) -> Inert:
        return object.__new__(cls)

    def __init__(self, *_args: object, **_kwargs: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


def read_checkpoint(path: str | Path) -> dict[str, Tensor]:
    """The weights of an MMPose or MMDet checkpoint by name, read without running anything that is in the file.

    Tensors are read by torch's weights-only reader; every other class that the file names (numpy arrays of the data
    set's facts, the training log) becomes an `Inert`. UserError where the file is damaged or is no checkpoint.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path} must be a checkpoint, found nothing there: check the path")
    try:
        names = torch.serialization.get_unsafe_globals_in_checkpoint(path)
    except Exception:
        names = []  # The older format, without an index; if it names classes it is refused below.
    stand_ins: list[Any] = [(Inert, name) for name in names]
    try:
        with _lock, torch.serialization.safe_globals(stand_ins):
            held = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        line = str(error).strip().splitlines()
        reason = line[0][:150] if line else type(error).__name__
        raise UserError(f"{path} is damaged or no checkpoint of weights ({reason}): get it again") from None
    state = held.get("state_dict", held) if isinstance(held, dict) else None
    if not isinstance(state, dict) or not any(isinstance(v, Tensor) for v in state.values()):
        raise UserError(f"{path} must hold weights by name (a state_dict), found none: is it a checkpoint?")
    return {_plain(str(name)): value for name, value in state.items() if isinstance(value, Tensor)}


def load_weights(model: Any, path: str | Path) -> None:
    """Strictly: every parameter of the model gets its weights, and no weights are left over."""
    state = read_checkpoint(path)
    # Held by the model's configuration, and in the checkpoint only of some versions.
    state = {name: value for name, value in state.items() if not name.startswith("data_preprocessor.")}
    own = {name: value for name, value in model.state_dict().items() if not name.startswith("data_preprocessor.")}
    missing, extra = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
    shapes = [name for name in own.keys() & state.keys() if own[name].shape != state[name].shape]
    if missing or extra or shapes:
        example = (missing + extra + sorted(shapes))[0]
        raise UserError(
            f"{Path(path).name} does not fit the config: {len(missing)} weights are missing, {len(extra)} are unknown, "
            f"{len(shapes)} have another shape, for instance {example}: use the config it was trained with"
        )
    model.load_state_dict({**model.state_dict(), **state}, strict=True)


def find_config(wanted: str | Path, package: str) -> Path:
    """A config by path, or by name among those that come with the package ("mmpose" or "mmdet")."""
    path = Path(wanted)
    if path.suffix in (".py", ".yml", ".yaml", ".json"):
        if path.is_file():
            return path
        raise UserError(f"{path} must be a config, found nothing there: check the path, or give a name without .py")
    spec = importlib.util.find_spec(package)
    folder = Path(next(iter(spec.submodule_search_locations or [""]))) / ".mim" / "configs" if spec else Path()
    names = {p.stem: p for p in folder.rglob("*.py") if "_base_" not in p.parts}
    if path.name in names:
        return names[path.name]
    import difflib

    near = difflib.get_close_matches(path.name, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"they are listed in {folder}"
    raise UserError(f"{package} has no config {path.name!r}: {hint}")


def non_maximum(boxes: Tensor, score: Tensor, iou_threshold: float, offset: int = 0) -> Tensor:
    """Indices of the boxes (N, 4) that stay, best first: mmcv's `nms` in plain torch."""
    order = score.argsort(descending=True)
    sizes = (boxes[:, 2:] - boxes[:, :2] + offset).clamp(min=0)
    areas = sizes.prod(dim=1)
    kept = []
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(best)
        low = torch.maximum(boxes[rest, :2], boxes[best, :2])
        high = torch.minimum(boxes[rest, 2:], boxes[best, 2:])
        shared = (high - low + offset).clamp(min=0).prod(dim=1)
        overlap = shared / (areas[rest] + areas[best] - shared).clamp(min=1e-9)
        order = rest[overlap <= iou_threshold]
    return torch.stack(kept) if kept else order.new_zeros(0)


def _plain(name: str) -> str:
    """Weight names as the model has them: without the wrapper of parallel training; MMPose 0.x called heads so."""
    name = name.removeprefix("module.")
    return "head." + name.removeprefix("keypoint_head.") if name.startswith("keypoint_head.") else name


def _module(name: str, **contents: object) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__spec__ = importlib.machinery.ModuleSpec(name, loader=None)
    for key, value in contents.items():
        setattr(module, key, value)
    sys.modules[name] = module
    return module


def _stand_in_torchvision() -> None:
    if importlib.util.find_spec("torchvision") is None:
        transforms = _module("torchvision.transforms", ToPILImage=Inert)
        _module("torchvision", transforms=transforms)


def _stand_in_xtcocotools() -> None:
    if importlib.util.find_spec("xtcocotools") is None:
        for part in ("", ".coco", ".cocoeval", ".mask"):
            sys.modules[f"xtcocotools{part}"] = importlib.import_module(f"pycocotools{part}")


def _stand_in_operators() -> None:
    if importlib.util.find_spec("mmcv") is None or importlib.util.find_spec("mmcv._ext") is not None:
        return

    class Operators(types.ModuleType):
        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)

            def absent(*_args: object, **_kwargs: object) -> None:
                raise UserError(f"this model needs the compiled operator {name}, which mmcv-lite does not have")

            return absent

    module = Operators("mmcv._ext")
    module.__spec__ = importlib.machinery.ModuleSpec("mmcv._ext", loader=None)
    module.nms = non_maximum  # type: ignore[attr-defined]
    sys.modules["mmcv._ext"] = module
