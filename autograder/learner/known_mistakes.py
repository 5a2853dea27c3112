"""Recognises a mistake that is known: the exercise ships a wrong solution that fails in exactly the same way."""

import time
from collections.abc import Callable, Iterator

from autograder.course import Exercise
from autograder.course.mutants import Mutant, read_mutant, shipped
from autograder.errors import Problem
from autograder.verdict import CheckResult, Outcome, Verdict

SECONDS = 4.0
"""As long as one waits for an explanation at most."""

JudgeOne = Callable[[bytes, str, int], Verdict]
"""Judges a module by one check, of this name, with this seed."""


def explanation(exercise: Exercise, verdict: Verdict, judge: JudgeOne, seconds: float = SECONDS) -> str:
    """What the verdict's first failure comes from, told to whoever made the mistake; "" when it is none that is known.

    A mistake is recognised when one of the wrong solutions that must fail at this check, and no other of them, answers
    the same questions in the same wrong way. They are judged with the verdict's seed until `seconds` are over.
    """
    failed = verdict.first_failure
    if failed is None or failed.outcome not in (Outcome.FAILED, Outcome.CRASHED):
        return ""
    found = set()
    deadline = time.monotonic() + seconds
    for mutant in _of_check(exercise, failed.name):
        if time.monotonic() > deadline:
            return ""
        if _alike(failed, judge(mutant.text.encode(), failed.name, verdict.seed).checks[0]):
            found.add(mutant.misconception)
    return found.pop() if len(found) == 1 else ""


def _of_check(exercise: Exercise, check: str) -> Iterator[Mutant]:
    """The wrong solutions that must fail at this check; none where the installation has none."""
    for path, name in shipped(exercise, "mutants"):
        try:
            mutant = read_mutant(path, name)
        except Problem:
            continue  # the author's to mend, and no learner's concern
        if mutant.check == check:
            yield mutant


def _alike(one: CheckResult, other: CheckResult) -> bool:
    """Whether two failures say the same, wherever in the code they come from."""
    first, second = one.failure, other.failure
    if first is None or second is None or one.outcome is not other.outcome:
        return False
    return (first.message, first.call, first.got, first.expected) == (
        second.message, second.call, second.got, second.expected,
    )  # fmt: skip
