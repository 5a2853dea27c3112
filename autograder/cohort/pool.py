"""Processes that judge, each apart from the others: when one is killed, its task is tried again and no other notices.

`ProcessPoolExecutor` fails all that is under way when one of its processes dies, and takes no more.
"""

import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import Any, ParamSpec, TypeVar

from autograder.cohort.worker import work
from autograder.examiner.workplace import GRACE

P = ParamSpec("P")
T = TypeVar("T")

_START_SECONDS = 120.0  # for an interpreter on a slow disk
_TRIES = 2


class WorkerDied(Exception):
    """No answer to a task, because the process that worked on it ended or hung. The text says how."""


@dataclass(frozen=True)
class _Task:
    """A call that somebody waits for."""

    future: Future[Any]
    call: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class Workers(Executor):
    """Up to `jobs` processes, started when there is work for them, one task at a time in each.

    A task whose process dies, or does not answer within `patience` seconds, is tried once more in a fresh one; then
    its future raises `WorkerDied`. A process ends after `lifetime` tasks and another takes its place, so that what
    the examiner leaks does not add up.
    """

    def __init__(self, jobs: int, *, patience: float = 3600, lifetime: int = 2000) -> None:
        self.patience = patience
        self.lifetime = lifetime
        self._closed = False
        self._stopped = False
        self._lock = threading.Lock()
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._busy: set[_Worker] = set()
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(jobs)]
        if sys.platform != "win32":
            resource_tracker.ensure_running()  # it would lift the block on SIGINT that `_Worker` sets
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have `fn` called in one of the processes; function, arguments and result have to be picklable."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("no task can be given to workers that were shut down")
            self._tasks.put(_Task(future, fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks and end the processes: after their work, or with `cancel_futures` in the middle of it."""
        with self._lock:
            first, self._closed = not self._closed, True
            self._stopped = self._stopped or cancel_futures
            busy = list(self._busy)
        if cancel_futures:
            self._cancel_waiting()
            for worker in busy:
                worker.interrupt()
            _kill_after_grace(busy)
        if first or cancel_futures:
            for _ in self._threads:
                self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _cancel_waiting(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                task = self._tasks.get_nowait()
                if task:
                    task.future.cancel()

    def _serve(self) -> None:
        """One thread for each process: gives it tasks, and replaces it when it is gone or has done enough."""
        slot = _Slot()
        while (task := self._tasks.get()) is not None:
            if not task.future.set_running_or_notify_cancel():
                continue
            try:
                value = self._done(slot, task)
            except BaseException as error:  # whatever it is, it belongs to whoever waits for the answer
                task.future.set_exception(error)
            else:
                task.future.set_result(value)
            if slot.worker and slot.worker.answers >= self.lifetime:
                slot.empty()
        slot.empty()

    def _done(self, slot: "_Slot", task: _Task) -> Any:
        """What the task came to."""
        ends = []
        for _ in range(_TRIES):
            with self._lock:
                if self._stopped:
                    break
                worker = slot.living()
                self._busy.add(worker)
            try:
                return worker.ask((task.call, task.args, task.kwargs), self.patience)
            except WorkerDied as death:
                ends.append(str(death))
            finally:
                with self._lock:
                    self._busy.discard(worker)
        if self._stopped:
            raise WorkerDied("it was stopped")
        raise WorkerDied(f"the grading process died twice: {' and then '.join(dict.fromkeys(ends))}")


class _Slot:
    """The place of one process after the other."""

    def __init__(self) -> None:
        self.worker: _Worker | None = None

    def living(self) -> "_Worker":
        """The process in this place; a fresh one when there is none that lives."""
        if self.worker is None or not self.worker.alive:
            self.worker = _Worker()
        return self.worker

    def empty(self) -> None:
        """End the process, if there is one."""
        if self.worker:
            self.worker.end()
        self.worker = None


class _Worker:
    """One process and the line to it."""

    def __init__(self) -> None:
        if sys.platform != "win32":
            # Inherited: a Ctrl-C in the first moments of the process would print its traceback.
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs,))
        self.process.start()
        theirs.close()
        self.answers = 0
        self._ready = False

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self.process.is_alive() and not self._line.closed

    def ask(self, task: tuple[Any, ...], patience: float) -> Any:
        """What the call came back with, or what it raised; `WorkerDied` when there is no answer, the process gone."""
        if not self._ready:
            self._receive(_START_SECONDS)
            self._ready = True
        try:
            self._line.send(task)
        except OSError:
            raise self._dead() from None
        returned, value = self._receive(patience)
        self.answers += 1
        if returned:
            return value
        raise value

    def _receive(self, patience: float) -> Any:
        come = wait([self._line, self.process.sentinel], patience)
        if not come:
            self.process.kill()
            self.process.join()
            self._line.close()
            raise WorkerDied(f"it gave no answer within {patience:g} s")
        try:
            if self._line.poll():
                return self._line.recv()
        except (EOFError, OSError):
            pass
        raise self._dead()

    def _dead(self) -> WorkerDied:
        _kill_after_grace([self])
        self.process.join()
        self._line.close()
        status = self.process.exitcode or 0
        ended = f"ended by signal {-status}" if status < 0 else f"ended with exit status {status}"
        return WorkerDied(ended + (" (killed; the usual cause is too little memory)" if status == -9 else ""))

    def interrupt(self) -> None:
        """End it in the middle of its work; it takes its candidates with it."""
        if sys.platform == "win32" or not self._ready:
            self.process.kill()
        elif self.process.pid and self.process.is_alive():
            os.kill(self.process.pid, signal.SIGINT)

    def end(self) -> None:
        """End it while it waits for work."""
        with contextlib.suppress(OSError):
            self._line.send(None)
        _kill_after_grace([self])
        self.process.join()
        self._line.close()


def _kill_after_grace(workers: Iterable[_Worker]) -> None:
    left = list(workers)
    deadline = time.monotonic() + GRACE
    try:
        while left and wait([left[-1].process.sentinel], max(deadline - time.monotonic(), 0)):
            left.pop()
    finally:  # also when somebody who waits for this has no patience
        for worker in left:
            worker.process.kill()
