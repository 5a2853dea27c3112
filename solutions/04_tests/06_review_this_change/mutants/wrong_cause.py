# must fail test_the_cause_is_what_the_line_does with "but not what the comment says" and "groups of unequal size"
# You saw a number change and guessed why. With nothing but batches that are full, the mean of their means would be
# right; it is the last one that is cut off.
"""A review of one change, and a tool for all the others. Run me: python review.py

The change is printed by `python -m wren.pull_request`, with the numbers of its lines.
"""

import copy
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from wren.outcomes import Outcome, same

Comment = dict[str, Any]
Path = tuple[int, ...]

CALLS = 200
"""How often each of two functions may be called until they are told apart."""


# ---- the review


def row(id: str, **columns: Any) -> dict[str, Any]:
    """A row as wren/pull_request/before.py describes it, usual but for the columns given."""
    usual = {"time": 1.0, "labelled": 2.0, "label": "ACTION", "answer": "ACTION", "confidence": 0.9, "wait": 30.0}
    return {"id": id, **usual, **columns}


def comment(line: int, cause: str, function: str, *arguments: Any, text: str = "") -> Comment:
    """A comment as data; `text` is what its author would read."""
    return {"line": line, "cause": cause, "function": function, "arguments": list(arguments), "text": text}


LATE = row("T1", time=1.0, labelled=5.0)
GIVEN = comment(
    36, "future", "known_before", [LATE], 3.0, text="its label was written on day 5, and is learned on day 3"
)


def comments() -> list[Comment]:
    """Task a. A comment for each fault in the change, made by `comment`; GIVEN is the first.

    line       a line of after.py that the change has made (those with a +)
    cause      what the change of this line does, a key of `wren.pull_request.CAUSES`
    function   a function of the module, and
    arguments  a list of arguments that its docstring allows: called with them, before.py and after.py have different
               outcomes, and so have before.py and before.py with the change around this line alone
    text       anything, and not judged

    An outcome is what comes back or is raised, and what the arguments are afterwards; floats within 1e-9 are the same.
    Lines that changed together, with at most two unchanged lines between them, are one change. It gets one comment.
    """
    gap, known = row("T1", wait=None), row("T2", wait=8.0)
    wrong, two = row("T3", answer="INFORMATION"), [row("T1"), row("T2")]
    return [
        GIVEN,
        comment(41, "test data", "fill_gaps", [gap], [known]),
        comment(49, "changed in place", "corrected", [row("T1")], {"T1": "INFORMATION"}),
        comment(63, "boundary", "answered", [row("T1", confidence=0.8)], 0.8),
        comment(73, "ties", "surest", two, 2),
        comment(92, "unequal groups", "batches", two, 3),
        comment(99, "unequal groups", "accuracy", [*two, wrong], 2),
    ]


# ---- the tool


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """All that is no list, anywhere in the value, with the way to it: [[7, "a"], 8] has 7 at (0, 0)."""
    if not isinstance(value, list):
        yield path, value
        return
    for place, item in enumerate(value):
        yield from leaves(item, (*path, place))


def lists(value: Any, path: Path = ()) -> Iterator[tuple[Path, list[Any]]]:
    """All lists in the value, itself among them, with the way to each."""
    if isinstance(value, list):
        yield path, value
        for place, item in enumerate(value):
            yield from lists(item, (*path, place))


def put(value: Any, path: Path, new: Any) -> Any:
    """A copy of the value in which `new` stands at the end of the path."""
    if not path:
        return new
    changed = copy.deepcopy(value)
    inner = changed
    for place in path[:-1]:
        inner = inner[place]
    inner[path[-1]] = new
    return changed


def differ(one: Callable[..., Outcome], other: Callable[..., Outcome], example: list[Any]) -> list[Any] | None:
    """Task b. Arguments on which the two functions differ, or None.

    `one(*arguments)` says what became of a call, as a dictionary: "raised" is the name of an exception or "", "came" is
    what came back, "left" the list of arguments as they are after the call. The two functions differ where that is not
    the `same`. Each may be called 200 times.

    `example` is one list of usual arguments: lists, numbers and texts. The two agree on it. What else is allowed is not
    told; what is not, both refuse alike. An int stays an int, a float may be any number or, in some places, None; lists
    may be of any length up to 40, and numbers are from -1000 to 1000.

    Of the pairs, some were rewritten and are equal: there is nothing to be found.
    """
    kept = [leaf for _, leaf in leaves(example)]

    def values() -> Iterator[Any]:
        for path, leaf in leaves(example):
            edges = [] if isinstance(leaf, str) else [0, -leaf, None]
            alike = [value for value in kept if type(value) is type(leaf)]
            for value in dict.fromkeys([*edges, *alike]):
                yield put(example, path, value)

    def lengths() -> Iterator[Any]:
        for path, items in lists(example):
            if path:
                yield put(example, path, [])
                yield put(example, path, items[:1])
                for item in items:
                    yield put(example, path, [*items, item])

    for arguments in islice(chain(lengths(), values()), CALLS):
        if not same(one(*arguments), other(*arguments)):
            return arguments
    return None


def main() -> None:
    """Run each comment's call, then let `differ` loose on pairs of each kind."""
    from collections import Counter

    from wren.outcomes import outcome
    from wren.pull_request import apply, changes
    from wren.twins import make_twins

    before, after = apply([]), apply(changes())
    try:
        for each in comments():
            was, now = (outcome(code[each["function"]], each["arguments"]) for code in (before, after))
            print(f"{each['line']:4} {each['cause']:17}{'no difference' if same(was, now) else 'differs'}")
    except NotImplementedError as hole:
        print(hole)
    every, found = Counter[str](), Counter[str]()
    try:
        for twins in chain.from_iterable(map(make_twins, range(3))):
            every[twins.kind] += 1
            found[twins.kind] += differ(twins.call_one, twins.call_other, twins.example) is not None
    except NotImplementedError as hole:
        print(hole)
    for kind in found:
        print(f"{kind or 'equal':12}{found[kind]} of {every[kind]} told apart")


if __name__ == "__main__":
    main()
