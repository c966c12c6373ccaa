"""A lifter's map of any number of axes as one picture with named rows and columns. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from poses.arrays import FloatArray
from poses.maps import LiftMap

ALL = -1
GAP = 1
STRONGEST = 0.99


@dataclass(frozen=True)
class MapPicture:
    """values (R, C), NaN between tiles; low, high: fixed levels; tiles: (top, left, label) of each head shown.

    rows, columns: the axis names of one tile; tile: its (R, C). name: of the map.
    """

    values: FloatArray
    low: float
    high: float
    rows: str
    columns: str
    tile: tuple[int, int]
    tiles: tuple[tuple[int, int, str], ...]
    name: str = ""

    def cell(self, row: int, column: int) -> tuple[int, int] | None:
        """(row, column) within its tile of a cell of the picture; None in the gaps and outside."""
        for top, left, _ in self.tiles:
            if 0 <= row - top < self.tile[0] and 0 <= column - left < self.tile[1]:
                return row - top, column - left
        return None


def arranged(found: LiftMap) -> LiftMap:
    """The same map with what looks (target) and what is looked at (source) as the last two axes, where it has both."""
    for kind in ("joint", "frame", "group"):
        pair = (f"target_{kind}", f"source_{kind}")
        if all(axis in found.axes for axis in pair):
            order = [i for i, a in enumerate(found.axes) if a not in pair] + [found.axes.index(a) for a in pair]
            axes = tuple(found.axes[i] for i in order)
            return replace(found, values=np.transpose(found.values, order), axes=axes)
    return found


def first_map(maps: dict[str, LiftMap]) -> str:
    """The map to begin with: attention, else what the output depends on, else the first; "" where there is none."""
    attention = next((name for name, found in maps.items() if found.attention), "")
    return attention or ("input_dependence" if "input_dependence" in maps else next(iter(maps), ""))


def choices(found: LiftMap) -> dict[str, int]:
    """Axes to choose from, and how many there are of each: all but those that make the picture."""
    leading = found.axes[: -_picture_axes(found)]
    return {axis: found.values.shape[i] for i, axis in enumerate(leading)}


def first_choice(found: LiftMap) -> dict[str, int]:
    """The last block, all heads, the centre frame; the first of everything else."""
    picks = {}
    for axis, count in choices(found).items():
        picks[axis] = {"block": count - 1, "stack": count - 1, "head": ALL, "frame": count // 2}.get(axis, 0)
    return picks


def picture(found: LiftMap, picks: dict[str, int]) -> MapPicture:
    """The chosen part of a map; ALL of an axis is laid out as tiles. A vector becomes a picture of one row."""
    count = _picture_axes(found)
    named = found.axes[-count:]
    leading = found.axes[:-count]
    values = np.asarray(found.values, dtype=float)
    index: list[int | slice] = [_pick(picks.get(a, 0), values.shape[i]) for i, a in enumerate(leading)]
    part = values[tuple(index)]
    if count == 1:
        part, named = part[..., None, :], ("", named[0])
    tiles = part.reshape(-1, *part.shape[-2:])
    spread = [a for a, i in zip(leading, index, strict=True) if isinstance(i, slice)]
    labels = [f"{' '.join(spread)} {n + 1}" if len(tiles) > 1 else "" for n in range(len(tiles))]
    laid, places = _lay_out(tiles)
    low, high = _levels(found)
    places_named = tuple((*place, label) for place, label in zip(places, labels, strict=True))
    return MapPicture(laid, low, high, named[0], named[1], (tiles.shape[1], tiles.shape[2]), places_named, found.name)


def _pick(wanted: int, count: int) -> int | slice:
    return slice(None) if wanted == ALL else min(max(wanted, 0), count - 1)


def _picture_axes(found: LiftMap) -> int:
    """Two for a matrix (joint to joint, frame to frame, joint by channel), one for a vector."""
    paired = {"joint", "source_joint", "target_joint", "frame", "source_frame", "target_frame", "channel"}
    if len(found.axes) >= 2 and found.axes[-1] in paired and found.axes[-2] in paired | {"stack"}:
        return 2
    return 2 if len(found.axes) >= 2 and found.axes[-2].startswith(("target_", "source_")) else 1


def _lay_out(tiles: FloatArray) -> tuple[FloatArray, list[tuple[int, int]]]:
    """(N, R, C) -> one picture, square or higher (docks are), NaN between the tiles."""
    count, rows, columns = tiles.shape
    across = min(max(1, int(np.sqrt(count * rows / columns))), count)
    down = -(-count // across)
    gap = max(GAP, round(rows / 14))
    out = np.full((down * (rows + gap) - gap, across * (columns + gap) - gap), np.nan)
    places = []
    for n in range(count):
        top, left = n // across * (rows + gap), n % across * (columns + gap)
        out[top : top + rows, left : left + columns] = tiles[n]
        places.append((top, left))
    return out, places


def _levels(found: LiftMap) -> tuple[float, float]:
    """Fixed over the whole map: from 0 for attention, symmetric where there are negative values.

    Of attention the strongest hundredth is as bright as it gets: a few cells near 1 would leave the rest dark.
    """
    finite = found.values[np.isfinite(found.values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if found.attention:
        high = float(np.quantile(finite, STRONGEST)) or high
    if found.attention or low >= 0:
        return 0.0, max(high, 1e-9)
    reach = max(abs(low), abs(high))
    return -reach, reach


def axis_labels(
    axis: str,
    count: int,
    joints: tuple[str, ...],
    window: int,
    rate: float = 0.0,
    step: float = 1,
    groups: tuple[tuple[str, ...], ...] = (),
) -> list[str]:
    """Names of the rows or columns: joints by name, frames as distance from the centre frame, others by number.

    rate: frames per second, then the distance is in milliseconds; 0: in frames. step: how many frames those of the
    window are apart, a part of one where a slow video is filled between its frames. groups: the joints in each group.
    """
    kind = axis.removeprefix("source_").removeprefix("target_")
    if kind == "joint" and count == len(joints):
        return list(joints)
    if kind == "group" and count == len(groups):
        return [group_label(group) for group in groups]
    if kind == "frame" and count == window:
        unit = step * (1000 / rate if rate else 1)
        return [_distance((n - window // 2) * unit, 0 if rate else 2) for n in range(count)]
    return [str(n + 1) for n in range(count)]


def group_label(joints: tuple[str, ...]) -> str:
    """The joints of a group; those of both sides as one: LKnee and RKnee are L/RKnee."""
    names = []
    for name in joints:
        both = name[0] in "LR" and {"L" + name[1:], "R" + name[1:]} <= set(joints)
        names.append(f"L/R{name[1:]}" if both else name)
    return ", ".join(dict.fromkeys(names))


def _distance(value: float, decimals: int) -> str:
    """With its sign and as few decimals as it takes; "0" in the middle."""
    text = f"{value:+.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals else text
    return "0" if float(text) == 0 else text


def strongest(
    found: LiftMap, picks: dict[str, int], joints: int, count: int = 24
) -> tuple[tuple[int, int, float], ...]:
    """(source joint, target joint, weight 0..1) of the strongest links of a joint-to-joint map.

    Of the head that is chosen; averaged over heads where all are.
    """
    seen = picture(found, {**picks, "head": 0})
    if not (seen.rows.endswith("joint") and seen.columns.endswith("joint") and seen.tile == (joints, joints)):
        return ()
    leading = found.axes[:-2]
    index = [_pick(picks.get(a, ALL if a == "head" else 0), found.values.shape[i]) for i, a in enumerate(leading)]
    weights = np.abs(np.asarray(found.values, dtype=float)[tuple(index)]).reshape(-1, joints, joints).mean(axis=0)
    np.fill_diagonal(weights, 0)
    order = np.argsort(weights, axis=None)[::-1][:count]
    top = float(weights.max()) or 1.0
    pairs = [divmod(int(i), joints) for i in order if weights.flat[i] > 0.02 * top]
    return tuple((source, target, float(weights[target, source]) / top) for target, source in pairs)
