"""ONNX Runtime: a session on the wanted device, and its errors in words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poses.errors import UserError

# By the names of `--device`; the first that is there is taken by "auto".
PROVIDERS = {
    "cuda": "CUDAExecutionProvider",
    "directml": "DmlExecutionProvider",
    "mps": "CoreMLExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "cpu": "CPUExecutionProvider",
}
PACKAGES = {"cuda": "onnxruntime-gpu", "directml": "onnxruntime-directml", "mps": "onnxruntime on macOS"}


def choose_providers(device: str, available: list[str]) -> list[str]:
    """ONNX Runtime providers for a device, best first, always ending with the CPU; UserError where it is not there."""
    if device == "auto":
        wanted = [p for p in dict.fromkeys(PROVIDERS.values()) if p in available]
        return wanted or ["CPUExecutionProvider"]
    if device not in PROVIDERS:
        raise UserError(f"device must be auto, {', '.join(PROVIDERS)}, got {device!r}")
    provider = PROVIDERS[device]
    if provider not in available:
        package = PACKAGES.get(device, PACKAGES["mps"])
        raise UserError(
            f"device {device} needs {package}, this ONNX Runtime has {', '.join(available)}: install it, or use cpu"
        )
    return list(dict.fromkeys([provider, "CPUExecutionProvider"]))


@dataclass(frozen=True)
class Tensor:
    """Name and shape of an input or output; a size that is not fixed is None."""

    name: str
    shape: tuple[int | None, ...]


class Network:
    """One ONNX file, ready to run. numpy in, numpy out."""

    def __init__(self, path: str | Path, device: str = "auto") -> None:
        import onnxruntime as ort

        self.path = Path(path)
        if not self.path.is_file():
            raise UserError(f"{self.path} must be an ONNX file, found nothing there: check the path")
        options = ort.SessionOptions()
        options.log_severity_level = 3
        providers = choose_providers(device, ort.get_available_providers())
        try:
            self._session: Any = ort.InferenceSession(str(self.path), options, providers=providers)
        except Exception as error:
            raise UserError(f"{self.path.name} is not an ONNX model that runs here ({_line(error)})") from None
        self.inputs = [_tensor(t) for t in self._session.get_inputs()]
        self.outputs = [_tensor(t) for t in self._session.get_outputs()]

    @property
    def closed(self) -> bool:
        return self._session is None

    def image_size(self) -> tuple[int, int]:
        """(width, height) of the one picture input (B, 3, H, W); UserError where the model has no such input."""
        shape = self.inputs[0].shape if len(self.inputs) == 1 else ()
        if len(shape) != 4 or shape[1] != 3 or not shape[2] or not shape[3]:
            found = ", ".join(f"{t.name} {t.shape}" for t in self.inputs)
            raise UserError(f"{self.path.name} must take one input (B, 3, H, W) of fixed H and W, it takes {found}")
        return shape[3], shape[2]

    def run(self, batch: NDArray) -> list[NDArray]:
        """Outputs for a batch (B, 3, H, W) float32; models that take one picture at a time are run B times."""
        if self._session is None:
            raise ValueError(f"{self.path.name} was closed")
        name, one = self.inputs[0].name, self.inputs[0].shape[0] == 1
        parts = [batch[i : i + 1] for i in range(len(batch))] if one and len(batch) > 1 else [batch]
        try:
            answers = [self._session.run(None, {name: part}) for part in parts]
        except Exception as error:
            raise UserError(f"{self.path.name} cannot be run ({_line(error)}): is it the right model?") from None
        return [np.concatenate(outputs) for outputs in zip(*answers, strict=True)]

    def close(self) -> None:
        self._session = None


def _tensor(tensor: Any) -> Tensor:
    return Tensor(tensor.name, tuple(n if isinstance(n, int) else None for n in tensor.shape))


def _line(error: Exception) -> str:
    """The first line of an error's text, without ONNX Runtime's prefix."""
    text = str(error).strip().splitlines()
    return text[0].split(" : ")[-1][:160] if text else type(error).__name__
