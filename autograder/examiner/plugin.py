"""What a check meets: its fixtures, and what becomes of it, in words for the learner."""

import contextlib
import time
import traceback
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import pytest

from autograder.course import Exercise
from autograder.examiner.cancel import Cancel
from autograder.examiner.checks import CheckInfo
from autograder.examiner.faults import CandidateFault, CandidateLate, CheckFailed, LearnerRaised
from autograder.examiner.proxy import Candidate
from autograder.examiner.services import Postgres, Redis, Service, start_service
from autograder.examiner.session import Session
from autograder.sandbox import ServerGone
from autograder.verdict import CheckResult, Failure, Outcome, Place, readable

if TYPE_CHECKING:
    import numpy

MAX_OUTPUT = 4000


class Run:
    """One submission's way through the checks. `session` holds the learner's module, `rival` the harness alone."""

    def __init__(self, exercise: Exercise, session: Session, rival: Session, seed: int, cancel: Cancel) -> None:
        self.exercise = exercise
        self.session = session
        self.rival = rival
        self.seed = seed
        self.cancel = cancel
        self.server_gone = False
        self._services: dict[str, Service] = {}

    def service(self, name: str) -> Service:
        """The real server of that name, started when a check first asks for it; its socket is in the cell."""
        if name not in self.exercise.services:
            raise RuntimeError(f"the exercise does not name {name!r} among its services")
        if name not in self._services:
            cell = self.session.cell
            service = self._services[name] = start_service(name, cell.wire)
            service.seen_at = cell.inside(str(cell.wire))
        return self._services[name]

    def close(self) -> None:
        """Throw the servers and the candidates away."""
        for service in self._services.values():
            service.close()
        self.session.close()
        self.rival.close()

    def check(self, check: CheckInfo, run: Callable[[], object]) -> CheckResult:
        """What became of a check that `run` runs; `Cancelled` when nobody wants to know any more."""
        self.cancel.stop_here()
        started = time.monotonic()
        self.session.last_call, self.session.last_target = "", None
        self.session.take_output()
        caught: BaseException | None = None
        try:
            with self.session.lane.shared():
                run()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            caught = error
        self.cancel.stop_here()
        self.server_gone |= isinstance(caught, ServerGone)
        outcome, failure = self._explain(check, caught)
        printed = readable(self.session.take_output()[:MAX_OUTPUT])
        return check.result(outcome, failure, printed, time.monotonic() - started)

    def _explain(self, check: CheckInfo, error: BaseException | None) -> tuple[Outcome, Failure | None]:
        if error is None:
            return Outcome.PASSED, None
        if isinstance(error, CandidateFault):
            return self._fault(check, error)
        if isinstance(error, AssertionError):
            return Outcome.FAILED, self._failed(check, error)
        last = traceback.extract_tb(error.__traceback__)[-3:]
        lines = [f"{type(error).__name__}: {error}", *(f"{f.filename}:{f.lineno} {f.line}" for f in last)]
        return Outcome.GRADER_ERROR, Failure("\n".join(lines)[:4000], call=self.session.last_call)

    def _failed(self, check: CheckInfo, error: AssertionError) -> Failure:
        call = self.session.last_call
        where = next(iter(self._own([self.session.last_place()])), None)
        if not isinstance(error, CheckFailed):
            return Failure(str(error) or check.title, call=call, where=where)
        return Failure(error.because, error.call or call, error.got, error.expected, where)

    def _fault(self, check: CheckInfo, fault: CandidateFault) -> tuple[Outcome, Failure]:
        if not isinstance(fault, LearnerRaised):
            late = isinstance(fault, CandidateLate)
            return Outcome.TIMED_OUT if late else Outcome.CRASHED, Failure(str(fault), call=fault.call)
        hole = self._hole(fault)
        if hole == check.task:
            return Outcome.NOT_ATTEMPTED, Failure(fault.message, call=fault.call)
        if hole:
            return Outcome.NOT_ATTEMPTED, Failure(f"this needs task {hole} first: {fault.message}", call=fault.call)
        frames = self._own(fault.frames)
        where = frames[-1] if frames else None
        said = self.session.anywhere(str(fault))
        return Outcome.CRASHED, Failure(said, call=fault.call, where=where, traceback=frames)

    def _own(self, places: Iterable[Place | None]) -> tuple[Place, ...]:
        """Those places that are in files of the learner's, not in the harness beside them."""
        return tuple(place for place in places if place and place.file != "harness.py")

    def _hole(self, fault: LearnerRaised) -> str:
        """The task whose own marker this exception carries, or nothing."""
        for task in self.exercise.tasks:
            marker = f"{self.exercise.number}, task {task.name}:"
            if fault.type_name == "NotImplementedError" and fault.message.startswith(marker):
                return task.name
        return ""


class CheckPlugin:
    """What pytest is told: the fixtures of a check, and to whom its exceptions are reported."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self._run: Run | None = None

    @contextlib.contextmanager
    def serving(self, run: Run) -> Iterator[None]:
        """The checks that run now are those of this submission."""
        self._run = run
        try:
            yield
        finally:
            self._run = None

    @property
    def run(self) -> Run:
        """The submission whose checks run now."""
        assert self._run is not None
        return self._run

    # ---- fixtures

    @pytest.fixture
    def candidate(self) -> Iterator[Candidate]:
        """The learner's module, in its own process."""
        self.run.session.ensure()
        with Candidate(self.run.session, self.run.exercise.module) as candidate:
            yield candidate

    @pytest.fixture
    def harness(self) -> Iterator[Candidate]:
        """The exercise's harness, in the learner's process."""
        self.run.session.ensure()
        with Candidate(self.run.session, "harness") as candidate:
            yield candidate

    @pytest.fixture
    def rival(self) -> Iterator[Candidate]:
        """The exercise's harness in a process where no code of the learner's is."""
        self.run.rival.ensure()
        with Candidate(self.run.rival, "harness") as candidate:
            yield candidate

    @pytest.fixture
    def postgres(self) -> Postgres:
        """A PostgreSQL server of this submission's own, with an empty database for each check."""
        service = self.run.service("postgres")
        assert isinstance(service, Postgres)
        service.reset()
        return service

    @pytest.fixture
    def redis(self) -> Redis:
        """A Redis server of this submission's own, empty at the start of each check."""
        service = self.run.service("redis")
        assert isinstance(service, Redis)
        service.reset()
        return service

    @pytest.fixture
    def seed(self) -> int:
        """The number this grade can be replayed with."""
        return self.run.seed

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> "numpy.random.Generator":
        """Random numbers of this grade and this check."""
        import numpy

        return numpy.random.default_rng([self.run.seed, zlib.crc32(request.node.name.encode())])

    # ---- what happens

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of checks that cannot be imported is an error of the grader's."""
        if report.failed:
            self.errors.append(str(report.longrepr))
