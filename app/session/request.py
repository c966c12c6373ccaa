"""Requests: what was asked for, and whether anybody still waits for it."""

from __future__ import annotations


class Request:
    """Something that was asked for, until it is answered for good, cancelled or replaced.

    within: what it is about (the file that is open, say): it is over together with that. Set in one thread only; any
    thread may look.
    """

    __slots__ = ("_ended", "_within")

    def __init__(self, within: Request | None = None) -> None:
        self._within, self._ended = within, False

    @property
    def over(self) -> bool:
        """Whether what still comes is to be dropped."""
        return self._ended or (self._within is not None and self._within.over)

    def end(self) -> None:
        """Nobody waits for it any more."""
        self._ended = True
