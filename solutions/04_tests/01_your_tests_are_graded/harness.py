"""Runs beside the learner's tests: pytest over them, with a `wren.text` for which the examiner answers."""

import doctest
import os
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any

import numpy  # noqa: F401  # the rows that come back are its arrays; imported here, it is no part of the first run
import pytest

import wren

TESTS = "test_text"
PLACE = "wren.text"
HOLE = "4.1, task "
EXAMPLES = 15
_UNUSED = (
    *("cacheprovider", "faulthandler", "junitxml", "legacypath", "logging", "pastebin", "setuponly", "setupplan"),
    *("stepwise", "terminal", "threadexception", "unraisableexception"),
)
_OPTIONS = (
    *(
        "-c",
        os.devnull,
        "--noconftest",
        "--import-mode=importlib",
        "--doctest-modules",
        "--capture=sys",
        "-W",
        "ignore",
    ),
    *(word for name in _UNUSED for word in ("-p", f"no:{name}")),
)


def run_suite(ask: Callable[..., Any]) -> dict[str, Any]:
    """Run the tests, freshly imported, on the implementation behind `ask`, up to the first that is red.

    `red` holds a pair of strings for a test that is red, its name and what it said; `open` the text of each task's
    hole that is not filled, by task; `tests` is how many ran.
    """
    before = sys.modules.get(PLACE)
    sys.modules[PLACE] = wren.text = _text(ask)
    sys.modules.pop(TESTS, None)
    sys.dont_write_bytecode = False  # pytest rewrites the assertions once, not in each run
    record = _Record()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    _steady_hypothesis()
    try:
        status = pytest.main([*_OPTIONS, f"--rootdir={os.getcwd()}", f"{TESTS}.py"], plugins=[record])
    finally:
        sys.modules.pop(TESTS, None)
        if before:
            sys.modules[PLACE] = wren.text = before
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        record.red.setdefault("the whole run", f"pytest ended with exit status {int(status)}")
    return {"red": list(record.red.items()), "open": record.open, "tests": len(record.ran)}


def hole(message: str) -> None:
    """A hole nobody has filled, as the learner's own module would raise it."""
    raise NotImplementedError(message)


def _text(ask: Callable[..., Any]) -> Any:
    """A module with the functions of `wren.text`, each of which asks."""

    def tokens(text: str) -> list[str]:
        answer: list[str] = ask("tokens", text)
        return answer

    class Features:
        def __init__(self, texts: Iterable[str], min_texts: int = 2) -> None:
            self._number, self.words = ask("learn", _sent(texts), min_texts)

        def rows(self, texts: Iterable[str]) -> Any:
            return ask("rows", self._number, _sent(texts))

    module: Any = types.ModuleType(PLACE, "Some implementation of the contract of wren/text.py, or a broken one.")
    module.tokens, module.Features = tokens, Features
    return module


def _sent(texts: Iterable[str]) -> Any:
    """Texts in the form in which they go over: one text stays one text."""
    return texts if isinstance(texts, str) else list(texts)


def _steady_hypothesis() -> None:
    """Where the tests use hypothesis: the same few examples in each run, however slow; none is shrunk or kept."""
    hypothesis: Any = sys.modules.get("hypothesis")
    if hypothesis:
        hypothesis.settings.register_profile(
            "graded",
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=EXAMPLES,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        hypothesis.settings.load_profile("graded")


class _Record:
    """What became of each test."""

    def __init__(self) -> None:
        self.red: dict[str, str] = {}
        self.open: dict[str, str] = {}
        self.ran: set[str] = set()
        self.said: dict[str, str] = {}

    def pytest_configure(self, config: pytest.Config) -> None:
        config.option.tbstyle = "native"  # a long traceback takes longer than the test, and nobody reads it

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            lines = [line for line in str(report.longrepr).splitlines() if line.strip()]
            self.red["the import"] = lines[-1].removeprefix("E ").strip()[:300] if lines else ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        report = yield
        if report.failed and call.excinfo:
            text = str(call.excinfo.value)
            if isinstance(call.excinfo.value, NotImplementedError) and text.startswith(HOLE):
                self.open[text[len(HOLE) : len(HOLE) + 1]] = text
            else:
                self.red.setdefault(_name(item), _words(call.excinfo))
                item.session.shouldfail = "one red test is enough"
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.ran.add(report.nodeid)


def _name(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[2] or item.name


def _words(raised: pytest.ExceptionInfo[BaseException]) -> str:
    """What a red test said, and in which line."""
    error: Any = raised.value
    for failure in getattr(error, "failures", [error])[:1]:
        if isinstance(failure, doctest.DocTestFailure):
            return f"{failure.example.source.strip()} gave {failure.got.strip()}"[:300]
    lines = [entry.lineno + 1 for entry in raised.traceback if os.path.basename(str(entry.path)) == f"{TESTS}.py"]
    said = str(error) if isinstance(error, AssertionError) and str(error) else raised.exconly()
    return (f"line {lines[-1]}: " if lines else "") + said.partition("\n")[0][:260]
