"""Many callers, one model: whoever waits while the model is busy goes together when it is free."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

Predict = Callable[[str, list[Any]], Awaitable[list[Any]]]


@dataclass(frozen=True, eq=False)
class Request:
    """One caller's item on its way to the model; the caller awaits `answer`."""

    item: Any
    version: str
    answer: asyncio.Future[Any]


class Batcher:
    """Stands between many callers and one model.

    `await predict(version, items)` is one call of the model: a list of 1 to `max_size` items in, the list of their
    answers, in the same order, out. It must not be called while an earlier call runs. It raises when it cannot
    read one of the items; then there are no answers for the others either.

    Make it inside a running event loop. Time is the loop's (`asyncio.sleep`, `loop.time()`); no threads.
    """

    def __init__(self, predict: Predict, max_size: int = 32) -> None:
        self._predict = predict
        self._max_size = max_size
        self._waiting: deque[Request] = deque()  # the oldest first
        self._worker: asyncio.Task[None] | None = None  # runs while somebody waits

    async def submit(self, item: Any, version: str = "v1") -> Any:
        """The model's answer to `item`, or the error that `predict` raises for this item alone.

        `item` may be of any type: unhashable, and equal to another caller's.
        """
        request = Request(item, version, asyncio.get_running_loop().create_future())
        self._waiting.append(request)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        return await request.answer

    async def _work(self) -> None:
        """Serve who waits, until nobody does.

        Task a: all in here, one request at a time. Task b: as many as `_next_batch` gives. Task c: through `_ask`.
        """
        raise NotImplementedError("8.3, task a: while anybody waits, call the model and hand out answers (about 6 lines)")

    def _next_batch(self) -> list[Request]:
        """Task b. Take from `_waiting` the requests that go now, the oldest first: at most `_max_size`, one version.

        There is at least one request. The oldest of all is always among them.
        """
        raise NotImplementedError("8.3, task b: take the oldest, and those of its version that wait (about 8 lines)")

    async def _ask(self, batch: list[Request]) -> None:
        """Task c. Call the model with `batch`; every caller in it gets their own answer or their own error.

        Callers may have given up meanwhile: their `answer` is cancelled, and nothing can be put into it any more.
        """
        raise NotImplementedError("8.3, task c: call the model; a call that fails must not fail for everybody in it (about 13 lines)")
