"""A verdict as HTML for a notebook or a page: headings and lists, readable on light ground and on dark.

Each state is told by its word; colour only repeats it. Whatever a learner's code produced is escaped.
"""

import re
from collections.abc import Iterable
from html import escape

from autograder.verdict import wording
from autograder.verdict.model import CheckResult, Failure, Outcome, Verdict

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
    parts = [
        heading(3, f"{verdict.outcome.upper()}: {verdict.exercise} {verdict.title}"),
        paragraph(wording.score(verdict)),
        _tasks(verdict),
    ]
    if verdict.sealed:
        parts.append(paragraph(wording.sealed(verdict)))
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
        for task, state, counts in wording.task_states(verdict)
    )
    return '<ul style="margin:0.4em 0">\n' + "\n".join(items) + "\n</ul>"


def _check(verdict: Verdict, check: CheckResult, failure: Failure, notebook: bool) -> list[str]:
    first, *rest = wording.reasons(check, failure)
    rows = _joined([*rest, *wording.next_steps(verdict, check, notebook=notebook)])
    parts = [
        heading(4, _begun(wording.heading(check))),
        paragraph(check.title),
        paragraph(_begun(f"{first[0]}: {first[1]}")),
    ]
    if not rows:
        return parts
    terms = (
        f'<dt style="font-weight:600;margin:0">{label}</dt><dd style="margin:0">{code(text)}</dd>'
        for label, text in rows.items()
    )
    grid = "display:grid;grid-template-columns:max-content 1fr;align-items:baseline;gap:0.2em 1em;margin:0.4em 0"
    return [*parts, f'<dl style="{grid}">\n' + "\n".join(terms) + "\n</dl>"]


def _begun(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def _joined(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The rows, of which those with one label are one."""
    joined: dict[str, str] = {}
    for label, text in rows:
        joined[label] = f"{joined[label]}\n{text}" if label in joined else text
    return joined
