# must fail test_of_rows_with_the_same_words_the_earliest_stays with "T000001 is missing"
# You left out each message that was copied, with all its rows. The original is as good as any other.
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
    times = Counter(words(row["text"]) for row in rows)
    return [row for row in rows if times[words(row["text"])] == 1 and row["label"] is not None]


# ---- the labels


def contradicted(rows: list[Row], bought: Labels, column: str) -> dict[Any, tuple[int, int]]:
    """For each value of a column: how many labels bought for its rows are not the desk's, and how many were bought.

    This is given, for you to look at the tables of `practice` with; `improve` may use it or not.
    """
    known = [row for row in rows if row["id"] in bought]
    wrong = Counter(row[column] for row in known if row["label"] != bought[row["id"]])
    return {value: (wrong[value], number) for value, number in Counter(row[column] for row in known).items()}


OTHER = {ACTION: INFORMATION, INFORMATION: ACTION}


def cells(row: Row) -> list[tuple[str, ...]]:
    """The parts of the table in which a row lies: by the value of one column or of two. No columns share a value."""
    supplier, channel, by = row["supplier"], row["channel"], row["by"]
    return [(supplier,), (channel,), (by,), (supplier, channel), (supplier, by)]


def improve(rows: list[Row], ask: Callable[[str], str]) -> Labels:
    """Task b. The labels to train on: an id for each message that is trained on, and ACTION or INFORMATION.

    `ask(id)` is the right label of that row's message, by somebody who knows the guideline. Each call is one label of
    the budget, an id asked twice as well. Test messages are not for sale.

    The model is trained on the texts of the ids in the answer and on nothing else. One message may be trained on once,
    under the id of any of its rows; a message of the test, or a copy of one, never.
    """
    kept = originals(rows)
    labels = {row["id"]: row["label"] for row in kept}
    asked = random.Random(0).sample(kept, min(BUDGET, len(kept)))
    bought = {row["id"]: ask(row["id"]) for row in asked}
    while True:
        lead: Counter[tuple[str, ...]] = Counter()  # of each cell, the contradicted labels less the others
        for row in asked:
            contradicts = labels[row["id"]] != bought[row["id"]]
            lead.update(dict.fromkeys(cells(row), 1 if contradicts else -1))
        worst, margin = max(lead.items(), key=lambda item: item[1], default=((), 0))
        if margin < 5:
            return labels | bought
        for row in kept:
            if worst in cells(row):
                labels[row["id"]] = OTHER[labels[row["id"]]]


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
