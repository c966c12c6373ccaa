"""Settings of an analysis, validated on construction."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from poses.errors import UserError


@dataclass(frozen=True)
class Settings:
    """Settings of one analysis, each with a default.

    persons: how many people to track, the main one first.
    start_s, end_s: the range of the video in its own time stamps, both ends included; None is the file's own end.
    slow_motion: how many times slower the file plays than life (8: filmed at 240 a second, saved at 30); times and rate
    of what is lifted are those of life.
    max_gap_s: 2D gaps up to this long are filled (and flagged), longer ones stay empty.
    smoothing_hz: cut-off of the zero-phase low-pass on the 3D joints (higher where they are fast); None leaves them as
    they are lifted.
    focal: focal length as a multiple of the longer side of the picture; None assumes that of a typical phone.
    pitch_deg: how far the camera looks down (negative: up); None estimates it from the person.
    height_m: how tall the main person is, metres; None leaves the average body that lifters give.
    repair_swaps: repair left-right flips of the detector.
    plant_feet: feet in stance stay in place in the world, by inverse kinematics of the legs.

    persons, start_s and end_s affect the detection, the others only the lifting.
    """

    persons: int = 1
    start_s: float | None = None
    end_s: float | None = None
    slow_motion: float = 1.0
    max_gap_s: float = 0.25
    smoothing_hz: float | None = 5.0
    focal: float | None = None
    pitch_deg: float | None = None
    height_m: float | None = None
    repair_swaps: bool = True
    plant_feet: bool = True

    def __post_init__(self) -> None:
        odd = [f.name for f in fields(self) if isinstance(v := getattr(self, f.name), float) and not math.isfinite(v)]
        checks = [
            (not odd, f"{', '.join(odd)} must be a finite number"),
            (
                0.01 <= self.slow_motion <= 1000,
                f"the slow-motion factor must be 0.01 to 1000, got {self.slow_motion}",
            ),
            (self.persons >= 1, f"the number of persons must be 1 or more, got {self.persons}"),
            (self.max_gap_s >= 0, f"the longest gap to fill must be 0 s or more, got {self.max_gap_s}"),
            (self.smoothing_hz is None or self.smoothing_hz > 0, f"smoothing must be > 0 Hz, got {self.smoothing_hz}"),
            (self.focal is None or self.focal > 0, f"the focal length must be > 0, got {self.focal}"),
            (self.pitch_deg is None or abs(self.pitch_deg) < 90, f"pitch must be within 90 deg, got {self.pitch_deg}"),
            (
                self.height_m is None or 0.3 <= self.height_m <= 3,
                f"the height of a person must be 0.3 to 3 m, got {self.height_m}",
            ),
            (
                self.start_s is None or self.end_s is None or self.start_s <= self.end_s,
                f"the start must not come after the end, got {self.start_s} and {self.end_s} s",
            ),
        ]
        for holds, message in checks:
            if not holds:
                raise UserError(message)
