"""A person who comes into view is lifted from the moment that enough of the body is visible.

A detector that sees a head and shoulders at the edge of the picture invents the rest and squeezes a whole body into
them. For a few frames the person then seems to be a fraction of the later size; these frames hold no information on the
pose and are left empty. The same holds, in reverse, for a person who leaves.
"""

from __future__ import annotations

import warnings

import numpy as np

from app.pipeline.fill import segments
from poses.arrays import BoolArray, FloatArray
from poses.sequences import PoseSequence2D
from poses.skeleton import map_skeleton
from poses.skeletons import H36M17

AHEAD_S = 1.0  # what a size is compared with: the median of this much time after it
SMALLEST = 0.75  # of that; walking towards a camera does not grow anybody by a third in a second
LONGEST_S = 0.5  # no more than this is left out at either end


def partial_view(sequence: PoseSequence2D) -> BoolArray:
    """(T,) bool: frames at the start or the end of a presence in which the skeleton is squeezed into the visible part.

    Judged by two sizes, and both must be small, because a crouch changes one and a bow the other: the spread of all
    joints and the length of the trunk. A presence that begins with the video's first frame has no start, one that lasts
    to its last frame no end.
    """
    out = np.zeros(len(sequence), dtype=bool)
    times = sequence.time_s
    trunk, spread = _sizes(sequence)
    for start, stop in segments(np.isfinite(trunk) & np.isfinite(spread)):
        rows = np.arange(start, stop)
        for order, open_ended in ((rows, start == 0), (rows[::-1], stop == len(sequence))):
            if not open_ended:
                out[order[: _leading(np.abs(times[order] - times[order[0]]), trunk[order], spread[order])]] = True
    return out


def _leading(passed_s: FloatArray, trunk: FloatArray, spread: FloatArray) -> int:
    """How many of the first rows are partial views; passed_s (T) is the time since the first."""
    count = 0
    for row in range(int(np.searchsorted(passed_s, LONGEST_S, side="right"))):
        after = slice(row + 1, int(np.searchsorted(passed_s, passed_s[row] + AHEAD_S, side="right")))
        later = [np.median(size[after]) if len(size[after]) else np.nan for size in (trunk, spread)]
        if trunk[row] < SMALLEST * later[0] and spread[row] < SMALLEST * later[1]:
            count = row + 1
    return count


def _sizes(sequence: PoseSequence2D) -> tuple[FloatArray, FloatArray]:
    """(T,) px each: hips to base of the neck; root mean square distance of the joints from their mean."""
    xy, _ = map_skeleton(sequence.xy, sequence.score, sequence.skeleton, H36M17)
    trunk = np.linalg.norm(xy[:, H36M17.index("Thorax")] - xy[:, H36M17.index("Hip")], axis=-1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the mean of a frame without any joint
        distance = ((sequence.xy - np.nanmean(sequence.xy, axis=1, keepdims=True)) ** 2).sum(axis=-1)
        spread = np.sqrt(np.nanmean(distance, axis=1))
    return trunk, spread
