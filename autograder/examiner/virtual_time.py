"""The examiner's clock for asyncio code: what happens when, and what time it is."""

import heapq
import math
from itertools import count
from typing import Any

from autograder.examiner.faults import CheckFailed


class Stuck(CheckFailed):
    """Nothing is left to happen, and the code under test still waits: a wake-up was lost."""


class TooManySteps(CheckFailed):
    """The code under test asked for the time more often than the check allows."""


class NoDuration(CheckFailed):
    """The code under test wants to wait for something that is no length of time."""


class VirtualTime:
    """A clock that jumps to what happens next; the examiner says what that is.

    `at` notes an event (any plain data) for an instant. `tick` is the callback of a
    `autograder.candidate.virtual_loop.VirtualLoop`: whenever that loop has nothing to run, it asks how far it
    may go, and is told the events of that instant and no sooner. Times are seconds; `now` begins at 0.

    `patience` bounds how far (in seconds) the loop's own timers may move the clock when no event is left, and
    `step_limit` how often it may ask.
    """

    def __init__(self, step_limit: int = 200_000, patience: float = 10.0) -> None:
        self.now = 0.0
        self._step_limit = step_limit
        self._patience = patience
        self._steps = 0
        self._last_event = 0.0
        self._order = count()
        self._events: list[tuple[float, int, Any]] = []

    def at(self, time: float, event: Any) -> None:
        """Let `event` happen at `time`; events of one instant keep the order in which they were noted.

        ValueError for an instant that is past or no number.
        """
        if not self.now <= time < math.inf:
            raise ValueError(f"an event at {time!r} s cannot happen: it is {self.now!r} s")
        heapq.heappush(self._events, (time, next(self._order), event))

    def tick(self, timeout: float | None) -> tuple[float, list[Any]]:
        """Move to the next event or by `timeout`, whichever is sooner; the new time and the events now due.

        Raises `Stuck` when there is neither, or when timers alone have moved the clock by `patience`.
        """
        self._steps += 1
        if self._steps > self._step_limit:
            raise TooManySteps(
                f"after {self._step_limit} steps it is only {self.now:.6f} s: a timer fires again and again"
            )
        wake = math.inf if timeout is None else self.now + _duration(timeout)
        if not self._events:
            if wake == math.inf:
                raise Stuck(f"at {_ms(self.now)} nothing was left to happen, and the code still waited")
            if wake - self._last_event > self._patience:
                raise Stuck(f"since {_ms(self._last_event)} nothing happened but timers, for {self._patience:g} s")
        due = []
        self.now = min(wake, self._events[0][0]) if self._events else wake
        while self._events and self._events[0][0] <= self.now:
            due.append(heapq.heappop(self._events)[2])
            self._last_event = self.now
        return self.now, due


def _duration(timeout: object) -> float:
    if isinstance(timeout, int | float) and not isinstance(timeout, bool) and 0 <= timeout < 1e12:
        return float(timeout)
    raise NoDuration(f"the event loop was asked to wait for {timeout!r} seconds")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3f} ms"
