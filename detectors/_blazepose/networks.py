"""The two networks of BlazePose on LiteRT."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors._blazepose import detection, landmarks
from detectors._blazepose.prune import without_output
from detectors._blazepose.region import Region, crop
from detectors._blazepose.weights import DETECTION, landmark, read_weights, sizes_here
from poses.arrays import FloatArray


@contextmanager
def _quiet() -> Iterator[None]:
    """LiteRT greets on standard error from C++, where Python cannot stop it; the user's terminal is for our lines."""
    try:
        kept = os.dup(2)
    except OSError:  # a program without a terminal
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)


# Shape of the output that says which pixels show the person.
MASK = (1, 256, 256, 1)


class Network:
    """A LiteRT model with one picture as input. Not for two threads at once."""

    def __init__(self, weights: bytes, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        with _quiet():
            self._interpreter: Any = Interpreter(model_content=weights, num_threads=threads)
            self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [(d["index"], tuple(d["shape"])) for d in self._interpreter.get_output_details()]

    def run(self, picture: FloatArray) -> dict[tuple[int, ...], FloatArray]:
        """(H, W, 3) -> outputs by their shape, which differ in both models."""
        self._interpreter.set_tensor(self._input, picture[None].astype(np.float32, copy=False))
        self._interpreter.invoke()
        return {shape: self._interpreter.get_tensor(index)[0] for index, shape in self._outputs}


class DetectionNetwork:
    """Picture -> people, roughly."""

    def __init__(self, threads: int = 1) -> None:
        self._network = Network(read_weights(DETECTION), threads)

    def find(
        self, image: NDArray[np.uint8], region: Region, least: float = detection.SCORE
    ) -> list[detection.Candidate]:
        """People in the part `region` of the picture, best first; their score is at least `least`."""
        cut = crop(image, region, detection.PIXELS, repeat_border=False)
        outputs = self._network.run(cut.astype(np.float32) * (2 / 255) - 1)
        points, score = detection.decode_boxes(outputs[1, 2254, 12], outputs[1, 2254, 1], least)
        return detection.to_picture(detection.weighted_suppression(points, score), region)


class LandmarkNetwork:
    """Region of one person -> landmarks. size: lite, full or heavy.

    mask: whether the pixels that show the person are wanted as well; without them lite is 40 % faster, full 25 %.
    """

    def __init__(self, threads: int = 1, size: str = "full", mask: bool = True) -> None:
        content = read_weights(landmark(size))
        self._network = Network(content if mask else without_output(content, MASK), threads)

    def look(self, image: NDArray[np.uint8], region: Region, before: FloatArray | None = None) -> landmarks.Landmarks:
        """The person in `region`; `before` as in `landmarks.decode`."""
        cut = crop(image, region, landmarks.PIXELS, repeat_border=True)
        outputs = self._network.run(cut.astype(np.float32) / 255)
        named = {
            "landmarks": outputs[1, 195],
            "world": outputs[1, 117],
            "pose": outputs[1, 1],
            "heatmaps": outputs[1, 64, 64, 39],
        }
        if MASK in outputs:
            named["mask"] = outputs[MASK]
        return landmarks.decode(named, region, before)


def threads_for(size: str) -> int:
    """Threads for a size of the landmark network on this machine, by default.

    Reading, and lifting where it is done meanwhile, need time too. The small networks gain little from more threads and
    get half of the processors, four at most. heavy is most of the work and is done in half the time by two: it gets
    all of up to four processors, half of more, eight at most.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if size == "heavy":
        return min(cores, 4) if cores <= 8 else min(cores // 2, 8)
    return max(1, min(4, cores // 2))


def seconds_by_size(
    image: NDArray[np.uint8], threads: int | None, mask: bool = False, looks: int = 5
) -> dict[str, float]:
    """Seconds of one look at a picture with each size that is here, from the fastest to the most accurate one.

    The median of several: of a machine that does other things as well, its share is what counts.
    """
    found = {}
    for size in sizes_here():
        network = LandmarkNetwork(threads or threads_for(size), size, mask)
        region = Region.whole(image.shape[1], image.shape[0])
        network.look(image, region)  # the first allocates
        spent = []
        for _ in range(looks):
            began = time.perf_counter()
            network.look(image, region)
            spent.append(time.perf_counter() - began)
        found[size] = float(np.median(spent))
    return found
