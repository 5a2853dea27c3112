"""Which changes of the pull request break its promise is found by running them, one at a time, on many calls."""

import random
from typing import Any

import pytest

from wren.outcomes import outcome, same
from wren.pull_request import FUNCTIONS, after, apply, before, changes, diff, not_allowed
from wren.pull_request.contract import MOST

FAULTS = {"known_before", "fill_gaps", "corrected", "answered", "surest", "batches", "accuracy"}
Row = dict[str, Any]


def some_rows(draw: random.Random, start: int = 0) -> list[Row]:
    """A few rows, with many values that are equal or None."""
    rows = []
    for number in range(start, start + draw.randint(0, 6)):
        time = float(draw.randint(0, 4))
        label, answer = draw.choices(["ACTION", "INFORMATION"], k=2)
        wait = draw.choice([None, 0.0, -2.0, 7.5, draw.random()])
        sure = draw.choice([0, 0.5, 1, draw.random()])
        rows.append({"id": f"T{number}", "time": time, "labelled": time + draw.randint(0, 3), "label": label,
                     "answer": answer, "confidence": sure, "wait": wait})  # fmt: skip
    return rows


def arguments_of(function: str, draw: random.Random) -> list[Any]:
    """Allowed arguments for a function."""
    make = {
        "labels": lambda: {f"T{draw.randint(0, 9)}": "ACTION"},
        "cut": lambda: draw.randint(0, 6),
        "threshold": lambda: draw.choice([0, 0.5, 1, draw.random()]),
        "part": lambda: draw.uniform(-9, 9),
        "whole": lambda: draw.choice([0, 0.0, 3, draw.random()]),
        "k": lambda: draw.randint(0, 7),
        "size": lambda: draw.randint(1, 7),
        "test": lambda: some_rows(draw, 50),
    }
    return [make.get(name, lambda: some_rows(draw))() for name in FUNCTIONS[function]]


def differs(code: dict[str, Any], function: str, draw: random.Random, calls: int = 60) -> bool:
    """Whether some allowed call of the function has another outcome than in before.py."""
    for _ in range(calls):
        given = arguments_of(function, draw)
        assert not not_allowed(function, given)
        if not same(outcome(code[function], given), outcome(getattr(before, function), given)):
            return True
    return False


def test_seven_of_the_fourteen_changes_break_the_function_they_are_in() -> None:
    draw = random.Random(0)
    broken = [{name for name in FUNCTIONS if differs(apply([change]), name, draw)} for change in changes()]
    found = [names for names in broken if names]
    assert len(broken) == 14
    assert {"batches", "accuracy"} in found  # the one uses the other
    found.remove({"batches", "accuracy"})
    assert sorted(map(tuple, found)) == sorted((name,) for name in FAULTS - {"batches"})


def test_all_changes_together_make_after() -> None:
    draw = random.Random(1)
    made = apply(changes())
    for name in FUNCTIONS:
        for _ in range(50):
            given = arguments_of(name, draw)
            assert same(outcome(made[name], given), outcome(getattr(after, name), given))


def test_what_is_as_it_was_keeps_its_docstring() -> None:
    for name in FUNCTIONS:
        assert getattr(before, name).__doc__ == getattr(after, name).__doc__


def test_the_diff_has_every_line_with_its_number_in_after() -> None:
    told = diff().splitlines()
    assert sum(line[5:6] == "+" for line in told) == sum(change.new.stop - change.new.start for change in changes())
    for change in changes():
        assert change.holds(change.new.start + 1)
        assert not change.holds(change.new.start)
        assert any(line.startswith(f"{change.new.start + 1:4} +") for line in told)


ROW = {"id": "T1", "time": 1.0, "labelled": 2.0, "label": "ACTION", "answer": "ACTION", "confidence": 0.9, "wait": None}


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("tidy", []),
        ("share", [1]),
        ("share", [1, -1]),
        ("share", [float("nan"), 1]),
        ("answered", [[{**ROW, "confidence": 1.1}], 0.5]),
        ("answered", [[ROW, ROW], 0.5]),
        ("answered", [[{**ROW, "labelled": 0.5}], 0.5]),
        ("answered", [[{**ROW, "label": "action"}], 0.5]),
        ("answered", [[{"id": "T1"}], 0.5]),
        ("batches", [[ROW], 0]),
        ("batches", [[ROW], True]),
        ("batches", [[{**ROW, "id": f"T{n}"} for n in range(MOST + 1)], 2]),
        ("corrected", [[ROW], {"T1": "other"}]),
        ("corrected", [[ROW], None]),
    ],
)
def test_what_the_docstrings_exclude_is_not_allowed(function: str, arguments: list[Any]) -> None:
    assert not_allowed(function, arguments)
    assert not not_allowed("answered", [[ROW], 0.5])
