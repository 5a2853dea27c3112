"""What the learner is not given: tables of Wren's in any order, a table that grows, and what is left to train on."""

from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from support import (
    Row,
    at,
    expect_groups,
    expect_whole,
    large_table,
    names_of,
    parted,
    row,
    sides_of,
    small_table,
    table,
)

from autograder.examiner import expect, expect_equal, task

SIDES = ("train", "test")
THREE = ("train", "test", "purged")


@task("a", points=1)
def test_the_groups_are_right_in_any_order_of_the_rows(candidate, seed, rng):
    """In a table of some 410 rows, in any order, the groups are what hangs together."""
    rows, matters = small_table(seed, rng)
    expect_groups(rows, names_of(rows, candidate.groups(rows)), matters)


@task("a", points=1)
def test_empty_tables_and_empty_messages_have_groups_too(candidate):
    """No rows have no names; messages without words or without a conversation are not linked by that."""
    expect_equal(names_of([], candidate.groups([])), [], because="no rows, no names")
    rows = [
        row("T000001", 0.0, "🙏", "K48271"),
        row("T000002", 1.0, "😡😡", "K10007"),
        row("M00001", 2.0, ""),
        row("M00002", 3.0, "where is my parcel"),
        row("M00003", 4.0, "how do I return the lamp"),
        row("T000003", 5.0, "", "K48271"),
    ]
    expect_groups(rows, names_of(rows, candidate.groups(rows)), [1, 2, 3, 4, 5, 1])


@task("b", points=1)
def test_no_group_is_on_two_sides(candidate, seed):
    """What hangs together is on one side of the split by hash."""
    rows, matters = small_table(seed)
    sides = sides_of("by_hash(rows, 0.3)", rows, candidate.by_hash(rows, 0.3), SIDES)
    expect_whole(rows, sides, matters, "by_hash(rows, 0.3)")


# A key that changes moves a group in 0.42 of cases: sixty groups that each get a copy and a second conversation are all
# spared once in 10**14. Where a rank among the others decides, 60 new groups push some over the line, and so do those
# of Wren's tables: of 500 that grew in five steps, one moved no row.
@task("b", points=2)
def test_rows_that_were_there_keep_their_side(candidate, seed, rng):
    """When the table grows by later rows, no row that was there changes its side."""
    _expect_stable(candidate, _growing_by_hand())
    messages = table(150, 30, seed)
    days = (12, 18, 24, 30)
    _expect_stable(candidate, [parted([m for m in messages if m.time < at(day)], rng) for day in days])


def _growing_by_hand() -> list[tuple[list[Row], list[int]]]:
    """Sixty groups of one message, then a copy of each, then a second conversation of each, then new groups."""
    text = [" ".join(f"{word}{number}" for word in ("my", "order", "with", "number")) for number in range(120)]
    some = range(60)
    steps = [
        [row(f"T{100 + n:06d}", n / 100, text[n], f"K{60_000 + n}") for n in some],
        [row(f"M{n:05d}", 1 + n / 100, text[n].upper()) for n in some],
        [row(f"T{200 + n:06d}", 2 + n / 100, text[n], f"K{30_000 + n}") for n in some],
    ]
    steps += [
        [row(f"T{300 + n:06d}", 3 + n / 100, text[n], f"K{70_000 + n}") for n in range(start, start + 20)]
        for start in range(60, 120, 20)
    ]
    matters = [[*some]] * 3 + [[*range(start, start + 20)] for start in range(60, 120, 20)]
    ends = range(1, len(steps) + 1)
    return [([*chain(*steps[:end])], [*chain(*matters[:end])]) for end in ends]


def _expect_stable(candidate: Any, tables: list[tuple[list[Row], list[int]]]) -> None:
    """Each table holds the rows of the one before it and later ones."""
    sides: dict[str, str] = {}
    for rows, matters in tables:
        answer = sides_of("by_hash(rows, 0.3)", rows, candidate.by_hash(rows, 0.3), SIDES)
        now = {row_["id"]: side for row_, side in zip(rows, answer, strict=True)}
        moved = sorted(id for id, was in sides.items() if now[id] != was)
        if moved:
            matter = dict(zip(now, matters, strict=True))
            new = [id for id in now if matter[id] == matter[moved[0]] and id not in sides]
            because = f"its group grew by {', '.join(new)}" if new else "its group did not change at all"
            expect(False, f"{len(rows) - len(sides)} rows were appended to {len(sides)}, and {len(moved)} of those "
                   f"changed sides. {moved[0]} went from {sides[moved[0]]} to {now[moved[0]]}: {because}",
                   call="by_hash(rows, 0.3)", got=now[moved[0]], expected=sides[moved[0]])  # fmt: skip
        sides = now


