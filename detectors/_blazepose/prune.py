"""A network without one of its outputs: what only that output needs is not computed.

A .tflite file is a FlatBuffer: tables that point to each other by offsets. The lists of outputs and of operators are
rewritten where they stand, shorter; nothing else moves, so the remaining outputs are the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

# Places of the fields `outputs` and `operators` in the table `SubGraph` of the TensorFlow Lite schema.
OUTPUTS, OPERATORS = 8, 10


def without_output(content: bytes, shape: tuple[int, ...]) -> bytes:
    """The .tflite file `content` without the output of this shape; as it is where there is none."""
    from ai_edge_litert.schema_py_generated import Model

    changed = bytearray(content)
    graph = Model.GetRootAs(changed, 0).Subgraphs(0)
    outputs = [int(tensor) for tensor in graph.OutputsAsNumpy()]
    kept = [tensor for tensor in outputs if tuple(graph.Tensors(tensor).ShapeAsNumpy()) != shape]
    operators = [graph.Operators(i) for i in range(graph.OperatorsLength())]
    needed = sorted(_needed(operators, kept))
    start = graph._tab.Vector(graph._tab.Offset(OPERATORS))
    places = start + 4 * np.arange(len(operators)) + _read(changed, start, len(operators))
    _write(changed, start, places[needed] - start - 4 * np.arange(len(needed)))
    _write(changed, graph._tab.Vector(graph._tab.Offset(OUTPUTS)), kept)
    return bytes(changed)


def _needed(operators: list[Any], tensors: list[int]) -> set[int]:
    """Numbers of the operators that the tensors are computed with."""
    makers = {int(tensor): i for i, operator in enumerate(operators) for tensor in operator.OutputsAsNumpy()}
    needed: set[int] = set()
    left = list(tensors)
    while left:
        maker = makers.get(left.pop())
        if maker is not None and maker not in needed:
            needed.add(maker)
            left += [int(tensor) for tensor in operators[maker].InputsAsNumpy()]
    return needed


def _read(content: bytearray, start: int, count: int) -> Any:
    """(count) 32-bit integers of a list that begins at `start`."""
    return np.frombuffer(content, "<i4", count, start).copy()


def _write(content: bytearray, start: int, values: Iterable[int]) -> None:
    """Put a shorter list in the place of one that begins at `start`; its length stands before it."""
    packed = np.array(values, dtype="<i4")
    content[start - 4 : start] = len(packed).to_bytes(4, "little")
    content[start : start + packed.nbytes] = packed.tobytes()
