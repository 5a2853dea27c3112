"""A change to Wren's weekly evaluation, as it lies before its reviewer. Run me: python -m wren.pull_request

`before` is the code as it is, `after` the code as it is proposed: "Tidy up; nothing behaves differently." Some of the
changes keep that promise. A change does when no call that the contract allows (`not_allowed`) has another outcome with
it. That is all the truth there is, and it can be asked for by running: `apply` makes the code with some changes alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

from wren.pull_request.contract import FUNCTIONS, not_allowed

__all__ = ["CAUSES", "FUNCTIONS", "Change", "apply", "changes", "diff", "not_allowed"]

CAUSES = {
    "future": "it uses what was not known yet at the time",
    "test data": "what should be learned from train alone is learned from test, too",
    "boundary": "a value that equals a limit is on the other side",
    "ties": "equal values come in another order",
    "lost rows": "some rows are left out",
    "unequal groups": "groups of unequal size have equal weight",
    "changed in place": "the caller's own data is changed",
    "missing": "None is taken for a value, or a value for None",
    "empty": "it fails, or answers else, where there is nothing",
    "duplicates": "equal rows count once",
    "rounding": "numbers are rounded on the way",
    "chance": "two calls give two answers",
}
"""What a comment may name as the cause: a name, and what it means. Some of them are nowhere in this change."""

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Change:
    """Lines of before.py that gave way to others in after.py; both are counted from 0, as in any slice."""

    old: slice
    new: slice

    def holds(self, line: int) -> bool:
        """Whether it made this line of after.py, counted from 1."""
        return line - 1 in range(self.new.start, self.new.stop)


@cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of `before` or `after`."""
    return tuple((_HERE / f"{name}.py").read_text(encoding="utf-8").splitlines(keepends=True))


@cache
def changes() -> tuple[Change, ...]:
    """All changes, from top to bottom. Changed lines with one or two unchanged ones between them are one change."""
    matcher = SequenceMatcher(None, lines("before"), lines("after"), autojunk=False)
    found = []
    for group in matcher.get_grouped_opcodes(1):
        edits = [edit for edit in group if edit[0] != "equal"]
        (_, old, _, new, _), (_, _, old_end, _, new_end) = edits[0], edits[-1]
        found.append(Change(slice(old, old_end), slice(new, new_end)))
    return tuple(found)


def apply(some: Iterable[Change]) -> dict[str, Callable[..., Any]]:
    """The functions of before.py with these changes made, by name."""
    source = list(lines("before"))
    for change in sorted(some, key=lambda change: change.old.start, reverse=True):
        source[change.old] = lines("after")[change.new]
    namespace: dict[str, Any] = {"__name__": "wren.pull_request.applied"}
    exec(compile("".join(source), "<before.py with changes>", "exec"), namespace)
    return {name: namespace[name] for name in FUNCTIONS}


def diff() -> str:
    """The change as text. The lines that stay and the new ones have their numbers in after.py."""
    told = []
    old_end = new_end = 0
    for change in changes():
        told += _numbered(new_end, change.new.start)
        told += [f"     - {line}" for line in lines("before")[change.old]]
        told += [f"{n + 1:4} + {lines('after')[n]}" for n in range(change.new.start, change.new.stop)]
        old_end, new_end = change.old.stop, change.new.stop
    assert len(lines("before")) - old_end == len(lines("after")) - new_end
    return "".join([*told, *_numbered(new_end, len(lines("after")))])


def _numbered(start: int, stop: int) -> list[str]:
    return [f"{n + 1:4}   {lines('after')[n]}" for n in range(start, stop)]
