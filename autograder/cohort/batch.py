"""Many submissions to one exercise, graded at a time on an executor; none of them can stop the others.

    with open_ledger(folder, print) as ledger:
        batch = Batch(exercise, "bubblewrap", executor, at_once=4, ledger=ledger)
        for graded in batch.grade(Request(path) for path in paths):
            ...

The executor is `Workers` here; `distributed.Client(...).get_executor()` spreads a batch over machines that share the
exercise's folder.
"""

import secrets
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from typing import Protocol

from autograder import __version__
from autograder.cohort.ingredients import exercise_digest, ingredients, key_of
from autograder.cohort.records import Ledger, Record
from autograder.cohort.submissions import Submission, read
from autograder.course import Exercise
from autograder.errors import Exit, Problem
from autograder.examiner import judge, list_checks
from autograder.verdict import Failure, Outcome, Verdict
from autograder.verdict.cells import in_cells


class Judge(Protocol):
    """What judges one submission, in whatever process it is called."""

    def __call__(self, exercise: Exercise, source: bytes, *, sandbox: str, seed: int) -> Verdict:
        """The verdict on the module whose text is `source`."""


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

    `at_once` submissions are in work at a time, and one more has been read. The next one starts when a verdict has been
    stored, so that a kill costs the work on `at_once` submissions at most. With `reuse`, a verdict in the `ledger` that
    is made of the same things is taken instead of grading again. `image` identifies the container image, where there is
    one.
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
                come = self._come(under_way) if len(under_way) >= self.at_once else []
                at_hand = self._at_hand(job, submission)  # only now: it may be what has just come
                if at_hand:
                    come.append(at_hand)
                else:
                    under_way[self._start(job, submission)] = job
                yield from come
            while under_way:
                yield from self._come(under_way)
        except BaseException:  # an interrupt, most of all: what has come is kept
            done = [future for future in under_way if future.done() and not future.cancelled()]
            self._store(*((future.result(), under_way[future]) for future in done if not future.exception()))
            raise

    def _job(self, place: int, request: Request, common: Mapping[str, str], submission: Submission) -> _Job:
        asked = {} if request.seed is None else {"seed": str(request.seed)}
        seed = secrets.randbelow(2**53) if request.seed is None else request.seed
        return _Job(place, request, {**common, "submission": submission.digest, **asked}, seed)

    def _at_hand(self, job: _Job, submission: Submission) -> Graded | None:
        """What is known without any work: from the ledger, or because there is no module to judge."""
        if submission.unread:
            return self._refused(job, Outcome.GRADER_ERROR, submission.unread)
        path = job.request.path
        record = self.ledger.find(path, key_of(job.made_of)) if self.ledger and self.reuse else None
        if record:
            verdict = replace(record.verdict, submission=path)
            if self.ledger and record.verdict.submission != path:
                self.ledger.append(Record.of(verdict, job.made_of))
            return Graded(job.place, verdict, job.made_of, reused=True)
        if submission.refused:
            return self._refused(job, Outcome.CRASHED, submission.refused)
        return None

    def _refused(self, job: _Job, outcome: Outcome, reason: str) -> Graded:
        verdict = self._without_judge(job, outcome, reason)
        self._store((verdict, job))
        return Graded(job.place, verdict, job.made_of)

    def _start(self, job: _Job, submission: Submission) -> Future[Verdict]:
        return self.executor.submit(_judged, self.judge, self.exercise, submission, self.sandbox, job.seed)

    def _come(self, under_way: dict[Future[Verdict], _Job]) -> list[Graded]:
        """Wait for the next verdicts and store them."""
        done, _ = wait(under_way, return_when=FIRST_COMPLETED)
        come = [(self._verdict(future, under_way[future]), under_way[future]) for future in done]
        self._store(*come)
        for future in done:
            del under_way[future]
        return [Graded(job.place, verdict, job.made_of) for verdict, job in come]

    def _verdict(self, future: Future[Verdict], job: _Job) -> Verdict:
        try:
            return future.result()
        except Problem:
            raise
        except Exception as error:
            from autograder.cohort.pool import WorkerDied  # here, because a single grade has no workers

            words = str(error) if isinstance(error, WorkerDied) else f"{type(error).__name__}: {error}"
            return self._without_judge(job, Outcome.GRADER_ERROR, words)

    def _store(self, *come: tuple[Verdict, _Job]) -> None:
        if self.ledger and come:
            now = exercise_digest(self.exercise)
            if any(job.made_of["exercise"] != now for _, job in come):
                raise Problem(
                    f"exercise {self.exercise.number} was changed while it was being graded",
                    where=str(self.exercise.folder),
                    fix="give the same command again: what the change may have touched is graded anew",
                    code=Exit.ENVIRONMENT,
                )
            self.ledger.append(*(Record.of(verdict, job.made_of) for verdict, job in come))

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
    verdict = replace(judge(exercise, submission.content, sandbox=sandbox, seed=seed), submission=submission.path)
    return in_cells(verdict, exercise.module_file, submission.origins) if submission.origins else verdict
