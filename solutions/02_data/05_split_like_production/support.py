"""What the checks of this exercise share: rows made by hand, tables of Wren's, and the form of an answer."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.examiner import expect
from wren.export import Message, alike, make_export
from wren.tickets import MONDAY
from wren.triage import words

Row = dict[str, Any]
Name = str | int


def at(day: float) -> datetime:
    """The time so many days after the first Monday."""
    return MONDAY + timedelta(days=day)


def row(
    id: str, day: float, text: str, conversation: str | None = None, *, customer: str = "", labelled: float = 0
) -> Row:
    """One message; unless it is said, each has another customer, and its label is written two days after it came."""
    return {
        "id": id,
        "time": at(day),
        "customer": customer or id.replace("T0", "C"),
        "conversation": conversation,
        "text": text,
        "label": "INFORMATION",
        "labelled": at(labelled or day + 2),
    }


@lru_cache(maxsize=8)
def table(matters: int, days: int, seed: int) -> tuple[Message, ...]:
    """A table of Wren's, in order of time."""
    return tuple(make_export(matters, days, seed))


def small_table(seed: int, rng: Any = None) -> tuple[list[Row], list[int]]:
    """Some 410 rows of thirty days, in order of time or in one that `rng` draws, and the matter of each."""
    return parted(table(150, 30, seed), rng)


def large_table(seed: int, rng: Any = None) -> tuple[list[Row], list[int]]:
    """Some 560 rows of ninety days, as `small_table` has them."""
    return parted(table(200, 90, seed), rng)


def parted(messages: Sequence[Message], rng: Any = None) -> tuple[list[Row], list[int]]:
    """What the shop can see of messages, and their matters, in order or shuffled."""
    if rng is not None:
        messages = [messages[place] for place in rng.permutation(len(messages)).tolist()]
    return [message.row() for message in messages], [message.matter for message in messages]


# ---- the form of an answer


def names_of(rows: list[Row], answer: Any) -> list[Name]:
    """What `groups` has to return: a name for each row."""
    names = _listed("groups(rows)", rows, answer, "a name")
    for row_, name in zip(rows, names, strict=True):
        good = isinstance(name, str | int) and not isinstance(name, bool)
        expect(good, f"the name that groups(rows) gives to the group of {row_['id']} is no str and no int", got=name)
    return names


def folds_of(rows: list[Row], k: int, answer: Any) -> list[int]:
    """What `folds` has to return: a fold for each row."""
    folds = _listed(f"folds(rows, {k})", rows, answer, "a fold")
    for row_, fold in zip(rows, folds, strict=True):
        good = isinstance(fold, int) and not isinstance(fold, bool) and 0 <= fold < k
        expect(good, f"the fold of {row_['id']} is no int from 0 to {k - 1}", got=fold)
    return folds


def sides_of(call: str, rows: list[Row], answer: Any, allowed: Sequence[str]) -> list[str]:
    """What `by_hash` and `at_cut` have to return: a side for each row."""
    sides = _listed(call, rows, answer, "a side")
    for row_, side in zip(rows, sides, strict=True):
        good = isinstance(side, str) and side in allowed
        expected = " or ".join(allowed)
        expect(good, f"the side of {row_['id']} is none that {call} knows", got=side, expected=expected)
    return sides


def _listed(call: str, rows: list[Row], answer: Any, what: str) -> list[Any]:
    """The entries of a list, a tuple or an array; what NumPy wraps is unwrapped."""
    entries = answer.tolist() if isinstance(answer, np.ndarray) else answer
    good = isinstance(entries, list | tuple) and len(entries) == len(rows)
    expect(good, f"{call} has to return a list with {what} for each of the {len(rows)} rows", got=answer,
           expected=f"a list of {len(rows)}")  # fmt: skip
    return [entry.item() if isinstance(entry, np.generic) else entry for entry in entries]


# ---- the groups


def expect_groups(rows: list[Row], names: Sequence[Name], truth: Sequence[Name], call: str = "groups(rows)") -> None:
    """The names part the rows as `truth` does; else the pair of rows that shows it most simply."""
    torn = [(a, b) for a, b in _pairs(truth) if names[a] != names[b]]
    if torn:
        a, b = min(torn, key=lambda pair: (_hops(rows, *pair), *(rows[place]["id"] for place in pair)))
        expect(False, f"{rows[a]['id']} and {rows[b]['id']} are in two groups, and {_link(rows, a, b)}", call=call,
               got=f"{_brief(rows[a])}\n{_brief(rows[b])}", expected="one name")  # fmt: skip
    merged = [(a, b) for a, b in _pairs(names) if truth[a] != truth[b]]
    if merged:
        a, b = min(merged, key=lambda pair: tuple(rows[place]["id"] for place in pair))
        same = rows[a]["customer"] == rows[b]["customer"]
        returned = f": {rows[a]['customer']} returned with another matter" if same else ""
        expect(False, f"{rows[a]['id']} and {rows[b]['id']} are in one group, and nothing links them{returned}",
               call=call, got=f"{_brief(rows[a])}\n{_brief(rows[b])}", expected="two names")  # fmt: skip


def expect_whole(rows: list[Row], sides: Sequence[Name], truth: Sequence[Name], call: str) -> None:
    """No group is on two sides."""
    torn = [(a, b) for a, b in _pairs(truth) if sides[a] != sides[b]]
    if torn:
        a, b = min(torn, key=lambda pair: (_hops(rows, *pair), *(rows[place]["id"] for place in pair)))
        tears = len({truth[a] for a, _ in torn})
        expect(False, f"{tears} groups are on two sides. {rows[a]['id']} is in {sides[a]} and {rows[b]['id']} in "
               f"{sides[b]}, and {_link(rows, a, b)}", call=call, got=f"{_brief(rows[a])}\n{_brief(rows[b])}",
               expected="one side")  # fmt: skip


def _pairs(names: Sequence[Name]) -> list[tuple[int, int]]:
    places: dict[Name, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        places[name].append(place)
    return [(a, b) for group in places.values() for at_, a in enumerate(group) for b in group[at_ + 1 :]]


def _hops(rows: list[Row], a: int, b: int) -> int:
    """0 for rows of one conversation, 1 for rows that are alike, 2 for rows that others link."""
    if rows[a]["conversation"] is not None and rows[a]["conversation"] == rows[b]["conversation"]:
        return 0
    return 1 if alike(words(rows[a]["text"]), words(rows[b]["text"])) else 2


def _link(rows: list[Row], a: int, b: int) -> str:
    hops = _hops(rows, a, b)
    if hops == 0:
        return f"both are of conversation {rows[a]['conversation']}"
    if hops == 1:
        some, others = words(rows[a]["text"]), words(rows[b]["text"])
        return f"they are alike: {len(some & others)} of their {len(some | others)} words stand in both"
    return "other rows of the table link them: a group is all that hangs together"


def _brief(row_: Row) -> str:
    line = " ".join(row_["text"].split())
    line = line if len(line) <= 70 else f"{line[:70]}…"
    return f"{row_['id']} {row_['time']:%d %b %H:%M} {row_['customer']} {row_['conversation']}: {line}"
