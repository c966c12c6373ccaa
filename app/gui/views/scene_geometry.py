"""Line segments and points of the 3D view: one array of each for everything there is to draw. numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.gui.frame_view import Pose3D
from app.gui.theme import Theme
from app.gui.views.drawing import bone_side
from poses.arrays import FloatArray

FLOOR_HALF_M = 4
AXIS_M = 0.3
SHADOW_FADE_M = 0.5  # height at which a shadow is two thirds fainter than on the floor


@dataclass(frozen=True)
class SceneOptions:
    """What is drawn beside the figures."""

    floor: bool = True
    axes: bool = True
    trails: bool = True
    ghost: bool = True
    shadow: bool = True


@dataclass(frozen=True)
class SceneGeometry:
    """thin, bones, shadow: segments (2 N, 3) m, colours (2 N, 4) 0..1; points (M, 3), colours (M, 4), sizes (M) px."""

    thin: FloatArray
    thin_colours: FloatArray
    bones: FloatArray
    bone_colours: FloatArray
    shadow: FloatArray
    shadow_colours: FloatArray
    points: FloatArray
    point_colours: FloatArray
    point_sizes: FloatArray
    ground: str


def rgba(colour: str, alpha: float = 1.0) -> FloatArray:
    """#rrggbb -> (4,) 0..1."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] + [alpha])


def build_geometry(
    poses: tuple[Pose3D, ...],
    options: SceneOptions,
    colours: Theme,
    selected: tuple[int, int] | None = None,
    arcs: tuple[tuple[int, int, float], ...] = (),
    arcs_of: int = 0,
) -> SceneGeometry:
    """Everything to draw, from the figures of a frame. arcs (from joint, to joint, weight) of the person `arcs_of`."""
    thin: list[tuple[FloatArray, FloatArray]] = []
    bones: list[tuple[FloatArray, FloatArray]] = []
    shadow: list[tuple[FloatArray, FloatArray]] = []
    points: list[tuple[FloatArray, FloatArray, FloatArray]] = []
    if options.floor:
        thin.append(_floor(colours, _middle(poses)))
    if options.axes:
        thin.append(_axes(colours))
    for figure in poses:
        if figure.ghost and not options.ghost:
            continue
        if options.trails and len(figure.trail) > 1:
            thin.append(_trail(figure, colours))
        if options.shadow and not figure.ghost:
            shadow.append(_shadow(figure, colours))
        (thin if figure.ghost else bones).append(_bones(figure, colours))
        if not figure.ghost:
            points.append(_joints(figure, colours, selected))
    bearer = next((f for f in poses if f.person == arcs_of and not f.ghost), None)
    if arcs and bearer is not None and max(max(a, b) for a, b, _ in arcs) < len(bearer.xyz):
        thin.append(_arcs(bearer, arcs, colours))
    return SceneGeometry(*_joined(thin), *_joined(bones), *_joined(shadow), *_joined_points(points), colours.stage)


def _joined(geometry: list[tuple[FloatArray, FloatArray]]) -> tuple[FloatArray, FloatArray]:
    if not geometry:
        return np.empty((0, 3), np.float32), np.empty((0, 4), np.float32)
    return (
        np.concatenate([p for p, _ in geometry]).astype(np.float32),
        np.concatenate([c for _, c in geometry]).astype(np.float32),
    )


def _joined_points(
    geometry: list[tuple[FloatArray, FloatArray, FloatArray]],
) -> tuple[FloatArray, FloatArray, FloatArray]:
    place, colour = _joined([(p, c) for p, c, _ in geometry])
    sizes = np.concatenate([s for *_, s in geometry]).astype(np.float32) if geometry else np.empty(0, np.float32)
    return place, colour, sizes


def _middle(poses: tuple[Pose3D, ...]) -> FloatArray:
    """(2,) x and z between the roots of those who are there; the origin where nobody is."""
    roots = np.array([f.xyz[f.skeleton.root, [0, 2]] for f in poses if not f.ghost]).reshape(-1, 2)
    roots = roots[np.isfinite(roots).all(axis=1)]
    return np.asarray(roots.mean(axis=0) if len(roots) else np.zeros(2))


