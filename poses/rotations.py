"""Joint rotations from joint positions: frames from directions, hinge axes, two-bone limbs, Euler angles, quaternions.

Rotation matrices (..., 3, 3) act on columns: `turned = R @ v`; their columns are the images of x, y and z.
T frames. Angles in degrees where the name says so. Quaternions are (w, x, y, z).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from poses.arrays import FloatArray, check_shape

ComplexArray = NDArray[np.complexfloating[Any]]

_TINY = 1e-9


def unit(vectors: FloatArray) -> FloatArray:
    """(..., 3) at length 1; vectors of no length stay."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), _TINY)


def dot(a: FloatArray, b: FloatArray) -> FloatArray:
    """(..., 3), (..., 3) -> (..., 1) scalar products."""
    return np.asarray((a * b).sum(axis=-1, keepdims=True))


def apply(rotation: FloatArray, vectors: FloatArray) -> FloatArray:
    """(..., 3, 3) rotations of (..., 3) vectors."""
    return np.asarray((rotation @ vectors[..., None])[..., 0])


def transpose(rotation: FloatArray) -> FloatArray:
    """(..., 3, 3) inverse rotations."""
    return np.swapaxes(rotation, -1, -2)


def normal_part(vectors: FloatArray, axis: FloatArray) -> FloatArray:
    """The part of (..., 3) vectors at right angles to the unit `axis` (..., 3)."""
    return vectors - dot(vectors, axis) * axis


def basis(y: FloatArray, x_hint: FloatArray) -> FloatArray:
    """(..., 3, 3) rotations whose y axis is `y` and whose x axis is as close as possible to `x_hint`."""
    y = unit(y)
    x = unit(normal_part(x_hint, y))
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def bisecting_basis(x: FloatArray, y: FloatArray) -> FloatArray:
    """(..., 3, 3) rotations whose x and y axes miss the directions `x` and `y` by the same angle."""
    total, difference = unit(unit(x) + unit(y)), unit(unit(x) - unit(y))
    x, y = unit(total + difference), unit(total - difference)
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def axis_angle_rotation(axis: FloatArray, angle: FloatArray) -> FloatArray:
    """(..., 3, 3) rotations by `angle` (...) radians about the unit `axis` (..., 3) (Rodrigues)."""
    x, y, z = np.moveaxis(axis, -1, 0)
    zero = np.zeros_like(x)
    k = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*axis.shape[:-1], 3, 3)
    sin, cos = np.sin(angle)[..., None, None], np.cos(angle)[..., None, None]
    return np.asarray(np.eye(3) + sin * k + (1 - cos) * (k @ k))


def shortest_rotation(a: FloatArray, b: FloatArray) -> FloatArray:
    """(..., 3, 3) smallest rotations that turn the directions `a` into `b` (..., 3).

    For opposite directions every axis at right angles is as short; one of them is taken.
    """
    a, b = np.broadcast_arrays(unit(a), unit(b))
    axis = np.cross(a, b)
    other = np.cross(a, np.eye(3)[np.abs(a).argmin(axis=-1)])
    opposite = (np.linalg.norm(axis, axis=-1, keepdims=True) < _TINY) & (dot(a, b) < 0)
    angle = np.arctan2(np.linalg.norm(axis, axis=-1), dot(a, b)[..., 0])
    return axis_angle_rotation(unit(np.where(opposite, other, axis)), angle)


def limit_swing(direction: FloatArray, rest: FloatArray, limit: float) -> FloatArray:
    """(T, 3) unit directions, those further than `limit` radians from `rest` (T, 3) brought back to that angle."""
    direction, rest = unit(direction), unit(rest)
    angle = np.arccos(np.clip(dot(direction, rest), -1, 1))
    side = unit(normal_part(direction, rest))
    return np.where(angle > limit, np.cos(limit) * rest + np.sin(limit) * side, direction)


def smoothed_axes(
    direction: FloatArray, seen: FloatArray, weight: FloatArray, usual: FloatArray, trust: FloatArray, reach: float
) -> FloatArray:
    """Axes (T, 3) at right angles to a bone, where the pose shows them only now and then (a hinge when it is bent).

    direction (T, 3): unit direction of the bone. seen (T, 3): the axis as the pose shows it, with weight (T).
    usual (T, 3): the axis to fall back to, with weight `trust` (T). reach: frames over which an axis of weight 1 is
    carried. The twist angle is measured against an axis that is carried along the bone without twist (parallel
    transport, so there is no direction at which it flips); as unit complex numbers z it minimises
    sum_t weight |z - z_seen|^2 + trust |z - z_usual|^2 + reach^2 |z_t - z_(t-1)|^2.
    """
    carried = _carry(direction)
    side = np.cross(direction, carried)

    def number(axes: FloatArray) -> ComplexArray:
        flat = unit(normal_part(axes, direction))
        return np.asarray(dot(flat, carried)[:, 0] + 1j * dot(flat, side)[:, 0])

    twist = _smooth(weight * number(seen) + trust * number(usual), weight + trust, reach**2)
    return unit(twist.real[:, None] * carried + twist.imag[:, None] * side)


def _carry(direction: FloatArray) -> FloatArray:
    """(T, 3) axes at right angles to `direction`, each the one before turned by the shortest rotation."""
    step = shortest_rotation(direction[:-1], direction[1:])
    carried = np.empty_like(direction)
    carried[0] = unit(normal_part(np.eye(3)[np.abs(direction[0]).argmin()], direction[0]))
    for t in range(1, len(direction)):
        carried[t] = unit(normal_part(step[t - 1] @ carried[t - 1], direction[t]))
    return carried


