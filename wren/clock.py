"""Time that a simulation owns."""

import math
from typing import Protocol


class Clock(Protocol):
    """What Wren's code asks for the time and waits with, so that a simulation can put its own in place."""

    def now(self) -> float:
        """Seconds since the clock's beginning; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Return when `seconds` have passed."""


class VirtualClock:
    """A clock that stands still until it is told to move; an hour of it takes no time.

    `start` is the first instant, in seconds.
    """

    def __init__(self, start: float = 0.0) -> None:
        self._now = float(start)

    def __repr__(self) -> str:
        return f"VirtualClock(start={self._now!r})"

    def now(self) -> float:
        """The instant the clock stands at, in seconds."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move on by `seconds`; ValueError when that is negative, infinite or no number."""
        if not 0 <= seconds < math.inf:
            raise ValueError(f"a clock moves on by 0 s or more, was told {seconds!r}")
        self._now += seconds

    def advance_to(self, moment: float) -> None:
        """Move on to `moment` (s), or stay when that is past; ValueError when it is no instant."""
        if not moment < math.inf:
            raise ValueError(f"a clock moves on to an instant, was told {moment!r}")
        self._now = max(self._now, moment)
