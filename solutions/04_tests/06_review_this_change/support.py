"""What the checks share: a review as data, what its calls show, and the pairs that `differ` is asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.examiner import CheckFailed, LearnerRaised, expect
from wren.outcomes import Outcome
from wren.pull_request import CAUSES, FUNCTIONS
from wren.twins import Twins, make_twins

MOST_COMMENTS = 40
MOST_PARTS = 4000  # values in the arguments of one comment
DEEPEST = 6
CALLS = 200


def plain(value: Any, depth: int = 0) -> Any:
    """A value as lists, dictionaries, numbers, texts and None: tuples become lists, what NumPy wraps is unwrapped.

    Anything else, or what is nested too deep, becomes "?", which no function takes for a list, a row or a number.
    """
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if depth > DEEPEST:
        return "?"
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key if isinstance(key, str) else "?": plain(item, depth + 1) for key, item in value.items()}
    return value if value is None or isinstance(value, bool | int | float | str) else "?"


# ---- the review


@dataclass(frozen=True)
class Shown:
    """A comment, and what its call shows: `wrong` says why that is not what its line does, "" where it is."""

    line: int
    cause: str
    call: str
    change: int
    wrong: str


def review(candidate: Any, rival: Any) -> list[Shown]:
    """All comments, their form looked at and their calls run; a second comment on one change is a wrong one."""
    comments = candidate.comments()
    good = isinstance(comments, list | tuple) and 1 <= len(comments) <= MOST_COMMENTS
    expect(good, f"comments() returns a list of 1 to {MOST_COMMENTS} comments", call="comments()", got=comments)
    shown: list[Shown] = []
    for place, comment in enumerate(comments):
        one = _shown(place, comment, rival)
        twice = not one.wrong and one.change in [earlier.change for earlier in shown if not earlier.wrong]
        wrong = "an earlier comment is on the same change" if twice else one.wrong
        shown.append(Shown(one.line, one.cause, one.call, one.change, wrong))
    return shown


def _shown(place: int, comment: Any, rival: Any) -> Shown:
    """The comment at this place of the list, after its call was run."""
    what = f"comments()[{place}]"
    expect(isinstance(comment, dict), f"{what} is no dictionary: `comment` makes one", call="comments()", got=comment)
    line, cause, function = (comment.get(key) for key in ("line", "cause", "function"))
    expect(type(line) is int and 0 < line < 10_000, f"the line of {what} is no number of a line", call=what, got=line)
    known = isinstance(cause, str) and cause in CAUSES
    expect(known, f"the cause of {what} is none of those listed", call=what, got=cause, expected=", ".join(CAUSES))
    named = isinstance(function, str) and function in FUNCTIONS
    expect(named, f"{what} names no function of the module, so that there is no call to run", call=what, got=function,
           expected=", ".join(FUNCTIONS))  # fmt: skip
    arguments = plain(comment.get("arguments"))
    good = isinstance(arguments, list) and _parts(arguments) <= MOST_PARTS
    expect(good, f"the arguments of {what} are no list, or hold more than {MOST_PARTS} values", call=what,
           got=comment.get("arguments"), expected="a list with one entry for each parameter")  # fmt: skip
    said = rival.judge(line, function, arguments)
    call = f"{function}({', '.join(map(repr, arguments))})"[:300]
    expect(said["change"] >= 0, f"line {line} is as it was: {what} is about a line that the change has not made",
           call=what, got=line, expected="a line with a + before it")  # fmt: skip
    expect(not said["refused"], f"the call of {what} is not allowed: {said['refused']}", call=call)
    wrong = ""
    if not said["differs"]:
        wrong = f"before.py and after.py agree on it: {_told(said['before'])}"
    elif not said["alone"]:
        wrong = f"they differ on it, but not by line {line}: with this change alone, before.py answers as before"
    return Shown(line, cause, call, said["change"], wrong)


def _parts(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + len(value) + sum(map(_parts, value.values()))
    return 1 + sum(map(_parts, value)) if isinstance(value, list) else 1


def _told(outcome: Outcome) -> str:
    return f"{outcome['raised']} is raised" if outcome["raised"] else f"both give {outcome['came']!r}"[:100]


def expect_balance(shown: Sequence[Shown], bar: int) -> None:
    """At least `bar` comments are right when each wrong one costs one."""
    right, wrong = [one for one in shown if not one.wrong], [one for one in shown if one.wrong]
    first = f"The first wrong one is on line {wrong[0].line}: {wrong[0].wrong}" if wrong else "None is wrong"
    expect(len(right) - len(wrong) >= bar, f"{len(right)} comments are right and {len(wrong)} wrong; each wrong one "
           f"costs a right one. {first}", call=wrong[0].call if wrong else "comments()", got=len(right) - len(wrong),
           expected=f"at least {bar}")  # fmt: skip


# ---- the tool

_DIFFERS = {
    "boundary": "what it does at a limit",
    "ties": "which of two equal ones comes first",
    "empty": "what it makes of nothing",
    "single": "what it makes of a single value",
    "duplicates": "what it makes of equal values",
    "negative": "what it makes of negative numbers",
    "zero": "what it makes of zero",
    "missing": "what it makes of None",
    "last batch": "what it makes of a last batch that is not full",
    "in place": "what becomes of its arguments",
    "too many": "what it does when asked for more than there is",
}


class Served:
    """One function of a pair as the learner's code has it: it answers, and counts."""

    def __init__(self, call: Any) -> None:
        self._call = call
        self.calls = 0

    def __call__(self, *arguments: Any, **named: Any) -> Outcome:
        """The outcome of one call; once there were too many, nothing is told."""
        self.calls += 1
        if named or self.calls > CALLS:
            return {"raised": "not allowed", "came": None, "left": None}
        outcome: Outcome = self._call(*plain(arguments))
        return outcome


