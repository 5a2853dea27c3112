"""What the checks of this exercise share: the form of an answer, tickets made by hand, and where a score goes."""

from typing import Any

import numpy as np

from autograder.examiner import expect

Group = tuple[float, int, int]
"""A score or a confidence, how many tickets have it, and how many of these are actions, or right."""


def threshold_of(answer: Any) -> float | None:
    """A threshold, or None, as `guaranteed_threshold` has to return it."""
    good = answer is None or _number(answer) is not None
    expect(good, "a threshold is a number, or None when nothing can be promised", got=answer, expected="0.97, or None")
    return None if answer is None else _number(answer)


def band_of(answer: Any) -> tuple[float, float]:
    """A band, as `cheapest_band` and `capacity_band` have to return it."""
    pair = isinstance(answer, tuple | list) and len(answer) == 2
    numbers = [_number(value) for value in answer] if pair else []
    low, high = numbers if pair else (None, None)
    if low is None or high is None:
        expect(False, "a band is a pair of two numbers, low and high", got=answer, expected="(0.2, 0.97)")
    expect(low <= high, "a band's low is at most its high", got=answer, expected="low <= high")
    return low, high


def _number(value: Any) -> float | None:
    """The float that a number is; None for nan and for what is no number."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return None if np.isnan(number) else number


def tickets(*groups: Group) -> tuple[np.ndarray, np.ndarray]:
    """Values and flags, both of shape (tickets,); in each group the true flags are spread evenly."""
    values = [np.full(count, value) for value, count, _ in groups]
    flags = [np.arange(count) * true // count != (np.arange(count) + 1) * true // count for _, count, true in groups]
    return np.concatenate(values), np.concatenate(flags)


def destinations(band: tuple[float, float], *groups: Group) -> dict[float, str]:
    """Where the tickets of each group go."""
    low, high = band
    return {score: "information" if score < low else "action" if score >= high else "person" for score, _, _ in groups}
