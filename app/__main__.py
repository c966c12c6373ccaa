"""`marey` and `python -m app`: a command, or the window."""

from __future__ import annotations

import os
import sys

from app import cli
from poses.errors import UserError


def main() -> int:
    """Entry point of the console script."""
    code = cli.main(sys.argv[1:], open_window)
    sys.stdout.flush()
    return code


def window() -> int:
    """Entry point of the desktop starter: the window, with the files named."""
    return cli.main([path for path in sys.argv[1:] if not path.startswith("-")], open_window)


def open_window(paths: list[str]) -> int:
    """Show the window with these videos; UserError where there is no screen to show it on."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in screens):
        raise UserError("there is no screen for the window here; use 'marey run VIDEO' instead")
    from app.gui.application import run_window

    return int(run_window(paths))


if __name__ == "__main__":
    sys.exit(main())
