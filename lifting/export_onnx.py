"""A lifter as an ONNX file, checked against torch on the same windows: `marey export-lifter`."""

from __future__ import annotations

import argparse
import json
import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from poses.arrays import FloatArray
from poses.errors import UserError
from poses.files import write_aside
from poses.plugins import check_packages

if TYPE_CHECKING:
    from lifting.lifter import TorchLifter

PACKAGES = ("onnx", "onnxscript", "onnxruntime")
# Largest difference between ONNX Runtime and torch, metres, that counts as the same network.
TOLERANCE_M = 1e-5


def export_lifter(lifter: TorchLifter, path: Path) -> float:
    """Write the network to `path`: input "windows" (B, window, J, 2) normalised, output "joints_m" (B, J, 3), any B.

    What the input must be (skeleton, joint names, window and its rate, normalisation) is in the file's metadata.
    Returns the largest difference to torch, metres, on random windows. UserError where packages are missing or the
    difference is too large.
    """
    missing = check_packages(PACKAGES)
    if missing:
        raise UserError(f"exporting to ONNX {missing}, or 'pip install marey[onnx]'")
    import torch

    model = lifter.model.to("cpu")
    windows = np.random.default_rng(0).normal(size=(3, lifter.window, len(lifter.skeleton), 2)).astype(np.float32)
    program = _program(model, torch.tensor(windows))
    for key, value in _facts(lifter).items():
        program.model.metadata_props[key] = value
    path.parent.mkdir(parents=True, exist_ok=True)
    with write_aside(path) as aside:
        program.save(aside)
        expected = lifter_output(model, windows)
        # One window more or less than the example: the batch must be free.
        difference = max(_difference(aside, windows[:count], expected[:count]) for count in (3, 1))
        if difference > TOLERANCE_M:
            raise UserError(
                f"the ONNX file of {lifter.name} must agree with torch to {TOLERANCE_M} m, got {difference:.2g} m; "
                "it was not kept"
            )
    model.to(lifter.device)
    return difference


def _program(model: Any, example: Any) -> Any:
    """The network as torch's ONNX program, with as many windows as one likes."""
    import torch

    # The exporter warns about packages that it would know operators of, and about its own insides.
    logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            model,
            (example,),
            input_names=["windows"],
            output_names=["joints_m"],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    return program


def lifter_output(model: Any, windows: FloatArray) -> FloatArray:
    """What torch makes of the windows."""
    import torch

    with torch.inference_mode():
        return model(torch.tensor(windows)).numpy()


def _facts(lifter: TorchLifter) -> dict[str, str]:
    return {
        "name": lifter.name,
        "skeleton": lifter.skeleton.name,
        "joint_names": json.dumps(lifter.skeleton.joint_names),
        "window": str(lifter.window),
        "window_hz": "" if lifter.window_hz is None else str(lifter.window_hz),
        "normalisation": lifter.normalisation,
    }


def _difference(path: Path, windows: FloatArray, expected: FloatArray) -> float:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"windows": windows})
    return float(np.abs(np.asarray(found) - expected).max())


def main(arguments: Sequence[str]) -> int:
    """`marey export-lifter NAME [--out FILE]`."""
    from lifting import load_lifter

    parser = argparse.ArgumentParser(prog="marey export-lifter", description="Write a lifter as an ONNX file.")
    parser.add_argument("lifter", metavar="NAME", help="a lifter of 'marey lifters'")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write (default: NAME.onnx here)")
    options = parser.parse_args(arguments)
    path = options.out or Path(f"{options.lifter}.onnx")
    export_lifter(load_lifter(options.lifter, device="cpu"), path)
    print(path)
    return 0
