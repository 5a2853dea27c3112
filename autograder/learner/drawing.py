"""What a notebook shows, in two forms that say the same: plain text, and HTML that a screen reader can follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from autograder.errors import Problem
from autograder.learner.progress import Entry, chapters
from autograder.learner.screen import Screen, chapter_title, next_line, progress_lines, sums
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


def progress(found: tuple[Entry, ...], screen: Screen, remark: str) -> Drawn:
    """How far the learner is, a row a chapter, and what comes next."""
    rows = [(chapter_title(name), sums(inside)) for name, inside in chapters(found).items()]
    cell = 'style="text-align:left;padding:0.1em 1em 0.1em 0"'
    body = "\n".join(
        f'<tr><th scope="row" {cell}>{escape(name)}</th><td {cell}>{escape(words)}</td></tr>'
        for name, words in [*rows, ("in all", sums(found))]
    )
    head = f'<thead><tr><th scope="col" {cell}>Chapter</th><th scope="col" {cell}>Done</th></tr></thead>'
    helped = [f"{entry.exercise.number}: {entry.help_used}" for entry in found if entry.help_used]
    below = [html.paragraph(line) for line in [*helped, next_line(found), remark] if line]
    table = f'<table style="border-collapse:collapse">{head}<tbody>\n{body}\n</tbody></table>'
    plain = "\n".join([*progress_lines(found, screen), *([remark] if remark else [])])
    return Drawn(plain, html.box("Progress", [html.heading(3, "Progress"), table, *below]))
