"""Errors that the user of the program can do something about, and the request to end it."""

from __future__ import annotations

import signal

# Ctrl-C, a request to end, and a terminal that was closed end a command alike; not every system has all of them.
ENDING_SIGNALS = tuple(int(getattr(signal, name)) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class UserError(Exception):
    """Something the user can fix.

    The text is one line: what must hold, what was found, what to do. It is shown as it is, without a traceback:
    on the command line with exit code 2, in the window as a notification.
    """


class Ended(KeyboardInterrupt):
    """A signal asked for the end: as Ctrl-C, with the exit code that belongs to the signal."""

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__()
        self.code = 128 + number


def ending_signals() -> list[int]:
    """The signals to be handled: those that are not ignored from outside, as a terminal's end is under nohup."""
    return [number for number in ENDING_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
