# As Triton's dynamic batcher with a queue delay: a batch leaves when it is full or its oldest has waited 0.5 ms.

import asyncio

DELAY = 0.0005  # s


class Batcher:
    def __init__(self, predict, max_size=32):
        self.predict = predict
        self.max_size = max_size
        self.waiting = []
        self.arrived = asyncio.Event()
        self.worker = asyncio.create_task(self.work())

    async def submit(self, item, version="v1"):
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        self.waiting.append((item, version, answer, loop.time()))
        self.arrived.set()
        return await answer

    async def work(self):
        while True:
            while not self.waiting:
                self.arrived.clear()
                await self.arrived.wait()
            await self.linger()
            version = self.waiting[0][1]
            batch = [entry for entry in self.waiting if entry[1] == version][: self.max_size]
            taken = {id(entry) for entry in batch}
            self.waiting = [entry for entry in self.waiting if id(entry) not in taken]
            try:
                answers = await self.predict(version, [entry[0] for entry in batch])
            except Exception as error:
                await self.again(version, batch, error)
            else:
                for entry, answer in zip(batch, answers, strict=True):
                    if not entry[2].cancelled():
                        entry[2].set_result(answer)

    async def linger(self):
        deadline = self.waiting[0][3] + DELAY
        loop = asyncio.get_running_loop()
        while len(self.waiting) < self.max_size and loop.time() < deadline:
            self.arrived.clear()
            try:
                await asyncio.wait_for(self.arrived.wait(), deadline - loop.time())
            except TimeoutError:
                return

    async def again(self, version, batch, error):
        for item, _, answer, _ in batch:
            try:
                if len(batch) > 1:
                    (value,) = await self.predict(version, [item])
                else:
                    raise error
            except Exception as own:
                if not answer.cancelled():
                    answer.set_exception(own)
            else:
                if not answer.cancelled():
                    answer.set_result(value)
