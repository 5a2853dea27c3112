"""What the checks share: tables compared row by row, exact least squares, and words for memory that ran out."""

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from autograder.examiner import CheckFailed, LearnerRaised, expect
from autograder.examiner.faults import CandidateDied
from wren.streams import START, Contacts, Feed

MEMORY_MB = 1024
"""As `memory_mb` in exercise.toml."""

_OUT_OF_MEMORY = (6, 9, 11)  # the signals by which a library ends that got no memory

STATES = ("delay", "load")
PAST = ("earlier tickets", "tickets of the week before", "seconds since the last")


def feeds_of(delay: Feed, load: Feed) -> tuple[Any, ...]:
    """The four arrays that `last_states` takes after the events."""
    return delay.times, delay.states, load.times, load.states


def at(*seconds: float) -> Any:
    """Times, given as seconds since the first Monday."""
    return np.array([START + second for second in seconds], np.float64)


def clock(time: float) -> str:
    """A time as text: seconds since the first Monday."""
    return "nan" if np.isnan(time) else f"{time - START:.3f} s"


def expect_states(got: Any, expected: Any, events: Any, because: str, feeds: tuple[Any, ...] = ()) -> None:
    """The answer of `last_states`, row for row; where `feeds` is given, the message shows the reports around it."""
    place = _first_difference(got, expected, "last_states", STATES)
    if place:
        row, column = place
        words = f"{because}: for the event at {clock(events[row])} the {STATES[column]} is another one"
        shown = _around(events[row], *feeds[2 * column : 2 * column + 2]) if feeds else ""
        expect(False, words + shown, got=float(got[row, column]), expected=float(expected[row, column]))


def _around(event: float, times: Any, states: Any) -> str:
    """The three latest reports up to the event and the one after it, in order of time, with their rows."""
    dated = [row for row in np.argsort(times, kind="stable").tolist() if not np.isnan(times[row])]
    past = [row for row in dated if times[row] <= event][-3:]
    near = past + [row for row in dated if times[row] > event][:1]
    return "; reports: " + (", ".join(f"{states[row]:g} at {clock(times[row])} (row {row})" for row in near) or "none")


def expect_past(got: Any, expected: Any, tickets: Contacts, because: str) -> None:
    """The answer of `history`, row for row; the message shows the customer's tickets up to that time."""
    place = _first_difference(got, expected, "history", PAST)
    if place:
        row, column = place
        mine = np.sort(tickets.times[tickets.customers == tickets.customers[row]]) - START
        until = mine[mine <= tickets.times[row] - START][-6:].tolist()
        words = f"{because}: ticket {row}, second {tickets.times[row] - START}, of a customer who wrote in {until}"
        shown, right = float(got[row, column]), float(expected[row, column])
        expect(False, words, got=f"{PAST[column]}: {shown:g}", expected=f"{right:g}")


def _first_difference(got: Any, expected: Any, name: str, columns: tuple[str, ...]) -> tuple[int, int] | None:
    """Row and column of the first value that differs; NaN is NaN."""
    good = isinstance(got, np.ndarray) and got.dtype.kind in "fiu"
    expect(good, f"{name} returns an array of numbers", got=got, expected=f"float64, {len(columns)} columns")
    expect(got.shape == expected.shape, f"{name} has a row for each of {len(expected)} and {len(columns)} columns",
           got=f"shape {got.shape}", expected=f"shape {expected.shape}")  # fmt: skip
    differs = ~((got == expected) | (np.isnan(got) & np.isnan(expected)))
    if not differs.any():
        return None
    row, column = np.argwhere(differs)[0].tolist()
    return row, column


@contextlib.contextmanager
def within_memory(because: str) -> Iterator[None]:
    """Say `because` of a call in which the memory runs out: by an exception, or with the process."""
    try:
        yield
    except LearnerRaised as raised:
        if not (raised.is_a("MemoryError") or "OutOfMemory" in raised.type_name):
            raise
        _over(because, str(raised), raised.call)
    except CandidateDied as died:
        if died.signal not in _OUT_OF_MEMORY and "MiB" not in str(died):
            raise
        _over(because, str(died), died.call)


def _over(because: str, said: str, call: str) -> None:
    raise CheckFailed(because, call=call, got=said[:200], expected=f"an answer within {MEMORY_MB} MiB") from None


# ---- least squares


def exact_fit(columns: Any, target: Any) -> Any:
    """The least-squares weights of these very numbers, computed in fractions, rounded once at the end.

    The columns must be independent.
    """
    rows = [[Fraction(value) for value in row] for row in columns.tolist()]
    aims = [Fraction(value) for value in target.tolist()]
    count = columns.shape[1]
    left = [[sum(row[i] * row[j] for row in rows) for j in range(count)] for i in range(count)]
    right = [sum(row[i] * aim for row, aim in zip(rows, aims, strict=True)) for i in range(count)]
    for step in range(count):
        for other in range(count):
            if other != step:
                times = left[other][step] / left[step][step]
                left[other] = [a - times * b for a, b in zip(left[other], left[step], strict=True)]
                right[other] -= times * right[step]
    return np.array([float(right[step] / left[step][step]) for step in range(count)])


def weights_of(got: Any, count: int) -> Any:
    """The answer of `fit`: `count` finite numbers."""
    good = isinstance(got, np.ndarray) and got.dtype.kind == "f" and got.shape == (count,)
    expect(good, "fit returns an array with a weight for each column", got=got, expected=f"float64, shape ({count},)")
    expect(bool(np.isfinite(got).all()), "a weight is no finite number", got=got, expected="finite weights")
    return got


def expect_weights(got: Any, expected: Any, names: tuple[str, ...], because: str, within: float) -> None:
    """Each weight is right to the share `within` of its size."""
    weights = weights_of(got, len(expected))
    with np.errstate(all="ignore"):
        off = np.abs(weights / expected - 1)
    worst = int(np.argmax(off))
    if not off[worst] <= within:
        words = f"{because}: the weight of {names[worst]} is off by {off[worst]:.1g} of its size"
        expect(False, words, got=f"{weights[worst]:.6g}", expected=f"{expected[worst]:.6g}")


def expect_least(got: Any, columns: Any, target: Any, least: float, slack: float, because: str) -> None:
    """The squares that these weights leave add up to `least`, give or take `slack`."""
    weights = weights_of(got, columns.shape[1])
    with np.errstate(all="ignore"):
        left = float(np.sum((columns @ weights - target) ** 2))
    expect(bool(left <= least + slack), because, got=f"a sum of squares of {left:.6g}", expected=f"{least:.6g}")
