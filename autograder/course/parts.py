"""A module in parts, as a notebook holds it: one cell for each top-level definition.

The first line of such a cell is `# ninety: 8.3 batcher/2`: exercise, module and the part's place in it.
"""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from autograder.course.holes import find_holes

MARKER = re.compile(r"# ninety: (?P<exercise>[0-9A-Z][0-9.]*) (?P<module>\w+)/(?P<index>\d+)")
_BETWEEN = "\n\n\n"


@dataclass(frozen=True)
class Part:
    """Which part of which module a cell holds; `index` counts from 1."""

    exercise: str
    module: str
    index: int

    def __str__(self) -> str:
        return f"# ninety: {self.exercise} {self.module}/{self.index}"


def part_of(source: str) -> Part | None:
    """The part that a cell's first line names; None for any other cell."""
    match = MARKER.fullmatch(source.partition("\n")[0].rstrip())
    return Part(match["exercise"], match["module"], int(match["index"])) if match else None


def grade_cell(exercise: str, task: str) -> str:
    """The name, in nbgrader's gradebook, of the cell that holds a task's points: `8_3-b`."""
    return f"{exercise.replace('.', '_')}-{task}"


def split_parts(text: str) -> tuple[str, ...]:
    """The parts of a module: what stands before its first definition, then each definition with what follows it.

    Comments above a definition go with it. Definitions inside a hole make no part, so a solution and its starter
    have the same parts. SyntaxError when `text` is no Python.
    """
    lines = text.split("\n")
    bounds = [0, *_starts(text, lines), len(lines)]
    parts = ("\n".join(lines[start:end]).strip("\n") for start, end in pairwise(bounds))
    return tuple(part for part in parts if part)


def mark_parts(text: str, exercise: str, module: str) -> tuple[str, ...]:
    """The parts of a module, each below the line that names it."""
    parts = enumerate(split_parts(text), start=1)
    return tuple(f"{Part(exercise, module, index)}\n{part}" for index, part in parts)


def join_parts(parts: Iterable[str]) -> str:
    """The module that these parts make, two blank lines between them, without the lines that name a part.

    Parts that say which they are stand in that order, whatever the order of the cells was.
    """
    ordered = sorted(parts, key=_index)
    return _BETWEEN.join(_unmarked(part) for part in ordered) + "\n"


def _starts(text: str, lines: list[str]) -> list[int]:
    holes = find_holes(text)
    markers = {line for hole in holes for line in (hole.first, hole.last)}
    starts = []
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        if any(hole.first < line < hole.last for hole in holes):
            continue
        starts.append(_with_comments(line, lines, markers) - 1)
    return starts


def _with_comments(line: int, lines: list[str], markers: set[int]) -> int:
    """The first line of the comments that lead to the definition at `line`: two blank lines stand before it."""
    first = line
    for above in range(line - 1, 0, -1):
        text = lines[above - 1]
        if above in markers or not (text.startswith("#") or not text.strip()):
            break
        if text.startswith("#") and not any(lines[max(above - 3, 0) : above - 1]):
            first = above
    return first


def _index(part: str) -> int:
    named = part_of(part)
    return named.index if named else 0


def _unmarked(part: str) -> str:
    return "\n".join(line for line in part.split("\n") if not MARKER.fullmatch(line.rstrip())).strip("\n")
