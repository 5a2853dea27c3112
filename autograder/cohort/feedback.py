"""What a student is told about one task."""

from dataclasses import replace

from autograder.verdict import CheckResult, Failure, Outcome, Verdict
from autograder.verdict.terminal import render


def feedback(verdict: Verdict) -> str:
    """The verdict on one task as text, the first failure with it; a hidden check shows its name and points only."""
    if verdict.outcome is Outcome.GRADER_ERROR:
        return "This task could not be judged: the fault is the grader's. A person will look at it.\n"
    return render(replace(verdict, checks=tuple(_shown(check) for check in verdict.checks))) + "\n"


def _shown(check: CheckResult) -> CheckResult:
    if not check.hidden or check.failure is None:
        return check
    reason = Failure(f"{check.points} of the points; what a hidden check asks is not shown")
    return replace(check, title="", output="", failure=reason)
