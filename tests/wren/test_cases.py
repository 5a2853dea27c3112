"""The desk's closed cases: in order, and full of what only looks like a fault."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from statistics import median

import pytest

from wren.cases import AGENTS, COLUMNS, DAYS, GIFT_CARD, Row, make_cases
from wren.phrases import ACTION


@pytest.fixture(scope="module", params=[0, 1])
def cases(request: pytest.FixtureRequest) -> list[Row]:
    return make_cases(2000, seed=request.param)


def share(cases: list[Row], column: str, value: object) -> float:
    return sum(row[column] == value for row in cases) / len(cases)


def test_the_same_seed_gives_the_same_cases() -> None:
    assert make_cases(200, seed=3) == make_cases(200, seed=3) != make_cases(200, seed=4)


def test_rows_have_the_columns_and_ids_in_the_order_of_arrival(cases: list[Row]) -> None:
    assert all(tuple(row) == COLUMNS for row in cases)
    times = [row["time"] for row in cases]
    assert times == sorted(times)
    assert [row["id"] for row in cases] == [f"T{number:06d}" for number in range(1, len(cases) + 1)]
    assert 2000 <= len(cases) <= 2050
    assert (times[-1] - times[0]).days == DAYS - 1


def test_no_date_is_impossible(cases: list[Row]) -> None:
    assert all(row["closed"] > row["time"] for row in cases)
    assert all(row["ordered"] is None or row["ordered"] < row["time"].date() for row in cases)


def test_what_is_null_belongs_together(cases: list[Row]) -> None:
    for row in cases:
        assert len({row[column] is None for column in ("order_value", "parcel_kg", "ordered")}) == 1
    assert 0.08 < share(cases, "order_value", None) < 0.16
    assert 0.2 < share(cases, "hours_late", None) < 0.3


def test_rare_categories_are_right(cases: list[Row]) -> None:
    for column, name in (("channel", "letter"), ("product", GIFT_CARD), ("agent", "Yusuf")):
        assert 0 < share(cases, column, name) < 0.03
    assert {row["agent"] for row in cases} == set(AGENTS)


def test_numbers_have_tails_and_carriers_may_be_early(cases: list[Row]) -> None:
    for column in ("order_value", "parcel_kg", "wait_minutes"):
        known = [row[column] for row in cases if row[column] is not None]
        assert max(known) > 10 * median(known)
        assert min(known) > 0
    assert any(row["hours_late"] is not None and row["hours_late"] < -5 for row in cases)


def test_channels_differ_by_less_than_units(cases: list[Row]) -> None:
    for column in ("order_value", "parcel_kg", "wait_minutes"):
        medians = [
            median(row[column] for row in cases if row["channel"] == channel and row[column] is not None)
            for channel in ("mail", "app", "form", "chat")
        ]
        assert max(medians) < 5 * min(medians)


def test_one_customer_is_a_reseller_and_some_press_twice(cases: list[Row]) -> None:
    (_, often), (_, next_often) = Counter(row["customer"] for row in cases).most_common(2)
    assert often > 40 > 10 > next_often
    twice = 0
    for one, two in pairwise(cases):
        same = (one["customer"], one["text"]) == (two["customer"], two["text"])
        twice += same and two["time"] - one["time"] <= timedelta(minutes=1)
    assert 0.002 * len(cases) < twice < 0.015 * len(cases)


def test_for_some_days_nearly_all_messages_are_actions(cases: list[Row]) -> None:
    days: dict[object, list[bool]] = {}
    for row in cases:
        days.setdefault(row["time"].date(), []).append(row["label"] == ACTION)
    full = [sum(labels) / len(labels) for labels in days.values() if len(labels) > 20]
    assert max(full) > 0.65
    assert 0.4 < median(full) < 0.6
