"""The evaluation of the triage model of Wren's help desk, whole: split, train, measure. Run me: python evaluation.py

A row is one message as the help desk exports it, a dictionary with the keys
    id        "T000042", different for each message
    time      datetime of its arrival
    customer  an account "C00017", or a guest "G00311": a new one for each message by form or chat
    channel   "mail", "app", "form" or "chat"
    follows   the id of the earlier message that this one follows up, None for a first message
    text      what the customer wrote
    label     "ACCOUNT_ACTION" or "INFORMATION", given once a case is closed
"""

import math
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
Split = Callable[[list[Row]], tuple[list[Row], list[Row]]]
ACTION, INFORMATION = "ACCOUNT_ACTION", "INFORMATION"


# ---- the model: which words speak for which label


@dataclass(frozen=True)
class Model:
    """What each word says for an action (above 0) or for information (below 0), as logarithms of ratios."""

    prior: float
    weights: dict[str, float]

    def score(self, text: str) -> float:
        """All that the words of the text say together. Words never seen in training say nothing."""
        return self.prior + math.fsum(self.weights[word] for word in words(text) if word in self.weights)

    def answer(self, text: str) -> str:
        """The label the model chooses."""
        return ACTION if self.score(text) > 0 else INFORMATION

    def loudest(self, text: str, count: int = 3) -> list[tuple[str, float]]:
        """The words of the text that weigh most, with their weights."""
        known = [(word, self.weights[word]) for word in sorted(words(text)) if word in self.weights]
        return sorted(known, key=lambda pair: -abs(pair[1]))[:count]


def words(text: str) -> set[str]:
    """The different words of a text, in small letters."""
    return set(re.findall(r"\w+", text.lower()))


def train(rows: list[Row]) -> Model:
    """Count in how many messages of either label each word stands (naive Bayes)."""
    messages = Counter(row["label"] for row in rows)
    counts = {ACTION: Counter(), INFORMATION: Counter()}
    for row in rows:
        counts[row["label"]].update(words(row["text"]))
    prior = ratio(messages[ACTION], messages[INFORMATION])
    known = counts[ACTION].keys() | counts[INFORMATION].keys()
    return Model(prior, {word: ratio(counts[ACTION][word], counts[INFORMATION][word]) - prior for word in known})


def ratio(actions: int, informations: int) -> float:
    """The logarithm of a ratio of two counts; the small addition keeps it finite where one is 0."""
    return math.log((actions + 0.001) / (informations + 0.001))


def accuracy(model: Model, rows: list[Row]) -> float:
    """The share of the rows whose label the model chooses, from 0 to 1."""
    return sum(model.answer(row["text"]) == row["label"] for row in rows) / len(rows)


# ---- the split


def split_at_random(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Train and test as they have been until today: every fifth message, drawn at random, is in the test."""
    shuffled = sorted(rows, key=lambda row: row["id"])
    random.Random(0).shuffle(shuffled)
    cut = len(shuffled) * 4 // 5
    return shuffled[:cut], shuffled[cut:]


def split(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Train and test such that the test is as hard for the model as next week will be.

    `rows` come in any order, and there may be none. Each row is in exactly one of the two lists; the test holds a
    tenth to a half of some hundred rows (a fifth is usual). The same rows give the same split tomorrow.
    """
    raise NotImplementedError("0.1, task a: split so that the test says what next week will say (about 8 lines)")


# ---- the report


def report(name: str, split_rows: Split, worlds: list[tuple[list[Row], list[Row]]]) -> None:
    """Print what the test of the first world says and what its next week says, and the mean gap of all worlds."""
    scores = []
    for history, next_week in worlds:
        train_rows, test_rows = split_rows(history)
        model = train(train_rows)
        scores.append((accuracy(model, test_rows), accuracy(model, next_week)))
    offline, live = scores[0]
    gap = 100 * sum(offline - live for offline, live in scores) / len(scores)
    print(f"{name:16} the test says {offline:.0%}, next week says {live:.0%}; mean gap of ten worlds {gap:+.0f} points")


def show(model: Model, rows: list[Row]) -> None:
    """Print messages with the words that decided the model's answer; above 0 a word speaks for an action."""
    for row in rows:
        arrived = f"{row['time']:%a %d %b %H:%M}"
        print(f"\n{row['id']}  {arrived}  {row['customer']}  {row['channel']}  follows {row['follows']}")
        print("    " + row["text"].replace("\n", "\n    "))
        loudest = ", ".join(f"{word} {weight:+.1f}" for word, weight in model.loudest(row["text"]))
        print(f"    label {row['label']}, answer {model.answer(row['text'])}, because of: {loudest}")


def main() -> None:
    """Judge both splits on two weeks of messages and the first messages of the week after, in ten worlds."""
    from wren.backtest import make_world

    made = [make_world(seed) for seed in range(380, 390)]
    worlds = [(world.rows, [ticket.row() for ticket in world.next_week]) for world in made]
    history, next_week = worlds[0]
    print(f"{len(history)} messages in two weeks, {len(next_week)} new conversations in the week after\n")
    report("split at random", split_at_random, worlds)
    try:
        report("your split", split, worlds)
    except NotImplementedError as todo:
        print(f"{'your split':16} not written yet ({todo})")
    print("\nThe oldest messages of the random test, and the three words of each that weigh most:")
    train_rows, test_rows = split_at_random(history)
    show(train(train_rows), sorted(test_rows, key=lambda row: row["time"])[:5])


if __name__ == "__main__":
    main()
