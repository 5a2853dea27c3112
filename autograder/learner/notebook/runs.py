"""Which cells of a kernel make up a module: of each part the last run that ended without an error.

Of a part of which every run ended with one, the last run counts, if it is Python: what stands below
`if __name__ == "__main__"` is run in a kernel, and no part of what is judged.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.course import Exercise
from autograder.course.cells import build_module, foreign_part, is_part_of, missing_line, released_parts
from autograder.course.notebook import Cell, Notebook
from autograder.course.parts import Joined, Part, part_of
from autograder.errors import Problem


@dataclass(frozen=True)
class Run:
    """One run of a cell: its number, its source, and whether it ended without an error.

    That is None where it is not known, as the cell was run before anybody took notes; it counts when it is Python.
    """

    count: int
    source: str
    good: bool | None

    @property
    def name(self) -> str:
        """What the notebook shows beside the cell."""
        return f"cell [{self.count}]"

    @property
    def counts(self) -> bool:
        """Whether it may stand in a module."""
        return _is_python(self.source) if self.good is None else self.good


@dataclass(frozen=True)
class Ran:
    """The module that a kernel's runs make up, the source of each of its parts, and what their reader should know."""

    module: Joined
    parts: dict[int, str]
    remarks: tuple[str, ...]


def ran_module(exercise: Exercise, runs: Sequence[Run], names: Sequence[str]) -> Ran:
    """The exercise's module, from all the runs of a kernel in their order.

    `names` are those that the kernel knows. `Problem` says what keeps the cells from being a module.
    """
    chosen: dict[int, Run] = {}
    failed: dict[int, Run] = {}
    for run in runs:
        part = part_of(run.source)
        if part and is_part_of(exercise, part):
            kept = chosen if run.counts else failed
            kept[part.index] = run
            if run.counts:
                failed.pop(part.index, None)
    count = len(released_parts(exercise))
    for index in range(1, count + 1):
        last = failed.get(index)
        if index not in chosen and last and _is_python(last.source):
            chosen[index] = last  # such as a starter that calls itself, or a main() that reads a command line
        if index not in chosen:
            raise _missing(exercise, index, count, last, runs)
    parts = {index: Cell(chosen[index].name, chosen[index].source) for index in range(1, count + 1)}
    remarks = tuple(_remarks(exercise, runs, chosen, failed))
    judged = {id(chosen[index]) for index in parts}
    try:
        module = build_module(exercise, parts, [_other(run) for run in runs if id(run) not in judged], names)
    except Problem as problem:
        fix = "\n         ".join([problem.fix, *(f"note: {remark}" for remark in remarks)])
        raise Problem(problem.what, where=problem.where, fix=fix) from None
    return Ran(module, {index: cell.source for index, cell in parts.items()}, remarks)


def differing_parts(exercise: Exercise, parts: dict[int, str], saved: Notebook) -> list[int]:
    """The parts that are not saved as they were run."""
    kept = [(cell.part, cell.source.rstrip()) for cell in saved.cells]
    inside = {(part.index, source) for part, source in kept if part and is_part_of(exercise, part)}
    return [index for index, source in parts.items() if (index, source.rstrip()) not in inside]


def _missing(exercise: Exercise, index: int, count: int, failed: Run | None, runs: Sequence[Run]) -> Problem:
    line = Part(exercise.number, exercise.module, index)
    what = f"part {index} of {count} of {exercise.module_file}"
    if failed:
        return Problem(f"{what} is no Python yet: {failed.name}", fix="correct it, run it, and check again")
    near = missing_line(exercise, index, [_other(run) for run in reversed(runs)])
    return Problem(f"{what} has not been run", fix=near or f"run the cell whose first line is `{line}`")


def _other(run: Run) -> Cell:
    part = part_of(run.source)
    return Cell(f"{run.name}, an earlier run of part {part.index}" if part else run.name, run.source)


def _remarks(exercise: Exercise, runs: Sequence[Run], chosen: dict[int, Run], failed: dict[int, Run]) -> Iterator[str]:
    """What was run after the run that is judged, and is not judged; and what is part of something else."""
    for index, run in sorted(chosen.items()):
        if failed.get(index) is run:
            yield f"part {index} failed in every run: judged is the last one, {run.name}"
        elif index in failed:
            yield f"part {index} failed when it was run last, as {failed[index].name}: judged is its run as {run.name}"
        later = runs[max(place for place, other in enumerate(runs) if other is run) + 1 :]
        near = missing_line(exercise, index, [_other(other) for other in reversed(later)])
        if near:
            yield near
    foreign = (foreign_part(exercise, Cell(run.name, run.source), len(released_parts(exercise))) for run in runs)
    yield from [words for words in foreign if words][-1:]


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
