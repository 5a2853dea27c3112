"""A verdict as text for a terminal. Its first word says what it is, without colour."""

import textwrap
from collections.abc import Callable, Iterable

from autograder.verdict.model import CheckResult, Failure, Outcome, Place, Verdict

_COLOURS = {
    Outcome.PASSED: "32",
    Outcome.FAILED: "31",
    Outcome.NOT_ATTEMPTED: "33",
    Outcome.CRASHED: "31",
    Outcome.TIMED_OUT: "31",
    Outcome.GRADER_ERROR: "35",
}
MAX_PRINTED = 8
_MAX_FRAMES = 4

Paint = Callable[[str, str], str]


def render(verdict: Verdict, *, colour: bool = False, width: int = 80, notebook: bool = False) -> str:
    """The whole verdict: one line of result, a line for each task, and the first failure in four parts.

    In a `notebook` what the reader may want next is a call, elsewhere a command.
    """
    paint: Paint = (lambda text, code: f"\033[{code}m{text}\033[0m") if colour else (lambda text, code: text)
    lines = [_headline(verdict, paint)]
    lines += [f"  task {task}  {state:<13}  checks: {counts}" for task, state, counts in task_states(verdict)]
    if verdict.sealed:
        lines.append(f"  {verdict.sealed} more are judged at hand-in.")
    failure = verdict.first_failure
    if failure is not None and failure.failure is not None:
        lines += ["", *_check(failure, failure.failure, paint, width)]
        lines += [f"  {label:<9}{words}" for label, words in next_steps(verdict, failure, notebook)]
    return "\n".join(lines)


def _headline(verdict: Verdict, paint: Paint) -> str:
    word = paint(verdict.outcome.upper(), f"1;{_COLOURS[verdict.outcome]}")
    score = f"{verdict.earned} of {verdict.points} points, {verdict.seconds:.2f} s"
    return f"{word}  {verdict.exercise} {verdict.title}  ({score})"


def task_states(verdict: Verdict) -> Iterable[tuple[str, Outcome, str]]:
    """For each task its name, how it came out, and how many of its checks passed."""
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


def next_steps(verdict: Verdict, check: CheckResult, notebook: bool) -> Iterable[tuple[str, str]]:
    """What the reader of a check that did not pass may want next: a label, and the words to type."""
    if check.outcome is Outcome.NOT_ATTEMPTED:
        return
    number, seed = verdict.exercise, verdict.seed
    yield "replay", f'check("{number}", seed={seed})' if notebook else f"ninety check {number} --seed {seed}"
    if check.outcome is not Outcome.GRADER_ERROR:
        yield "help", f'hint("{number}")' if notebook else f"ninety hint {number}"


def places(failure: Failure) -> tuple[Place, ...]:
    """The innermost lines of the learner's own that the failure went through, outermost first."""
    return failure.traceback[-_MAX_FRAMES:] or ((failure.where,) if failure.where else ())


def _check(check: CheckResult, failure: Failure, paint: Paint, width: int) -> Iterable[str]:
    kind = "hidden check" if check.hidden else "check"
    yield paint(f"{kind} {check.name}", "1")
    for line in textwrap.wrap(check.title, max(width - 2, 30)):
        yield f"  {line}"
    if check.outcome is Outcome.NOT_ATTEMPTED:
        yield from _wrapped("to do", failure.message, width)
        return
    yield from _wrapped(check.outcome, failure.message, width)
    if failure.call:
        yield from _wrapped("call", failure.call, width)
    if failure.got:
        yield from _wrapped("got", failure.got, width)
    if failure.expected:
        yield from _wrapped("expected", failure.expected, width)
    yield from (f"  {'at':<9}{place}  {place.code}".rstrip() for place in places(failure))
    printed = check.output.strip().splitlines()
    for line in printed[:MAX_PRINTED]:
        yield f"  {'printed':<9}{line[: width - 12]}"
    if len(printed) > MAX_PRINTED:
        yield f"  {'printed':<9}… and {len(printed) - MAX_PRINTED} more lines"


def _wrapped(label: str, text: str, width: int) -> Iterable[str]:
    indent = " " * 11
    first = True
    for line in text.splitlines() or [""]:
        for piece in textwrap.wrap(line, max(width - 11, 30), break_on_hyphens=False) or [""]:
            yield (
                f"  {label:<9}{piece}"
                if first and len(label) <= 8
                else (f"  {label}: {piece}" if first else f"{indent}{piece}")
            )
            first = False