# A rank or a running number moves: with half of 150 groups gone, a side that follows from a place among the others is
# drawn anew for most of the rest.
@task("b", points=1)
def test_a_group_alone_has_the_side_it_has_among_others(candidate, seed, rng):
    """When other groups are deleted from the table, the rows that are left keep their sides."""
    rows, matters = small_table(seed)
    sides = sides_of("by_hash(rows, 0.3)", rows, candidate.by_hash(rows, 0.3), SIDES)
    was = {row_["id"]: side for row_, side in zip(rows, sides, strict=True)}
    stay = set(rng.permutation(sorted(set(matters)))[:75].tolist())
    left = [row_ for row_, matter in zip(rows, matters, strict=True) if matter in stay]
    now = sides_of("by_hash(rows, 0.3)", left, candidate.by_hash(left, 0.3), SIDES)
    moved = [row_["id"] for row_, side in zip(left, now, strict=True) if side != was[row_["id"]]]
    expect(not moved, f"half of the groups were deleted, and {len(moved)} of the {len(left)} rows that are left "
           "changed sides, though nothing of their own groups was deleted", call="by_hash(rows, 0.3)",
           got=", ".join(moved[:5]), expected="no row on another side")  # fmt: skip


@task("b", points=1)
def test_the_share_can_be_nothing_or_all(candidate, seed):
    """No group is tested at a share of 0, every group at 1, and no rows have no sides."""
    rows = small_table(seed)[0][:100]
    for share, side in ((0, "train"), (1, "test"), (0.0, "train"), (1.0, "test")):
        sides = sides_of(f"by_hash(rows, {share})", rows, candidate.by_hash(rows, share), SIDES)
        others = len(rows) - sides.count(side)
        expect(others == 0, f"at a share of {share} every row is in {side}; {others} of {len(rows)} are not",
               call=f"by_hash(rows, {share})", got=sorted(set(sides)), expected=[side])  # fmt: skip
    expect_equal(sides_of("by_hash([], 0.3)", [], candidate.by_hash([], 0.3), SIDES), [], because="no rows, no sides")


@task("c", points=1)
def test_no_group_is_cut_in_two(candidate, seed, rng):
    """In a table of some 560 rows no group is in train and in test, and none is purged by half."""
    rows, matters = large_table(seed, rng)
    cut = _cut(rng)
    sides = sides_of("at_cut(rows, cut)", rows, candidate.at_cut(rows, cut), THREE)
    expect_whole(rows, sides, matters, "at_cut(rows, cut)")
    expect_equal(sides_of("at_cut([], cut)", [], candidate.at_cut([], cut), THREE), [], because="no rows, no sides")


# Where what was open is purged, 0.91 to 1 of the rows before the cut are left in train, 0.97 in the mean of 500 seeds;
# where customers are purged, 0 to 0.65, 0.23 in the mean. The bar itself is exact.
@task("c", points=2)
def test_only_what_was_open_is_purged(candidate, seed, rng):
    """Groups that ended before the cut are in train, nine tenths of what came before it; new ones are in test."""
    rows, matters = large_table(seed, rng)
    cut = _cut(rng)
    sides = sides_of("at_cut(rows, cut)", rows, candidate.at_cut(rows, cut), THREE)
    began: dict[int, datetime] = {}
    ended: dict[int, datetime] = {}
    for row_, matter in zip(rows, matters, strict=True):
        began[matter] = min(began.get(matter, row_["time"]), row_["time"])
        ended[matter] = max(ended.get(matter, row_["time"]), row_["time"], row_["labelled"])
    right = ["train" if ended[m] < cut else "test" if began[m] >= cut else "purged" for m in matters]
    before = sum(row_["time"] < cut for row_ in rows)
    kept = sum(row_["time"] < cut and side == "train" for row_, side in zip(rows, sides, strict=True))
    because = {
        "train": f"of {before} rows before the cut you keep {kept / before:.0%} in train, and "
        f"{right.count('train') / before:.0%} are of groups that had ended.",
        "test": "Groups that began after the cut are the test.",
        "purged": "Groups that were open at the cut are purged.",
    }
    for wanted, why in because.items():
        for row_, matter, side, right_side in zip(rows, matters, sides, right, strict=True):
            if right_side == wanted and side != wanted:
                lasted = f"{began[matter]:%d %b %H:%M} to {ended[matter]:%d %b %H:%M}"
                expect(False, f"{why} That of {row_['id']} lasted from {lasted}; the cut is on {cut:%d %b %H:%M}",
                       call="at_cut(rows, cut)", got=side, expected=wanted)  # fmt: skip


def _cut(rng: Any) -> datetime:
    """A time in the last quarter of ninety days."""
    return at(70) + timedelta(minutes=int(rng.integers(0, 5 * 24 * 60)))
