"""Whatever is wrong with a keypoint file, it is told as an error that the user can understand, and never another."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from poses.errors import UserError
from tests.detectors.keypoint_mutations import KINDS, read_all, spoil


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rng=st.randoms(use_true_random=False))
def test_a_spoilt_file_is_read_or_told_in_one_line(tmp_path, name, rng):
    whole, path = tmp_path / name, tmp_path / "spoilt" / name
    if not whole.exists():
        KINDS[name](whole)
        path.parent.mkdir()
        read_all(whole)
    spoil(path, whole.read_bytes(), rng)
    try:
        read_all(path)
    except UserError as error:
        assert "\n" not in str(error)
