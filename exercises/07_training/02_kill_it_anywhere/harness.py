"""Runs beside the learner's code: ends its process where the examiner says, and makes the run that nobody kills."""

import itertools
import os
import resource
import signal
import sys
from collections.abc import Collection
from typing import Any

import torch

from wren.nightly import Job

PARTS = ("optimizer", "schedule", "average", "dice", "statistics")
_CHANGES = ("os.rename", "os.remove", "os.link", "os.symlink", "os.truncate", "os.mkdir", "os.rmdir")
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def die_at_byte(number: int) -> None:
    """From now on the kernel ends this process as soon as it writes past byte `number` of a file."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
    resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))


def die_before_change(number: int) -> None:
    """Kill this process just before its `number`-th change of the folder from now on.

    A change is a file that is opened to be written, renamed or removed. Libraries that are no Python make theirs
    unseen.
    """
    here, seen = os.getcwd(), itertools.count(1)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if (event in _CHANGES or _opens_to_write(event, arguments, here)) and next(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _opens_to_write(event: str, arguments: tuple[Any, ...], here: str) -> bool:
    if event != "open" or not isinstance(arguments[0], str | bytes | os.PathLike) or not arguments[2] & _TO_WRITE:
        return False
    return os.path.abspath(os.fsdecode(arguments[0])).startswith(here)


def uninterrupted(messages: Any, labels: Any, steps: int, seed: int) -> tuple[list[list[int]], dict[str, Any]]:
    """The rows of each batch, and the weights in the end. `messages` and `labels` hold all rows."""
    batches: list[list[int]] = []

    def fetch(rows: list[int]) -> tuple[Any, Any]:
        batches.append(rows)
        return messages[rows], labels[rows]

    job = Job(len(labels), steps, seed)
    while job.done < steps:
        job.step(fetch)
    return batches, job.weights()


def what_began_anew(
    messages: Any, labels: Any, steps: int, seed: int, starts: list[int], weights: dict[str, Any]
) -> list[str]:
    """The fewest `PARTS` that began anew at each of the steps `starts`, if these are the weights that come of it.

    Empty when no choice of parts explains them.
    """
    for count in range(1, len(PARTS) + 1):
        for parts in itertools.combinations(PARTS, count):
            if _same_bits(_forgetful(messages, labels, steps, seed, starts, parts), weights):
                return list(parts)
    return []


def _forgetful(
    messages: Any, labels: Any, steps: int, seed: int, starts: list[int], parts: Collection[str]
) -> dict[str, Any]:
    job = Job(len(labels), steps, seed)
    while job.done < steps:
        if job.done in starts:
            with torch.random.fork_rng(devices=[], enabled="dice" not in parts):
                _begin_anew(job, Job(len(labels), steps, seed), parts)
        job.step(lambda rows: (messages[rows], labels[rows]))
    return job.weights()


def _begin_anew(job: Job, fresh: Job, parts: Collection[str]) -> None:
    """Put the named parts of a new job into this one; to make it has thrown the dice from the seed on."""
    if "optimizer" in parts:
        job.optimizer.load_state_dict(fresh.optimizer.state_dict())
    if "schedule" in parts:
        job.schedule.load_state_dict(fresh.schedule.state_dict())
    if "average" in parts:
        job.average = fresh.average
    if "statistics" in parts:
        new = dict(fresh.model.named_buffers())
        for name, buffer in job.model.named_buffers():
            buffer.copy_(new[name])


def _same_bits(some: dict[str, Any], others: dict[str, Any]) -> bool:
    return some.keys() == others.keys() and all(some[name].tobytes() == others[name].tobytes() for name in some)
