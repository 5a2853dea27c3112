"""The notebook in which Wren's first triage model was made, as it was saved on a Friday evening.

`CELLS` stand here as they stood on the page, from top to bottom. Their numbers say in which order they were run last;
where a number is missing, a cell was run again later or deleted. `shown` is what a cell displayed at that time, with
`make_table(300, SEED)` as its "tickets.csv". The kernel that held the state is gone. The answers of that kernel are the
truth: they come back when the cells are run once each, in the order of their numbers (`replay`).
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wren.dice import Dice
from wren.tickets import make_tickets

COLUMNS = ("id", "time", "channel", "text", "label")
"""What stands in a table of tickets; a label may be empty."""

SEED = 31
"""That of the table which lay beside the notebook."""

UNLABELLED = 0.15
"""The share of tickets without a label: their cases were still open."""


@dataclass(frozen=True)
class Cell:
    """A cell of the notebook: the number of its last run, its code, and what it showed."""

    number: int
    source: str
    shown: str = ""


CELLS = (
    Cell(1, """\
import csv, math, re
from collections import Counter
"""),
    Cell(9, """\
SMOOTHING = 0.01      # 1 hears too little in a rare word
"""),
    Cell(2, """\
tickets = list(csv.DictReader(open("tickets.csv")))
len(tickets)
""", "470"),
    Cell(4, """\
def words(text):
    return set(re.findall(r"\\w+", text.lower()))
"""),
    Cell(5, """\
SMOOTHING = 1
def ratio(a, b):
    return math.log((a + SMOOTHING) / (b + SMOOTHING))
"""),
    Cell(12, """\
n = Counter()
counts = {"ACCOUNT_ACTION": Counter(), "INFORMATION": Counter(), "": Counter()}
for t in tickets:
    n[t["label"]] += 1
    counts[t["label"]].update(words(t["text"]))
prior = ratio(n["ACCOUNT_ACTION"], n["INFORMATION"])
weights = {}
for w in set().union(*counts.values()):
    weights[w] = ratio(counts["ACCOUNT_ACTION"][w], counts["INFORMATION"][w]) - prior
"""),
    Cell(7, """\
def score(text):
    return prior + sum(weights[w] for w in words(text) if w in weights) - cut
"""),
    Cell(13, """\
a = [score(t["text"]) for t in tickets if t["label"] == "ACCOUNT_ACTION"]
i = [score(t["text"]) for t in tickets if t["label"] == "INFORMATION"]
cut = (sum(a) / len(a) + sum(i) / len(i)) / 2     # half way
"""),
    Cell(14, """\
sum((score(t["text"]) > 0) == (t["label"] == "ACCOUNT_ACTION") for t in tickets) / len(tickets)
""", "0.9557739557739557"),
    Cell(8, """\
tickets = [t for t in tickets if t["label"]]      # open cases have none yet
"""),
    Cell(10, """\
def words(text):     # each order number occurs once
    return set(re.findall(r"\\w+", re.sub(r"w-\\d{5}", " ", text.lower())))
"""),
    Cell(3, """\
cut = 0
"""),
    Cell(15, """\
asked = "Please cancel order W-10001.", "How long does delivery take?", "The lamp arrived broken"
[round(score(text), 3) for text in asked]
""", "[0.655, -15.295, 3.191]"),
)  # fmt: skip

NUMBERS = tuple(sorted(cell.number for cell in CELLS))
"""The order in which the cells were run."""


def make_table(conversations: int, seed: int) -> str:
    """A table of a month's tickets as CSV, whose lines end in a line feed; some texts have line breaks of their own."""
    dice = Dice(seed, conversations)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for ticket in make_tickets(conversations, 30, seed):
        label = "" if dice.chance(UNLABELLED) else ticket.label
        writer.writerow([ticket.id, ticket.time.isoformat(), ticket.channel, ticket.text, label])
    return file.getvalue()


def replay(table: str, numbers: Iterable[int] = NUMBERS) -> dict[str, Any]:
    """Run the cells with these numbers in this order, with `table` as "tickets.csv": what the kernel then holds.

    Whatever a cell raises is raised.
    """
    sources = {cell.number: cell.source for cell in CELLS}
    kernel: dict[str, Any] = {"open": lambda path: io.StringIO(table)}
    for number in numbers:
        exec(compile(sources[number], f"In [{number}]", "exec"), kernel)
    return kernel


def page() -> str:
    """The notebook as it looks, from top to bottom."""
    parts = []
    for cell in CELLS:
        indent = " " * len(f"In [{cell.number}]: ")
        code = cell.source.rstrip("\n").replace("\n", f"\n{indent}")
        parts.append(f"In [{cell.number}]: {code}")
        if cell.shown:
            parts.append(f"Out[{cell.number}]: {cell.shown}")
    return "\n\n".join(parts)
