"""npz files with pickled dictionaries, as VideoPose3D and its followers write them, without running what is in them.

A pickle is a program. Here it may build numpy arrays, dictionaries, lists, tuples, text and numbers, and nothing else.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from poses.errors import UserError

# What numpy itself writes for arrays, dtypes and scalars, in numpy 1 ("core") and numpy 2 ("_core").
_NUMPY = {"ndarray", "dtype", "_reconstruct", "scalar", "_frombuffer"}
_MODULES = {"numpy", *(f"numpy.{core}.{part}" for core in ("core", "_core") for part in ("multiarray", "numeric"))}


class _ArraysOnly(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module in _MODULES and name in _NUMPY) or (module, name) == ("collections", "OrderedDict"):
            return super().find_class(module, name)
        if (module, name) == ("_codecs", "encode"):  # how protocol 2 pickles write bytes
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it holds {module}.{name}, which is not data")


def load_pickled(path: Path, keys: tuple[str, ...], source: str) -> dict[str, Any]:
    """The arrays `keys` of an npz file, objects unpacked. UserError that names the file, and `source` (where it comes
    from and what it holds), where it is missing, damaged or holds anything but data."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.removesuffix(".npy") for name in archive.namelist()}
            missing = [key for key in keys if key not in names]
            if missing:
                raise UserError(
                    f"{path} has no {', '.join(missing)}, only {', '.join(sorted(names))}; expected {source}"
                )
            return {key: _read(archive.read(f"{key}.npy")) for key in keys}
    except FileNotFoundError:
        raise UserError(f"{path} does not exist; expected {source}") from None
    except UserError:
        raise
    except pickle.UnpicklingError as error:
        raise UserError(f"{path} is not loaded: {error}; expected {source}") from None
    except Exception as error:
        raise UserError(f"{path} is damaged ({type(error).__name__}); expected {source}: get it again") from None


def _read(content: bytes) -> Any:
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = header(file)
    if not dtype.hasobject:
        file.seek(0)
        return np.lib.format.read_array(file, allow_pickle=False)
    value = _ArraysOnly(file, encoding="latin1").load()
    if isinstance(value, np.ndarray) and value.dtype == object and value.shape == shape == ():
        return value.item()
    return value


def check_dictionary(path: Path, name: str, value: Any, source: str) -> dict[str, Any]:
    """`value` where it is a dictionary by text; UserError otherwise."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise UserError(f"{path}: {name} must be a dictionary by name, got {type(value).__name__}; expected {source}")
    return value


def check_array(path: Path, name: str, value: Any, width: tuple[int, ...], source: str) -> np.ndarray:
    """`value` (frames, *width) as a float array; UserError otherwise. A -1 in `width` stands for any size."""
    array = np.asarray(value)
    fits = array.ndim == 1 + len(width) and array.dtype.kind == "f"
    fits = fits and all(want in (-1, found) for want, found in zip(width, array.shape[1:], strict=True))
    if not fits:
        shape = ", ".join("any" if n < 0 else str(n) for n in width)
        raise UserError(
            f"{path}: {name} must be floats (frames, {shape}), got {array.dtype} {array.shape}; expected {source}"
        )
    return array
