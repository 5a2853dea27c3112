# must fail test_each_bad_item_has_its_own_error with "another error than their own item's"
# You ask again one by one, and tell every bad item's caller what the batch's call said. That error is about one item
# only: keep the one that the item's own call raises.

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
            for request in batch:
                await self._ask_alone(request, error)
            return
        for request, answer in zip(batch, answers, strict=True):
            if not request.answer.done():
                request.answer.set_result(answer)

    async def _ask_alone(self, request, error):
        try:
            (answer,) = await self._predict(request.version, [request.item])
        except Exception:
            if not request.answer.done():
                request.answer.set_exception(error)
        else:
            if not request.answer.done():
                request.answer.set_result(answer)
