# must fail test_a_batch_holds_one_version_and_at_most_max_size with "went to the model in a batch for"
# You give the batch the version of its oldest request. A caller who asked the canary is answered by the old model,
# and the comparison of the two is worth nothing.

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
        return await request.answer

    async def _work(self):
        while self._waiting:
            await self._ask(self._next_batch())
        self._worker = None

    def _next_batch(self):
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), self._max_size))]

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
