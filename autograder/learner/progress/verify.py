"""Judges a transcript's modules again, as those of a stranger."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from autograder.course import Catalogue, Exercise
from autograder.course.digest import checks_digest
from autograder.errors import Problem
from autograder.examiner import judge
from autograder.learner import extras
from autograder.learner.progress.transcript import Item
from autograder.verdict import Outcome, Verdict


class Finding(StrEnum):
    """What judging again came to."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not confirmed"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True)
class Verified:
    """What was found about one item: `why` is for what was not confirmed.

    `exercise` is None when this course has none of that name; `changed` says that its checks are no longer those that
    the item says it passed.
    """

    item: Item
    exercise: Exercise | None
    finding: Finding
    why: str = ""
    changed: bool = False
    sandbox: str = ""

    @property
    def name(self) -> str:
        """Number and title, from the catalogue."""
        return f"{self.exercise.number} {self.exercise.title}" if self.exercise else self.item.exercise

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "exercise": self.item.exercise,
            "finding": self.finding,
            "why": self.why,
            "exercise_changed": self.changed,
            "sandbox": self.sandbox,
            "sealed": self.item.sealed,
            "own_word": self.item.own_word,
        }


def verify(items: tuple[Item, ...], catalogue: Catalogue, sandbox_for: Callable[[Exercise], str]) -> Iterator[Verified]:
    """Judge every module with a fresh seed, in the sandbox that `sandbox_for` names, one after the other."""
    exercises = {exercise.path: exercise for exercise in catalogue}
    own = {exercises[item.exercise].number: item.text.encode() for item in items if item.exercise in exercises}
    for item in items:
        exercise = exercises.get(item.exercise)
        if exercise is None:
            yield Verified(item, None, Finding.NOT_JUDGED, "this course has no such exercise")
        else:
            box = sandbox_for(exercise)
            finding, why = _judged(item, exercise, box, own)
            changed = item.checks != checks_digest(exercise)
            yield Verified(item, exercise, finding, why, changed, box)


def _judged(item: Item, exercise: Exercise, sandbox: str, own: Mapping[str, bytes]) -> tuple[Finding, str]:
    try:
        extras.require(exercise)
        verdict = judge(exercise, item.text.encode(), sandbox=sandbox, own=own)
        if verdict.outcome is Outcome.PASSED:
            return Finding.CONFIRMED, ""
        again = judge(exercise, item.text.encode(), sandbox=sandbox, seed=item.seed, own=own)
    except Problem as problem:
        return Finding.NOT_JUDGED, problem.what
    if Outcome.GRADER_ERROR in (verdict.outcome, again.outcome):
        return Finding.NOT_JUDGED, "the grader itself failed; the check needs a person"
    if again.outcome is Outcome.PASSED:
        return (
            Finding.NOT_CONFIRMED,
            f"it passes with its own seed {item.seed}; with {verdict.seed} {_failure(verdict)}",
        )
    return Finding.NOT_CONFIRMED, _failure(again)


def _failure(verdict: Verdict) -> str:
    failed = verdict.first_failure
    return f"{failed.name} {failed.outcome}" if failed else str(verdict.outcome)
