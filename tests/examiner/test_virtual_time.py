"""The virtual clock and the event loop that runs on it, used together as a check uses them."""

import asyncio
import math
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from autograder.candidate.virtual_loop import VirtualLoop
from autograder.examiner.virtual_time import NoDuration, Stuck, TooManySteps, VirtualTime


def run(
    time: VirtualTime,
    coroutine: Coroutine[Any, Any, Any],
    deliver: Callable[[Any], object] = lambda event: None,
    turn_limit: int = 1000,
) -> Any:
    """What `coroutine` returns on a loop that asks `time`."""
    loop = VirtualLoop(time.tick, deliver, turn_limit)
    try:
        return loop.run_until_complete(coroutine)
    finally:
        loop.close()


async def moments(*delays: float) -> list[float]:
    loop = asyncio.get_running_loop()
    seen = []
    for delay in delays:
        await asyncio.sleep(delay)
        seen.append(loop.time())
    return seen


def test_a_sleep_moves_the_clock_by_its_length_and_takes_no_real_time() -> None:
    seen = run(VirtualTime(patience=math.inf), moments(0.1, 3600, 86400 * 3))
    assert seen == pytest.approx([0.1, 3600.1, 262800.1])


def test_timers_fire_in_the_order_of_their_instants() -> None:
    order: list[str] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(0.2, order.append, "later")
        loop.call_later(0.1, order.append, "sooner")
        await asyncio.sleep(0.3)

    run(VirtualTime(), main())
    assert order == ["sooner", "later"]


def test_an_event_is_disclosed_at_its_instant_and_before_the_timers_of_that_instant() -> None:
    time = VirtualTime()
    time.at(0.25, "event")
    log: list[tuple[float, str]] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.call_at(0.25, lambda: log.append((loop.time(), "timer")))
        await asyncio.sleep(0.5)

    run(time, main(), deliver=lambda event: log.append((time.now, event)))
    assert log == [(0.25, "event"), (0.25, "timer")]


def test_events_of_one_instant_come_together_in_the_order_they_were_noted() -> None:
    time = VirtualTime()
    for name in "abc":
        time.at(1.0, name)
    assert time.tick(None) == (1.0, ["a", "b", "c"])


def test_a_timer_before_the_next_event_comes_alone() -> None:
    time = VirtualTime()
    time.at(1.0, "event")
    assert time.tick(0.5) == (0.5, [])
    assert time.tick(None) == (1.0, ["event"])


def test_an_event_can_be_noted_while_the_clock_runs() -> None:
    time = VirtualTime()
    time.at(1.0, "first")
    seen = []

    def deliver(event: str) -> None:
        seen.append((event, time.now))
        if event == "first":
            time.at(time.now + 0.5, "second")

    run(time, moments(2.0), deliver)
    assert seen == [("first", 1.0), ("second", 1.5)]


@pytest.mark.parametrize("moment", [0.5, math.nan, math.inf])
def test_an_event_in_the_past_or_never_is_refused(moment: float) -> None:
    time = VirtualTime()
    time.at(1.0, "event")
    time.tick(None)
    with pytest.raises(ValueError, match="cannot happen"):
        time.at(moment, "event")


def test_waiting_for_what_never_comes_is_stuck() -> None:
    async def main() -> None:
        await asyncio.sleep(0.0068)
        await asyncio.Event().wait()

    with pytest.raises(Stuck, match=r"at 6\.800 ms nothing was left to happen"):
        run(VirtualTime(), main())


def test_polling_for_what_never_comes_is_stuck_too() -> None:
    time = VirtualTime(patience=1.0)
    time.at(0.5, "event")

    async def main() -> None:
        while True:
            await asyncio.sleep(0.01)

    with pytest.raises(Stuck, match=r"since 500\.000 ms nothing happened but timers, for 1 s"):
        run(time, main())


def test_steps_are_bounded() -> None:
    time = VirtualTime(step_limit=50)
    time.at(1.0, "event")

    async def main() -> None:
        while True:
            await asyncio.sleep(1e-6)

    with pytest.raises(TooManySteps, match="after 50 steps"):
        run(time, main())


@pytest.mark.parametrize("timeout", [-1.0, math.nan, math.inf, "soon", True, [1.0]])
def test_a_wait_that_is_no_length_of_time_is_refused(timeout: Any) -> None:
    with pytest.raises(NoDuration):
        VirtualTime().tick(timeout)


def test_polling_at_one_instant_ends_in_a_clear_error() -> None:
    async def main() -> None:
        while True:
            await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="turned 1000 times at one instant"):
        run(VirtualTime(), main())


def test_many_turns_at_many_instants_are_no_polling() -> None:
    async def main() -> None:
        for _ in range(20):
            for _ in range(100):
                await asyncio.sleep(0)
            await asyncio.sleep(0.001)

    run(VirtualTime(), main())


def test_threads_are_refused() -> None:
    async def main() -> None:
        await asyncio.to_thread(print)

    with pytest.raises(RuntimeError, match="a thread runs in real time"):
        run(VirtualTime(), main())


def test_timeouts_and_queues_of_asyncio_work() -> None:
    time = VirtualTime()
    time.at(0.003, "item")
    queue: asyncio.Queue[str] = asyncio.Queue()

    async def main() -> list[Any]:
        seen: list[Any] = [await queue.get()]
        try:
            await asyncio.wait_for(queue.get(), 0.005)
        except TimeoutError:
            seen.append(asyncio.get_running_loop().time())
        return seen

    assert run(time, main(), deliver=queue.put_nowait) == ["item", pytest.approx(0.008)]


def test_closing_cancels_what_still_runs_and_asks_for_no_time() -> None:
    time = VirtualTime(step_limit=1)
    ended = []

    async def stubborn() -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                ended.append("cancelled")
                if len(ended) > 1:
                    raise

    async def main() -> None:
        asyncio.get_running_loop().stubborn = asyncio.create_task(stubborn())  # type: ignore[attr-defined]
        await asyncio.sleep(0)

    run(time, main())
    assert ended[0] == "cancelled"


def test_closing_twice_is_harmless() -> None:
    loop = VirtualLoop(VirtualTime().tick, lambda event: None)
    loop.close()
    loop.close()
    assert loop.is_closed()
