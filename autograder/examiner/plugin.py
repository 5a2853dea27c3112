"""The checks are ordinary pytest tests; this runs them and turns what happens into results.

pytest is called in the examiner's own process: no line of the learner's code is ever in it.
"""

import contextlib
import os
import sys
import time
import traceback
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.course import Exercise
from autograder.examiner.checks import CheckInfo
from autograder.examiner.faults import CandidateFault, CandidateLate, CheckFailed, LearnerRaised
from autograder.examiner.proxy import Candidate
from autograder.examiner.session import Session
from autograder.verdict import CheckResult, Failure, Outcome, Place

if TYPE_CHECKING:
    import numpy

MAX_OUTPUT = 4000


def run_checks(
    exercise: Exercise,
    checks: tuple[CheckInfo, ...],
    session: Session,
    rival: Session,
    seed: int,
    stop_early: bool = False,
) -> tuple[CheckResult, ...]:
    """Run the named checks in their order and return one result for each.

    `session` holds the learner's module, `rival` the harness alone. A check that did not run, for whatever reason,
    is a grader error; but with `stop_early` the results end with the first that is not `passed`.
    """
    plugin = _Plugin(exercise, {check.name: check for check in checks}, session, rival, seed)
    files = [exercise.visible_checks, exercise.hidden_checks]
    wanted = [
        path for path, hidden in zip(files, (False, True), strict=True) if any(c.hidden is hidden for c in checks)
    ]
    with _alone(exercise.folder):
        stop = ["--exitfirst"] if stop_early else []
        pytest.main([*_OPTIONS, *stop, f"--rootdir={exercise.folder}", *map(str, wanted)], plugins=[plugin])
    if plugin.interrupted:
        raise KeyboardInterrupt
    results = [plugin.results.get(check.name) or plugin.never_ran(check) for check in checks]
    if stop_early:
        first = next((at for at, result in enumerate(results) if result.outcome is not Outcome.PASSED), len(results))
        del results[first + 1 :]
    return tuple(results)


_UNUSED = ("cacheprovider", "terminal", "logging", "faulthandler", "unraisableexception", "threadexception")
_OPTIONS = [
    *("-c", os.devnull, "--noconftest", "--import-mode=importlib", "--capture=no", "--assert=plain", "-W", "ignore"),
    *(word for name in _UNUSED for word in ("-p", f"no:{name}")),
]


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The exercise's folder can be imported from, and nothing of another exercise or of the user's pytest is there."""
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": None, "PYTEST_PLUGINS": None}
    before = {name: os.environ.get(name) for name in environment}
    wrote, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    _set_environment(environment)
    _forget_modules(folder)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        _forget_modules(folder)
        _set_environment(before)
        sys.dont_write_bytecode = wrote


def _set_environment(values: dict[str, Any]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _forget_modules(folder: Path) -> None:
    """Forget what was imported from the folder, and any `support` of another exercise."""
    inside = f"{folder}{os.sep}"
    for name, module in list(sys.modules.items()):
        if name == "support" or (getattr(module, "__file__", None) or "").startswith(inside):
            del sys.modules[name]


class _Plugin:
    """Fixtures for the checks, and what became of each."""

    def __init__(
        self, exercise: Exercise, checks: dict[str, CheckInfo], session: Session, rival: Session, seed: int
    ) -> None:
        self.exercise = exercise
        self.checks = checks
        self.session = session
        self.rival_session = rival
        self.grade_seed = seed
        self.results: dict[str, CheckResult] = {}
        self.errors: list[str] = []
        self.interrupted = False

    # ---- fixtures

    @pytest.fixture
    def candidate(self) -> Candidate:
        """The learner's module, in its own process."""
        self.session.ensure()
        return Candidate(self.session, self.exercise.module)

    @pytest.fixture
    def harness(self) -> Candidate:
        """The exercise's harness, in the learner's process."""
        self.session.ensure()
        return Candidate(self.session, "harness")

    @pytest.fixture
    def rival(self) -> Candidate:
        """The exercise's harness in a process where no code of the learner's is."""
        self.rival_session.ensure()
        return Candidate(self.rival_session, "harness")

    @pytest.fixture
    def seed(self) -> int:
        """The number this grade can be replayed with."""
        return self.grade_seed

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> "numpy.random.Generator":
        """Random numbers of this grade and this check."""
        import numpy

        return numpy.random.default_rng([self.grade_seed, zlib.crc32(request.node.name.encode())])

    # ---- what happens

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(str(report.longrepr))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self.interrupted = excinfo.type is KeyboardInterrupt  # pytest derives its own stops from that class

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.name in self.checks]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        started = time.monotonic()
        self.session.last_call, self.session.last_place = "", None
        self.caught: BaseException | None = None
        self.session.take_output()
        outcome = yield
        check = self.checks[item.name]
        result, failure = self._explain(check, self.caught)
        self.results[item.name] = check.result(
            result, failure, self.session.take_output()[:MAX_OUTPUT], time.monotonic() - started
        )
        return outcome

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        if call.excinfo is not None and self.caught is None:
            self.caught = call.excinfo.value
        report = yield
        return report

    # ---- in words

    def never_ran(self, check: CheckInfo) -> CheckResult:
        """The result of a check that pytest did not get to."""
        reason = self.errors[0] if self.errors else "the check did not run"
        return check.result(Outcome.GRADER_ERROR, Failure(reason))

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
        where = next(iter(self._own([self.session.last_place])), None)
        if not isinstance(error, CheckFailed):
            return Failure(str(error) or check.title, call=self.session.last_call, where=where)
        return Failure(error.because, error.call or self.session.last_call, error.got, error.expected, where)

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
        return Outcome.CRASHED, Failure(str(fault), call=fault.call, where=where, traceback=frames)

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
