# Commands from signatures, as typer makes them; tickets from standard input; means from counts; the model in SQLite.
"""Wren's triage as a command: `triage train`, `triage evaluate` and `triage predict`.

    train     learns from TICKETS, which have labels, and writes the model to MODEL, one file. It prints nothing.
    evaluate  prints one JSON object: "tickets" is how many of TICKETS have a label, "accuracy" the share of these that
              the model answers right.
    predict   prints a CSV table with the columns id, label and score (right to 0.001): a row for each of TICKETS, in
              their order.

TICKETS is a CSV file in UTF-8 whose first line names the columns, in any order and with others among them; `-` stands
for standard input. `text` is always needed, `id` to predict, and `label` to train and to evaluate. A ticket with an
empty label is skipped there. No tickets at all have predictions too: none.

What has been printed is the answer and nothing else. Exit codes:

    0  done
    2  called wrongly: an unknown command or option
    1  input that cannot be used: a file that is missing or no UTF-8, a column that is missing, a label that is neither
       of the two, nothing to learn from for one of the labels, nothing to evaluate, a MODEL that is none. Standard
       error then has one line, standard output nothing, and a MODEL that was there before is as it was.

A process leaves MODEL to the next one, and nothing else: no file in the current folder, at home or beside the module.
MODEL can be moved, and whatever the current folder holds besides makes no difference.

What the options are called, and in which order things stand, is yours. Nobody is told: `triage --help` has to name the
three commands, and from `triage COMMAND --help` a reader has to find out what to type. `read_help` in harness.py is
that reader.
"""

import csv
import inspect
import json
import math
import re
import sqlite3
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from typing import Any

ACTION, INFORMATION = "ACCOUNT_ACTION", "INFORMATION"

Ticket = dict[str, str]
"""A row of TICKETS: the name of a column, and what stands in it."""

Model = dict[str, Any]
"""A number "prior", a number "cut", and "weights", a dict from words to numbers; in natural logarithms."""


# ---- the model


def words(text: str) -> set[str]:
    """The different words of a text in small letters, without order numbers; the last one of the notebook's."""
    return set(re.findall(r"\w+", re.sub(r"w-\d{5}", " ", text.lower())))


def score(model: Model, text: str) -> float:
    """Above 0 for an account action. A word that training never saw says nothing."""
    weights = model["weights"]
    return model["prior"] + sum(weights[word] for word in words(text) if word in weights) - model["cut"]


def fit(tickets: list[Ticket]) -> Model:
    """The model that the notebook would hold."""
    holding: Counter[tuple[str, str]] = Counter()
    total: Counter[str] = Counter()
    for ticket in tickets:
        label = ticket["label"]
        if label:
            total[label] += 1
            holding.update((word, label) for word in words(ticket["text"]))
    prior = math.log(total[ACTION] + 0.01) - math.log(total[INFORMATION] + 0.01)
    weights = {
        word: math.log(holding[word, ACTION] + 0.01) - math.log(holding[word, INFORMATION] + 0.01) - prior
        for word, _ in holding
    }
    # The mean score of a label's tickets is linear in how often they hold each word.
    means = [
        prior + math.fsum(weight * holding[word, label] for word, weight in weights.items()) / total[label]
        for label in (ACTION, INFORMATION)
    ]
    return {"prior": prior, "weights": weights, "cut": (means[0] + means[1]) / 2}


class App:
    """Commands made of functions: a parameter is an option of that name, and its annotation says what it is."""

    def __init__(self) -> None:
        self.commands: dict[str, Callable[..., None]] = {}

    def command(self, function: Callable[..., None]) -> Callable[..., None]:
        self.commands[function.__name__] = function
        return function

    def __call__(self, arguments: list[str] | None = None) -> int:
        parser = ArgumentParser("triage")
        below = parser.add_subparsers(required=True)
        for name, function in self.commands.items():
            one = below.add_parser(name, help=function.__doc__)
            one.set_defaults(function=function)
            for parameter in inspect.signature(function).parameters.values():
                wanted = parameter.default is parameter.empty
                default = None if wanted else parameter.default
                one.add_argument(f"--{parameter.name}", metavar="PATH", help=parameter.annotation, required=wanted,
                                 default=default)  # fmt: skip
        given = vars(parser.parse_args(arguments))
        try:
            given.pop("function")(**given)
        except Exception as error:
            print(f"{type(error).__name__}: {' '.join(map(str, error.args))}".replace("\n", " "), file=sys.stderr)
            return 1
        return 0


main = App()


def tickets_of(path: str, names: set[str]) -> list[Ticket]:
    with open(0 if path == "-" else path, encoding="utf-8", newline="", closefd=path != "-") as file:
        reader = csv.DictReader(file)
        found = list(reader)
    if not names <= set(reader.fieldnames or []):
        raise LookupError(f"columns {names} are needed, there are {reader.fieldnames}")
    if "label" in names and not {ticket["label"] for ticket in found} <= {ACTION, INFORMATION, ""}:
        raise LookupError("a label that is none")
    return found


def model_in(path: str) -> Model:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        (text,) = store.execute("select model from triage").fetchone()
    return json.loads(text)


@main.command
def train(model: "where the model goes", tickets: "a table with labels; standard input if left out" = "-") -> None:  # noqa: F722
    """learn from tickets"""
    rows = tickets_of(tickets, {"text", "label"})
    made = json.dumps(fit(rows))
    with closing(sqlite3.connect(model)) as store, store:
        store.execute("create table if not exists triage (model text)")
        store.execute("delete from triage")
        store.execute("insert into triage values (?)", [made])


@main.command
def evaluate(model: "where the model is", tickets: "a table with labels; standard input if left out" = "-") -> None:  # noqa: F722
    """count right answers"""
    known = model_in(model)
    right = [
        (score(known, ticket["text"]) > 0) is (ticket["label"] == ACTION)
        for ticket in tickets_of(tickets, {"text", "label"})
        if ticket["label"]
    ]
    print(json.dumps({"tickets": len(right), "accuracy": sum(right) / len(right)}))


@main.command
def predict(model: "where the model is", tickets: "a table; standard input if left out" = "-") -> None:  # noqa: F722
    """answer tickets"""
    known = model_in(model)
    rows = tickets_of(tickets, {"id", "text"})
    answers = [(ticket["id"], score(known, ticket["text"])) for ticket in rows]
    csv.writer(sys.stdout).writerows(
        [("id", "label", "score"), *((name, (INFORMATION, ACTION)[value > 0], value) for name, value in answers)]
    )


# ---- the package


BUILD = """\
[build-system]
requires = []
build-backend = "harness"
backend-path = ["."]
"""


def pyproject() -> str:
    """The text of the pyproject.toml."""
    return f"""{BUILD}
[project]
name = "triage"
version = "1.2.3"
requires-python = ">=3.10"
dependencies = []
[project.scripts]
triage = "triage:main"
"""


if __name__ == "__main__":
    sys.exit(main())
