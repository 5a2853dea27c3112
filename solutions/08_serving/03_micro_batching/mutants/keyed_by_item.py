# must fail test_equal_items_are_answered_each with "for ever"
# You find a caller by the item they sent. Two callers who send the same are one entry: the second takes the first
# one's place, and the first waits for ever.

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Request:
    item: Any
    version: str
    answer: asyncio.Future


class Batcher:
    def __init__(self, predict, max_size=32):
        self._predict = predict
        self._max_size = max_size
        self._callers = {}
        self._waiting = deque()
        self._worker = None

    async def submit(self, item, version="v1"):
        request = Request(item, version, asyncio.get_running_loop().create_future())
        self._callers[repr(item)] = request
        self._waiting = deque(self._callers.values())
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
        return await request.answer

    async def _work(self):
        while self._waiting:
            batch = self._next_batch()
            for request in batch:
                del self._callers[repr(request.item)]
            await self._ask(batch)
        self._worker = None

    def _next_batch(self):
        version = self._waiting[0].version
        batch, rest = [], deque()
        for request in self._waiting:
            goes = request.version == version and len(batch) < self._max_size
            (batch if goes else rest).append(request)
        self._waiting = rest
        return batch

    async def _ask(self, batch):
        try:
            answers = await self._predict(batch[0].version, [request.item for request in batch])
        except Exception as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                await self._ask(batch[:middle])
                await self._ask(batch[middle:])
            elif not batch[0].answer.done():
                batch[0].answer.set_exception(error)
            return
        for request, answer in zip(batch, answers, strict=True):
            if not request.answer.done():
                request.answer.set_result(answer)
