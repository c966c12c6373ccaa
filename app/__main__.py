"""`marey` and `python -m app`: a command, or the window."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn


def main() -> int:
    """Entry point of the console script."""
    return _run(sys.argv[1:])


def window() -> int:
    """Entry point of the desktop starter: the window, with the files named."""
    return _run([path for path in sys.argv[1:] if not path.startswith("-")])


def _run(argv: list[str]) -> int:
    from poses.errors import ending_signals

    # Ctrl-C while the program is still loading: nothing has begun, so there is nothing to tidy up.
    for number in ending_signals():
        signal.signal(number, lambda number, frame: _leave(128 + number))
    from app import cli

    code = cli.main(argv, open_window)
    if code > 128:
        _leave(code)
    sys.stdout.flush()
    return code


def _leave(code: int) -> NoReturn:
    """End at once: taking large libraries down in order can last longer than a person who pressed Ctrl-C waits."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # the terminal may be gone
            stream.flush()
    os._exit(code)


def open_window(paths: list[str]) -> int:
    """Show the window with these videos; UserError where there is no screen to show it on."""
    from poses.errors import UserError

    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in screens):
        raise UserError("there is no screen for the window here; use 'marey run VIDEO' instead")
    from app.gui.application import run_window

    return int(run_window(paths))


if __name__ == "__main__":
    sys.exit(main())
