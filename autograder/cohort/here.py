"""Work that is done in the process that asks for it."""

import contextlib
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Here(Executor):
    """Calls at once, in this process: for one task, which no other can wait for, a process more is a second more."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call `fn`; what it prints is no part of the report. An interrupt is not caught."""
        future: Future[T] = Future()
        try:
            with contextlib.redirect_stdout(sys.stderr):
                future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future
