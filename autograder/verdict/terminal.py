"""A verdict as text for a terminal. Its first word says what it is, without colour."""

import textwrap
from collections.abc import Callable, Iterable

from autograder.verdict import wording
from autograder.verdict.model import CheckResult, Failure, Outcome, Verdict

_COLOURS = {
    Outcome.PASSED: "32",
    Outcome.FAILED: "31",
    Outcome.NOT_ATTEMPTED: "33",
    Outcome.CRASHED: "31",
    Outcome.TIMED_OUT: "31",
    Outcome.GRADER_ERROR: "35",
}
Paint = Callable[[str, str], str]


def render(verdict: Verdict, *, colour: bool = False, width: int = 80, notebook: bool = False) -> str:
    """The whole verdict: one line of result, a line for each task, and the first failure in four parts.

    In a `notebook` what the reader may want next is a call, elsewhere a command.
    """
    paint: Paint = (lambda text, code: f"\033[{code}m{text}\033[0m") if colour else (lambda text, code: text)
    lines = [_headline(verdict, paint)]
    lines += [f"  task {task}  {state:<13}  checks: {counts}" for task, state, counts in wording.task_states(verdict)]
    if verdict.sealed:
        lines.append(f"  {wording.sealed(verdict)}")
    failure = verdict.first_failure
    if failure is not None and failure.failure is not None:
        lines += ["", *_check(failure, failure.failure, paint, width)]
        lines += [f"  {label:<9}{words}" for label, words in wording.next_steps(verdict, failure, notebook=notebook)]
    return "\n".join(lines)


def _headline(verdict: Verdict, paint: Paint) -> str:
    word = paint(verdict.outcome.upper(), f"1;{_COLOURS[verdict.outcome]}")
    return f"{word}  {verdict.exercise} {verdict.title}  ({wording.score(verdict)})"


def _check(check: CheckResult, failure: Failure, paint: Paint, width: int) -> Iterable[str]:
    yield paint(wording.heading(check), "1")
    for line in textwrap.wrap(check.title, max(width - 2, 30)):
        yield f"  {line}"
    for label, text in wording.reasons(check, failure):
        if label == "at":
            yield f"  {label:<9}{text}"
        elif label == "printed":
            yield f"  {label:<9}{text[: width - 12]}"
        else:
            yield from _wrapped(label, text, width)


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
