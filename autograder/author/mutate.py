"""Judges the standard mutants of each solution: which check kills which, and which nobody kills."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from autograder.author.equivalents import Equivalent, equivalents_place, read_equivalents
from autograder.author.judging import Judge, Tell, judged, put, wait, workplace
from autograder.author.mutations import Mutation, distinct, mutations
from autograder.author.strip import module_place, solution, starter
from autograder.course import Exercise
from autograder.errors import Problem
from autograder.examiner import judge
from autograder.verdict import Outcome, Verdict


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    EQUIVALENT = "equivalent"
    SURVIVED = "survived"


@dataclass(frozen=True)
class Result:
    """A mutant's fate. `check` is the first that did not pass it, `said` what is to be told of it.

    `recorded` is the reason why no check should find the mutant, where one is recorded.
    """

    mutation: Mutation
    fate: Fate
    check: str = ""
    said: str = ""
    recorded: str = ""


@dataclass(frozen=True)
class Score:
    """What came of one exercise's mutants. `possible` is how many there are, of which `results` may be a sample.

    `stale` are the recorded equivalents that are no mutant of this solution any more; `seconds` is the time its
    judgements took, added up.
    """

    number: str
    title: str
    module: str
    equivalents: str
    possible: int
    results: tuple[Result, ...]
    stale: tuple[Equivalent, ...]
    seconds: float

    def count(self, *fates: Fate) -> int:
        """How many mutants met one of these fates."""
        return sum(result.fate in fates for result in self.results)

    @property
    def survivors(self) -> tuple[Result, ...]:
        """The mutants that no check kills and nobody has recorded as equivalent."""
        return tuple(result for result in self.results if result.fate is Fate.SURVIVED)

    @property
    def refuted(self) -> tuple[Result, ...]:
        """The mutants recorded as equivalent that a check kills."""
        killed = (Fate.KILLED, Fate.TIMED_OUT)
        return tuple(result for result in self.results if result.recorded and result.fate in killed)

    @property
    def killers(self) -> Mapping[str, int]:
        """For each check, how many mutants it was the first to kill; those of most first."""
        killed = (result.check for result in self.results if result.fate in (Fate.KILLED, Fate.TIMED_OUT))
        return dict(Counter(killed).most_common())

    @property
    def share(self) -> float | None:
        """The share of the mutants not equivalent that were killed, from 0 to 1; None when there are none."""
        killed = self.count(Fate.KILLED, Fate.TIMED_OUT)
        judged = killed + len(self.survivors)
        return killed / judged if judged else None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: a mutant without its module's text."""
        results = []
        for result in self.results:
            mutation = {key: value for key, value in asdict(result.mutation).items() if key != "text"}
            results.append(mutation | {k: v for k, v in asdict(result).items() if k != "mutation"})
        derived = {"share": self.share, "survivors": len(self.survivors), "killers": self.killers}
        return asdict(self) | derived | {"results": results}


@dataclass(frozen=True)
class _Job:
    """One exercise's mutants on their way through the executor, each with the record that covers it."""

    exercise: Exercise
    possible: int
    stale: tuple[Equivalent, ...]
    solution: "Future[Verdict]"
    runs: Mapping["Future[Verdict]", tuple[Mutation, Equivalent | None]]

    def check_solution(self) -> None:
        """`Problem` unless the solution passes: whatever fails it would count as a mutant's killer."""
        failure = self.solution.result().first_failure
        if failure:
            said = failure.failure.message.partition("\n")[0] if failure.failure else failure.outcome
            raise Problem(
                f"{failure.name} does not pass the solution itself, so no mutant was judged: {said}",
                where=module_place(self.exercise),
                fix=f"ninety author validate {self.exercise.number}",
            )

    def score(self) -> Score:
        """The fates; all runs have ended."""
        verdicts = [run.result() for run in self.runs]
        pairs = zip(verdicts, self.runs.values(), strict=True)
        return Score(
            number=self.exercise.number,
            title=self.exercise.title,
            module=module_place(self.exercise),
            equivalents=equivalents_place(self.exercise),
            possible=self.possible,
            results=tuple(_result(verdict, mutation, record) for verdict, (mutation, record) in pairs),
            stale=self.stale,
            seconds=sum(verdict.seconds for verdict in verdicts),
        )


def mutate(
    exercises: Iterable[Exercise],
    executor: Executor,
    *,
    sample: int | None = None,
    seed: int = 0,
    judge: Judge = judge,
    tell: Tell = lambda done, total, what: None,
) -> tuple[Score, ...]:
    """Judge the mutants of each exercise's solution, or `sample` of them; one score for each exercise.

    `seed` draws the sample and is what every mutant is judged with. `judge` is called through `executor`; `tell`
    hears how many judgements of how many are done. `Problem` when a solution does not pass, a file of an exercise is
    malformed or a judging process dies.
    """
    with workplace(executor) as folder:
        jobs = [
            _start(exercise, folder / str(count), executor, sample, seed, judge)
            for count, exercise in enumerate(exercises)
        ]
        for job in jobs:
            job.check_solution()
        names = {run: f"{job.exercise.number} {m.before}" for job in jobs for run, (m, _) in job.runs.items()}
        wait(names, tell)
        return tuple(job.score() for job in jobs)


def _start(exercise: Exercise, folder: Path, executor: Executor, sample: int | None, seed: int, judge: Judge) -> _Job:
    """Begin to judge the solution and its mutants."""
    starter(exercise)  # a `Problem` when something is wrong with the solution or its holes
    text = solution(exercise)
    every = mutations(text)
    groups = distinct(text, every)
    records = read_equivalents(exercise)
    chosen: Sequence[int] = range(len(groups))
    if sample is not None and sample < len(groups):
        chosen = sorted(random.Random(f"{seed} {exercise.path}").sample(chosen, sample))
    whole = executor.submit(judged, judge, exercise, put(folder / "solution", exercise, text), seed, True)
    runs = {}
    for index in chosen:
        mutation = groups[index][0]
        path = put(folder / str(index), exercise, mutation.text)
        run = executor.submit(judged, judge, exercise, path, seed, True)
        runs[run] = mutation, next((r for r in records if any(map(r.covers, groups[index]))), None)
    stale = tuple(record for record in records if not any(map(record.covers, every)))
    return _Job(exercise, len(groups), stale, whole, runs)


def _result(verdict: Verdict, mutation: Mutation, record: Equivalent | None) -> Result:
    recorded = record.reason if record else ""
    broken = [check for check in verdict.checks if check.outcome is Outcome.GRADER_ERROR]
    if broken:
        said = f"{broken[0].name} broke on it: let the check look at what came back before it computes with it"
        return Result(mutation, Fate.SURVIVED, broken[0].name, said, recorded)
    failure = verdict.first_failure
    if failure is None:
        return Result(mutation, Fate.EQUIVALENT if record else Fate.SURVIVED, recorded=recorded)
    fate = Fate.TIMED_OUT if failure.outcome is Outcome.TIMED_OUT else Fate.KILLED
    return Result(mutation, fate, failure.name, recorded=recorded)
