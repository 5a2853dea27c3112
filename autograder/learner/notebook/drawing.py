"""What a notebook shows, in two forms that say the same: plain text, and HTML that a screen reader can follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from autograder.errors import Problem
from autograder.learner.progress.summary import HOW_TIME_IS_COUNTED, Summary, time_told
from autograder.learner.progress.summary_text import summary_lines
from autograder.learner.screen import Screen, next_line
from autograder.verdict import Verdict, html, terminal


@dataclass(frozen=True)
class Drawn:
    """One answer."""

    plain: str
    html: str


def verdict(judged: Verdict, remarks: Sequence[str]) -> Drawn:
    """A verdict and remarks on it, a line each."""
    plain = terminal.render(judged, notebook=True) + "\n\n" + "\n".join(remarks)
    below = [html.paragraph(remark) for remark in remarks]
    return Drawn(plain, "\n".join([html.render(judged, notebook=True), *below]))


def text(label: str, words: str) -> Drawn:
    """Text whose lines stay as they are."""
    return Drawn(words, html.box(label, [html.paragraph(words)]))


def source(label: str, code: str) -> Drawn:
    """A module."""
    return Drawn(code, html.box(label, [html.code(code)]))


def problem(found: Problem) -> Drawn:
    """What stands in the way of an answer, and what to do about it."""
    lines = [("Where", found.where), ("To do", found.fix)]
    below = [html.paragraph(f"{label}: {words}") for label, words in lines if words]
    return Drawn(str(found), html.box("No answer", [html.heading(3, found.what), *below]))


def progress(summary: Summary, screen: Screen, remark: str) -> Drawn:
    """How far the learner is, a row a chapter, and what comes next."""
    cell = 'style="text-align:left;padding:0.1em 1em 0.1em 0"'
    titles = "".join(f'<th scope="col" {cell}>{title}</th>' for title in ("Chapter", "Passed", "Points", "Time"))
    body = ""
    for row in (*summary.chapters, summary.whole):
        told = (row.passed_of, f"{row.earned}/{row.points}", time_told(row.seconds))
        cells = "".join(f"<td {cell}>{escape(text)}</td>" for text in told)
        body += f'<tr><th scope="row" {cell}>{escape(row.name)}</th>{cells}</tr>\n'
    helped = [f"{entry.exercise.number}: {entry.help_used}" for entry in summary.helped]
    below = [
        html.paragraph(line) for line in (*helped, HOW_TIME_IS_COUNTED, next_line(summary.entries), remark) if line
    ]
    table = f'<table style="border-collapse:collapse"><thead><tr>{titles}</tr></thead><tbody>\n{body}</tbody></table>'
    plain = "\n".join([*summary_lines(summary, screen), *([remark] if remark else [])])
    return Drawn(plain, html.box("Progress", [html.heading(3, "Progress"), table, *below]))
