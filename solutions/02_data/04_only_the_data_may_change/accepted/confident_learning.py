# How often labels of each supplier and person are wrong is estimated from 200 bought ones; then confident learning (Northcutt and others, 2021) finds what to look at with the other 100.
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

import math
import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from wren.triage import train

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


def other(label: str) -> str:
    """The label that this one is not."""
    return INFORMATION if label == ACTION else ACTION


def log_odds(row: Row, asked: list[Row], bought: Labels) -> float:
    """Above 0: the label of the row is rather wrong, by what was bought of its supplier, person and channel."""
    kinds = [lambda r: r["supplier"], lambda r: r["by"], lambda r: (r["supplier"], r["by"]),
             lambda r: (r["supplier"], r["channel"])]  # fmt: skip
    strongest = 0.0
    for kind in kinds:
        same = [r for r in asked if kind(r) == kind(row)]
        wrong = sum(bought[r["id"]] != r["label"] for r in same)
        odds = math.log((wrong + 1) / (len(same) - wrong + 1))
        strongest = odds if abs(odds) > abs(strongest) else strongest
    return strongest


def confident_errors(kept: list[Row], labels: Labels) -> list[Row]:
    """Off the diagonal of the confident joint, the surest first; probabilities are of models that did not see the row."""
    sure: dict[str, float] = {}
    for fold in range(4):
        model = train((words(row["text"]), labels[row["id"]]) for at, row in enumerate(kept) if at % 4 != fold)
        sure |= {
            row["id"]: 1 / (1 + math.exp(-max(-50, min(50, model.score(words(row["text"])))))) for row in kept[fold::4]
        }
    action = [sure[id] for id, label in labels.items() if label == ACTION]
    information = [1 - sure[id] for id, label in labels.items() if label == INFORMATION]
    bar = {ACTION: sum(action) / max(len(action), 1), INFORMATION: sum(information) / max(len(information), 1)}
    off = [row for row in kept
           if (1 - sure[row["id"]] if labels[row["id"]] == ACTION else sure[row["id"]]) >= bar[other(labels[row["id"]])]]  # fmt: skip
    return sorted(off, key=lambda row: -abs(sure[row["id"]] - 0.5))


def improve(rows: list[Row], ask: Callable[[str], str]) -> Labels:
    """Task b. The labels to train on: an id for each message that is trained on, and ACTION or INFORMATION.

    `ask(id)` is the right label of that row's message, by somebody who knows the guideline. Each call is one label of
    the budget, an id asked twice as well. Test messages are not for sale.

    The model is trained on the texts of the ids in the answer and on nothing else. One message may be trained on once,
    under the id of any of its rows; a message of the test, or a copy of one, never.
    """
    kept = originals(rows)
    labels = {row["id"]: row["label"] for row in kept}
    draw = random.Random(11)
    asked = draw.sample(kept, min(200, len(kept)))
    bought = {row["id"]: ask(row["id"]) for row in asked}
    for row in kept:  # naive Bayes on the columns: is this label wrong?
        labels[row["id"]] = other(row["label"]) if log_odds(row, asked, bought) > 0 else row["label"]
    labels |= bought
    doubts = confident_errors(kept, labels)
    new = [row["id"] for row in doubts if row["id"] not in bought]
    bought |= {id: ask(id) for id in new[: BUDGET - len(bought)]}
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
