"""What one of the processes that judge does: `autograder.cohort.pool` starts it and gives it its tasks."""

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pickle import PicklingError
from typing import Any, NoReturn

from autograder.examiner.workplace import end_with_parent, keep_temporary_files_together

READY = "ready"


def work(line: "Connection[Any, Any]") -> None:
    """Answer one task after the other until there are no more, or nobody who asks."""
    os.dup2(2, 1)  # what a check prints is no part of the report
    keep_temporary_files_together()
    if sys.platform != "win32":
        os.setsid()  # Ctrl-C at the terminal is for the process that asks; it interrupts this one
        signal.signal(signal.SIGINT, _interrupt_once)
    end_with_parent()
    with contextlib.suppress(KeyboardInterrupt, EOFError, OSError):
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        line.send(READY)
        frozen = False
        while (task := line.recv()) is not None:
            answer = _answer(*task)
            if not frozen:
                gc.freeze()  # checks and libraries stay to the end: they are not looked through again
                frozen = True
            try:
                line.send(answer)
            except (PicklingError, TypeError, ValueError, AttributeError) as error:  # how pickle refuses
                line.send((False, RuntimeError(f"what came back cannot be sent: {error}")))
    if sys.platform != "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what ends now is not cut short


def _interrupt_once(number: int, frame: object) -> NoReturn:
    """KeyboardInterrupt, and no second one: what cleans up after the first is not cut short."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _answer(call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[bool, Any]:
    try:
        return True, call(*args, **kwargs)
    except Exception as error:
        return False, error
