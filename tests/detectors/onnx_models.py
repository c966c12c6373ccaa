"""Small ONNX models with the inputs and outputs of the published ones, made by tests.

The pose models look at the red channel of their input: every joint is at its brightest pixel.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# What every ONNX Runtime of the last years reads.
OPSET, IR = 13, 8


def _save(path: Path, nodes, inputs, outputs, constants) -> Path:
    named = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    info = [[helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in part] for part in (inputs, outputs)]
    graph = helper.make_graph(nodes, path.stem, *info, named)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path


def _ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def _red(channel: int) -> list:
    """(B, 3, H, W) -> "red" (B, 1, H, W) in 0..1 or so."""
    gather = helper.make_node("Slice", ["input", f"c{channel}", f"c{channel + 1}", "axis1"], ["channel"])
    return [gather, helper.make_node("Sigmoid", ["channel"], ["red"])]


def simcc(path: Path, joints: int = 17, size: tuple[int, int] = (48, 64), batch: int | str = "batch") -> Path:
    """input (B, 3, H, W) -> simcc_x (B, J, 2 W), simcc_y (B, J, 2 H)."""
    width, height = size
    constants = {"c0": _ints(0), "c1": _ints(1), "axis1": _ints(1)}
    nodes = _red(0)
    for name, axis in (("x", 2), ("y", 3)):
        constants[f"shape_{name}"] = _ints(0, 0, -1)
        # Every pixel becomes two bins: (B, 1, L) -> (B, 1, L, 1) -> (B, J, L, 2) -> (B, J, 2 L).
        constants[f"axis_{name}"] = _ints(3)
        constants[f"twice_{name}"] = _ints(1, joints, 1, 2)
        nodes += [
            helper.make_node("ReduceMax", ["red"], [f"line_{name}"], axes=[axis], keepdims=0),
            helper.make_node("Unsqueeze", [f"line_{name}", f"axis_{name}"], [f"column_{name}"]),
            helper.make_node("Tile", [f"column_{name}", f"twice_{name}"], [f"bins_{name}"]),
            helper.make_node("Reshape", [f"bins_{name}", f"shape_{name}"], [f"simcc_{name}"]),
        ]
    outputs = [("simcc_x", [batch, joints, 2 * width]), ("simcc_y", [batch, joints, 2 * height])]
    return _save(path, nodes, [("input", [batch, 3, height, width])], outputs, constants)


def heatmap(path: Path, joints: int = 17, size: tuple[int, int] = (48, 64)) -> Path:
    """input (B, 3, H, W) -> heatmaps (B, J, H / 4, W / 4), the mean of each four by four pixels."""
    width, height = size
    constants = {"c0": _ints(0), "c1": _ints(1), "axis1": _ints(1), "tile": _ints(1, joints, 1, 1)}
    nodes = [
        *_red(0),
        helper.make_node("AveragePool", ["red"], ["small"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Tile", ["small", "tile"], ["heatmaps"]),
    ]
    outputs = [("heatmaps", ["batch", joints, height // 4, width // 4])]
    return _save(path, nodes, [("input", ["batch", 3, height, width])], outputs, constants)


def _fixed(path: Path, size: tuple[int, int], values: dict[str, np.ndarray]) -> Path:
    """A model that gives the same outputs for every picture (its input is added times zero)."""
    constants = {f"{name}_value": value.astype(np.float32) for name, value in values.items()}
    constants["zero"] = np.zeros(1, dtype=np.float32)
    nodes = [
        helper.make_node("ReduceMean", ["input"], ["mean"], axes=[0, 1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
    ]
    nodes += [helper.make_node("Add", [f"{name}_value", "nothing"], [name]) for name in values]
    outputs = [(name, list(value.shape)) for name, value in values.items()]
    return _save(path, nodes, [("input", [1, 3, size[1], size[0]])], outputs, constants)


def yolox_raw(path: Path, boxes: list[tuple], size: tuple[int, int] = (64, 64), classes: int = 80) -> Path:
    """input (1, 3, H, W) -> output (1, N, 5 + classes) as Megvii publishes it, offsets and log sizes in grid cells.

    boxes: (x0, y0, x1, y1, score, class) in input pixels, each written to the grid of stride 8.
    """
    width, height = size
    count = sum((width // s) * (height // s) for s in (8, 16, 32))
    raw = np.zeros((1, count, 5 + classes), dtype=np.float32)
    for x0, y0, x1, y1, score, kind in boxes:
        centre = np.array([x0 + x1, y0 + y1]) / 2 / 8
        cell = centre.astype(int)
        row = raw[0, cell[1] * (width // 8) + cell[0]]
        row[:2], row[2:4] = centre - cell, np.log(np.array([x1 - x0, y1 - y0]) / 8)
        row[4], row[5 + kind] = score, 1.0
    return _fixed(path, size, {"output": raw})


def yolox_labelled(path: Path, boxes: list[tuple], size: tuple[int, int] = (64, 64)) -> Path:
    """input (1, 3, H, W) -> dets (1, N, 5), labels (1, N) as MMPose publishes it."""
    rows = np.array(boxes, dtype=np.float32).reshape(-1, 6)
    return _fixed(path, size, {"dets": rows[None, :, :5], "labels": rows[None, :, 5]})


def rtmo(path: Path, people: np.ndarray, size: tuple[int, int] = (64, 64)) -> Path:
    """input (1, 3, H, W) -> dets (1, N, 5), keypoints (1, N, 17, 3); people (N, 5 + 17 * 3) in input pixels."""
    people = np.asarray(people, dtype=np.float32)
    return _fixed(path, size, {"dets": people[None, :, :5], "keypoints": people[:, 5:].reshape(1, -1, 17, 3)})
