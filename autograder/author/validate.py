"""Runs the whole matrix of each exercise, and says what is wrong in sentences that hold the fix."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.author.build import orphans
from autograder.author.cases import KINDS, Case, cases
from autograder.author.judging import Judge, Tell, judged, put, wait, workplace
from autograder.author.rules import RULES, objections, sentence
from autograder.course import Catalogue, Exercise
from autograder.errors import Problem
from autograder.examiner import judge
from autograder.verdict import Verdict


@dataclass(frozen=True)
class Tally:
    """How many of one kind were as they should be."""

    good: int = 0
    all: int = 0

    def __str__(self) -> str:
        return f"{self.good}/{self.all}"

    def plus(self, good: bool) -> "Tally":
        """The tally after one more."""
        return Tally(self.good + good, self.all + 1)


@dataclass(frozen=True)
class Row:
    """What came of one exercise. `seconds` is the time its judgements took, added up."""

    number: str
    title: str
    tallies: Mapping[str, Tally]
    objections: tuple[str, ...]
    seconds: float

    @property
    def green(self) -> bool:
        """True when there is nothing to mend."""
        return not self.objections

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self) | {
            "tallies": {kind: asdict(tally) for kind, tally in self.tallies.items()},
            "green": self.green,
        }


@dataclass(frozen=True)
class _Job:
    """One case of one exercise, on its way through the executor."""

    exercise: Exercise
    case: Case
    runs: tuple["Future[Verdict | str]", ...]

    def outcome(self) -> tuple[tuple[str, ...], float]:
        """What is wrong with the case, and the seconds it took."""
        results = [run.result() for run in self.runs]
        verdicts = tuple(result for result in results if isinstance(result, Verdict))
        seconds = sum(verdict.seconds for verdict in verdicts)
        refused = tuple(result for result in results if isinstance(result, str))
        return refused or self.case.objections(verdicts), seconds


def validate(
    catalogue: Catalogue,
    exercises: Iterable[Exercise],
    executor: Executor,
    *,
    repeats: int = 10,
    judge: Judge = judge,
    tell: Tell = lambda done, total, what: None,
) -> tuple[Row, ...]:
    """Judge everything that `exercises` ship, and check their folders; one row for each.

    `judge` is called through `executor`; `tell` hears how many judgements of how many are done. `Problem` when a
    judging process dies.
    """
    chosen = tuple(exercises)
    with workplace(executor) as folder:
        jobs, malformed = _submit(chosen, folder, executor, repeats, judge)
        wait({run: f"{job.exercise.number} {job.case.name}" for job in jobs for run in job.runs}, tell)
        return tuple(_row(exercise, catalogue, jobs, malformed[exercise.path]) for exercise in chosen)


def leftovers(catalogue: Catalogue) -> tuple[str, ...]:
    """A sentence for each generated folder whose exercise is gone."""
    folders = sorted({path.parent.relative_to(catalogue.root).as_posix() for path in orphans(catalogue)})
    return tuple(f"{folder} is generated from no exercise: run `ninety author build`" for folder in folders)


def _submit(
    exercises: Iterable[Exercise], folder: Path, executor: Executor, repeats: int, judge: Judge
) -> tuple[list[_Job], dict[str, list[str]]]:
    """Start every judgement; of an exercise with a malformed file, none, and the reason in its place."""
    jobs: list[_Job] = []
    malformed: dict[str, list[str]] = defaultdict(list)
    for exercise in exercises:
        try:
            rows = list(cases(exercise, repeats))
        except Problem as problem:
            malformed[exercise.path].append(sentence(problem))
            continue
        for case in rows:
            path = put(folder / str(len(jobs)), exercise, case.text)
            runs = tuple(
                executor.submit(_judged, judge, exercise, path, seed, bool(case.mutant)) for seed in case.seeds
            )
            jobs.append(_Job(exercise, case, runs))
    return jobs, malformed


def _judged(judge: Judge, exercise: Exercise, path: Path, seed: int, stop_early: bool) -> Verdict | str:
    """The verdict, or why there is none, in a sentence."""
    try:
        return judged(judge, exercise, path, seed, stop_early)
    except Problem as problem:
        return sentence(problem)


def _row(exercise: Exercise, catalogue: Catalogue, jobs: list[_Job], malformed: list[str]) -> Row:
    tallies = {kind: Tally() for kind in (*KINDS, "rules")}
    found, seconds = list(malformed), 0.0
    for job in jobs:
        if job.exercise is exercise:
            wrong, spent = job.outcome()
            tallies[job.case.kind] = tallies[job.case.kind].plus(not wrong)
            found += wrong
            seconds += spent
    for rule in RULES:
        wrong = objections(rule, exercise, catalogue)
        tallies["rules"] = tallies["rules"].plus(not wrong)
        found += wrong
    return Row(exercise.number, exercise.title, tallies, tuple(dict.fromkeys(found)), seconds)
