"""What a learner is told of a verdict, in parts: a terminal and a page lay them out, each in its way."""

from collections.abc import Iterator

from autograder.verdict.model import CheckResult, Failure, Outcome, Verdict

_MAX_PRINTED = 8
_MAX_FRAMES = 4


def score(verdict: Verdict) -> str:
    """Points and time in one line."""
    return f"{verdict.earned} of {verdict.points} points, {verdict.seconds:.2f} s"


def task_states(verdict: Verdict) -> Iterator[tuple[str, Outcome, str]]:
    """For each task its name, how it came out, and how many of its checks passed, the hidden ones apart."""
    for task in verdict.task_points():
        checks = [check for check in verdict.checks if check.task == task]
        parts = []
        for hidden, name in ((False, "visible"), (True, "hidden")):
            of_kind = [check for check in checks if check.hidden is hidden]
            if of_kind:
                passed = sum(check.outcome is Outcome.PASSED for check in of_kind)
                parts.append(f"{name} {passed} of {len(of_kind)}")
        state = next((c.outcome for c in checks if c.outcome is not Outcome.PASSED), Outcome.PASSED)
        yield task, state, ", ".join(parts)


def sealed(verdict: Verdict) -> str:
    """What was not judged here, "" when everything was."""
    return f"{verdict.sealed} more are judged at hand-in." if verdict.sealed else ""


def heading(check: CheckResult) -> str:
    """The check's name, and whether it is a hidden one."""
    return f"{'hidden check' if check.hidden else 'check'} {check.name}"


def reasons(check: CheckResult, failure: Failure) -> Iterator[tuple[str, str]]:
    """Why `check` did not pass: labels and texts, what was broken first."""
    if check.outcome is Outcome.NOT_ATTEMPTED:
        yield "to do", failure.message
        return
    yield check.outcome, failure.message
    for label, text in (("call", failure.call), ("got", failure.got), ("expected", failure.expected)):
        if text:
            yield label, text
    for place in failure.traceback[-_MAX_FRAMES:] or filter(None, [failure.where]):
        yield "at", f"{place}  {place.code}".rstrip()
    printed = check.output.strip().splitlines()
    for line in printed[:_MAX_PRINTED]:
        yield "printed", line
    if len(printed) > _MAX_PRINTED:
        yield "printed", f"… and {len(printed) - _MAX_PRINTED} more lines"


def next_steps(verdict: Verdict, check: CheckResult, *, notebook: bool = False) -> Iterator[tuple[str, str]]:
    """What to type next after `check` did not pass: a label and the command, in a `notebook` the call."""
    if check.outcome is Outcome.NOT_ATTEMPTED:
        return
    number, seed = verdict.exercise, verdict.seed
    yield "replay", f'check("{number}", seed={seed})' if notebook else f"ninety check {number} --seed {seed}"
    if check.outcome is not Outcome.GRADER_ERROR:
        yield "help", f'hint("{number}")' if notebook else f"ninety hint {number}"
