"""An asyncio event loop whose clock belongs to someone else."""

import asyncio
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any, NoReturn

Tick = Callable[[float | None], tuple[float, list[Any]]]
_RESOLUTION = 1e-9  # seconds; a timer this close is due, so that rounding never asks for a wait of zero
_LAST_TURNS = 10


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs coroutines as any loop does, but has no clock of its own.

    When nothing is left to run it calls `tick(timeout)`: `timeout` is the time to the next timer in seconds,
    or None where there is no timer. `tick` answers `(now, events)`; `now` is what `time()` returns from then
    on, and each event is handed to `deliver` inside the running loop, before the timers that are due.

    Code that keeps the loop busy for `turn_limit` turns at one instant (`await asyncio.sleep(0)` in a loop)
    gets a RuntimeError. Threads do not obey this clock, so `run_in_executor` refuses.
    """

    def __init__(self, tick: Tick, deliver: Callable[[Any], object], turn_limit: int = 100_000) -> None:
        super().__init__()
        self._tick = tick
        self._deliver = deliver
        self._turn_limit = turn_limit
        self._turns = 0
        self._now = 0.0
        self._clock_resolution = _RESOLUTION
        self._selector = SimpleNamespace(select=self._wait)  # the one thing the base class waits on

    def time(self) -> float:
        """The instant, in seconds, that `tick` last told."""
        return self._now

    def close(self) -> None:
        """Cancel what still runs, give it a few turns to clean up, and close; `tick` is not asked again."""
        if self.is_closed():
            return
        self._turns = 0
        self.set_exception_handler(lambda loop, context: None)  # the run is over: nobody waits for what is left
        for task in asyncio.all_tasks(self):
            task.cancel()
        for _ in range(_LAST_TURNS):
            self.call_soon(self.stop)
            self.run_forever()
        super().close()

    # mypy: the base class's signature is generic in the function's result, and here there never is one
    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> NoReturn:  # type: ignore[override]
        """Refuse."""
        raise RuntimeError("a thread runs in real time and this loop does not: stay on the event loop")

    def _wait(self, timeout: float | None) -> list[Any]:
        if timeout == 0:
            self._turns += 1
            if self._turns > self._turn_limit:
                raise RuntimeError(
                    f"the event loop turned {self._turn_limit} times at one instant: something polls without "
                    "waiting, such as `await asyncio.sleep(0)` in a loop"
                )
            return []
        self._turns = 0
        self._now, events = self._tick(timeout)
        return events

    def _process_events(self, event_list: Iterable[Any]) -> None:
        for event in event_list:
            self._deliver(event)

    def _write_to_self(self) -> None:
        """Wakes the selector of an ordinary loop; this one never sleeps."""
