# No worker task: callers share a condition, and one of them at a time leads a batch in a task that outlives them.

import asyncio


class Batcher:
    def __init__(self, predict, max_size=32):
        self.predict = predict
        self.max_size = max_size
        self.waiting = []
        self.outcomes = {}
        self.busy = False
        self.changed = asyncio.Condition()
        self.tasks = set()

    async def submit(self, item, version="v1"):
        ticket = object()
        self.waiting.append((ticket, item, version))
        try:
            async with self.changed:
                while ticket not in self.outcomes:
                    if not self.busy and self.waiting:
                        self.start()
                    await self.changed.wait()
            good, value = self.outcomes.pop(ticket)
        except asyncio.CancelledError:
            self.waiting = [other for other in self.waiting if other[0] is not ticket]
            raise
        if good:
            return value
        raise value

    def start(self):
        version = self.waiting[0][2]
        batch = [entry for entry in self.waiting if entry[2] == version][: self.max_size]
        going = {entry[0] for entry in batch}
        self.waiting = [entry for entry in self.waiting if entry[0] not in going]
        self.busy = True
        task = asyncio.create_task(self.lead(version, batch))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def lead(self, version, batch):
        outcomes = await self.ask(version, batch)
        async with self.changed:
            self.outcomes.update(outcomes)
            self.busy = False
            if self.waiting:
                self.start()
            self.changed.notify_all()

    async def ask(self, version, batch):
        try:
            answers = await self.predict(version, [item for _, item, _ in batch])
        except Exception as error:
            if len(batch) == 1:
                return {batch[0][0]: (False, error)}
            halves = [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
            return {**await self.ask(version, halves[0]), **await self.ask(version, halves[1])}
        return {ticket: (True, answer) for (ticket, _, _), answer in zip(batch, answers, strict=True)}
