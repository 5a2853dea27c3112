"""A learner's progress for a terminal of any width, with colour or without."""

from collections.abc import Iterator, Sequence

import click

from autograder.learner.progress.summary import HOW_TIME_IS_COUNTED, Sum, Summary, time_told
from autograder.learner.screen import Screen, next_line

_SHORTEST_BAR, _LONGEST_BAR = 6, 24


def summary_lines(summary: Summary, screen: Screen) -> Iterator[str]:
    """The whole, each chapter, each skill, the help that was used, and what comes next."""
    yield from _folded(summary.headline, screen)
    width = max((len(row.name) for row in (*summary.chapters, *summary.skills)), default=0)
    yield ""
    yield from _table("chapter", summary.chapters, width, screen)
    if summary.skills:
        yield ""
        yield from _table("skill", summary.skills, width, screen)
    if summary.helped:
        yield ""
        yield "help used"
        yield from (f"  {entry.exercise.number:<5} {entry.help_used}" for entry in summary.helped)
    for entry in summary.passed_before:
        yield ""
        text = f"{entry.exercise.number} was passed before its checks changed: `ninety update --check` judges it again"
        yield from _folded(text, screen)
    yield ""
    yield from _folded(HOW_TIME_IS_COUNTED, screen)
    yield ""
    yield from _folded(next_line(summary.entries), screen)


def _table(title: str, rows: Sequence[Sum], width: int, screen: Screen) -> Iterator[str]:
    cells = [("passed", "points", "time")]
    cells += [(row.passed_of, f"{row.earned}/{row.points}", time_told(row.seconds)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    room = screen.width - width - sum(widths) - 2 * (len(widths) + 1) - 2
    bar = min(room, _LONGEST_BAR) if room >= _SHORTEST_BAR else 0
    gap = 2 + (bar + 4 if bar else 0)
    yield f"{title:<{width}}{'':<{gap}}{_aligned(cells[0], widths)}"
    for row, told in zip(rows, cells[1:], strict=True):
        drawn = f"  {_bar(row.share, bar, screen)}" if bar else ""
        yield f"{row.name:<{width}}{drawn}  {_aligned(told, widths)}"


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _bar(share: float, width: int, screen: Screen) -> str:
    """All `#` only when all points are earned, and none only when none is."""
    filled = int(share * width) or (share > 0)
    done = "#" * filled
    return f"[{click.style(done, fg='green') if screen.colour and done else done}{'.' * (width - filled)}]"


def _folded(text: str, screen: Screen) -> Iterator[str]:
    yield from screen.wrap(text).split("\n")
