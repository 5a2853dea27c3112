"""The notebook: its cells give what it shows when run in the order of their numbers, and not in that of the page."""

import csv
import io
from typing import Any

import pytest

from wren.notebook import CELLS, COLUMNS, NUMBERS, SEED, make_table, page, replay

TICKETS = make_table(300, SEED)


def rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table)))


def shown(kernel: dict[str, Any], number: int) -> str:
    """What the last line of a cell would show."""
    (source,) = (cell.source for cell in CELLS if cell.number == number)
    return str(eval(source.strip().splitlines()[-1], kernel))


def test_a_number_stands_once():
    assert len(NUMBERS) == len(CELLS)


def test_the_order_of_the_numbers_gives_what_the_cells_show():
    saved = {cell.number: cell.shown for cell in CELLS if cell.shown}
    kernel = replay(TICKETS)
    assert {number: shown(kernel, number) for number in (14, 15)} == {number: saved[number] for number in (14, 15)}
    assert shown(replay(TICKETS, (1, 2)), 2) == saved[2]


def test_the_order_of_the_page_stops():
    with pytest.raises(NameError, match="cut"):
        replay(TICKETS, [cell.number for cell in CELLS])


@pytest.mark.parametrize("without", [8, 9, 10, 13])
def test_each_cell_that_a_reader_may_overlook_makes_another_model(without):
    live, other = replay(TICKETS), replay(TICKETS, [number for number in NUMBERS if number != without])
    assert any(live[name] != other[name] for name in ("prior", "weights", "cut"))


def test_a_table_is_the_same_each_time_and_has_open_cases_and_line_breaks():
    tickets = rows(TICKETS)
    assert make_table(300, SEED) == TICKETS
    assert make_table(300, SEED + 1) != TICKETS
    assert tuple(tickets[0]) == COLUMNS
    assert 0.1 < sum(not ticket["label"] for ticket in tickets) / len(tickets) < 0.2
    assert any("\n" in ticket["text"] for ticket in tickets)
    assert any("," in ticket["text"] for ticket in tickets)


def test_the_page_shows_cells_and_outputs_from_top_to_bottom():
    lines = page().splitlines()
    assert lines[0] == "In [1]: import csv, math, re"
    assert [line for line in lines if line.startswith("Out")][-1] == f"Out[15]: {CELLS[-1].shown}"
    assert sum(line.startswith("In [") for line in lines) == len(CELLS)
