"""The model of time: whatever the time stamps are like, times increase, keep their length, and are found in no time."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pipeline.orientation import Orientation, from_matrix
from app.pipeline.time_axis import NONE, Packets, TimeAxis, time_axis

TICK = Fraction(1, 90000)
STEP = 3000  # ticks, 30 frames a second


def packets(
    pts: list[int] | np.ndarray,
    dts: list[int] | np.ndarray | None = None,
    key: list[int] = [0],  # noqa: B006
    damage: list[int] = [],  # noqa: B006
    joins: bool = False,
    tick: Fraction = TICK,
) -> Packets:
    stamps = np.asarray(pts, dtype=np.int64)
    keys, broken = np.zeros(len(stamps), bool), np.zeros(len(stamps), bool)
    keys[key], broken[damage] = True, True
    said = (Fraction(30),)
    return Packets(stamps, stamps if dts is None else np.asarray(dts), keys, broken, tick, said, joins)


def even(count: int, start: int = 0) -> np.ndarray:
    return start + STEP * np.arange(count)


def test_stamps_that_increase_stay_as_they_are() -> None:
    ticks = [0, 40, 80, 240, 250, 500, 540, 580, 620, 660]
    axis = time_axis(packets(ticks, tick=Fraction(1, 1000)))
    assert axis.time_s.tolist() == [t / 1000 for t in ticks] and axis.variable and axis.seekable and not axis.notes


def test_b_frames_are_put_in_the_order_of_presentation() -> None:
    pts = np.array([0, 3, 1, 2, 6, 4, 5]) * STEP
    axis = time_axis(packets(pts, dts=even(7, -2 * STEP)))
    assert axis.place_of.tolist() == [0, 3, 1, 2, 6, 4, 5] and (axis.rate, axis.variable) == (30, False)


@pytest.mark.parametrize(("second", "joins"), [(0, False), (5 * STEP, False), (10**9, True)])
def test_a_part_whose_stamps_jump_goes_on_one_frame_later(second: int, joins: bool) -> None:
    axis = time_axis(packets(np.concatenate([even(20), even(10, second)]), key=[0, 20], joins=joins))
    np.testing.assert_allclose(axis.time_s, np.arange(30) / 30, atol=1e-9)
    assert not axis.variable and not axis.seekable
    assert ["jump once" in n for n in axis.notes] == [True]


def test_parts_of_different_rates_keep_their_own_steps() -> None:
    slow, fast = even(20), 100 + np.arange(40) * 1500
    axis = time_axis(packets(np.concatenate([slow, fast]), key=[0, 20]))
    steps = np.diff(axis.time_s)
    np.testing.assert_allclose(steps, [1 / 30] * 20 + [1 / 60] * 39, atol=1e-9)
    assert axis.variable


def test_repeated_stamps_are_spread_up_to_the_next() -> None:
    axis = time_axis(packets([0, STEP, STEP, 3 * STEP, 4 * STEP]))
    np.testing.assert_allclose(axis.time_s, np.arange(5) / 30, atol=1e-9)
    assert "1 of 5 frames repeat" in axis.notes[0] and axis.seekable, "a player may still seek"
    crowded = time_axis(packets([0, STEP, STEP, STEP, STEP, 2 * STEP, 3 * STEP]))
    assert np.diff(crowded.time_s).min() >= 0.5 / 30 - 1e-9


def test_missing_stamps_are_filled_in_and_said() -> None:
    pts = even(10)
    pts[[3, 7]] = NONE
    axis = time_axis(packets(pts, dts=even(10)))
    np.testing.assert_allclose(axis.time_s, np.arange(10) / 30, atol=1e-9)
    assert "2 of 10 frames have no time stamp" in axis.notes[0]
    nothing = time_axis(packets([NONE] * 10))
    np.testing.assert_allclose(nothing.time_s, np.arange(10) / 30)
    assert "no time stamps" in nothing.notes[0] and not nothing.timed


def test_where_a_damaged_file_lacks_packets_their_places_are_kept() -> None:
    kept = [*range(10), *range(25, 40)]
    axis = time_axis(packets(even(40)[kept], damage=[10]))
    assert len(axis) == 40 and axis.place_of.tolist() == kept and not axis.variable and axis.seekable
    undamaged = time_axis(packets(even(40)[kept]))
    assert len(undamaged) == 25 and undamaged.variable, "a camera that left out frames has a variable rate"


@st.composite
def recordings(draw: st.DrawFn) -> Packets:
    """An even recording with any number of defects: joins, repeats, missing stamps, holes, jitter, B-frames."""
    count = draw(st.integers(1, 120))
    step = draw(st.sampled_from([1, 33, 100, 1001, 3000, 1_000_000]))
    pts = np.arange(count) * step + draw(st.integers(-(2**40), 2**40))
    if step > 10:
        pts = pts + np.array(draw(st.lists(st.integers(-step // 5, step // 5), min_size=count, max_size=count)))
    for _ in range(draw(st.integers(0, 3))):  # the later part jumps
        pts[draw(st.integers(0, count - 1)) :] += draw(st.integers(-3000, 3000)) * step
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, count - 1))
        pts[at] = pts[max(at - 1, 0)]
    order = np.arange(count)
    if draw(st.booleans()):  # every third picture is coded before the two that are shown before it
        order = np.concatenate([[a + 2, a, a + 1] if a + 2 < count else [*range(a, count)] for a in range(0, count, 3)])
    dts = np.sort(pts) - 3 * step if draw(st.booleans()) else pts[order]
    keep = np.ones(count, bool)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, count))
        keep[at : at + draw(st.integers(0, 30))] = False
    keep[0] = True
    pts, dts = pts[order][keep], dts[keep]
    for column in (pts, dts):
        for _ in range(draw(st.integers(0, 4))):
            column[draw(st.integers(0, len(column) - 1))] = NONE
    key = np.array(draw(st.lists(st.booleans(), min_size=len(pts), max_size=len(pts))))
    damage = np.array(draw(st.lists(st.booleans(), min_size=len(pts), max_size=len(pts))))
    said = draw(st.sampled_from([(), (Fraction(30),), (Fraction(30000, 1001), Fraction(25))]))
    return Packets(pts, dts, key, damage, Fraction(1, step * 30), said, draw(st.booleans()))


def check(axis: TimeAxis, recording: Packets) -> None:
    no_stamp = (recording.pts == NONE) & (recording.dts == NONE)
    pieces = int(no_stamp.sum()) if (recording.pts != NONE).any() else 0
    count = len(recording) - pieces
    assert len(set(axis.place_of.tolist())) >= count, "every frame has its own place"
    assert count <= len(axis) <= 21 * count + 1000, "memory is bounded"
    assert np.isfinite(axis.time_s).all() and axis.rate > 0
    steps = np.diff(axis.time_s)
    assert (steps > 0).all()
    if len(steps) and any("repeat" in note for note in axis.notes):
        raw = np.sort(recording.pts[recording.pts != NONE].astype(float)) * float(recording.tick)
        raw_steps = np.diff(raw)
        finest = raw_steps[raw_steps > 0].min() if (raw_steps > 0).any() else steps.min()
        assert steps.min() >= min(0.49 * np.median(steps), 0.09 * finest) * 0.1, "nothing as close as a microsecond"


@settings(max_examples=250, deadline=None)
@given(recordings())
def test_any_time_stamps_make_an_axis(recording: Packets) -> None:
    check(time_axis(recording), recording)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(10, 80),
    st.lists(st.integers(1, 78), max_size=4),
    st.lists(st.integers(1, 78), max_size=3),
    st.sampled_from([Fraction(24), Fraction(30), Fraction(50), Fraction(60000, 1001), Fraction(240)]),
)
def test_an_even_recording_with_joins_and_repeats_keeps_its_length_and_its_steps(
    count: int, repeats: list[int], joins: list[int], rate: Fraction
) -> None:
    """No step below half the usual one, and last minus first time as long as the recording."""
    pts = np.rint(np.arange(count) * 90000 / float(rate)).astype(np.int64)
    starts = sorted({j for j in joins if j < count})
    for start in starts:
        pts[start:] -= pts[start]
    singles = sorted({r for r in repeats if r < count - 1 and not {r, r + 1, r - 1} & set(starts)})
    singles = [r for n, r in enumerate(singles) if n == 0 or r - singles[n - 1] > 2]
    for at in singles:
        pts[at] = pts[at - 1]
    key = [0, *starts]
    axis = time_axis(packets(pts, key=key))
    steps, usual = np.diff(axis.time_s), 1 / float(rate)
    assert steps.min() > 0.49 * usual
    if all(b - a > 4 for a, b in zip([0, *starts], [*starts, count], strict=True)):
        length = axis.time_s[-1] - axis.time_s[0]
        assert length == pytest.approx((count - 1) * usual, abs=0.5 * usual * (1 + len(starts)))


def test_an_hour_of_stamps_takes_less_than_seconds() -> None:
    rng = np.random.default_rng(0)
    pts = even(216_000)
    pts[rng.integers(1, len(pts), 5000)] -= STEP
    began = time.monotonic()
    axis = time_axis(packets(pts, dts=even(len(pts)), key=list(range(0, len(pts), 30))))
    assert len(axis) == len(pts) and time.monotonic() - began < 20


MATRICES = [(a, b, c, d) for a, b, c, d in np.ndindex(3, 3, 3, 3) if (a - 1) * (d - 1) - (b - 1) * (c - 1) in (1, -1)
            and (a == 1) == (d == 1) and (b == 1) == (c == 1) and (a == 1) != (b == 1)]  # fmt: skip


@pytest.mark.parametrize("entries", MATRICES)
def test_all_eight_turns_and_flips_put_every_pixel_where_the_matrix_says(entries: tuple[int, ...]) -> None:
    a, b, c, d = (n - 1 for n in entries)
    matrix = np.array([a, b, 0, c, d, 0, 0, 0, 1 << 30]) * 65536
    image = np.random.default_rng(0).integers(0, 255, (5, 7, 3)).astype(np.uint8)
    shown = from_matrix(matrix).upright(image)
    height, width = image.shape[:2]
    q, p = np.mgrid[:height, :width]
    x, y = a * p + c * q, b * p + d * q  # ISO 14496-12: (p, q) goes to (a p + c q, b p + d q)
    expected = np.zeros_like(shown)
    expected[y - y.min(), x - x.min()] = image
    assert (shown == expected).all()
    assert len(MATRICES) == 8


@pytest.mark.parametrize("degrees", [3, -3, 44, 93, 178, 272, 359.6])
def test_other_angles_are_the_nearest_quarter_turn_and_said(degrees: float) -> None:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    found = from_matrix(np.array([cos, sin, 0, -sin, cos, 0, 0, 0, 1]) * 65536)
    assert found.rotation == round(-degrees / 90) * 90 % 360 and not found.mirrored
    assert (f"{(degrees + 180) % 360 - 180:.1f}" in found.note) == (degrees != 359.6)
    assert from_matrix(np.zeros(9)) == Orientation()
