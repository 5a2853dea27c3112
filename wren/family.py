"""What a family of functions is made of: contracts on arguments, and draws of usual ones."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wren.dice import Dice

Function = Callable[..., Any]
Check = Callable[[Any], bool]

MOST = 40
"""Entries in a list, letters in a text, and the largest count."""
LARGEST = 1000.0


# ---- what arguments may be


def number(low: float = -LARGEST, high: float = LARGEST) -> Check:
    """An int or float between these bounds."""
    return lambda value: type(value) in (int, float) and low <= value <= high


def whole(low: int, high: int = MOST) -> Check:
    """An int between these bounds."""
    return lambda value: type(value) is int and low <= value <= high


def text(value: Any) -> bool:
    """A short text."""
    return type(value) is str and len(value) <= MOST


def maybe(good: Check) -> Check:
    """None, or what is good."""
    return lambda value: value is None or good(value)


def pair(first: Check, second: Check) -> Check:
    """A list of two."""
    return lambda value: type(value) is list and len(value) == 2 and first(value[0]) and second(value[1])


def many(good: Check) -> Check:
    """A list, empty or not, of what is good."""
    return lambda value: type(value) is list and len(value) <= MOST and all(map(good, value))


# ---- a function, ways to write it anew, and ways to get it wrong


@dataclass(frozen=True)
class Family:
    """A function with all that pairs with it. `example` draws usual arguments; `takes` is the contract on them."""

    right: Function
    takes: tuple[Check, ...]
    example: Callable[[Dice], list[Any]]
    anew: tuple[Function, ...]
    wrong: dict[str, Function]


def names(dice: Dice, count: int) -> list[str]:
    """Different names."""
    return [f"T{number:03d}" for number in different(dice, count, 100, 999)]


def different(dice: Dice, count: int, low: int, high: int) -> list[int]:
    """Different numbers from `low` to `high`."""
    found: dict[int, None] = {}
    while len(found) < count:
        found[dice.between(low, high)] = None
    return list(found)


def confidences(dice: Dice, count: int) -> list[float]:
    """Different confidences."""
    return [number / 1000 for number in different(dice, count, 501, 998)]
