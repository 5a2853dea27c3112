"""With NINETY_REQUIRE_ALL=1, as in .ci/run, a run that skips anything, for want of a tool or a package, fails."""

import os

import pytest

REQUIRE_ALL = os.environ.get("NINETY_REQUIRE_ALL") == "1"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped something where everything is required."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if REQUIRE_ALL and reporter and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why such a run failed."""
    skipped = len(terminalreporter.stats.get("skipped", ()))
    if REQUIRE_ALL and skipped:
        terminalreporter.write_line(f"FAILED: {skipped} skipped, and NINETY_REQUIRE_ALL=1 allows none", red=True)
