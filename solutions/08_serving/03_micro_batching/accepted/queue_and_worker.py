# A queue for each version and one worker that never ends; it sleeps in `Queue.get` while nobody waits.

import asyncio
import itertools
from collections import deque


class Batcher:
    def __init__(self, predict, max_size=32):
        self.predict = predict
        self.max_size = max_size
        self.numbers = itertools.count()
        self.queues = {}
        self.bell = asyncio.Queue()
        self.worker = asyncio.create_task(self.work())

    async def submit(self, item, version="v1"):
        answer = asyncio.get_running_loop().create_future()
        self.queues.setdefault(version, deque()).append((next(self.numbers), item, answer))
        self.bell.put_nowait(None)
        return await answer

    async def work(self):
        while True:
            await self.bell.get()
            filled = [version for version, queue in self.queues.items() if queue]
            if not filled:
                continue
            version = min(filled, key=lambda v: self.queues[v][0][0])
            queue = self.queues[version]
            batch = [queue.popleft()[1:] for _ in range(min(len(queue), self.max_size))]
            await self.serve(version, batch)

    async def serve(self, version, batch):
        try:
            answers = await self.predict(version, [item for item, _ in batch])
        except Exception:
            await self.one_by_one(version, batch)
        else:
            for (_, future), answer in zip(batch, answers, strict=True):
                self.put(future.set_result, future, answer)

    async def one_by_one(self, version, batch):
        for item, future in batch:
            try:
                (answer,) = await self.predict(version, [item])
            except Exception as error:
                self.put(future.set_exception, future, error)
            else:
                self.put(future.set_result, future, answer)

    @staticmethod
    def put(setter, future, value):
        if not future.done():
            setter(value)
