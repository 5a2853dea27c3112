"""The rows of the matrix: what is judged, and what may be said against the verdict it got."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.author.garbage import garbage
from autograder.author.strip import solution, starter
from autograder.course import Exercise
from autograder.course.mutants import Mutant, read_accepted, read_mutant, shipped
from autograder.verdict import CheckResult, Outcome, Verdict

KINDS = ("starter", "solution", "accepted", "mutants", "garbage")
FEW_SEEDS = 2  # for what is not the solution itself
_MAY_BE_GARBAGE = (Outcome.FAILED, Outcome.CRASHED, Outcome.TIMED_OUT)


@dataclass(frozen=True)
class Case:
    """One module to judge, once for each seed. `mutant` is set for a wrong solution."""

    kind: str
    name: str
    text: str
    seeds: tuple[int, ...]
    mutant: Mutant | None = None

    def objections(self, verdicts: tuple[Verdict, ...]) -> tuple[str, ...]:
        """What is wrong, one sentence each with its fix; `verdicts` stand in the order of `seeds`."""
        broken = [_grader_error(self.name, verdict) for verdict in verdicts]
        found = list(filter(None, broken)) or [text for verdict in verdicts for text in self._object(verdict)]
        return tuple(dict.fromkeys([*found, *self._unsteady(verdicts)]))

    def _object(self, verdict: Verdict) -> Iterator[str]:
        first = _first(verdict)
        if self.mutant:
            yield from _survives(self.mutant, verdict, first)
        elif self.kind == "garbage":
            if first is None:
                yield f"a module in which {self.name} passed every check: let one of them look at that answer"
            elif verdict.outcome not in _MAY_BE_GARBAGE:
                yield f"a module in which {self.name} is {verdict.outcome}: let the check fail on that answer"
        elif self.kind == "starter":
            for check in verdict.checks:
                if check.outcome is not Outcome.NOT_ATTEMPTED:
                    yield (
                        f"{check.name} {_came_out(check)} on the starter, where nothing has been attempted: "
                        "let it run into a hole"
                    )
        elif first is not None:
            yield (
                f"{self.name} must pass but {first.name} {_came_out(first)} with seed {verdict.seed}: "
                f"{_said(first)}: correct the module, or the check if it asks for too much"
            )

    def _unsteady(self, verdicts: tuple[Verdict, ...]) -> Iterator[str]:
        by_seed: dict[int, Verdict] = {}
        for verdict in verdicts:
            if by_seed.setdefault(verdict.seed, verdict) != verdict:
                yield (
                    f"{self.name} got two different verdicts with seed {verdict.seed}: "
                    "draw every random number from `rng` or `seed`"
                )


def cases(exercise: Exercise, repeats: int) -> Iterator[Case]:
    """Every module to judge for one exercise; the solution `repeats` times, and once more with its first seed.

    `Problem` when a file of the exercise is malformed.
    """
    seeds = tuple(range(max(repeats, 1)))
    few = seeds[:FEW_SEEDS]
    module = solution(exercise)
    yield Case("starter", "the starter", starter(exercise), seeds[:1])
    yield Case("solution", exercise.module_file, module, (*seeds, seeds[0]))
    for path, name in shipped(exercise, "accepted"):
        yield Case("accepted", name, read_accepted(path, name).text, few)
    for path, name in shipped(exercise, "mutants"):
        mutant = read_mutant(path, name)
        yield Case("mutants", name, mutant.text, few, mutant)
    for wrong, text in garbage(module):
        yield Case("garbage", wrong, text, seeds[:1])


def same_code(one: str, other: str) -> bool:
    """True when two modules differ in comments and layout only."""
    try:
        return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except SyntaxError:
        return one == other


def _survives(mutant: Mutant, verdict: Verdict, first: CheckResult | None) -> Iterator[str]:
    if first is None:
        yield f"{mutant.name} passed every check with seed {verdict.seed}: make {mutant.check} stricter or delete it"
    elif first.name != mutant.check:
        yield (
            f"{mutant.name} must fail {mutant.check} but {first.name} {_came_out(first)} first with: {_said(first)}: "
            f"name that check in its first line, or make it fail for nothing but {mutant.check}"
        )
    elif first.outcome is Outcome.NOT_ATTEMPTED:
        yield f"{mutant.name} was not attempted in {first.name}: a mutant is a complete module, so fill its holes"
    else:
        missing = [f'"{word}"' for word in mutant.words if word not in _all_said(first)]
        if missing:
            yield (
                f"{mutant.name} failed {first.name} without the words {' and '.join(missing)}; it said: "
                f"{_said(first)}: correct the first line of the mutant or the check's message"
            )


def _grader_error(name: str, verdict: Verdict) -> str:
    for check in verdict.checks:
        if check.outcome is Outcome.GRADER_ERROR:
            return (
                f"{name} made {check.name} a grader error with seed {verdict.seed}: {_said(check)}: "
                "let the check look at what came back (expect_type) before it computes with it"
            )
    return "" if verdict.checks else f"{name} met no check at all: write test_visible.py"


def _first(verdict: Verdict) -> CheckResult | None:
    """The first check that did not pass, the visible ones first, as the files have them."""
    ordered = sorted(verdict.checks, key=lambda check: check.hidden)
    return next((check for check in ordered if check.outcome is not Outcome.PASSED), None)


def _came_out(check: CheckResult) -> str:
    """The outcome as the end of a sentence that begins with the check's name."""
    plain = (Outcome.PASSED, Outcome.FAILED, Outcome.CRASHED, Outcome.TIMED_OUT)
    return str(check.outcome) if check.outcome in plain else f"was {check.outcome}"


def _all_said(check: CheckResult) -> str:
    failure = check.failure
    return "\n".join((failure.message, failure.call, failure.got, failure.expected)) if failure else ""


def _said(check: CheckResult) -> str:
    """The message's first line, shortened: of an error in a check, the exception."""
    text = (check.failure.message if check.failure else "").strip().partition("\n")[0] or "no message"
    return text if len(text) <= 200 else f"{text[:199]}…"
