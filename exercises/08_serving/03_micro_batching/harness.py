"""Runs beside the learner's batcher: callers and a model, on the examiner's clock and on a real one."""

import asyncio
import functools
import os
import traceback
from collections.abc import Callable
from typing import Any

from autograder.candidate.virtual_loop import VirtualLoop


class ModelError(Exception):
    """What the model raises when it cannot read an item."""


def serve(tick: Callable[[float | None, list[Any]], tuple[float, list[Any]]], max_size: int) -> None:
    """Let callers come and the model answer as `tick(timeout, reports)` says, until it says `end`.

    `reports` are what happened since the last tick, all of it at the instant the clock stood at.
    """
    desk = _Desk(tick, max_size)
    try:
        desk.loop.run_until_complete(desk.run())
    finally:
        desk.loop.close()


class _Desk:
    """The callers' and the model's side of one run."""

    def __init__(self, tick: Callable[..., tuple[float, list[Any]]], max_size: int) -> None:
        self.tick = tick
        self.max_size = max_size
        self.loop = VirtualLoop(self.wait, self.deliver)
        self.end = self.loop.create_future()
        _watch(self.loop, self.end, self.crashed)
        self.reports: list[Any] = []
        self.calls: list[asyncio.Future[list[Any]]] = []
        self.callers: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        from batcher import Batcher

        self.batcher = Batcher(self.predict, self.max_size)
        await self.end

    def wait(self, timeout: float | None) -> tuple[float, list[Any]]:
        reports, self.reports = self.reports, []
        return self.tick(timeout, reports)

    def deliver(self, event: list[Any]) -> None:
        match event:
            case ["arrive", number, item, options]:
                self.callers[number] = self.loop.create_task(self.call(number, item, options))
            case ["give up", number]:
                self.callers[number].cancel()
            case ["answer", call, answers]:
                _settle(self.calls[call], answers, None)
            case ["fail", call, text]:
                _settle(self.calls[call], [], ModelError(text))
            case ["end"]:
                _settle(self.end, None, None)

    async def predict(self, version: str, items: list[Any]) -> list[Any]:
        """One call of the model; it ends when the examiner says so."""
        call = self.loop.create_future()
        self.calls.append(call)
        self.reports.append(["call", version, list(items)])
        answers: list[Any] = await call
        return answers

    def crashed(self, task: asyncio.Task[Any], words: str) -> None:
        if task not in self.callers.values():
            self.reports.append(["crash", words])

    async def call(self, number: int, item: Any, options: dict[str, str]) -> None:
        """One caller."""
        try:
            answer = await self.batcher.submit(item, **options)
        except asyncio.CancelledError:
            self.reports.append(["gone", number])
            raise
        except NotImplementedError as hole:
            _settle(self.end, None, hole)
        except Exception as error:
            self.reports.append(["error", number, type(error).__name__, str(error), _place(error)])
        else:
            self.reports.append(["answer", number, answer])


def _settle(future: asyncio.Future[Any], value: Any, error: Exception | None) -> None:
    if future.done():
        return
    if error:
        future.set_exception(error)
    else:
        future.set_result(value)


def _watch(loop: asyncio.AbstractEventLoop, hole: asyncio.Future[Any], crashed: Callable[[Any, str], object]) -> None:
    """Tell of each task that ends in an error: it may explain why callers wait in vain. Holes end the run."""

    def ended(task: asyncio.Task[Any]) -> None:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, NotImplementedError):
            _settle(hole, None, error)
        elif error:
            crashed(task, f"{type(error).__name__}: {error}{_place(error)}")

    def new_task(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(coroutine, loop=loop, **options)
        task.add_done_callback(ended)
        return task

    loop.set_task_factory(new_task)


def _place(error: BaseException) -> str:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if os.path.basename(f.filename) == "batcher.py"]
    return f" (line {frames[-1].lineno} of batcher.py)" if frames else ""


# ---- the real run

PATIENCE = 5  # s of real time for what takes a tenth of one


def _numpy() -> Any:
    """NumPy, told before its first import to keep to one thread."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import numpy

    return numpy


@functools.lru_cache(maxsize=1)
def network(seed: int) -> list[Any]:
    """The weights of a network with layers of 512, 2048, 2048 and 2: float32 matrices."""
    rng = _numpy().random.default_rng(seed)
    shapes = ((512, 2048), (2048, 2048), (2048, 2))
    return [rng.standard_normal(shape, dtype="float32") / shape[0] ** 0.5 for shape in shapes]


def prepare(seed: int) -> None:
    """Make the network's weights now, so that no measured run has to."""
    network(seed)


def inputs(seed: int, count: int) -> Any:
    """`count` fresh inputs for the network: float32, shape (count, 512)."""
    return _numpy().random.default_rng(seed).standard_normal((count, 512), dtype="float32")


def forward(weights: list[Any], rows: Any) -> Any:
    """The network's two outputs for each row: shape (n, 2)."""
    for matrix in weights[:-1]:
        rows = (rows @ matrix).clip(min=0)
    return rows @ weights[-1]


def _model(seed: int) -> Callable[[str, list[Any]], Any]:
    weights = network(seed)

    async def predict(version: str, items: list[Any]) -> list[Any]:
        await asyncio.sleep(0)  # a chance for others to run, as where the model is in another process
        return list(forward(weights, _numpy().stack(items)))

    return predict


def one_by_one(network_seed: int, input_seed: int, count: int) -> Any:
    """The answers to `count` inputs, asked for one after the other: float32, shape (count, 2)."""
    predict = _model(network_seed)

    async def main() -> list[Any]:
        return [(await predict("v1", [row]))[0] for row in inputs(input_seed, count)]

    return _numpy().stack(asyncio.run(main()))


def through_batcher(network_seed: int, input_seed: int, count: int) -> Any:
    """The answers to `count` inputs whose callers all come at once: float32, shape (count, 2)."""
    from batcher import Batcher

    predict = _model(network_seed)

    async def main() -> list[Any]:
        loop, crashes = asyncio.get_running_loop(), [""]
        hole = loop.create_future()
        _watch(loop, hole, lambda task, words: crashes.append(f"; a task ended in {words}"))
        batcher = Batcher(predict, max_size=128)
        everyone = asyncio.gather(*(batcher.submit(row) for row in inputs(input_seed, count)))
        done, _ = await asyncio.wait({everyone, hole}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            raise TimeoutError(f"{PATIENCE} s after {count} callers came, some of them still wait{crashes[-1]}")
        answers: list[Any] = done.pop().result()
        return answers

    return _numpy().stack(asyncio.run(main()))
