"""Brings what is new in the installed course into a workspace, and says what became of the passes in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.course import Exercise
from autograder.course.digest import checks_digest
from autograder.errors import Problem
from autograder.learner.desk import Desk
from autograder.learner.progress.entries import entries
from autograder.learner.progress.events import Judged
from autograder.learner.progress.state import Standing, now
from autograder.learner.workspace import Placed
from autograder.verdict import Outcome


@dataclass(frozen=True)
class Passed:
    """An exercise that was passed before its checks changed.

    `again` is None when it was not judged again, else whether the text that passed then passes now; `why` says what
    stood in the way of that.
    """

    exercise: Exercise
    again: bool | None = None
    why: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"exercise": self.exercise.number, "passes_now": self.again, "why": self.why}


def bring(desk: Desk) -> tuple[Placed, ...]:
    """Copy what is new in the course into the workspace; what the learner changed is kept."""
    catalogue = desk.workspace.catalogue
    return desk.workspace.place(exercise for exercise in catalogue if catalogue.released(exercise).is_dir())


def passed_before(desk: Desk) -> tuple[Exercise, ...]:
    """The exercises whose checks have changed since they were passed."""
    found = entries(desk.workspace)
    return tuple(entry.exercise for entry in found if entry.standing is Standing.PASSED_BEFORE)


def check_again(desk: Desk, exercises: tuple[Exercise, ...]) -> Iterator[Passed]:
    """Judge the text with which each of them was passed.

    A pass is remembered, and so is nothing else: it takes no pass away, and is no attempt of the learner's.
    """
    for exercise in exercises:
        try:
            yield _checked(desk, exercise)
        except Problem as problem:
            yield Passed(exercise, why=problem.what)


def _checked(desk: Desk, exercise: Exercise) -> Passed:
    workspace = desk.workspace
    passed = workspace.last_passed(workspace.store.read().record(exercise.path).passes)
    if passed is None:
        return Passed(exercise, why="the text that passed was not kept")
    text = passed[1]
    verdict = desk.judge(exercise, text)
    if verdict.outcome is Outcome.GRADER_ERROR:
        return Passed(exercise, why="the grader itself failed")
    failed = verdict.first_failure
    if failed:
        return Passed(exercise, again=False, why=f"{failed.name} {failed.outcome}")
    digest, checks = workspace.keep(text), checks_digest(exercise)
    desk.record(Judged.of(exercise.path, verdict, now(), module=digest, checks=checks, again=True))
    return Passed(exercise, again=True)
