"""What the checks of this exercise share: Wren's tables, somebody who sells right labels, and the frozen training."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from autograder.examiner import Injected, expect
from autograder.examiner.expect import same
from wren.habits import Case, PartsDesk, make_parts_desk
from wren.phrases import ACTION, CATEGORIES, INFORMATION
from wren.tickets import MONDAY
from wren.triage import Words, train, words

Row = dict[str, Any]

BUDGET = 300
DRAWS = 5


def row(id: str, day: float, text: str, label: str | None = INFORMATION, *, by: str = "Anouk") -> Row:
    """One row, so many days after the first Monday."""
    time = MONDAY + timedelta(days=day)
    return {"id": id, "time": time, "supplier": "Alder", "channel": "mail", "by": by, "text": text, "label": label}


@dataclass(frozen=True)
class Score:
    """The share of the test that the model says right: of all of it, and of each supplier's part."""

    total: float
    by_supplier: dict[str, float]

    @property
    def worst(self) -> float:
        """The smallest share that a supplier has."""
        return min(self.by_supplier.values())

    def __str__(self) -> str:
        return ", ".join(f"{supplier} {percent(share)}" for supplier, share in self.by_supplier.items())


@dataclass(frozen=True)
class Improved:
    """What came of the learner's answer: the score after training on it, and how many messages it left out."""

    score: Score
    left_out: int
    bought: int

    def __str__(self) -> str:
        return f"{self.bought} labels were bought, and {self.left_out} messages were left out"


class Table:
    """One of Wren's tables with its truth, and what a model says right that was trained on it."""

    def __init__(self, desk: PartsDesk, rng: np.random.Generator) -> None:
        self.desk = desk
        self.case: dict[str, Case] = {case.id: case for case in desk.cases}
        self.text: dict[str, Words] = {case.id: words(case.text) for case in desk.cases}
        self.tested = {case.message: case.id for case in desk.test}
        self.rows: list[Row] = [desk.cases[place].row() for place in rng.permutation(len(desk.cases)).tolist()]
        self.truth = {case.id: case.category for case in desk.train}
        self.draws = rng.spawn(DRAWS)

    @cached_property
    def as_is(self) -> Score:
        """On all rows that have a label, copies as well."""
        return self.score({case.id: case.label for case in self.desk.cases if case.label})

    @cached_property
    def without_copies(self) -> Score:
        """On the desk's own labels, each message once."""
        return self.score({case.id: case.label for case in self.desk.train if case.label})

    @cached_property
    def right(self) -> Score:
        """On right labels, each message once."""
        return self.score(self.truth)

    @cached_property
    def at_random(self) -> float:
        """The total on the desk's own labels, each message once, with 300 bought at random: the mean of some draws."""
        desks = {case.id: case.label for case in self.desk.train if case.label}
        draws = [draw.choice(sorted(desks), BUDGET, replace=False).tolist() for draw in self.draws]
        return statistics.fmean(self.score(desks | {id: self.truth[id] for id in ids}).total for ids in draws)

    def score(self, labels: dict[str, str]) -> Score:
        """What the model says right after training on these ids with these labels."""
        model = train((self.text[id], label) for id, label in labels.items())
        hits: dict[str, list[bool]] = defaultdict(list)
        for case in self.desk.test:
            hits[case.supplier].append(model.answer(self.text[case.id]) == case.category)
        every = [hit for part in hits.values() for hit in part]
        return Score(statistics.fmean(every), {name: statistics.fmean(part) for name, part in sorted(hits.items())})

    def improved(self, candidate: Any) -> Improved:
        """What the learner's `improve` makes of the table, once it is known to keep the rules."""
        asked: list[str] = []

        def ask(id: str) -> str:
            case = self.case.get(id) if isinstance(id, str) else None
            if case is None:
                raise Injected("KeyError", "no row of the table has this id")
            expect(case.message not in self.tested, f"the label of {id} was asked for: its message is in the test, and "
                   "not for sale", call="ask(id)", got=id)  # fmt: skip
            asked.append(id)
            expect(len(asked) <= BUDGET, f"label {len(asked)} was bought, and there is money for {BUDGET}",
                   call="ask(id)", got=id)  # fmt: skip
            return case.category

        labels = self._expect_labels(candidate.improve(self.rows, ask))
        return Improved(self.score(labels), len(self.desk.train) - len(labels), len(asked))

    def _expect_labels(self, answer: Any) -> dict[str, str]:
        """Each message is trained on once, under a label that there is, and none that is in the test."""
        expect(isinstance(answer, dict), "improve(rows, ask) has to return a dictionary from ids to labels", got=answer,
               expected="a dict")  # fmt: skip
        under: dict[int, str] = {}
        for id, label in answer.items():
            case = self.case.get(id) if isinstance(id, str) else None
            if case is None:
                expect(False, "a key of the answer is no row's id", got=id, expected="an id")
                continue
            expect(isinstance(label, str) and label in CATEGORIES, f"{id} has a label that there is not", got=label,
                   expected=f"{ACTION} or {INFORMATION}")  # fmt: skip
            original = self.tested.get(case.message)
            copy = "" if original == id else f"a copy of {original}, which is "
            expect(original is None, f"the model would be trained on {id}: it is {copy}in the test", got=id)
            expect(case.message not in under, f"the model would be trained twice on one message: {id} and "
                   f"{under.get(case.message)} have the same words", got=f"{len(answer)} ids")  # fmt: skip
            under[case.message] = id
        return answer


@lru_cache(maxsize=32)
def table(seed: int, number: int, habits: int = 2) -> Table:
    """Another of Wren's tables for each grade and number. Its own seed is too long to be guessed."""
    rng = np.random.default_rng([seed, number, habits])
    return Table(make_parts_desk(int(rng.integers(2**62)), habits=habits), rng)


def percent(share: float) -> str:
    """A share in words."""
    return f"{100 * share:.0f}%"


# ---- the messages


def expect_originals(rows: Sequence[Row], answer: Any) -> None:
    """`answer` is the original of each message that is not in the test, as it stands in `rows`."""
    expect(isinstance(answer, list | tuple) and all(isinstance(row, dict) for row in answer),
           "originals(rows) has to return a list of rows", got=answer, expected="a list of dictionaries")  # fmt: skip
    by_id = {row["id"]: row for row in rows}
    original = {words(row["text"]): row for row in sorted(rows, key=lambda row: row["time"], reverse=True)}
    seen: dict[Words, str] = {}
    for got in answer:
        id = got.get("id")
        row = by_id.get(id) if isinstance(id, str) else None
        if row is None:
            expect(False, "a row of the answer has an id that no row of the table has", got=id)
            continue
        changed = [name for name in row if not same(got.get(name), row[name])]
        expect(not changed, f"{id} came back with another {' and '.join(changed)}", got=got)
        first = original[words(row["text"])]
        copy = "" if first is row else f"a copy of {first['id']}, which is "
        expect(first["label"] is not None, f"{id} is {copy}in the test", got=id)
        other = seen.setdefault(words(row["text"]), id)
        expect(other == id, f"{other} and {id} have the same words, and both came back", got=[other, id])
        expect(first is row, f"{id} came back, and {first['id']} with the same words came before it", got=id,
               expected=first["id"])  # fmt: skip
    for first in original.values():
        expect(first["label"] is None or words(first["text"]) in seen, f"{first['id']} is missing: it is the original "
               "of its message, and not in the test", expected=first["id"])  # fmt: skip
