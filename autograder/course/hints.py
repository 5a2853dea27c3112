"""An exercise's `hints.md`: three levels for each task, and what to read when a named check fails."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from inspect import cleandoc

from autograder.course.manifest import Exercise
from autograder.errors import Problem

_HEADING = re.compile(r"^##\s+(.+?)\s*$", re.MULTILINE)
_WHEN = re.compile(r"when\s+`?(\w+)`?\s+fails")
_LEVEL = re.compile(r"^\d+\.\s+", re.MULTILINE)


@dataclass(frozen=True)
class Hints:
    """`levels` maps a task to its hints, the vaguest first; `when` maps a check's name to what helps then."""

    levels: Mapping[str, tuple[str, ...]]
    when: Mapping[str, str]


def read_hints(exercise: Exercise) -> Hints:
    """Read the exercise's `hints.md`; `Problem` when there is none."""
    path = exercise.folder / "hints.md"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problem(f"exercise {exercise.number} has no hints", where=str(path)) from None
    levels: dict[str, tuple[str, ...]] = {}
    when: dict[str, str] = {}
    _, *parts = _HEADING.split(text)
    for heading, body in zip(parts[::2], parts[1::2], strict=True):
        check = _WHEN.fullmatch(heading)
        if check:
            when[check[1]] = body.strip()
        else:
            levels[heading] = tuple(cleandoc(hint) for hint in _LEVEL.split(body)[1:])
    return Hints(levels, when)
