"""The module in a notebook's cells: which cells are its parts, and what keeps them from being a module, by name."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from autograder.course.loose_names import NOTEBOOK_NAMES, defined_names, loose_names
from autograder.course.manifest import Exercise
from autograder.course.notebook import Cell, read_notebook
from autograder.course.parts import Joined, Part, join, split_parts
from autograder.errors import Problem

# A line that IPython understands and Python does not: %magic, !command, help? and results of the first two.
_MAGIC = re.compile(r"\s*(%%?\w|!|\?)|\s*[\w\s,.\[\]]+=\s*(%\w|!)|\s*[\w.]+\?\??\s*$")

_MOST = 2**20  # characters that are parsed: a stranger's cells may be made to keep a parser busy


def released_parts(exercise: Exercise) -> tuple[str, ...]:
    """The parts of the exercise's module, as its author wrote it: there are as many in a notebook."""
    return split_parts((exercise.folder / exercise.module_file).read_text(encoding="utf-8"))


def place_of(index: int) -> str:
    """What a line's place begins with, when the line is in a cell: `cell of part 2`."""
    return f"cell of part {index}"


def is_part_of(exercise: Exercise, part: Part | None) -> bool:
    """Whether a cell with this first line is a part of the exercise's module, or claims to be."""
    return part is not None and (part.exercise, part.module) == (exercise.number, exercise.module)


def saved_module(exercise: Exercise, content: bytes, where: str) -> Joined:
    """The module in a notebook's file; `Problem` says what keeps its cells from being one."""
    cells = read_notebook(content, where).cells
    parts: dict[int, Cell] = {}
    count = len(released_parts(exercise))
    for cell in cells:
        part = cell.part
        if part is None:
            continue
        foreign = foreign_part(exercise, cell, count)
        if foreign:
            first = Part(exercise.number, exercise.module, 1)
            fix = f"take it away, or its first line; the parts here begin with `{first}`"
            raise Problem(foreign, where=where, fix=fix)
        known = parts.setdefault(part.index, cell)
        if known.source.rstrip() != cell.source.rstrip():
            raise Problem(
                f"part {part.index} is in two cells that differ: {known.name} and {cell.name}",
                where=where,
                fix="take one of them away, or the first line of the one that is not to be judged",
            )
    others = tuple(cell for cell in cells if cell.part is None)
    for index in range(1, count + 1):
        if index not in parts:
            fix = missing_line(exercise, index, others) or "take the cell from a fresh copy of the notebook"
            raise Problem(f"part {index} of {count} of {exercise.module_file} is missing", where=where, fix=fix)
    return build_module(exercise, parts, others)


def foreign_part(exercise: Exercise, cell: Cell, count: int) -> str:
    """What is wrong with a cell that says it is a part, and none of the `count` of this exercise; "" for any other."""
    part = cell.part
    if part is None or (is_part_of(exercise, part) and 1 <= part.index <= count):
        return ""
    if is_part_of(exercise, part):
        return f"{cell.name} says that it is part {part.index}, and {exercise.module_file} has {count}"
    return f"{cell.name} is part {part.index} of {part.module}.py, exercise {part.exercise}, and not of this one"


def missing_line(exercise: Exercise, index: int, others: Iterable[Cell]) -> str:
    """What to do about a missing part that another cell nearly is; empty when there is none."""
    line = str(Part(exercise.number, exercise.module, index))
    for cell in others:
        if cell.part is None and any(line == text.strip() for text in cell.source.split("\n")):
            return f"{cell.name} holds the line `{line}`: it has to be the first one"
    return ""


def build_module(
    exercise: Exercise, parts: Mapping[int, Cell], others: Sequence[Cell], loose: Iterable[str] = ()
) -> Joined:
    """The module that these parts make, all of them.

    `Problem` for a line that is no Python outside of a notebook, and for a name that the module uses and only one of
    the `others` defines, the last of them first; or that is in `loose`, the names at hand where the cells were run.
    """
    if sum(len(cell.source) for cell in parts.values()) > _MOST:
        raise Problem(f"the cells of {exercise.module_file} have more than {_MOST:,} characters", fix="shorten them")
    for index, cell in sorted(parts.items()):
        _refuse_magic(index, cell)
    joined = join(cell.source for cell in parts.values())
    used = loose_names(joined.text)

    def refused(name: str, what: str, fix: str) -> Problem:
        index, line = joined.origins[used[name] - 1]
        return Problem(f"`{name}` {what}", where=_line_of(parts[index], index, line), fix=fix)

    for name in NOTEBOOK_NAMES & used.keys():
        raise refused(name, "is there in a notebook only", "leave it out")
    definers = list(_definers(others)) if used else []
    for name in sorted(used, key=lambda name: used[name]):
        definer = next((cell for cell, names in definers if name in names), None)
        if definer:
            what = f"is defined in {definer.name}, which is no part of {exercise.module_file}"
            raise refused(name, what, "move its definition into a part")
        if name in loose:
            what = f"is known to this kernel, but defined in no part of {exercise.module_file}"
            raise refused(name, what, "define it in a part")
    return joined


def _definers(others: Sequence[Cell]) -> Iterator[tuple[Cell, frozenset[str]]]:
    """The cells, the last one first, with the names that each defines; as many as may be parsed."""
    room = _MOST
    for cell in reversed(others):
        room -= len(cell.source)
        if room >= 0:
            yield cell, defined_names(cell.source)


def _refuse_magic(index: int, cell: Cell) -> None:
    try:
        cell.source.encode()
        ast.parse(cell.source)
    except UnicodeEncodeError:
        raise Problem(
            f"half a character in {cell.name}, which is no text", where=place_of(index), fix="retype it"
        ) from None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 0
        text = "".join(cell.source.split("\n")[line - 1 : line])
        if _MAGIC.match(text):
            raise Problem(
                f"`{text.strip()}` is for notebooks: a module cannot hold it",
                where=_line_of(cell, index, line),
                fix="move it into a cell that is no part",
            ) from None


def _line_of(cell: Cell, index: int, line: int) -> str:
    return f"{cell.name}, part {index}, line {line}"
