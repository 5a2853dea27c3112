# must fail test_who_comes_as_a_batch_ends_is_served with "waits for ever"
# You mark the worker as gone in a callback that runs one turn of the loop after its last look at the queue. Who
# comes in that turn believes that somebody is at work. The last look and the mark belong together, with no await
# and no callback between them.

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
        self._waiting = deque()
        self._worker = None

    async def submit(self, item, version="v1"):
        request = Request(item, version, asyncio.get_running_loop().create_future())
        self._waiting.append(request)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())
            self._worker.add_done_callback(self._gone)
        return await request.answer

    async def _work(self):
        while self._waiting:
            await self._ask(self._next_batch())

    def _gone(self, task):
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