def _smooth(right: ComplexArray, weight: FloatArray, stiff: float) -> ComplexArray:
    """Solve (diag(weight) + stiff L) z = right, L the Laplacian of a chain of T frames (Thomas algorithm)."""
    count = len(right)
    links = np.full(count, 2.0)
    links[0] -= 1
    links[-1] -= 1
    main = weight + stiff * links + 1e-12
    upper, z = np.zeros(count), right.astype(complex)
    for t in range(count):
        below = stiff if t else 0.0
        pivot = main[t] - below * (upper[t - 1] if t else 0.0)
        upper[t] = stiff / pivot
        z[t] = (z[t] + below * (z[t - 1] if t else 0.0)) / pivot
    for t in range(count - 2, -1, -1):
        z[t] += upper[t] * z[t + 1]
    return z


def fit_two_bones(
    start: FloatArray, middle: FloatArray, end: FloatArray, lengths: tuple[float, float], rounds: int = 20
) -> tuple[FloatArray, FloatArray]:
    """Unit directions (T, 3), (T, 3) of two bones of constant `lengths` from `start` that come nearest to the targets.

    Minimises |middle' - middle|^2 + |end' - end|^2 by solving for one bone after the other, in closed form. Unlike
    placing the end exactly, this keeps a straight limb straight when it is a little too long for its target.
    """
    first, second = lengths
    u, v = unit(middle - start), unit(end - middle)
    for _ in range(rounds):
        v = unit(end - start - first * u)
        u = unit((middle - start) + (end - start - second * v))
    return u, v


def matrix_from_euler(angles_deg: FloatArray, order: str) -> FloatArray:
    """(..., 3) angles about the axes of `order` ("ZXY" is Rz @ Rx @ Ry) -> (..., 3, 3)."""
    axes = {"X": 0, "Y": 1, "Z": 2}
    if sorted(order) != sorted(axes):
        raise ValueError(f"order must name each of X, Y and Z once, got {order!r}")
    out = np.broadcast_to(np.eye(3), (*angles_deg.shape[:-1], 3, 3))
    for k, name in enumerate(order):
        axis = np.broadcast_to(np.eye(3)[axes[name]], angles_deg.shape)
        out = out @ axis_angle_rotation(axis, np.radians(angles_deg[..., k]))
    return out


def euler_zxy(rotation: FloatArray) -> FloatArray:
    """(T, ..., 3, 3) -> (T, ..., 3) angles in degrees, Z X Y with R = Rz @ Rx @ Ry, continuous in time.

    Every rotation has two such triples, and each angle any number of whole turns: of them the nearest to the frame
    before is taken, so no angle steps by more than 180 degrees. The first frame has X within -90 .. 90.
    """
    check_shape("rotation", rotation, (*rotation.shape[:-2], 3, 3))
    z = np.arctan2(-rotation[..., 0, 1], rotation[..., 1, 1])
    # With X at 90 degrees, Z and Y turn about one axis: only their sum is known.
    locked = np.hypot(rotation[..., 0, 1], rotation[..., 1, 1]) < _TINY
    out = np.empty((*rotation.shape[:-2], 3))
    for t in range(len(rotation)):
        before = np.radians(out[t - 1]) if t else np.zeros_like(out[0])
        first = np.where(locked[t], before[..., 0], z[t])
        choices = np.stack([_xy_after(rotation[t], first), _xy_after(rotation[t], first + np.pi)])
        if t:
            choices = before + _wrapped(choices - before)
            nearer = np.abs(choices - before).sum(axis=-1).argmin(axis=0)
        else:
            choices = _wrapped(choices)
            nearer = np.abs(choices[..., 1]).argmin(axis=0)
        out[t] = np.degrees(np.take_along_axis(choices, nearer[None, ..., None], axis=0)[0])
    return out


def _wrapped(angle: FloatArray) -> FloatArray:
    return np.asarray(angle - 2 * np.pi * np.round(angle / (2 * np.pi)))


def _xy_after(rotation: FloatArray, z: FloatArray) -> FloatArray:
    """(..., 3) angles Z X Y of rotations whose Z is given: what is left after turning back Z is Rx @ Ry."""
    cos, sin = np.cos(z)[..., None], np.sin(z)[..., None]
    top = cos * rotation[..., 0, :] + sin * rotation[..., 1, :]
    middle = cos * rotation[..., 1, :] - sin * rotation[..., 0, :]
    x = np.arctan2(rotation[..., 2, 1], middle[..., 1])
    y = np.arctan2(top[..., 2], top[..., 0])
    return np.stack([z, x, y], axis=-1)


def quaternion_from_matrix(rotation: FloatArray) -> FloatArray:
    """(..., 3, 3) -> (..., 4) w x y z, w not negative: the eigenvector of Bar-Itzhack's 4 x 4 matrix."""
    m = rotation
    trace = np.trace(m, axis1=-2, axis2=-1)
    k = np.empty((*m.shape[:-2], 4, 4))
    k[..., 0, 0] = trace
    k[..., 1:, 1:] = m + transpose(m) - trace[..., None, None] * np.eye(3)
    off = np.stack([m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]], axis=-1)
    k[..., 0, 1:] = k[..., 1:, 0] = off
    q = np.linalg.eigh(k)[1][..., -1]
    return np.asarray(np.where(q[..., :1] < 0, -q, q))


def slerp(a: FloatArray, b: FloatArray, share: FloatArray) -> FloatArray:
    """(..., 3, 3) rotations at `share` (..., 0 is a, 1 is b) of the shortest rotation from `a` to `b` (..., 3, 3)."""
    q = quaternion_from_matrix(transpose(a) @ b)
    angle = 2 * np.arctan2(np.linalg.norm(q[..., 1:], axis=-1), q[..., 0])
    return a @ axis_angle_rotation(unit(q[..., 1:]), share * angle)
