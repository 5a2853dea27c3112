"""What the checks of this exercise share: tables, and the form of an answer."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from autograder.examiner import expect, expect_equal

ACTION, INFORMATION = "ACCOUNT_ACTION", "INFORMATION"
SLICES = ("all", "app", "chat", "form", "mail")
KEYS = ("tickets", "precision", "recall", "f1", "cost", "baseline")
MONEY = {"wrong_action": 40.0, "wrong_information": 8.0}
START = datetime(2026, 3, 30)
END = datetime(2026, 4, 6)
HOUR = timedelta(hours=1)

Row = tuple[datetime, str, float, str | None]
"""A ticket as the checks write it: its time, its channel, its score, its label."""

Report = dict[str, dict[str, Any]]


# ---- tables


def table(rows: Sequence[Row]) -> pa.Table:
    """The tickets as `measure` is given them."""
    times, channels, scores, labels = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table(
        {
            "id": pa.array([f"T{at:06}" for at in range(1, len(rows) + 1)], pa.string()),
            "time": pa.array(times, pa.timestamp("us")),
            "channel": pa.array(channels, pa.string()),
            "score": pa.array(scores, pa.float64()),
            "label": pa.array(labels, pa.string()),
        }
    )


def some(count: int, score: float, label: str | None, channel: str = "mail", time: datetime = START) -> list[Row]:
    """`count` tickets that are alike, an hour after `time`."""
    return [(time + HOUR, channel, score, label)] * count


# ---- answers


def report(**entries: tuple[float | None, ...]) -> Report:
    """A report from the six values of its entries, in the order of KEYS; a channel that is not named has no ticket."""
    nothing = (0, None, None, None, 0.0, 0.0)
    return {name: dict(zip(KEYS, entries.get(name, nothing), strict=True)) for name in SLICES}


def number(value: Any) -> float | None:
    """The finite float that a number is, None for everything else; a bool is none."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | Decimal | np.integer | np.floating):
        return None
    try:
        found = float(value)
    except (OverflowError, ValueError):
        return None
    return found if math.isfinite(found) else None


def scores_of(answer: Any, texts: Sequence[str]) -> list[float]:
    """The scores, once it is certain that each message has one."""
    if isinstance(answer, np.ndarray) and answer.ndim == 1:
        answer = answer.tolist()
    expect(isinstance(answer, list | tuple), "score has to return a list of numbers", got=answer, expected="[0.0, 1.0]")
    expect(
        len(answer) == len(texts),
        f"each message has one score: {len(texts)} messages came back with {len(answer)}",
        got=answer, expected=f"{len(texts)} numbers",
    )  # fmt: skip
    found = [float(value) if isinstance(value, bool) else number(value) for value in answer]
    for text, value, given in zip(texts, found, answer, strict=True):
        expect(value is not None, "a score is a finite number", call=repr(text)[:90], got=given, expected="1.0")
    return [value for value in found if value is not None]


def expect_report(answer: Any, right: Report, because: str) -> None:
    """The answer is that report; `because` is said where a value is another one."""
    entries = isinstance(answer, dict) and all(isinstance(entry, dict) for entry in answer.values())
    expect(entries, "measure has to return a dictionary of dictionaries", got=answer, expected=f"entries for {SLICES}")
    for name, entry in right.items():
        expect(
            name in answer,
            f'"{name}" has no entry: the report has one for each channel and one for all, tickets or none',
            got=sorted(map(str, answer)), expected=list(SLICES),
        )  # fmt: skip
        for key, value in entry.items():
            _expect_value(answer[name], name, key, value, because)
    strange = sorted(str(name) for name in answer if name not in right)
    expect(not strange, f'"{"".join(strange[:1])}" is an entry that nobody asked for', expected=list(SLICES))


def _expect_value(entry: dict[str, Any], name: str, key: str, right: float | None, because: str) -> None:
    expect(key in entry, f'the entry "{name}" has no "{key}"', got=entry, expected=f'a value for "{key}"')
    got, found = entry[key], number(entry[key])
    if right is None:
        expect(got is None, f'"{name}": there is nothing to divide by, so that {key} is None', got=got, expected="None")
    else:
        near = found is not None and abs(found - right) <= 1e-9 * max(1.0, abs(right))
        expect(near, f'"{name}", {key}: {because}', got=got, expected=right)


def expect_decision(answer: Any, right: tuple[bool, str | None], because: str) -> None:
    """The decision is that one: a pair of True and None, or of False and a name."""
    if isinstance(answer, list):
        answer = tuple(answer)
    pair = isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[0], bool | np.bool_)
    form = '(True, None), or (False, "mail")'
    expect(pair, "a decision is a pair: whether to launch, and what stops it", got=answer, expected=form)
    expect_equal((bool(answer[0]), answer[1]), right, because=because)


def entry(cost: float, baseline: float, tickets: int = 100, f1: float | None = 0.8) -> dict[str, Any]:
    """An entry of a report as `decide` is given it."""
    return {
        "tickets": tickets,
        "precision": f1,
        "recall": f1,
        "f1": f1,
        "cost": float(cost),
        "baseline": float(baseline),
    }
