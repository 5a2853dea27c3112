"""A submission's cells set right by what the teacher released, before anything believes them.

nbgrader recognises a cell by metadata in the student's own file, and some of these end a whole batch: one cell
that stands there twice, one whose schema version is missing or too new. So two things only are asked of each
cell of a submission: which released cell it claims to be, and its text. The rest comes from the gradebook.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from autograder.course.parts import part_of


@dataclass(frozen=True)
class Released:
    """One cell of a released notebook, as the gradebook keeps it; `metadata` is what nbgrader reads of it."""

    kind: str
    source: str
    metadata: Mapping[str, Any]

    @property
    def first_line(self) -> str:
        """The line that names a part of the module; empty for every other cell."""
        return self.source.partition("\n")[0] if part_of(self.source) else ""

    @property
    def is_answer(self) -> bool:
        """Whether the student is to change this part of the module."""
        return bool(self.first_line and self.metadata["solution"])


def restored(cells: Iterable[NotebookNode], released: Mapping[str, Released]) -> NotebookNode:
    """A notebook of the student's texts in the teacher's cells.

    Cells that claim to be the same part of the student's module are joined in their order, as a kernel would
    have run them (splitting a cell copies its metadata). Of any other cell the first claim counts, and a copy
    becomes a plain cell. What is missing is put back as it was released, at the end.
    """
    names = {cell.first_line: name for name, cell in released.items() if cell.first_line}
    kept: dict[str, NotebookNode] = {}
    book: list[NotebookNode] = []
    for cell in cells:
        name = names.get(cell.source.partition("\n")[0].rstrip()) or _claimed(cell, released)
        if name in kept and released[name].is_answer:
            kept[name].source += f"\n\n{cell.source}"
            continue
        if name is None or name in kept:
            book.append(_plain(cell))
        else:
            kept[name] = _cell(released[name], cell.source)
            book.append(kept[name])
    book += [_cell(cell, cell.source) for name, cell in released.items() if name not in kept]
    for index, cell in enumerate(book):
        cell.id = f"cell-{index}"
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=book)


def _claimed(cell: NotebookNode, released: Mapping[str, Released]) -> str | None:
    """The released cell that the student's metadata name, whatever shape these metadata have."""
    metadata = cell.metadata.get("nbgrader")
    name = metadata.get("grade_id") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) and name in released else None


def _cell(released: Released, source: str) -> NotebookNode:
    if not source.startswith(released.first_line):
        source = f"{released.first_line}\n{source}"
    metadata = NotebookNode(nbgrader=NotebookNode(released.metadata))
    return _node(released.kind, source, metadata)


def _plain(cell: NotebookNode) -> NotebookNode:
    return _node(cell.cell_type, cell.source, NotebookNode(), cell.get("attachments"))


def _node(kind: str, source: str, metadata: NotebookNode, attachments: Any = None) -> NotebookNode:
    node = NotebookNode(cell_type=kind, source=source, metadata=metadata)
    if kind == "code":
        node.update(outputs=[], execution_count=None)
    elif attachments:
        node.attachments = attachments
    return node
