"""One shape check for every array that enters a type, and read-only copies of what was checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]
BoolArray = NDArray[np.bool_]


def check_shape(name: str, array: NDArray[Any], shape: tuple[int | str, ...]) -> dict[str, int]:
    """Raise ValueError unless `array` has `shape`; a letter stands for any size, the same letter for the same size.

    Returns the sizes that the letters stand for, e.g. {"T": 100} for shape ("T", 17, 2).
    """
    sizes: dict[str, int] = {}
    fits = array.ndim == len(shape)
    for want, found in zip(shape, array.shape, strict=False):
        expected = want if isinstance(want, int) else sizes.setdefault(want, found)
        fits = fits and expected == found
    if not fits:
        wanted = ", ".join(str(n) for n in shape)
        raise ValueError(f"{name} must have shape ({wanted}), got {array.shape}")
    return sizes


def frozen(name: str, values: ArrayLike, shape: tuple[int | str, ...], dtype: DTypeLike) -> NDArray[Any]:
    """A read-only array of `dtype` with the contents of `values`, its shape checked by `check_shape`.

    An array that is read-only already and owns its memory is taken as it is; anything else is copied, so that
    nobody can change it behind the type's back.
    """
    array = np.asarray(values, dtype=dtype)
    check_shape(name, array, shape)
    if array is values and not array.flags.writeable and array.flags.owndata:
        return array
    array = np.array(array, dtype=dtype, order="C")
    array.flags.writeable = False
    return array
