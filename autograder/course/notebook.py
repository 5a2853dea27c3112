"""A notebook file, read with care: its code cells, and a module's parts put into them.

It is read and written as plain JSON, so that it needs no notebook package and keeps what it does not understand.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.parts import Part, part_of
from autograder.errors import Problem

MAX_BYTES = 2**25
SUFFIX = ".ipynb"
_FORMAT = 4
_NAMES_CELLS = 5  # the minor format since when each cell has an id, and before which none may have


@dataclass(frozen=True)
class Cell:
    """A cell of code. `name` is what its reader knows it by, such as `cell [7]`."""

    name: str
    source: str

    @property
    def part(self) -> Part | None:
        """The part of a module that it holds, if any."""
        return part_of(self.source)


@dataclass(frozen=True)
class Notebook:
    """What a notebook's file holds, as JSON."""

    content: Mapping[str, Any]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Its cells of code, from top to bottom, with plain ends of lines."""
        return tuple(cell for _, cell in self._code())

    def with_parts(self, sources: Mapping[int, str], wanted: Callable[[Part], bool]) -> "Notebook":
        """The notebook with these sources, by index, in the cells that hold `wanted` parts; all other cells stay.

        A cell that changes loses what it printed. A part that has no cell gets one, after that of the part before it.
        """
        cells = list(self.content["cells"])
        last: dict[int, int] = {}
        for place, cell in self._code():
            part = cell.part
            if part and wanted(part) and part.index in sources:
                last[part.index] = place
                if cell.source != sources[part.index]:
                    fresh = {"execution_count": None, "outputs": [], "source": _lines(sources[part.index])}
                    cells[place] = {**cells[place], **fresh}
        for index in sorted(sources.keys() - last.keys(), reverse=True):
            before = max((place for known, place in last.items() if known < index), default=-1)
            cells.insert(before + 1, self._new_cell(f"part-{index:02}", sources[index]))
        return Notebook({**self.content, "cells": cells})

    def encoded(self) -> bytes:
        """The file's bytes, as Jupyter itself would write them."""
        return (json.dumps(self.content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()

    def _code(self) -> Iterator[tuple[int, Cell]]:
        for place, cell in enumerate(self.content["cells"]):
            if cell["cell_type"] == "code":
                count = cell.get("execution_count")
                name = f"cell [{count}]" if isinstance(count, int) else f"cell {place + 1} from the top"
                yield place, Cell(name, _text(cell["source"]))

    def _new_cell(self, name: str, source: str) -> dict[str, Any]:
        cell: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
        cell["source"] = _lines(source)
        if self.content.get("nbformat_minor", 0) < _NAMES_CELLS:
            return cell
        taken = {known.get("id") for known in self.content["cells"]}
        while name in taken:
            name += "-again"
        return {**cell, "id": name}


def is_notebook(path: Path) -> bool:
    """Whether a file is taken for a notebook."""
    return path.suffix == SUFFIX


def read_notebook(content: bytes, where: str) -> Notebook:
    """The notebook in these bytes; `Problem` names the file, `where`, and what is wrong with it."""
    try:
        raw = json.loads(content.decode("utf-8-sig"))
        json.dumps(raw, ensure_ascii=False).encode()  # half a character, written as an escape, is no text
    except UnicodeError as error:
        raise _damaged(where, f"it is no text in UTF-8 ({error})") from None
    except (ValueError, RecursionError) as error:
        raise _damaged(where, f"it is no JSON ({error})") from None
    version = raw.get("nbformat") if isinstance(raw, dict) else None
    if type(version) is int and version != _FORMAT:
        raise Problem(
            f"the notebook has format {version}, and this reads format {_FORMAT}",
            where=where,
            fix=f"jupyter nbconvert --to notebook --nbformat {_FORMAT} --inplace {where}",
        )
    if version is None or not isinstance(raw.get("cells"), list):
        raise _damaged(where, "it has no cells")
    for place, cell in enumerate(raw["cells"], start=1):
        if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
            raise _damaged(where, f"cell {place} from the top is none")
        if cell["cell_type"] == "code" and not _is_source(cell.get("source")):
            raise _damaged(where, f"cell {place} from the top has no source")
    return Notebook(raw)


def _damaged(where: str, what: str) -> Problem:
    fix = "save it again in Jupyter, or take the copy in .ipynb_checkpoints beside it"
    return Problem(f"the notebook is damaged: {what}", where=where, fix=fix)


def _is_source(source: object) -> bool:
    return isinstance(source, str) or (isinstance(source, list) and all(isinstance(line, str) for line in source))


def _text(source: str | list[str]) -> str:
    text = source if isinstance(source, str) else "".join(source)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)
