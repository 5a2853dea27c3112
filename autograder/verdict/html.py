"""A verdict as HTML for a notebook or a page: headings and lists, readable on light ground and on dark.

Each state is told by its word; colour only repeats it. Whatever a learner's code produced is escaped.
"""

import re
from collections.abc import Iterable
from html import escape

from autograder.verdict.model import CheckResult, Failure, Outcome, Verdict
from autograder.verdict.terminal import MAX_PRINTED, next_steps, places, task_states

# Each has a contrast of 3 to 1 or more against white and against black, as a border has to have.
_COLOURS = {
    Outcome.PASSED: "#2f9e44",
    Outcome.FAILED: "#e03131",
    Outcome.NOT_ATTEMPTED: "#b7791f",
    Outcome.CRASHED: "#e03131",
    Outcome.TIMED_OUT: "#e03131",
    Outcome.GRADER_ERROR: "#ae3ec9",
}
_NEUTRAL = "#868e96"
_BOX = "border-left:4px solid {colour};padding:0.1em 0 0.1em 1em;margin:0.5em 0;max-width:60em"
_HEADING = "font-size:{size}em;font-weight:600;margin:0.4em 0"
_CODE = (
    "white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;font-family:monospace;"
    "margin:0;padding:0;background:none;color:inherit"
)


def render(verdict: Verdict, *, notebook: bool = False) -> str:
    """The whole verdict: result, tasks and the first failure; a fragment whose first heading is of level 3.

    In a `notebook` what the reader may want next is a call, elsewhere a command.
    """
    score = f"{verdict.earned} of {verdict.points} points, {verdict.seconds:.2f} s"
    parts = [
        heading(3, f"{verdict.outcome.upper()}: {verdict.exercise} {verdict.title}"),
        paragraph(score),
        _tasks(verdict),
    ]
    if verdict.sealed:
        parts.append(paragraph(f"{verdict.sealed} more are judged at hand-in."))
    check = verdict.first_failure
    if check and check.failure:
        parts += _check(verdict, check, check.failure, notebook)
    return box(f"Verdict on exercise {verdict.exercise}", parts, _COLOURS[verdict.outcome])


def box(label: str, parts: Iterable[str], colour: str = _NEUTRAL) -> str:
    """A section of HTML with this label, for a screen reader, around parts that are HTML."""
    style = _BOX.format(colour=colour)
    return f'<section aria-label="{escape(label)}" style="{style}">\n' + "\n".join(parts) + "\n</section>"


def heading(level: int, text: str) -> str:
    """A heading."""
    style = _HEADING.format(size=1.1 if level == 3 else 1)
    return f'<h{level} style="{style}">{escape(text)}</h{level}>'


def paragraph(text: str) -> str:
    """A paragraph whose ends of lines stay; what stands between backticks is code."""
    marked = re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escape(text))
    return f'<p style="white-space:pre-wrap;margin:0.4em 0">{marked}</p>'


def code(text: str) -> str:
    """A block of code, or of what code printed."""
    return f'<pre style="{_CODE}">{escape(text)}</pre>'


def _tasks(verdict: Verdict) -> str:
    items = (
        f"<li>task {escape(task)}: <strong>{state}</strong> (checks: {counts})</li>"
        for task, state, counts in task_states(verdict)
    )
    return '<ul style="margin:0.4em 0">\n' + "\n".join(items) + "\n</ul>"


def _check(verdict: Verdict, check: CheckResult, failure: Failure, notebook: bool) -> list[str]:
    kind = "Hidden check" if check.hidden else "Check"
    parts = [heading(4, f"{kind} {check.name}"), paragraph(check.title)]
    if check.outcome is Outcome.NOT_ATTEMPTED:
        return [*parts, paragraph(f"To do: {failure.message}")]
    rows = [("call", failure.call), ("got", failure.got), ("expected", failure.expected)]
    rows += [("at", f"{place}  {place.code}".rstrip()) for place in places(failure)]
    rows += [("printed", _printed(check.output)), *next_steps(verdict, check, notebook)]
    terms = (
        f'<dt style="font-weight:600;margin:0">{label}</dt><dd style="margin:0">{code(text)}</dd>'
        for label, text in rows
        if text
    )
    grid = "display:grid;grid-template-columns:max-content 1fr;align-items:baseline;gap:0.2em 1em;margin:0.4em 0"
    return [
        *parts,
        paragraph(f"{check.outcome.capitalize()}: {failure.message}"),
        f'<dl style="{grid}">\n' + "\n".join(terms) + "\n</dl>",
    ]


def _printed(output: str) -> str:
    lines = output.strip().splitlines()
    more = len(lines) - MAX_PRINTED
    return "\n".join([*lines[:MAX_PRINTED], *([f"… and {more} more lines"] if more > 0 else [])])
