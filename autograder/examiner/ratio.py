"""Speed as a ratio: two programs in one run, taking turns, one stopped while the other works."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.examiner.proxy import Candidate


@dataclass(frozen=True)
class Ratio:
    """How many times faster ours was than theirs: the median over the rounds, and each round's value."""

    median: float
    values: tuple[float, ...]


def measure_ratio(
    candidate: Candidate,
    ours: Callable[[], Any],
    rival: Candidate,
    theirs: Callable[[], Any],
    rounds: int = 5,
) -> Ratio:
    """Time `ours` (which asks `candidate`) and `theirs` (which asks `rival`) in turns, by the examiner's clock.

    Each should last a hundred round trips (7 ms) or more, on fresh inputs, with every answer checked by its caller.
    Meanwhile no other check runs that this machine's batch has under way.
    """
    values = []
    with candidate.alone():
        for _ in range(rounds):
            own = _time(ours, rival)
            other = _time(theirs, candidate)
            values.append(other / own)
    return Ratio(statistics.median(values), tuple(values))


def _time(work: Callable[[], Any], bystander: Candidate) -> float:
    bystander.pause()
    try:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started
    finally:
        bystander.resume()
