"""Random draws that come out the same on every platform and under every release of NumPy.

NumPy promises the stream of a bit generator, and promises nothing of how its distributions use it. So everything
here is made from uniform doubles by comparing, multiplying and rounding down: no logarithm of the platform's
mathematical library, which may differ in its last bit, ever decides a draw.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")

_BLOCK = 4096


class Dice:
    """Draws from one seed, a row of integers of at least 0. Two dice of one seed throw the same."""

    def __init__(self, *seed: int) -> None:
        self._next = self._stream(np.random.Generator(np.random.PCG64(seed))).__next__

    @staticmethod
    def _stream(generator: np.random.Generator) -> Iterator[float]:
        while True:
            yield from generator.random(_BLOCK).tolist()

    def roll(self) -> float:
        """A uniform draw from [0, 1)."""
        return self._next()

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._next() < probability

    def below(self, bound: int) -> int:
        """A uniform integer from 0 to `bound` - 1."""
        return int(self._next() * bound)

    def between(self, low: int, high: int) -> int:
        """A uniform integer from `low` to `high`, both included."""
        return low + int(self._next() * (high - low + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, each as likely as the others."""
        return items[int(self._next() * len(items))]

    def weighted(self, cumulative: Sequence[float]) -> int:
        """An index, drawn by the running sums of the weights (`cumulate` makes them)."""
        return min(bisect_right(cumulative, self._next() * cumulative[-1]), len(cumulative) - 1)

    def whole(self, mean: float) -> int:
        """An integer with this mean: `mean` rounded down or up."""
        return int(mean + self._next())


def cumulate(weights: Sequence[float]) -> tuple[float, ...]:
    """The running sums of the weights, for `Dice.weighted`."""
    return tuple(accumulate(weights))
