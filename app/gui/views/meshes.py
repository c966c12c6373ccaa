"""Bones and joints as round bodies: triangles of the 3D view with OpenGL. numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.gui.views.scene_geometry import SceneGeometry
from poses.arrays import FloatArray, IntArray

SIDES = 10
# Along a bone, from its near to its far end: parts of its length, and its radius there in m.
PROFILE = ((0.0, 0.012), (0.16, 0.021), (0.5, 0.0175), (1.0, 0.0115))
METRES_PER_PX = 0.0026  # radius of a joint for its diameter on the screen without OpenGL
ON_FLOOR, ABOVE_FLOOR = np.array([1, 0, 1], np.float32), np.array([0, 0.003, 0], np.float32)


@dataclass(frozen=True)
class Mesh:
    """vertices and normals (V, 3), colours (V, 4) 0..1, faces (F, 3)."""

    vertices: FloatArray
    normals: FloatArray
    colours: FloatArray
    faces: IntArray


def build_mesh(geometry: SceneGeometry) -> Mesh:
    """The figures of a scene, and before them their shadows, flat on the floor."""
    shadow = _bones(geometry.shadow, geometry.shadow_colours)
    flat = Mesh(
        shadow.vertices * ON_FLOOR + ABOVE_FLOOR,
        np.zeros_like(shadow.normals),
        shadow.colours,
        shadow.faces,
    )
    bodies = [flat, _bones(geometry.bones, geometry.bone_colours), _joints(geometry)]
    starts = np.cumsum([0] + [len(body.vertices) for body in bodies[:-1]])
    return Mesh(
        np.concatenate([body.vertices for body in bodies]),
        np.concatenate([body.normals for body in bodies]),
        np.concatenate([body.colours for body in bodies]),
        np.concatenate([body.faces + start for body, start in zip(bodies, starts, strict=True)]).astype(np.uint32),
    )


def _bones(ends: FloatArray, colours: FloatArray) -> Mesh:
    """A body of revolution about every segment."""
    start, stop = ends[::2, None, None], ends[1::2, None, None]
    along = (stop - start)[:, 0, 0]
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    helper = np.where(np.abs(along[:, 1:2]) < 0.9, [[0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]])
    one = np.cross(along, helper)
    one /= np.maximum(np.linalg.norm(one, axis=1, keepdims=True), 1e-9)
    two = np.cross(along, one)
    angle = np.linspace(0, 2 * np.pi, SIDES, endpoint=False)
    around = np.cos(angle)[:, None] * one[:, None] + np.sin(angle)[:, None] * two[:, None]  # (N, sides, 3)
    place, radius = np.array(PROFILE).T
    rings = start + (stop - start) * place[:, None, None] + radius[:, None, None] * around[:, None]
    normals = np.broadcast_to(around[:, None], rings.shape)
    count = len(PROFILE) * SIDES
    faces = (_TUBE + count * np.arange(len(along))[:, None, None]).reshape(-1, 3)
    return Mesh(
        rings.reshape(-1, 3).astype(np.float32),
        normals.reshape(-1, 3).astype(np.float32),
        np.repeat(colours[::2], count, axis=0),
        faces,
    )


def _joints(geometry: SceneGeometry) -> Mesh:
    """A ball at every point."""
    radius = geometry.point_sizes[:, None, None] * METRES_PER_PX
    vertices = geometry.points[:, None] + radius * _BALL
    count = len(_BALL)
    return Mesh(
        vertices.reshape(-1, 3).astype(np.float32),
        np.tile(_BALL, (len(geometry.points), 1)).astype(np.float32),
        np.repeat(geometry.point_colours, count, axis=0),
        (_BALL_FACES + count * np.arange(len(geometry.points))[:, None, None]).reshape(-1, 3),
    )


def _between(rings: int, sides: int) -> IntArray:
    """(F, 3) triangles between rings of `sides` vertices each."""
    first = np.arange(rings - 1)[:, None] * sides + np.arange(sides)
    second = np.arange(rings - 1)[:, None] * sides + (np.arange(sides) + 1) % sides
    both = [[first, second, first + sides], [second, second + sides, first + sides]]
    return np.concatenate([np.stack(three, axis=-1).reshape(-1, 3) for three in both])


def _ball(rings: int = 7, sides: int = 12) -> FloatArray:
    """(rings * sides, 3) on the unit sphere, from pole to pole."""
    up, turn = np.linspace(0, np.pi, rings)[:, None], np.linspace(0, 2 * np.pi, sides, endpoint=False)
    ring = np.stack([np.sin(up) * np.cos(turn), np.cos(up) * np.ones_like(turn), np.sin(up) * np.sin(turn)], axis=-1)
    return np.asarray(ring.reshape(-1, 3))


_TUBE = _between(len(PROFILE), SIDES)
_BALL = _ball()
_BALL_FACES = _between(7, 12)
