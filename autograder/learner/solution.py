"""A solution as a learner is shown it, and what differs from theirs."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

import click

from autograder.course import Exercise
from autograder.course.holes import find_holes
from autograder.errors import Problem
from autograder.learner.compare import Comparison, Unit, Unparsable, compare, diff_lines
from autograder.learner.screen import Screen

_ASIDE = "comments, docstrings and layout aside"


def solution_text(exercise: Exercise) -> str:
    """The whole module as its author wrote it, without its holes' marks; `Problem` when it is not here."""
    path = exercise.folder / exercise.module_file
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(
            f"the solution of exercise {exercise.number} is not in this installation",
            where=str(path),
            fix="ask who teaches the course",
        ) from None
    marks = {line for hole in find_holes(text, str(path)) for line in (hole.first, hole.last)}
    return "\n".join(line for number, line in enumerate(text.split("\n"), 1) if number not in marks)


def differences(yours: str, ours: str, name: str, number: str, screen: Screen) -> Iterator[str]:
    """In a few lines, which functions of the learner's module, called `name`, differ from the solution's."""
    try:
        found = compare(yours, ours)
    except Unparsable as error:
        yield f"not compared with {name}, which is no Python: {error}"
        return
    if not (found.different or found.only_yours or found.only_ours):
        yield f"{name} is the same, {_ASIDE}"
        return
    yield f"compared with {name}, {_ASIDE}:"
    sized = [f"{here.name} (yours {_size(own)}, here {len(here.lines)})" for own, here in found.different]
    for what, names in (
        ("the same", _names(found.same)),
        ("different", sized),
        ("only yours", _names(found.only_yours)),
        ("only here", _names(found.only_ours)),
    ):
        if names:
            yield from _hanging(f"  {what:<12}", names, screen)
    yield f"`ninety solution {number} --diff` shows them line by line"


def diff(yours: str, ours: str, name: str, screen: Screen) -> Iterator[str]:
    """The lines of each function that differs; `Problem` when the learner's module cannot be compared."""
    try:
        found = compare(yours, ours)
    except Unparsable as error:
        raise Problem(f"yours is no Python: {error}", where=name, fix="mend it, or leave --diff out") from None
    yield f"- {name}\n+ the solution"
    blocks = list(_blocks(found))
    if not blocks:
        yield f"\nThey are the same, {_ASIDE}."
    for title, own, here in blocks:
        yield f"\n{click.style(title, bold=True) if screen.colour else title}"
        yield from (_painted(line, screen) for line in diff_lines(own, here))
    if blocks and found.same:
        yield ""
        yield from _hanging("the same: ", _names(found.same), screen)


def _blocks(found: Comparison) -> Iterator[tuple[str, Unit | None, Unit | None]]:
    for own, here in found.different:
        yield here.name, own, here
    for unit in found.only_yours:
        yield f"{unit.name}, only yours", unit, None
    for unit in found.only_ours:
        yield f"{unit.name}, only in the solution", None, unit


def _hanging(title: str, names: list[str], screen: Screen) -> Iterator[str]:
    """The names after the title, in as many lines as they need."""
    yield from wrap(", ".join(names), max(screen.width, 40), initial_indent=title, subsequent_indent=" " * len(title))


def _names(units: Iterable[Unit]) -> list[str]:
    return [unit.name for unit in units]


def _size(unit: Unit) -> str:
    count = len(unit.lines)
    return f"{count} line{'s' * (count != 1)}"


def _painted(line: str, screen: Screen) -> str:
    colour = {"-": "red", "+": "green"}.get(line[:1])
    return click.style(line, fg=colour) if screen.colour and colour else line
