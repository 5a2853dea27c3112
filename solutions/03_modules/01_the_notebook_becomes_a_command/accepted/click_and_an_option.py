# click with -m/--model and a dependency; pairs of counts; JSON written atomically by click.
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
import json
import math
import os
import re
import sys
from collections import defaultdict
from typing import Any

import click

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
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    totals = [0, 0]
    closed = [(ticket["text"], ticket["label"] == INFORMATION) for ticket in tickets if ticket["label"] != ""]
    for text, side in closed:
        totals[side] += 1
        for word in words(text):
            counts[word][side] += 1
    prior = log_odds(*totals)
    weights = {word: log_odds(*pair) - prior for word, pair in counts.items()}
    model = {"prior": prior, "weights": weights, "cut": 0}
    of_side: tuple[list[float], list[float]] = ([], [])
    for text, side in closed:
        of_side[side].append(score(model, text))
    model["cut"] = sum(math.fsum(values) / len(values) for values in of_side) / 2
    return model


def log_odds(actions: int, informations: int) -> float:
    return math.log(actions + 0.01) - math.log(informations + 0.01)


class Unusable(click.ClickException):
    """Input that cannot be used; exit code 1."""

    exit_code = 1


def table(path: str, *needed: str) -> list[Ticket]:
    try:
        with click.open_file(path, encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows = [{name: row[name] or "" for name in needed} for row in reader]
            missing = set(needed) - set(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, KeyError) as error:
        raise Unusable(f"cannot use {path}: {error}") from None
    if missing:
        raise Unusable(f"{path} lacks {missing}")
    strange = {row.get("label", "") for row in rows} - {ACTION, INFORMATION, ""}
    if strange:
        raise Unusable(f"strange labels in {path}: {sorted(strange)}")
    return rows


def stored(path: str) -> Model:
    try:
        with open(path, encoding="utf-8") as file:
            model = json.load(file)
        return {name: model[name] for name in ("prior", "weights", "cut")}
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise Unusable(f"no model in {path}: {error}") from None


@click.group()
def main() -> None:
    """Find the tickets that ask for an account action."""


with_model = click.option("-m", "--model", required=True, metavar="FILE", help="Where the model is kept.")
with_tickets = click.argument("tickets")


@main.command()
@with_model
@with_tickets
def train(model: str, tickets: str) -> None:
    """Learn from TICKETS, a CSV file (or -), and keep the model."""
    rows = table(tickets, "text", "label")
    if {ACTION, INFORMATION} - {row["label"] for row in rows}:
        raise Unusable("tickets of both labels are needed")
    made = fit(rows)
    with click.open_file(model, "w", encoding="utf-8", atomic=True) as file:
        json.dump(made, file)
    click.echo(f"learned from {len(rows)} tickets", err=True)


@main.command()
@with_model
@with_tickets
def evaluate(model: str, tickets: str) -> None:
    """Compare the model's answers with the labels of TICKETS."""
    known, rows = stored(model), [row for row in table(tickets, "text", "label") if row["label"]]
    if not rows:
        raise Unusable("no ticket has a label")
    right = sum((score(known, row["text"]) > 0) == (row["label"] == ACTION) for row in rows)
    click.echo(json.dumps({"tickets": len(rows), "right": right, "accuracy": right / len(rows)}))


@main.command()
@with_model
@with_tickets
def predict(model: str, tickets: str) -> None:
    """Print a row for each of TICKETS."""
    known, out = stored(model), csv.writer(sys.stdout, lineterminator=os.linesep)
    rows = table(tickets, "id", "text")
    out.writerow(("id", "label", "score"))
    for row in rows:
        value = score(known, row["text"])
        out.writerow((row["id"], ACTION if value > 0 else INFORMATION, f"{value:.6f}"))


# ---- the package


BUILD = """\
[build-system]
requires = []
build-backend = "harness"
backend-path = ["."]
"""


def pyproject() -> str:
    """The text of the pyproject.toml."""
    project = [
        "[project]",
        'name = "triage"',
        'version = "2026.11"',
        'description = "Finds the tickets that ask for an account action."',
        'dependencies = ["click>=8.1"]',
        'scripts = { triage = "triage:main" }',
    ]
    return "\n".join([BUILD, *project])


if __name__ == "__main__":
    main()
