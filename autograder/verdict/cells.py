"""A verdict on a module that was put together from a notebook's cells, told in the cells' own lines."""

import re
from collections.abc import Sequence
from dataclasses import replace

from autograder.course.cells import place_of
from autograder.verdict.model import Failure, Place, Verdict


def in_cells(verdict: Verdict, module_file: str, origins: Sequence[tuple[int, int]]) -> Verdict:
    """The verdict with each line of `module_file` told as the cell it is from, and the line in that cell.

    `origins` says of each line of the module which part it is from, and its line in that part's cell.
    """

    def at(line: int) -> tuple[str, int] | None:
        if not 1 <= line <= len(origins):
            return None
        index, in_cell = origins[line - 1]
        return place_of(index), in_cell

    def moved(place: Place) -> Place:
        found = at(place.line) if place.file == module_file else None
        return replace(place, file=found[0], line=found[1]) if found else place

    def reworded(match: re.Match[str]) -> str:
        found = at(int(match[1]))
        return f"{found[0]}, line {found[1]}" if found else match[0]

    def told(failure: Failure) -> Failure:
        return replace(
            failure,
            message=re.sub(rf"\b{re.escape(module_file)}, line (\d+)", reworded, failure.message),
            where=moved(failure.where) if failure.where else None,
            traceback=tuple(moved(place) for place in failure.traceback),
        )

    checks = (replace(check, failure=told(check.failure)) if check.failure else check for check in verdict.checks)
    return replace(verdict, checks=tuple(checks))