def found_by(candidate: Any, twins: Twins) -> bool:
    """Whether `differ` tells the pair apart. It fails where it is wrong, raises, or calls too often."""
    served = Served(twins.call_one), Served(twins.call_other)
    call = f"differ(one, other, {twins.example!r})"
    try:
        got = candidate.differ(*served, twins.example)
    except LearnerRaised as raised:
        if raised.is_a("NotImplementedError"):
            raise
        raise CheckFailed("differ raises", call=call, got=f"{raised}"[:160], expected="arguments, or None") from None
    calls = max(one.calls for one in served)
    expect(calls <= CALLS, f"each function may be called {CALLS} times", call=call, got=f"{calls} calls",
           expected=f"at most {CALLS}")  # fmt: skip
    if got is None:
        return False
    arguments = plain(got)
    expect(isinstance(arguments, list), "differ returns a list of arguments, or None", call=call, got=got)
    if not twins.differ(arguments):
        what = twins.call_one(*arguments)
        about = "both refuse them" if what["raised"] == "not allowed" else f"both give {what['came']!r}"[:120]
        equal = "" if twins.kind else " The two are equal everywhere: one was rewritten"
        expect(False, f"the two do not differ on the arguments that differ returned: {about}.{equal}", call=call,
               got=arguments, expected="arguments on which they differ" if twins.kind else "None")  # fmt: skip
    return True


def expect_told_apart(candidate: Any, twins: Sequence[Twins], bar: int, *, of_each_kind: bool = False) -> None:
    """Of those pairs that differ, at least `bar` are told apart; of those that are equal, none."""
    unequal = [pair for pair in twins if pair.kind]
    missed = [pair for pair in twins if not found_by(candidate, pair) and pair.kind]
    count = len(unequal) - len(missed)
    if of_each_kind:
        found = {pair.kind for pair in unequal if pair not in missed}
        for pair in missed:
            expect(pair.kind in found, f"no pair was told apart that differs by {_DIFFERS[pair.kind]}", got="None",
                   call=f"differ(one, other, {pair.example!r})", expected="arguments on which they differ")  # fmt: skip
    if count < bar:
        expect(False, f"{count} of {len(unequal)} pairs that differ were told apart. One that was missed differs by "
               f"{_DIFFERS[missed[0].kind]}", call=f"differ(one, other, {missed[0].example!r})", got="None",
               expected=f"at least {bar} of {len(unequal)}")  # fmt: skip


def pairs(seed: int, rng: Any, *kinds: str) -> list[Twins]:
    """All pairs of these kinds, in an order that is drawn."""
    every = make_twins(seed, kinds)
    return [every[place] for place in rng.permutation(len(every))]
