# Callers who gave up leave the queue, so that the model never works for them; a batch's end starts the next.

import asyncio
from collections import deque


class Batcher:
    def __init__(self, predict, max_size=32):
        self._predict = predict
        self._max_size = max_size
        self._queue = deque()
        self._busy = False
        self._tasks = set()

    async def submit(self, item, version="v1"):
        future = asyncio.get_running_loop().create_future()
        self._queue.append((item, version, future))
        self._start()
        return await future

    def _start(self):
        """Send a batch if the model is free; called at each arrival and at the end of each batch."""
        if self._busy:
            return
        alive = [entry for entry in self._queue if not entry[2].cancelled()]
        if not alive:
            return
        version = alive[0][1]
        batch = [entry for entry in alive if entry[1] == version][: self._max_size]
        going = {id(entry) for entry in batch}
        self._queue = deque(entry for entry in alive if id(entry) not in going)
        self._busy = True
        task = asyncio.create_task(self._run(version, batch))
        self._tasks.add(task)
        task.add_done_callback(self._free)

    def _free(self, task):
        self._tasks.discard(task)
        self._busy = False
        self._start()

    async def _run(self, version, batch):
        stack = [batch]
        while stack:
            part = stack.pop()
            try:
                answers = await self._predict(version, [item for item, _, _ in part])
            except Exception as error:
                if len(part) == 1:
                    if not part[0][2].done():
                        part[0][2].set_exception(error)
                else:
                    middle = len(part) // 2
                    stack += [part[middle:], part[:middle]]
                continue
            for (_, _, future), answer in zip(part, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
