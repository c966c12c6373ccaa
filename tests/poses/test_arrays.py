"""Arrays that enter a type: their shape is checked, and nobody can change them afterwards."""

from __future__ import annotations

import numpy as np
import pytest

from poses.arrays import check_shape, frozen


def test_letters_stand_for_any_size_and_are_returned():
    assert check_shape("xy", np.zeros((5, 17, 2)), ("T", 17, 2)) == {"T": 5}


@pytest.mark.parametrize("shape", [(5, 16, 2), (5, 17), (5, 17, 2, 1), ()])
def test_a_wrong_shape_is_named_with_what_was_found(shape):
    with pytest.raises(ValueError, match=r"xy must have shape \(T, 17, 2\), got"):
        check_shape("xy", np.zeros(shape), ("T", 17, 2))


def test_the_same_letter_must_be_the_same_size():
    with pytest.raises(ValueError, match="m must have shape"):
        check_shape("m", np.zeros((3, 4)), ("J", "J"))


def test_a_frozen_array_cannot_be_written_to():
    array = frozen("x", [1, 2, 3], ("T",), np.float64)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 5


def test_a_frozen_array_does_not_follow_the_one_it_was_made_of():
    source = np.zeros(3)
    array = frozen("x", source, ("T",), np.float64)
    source[0] = 7
    assert array[0] == 0


def test_a_read_only_view_of_a_writable_array_is_copied():
    source = np.zeros(3)
    view = source[:]
    view.flags.writeable = False
    array = frozen("x", view, ("T",), np.float64)
    source[0] = 7
    assert array[0] == 0


def test_an_array_that_is_frozen_already_is_not_copied():
    array = frozen("x", np.zeros(3), ("T",), np.float64)
    assert frozen("x", array, ("T",), np.float64) is array
