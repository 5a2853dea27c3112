"""An honest answer to every check of the target."""

import asyncio
import functools
import operator
import sys
from pathlib import Path

import numpy as np


def describe(numbers):
    """Sum, smallest and largest, the numbers in order, and whether any is negative."""
    ### BEGIN SOLUTION a: describe (about 7 lines)
    return {
        "sum": sum(numbers),
        "range": (min(numbers), max(numbers)),
        "sorted": sorted(numbers),
        "negative": min(numbers) < 0,
    }
    ### END SOLUTION


def mean(numbers):
    """The mean of some numbers."""
    return sum(numbers) / len(numbers)


def shares(matrix):
    """Each row of a (n, k) matrix divided by its sum."""
    return matrix / matrix.sum(axis=1, keepdims=True)


def combine(parts):
    """The exclusive or of whole numbers."""
    return functools.reduce(operator.xor, parts)


class Account:
    """Money that comes and goes."""

    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount):
        """Add to the balance; the new balance comes back."""
        self.balance += amount
        return self.balance


def bill(price, keys):
    """What the things of these names cost together; `price` tells one price."""
    return sum(price(key) for key in keys)


def once(price, keys):
    """The same, but each price is asked once."""
    known = {key: price(key) for key in dict.fromkeys(keys)}
    return sum(known[key] for key in keys)


def echo(say, words):
    """What `say` makes of each word."""
    return [say(word) for word in words]


def pick(numbers, index):
    """The number at that place; IndexError with the place in its text where there is none."""
    if not 0 <= index < len(numbers):
        raise IndexError(f"no place {index}")
    return numbers[index]


def save(numbers):
    """Write the numbers to numbers.txt, one a line."""
    Path("numbers.txt").write_text("".join(f"{number}\n" for number in numbers), encoding="utf-8")


def load():
    """The numbers that `save` wrote, in whatever process."""
    return [int(line) for line in Path("numbers.txt").read_text(encoding="utf-8").splitlines()]


def count_pairs(values):
    """How many pairs of places hold the same value."""
    _, counts = np.unique(values, return_counts=True)
    return int((counts * (counts - 1) // 2).sum())


async def wait_for_all(seconds):
    """Wait that many seconds for each, all at once; the places in the order of their ends."""
    order = []

    async def wait(place):
        await asyncio.sleep(seconds[place])
        order.append(place)

    await asyncio.gather(*map(wait, range(len(seconds))))
    return order


def main():
    """Print the sum of the numbers on standard input and write it to sum.txt; 3 is the exit code."""
    total = sum(map(int, sys.stdin.read().split()))
    print(total)
    Path("sum.txt").write_text(str(total), encoding="utf-8")
    return 3


if __name__ == "__main__":
    sys.exit(main())
