"""The lifter of a camera that is followed live: another one may be chosen at any frame."""

from __future__ import annotations

from collections.abc import Callable

from app.protocols import Lifter


class LiveLifter:
    """Called for every frame in the job's thread: the lifter that is chosen now, loaded when it is chosen.

    One that cannot be loaded does not end the stream: the one before goes on, and `take_failure` says why, once.
    """

    def __init__(self, chosen: Callable[[], str], load: Callable[[str], Lifter]) -> None:
        self._chosen, self._load = chosen, load
        self._lifter: Lifter | None = None
        self._refused = ""
        self._failure: Exception | None = None

    def __call__(self) -> Lifter:
        """Raises where the first one cannot be loaded."""
        name = self._chosen()
        if self._lifter is not None and name == self._refused:
            return self._lifter
        try:
            self._lifter = self._load(name)
        except Exception as error:
            if self._lifter is None:
                raise
            self._refused, self._failure = name, error
        return self._lifter

    @property
    def name(self) -> str:
        """Of the one that lifts, "" before the first."""
        return self._lifter.name if self._lifter is not None else ""

    def take_failure(self) -> Exception | None:
        """Why the chosen one cannot be loaded, told once."""
        failure, self._failure = self._failure, None
        return failure
