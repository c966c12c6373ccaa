"""Let the window live for a while, outside pytest-qt.

`QTest.qWait` of PySide6 keeps the interpreter lock while it sleeps, so that a worker thread hardly gets on (70 times
slower, measured); an event loop lets go of it, as the running program does.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer


def pause(ms: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def wait(until: Callable[[], object], seconds: float = 60, every_ms: int = 20) -> None:
    """Until it is true; TimeoutError naming what was waited for."""
    end = time.monotonic() + seconds
    while not until():
        pause(every_ms)
        if time.monotonic() > end:
            raise TimeoutError(until)
