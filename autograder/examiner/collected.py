"""The checks are ordinary pytest tests: collected once, and run again for each submission.

pytest runs in the examiner's own process: no line of the learner's code is ever in it. Starting it and importing the
checks costs a hundred times what running them does, so what was collected is kept.
"""

import contextlib
import functools
import hashlib
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from _pytest.config import _prepareconfig  # what pytest.main does before it runs: it can only do both

from autograder.course import Exercise
from autograder.examiner.checks import CheckInfo
from autograder.examiner.plugin import CheckPlugin, Run
from autograder.verdict import CheckResult, Failure, Outcome

_UNUSED = (
    *("cacheprovider", "terminal", "logging", "faulthandler", "unraisableexception", "threadexception"),
    *("doctest", "freeze_support", "junitxml", "legacypath", "pastebin"),
    *("setuponly", "setupplan", "stepwise", "subtests"),
    "debugging",  # it takes the place of pdb.set_trace, which `ninety debug` leaves to the learner
)
_OPTIONS = [
    *("-c", os.devnull, "--noconftest", "--import-mode=importlib", "--capture=no", "--assert=plain", "-W", "ignore"),
    *(word for name in _UNUSED for word in ("-p", f"no:{name}")),
]
_ENVIRONMENT = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": None, "PYTEST_PLUGINS": None}


def collect(exercise: Exercise) -> "_Collected":
    """The checks of the exercise, as its files are now; kept for the next time."""
    return _collected(exercise.folder, _digest(exercise))


def run_checks(
    exercise: Exercise, checks: tuple[CheckInfo, ...], run: Run, stop_early: bool = False
) -> tuple[CheckResult, ...]:
    """Run the named checks in their order and return one result for each.

    A check that did not run, for whatever reason, is a grader error; but with `stop_early` the results end with the
    first that is not `passed`.
    """
    collected = collect(exercise)
    run.session.cell  # noqa: B018 - a sandbox that cannot start is a Problem here, and no fault of the first check's
    return collected.run(checks, run, stop_early)


class _Collected:
    """The checks of one exercise, ready to run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._plugin = CheckPlugin()
        self._modules: dict[str, ModuleType] = {}
        files = [str(path) for path in (folder / "test_visible.py", folder / "test_hidden.py") if path.is_file()]
        with self._alone():
            config = _prepareconfig([*_OPTIONS, f"--rootdir={folder}", *files], [self._plugin])
            config._do_configure()
            self._session: pytest.Session = pytest.Session.from_config(config)
            config.hook.pytest_sessionstart(session=self._session)
            found = self._session.perform_collect() if files else []
            self._items = {item.name: item for item in found if isinstance(item, pytest.Function)}

    def run(self, checks: tuple[CheckInfo, ...], run: Run, stop_early: bool) -> tuple[CheckResult, ...]:
        """The results of these checks."""
        wanted = [self._items[check.name] for check in checks if check.name in self._items]
        following = [*wanted[1:], None]
        results: list[CheckResult] = []
        with self._alone(), self._plugin.serving(run), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                for check in checks:
                    item = self._items.get(check.name)
                    if item is None:
                        results.append(self._never_ran(check))
                    else:
                        coming = following[wanted.index(item)]
                        results.append(run.check(check, functools.partial(_protocol, item, coming)))
                    if stop_early and results[-1].outcome is not Outcome.PASSED:
                        break
            finally:
                self._session._setupstate.teardown_exact(None)
        return tuple(results)

    def _never_ran(self, check: CheckInfo) -> CheckResult:
        reason = self._plugin.errors[0] if self._plugin.errors else "the check did not run"
        return check.result(Outcome.GRADER_ERROR, Failure(reason))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """The folder can be imported from, and nothing of another exercise or of the user's pytest is there."""
        before = {name: os.environ.get(name) for name in _ENVIRONMENT}
        wrote, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        _set_environment(_ENVIRONMENT)
        others = {"support": sys.modules.pop("support")} if "support" in sys.modules else {}
        sys.modules.update(self._modules)
        known = set(sys.modules)
        sys.path.insert(0, str(self._folder))
        try:
            yield
        finally:
            sys.path.remove(str(self._folder))
            self._modules |= _of_folder(self._folder, sys.modules.keys() - known)
            for name in self._modules:
                sys.modules.pop(name, None)
            sys.modules.update(others)
            _set_environment(before)
            sys.dont_write_bytecode = wrote


@functools.lru_cache(maxsize=32)
def _collected(folder: Path, digest: str) -> _Collected:
    """The checks in `folder`, whose files have this digest."""
    return _Collected(folder)


def _digest(exercise: Exercise) -> str:
    """What the checks are: it changes with every module of the exercise's."""
    whole = hashlib.sha256()
    for path in sorted(exercise.folder.glob("*.py")):
        content = path.read_bytes()
        whole.update(f"{path.name} {len(content)} ".encode() + content)
    return whole.hexdigest()


def _protocol(item: pytest.Function, following: pytest.Item | None) -> None:
    """Set up, run and tear down one check, as pytest's own protocol does, but without the reports nobody reads."""
    state = item.session._setupstate
    item._initrequest()
    try:
        state.setup(item)
        item.runtest()
    finally:
        state.teardown_exact(following)


def _set_environment(values: dict[str, Any]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _of_folder(folder: Path, names: set[str]) -> dict[str, ModuleType]:
    """Those of the modules with these names that were imported from the folder."""
    inside = f"{folder}{os.sep}"
    found = {name: sys.modules[name] for name in names}
    return {name: m for name, m in found.items() if (getattr(m, "__file__", None) or "").startswith(inside)}
