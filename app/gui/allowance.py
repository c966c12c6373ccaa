"""A share of the time that something beside the work may take. Knows no Qt."""

from __future__ import annotations

import time
from collections.abc import Callable

SAVED_S = 1.0  # of so much time the share can be saved up
OWED_S = 4.0  # and so long at most is nothing done after something that took longer than there was


class Allowance:
    """`share` of the time, 0 to 1: ask whether there is some left, and say what was spent of it. 1 is without a limit.

    What is done may take longer than what is left: then there is none until it has been made up for.
    """

    def __init__(self, share: float, clock: Callable[[], float] = time.perf_counter) -> None:
        self._share, self._clock = share, clock
        self._last, self._left_s = clock(), 0.0

    def there(self) -> bool:
        """Whether there is time left."""
        now = self._clock()
        earned = self._share * min(now - self._last, SAVED_S)
        self._left_s, self._last = min(self._left_s + earned, self._share * SAVED_S), now
        return self._share >= 1 or self._left_s > 0

    def spend(self, seconds: float) -> None:
        self._left_s = max(self._left_s - seconds, -self._share * OWED_S)

    def forget(self) -> None:
        """Nothing was wanted: nothing is saved up from that time."""
        self._left_s, self._last = min(self._left_s, 0.0), self._clock()