def _floor(colours: Theme, middle: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A grid of half metres about the figures, the whole metres stronger; it fades with the distance from them."""
    steps = np.arange(-FLOOR_HALF_M, FLOOR_HALF_M + 0.25, 0.5)
    pieces = np.arange(-FLOOR_HALF_M, FLOOR_HALF_M + 1.0)
    across, along = np.meshgrid(steps, np.repeat(pieces, 2)[1:-1], indexing="ij")
    one, two = across.ravel() + round(middle[0]), along.ravel() + round(middle[1])
    other, that = along.ravel() + round(middle[0]), across.ravel() + round(middle[1])
    x, z = np.concatenate([one, other]), np.concatenate([two, that])
    strong = np.tile(np.where(across.ravel() % 1 == 0, 0.9, 0.4), 2)
    colour = np.repeat(rgba(colours.grid)[None], len(x), axis=0)
    away = np.hypot(x - middle[0], z - middle[1]) / (FLOOR_HALF_M - 0.5)
    colour[:, 3] = strong * np.clip(1 - away**2, 0, 1)
    there = (colour[:, 3] > 0).reshape(-1, 2).any(axis=1).repeat(2)
    return np.stack([x, np.zeros_like(x), z], axis=-1)[there], colour[there]


def _axes(colours: Theme) -> tuple[FloatArray, FloatArray]:
    """From the origin along x, y and z, red, green and blue as everywhere."""
    ends = np.kron(np.eye(3), [[0], [AXIS_M]])
    lift = np.array([0, 0.004, 0])
    return ends + lift, np.repeat([rgba("#d9534f"), rgba("#3fa66a"), rgba("#4a7fd6")], 2, axis=0)


def _trail(figure: Pose3D, colours: Theme) -> tuple[FloatArray, FloatArray]:
    """The root's path of the last second, fading."""
    trail = figure.trail
    segments = np.repeat(trail, 2, axis=0)[1:-1]
    fade = np.repeat(np.linspace(0, 0.9, len(trail)), 2)[1:-1]
    colour = np.repeat(rgba(figure.colour or colours.accent)[None], len(segments), axis=0)
    colour[:, 3] = fade
    there = np.isfinite(segments).all(axis=1).reshape(-1, 2).all(axis=1).repeat(2)
    return segments[there], colour[there]


def _pairs(figure: Pose3D) -> list[tuple[int, int]]:
    there = np.asarray(np.isfinite(figure.xyz).all(axis=1))
    return [(p, c) for p, c in figure.skeleton.bones if there[p] and there[c]]


def _bones(figure: Pose3D, colours: Theme) -> tuple[FloatArray, FloatArray]:
    pairs = _pairs(figure)
    if not pairs:
        return np.empty((0, 3)), np.empty((0, 4))
    sides = colours.sides(figure.colour)
    colour = np.repeat(np.array([rgba(sides[bone_side(figure.skeleton, p, c)]) for p, c in pairs]), 2, axis=0)
    if figure.ghost:
        colour[:] = rgba(colours.muted, 0.75)
    return figure.xyz[np.array(pairs)].reshape(-1, 3), colour


def _shadow(figure: Pose3D, colours: Theme) -> tuple[FloatArray, FloatArray]:
    """The bones on the floor, the nearer to it the stronger: shows where the feet stand. Opaque, for they overlap."""
    segments, _ = _bones(figure, colours)
    height = np.repeat(segments[:, 1].reshape(-1, 2).mean(axis=1), 2)[:, None]
    part = 0.08 + 0.3 * np.exp(-np.clip(height, 0, None) / SHADOW_FADE_M)
    colour = rgba(colours.stage) * (1 - part) + rgba(colours.muted) * part
    order = np.argsort(-height.reshape(-1, 2)[:, 0], kind="stable")  # the strong ones last, over the faint ones
    pairs = (segments * [1, 0, 1]).reshape(-1, 2, 3)[order].reshape(-1, 3)
    return pairs, colour.reshape(-1, 2, 4)[order].reshape(-1, 4)


def _joints(
    figure: Pose3D, colours: Theme, selected: tuple[int, int] | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    there = np.flatnonzero(np.isfinite(figure.xyz).all(axis=1))
    sides = colours.sides(figure.colour)
    colour = np.array([rgba(sides[figure.skeleton.side(int(j))]) for j in there]).reshape(-1, 4)
    size = np.full(len(there), 9.0)
    if selected and selected[0] == figure.person:
        size[there == selected[1]] = 15.0
    return figure.xyz[there], colour, size


def _arcs(figure: Pose3D, arcs: tuple[tuple[int, int, float], ...], colours: Theme) -> tuple[FloatArray, FloatArray]:
    """Weights between joints as bows that lean out of the body, the stronger the brighter."""
    t = np.linspace(0, 1, 13)[:, None]
    segments, colour = [], []
    centre = np.nanmean(figure.xyz, axis=0)
    for a, b, weight in arcs:
        start, end = figure.xyz[a], figure.xyz[b]
        if not np.isfinite([start, end]).all():
            continue
        middle = (start + end) / 2
        out = middle - centre
        out = out / max(float(np.linalg.norm(out)), 1e-6) * 0.35 * np.linalg.norm(end - start)
        bow = (1 - t) ** 2 * start + 2 * t * (1 - t) * (middle + 2 * out) + t**2 * end
        segments.append(np.repeat(bow, 2, axis=0)[1:-1])
        colour.append(np.repeat(rgba(colours.bad, float(np.clip(weight, 0.05, 1)))[None], 24, axis=0))
    return (np.concatenate(segments), np.concatenate(colour)) if segments else (np.empty((0, 3)), np.empty((0, 4)))
