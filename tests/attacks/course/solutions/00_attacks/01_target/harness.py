"""Runs beside the answer: an event loop on the examiner's clock, and a slow way to count."""

import itertools

from autograder.candidate.virtual_loop import VirtualLoop


def wait_for_all(tick, seconds):
    """Run the answer's `wait_for_all` on a clock that `tick` moves."""
    from target import wait_for_all as answer

    loop = VirtualLoop(tick, print)
    try:
        return loop.run_until_complete(answer(seconds))
    finally:
        loop.close()


def count_pairs(values):
    """How many pairs of places hold the same value, by looking at every pair."""
    return sum(one == other for one, other in itertools.combinations(values.tolist(), 2))
