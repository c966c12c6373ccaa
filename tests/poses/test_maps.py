"""Maps that explain a lifter: one name for every axis."""

from __future__ import annotations

import numpy as np
import pytest

from poses.maps import LiftMap


def test_a_map_names_each_of_its_axes():
    assert LiftMap("attention", np.zeros((2, 17, 17)), ("head", "target_joint", "source_joint")).axes[0] == "head"


def test_a_map_with_too_few_names_is_refused():
    with pytest.raises(ValueError, match="map attention must have shape"):
        LiftMap("attention", np.zeros((2, 17, 17)), ("head", "target_joint"))


def test_a_map_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        LiftMap("weights", np.zeros(3), ("channel",)).values[0] = 1
