"""Planted causes: each does what `CAUSES` says of it, in the column that the truth names, and nothing else."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest

from wren.cases import COLUMNS, Row, make_cases
from wren.damage import CAUSES, FORMS, LIMIT, WINDOWED, Defect, damage, misread
from wren.phrases import INFORMATION

SEEDS = range(6)


@pytest.fixture(scope="module")
def cases() -> list[Row]:
    return make_cases(1000, seed=7)


def planted(cases: list[Row], cause: str, seed: int, column: str = "") -> tuple[list[Row], Defect]:
    rows, (defect,) = damage(cases, [cause], seed, {cause: column} if column else None)
    assert defect.cause == cause
    return rows, defect


def hit(before: list[Row], after: list[Row], column: str) -> list[tuple[Row, Row]]:
    """The rows whose value in the column is another one."""
    return [(old, new) for old, new in zip(before, after, strict=True) if old[column] != new[column]]


def test_the_same_seed_breaks_in_the_same_way(cases: list[Row]) -> None:
    assert damage(cases, CAUSES, seed=1) == damage(cases, CAUSES, seed=1) != damage(cases, CAUSES, seed=2)


def test_no_cause_changes_nothing(cases: list[Row]) -> None:
    assert damage(cases, [], seed=1) == (cases, [])


def test_the_rows_that_are_given_stay(cases: list[Row]) -> None:
    before = [dict(row) for row in cases]
    damage(cases, CAUSES, seed=3)
    assert cases == before


def test_an_unknown_cause_is_refused(cases: list[Row]) -> None:
    with pytest.raises(KeyError, match="moths"):
        damage(cases, ["moths"], seed=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_causes_at_once_are_in_columns_of_their_own(cases: list[Row], seed: int) -> None:
    rows, defects = damage(cases, CAUSES, seed)
    assert sorted(defect.cause for defect in defects) == sorted(CAUSES)
    columns = Counter(defect.column for defect in defects)
    assert columns.pop("text") == 3
    assert set(columns.values()) == {1}
    assert all(set(row) == set(COLUMNS) for row in rows)
    assert [row["id"] for row in rows] == [f"T{number:06d}" for number in range(1, len(rows) + 1)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("cause", [cause for cause in CAUSES if cause not in ("bots", "duplicates")])
def test_only_the_named_column_is_hit(cases: list[Row], cause: str, seed: int) -> None:
    rows, defect = planted(cases, cause, seed)
    for column in COLUMNS:
        assert bool(hit(cases, rows, column)) == (column == defect.column)
    assert (defect.window is not None) == (cause in WINDOWED)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sentinel_is_one_number_far_outside(cases: list[Row], seed: int) -> None:
    rows, defect = planted(cases, "sentinel", seed)
    changed = [new[defect.column] for _, new in hit(cases, rows, defect.column)]
    assert len(set(changed)) == 1
    assert len(changed) > 0.01 * len(rows)
    assert abs(changed[0]) >= 999


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mix_of_units_is_all_of_one_channel(cases: list[Row], seed: int) -> None:
    rows, defect = planted(cases, "unit mix", seed)
    changed = hit(cases, rows, defect.column)
    (channel,) = {new["channel"] for _, new in changed}
    assert len(changed) == sum(row["channel"] == channel and row[defect.column] is not None for row in cases)
    assert {round(new[defect.column] / old[defect.column]) for old, new in changed} <= {60, 100, 1000}


@pytest.mark.parametrize("column", ["channel", "product", "agent", "priority"])
@pytest.mark.parametrize("form", range(FORMS["category typo"]))
@pytest.mark.parametrize("seed", range(4))
def test_a_typo_is_a_new_name_and_rare(cases: list[Row], column: str, form: int, seed: int) -> None:
    rows, (defect,) = damage(cases, ["category typo"], seed, {"category typo": column}, {"category typo": form})
    changed = hit(cases, rows, defect.column)
    ((right, wrong),) = {(old[column], new[column]) for old, new in changed}
    assert wrong not in {row[column] for row in cases}
    assert abs(len(wrong) - len(right)) <= 1
    assert len(changed) < 0.05 * len(rows)


@pytest.mark.parametrize("column", ["tag", "priority", "hours_late"])
def test_a_leak_tells_the_label(cases: list[Row], column: str) -> None:
    def known(rows: list[Row]) -> float:
        kinds = [row[column] is None if column == "hours_late" else row[column] for row in rows]
        pairs = Counter(zip(kinds, (row["label"] for row in rows), strict=True))
        return sum(max(pairs[kind, label] for label in {row["label"] for row in rows}) for kind in set(kinds)) / len(
            rows
        )

    rows, _ = planted(cases, "leaky column", 1, column)
    assert known(cases) < 0.75
    assert known(rows) > 0.97


@pytest.mark.parametrize("seed", SEEDS)
def test_duplicates_come_within_a_minute_and_keep_letters_and_digits(cases: list[Row], seed: int) -> None:
    rows, defect = planted(cases, "duplicates", seed)
    assert defect.column == "text"
    key = [(row["customer"], "".join(filter(str.isalnum, row["text"].lower())), row["time"]) for row in rows]
    pairs = sum(
        one[:2] == two[:2] and two[2] - one[2] <= timedelta(minutes=1)
        for at, one in enumerate(key) for two in key[at + 1 : at + 6]
    )  # fmt: skip
    assert pairs > 0.04 * len(cases)
    assert len({row["id"] for row in rows}) == len(rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_bots_keep_equal_gaps_and_one_sentence(cases: list[Row], seed: int) -> None:
    rows, _ = planted(cases, "bots", seed)
    added = {row["customer"] for row in rows} - {row["customer"] for row in cases}
    assert 2 <= len(added) <= 3
    for bot in added:
        sent = [row for row in rows if row["customer"] == bot]
        gaps = {(two["time"] - one["time"]) for one, two in pairwise(sent)}
        assert len(sent) >= 35
        assert max(gaps) - min(gaps) <= timedelta(seconds=1)
        assert len({"".join(c for c in row["text"] if not c.isdigit()) for row in sent}) == 1
        assert {row["label"] for row in sent} == {INFORMATION}
        assert all(row["closed"] > row["time"] for row in sent)


def test_a_truncated_text_is_the_beginning_of_one(cases: list[Row]) -> None:
    rows, _ = planted(cases, "truncation", 1)
    changed = hit(cases, rows, "text")
    assert len(changed) > 0.05 * len(rows)
    assert all(new["text"] == old["text"][:LIMIT] for old, new in changed)


def test_misreading_can_be_undone_but_for_five_bytes(cases: list[Row]) -> None:
    assert misread("Café 🙏") == "CafÃ© ðŸ™\x8f"
    rows, _ = planted(cases, "encoding damage", 1)
    changed = hit(cases, rows, "text")
    assert len(changed) > 0.04 * len(rows)
    assert sum(old["text"] == _undone(new["text"]) for old, new in changed) > 0.6 * len(changed)


def _undone(text: str) -> str:
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return ""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_shift_is_all_of_one_channel(cases: list[Row], seed: int) -> None:
    rows, _ = planted(cases, "time-zone shift", seed)
    changed = hit(cases, rows, "time")
    (channel,) = {new["channel"] for _, new in changed}
    assert len(changed) == sum(row["channel"] == channel for row in cases)
    (early,) = {old["time"] - new["time"] for old, new in changed}
    assert timedelta(hours=6) <= early <= timedelta(hours=9)


@pytest.mark.parametrize("column", ["closed", "ordered"])
@pytest.mark.parametrize("seed", SEEDS)
def test_an_impossible_date_contradicts_its_row(cases: list[Row], column: str, seed: int) -> None:
    rows, _ = planted(cases, "impossible date", seed, column)
    changed = [new for _, new in hit(cases, rows, column)]
    assert len(changed) > 0.01 * len(rows)
    for row in changed:
        too_late = row["ordered"] is not None and row["ordered"] > row["time"].date()
        assert row["closed"] < row["time"] or too_late or row["ordered"].year == 1900


@pytest.mark.parametrize("seed", SEEDS)
def test_a_dead_feed_has_one_value_from_its_day_on(cases: list[Row], seed: int) -> None:
    rows, defect = planted(cases, "constant since", seed)
    assert defect.window is not None
    first, last = defect.window
    assert last == rows[-1]["time"].date()
    assert len({row[defect.column] for row in rows if row["time"].date() >= first}) == 1
    assert all(new["time"].date() >= first for _, new in hit(cases, rows, defect.column))


@pytest.mark.parametrize("seed", SEEDS)
def test_flipped_labels_are_in_the_window(cases: list[Row], seed: int) -> None:
    rows, defect = planted(cases, "label flips", seed)
    assert defect.window is not None
    first, last = defect.window
    assert 3 <= (last - first).days <= 4
    inside = [row for row in rows if first <= row["time"].date() <= last]
    changed = hit(cases, rows, "label")
    assert all(first <= new["time"].date() <= last for _, new in changed)
    assert len(changed) > 0.75 * len(inside)


def test_each_form_is_another_one(cases: list[Row]) -> None:
    for cause, count in FORMS.items():
        column = {"sentinel": "queue", "category typo": "channel", "impossible date": "closed"}[cause]
        made = [damage(cases, [cause], 1, {cause: column}, {cause: form})[0] for form in range(count)]
        assert all(one != two for at, one in enumerate(made) for two in made[:at])
        assert damage(cases, [cause], 1, {cause: column})[0] in made
