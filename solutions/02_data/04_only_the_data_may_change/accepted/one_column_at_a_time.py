# Some labels of each value of each column first; where more than half are contradicted, more are bought, then the labels swapped.
"""The labels that Wren's model learns from, mended without touching the model. Run me: python labels.py

A row is one message to the spare-parts desk, a dictionary with the keys
    id        "T000042", different for each row
    time      datetime of its arrival
    supplier  who makes the part, like "Alder"
    channel   how it came: "mail", "app", "form" or "chat"
    by        who closed the case and wrote the label, like "Anouk"; "relay" for what the marketplace sent again
    text      what the customer wrote
    label     "ACCOUNT_ACTION" (a new part is sent), "INFORMATION" (how to mend it is explained), or None: in the test
"""

import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
Labels = dict[str, str]

ACTION = "ACCOUNT_ACTION"
INFORMATION = "INFORMATION"

BUDGET = 300
"""How many labels may be bought for one table."""


def words(text: str) -> frozenset[str]:
    """The different words of a text in small letters: all that the model sees of it."""
    return frozenset(re.findall(r"\w+", text.lower()))


# ---- the messages


def originals(rows: list[Row]) -> list[Row]:
    """Task a. One row for each message that may be learned from, in any order; `rows` come in any order as well.

    Rows with the same words are one message, and the earliest of them is its original: the others are copies that
    the marketplace sent later. A message whose original has no label is in the test, and none of its rows stays.
    """
    first: dict[frozenset[str], Row] = {}
    for row in sorted(rows, key=lambda row: row["time"]):
        first.setdefault(words(row["text"]), row)
    return [row for row in first.values() if row["label"] is not None]


# ---- the labels


def contradicted(rows: list[Row], bought: Labels, column: str) -> dict[Any, tuple[int, int]]:
    """For each value of a column: how many labels bought for its rows are not the desk's, and how many were bought.

    This is given, for you to look at the tables of `practice` with; `improve` may use it or not.
    """
    known = [row for row in rows if row["id"] in bought]
    wrong = Counter(row[column] for row in known if row["label"] != bought[row["id"]])
    return {value: (wrong[value], number) for value, number in Counter(row[column] for row in known).items()}


def improve(rows: list[Row], ask: Callable[[str], str]) -> Labels:
    """Task b. The labels to train on: an id for each message that is trained on, and ACTION or INFORMATION.

    `ask(id)` is the right label of that row's message, by somebody who knows the guideline. Each call is one label of
    the budget, an id asked twice as well. Test messages are not for sale.

    The model is trained on the texts of the ids in the answer and on nothing else. One message may be trained on once,
    under the id of any of its rows; a message of the test, or a copy of one, never.
    """
    labels = {row["id"]: row["label"] for row in originals(rows)}
    of = {row["id"]: row for row in rows}
    draw = random.Random(7)
    bought: Labels = {}

    def look(ids: list[str], number: int) -> float:
        """The share of contradicted labels among those bought of these ids, once `number` of them are."""
        new = [id for id in ids if id not in bought]
        missing = min(number - (len(ids) - len(new)), len(new), BUDGET - len(bought))
        bought.update((id, ask(id)) for id in draw.sample(new, max(missing, 0)))
        known = [id for id in ids if id in bought]
        return sum(labels[id] != bought[id] for id in known) / max(len(known), 1)

    for column in ("supplier", "by", "channel"):
        for value in sorted({row[column] for row in rows} - {"relay"}):
            ids = [id for id in labels if of[id][column] == value]
            if look(ids, 12) > 0.4 and look(ids, 30) > 0.5:
                labels.update((id, INFORMATION if labels[id] == ACTION else ACTION) for id in ids)
    return labels | bought


# ---- what it gains


def practice(seed: int) -> str:
    """What the model says right on one of Wren's tables: as the labels are, with yours, and if all were right."""
    from wren.habits import make_parts_desk
    from wren.triage import train

    desk = make_parts_desk(seed)
    text = {case.id: words(case.text) for case in desk.cases}
    truth = {case.id: case.category for case in desk.cases}
    asked: list[str] = []

    def ask(id: str) -> str:
        asked.append(id)
        return truth[id]

    def right(labels: Labels) -> float:
        model = train((text[id], label) for id, label in labels.items())
        return model.accuracy((text[case.id], case.category) for case in desk.test)

    as_is = right({case.id: case.label for case in desk.cases if case.label})
    best = right({case.id: case.category for case in desk.train})
    try:
        yours = f"{right(improve(desk.rows(), ask)):.0%} with yours, and {len(asked)} labels bought"
    except NotImplementedError as hole:
        yours = str(hole)
    return f"table {seed}: {as_is:.0%} right as the labels are, {best:.0%} if all were right; {yours}"


if __name__ == "__main__":
    for seed in range(3):
        print(practice(seed))
