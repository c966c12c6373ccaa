"""Opening torch's libraries without keeping the interpreter: `import torch` alone stops every other thread for it.

Python opens a library while it holds its lock; for torch that is a fifth of a second of work and much more on a cold
disk, in which the window stands still. Opened before through the C library (ctypes lets go of the lock while it calls),
they are there when the import asks for them.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import os
import sys
from pathlib import Path

# Those without Python in them, in the order in which they need each other. Names of Linux and macOS.
LIBRARIES = ("libc10", "libc10_cuda", "libtorch_cpu", "libtorch_cuda", "libtorch")


def open_libraries(package: str = "torch", names: tuple[str, ...] = LIBRARIES) -> list[str]:
    """Open those of a package's `lib` folder that are there; call it in the thread that imports the package next.

    Returns the names that were opened: none where the package is imported already, not installed, or on Windows. What
    cannot be opened is left to the import, which says why.
    """
    if package in sys.modules or sys.platform == "win32":
        return []
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return []
    call = ctypes.CDLL(None).dlopen
    call.argtypes, call.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    ending = ".dylib" if sys.platform == "darwin" else ".so"
    paths = [Path(found.origin).parent / "lib" / f"{name}{ending}" for name in names]
    return [path.stem for path in paths if path.is_file() and call(os.fsencode(path), os.RTLD_NOW | os.RTLD_LOCAL)]


def freeze_garbage_collector() -> None:
    """What is there now stays: the garbage collector need not look at it again.

    A full collection holds the interpreter: 130 ms with torch loaded, whichever thread it falls to; without what the
    libraries have made it is under one. Garbage in cycles that is there at this moment is kept, once.
    """
    gc.freeze()
