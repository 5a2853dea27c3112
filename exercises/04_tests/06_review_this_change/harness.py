"""Runs calls of the change under review, in a process where no code of the learner's is."""

from typing import Any

from wren.outcomes import outcome, same
from wren.pull_request import apply, changes, not_allowed


def judge(line: int, function: str, arguments: list[Any]) -> dict[str, Any]:
    """What a comment's call shows.

    `change` is the place of the change that made the line, -1 where none did; `refused` says why the contract does not
    allow the call; `differs` whether before.py and after.py do on it; `alone` whether before.py and before.py with this
    change do. `before` and `after` are the outcomes.
    """
    place = next((place for place, change in enumerate(changes()) if change.holds(line)), -1)
    said = {"change": place, "refused": not_allowed(function, arguments), "differs": False, "alone": False}
    if place < 0 or said["refused"]:
        return said
    codes = apply([]), apply(changes()), apply([changes()[place]])
    before, after, alone = (outcome(code[function], arguments) for code in codes)
    differs, by_itself = not same(before, after), not same(before, alone)
    return {**said, "differs": differs, "alone": by_itself, "before": before, "after": after}
