"""Many submissions to one exercise, graded at a time on an executor; none of them can stop the others.

    with open_ledger(folder, print) as ledger:
        batch = Batch(exercise, "bubblewrap", executor, at_once=4, ledger=ledger)
        for graded in batch.grade(Request(path) for path in paths):
            ...

The executor is `Workers` here; `distributed.Client(...).get_executor()` spreads a batch over machines that share the
exercise's folder.
"""

import secrets
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from autograder import __version__
from autograder.cohort.ingredients import exercise_digest, ingredients, key_of
from autograder.cohort.pool import WorkerDied
from autograder.cohort.records import Ledger, Record
from autograder.cohort.submissions import Submission, read
from autograder.course import Exercise
from autograder.errors import Exit, Problem
from autograder.examiner import judge, list_checks
from autograder.files import as_file
from autograder.verdict import Failure, Outcome, Verdict
from autograder.verdict.cells import in_cells


class Judge(Protocol):
    """What judges one submission, in whatever process it is called."""

    def __call__(self, exercise: Exercise, source: Path, *, sandbox: str, seed: int) -> Verdict:
        """The verdict on the module at `source`."""


@dataclass(frozen=True)
class Request:
    """A submission, by its absolute path, and the seed to grade it with; None for a fresh one."""

    path: str
    seed: int | None = None


@dataclass(frozen=True)
class Graded:
    """What became of the request at `place` (from 0), what that is made of, and whether it was known before."""

    place: int
    verdict: Verdict
    made_of: Mapping[str, str]
    reused: bool = False


@dataclass(frozen=True)
class _Job:
    """A request on its way, with the seed that it is graded with."""

    place: int
    request: Request
    made_of: Mapping[str, str]
    seed: int


@dataclass(frozen=True)
class Batch:
    """How the submissions to one exercise are graded: where, by what, and where the verdicts are kept.

    `at_once` submissions are in work or in memory at a time. The next one starts when a verdict has been stored, so
    that a kill costs the work on `at_once` submissions at most. With `reuse`, a verdict in the `ledger` that is made
    of the same things is taken instead of grading again. `image` identifies the container image, where there is one.
    """

    exercise: Exercise
    sandbox: str
    executor: Executor
    at_once: int
    ledger: Ledger | None = None
    reuse: bool = True
    image: str = ""
    judge: Judge = judge

    def grade(self, requests: Iterable[Request]) -> Generator[Graded, None, None]:
        """Grade every request and give what became of each, in the order in which it is known, already stored.

        A submission that nobody can read, or on which the grader fails, is a `grader error` and never stored as
        known. `Problem` when the exercise or this machine is at fault; what was stored before stays stored.
        """
        common = ingredients(self.exercise, self.sandbox, self.image)
        under_way: dict[Future[Verdict], _Job] = {}
        try:
            for place, request in enumerate(requests):
                submission = read(request.path, self.exercise)
                job = self._job(place, request, common, submission)
                at_hand = self._at_hand(job, submission)
                if at_hand:
                    yield at_hand
                    continue
                under_way[self._start(job, submission)] = job
                while len(under_way) >= self.at_once:
                    yield from self._come(under_way)
            while under_way:
                yield from self._come(under_way)
        except BaseException:  # an interrupt, most of all: what has come is kept
            for future, job in under_way.items():
                if future.done() and not future.cancelled() and not future.exception():
                    self._store(future.result(), job)
            raise

    def _job(self, place: int, request: Request, common: Mapping[str, str], submission: Submission) -> _Job:
        asked = {} if request.seed is None else {"seed": str(request.seed)}
        seed = secrets.randbelow(2**53) if request.seed is None else request.seed
        return _Job(place, request, {**common, "submission": submission.digest, **asked}, seed)

    def _at_hand(self, job: _Job, submission: Submission) -> Graded | None:
        """What is known without any work: from the ledger, or because there is no module to judge."""
        if submission.unread:
            return self._store(self._without_judge(job, Outcome.GRADER_ERROR, submission.unread), job)
        path = job.request.path
        record = self.ledger.find(path, key_of(job.made_of)) if self.ledger and self.reuse else None
        if record:
            verdict = replace(record.verdict, submission=path)
            if self.ledger and record.verdict.submission != path:
                self.ledger.append(Record.of(verdict, job.made_of))
            return Graded(job.place, verdict, job.made_of, reused=True)
        if submission.refused:
            return self._store(self._without_judge(job, Outcome.CRASHED, submission.refused), job)
        return None

    def _start(self, job: _Job, submission: Submission) -> Future[Verdict]:
        return self.executor.submit(_judged, self.judge, self.exercise, submission, self.sandbox, job.seed)

    def _come(self, under_way: dict[Future[Verdict], _Job]) -> Iterator[Graded]:
        """Wait for the next verdicts and store them."""
        done, _ = wait(under_way, return_when=FIRST_COMPLETED)
        for future in done:
            job = under_way[future]
            try:
                verdict = future.result()
            except Problem:
                del under_way[future]
                raise
            except Exception as error:
                words = str(error) if isinstance(error, WorkerDied) else f"{type(error).__name__}: {error}"
                verdict = self._without_judge(job, Outcome.GRADER_ERROR, words)
            graded = self._store(verdict, job)
            del under_way[future]
            yield graded

    def _store(self, verdict: Verdict, job: _Job) -> Graded:
        if self.ledger:
            if exercise_digest(self.exercise) != job.made_of["exercise"]:
                raise Problem(
                    f"exercise {self.exercise.number} was changed while it was being graded",
                    where=str(self.exercise.folder),
                    fix="give the same command again: what the change may have touched is graded anew",
                    code=Exit.ENVIRONMENT,
                )
            self.ledger.append(Record.of(verdict, job.made_of))
        return Graded(job.place, verdict, job.made_of)

    def _without_judge(self, job: _Job, outcome: Outcome, reason: str) -> Verdict:
        """A verdict in which every check came out alike, for one reason."""
        checks = tuple(check.result(outcome, Failure(reason)) for check in list_checks(self.exercise))
        return Verdict(
            exercise=self.exercise.number,
            title=self.exercise.title,
            checks=checks,
            seed=job.seed,
            sandbox=self.sandbox,
            engine=__version__,
            submission=job.request.path,
        )


def _judged(judge: Judge, exercise: Exercise, submission: Submission, sandbox: str, seed: int) -> Verdict:
    """The verdict on exactly these bytes, whatever becomes of the file they were read from."""
    with as_file(exercise.module_file, submission.content) as module:
        verdict = replace(judge(exercise, module, sandbox=sandbox, seed=seed), submission=submission.path)
    return in_cells(verdict, exercise.module_file, submission.origins) if submission.origins else verdict
