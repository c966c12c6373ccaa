"""From where the 3D view is looked at: turned by the user, or following a person. numpy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.gui.frame_view import Pose3D
from app.gui.views.orbit import PRESETS, Orbit, facing
from poses.arrays import FloatArray

NEAREST_M, FARTHEST_M = 1.5, 40.0


class Eye:
    """The orbit of the view, and whose way it goes along with.

    follow: the eye moves as the selected person does, else the first one who is there; what the user has turned and
    moved stays. camera_direction: azimuth and elevation (degrees) from which the video's camera looks.
    """

    def __init__(self) -> None:
        self.orbit = Orbit()
        self.follow = True
        self.camera_direction = PRESETS["front"]
        self._followed: tuple[int, FloatArray] | None = None

    def set_poses(self, poses: Sequence[Pose3D], selected: int | None) -> None:
        """Other figures are to be seen: go along with the one that is followed."""
        who = person_of(poses, selected)
        if who is None:
            return
        place = who.xyz[who.skeleton.root]
        if self.follow and self._followed is not None and self._followed[0] == who.person:
            step = (place - self._followed[1]) * [1, 0, 1]
            self.orbit = self.orbit.looking_at(np.asarray(self.orbit.centre) + step)
        self._followed = who.person, place

    def set_follow(self, on: bool) -> None:
        """Switched on it brings the person to the middle."""
        self.follow = on
        if on and self._followed is not None:
            x, _, z = self._followed[1]
            self.orbit = self.orbit.looking_at(np.array([x, self.orbit.centre[1], z]))

    def turn(self, azimuth_deg: float, elevation_deg: float) -> None:
        """Turn around what is looked at."""
        self.orbit = self.orbit.turned(azimuth_deg, elevation_deg)

    def pan(self, right_m: float, up_m: float) -> None:
        """Move along the picture."""
        self.orbit = self.orbit.moved(right_m, up_m)

    def zoom(self, factor: float) -> None:
        """Come nearer (above 1) or go farther away."""
        self.orbit = self.orbit.zoomed(factor)

    def set_orthographic(self, on: bool) -> None:
        """Without perspective: what is farther away is as large as what is near."""
        self.orbit = replace(self.orbit, orthographic=on)

    def look_from(self, preset: str, poses: Sequence[Pose3D], selected: int | None) -> None:
        """The person's front, left side, top or corner, wherever he faces now; or the place of the video's camera."""
        if preset == "camera":
            azimuth, elevation = self.camera_direction
        else:
            who = person_of(poses, selected)
            azimuth, elevation = PRESETS[preset]
            azimuth += facing(who.xyz, who.skeleton) if who is not None else 0.0
        self.orbit = replace(self.orbit, azimuth_deg=(azimuth + 180) % 360 - 180, elevation_deg=elevation)

    def frame(self, poses: Sequence[Pose3D]) -> None:
        """Look at everybody there is from a distance at which they fit."""
        points = [f.xyz[np.isfinite(f.xyz).all(axis=1)] for f in poses]
        if not points or not sum(map(len, points)):
            usual = Orbit()
            self.orbit = replace(self.orbit, centre=usual.centre, distance=usual.distance)
            return
        cloud = np.concatenate(points)
        low, high = cloud.min(axis=0), cloud.max(axis=0)
        reach = max(float(np.linalg.norm(high - low)) / 2, 0.5)
        distance = 1.1 * reach / np.sin(np.radians(self.orbit.view_deg) / 2)
        self.orbit = replace(
            self.orbit.looking_at((low + high) / 2), distance=float(np.clip(distance, NEAREST_M, FARTHEST_M))
        )


def person_of(poses: Sequence[Pose3D], selected: int | None) -> Pose3D | None:
    """The selected person, else the first one whose root is there; None where nobody is."""
    there = [f for f in poses if not f.ghost and np.isfinite(f.xyz[f.skeleton.root]).all()]
    return next((f for f in there if f.person == selected), there[0] if there else None)
