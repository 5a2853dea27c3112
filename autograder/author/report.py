"""The matrix as a table, and below it what is to be mended."""

from collections.abc import Iterable

from autograder.author.cases import KINDS
from autograder.author.validate import Row

_COLUMNS = (*KINDS, "rules")


def as_table(rows: Iterable[Row], beside: Iterable[str]) -> str:
    """One line an exercise, one a fault, and the sum; `beside` are faults that belong to no exercise."""
    rows, beside = tuple(rows), tuple(beside)
    table: list[tuple[str, ...]] = [("", "exercise", *_COLUMNS, "seconds")]
    for row in rows:
        cells = [str(row.tallies[column]) for column in _COLUMNS]
        table.append(("green" if row.green else "red", f"{row.number} {row.title}", *cells, f"{row.seconds:.1f}"))
    faults = [f"{row.number}  {text}" for row in rows for text in row.objections] + list(beside)
    lines = [*_aligned(table), *(["", *faults] if faults else []), "", _sum(rows, len(faults))]
    return "\n".join(lines)


def _aligned(table: list[tuple[str, ...]]) -> list[str]:
    """The first two columns to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = []
    for row in table:
        words = [cell.ljust(width) for cell, width in zip(row[:2], widths, strict=False)]
        numbers = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        lines.append("  ".join([*words, *numbers]).rstrip())
    return lines


def _sum(rows: tuple[Row, ...], faults: int) -> str:
    judged = sum(row.tallies[kind].all for row in rows for kind in KINDS)
    what = f"{len(rows)} {_plural(len(rows), 'exercise')}, {judged} {_plural(judged, 'module')} judged"
    return f"red: {what}, {faults} {_plural(faults, 'fault')} to mend" if faults else f"green: {what}"


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
