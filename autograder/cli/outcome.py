"""The exit code of a command that judges."""

from collections.abc import Iterable

from autograder.errors import Exit
from autograder.verdict import Outcome, Verdict


def exit_code(verdicts: Iterable[Verdict]) -> Exit:
    """The worst of what became of the submissions."""
    return worst({verdict.outcome for verdict in verdicts})


def worst(outcomes: set[Outcome]) -> Exit:
    """The exit code for all these outcomes together."""
    if Outcome.GRADER_ERROR in outcomes:
        return Exit.OUR_BUG
    if outcomes == {Outcome.PASSED}:
        return Exit.PASSED
    return Exit.TIMED_OUT if outcomes == {Outcome.TIMED_OUT} else Exit.NOT_YET
