"""A module in parts, as a notebook holds it: one cell for each top-level definition.

The first line of such a cell is `# ninety: 8.3 batcher/2`: exercise, module and the part's place in it.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from autograder.course.holes import Hole, find_holes

MARKER = re.compile(r"# ninety: (?P<exercise>[0-9A-Z][0-9.]*) (?P<module>\w+)/(?P<index>\d+)")
_BETWEEN = 3  # the ends of lines between two parts, which leave two lines blank


@dataclass(frozen=True)
class Part:
    """Which part of which module a cell holds; `index` counts from 1."""

    exercise: str
    module: str
    index: int

    def __str__(self) -> str:
        return f"# ninety: {self.exercise} {self.module}/{self.index}"


@dataclass(frozen=True)
class Joined:
    """A module made of parts. `origins` says of each of its lines which part it is from, and its line in that cell."""

    text: str
    origins: tuple[tuple[int, int], ...]


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
    bounds = [0, *(start for _, start in _definitions(text, find_holes(text))), len(lines)]
    parts = ("\n".join(lines[start:end]).strip("\n") for start, end in pairwise(bounds))
    return tuple(part for part in parts if part)


def spread_parts(text: str, like: Sequence[str]) -> tuple[str, ...]:
    """A learner's module over as many parts as `like` has, each begun by the definition that begins its counterpart.

    What they added goes with what it follows; a part whose definition is gone is empty. Joined, the parts are `text`
    again, which ends with the end of a line. SyntaxError when `text` is no Python.
    """
    lines = [f"{line}\n" for line in text.split("\n")[:-1]]
    found = _definitions(text, ())
    starts: list[int | None] = [0]
    reached = 0
    for part in like[1:]:
        name = _definitions(part, find_holes(part))[0][0]
        starts.append(next((at for known, at in found if known == name and at >= reached), None))
        reached = starts[-1] or reached
    bounds = [len(lines)]
    for start in reversed(starts):
        bounds.insert(0, bounds[0] if start is None else start)
    return tuple(_settled(["".join(lines[start:end]) for start, end in pairwise(bounds)]))


def mark_part(exercise: str, module: str, index: int, part: str) -> str:
    """A part below the line that names it."""
    return f"{Part(exercise, module, index)}\n{part}"


def mark_parts(text: str, exercise: str, module: str) -> tuple[str, ...]:
    """The parts of a module, each below the line that names it."""
    return tuple(mark_part(exercise, module, index, part) for index, part in enumerate(split_parts(text), start=1))


def join_parts(parts: Iterable[str]) -> str:
    """The module that these parts make, as `join` makes it."""
    return join(parts).text


def join(parts: Iterable[str]) -> Joined:
    """The module that these parts make, without the lines that name a part.

    Two blank lines stand between two parts, unless the first one says itself how it ends, by ending in a blank line.
    Parts that say which they are stand in that order, whatever the order of the cells was.
    """
    lines: list[str] = []
    origins: list[tuple[int, int]] = []
    gap = 0
    for part in sorted(parts, key=_index):
        own = [(line, at) for at, line in enumerate(part.split("\n"), start=1) if not MARKER.fullmatch(line.rstrip())]
        if not any(line for line, _ in own) and len(own) < 2:
            continue
        lines += [""] * gap
        origins += origins[-1:] * gap
        gap = 0 if not own[-1][0] else _BETWEEN - 1
        kept = own if gap else own[:-1]
        lines += [line for line, _ in kept]
        origins += [(_index(part), at) for _, at in kept]
    return Joined("".join(f"{line}\n" for line in lines), tuple(origins))


def _definitions(text: str, holes: tuple[Hole, ...]) -> list[tuple[str, int]]:
    """Name and first line (from 0, comments included) of each definition at the top of a module, outside of holes."""
    lines = text.split("\n")
    markers = {line for hole in holes for line in (hole.first, hole.last)}
    found = []
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        if any(hole.first < line < hole.last for hole in holes):
            continue
        found.append((node.name, _with_comments(line, lines, markers) - 1))
    return found


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


def _settled(pieces: Sequence[str]) -> Iterator[str]:
    """The pieces of a module as parts: without the ends of lines that `join` adds by itself."""
    last = max((place for place, piece in enumerate(pieces) if piece), default=0)
    for place, piece in enumerate(pieces):
        bare = piece.rstrip("\n")
        usual = 1 if place == last else _BETWEEN
        yield bare if bare and len(piece) - len(bare) == usual else piece
