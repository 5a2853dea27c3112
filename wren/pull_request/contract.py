"""Which calls the contract of the weekly evaluation allows: the docstrings of `before`, as a machine reads them."""

import math
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], bool]

LABELS = ("ACTION", "INFORMATION")
MOST = 100
"""Rows in a list, and the largest k or size."""
LARGEST = 1e6


def number(low: float = -LARGEST, high: float = LARGEST) -> Check:
    """An int or float between these bounds."""
    return lambda value: type(value) in (int, float) and math.isfinite(value) and low <= value <= high


def whole(low: int) -> Check:
    """An int from `low` to `MOST`."""
    return lambda value: type(value) is int and low <= value <= MOST


def _id(value: Any) -> bool:
    return type(value) is str and len(value) <= MOST


def _label(value: Any) -> bool:
    return type(value) is str and value in LABELS


def _wait(value: Any) -> bool:
    return value is None or number()(value)


COLUMNS: dict[str, Check] = {
    "id": _id,
    "time": number(),
    "labelled": number(),
    "label": _label,
    "answer": _label,
    "confidence": number(0, 1),
    "wait": _wait,
}


def rows(value: Any) -> bool:
    """A list of rows with different ids, none labelled before it came."""
    return (
        type(value) is list
        and len(value) <= MOST
        and all(type(row) is dict and row.keys() == COLUMNS.keys() for row in value)
        and all(good(row[name]) for row in value for name, good in COLUMNS.items())
        and all(row["time"] <= row["labelled"] for row in value)
        and len({row["id"] for row in value}) == len(value)
    )


def labels(value: Any) -> bool:
    """A dictionary of labels by id."""
    return type(value) is dict and len(value) <= MOST and all(_id(key) and _label(item) for key, item in value.items())


FUNCTIONS: dict[str, dict[str, Check]] = {
    "share": {"part": number(), "whole": number(0)},
    "in_order": {"rows": rows},
    "known_before": {"rows": rows, "cut": number()},
    "fill_gaps": {"train": rows, "test": rows},
    "corrected": {"rows": rows, "labels": labels},
    "count_labels": {"rows": rows},
    "answered": {"rows": rows, "threshold": number(0, 1)},
    "waiting": {"rows": rows, "threshold": number(0, 1)},
    "surest": {"rows": rows, "k": whole(0)},
    "slowest": {"rows": rows, "k": whole(0)},
    "median_wait": {"rows": rows},
    "batches": {"rows": rows, "size": whole(1)},
    "accuracy": {"rows": rows, "size": whole(1)},
    "balanced": {"rows": rows},
}
"""The functions under review, and what each parameter may be."""


def not_allowed(function: str, arguments: list[Any]) -> str:
    """Why the contract does not allow this call, "" where it does."""
    if function not in FUNCTIONS:
        return f"there is no function {function!r}"
    parameters = FUNCTIONS[function]
    if len(arguments) != len(parameters):
        return f"{function} takes {len(parameters)} arguments: {', '.join(parameters)}"
    wrong = [name for (name, good), value in zip(parameters.items(), arguments, strict=True) if not good(value)]
    return f"{function} is promised nothing for such a value of {wrong[0]}: see its docstring" if wrong else ""
