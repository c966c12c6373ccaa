"""Short gaps in 2D keypoints are interpolated and flagged; long ones stay empty."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from poses.arrays import BoolArray, FloatArray, check_shape

FILLED_SCORE = 0.5
# Frames are lacking where a step is this many times the usual one, and longer than LONG_S or LONG times the usual one.
LACKING, LONG_S, LONG = 3.0, 0.45, 32


def fill_gaps(
    xy: FloatArray, score: FloatArray, time_s: FloatArray, max_gap_s: float
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Fill gaps of each joint that lie between two detections: xy (T, J, D), score (T, J), time_s (T).

    A gap is as long as the time without a detection, that is, the time between its two neighbours less one usual frame
    step. Values come from monotone cubic interpolation (PCHIP, Fritsch & Carlson 1980), which does not overshoot; the
    score of a filled point is half the lower score of its neighbours. Returns copies and filled (T, J) bool.
    """
    sizes = check_shape("xy", xy, ("T", "J", "D"))
    check_shape("score", score, (sizes["T"], sizes["J"]))
    out, out_score, filled = xy.copy(), score.copy(), np.zeros(score.shape, dtype=bool)
    step = float(np.median(np.diff(time_s))) if len(time_s) > 1 else 0.0
    for joint in range(sizes["J"]):
        seen = np.flatnonzero(np.isfinite(xy[:, joint]).all(axis=-1))
        gaps = [(a, b) for a, b in pairwise(seen) if b - a > 1 and time_s[b] - time_s[a] - step <= max_gap_s + 1e-6]
        rows = np.array([t for a, b in gaps for t in range(a + 1, b)], dtype=int)
        if not len(rows):
            continue
        out[rows, joint] = _interpolated(time_s[seen], xy[seen, joint], time_s[rows])
        out_score[rows, joint] = [
            FILLED_SCORE * min(score[a, joint], score[b, joint]) for a, b in gaps for _ in range(a + 1, b)
        ]
        filled[rows, joint] = True
    return out, out_score, filled


def _interpolated(times: FloatArray, values: FloatArray, wanted: FloatArray) -> FloatArray:
    from scipy.interpolate import PchipInterpolator

    return np.asarray(PchipInterpolator(times, values, axis=0)(wanted))


def segments(present: BoolArray, time_s: FloatArray | None = None) -> list[tuple[int, int]]:
    """(start, stop) of every maximal segment of True in present (T).

    time_s (T): segments also end where frames are lacking.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], present, [False]]).astype(int)))
    stretches = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    if time_s is None or len(time_s) < 2:
        return stretches
    steps = np.diff(time_s)
    usual = float(np.median(steps))
    lacking = (steps > LACKING * usual) & (steps > min(LONG_S, LONG * usual))
    out: list[tuple[int, int]] = []
    for start, stop in stretches:
        cuts = start + 1 + np.flatnonzero(lacking[start : stop - 1])
        out += pairwise([start, *(int(n) for n in cuts), stop])
    return out
