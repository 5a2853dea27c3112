"""What the checks of this exercise share: the examiner's own worlds, and the form of what a split returns."""

from functools import lru_cache
from typing import Any

from autograder.examiner import expect
from wren.backtest import World, make_world, pairs_across

WORLDS = 10
SHOWN = 110  # characters of a message in a failure


@lru_cache(maxsize=WORLDS)
def world(seed: int, number: int) -> World:
    """One of the worlds of a grade."""
    return make_world(100 * seed + number)


def sides(rows: list[dict[str, Any]], answer: Any) -> tuple[list[str], list[str]]:
    """The ids of train and of test, once it is certain that every row is in exactly one of them."""
    pair = isinstance(answer, list | tuple) and len(answer) == 2
    expect(pair and all(isinstance(side, list | tuple) for side in answer),
           "split(rows) has to return two lists, train and test", got=answer, expected="two lists of rows")  # fmt: skip
    train, test = (_ids(name, side) for name, side in zip(("train", "test"), answer, strict=True))
    known, placed = {row["id"] for row in rows}, [*train, *test]
    strange, both, lost = set(placed) - known, set(train) & set(test), known - set(placed)
    expect(not strange, f"{_one(strange)} is the id of no row that split was given", expected="the given rows")
    expect(not both, f"{_one(both)} is in train and in test: {len(both)} of {len(rows)} rows are on both sides")
    expect(not lost, f"{_one(lost)} is neither in train nor in test: {len(lost)} of {len(rows)} rows are lost")
    more = len(placed) - len(rows)
    expect(more == 0, f"{more} rows are twice on the same side", expected=f"{len(rows)} rows in all")
    return train, test


def _one(ids: set[str]) -> str:
    return min(ids, default="")


def _ids(name: str, side: list[Any]) -> list[str]:
    for row in side:
        good = isinstance(row, dict) and isinstance(row.get("id"), str)
        expect(good, f"what stands in {name} is no row", got=row, expected="a dictionary as split was given it")
    return [row["id"] for row in side]


def expect_share(rows: list[dict[str, Any]], test: list[str]) -> None:
    """A tenth to a half of the rows is in the test."""
    share = len(test) / len(rows)
    bound = "too small a test says little" if share < 0.1 else "too small a train teaches little"
    expect(0.1 <= share <= 0.5, f"{share:.1%} of the rows are in the test: {bound}", got=f"{len(test)} of {len(rows)}",
           expected="a tenth to a half")  # fmt: skip


def twins(world: World, train: list[str], test: list[str]) -> tuple[str, str]:
    """The most alike pair of one conversation's messages across the split: a sentence that names it, and its texts."""
    pairs = pairs_across(world, train, test)
    if not pairs:
        return "", ""
    left, right = pairs[0].train, pairs[0].test
    texts = f"train {left.id}: {_brief(left.text)}\ntest  {right.id}: {_brief(right.text)}"
    return f"{left.id} in train and {right.id} in test are nearly the same message", texts


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
