"""Ending a judgement from another thread, because its submission is no longer the newest."""

from collections.abc import Callable


class Cancelled(Exception):
    """Raised by `judge` when it was told to end: there is no verdict."""


class Cancel:
    """Ends the judgement that was given it. The candidate is killed, so that no long call is waited for."""

    def __init__(self) -> None:
        self._called = False
        self._ends: list[Callable[[], None]] = []

    def __call__(self) -> None:
        """End the judgement; from any thread, any number of times."""
        self._called = True
        for end in self._ends:
            end()

    def then(self, end: Callable[[], None]) -> None:
        """Have `end` called as well."""
        self._ends.append(end)

    def stop_here(self) -> None:
        """Raise `Cancelled` once it has been called."""
        if self._called:
            raise Cancelled
