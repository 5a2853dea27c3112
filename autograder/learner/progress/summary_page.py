"""A learner's progress as one page of HTML that needs nothing else: no script, no font, no request."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from autograder.errors import Problem
from autograder.files import write_atomically
from autograder.learner.progress.entries import Entry
from autograder.learner.progress.state import Standing
from autograder.learner.progress.summary import HOW_TIME_IS_COUNTED, Sum, Summary, chapter_title, duration, time_told

_MARK = "<!-- made by `ninety progress --html`, which may replace it -->"
_MARKS = {
    Standing.PASSED: "full",
    Standing.PASSED_BEFORE: "full",
    Standing.TO_HAND_IN: "full",
    Standing.STARTED: "half",
}
_STYLE = """
:root { color-scheme: light dark; --text: #1f2328; --soft: #59636e; --line: #d1d9e0; --page: #fff; --card: #f6f8fa;
  --done: #1a7f37; --begun: #9a6700; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9da7b1; --line: #3d444d;
  --page: #0d1117; --card: #151b23; --done: #3fb950; --begun: #d29922; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
dl { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0; }
dl div { flex: 1 1 9rem; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .5rem; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0; font-size: 1.25rem; font-weight: 600; white-space: nowrap; }
.next { margin-top: .75rem; padding: .75rem 1rem; border: 1px solid var(--line); border-left: .3rem solid var(--done);
  border-radius: .5rem; }
.next h2 { margin: 0; font-size: 1rem; }
.next p { margin: .2rem 0 0; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .5rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top;
  white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal; width: 60%; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-weight: 400; font-size: .875rem; vertical-align: bottom; }
tbody th { font-weight: 400; }
th[scope=rowgroup] { font-weight: 600; padding-top: 1.2rem; }
.bar { display: block; height: .4rem; margin: .3rem 0 .2rem; border-radius: .2rem; background: var(--card);
  border: 1px solid var(--line); overflow: hidden; }
.bar span { display: block; height: 100%; background: var(--done); }
.state { white-space: nowrap; }
.state::before { content: ""; display: inline-block; width: .65em; height: .65em; margin-right: .4em;
  border: .13em solid var(--soft); border-radius: 50%; }
.full::before { background: var(--done); border-color: var(--done); }
.half::before { border-color: var(--begun); background: linear-gradient(90deg, var(--begun) 50%, transparent 50%); }
small, footer { color: var(--soft); font-size: .875rem; }
th small { display: block; }
code { font: .9em ui-monospace, monospace; }
@media (max-width: 30rem) { body { font-size: .9375rem; } th, td { padding: .35rem .3rem; }
  th:first-child, td:first-child { width: auto; } }
@media print { :root { color-scheme: light; } body { font-size: 10pt; } main { max-width: none; padding: 0; }
  tr, .next, dl { break-inside: avoid; }
  h2, thead { break-after: avoid; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


def write_page(summary: Summary, path: Path, made_at: str) -> None:
    """Write the page to `path`; `Problem` when a file of another origin stands there."""
    if path.is_dir() or (path.exists() and _MARK.encode() not in path.read_bytes()[:500]):
        raise Problem(
            "this is no page of progress, and it is not written over", where=str(path), fix="name another file"
        )
    write_atomically(path, page(summary, made_at).encode())


def page(summary: Summary, made_at: str) -> str:
    """The page as text; `made_at` is the moment in ISO 8601."""
    return "\n".join(
        (
            "<!DOCTYPE html>",
            _MARK,
            '<html lang="en">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Your progress</title><style>{_STYLE}</style></head>",
            "<body><main>",
            "<h1>Your progress</h1>",
            *_numbers(summary.whole),
            *_next(summary),
            *_sums("By chapter", "Chapter", summary.chapters),
            *_sums("By skill", "Skill", summary.skills),
            *_exercises(summary.entries),
            *_footer(made_at),
            "</main></body></html>\n",
        )
    )


def _numbers(whole: Sum) -> Iterator[str]:
    yield "<dl>"
    left = duration(60 * whole.minutes_left)
    handed = [(str(whole.to_hand_in), "to hand in")] if whole.to_hand_in else []
    for number, what in (
        (f"{whole.passed} of {whole.exercises}", "exercises passed"),
        *handed,
        (f"{whole.earned} of {whole.points}", "points"),
        (duration(whole.seconds), "spent"),
        (left, "left, by the exercises' estimates"),
    ):
        yield f"<div><dt>{escape(what)}</dt><dd>{escape(number)}</dd></div>"
    yield "</dl>"


def _next(summary: Summary) -> Iterator[str]:
    exercise, why = summary.coming.exercise, escape(summary.coming.why)
    yield '<section class="next">'
    if exercise is None:
        yield f"<h2>Nothing is next</h2><p>{why}</p>"
    else:
        yield f"<h2>Next: {escape(exercise.number)} {escape(exercise.title)}</h2>"
        yield f"<p>{escape(exercise.summary)}</p>"
        yield f"<p><small>{exercise.minutes} min; {why}; <code>ninety open {escape(exercise.number)}</code></small></p>"
    yield "</section>"


def _sums(title: str, first: str, rows: Sequence[Sum]) -> Iterator[str]:
    if not rows:
        return
    yield f"<h2>{title}</h2>"
    yield f"<table>{_head(first, 'Passed', 'Points', 'Time')}<tbody>"
    for row in rows:
        bar = f'<span class="bar" aria-hidden="true"><span style="width:{row.share:.1%}"></span></span>'
        yield _row(f"{escape(row.name)}{bar}", row.passed_of, f"{row.earned}/{row.points}", time_told(row.seconds))
    yield "</tbody></table>"


def _exercises(entries: Iterable[Entry]) -> Iterator[str]:
    yield "<h2>Exercises</h2>"
    yield f"<table>{_head('Exercise', 'Points', 'Time')}"
    chapter = None
    for entry in entries:
        exercise, record = entry.exercise, entry.record
        if exercise.chapter != chapter:
            yield "</tbody>" * (chapter is not None) + "<tbody>"
            yield f'<tr><th scope="rowgroup" colspan="3">{escape(chapter_title(exercise.chapter))}</th></tr>'
            chapter = exercise.chapter
        name = f"{escape(exercise.number)} {escape(exercise.title)}"
        words = entry.standing + _on(record.passed_at)
        state = f'<span class="state {_MARKS.get(entry.standing, "")}">{escape(words)}</span>'
        told = filter(None, (_attempts(record.attempts), entry.help_used))
        points = f"{min(record.best, exercise.points)}/{exercise.points}"
        small = "".join(f", {escape(text)}" for text in told)
        yield _row(f"{name}<small>{state}{small}</small>", points, time_told(record.seconds))
    yield "</tbody>" * (chapter is not None) + "</table>"


def _footer(made_at: str) -> Iterator[str]:
    yield f"<footer><p>{escape(HOW_TIME_IS_COUNTED)} An exercise counts for each of the skills that it practises.</p>"
    yield f"<p>Made on {escape(made_at[:10])} by <code>ninety progress --html</code>.</p></footer>"


def _attempts(count: int) -> str:
    return f"{count} attempt{'s' if count > 1 else ''}" if count else ""


def _on(passed_at: str) -> str:
    return f" on {passed_at[:10]}" if passed_at else ""


def _head(*names: str) -> str:
    return "<thead><tr>" + "".join(f'<th scope="col">{name}</th>' for name in names) + "</tr></thead>"


def _row(name: str, *cells: str) -> str:
    return f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
