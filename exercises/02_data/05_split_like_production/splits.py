"""Three ways to split the help desk's table. Run me: python splits.py

A row is one message, a dictionary with the keys
    id            "T000042" from the desk, "M00007" from the marketplace; different for each row
    time          datetime of its arrival
    customer      "C00017" at the desk; the marketplace has numbers of its own
    conversation  "K48271", the desk's number, which says nothing of the order; None for a copy by the marketplace
    text          what the customer wrote, in a copy with some words of the marketplace's own
    label         "ACCOUNT_ACTION" or "INFORMATION"
    labelled      datetime at which the label was written, when the case was closed
"""

import hashlib
import random
import re
from collections import Counter
from datetime import datetime
from typing import Any

Row = dict[str, Any]


# ---- the groups


def words(text: str) -> frozenset[str]:
    """The different words of a text, in small letters."""
    return frozenset(re.findall(r"\w+", text.lower()))


def alike(some: frozenset[str], others: frozenset[str]) -> bool:
    """Four fifths of all the words of two messages stand in both; a message without words is like no other."""
    return bool(some) and 5 * len(some & others) >= 4 * len(some | others)


def groups(rows: list[Row]) -> list[str]:
    """Task a. A name for each row, in the order of the rows: two rows get one name exactly when they are of one group.

    Two rows are linked when both have the same conversation, or when their words are `alike`. A group is all rows
    that hang together by links, directly or through other rows of the table. Nothing else links: neither a customer,
    nor two rows without a conversation. Any str or int will do for a name.
    """
    raise NotImplementedError("2.5, task a: join what is linked, and what is linked to that (about 12 lines)")


def folds(rows: list[Row], k: int) -> list[int]:
    """A fold from 0 to k - 1 for each row, no group in two of them: the largest group left goes to the smallest fold.

    This is given. Any other way to deal whole groups will do, if none of five folds is empty or holds half of the rows.
    """
    names = groups(rows)
    load = [0] * k
    fold: dict[str, int] = {}
    for name, size in Counter(names).most_common():
        fold[name] = load.index(min(load))
        load[fold[name]] += size
    return [fold[name] for name in names]


# ---- a side for good


def by_hash(rows: list[Row], share: float) -> list[str]:
    """Task b. "train" or "test" for each row, in the order of the rows; no group is on two sides.

    About `share` (0 to 1; none at 0, all at 1) of the groups are the test. A group's side follows from its own rows
    alone: what else is in the table, the order of the rows and the process make no difference. It also stays when the
    group grows. The table is appended to, and a row that is appended has a later time than all that were there; it may
    join a group, and never joins two that were there into one.
    """
    raise NotImplementedError("2.5, task b: a side from what the group keeps for ever (about 6 lines)")


# ---- a cut in time


def at_cut(rows: list[Row], cut: datetime) -> list[str]:
    """Task c. "train", "test" or "purged" for each row, in the order of the rows; no group is on two sides.

    train   the groups of which all messages came, and all labels were written, before the cut
    test    the groups of which all messages came at the cut or later
    purged  the groups that were open at the cut: all others

    A group is one of the whole table, with all of its rows.
    """
    raise NotImplementedError("2.5, task c: when each group began and ended, against the cut (about 7 lines)")


# ---- the coin test


def coin_test(rows: list[Row], coins: list[str], fold: list[int]) -> float:
    """What the model says of labels thrown by a coin, when fold 0 is the test: 0.5 is honest."""
    from wren.triage import train

    examples = [(words(row["text"]), coin) for row, coin in zip(rows, coins, strict=True)]
    known = [example for example, place in zip(examples, fold, strict=True) if place != 0]
    asked = [example for example, place in zip(examples, fold, strict=True) if place == 0]
    return train(known).accuracy(asked)


def main() -> None:
    """Throw a coin for each matter of five tables, and say what a random split and yours make of it."""
    from wren.export import make_export

    scores: dict[str, list[float]] = {"a random split": [], "your folds": []}
    missing = ""
    for seed in range(5):
        messages = make_export(300, 60, seed)
        rows = [message.row() for message in messages]
        draw = random.Random(seed)
        coin = {message.matter: draw.choice(("ACCOUNT_ACTION", "INFORMATION")) for message in messages}
        coins = [coin[message.matter] for message in messages]
        scores["a random split"].append(coin_test(rows, coins, [draw.randrange(5) for _ in rows]))
        try:
            scores["your folds"].append(coin_test(rows, coins, folds(rows, 5)))
        except NotImplementedError as hole:
            missing = str(hole)
    for name, values in scores.items():
        said = f"{sum(values) / len(values):.0%} of the coins foreseen" if values else missing
        print(f"{name:15} {said}")


if __name__ == "__main__":
    main()
