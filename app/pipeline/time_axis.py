"""The one model of time of a video: its frames are places on a time axis.

A place has a number (from 0, in the order of presentation), a time and a time stamp in the file; times increase
strictly. Decoding fills places. A place that stays empty, because its frame is damaged or lost, keeps its number and
its time, so that nothing after it moves. `time_axis` makes the axis from the packets of a file alone:

| the time stamps | what becomes of them |
|---|---|
| increase | stay as they are |
| jump back, or (MPEG streams) over ten seconds ahead | the later part goes on one frame after the earlier one |
| repeat, or nearly | those frames are spread evenly up to the next stamp, no closer than half a usual step |
| are missing here and there | put where the order of decoding has them |
| are missing altogether | evenly spaced at the rate that the file names |
| leave out frames where the file is damaged | places are kept for what is lost |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from app.pipeline.rate import candidates, fits, nominal_rate
from poses.arrays import BoolArray, FloatArray, IntArray, frozen

NONE = int(np.iinfo(np.int64).min)  # no time stamp
SAME = 0.1  # part of a usual step below which a time stamp counts as repeated
CLOSEST = 0.5  # part of a usual step that frames are at least apart where stamps had to be spread
AHEAD_S = 10.0  # a longer step within an MPEG stream is another recording, as ffmpeg takes it
MOST_LOST = 20  # places are kept for what is missing from a damaged file up to this many times the frames there are


@dataclass(frozen=True)
class Packets:
    """The coded frames of a video in the order of decoding, N of them.

    pts, dts (N): time stamps in ticks, NONE where there is none; key (N): decodable by itself; after_damage (N): bytes
    before it, or of it, are lost. tick: seconds; said: rates that the file names, the most trusted first; joins:
    whether the format is one whose parts may be joined byte by byte (MPEG streams); moved: the stamps are not as in the
    file.
    """

    pts: IntArray
    dts: IntArray
    key: BoolArray
    after_damage: BoolArray
    tick: Fraction
    said: tuple[Fraction, ...] = ()
    joins: bool = False
    moved: bool = False

    def __len__(self) -> int:
        return len(self.pts)


@dataclass(frozen=True)
class TimeAxis:
    """N places: time_s (N) seconds, strictly increasing; pts (N) stamps in the file, in ticks, as far as known.

    place_of (M): the place of every packet, in the order of decoding. seekable: whether `pts` leads to a place; where
    not, frames are followed by counting packets, and the file is read from its start. timed: there are stamps.
    rate: nominal frames per second; variable: the times are not evenly spaced; tick: seconds that the file's clock is
    good to. notes: what was odd, for the user.
    """

    time_s: FloatArray
    pts: IntArray
    place_of: IntArray
    seekable: bool
    timed: bool
    rate: Fraction
    variable: bool
    tick: float = 1e-6
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", frozen("time_s", self.time_s, ("N",), np.float64))
        object.__setattr__(self, "pts", frozen("pts", self.pts, (len(self.time_s),), np.int64))
        object.__setattr__(self, "place_of", frozen("place_of", self.place_of, ("M",), np.int64))
        if (np.diff(self.time_s) <= 0).any():
            raise ValueError("the times of a time axis must increase")

    def __len__(self) -> int:
        return len(self.time_s)


def time_axis(packets: Packets) -> TimeAxis:
    """The places of a video, from its packets."""
    notes: list[str] = []
    known = packets.pts != NONE
    if not known.any():
        return _evenly(packets)
    beside = np.convolve(packets.after_damage, np.ones(5))[2:-2] > 0
    pieces = ~known & (packets.dts == NONE) & beside
    if pieces.any():  # no frames, but what damage left of them
        axis = time_axis(_without(packets, pieces))
        places = axis.place_of[np.maximum(np.cumsum(~pieces) - 1, 0)]
        return replace(axis, place_of=places)
    stamps = _filled_in(packets, notes)
    order, starts = _presented(packets, stamps)
    times = stamps[order] * float(packets.tick)
    usual = usual_step(times, starts, packets)
    times = _joined(times, starts, packets, usual, notes)
    times = _spread(times, usual, notes)
    tick, count = float(packets.tick), len(packets)
    place_of = np.empty(count, dtype=np.int64)
    place_of[order] = np.arange(count)
    pts = np.where(known, packets.pts, 0)[order]
    seekable = bool(known.all() and not packets.moved and not starts and (np.diff(pts) >= 0).all())
    rate, variable = nominal_rate(times, tick, packets.said)
    if variable and not notes and packets.after_damage.any() and (grid := _places_on_grid(times, packets, order)):
        numbers, rate = grid
        times, pts = _with_lost(times, pts, numbers, rate, tick)
        return TimeAxis(times, pts, numbers[place_of], not packets.moved, True, rate, False, tick)
    return TimeAxis(times, pts, place_of, seekable, True, rate, variable, tick, tuple(notes))


def _without(packets: Packets, pieces: BoolArray) -> Packets:
    kept = {name: getattr(packets, name)[~pieces] for name in ("pts", "dts", "key", "after_damage")}
    return replace(packets, **kept)


def usual_step(times: FloatArray, starts: Sequence[int], packets: Packets) -> float:
    """Seconds from frame to frame: the median of the steps within the parts, without those that repeat a stamp."""
    steps = np.concatenate([np.diff(part) for part in np.split(times, starts)])
    steps = steps[steps > 0]
    if len(steps):
        return float(np.median(steps))
    return 1 / float(packets.said[0]) if packets.said else 0.04


def _evenly(packets: Packets) -> TimeAxis:
    """No stamp at all: the order in which pictures come stands for the order, the clock of decoding or the named rate
    for the time."""
    count, places, tick = len(packets), np.arange(len(packets)), float(packets.tick)
    if count and (packets.dts != NONE).all() and (np.diff(packets.dts) > 0).all():
        times = packets.dts * tick
        rate, variable = nominal_rate(times, tick, packets.said)
        if variable and packets.after_damage.any() and (grid := _places_on_grid(times, packets, places)):
            numbers, rate = grid
            times, stamps = _with_lost(times, packets.dts, numbers, rate, tick)
            return TimeAxis(times, stamps, numbers, False, False, rate, False, tick)
        return TimeAxis(times, packets.dts, places, False, False, rate, variable, tick)
    rate = packets.said[0] if packets.said else Fraction(25)
    notes = (f"the file has no time stamps: its frames are taken as {float(rate):.6g} a second",) if count > 1 else ()
    times = places / float(rate)
    return TimeAxis(times, np.zeros(count, np.int64), places, False, False, rate, False, tick, notes)


def _filled_in(packets: Packets, notes: list[str]) -> FloatArray:
    """Stamps (N) in ticks in the order of decoding, those that are missing after their neighbours."""
    stamps = packets.pts.astype(np.float64)
    missing = packets.pts == NONE
    if not missing.any():
        return stamps
    places = np.arange(len(packets))
    clock = packets.dts.astype(np.float64)
    both = ~missing & (packets.dts != NONE)
    timed = missing & (packets.dts != NONE) & both.any()
    if both.any():
        stamps[timed] = clock[timed] + np.median(stamps[both] - clock[both])
    rest = missing & ~timed
    stamps[rest] = np.interp(places[rest], places[~rest], stamps[~rest])
    notes.append(f"{int(missing.sum())} of {len(packets)} frames have no time stamp: they lie between their neighbours")
    return stamps


def _presented(packets: Packets, stamps: FloatArray) -> tuple[IntArray, list[int]]:
    """The packets (N) in the order of presentation, and where parts start whose stamps jump back or far ahead."""
    dts = packets.dts.astype(np.float64)
    timed = packets.dts != NONE
    ahead = (stamps - dts)[timed & (packets.pts != NONE)]
    reorders = bool((~timed).any() or (len(ahead) and np.ptp(ahead) > 0))
    step = _positive_median(np.diff(np.sort(stamps)))
    far = max(AHEAD_S / float(packets.tick), 20 * step) if packets.joins else np.inf
    starts: list[int] = []
    highest = -np.inf
    for n, stamp in enumerate(stamps.tolist()):
        back = stamp < highest - step and (packets.key[n] or not reorders)
        back |= n > 0 and bool(timed[n - 1] and timed[n] and dts[n] < dts[n - 1] - step)
        if n and (back or stamp > highest + far):
            starts.append(n)
            highest = -np.inf
        highest = max(highest, stamp)
    parts = np.split(np.arange(len(packets)), starts)
    if reorders:
        parts = [part[np.argsort(stamps[part], kind="stable")] for part in parts]
    return np.concatenate(parts), starts


def _positive_median(steps: FloatArray) -> float:
    steps = steps[steps > 0]
    return float(np.median(steps)) if len(steps) else 1.0


def _joined(times: FloatArray, starts: Sequence[int], packets: Packets, usual: float, notes: list[str]) -> FloatArray:
    """Every part after the first goes on one frame after the part before it."""
    if not starts:
        return times
    parts = [part - part[0] for part in np.split(times, starts)]
    out, begin = [], float(times[0])
    for part in parts:
        out.append(part + begin)
        begin = float(out[-1].max()) + _step_of(part, packets, usual)
    often = "once" if len(starts) == 1 else f"{len(starts)} times"
    notes.append(
        f"the time stamps jump {often} (several recordings in one file): each part goes on one frame "
        "after the one before"
    )
    return np.concatenate(out)


def _step_of(times: FloatArray, packets: Packets, usual: float) -> float:
    """Seconds from frame to frame of one part: by its rate where that is constant."""
    steps = np.diff(times)
    if len(times) < 3 or (steps <= 0).any():
        return _positive_median(steps) if (steps > 0).any() else usual
    rate, variable = nominal_rate(times, float(packets.tick), packets.said)
    return float(np.median(steps)) if variable else 1 / float(rate)


def _spread(times: FloatArray, usual: float, notes: list[str]) -> FloatArray:
    """Times that increase: repeated ones are spread up to the next, nowhere closer than CLOSEST of the usual step."""
    steps = np.diff(times)
    again = steps < SAME * usual
    if not again.any():
        return times
    out = times.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], again, [False]]).astype(int)))
    for start, stop in edges.reshape(-1, 2).tolist():  # frames start .. stop have about one stamp
        end = times[stop + 1] if stop + 1 < len(times) else times[start] + usual * (stop - start + 1)
        out[start : stop + 1] = times[start] + (end - times[start]) * np.arange(stop - start + 1) / (stop - start + 1)
    least = np.minimum(np.where(again, np.inf, np.maximum(steps, 0)), CLOSEST * usual)
    if (np.diff(out) < least).any():
        from scipy.optimize import isotonic_regression

        # Nearest in the sense of least squares: times less the steps that are due must not decrease.
        due = np.concatenate([[0.0], np.cumsum(least)])
        out = np.asarray(isotonic_regression(out - due).x) + due
    notes.append(
        f"{int(again.sum())} of {len(times)} frames repeat the time stamp of the one before: they are spread evenly "
        "up to the next stamp"
    )
    return out


def _places_on_grid(times: FloatArray, packets: Packets, order: IntArray) -> tuple[IntArray, Fraction] | None:
    """Numbers of the frames of a damaged file on the even grid that they would lie on, and its rate."""
    steps = np.diff(times)
    for rate in candidates(float(np.median(steps)), float(packets.tick), packets.said):
        numbers = np.rint((times - times[0]) * float(rate)).astype(np.int64)
        if not fits(times, rate, float(packets.tick), numbers) or (np.diff(numbers) < 1).any():
            continue
        gaps = np.flatnonzero(np.diff(numbers) > 1)
        # Damage lies at a gap: in the frame after it, or the one before where its end is lost.
        damaged = packets.after_damage[order]
        near = [damaged[max(g - 1, 0) : g + 3].any() for g in gaps]
        if numbers[-1] < MOST_LOST * len(times) + 1000 and all(near):
            return numbers, rate
    return None


def _with_lost(
    times: FloatArray, pts: IntArray, numbers: IntArray, rate: Fraction, tick: float
) -> tuple[FloatArray, IntArray]:
    """Times and stamps with places for frames that no packet is left of."""
    count = int(numbers[-1]) + 1
    all_times = times[0] + np.arange(count) / float(rate)
    all_pts = pts[0] + np.rint(np.arange(count) / (float(rate) * tick)).astype(np.int64)
    all_times[numbers], all_pts[numbers] = times, pts
    return all_times, all_pts
